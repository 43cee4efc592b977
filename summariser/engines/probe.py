"""Finds out what an endpoint can do: which ways of asking for JSON work, how long its context is, how fast it writes.

It asks about two invented sentences. The prompt says nothing of the form of the answer, so that one which has it has it from
the schema; many servers leave out without a word what they do not know of a request.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any, Literal, get_args
from urllib.parse import urlsplit, urlunsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from summariser.engines._dialects import Answer, dig
from summariser.engines.openai import OpenAIEngine, Tried
from summariser.errors import EngineBusy, EngineUnusable
from summariser.ledger import Traits
from summariser.limits import Limits
from summariser.prices import context_of
from summariser.schemas import json_schema
from summariser.settings import Settings, is_official
from summariser.types import Dialect, Document, Message, Request, Segment, Usage

_DIALECTS: tuple[Dialect, ...] = get_args(Dialect)
_TEXT = "The panel heard that waiting times had fallen to nine weeks. It agreed to look at them again in June."
_CUT = _TEXT.index(" It agreed") + 1
_SEGMENTS = (Segment(1, 0, _CUT - 1, "sentence"), Segment(2, _CUT, len(_TEXT), "sentence"))
# Enough for a model that thinks first, and an end to one that loops.
_MOST_OUTPUT = 4_000
_SERVER_ERROR = 500


class _Sample(BaseModel):
    """What the panel decided."""

    model_config = ConfigDict(extra="forbid")

    evidence: list[int] = Field(min_length=1, max_length=2, description="Numbers of the sentences that say so, 1 or 2.")
    statement: str = Field(min_length=1, max_length=200)
    kind: Literal["decision", "finding", "question"]
    owner: str | None = Field(max_length=60, description="Who is to do it, or null.")


@dataclass(frozen=True, slots=True)
class Trial:
    """How one way of asking for JSON went, with a note that says what came of it."""

    dialect: Dialect
    works: bool
    note: str
    seconds: float
    usage: Usage


@dataclass(frozen=True, slots=True)
class Found:
    """What was found out; `traits` is what a run needs of it, with the way of asking to use, or None if none works.

    `tokens_per_second` is of output, in the slowest of the trials that worked.
    """

    trials: tuple[Trial, ...]
    context_tokens: int | None
    tokens_per_second: float | None
    traits: Traits | None


def probe(settings: Settings, limits: Limits) -> Found:
    """Try each way of asking for JSON once, and look up the length of the context.

    Raises:
        SettingsError: the endpoint cannot be used as set.
        EngineUnusable: there is no access to the model, or no money or time.
        EngineBusy: the endpoint cannot be reached, or is too busy to be tried.
    """
    engine = OpenAIEngine(settings, limits, None)
    try:
        trials = tuple(_trial(dialect, engine.try_once(_request(settings, dialect))) for dialect in _DIALECTS)
        context = _context(engine)
    finally:
        engine.close()
    working = {trial.dialect: trial for trial in trials if trial.works}
    speeds = [trial.usage.output_tokens / trial.seconds for trial in working.values() if trial.usage.output_tokens]
    # A strict schema has no bounds, without which small models write to their limit. Servers that imitate OpenAI's hold an
    # answer to a plain one, bounds and all, and what they make of "strict" is to take no notice.
    best = "strict" if is_official(settings.base_url) or settings.api_version else "schema"
    chosen = best if best in working else next(iter(working), None)
    return Found(trials, context, min(speeds, default=None), Traits(chosen, context) if chosen else None)


def _request(settings: Settings, dialect: Dialect) -> Request:
    given = settings.temperature is not None or is_official(settings.base_url)
    return Request(
        engine="openai",
        model=settings.model,
        base_url=settings.base_url,
        messages=(
            Message("system", "Say what was decided, in the form that you are given."),
            Message("user", "\n".join(f"[{each.number}] {_TEXT[each.start : each.end]}" for each in _SEGMENTS)),
        ),
        schema="probe",
        json_schema=json_schema(_Sample, bounds=dialect != "strict"),
        sampling={
            "temperature": settings.temperature if given else 0.0,
            "max_output_tokens": min(settings.max_output_tokens, _MOST_OUTPUT),
            "reasoning_effort": settings.reasoning_effort,
        },
        answer=_Sample,
        document=Document(name="probe", sha256=hashlib.sha256(_TEXT.encode()).hexdigest(), text=_TEXT),
        segments=_SEGMENTS,
        dialect=dialect,
    )


def _trial(dialect: Dialect, tried: Tried) -> Trial:
    """Say how it went, or raise what any other way would meet as well."""
    error = tried.error
    # An error of the server itself (500) is often all that it says to a schema; one that is away or busy has another status.
    elsewhere = isinstance(error, EngineBusy) and not error.lost and tried.status != _SERVER_ERROR
    if error and (elsewhere or isinstance(error, EngineUnusable)):
        raise error
    works, note = _judged(dialect, tried.answer) if tried.answer else (False, str(error))
    return Trial(dialect, works, note, tried.seconds, tried.usage)


def _judged(dialect: Dialect, answer: Answer) -> tuple[bool, str]:
    """Say whether an answer has the form asked for, and what is to be said of it."""
    uncalled = dialect == "tools" and not answer.called
    try:
        _Sample.model_validate_json(answer.text)
    except ValidationError as error:
        if not answer.text:
            return False, "the answer is empty"
        if uncalled:
            return False, "no tool was called"
        if any(fault["type"] == "json_invalid" for fault in error.errors(include_input=False, include_url=False)):
            return False, "the answer is no JSON"
        return False, "the schema was ignored: the answer is JSON of another form"
    return True, "the answer has the form asked for" + (", though no tool was called" if uncalled else "")


def _context(engine: OpenAIEngine) -> int | None:
    """Return the length of the context in tokens, as the endpoint tells it, or else as the list of prices does."""
    settings = engine.settings
    card = _card(engine.look_up("/models"), settings.model)
    # The names of vLLM, OpenRouter and llama.cpp. What a model was trained with comes last, as its server may give it less.
    served = (dig(card, "max_model_len"), dig(card, "context_length"), dig(card, "meta", "n_ctx"))
    told = chain(served, _props(engine), [dig(card, "meta", "n_ctx_train")])
    return next((each for each in told if isinstance(each, int) and each > 0), None) or context_of(settings)


def _card(models: object, model: str | None) -> object:
    """Return what a list of models says of one; a server that has only one may call it by another name."""
    cards = dig(models, "data")
    cards = cards if isinstance(cards, list) else []
    return next((card for card in cards if dig(card, "id") == model), cards[0] if len(cards) == 1 else None)


def _props(engine: OpenAIEngine) -> Iterator[Any]:
    """Yield what llama.cpp tells at the root of the server."""
    if engine.settings.base_url and not is_official(engine.settings.base_url):
        parts = urlsplit(engine.settings.base_url)
        path = f"{parts.path.rstrip('/').removesuffix('/v1')}/props"
        yield dig(engine.look_up(urlunsplit(parts._replace(path=path))), "default_generation_settings", "n_ctx")
