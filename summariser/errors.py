"""The error tree: what can go wrong, by what the caller can do about it.

    SummariserError
      SettingsError     the run can't start: unknown schema, prompt or engine; missing key
      DocumentError     this document can't be read: format, encoding, empty, too big
        DocumentWithheld  it is too sensitive for the endpoint that it would go to
      OutputError       no brief can be written any more: no room, or no permission; ends the run, which can be resumed
      EngineError       the engine gave no usable answer for one request
        EngineBusy      timeout, 429, 5xx, lost connection: worth waiting
        EngineRefused   content filter, refusal, unreadable answer: not worth waiting
          TooLong         beyond the context, or an answer cut off at its longest: a shorter piece may do
          RequestRejected 400, 403, 422: the endpoint does not take such a request
        ReplyInvalid    still not valid after the re-ask; carries the raw reply
        EngineUnusable  no other request would fare better: ends the run, which can be resumed
          QuotaExhausted  no money or budget is left
          AccessDenied    401, 404: a bad key, an unknown model, a wrong address
          EngineDown      the same failure again and again, for one document after the other
          DeadlinePassed  the time that the run was given is over
          RunStopped      the run was told to stop

Errors of other libraries are translated into these where they arise. No message holds a document's text or a key.
"""

from summariser.types import Question, Usage


class SummariserError(Exception):
    """Anything that this package raises on purpose; the message says what to do."""


class SettingsError(SummariserError):
    """The run cannot start as it is set up."""


class DocumentError(SummariserError):
    """One document cannot be read or briefed; in a batch the others go on."""


class DocumentWithheld(DocumentError):
    """A document is restricted or tells of someone's private life, and the endpoint is outside the machine and not approved."""


class OutputError(SummariserError):
    """Nothing more can be written where the briefs go."""


class EngineError(SummariserError):
    """An engine gave no usable answer to `request`. `usage` is what the failed attempts cost all the same."""

    def __init__(self, message: str, request: Question, usage: Usage | None = None) -> None:
        super().__init__(message)
        self.engine = request.engine
        self.model = request.model
        self.key = request.key
        self.usage = usage or Usage()


class EngineBusy(EngineError):
    """Worth waiting for.

    `retry_after` is the wait in seconds that the server asked for, or None. `lost` says that the request may have been
    answered, and charged for, though no answer arrived.
    """

    def __init__(
        self,
        message: str,
        request: Question,
        usage: Usage | None = None,
        *,
        retry_after: float | None = None,
        lost: bool = False,
    ) -> None:
        super().__init__(message, request, usage)
        self.retry_after = retry_after
        self.lost = lost


class EngineRefused(EngineError):
    """Asking the same again would give the same answer."""


class TooLong(EngineRefused):
    """The document does not fit the model's context, or the answer about it does not fit its limit; a part of it may."""


class RequestRejected(EngineRefused):
    """The endpoint does not take such a request, whatever the document."""


class EngineUnusable(EngineError):
    """No other request would fare better, so nothing more is asked in this run."""


class QuotaExhausted(EngineUnusable):
    """No money or budget is left."""


class AccessDenied(EngineUnusable):
    """The key is not accepted, or the endpoint does not know the model."""


class EngineDown(EngineUnusable):
    """The endpoint failed in the same way for several documents one after the other."""


class DeadlinePassed(EngineUnusable):
    """The time that the run was given is over, or would be before the endpoint answers again."""


class RunStopped(EngineUnusable):
    """The run was told to stop, so nothing more is asked."""


class ReplyInvalid(EngineError):
    """The answer has no usable shape, even after the re-ask. `raw` is the answer; it is never logged."""

    def __init__(self, message: str, request: Question, usage: Usage | None = None, *, raw: str) -> None:
        super().__init__(message, request, usage)
        self.raw = raw
