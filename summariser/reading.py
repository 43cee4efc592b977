"""Has a document read: in one piece where it fits, else by windows asked about in parallel, whose answers become one brief.

Nothing is lost in silence: a window that is too long for the model is split, one that fails is told of as a loss with its
place, and the brief of the rest is then partial.
"""

import json
import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import repeat

from pydantic import BaseModel

from summariser import prompts
from summariser.accept import Checked, Unusable, accept
from summariser.asking import Answered, Asker
from summariser.brief import cited
from summariser.errors import EngineError, EngineUnusable, ReplyInvalid, TooLong
from summariser.merge import Told, merge
from summariser.overall import CheckedQuestion, completed, entries, question, unbounded
from summariser.schemas import Schema, json_schema
from summariser.support import Source
from summariser.types import Document, Integrity, Loss, Refused, Request, Segment, Span, Usage
from summariser.windows import Window, characters, opening, oriented, split

log = logging.getLogger(__name__)

# A piece of no more characters than this is not split again: what is too long for the model is then not the document.
_LEAST = 2_000
# The halves of a window that was too long overlap, so each is somewhat more than half of it.
_HALF = 0.6
# Characters of the document's beginning and end that the question about the whole shows, and most of what a window repeats.
_OPENING, _CLOSING, _REPEATED = 1_000, 400, 1_200
_BRIEF, _MERGE = frozenset({"place", "document"}), frozenset({"place", "opening", "entries"})


@dataclass(frozen=True, slots=True)
class Paper:
    """A document with all that is known of it before it is asked about; `repeat` counts earlier times on purpose."""

    document: Document
    segments: tuple[Segment, ...]
    integrity: Integrity
    repeat: int = 0


@dataclass(frozen=True, slots=True)
class Read:
    """A brief of a document, what was set aside of the answers, and what of the document was read and what was lost."""

    brief: BaseModel
    refused: tuple[Refused, ...]
    read: tuple[Span, ...]
    losses: tuple[Loss, ...]
    usage: Usage
    cached: bool
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    """What came of one window: an answer, an error, or, if it was split, only what it cost."""

    window: Window
    usage: Usage
    answered: Answered | None = None
    error: EngineError | None = None


class Reader:
    """Asks about documents by one schema."""

    def __init__(self, schema: Schema, asker: Asker, *, workers: int) -> None:
        """Load the prompts; at most `workers` windows of a document are asked about at a time.

        Raises:
            SettingsError: a prompt is missing or cannot be filled.
        """
        self._schema, self._asker, self._workers = schema, asker, workers
        self.prompt = prompts.load("brief", needs=_BRIEF)
        self._merge = prompts.load("merge", needs=_MERGE)
        # Servers that take a plain schema make a grammar of it, which is no part of the context.
        in_context = "" if asker.dialect == "schema" else json.dumps(json_schema(schema.model))
        self._fixed = len(self.prompt.system) + len(in_context)

    def read(self, paper: Paper) -> Read:
        """Return the brief of a document.

        Raises:
            EngineError: nothing of it could be read.
            EngineUnusable: nothing more can be asked.
            SettingsError: the model's context leaves no room for a document.
        """
        pieces = self._pieces(paper, self.windows(paper))
        told = [(piece.window, piece.answered) for piece in pieces if piece.answered]
        if not told:
            error = next(piece.error for piece in pieces if piece.error)
            error.usage = _usage(pieces)
            raise error
        if len(pieces) == 1:
            return self._whole(paper, pieces[0], told[0][1])
        return self._joined(paper, pieces, told)

    def windows(self, paper: Paper) -> tuple[Window, ...]:
        """Return the windows that a document is first asked about by; an engine on this machine takes it whole."""
        whole = (Window(1, len(paper.segments)),)
        if not self._asker.engine.keeps or characters(paper.segments) <= (room := self._asker.room(self._fixed)):
            return whole
        repeated = min(_REPEATED, room // 4)
        return tuple(oriented(window, paper.segments, repeated) for window in split(paper.segments, room - repeated))

    def request(self, paper: Paper, window: Window) -> Request:
        """Return the question about one window."""
        document, segments = paper.document, paper.segments
        shown = [segments[number - 1] for number in window.numbers]
        return self._asker.request(
            document,
            segments,
            self.prompt.fill(place=_place(window, len(segments)), document=prompts.numbered(document, shown)),
            model=self._schema.model,
            answer=Checked(self._schema.model, Source(document, segments, frozenset(window.numbers))),
            name=self._schema.name,
            repeat=paper.repeat,
        )

    def _pieces(self, paper: Paper, windows: Sequence[Window]) -> list[_Piece]:
        """Return what came of each window, in order.

        Raises:
            EngineUnusable: nothing more can be asked; it carries what all the windows have cost.
        """
        came: list[list[_Piece]] = [[] for _ in windows]
        unusable: EngineUnusable | None = None
        if len(windows) == 1:
            unusable = self._ask(paper, windows[0], came[0], came)
        else:
            with ThreadPoolExecutor(min(self._workers, len(windows))) as pool:
                try:
                    ends = list(pool.map(self._ask, repeat(paper), windows, came, repeat(came)))
                except BaseException:  # an interrupt: whoever waits for its turn would wait on
                    self._asker.stop()
                    raise
            unusable = next(filter(None, ends), None)
        pieces = [piece for some in came for piece in some]
        if unusable:
            unusable.usage = _usage(pieces)
            raise unusable
        return pieces

    def _ask(self, paper: Paper, window: Window, came: list[_Piece], all_came: list[list[_Piece]]) -> EngineUnusable | None:
        """Ask about a window, and if it is too long for the model about its halves; return what ends the run, or None."""
        if any(isinstance(piece.error, EngineUnusable) for some in all_came for piece in some):
            return None
        try:
            answered = self._asker.answer(self.request(paper, window))
        except EngineUnusable as error:
            came.append(_Piece(window, error.usage, error=error))
            return error
        except EngineError as error:
            halves = self._halves(paper, window) if isinstance(error, TooLong) else ()
            came.append(_Piece(window, error.usage, error=None if halves else error))
            self._tell(paper, window, f"split in {len(halves)}" if halves else f"failed ({type(error).__name__})")
            return next(filter(None, (self._ask(paper, half, came, all_came) for half in halves)), None)
        came.append(_Piece(window, Usage() if answered.cached else answered.reply.usage, answered))
        return None

    def _halves(self, paper: Paper, window: Window) -> tuple[Window, ...]:
        run = paper.segments[window.first - 1 : window.last]
        length = characters(run)
        if length <= _LEAST or len(run) < 2:
            return ()
        return tuple(oriented(half, paper.segments, min(_REPEATED, length // 4)) for half in split(run, int(length * _HALF)))

    def _tell(self, paper: Paper, window: Window, what: str) -> None:
        ids = {"run": self._asker.run, "document": paper.document.sha256[:12]}
        log.info("run %s: document %s: segments %d to %d: %s", *ids.values(), window.first, window.last, what, extra=ids)

    def _whole(self, paper: Paper, piece: _Piece, answered: Answered) -> Read:
        accepted, notes = answered.accepted, (*answered.notes, *answered.reply.notes)
        return Read(accepted.brief, accepted.refused, _spans(paper, [piece.window]), (), piece.usage, answered.cached, notes)

    def _joined(self, paper: Paper, pieces: list[_Piece], told: list[tuple[Window, Answered]]) -> Read:
        """Return one brief of the answers about several windows, with the facets and the summary of the whole."""
        starts = [segment.number for segment in paper.segments if segment.start in set(paper.integrity.items)]
        whole = Checked(unbounded(self._schema.model), Source(paper.document, paper.segments))
        merged = merge([Told(answered.accepted.brief, window.first) for window, answered in told], starts)
        try:
            accepted = accept(json.dumps(merged), whole)
        except Unusable as error:
            message = f"the answers about its parts do not make one brief: {error}"
            raise ReplyInvalid(message, self.request(paper, pieces[0].window), _usage(pieces), raw="") from None
        refused = [part for window, answered in told for part in _placed(window, answered.accepted.refused)]
        refused += accepted.refused
        read = {number for window, _ in told for number in range(window.first, window.last + 1)}
        losses = [_loss(paper, piece.window, read, piece.error) for piece in pieces if piece.error]
        overall = self._overall(paper, accepted.brief, whole, pieces)
        if overall.answered:
            told = [*told, (overall.window, overall.answered)]
            answer = overall.answered.accepted
            filled = completed(accepted.brief.model_dump(by_alias=True), answer.brief.model_dump(by_alias=True))
            try:
                accepted = accept(json.dumps(filled), whole)
                refused += (*answer.refused, *accepted.refused)
            except Unusable as error:
                losses.append(Loss("summary", None, ReplyInvalid.__name__, str(error)))
        elif overall.error:
            losses.append(Loss("summary", None, type(overall.error).__name__, str(overall.error)))
        notes = [note for _, answered in told for note in (*answered.notes, *answered.reply.notes)]
        return Read(
            brief=accepted.brief,
            refused=tuple(refused),
            read=_spans(paper, [piece.window for piece in pieces if piece.answered]),
            losses=tuple(losses),
            usage=_usage([*pieces, overall]),
            cached=not losses and all(answered.cached for _, answered in told),
            notes=tuple(dict.fromkeys(notes)),
        )

    def _overall(self, paper: Paper, brief: BaseModel, whole: Checked, pieces: list[_Piece]) -> _Piece:
        """Ask what only the whole can tell, if the schema has such a thing, of the entries and the document's opening."""
        window = Window(1, len(paper.segments))
        if not question(self._schema.model).model_fields:
            return _Piece(window, Usage())
        lines, step = entries(brief, self._asker.room(self._fixed))
        lost = sum(1 for piece in pieces if piece.error)
        place = f"The document was read in {lost + sum(1 for piece in pieces if piece.answered)} parts"
        place += f"; {lost} of them could not be read." if lost else "."
        place += f" Of the commonest entries, one in {step} is shown." if step > 1 else ""
        place += f" Its last lines follow the opening; rules that look for a cut call it {paper.integrity.completeness}."
        ends = sorted({*opening(paper.segments, _OPENING), *opening(paper.segments[::-1], _CLOSING)})
        shown = prompts.numbered(paper.document, (paper.segments[number - 1] for number in ends))
        source = replace(whole.source, shown=frozenset(ends) | cited(brief))
        request = self._asker.request(
            paper.document,
            paper.segments,
            self._merge.fill(place=place, opening=shown, entries="\n".join(lines)),
            model=question(self._schema.model),
            answer=CheckedQuestion(
                question(self._schema.model), brief.model_dump(by_alias=True), replace(whole, source=source)
            ),
            name=f"{self._schema.name} as a whole",
            repeat=paper.repeat,
        )
        try:
            answered = self._asker.answer(request)
        except EngineUnusable as error:
            error.usage += _usage(pieces)
            raise
        except EngineError as error:
            self._tell(paper, window, f"the question about the whole failed ({type(error).__name__})")
            return _Piece(window, error.usage, error=error)
        return _Piece(window, Usage() if answered.cached else answered.reply.usage, answered)


def _place(window: Window, count: int) -> str:
    """Return what a model is told of where a window stands; a window that holds all is the document."""
    if window == Window(1, count):
        return f"The document has {count} segments. It ends with the last of them."
    place = f"This is one part of a long document: its segments {window.first} to {window.last}, of {count} in all."
    if window.orientation:
        place += " Lines from before it are repeated first, to show where it stands: the opening and the headings above."
    return place


def _placed(window: Window, refused: Sequence[Refused]) -> Iterator[Refused]:
    """Yield what was set aside of a window's answer, with the window in its path."""
    yield from (replace(part, path=f"{window.first}-{window.last}: {part.path}") for part in refused)


def _loss(paper: Paper, window: Window, read: set[int], error: EngineError) -> Loss:
    """Return what is lost with a window: what of it no other window holds, where that is anything."""
    lost = [number for number in range(window.first, window.last + 1) if number not in read] or [window.first, window.last]
    return Loss("part", _span(paper, Window(lost[0], lost[-1])), type(error).__name__, str(error))


def _span(paper: Paper, window: Window) -> Span:
    if not paper.segments:
        return 0, 0
    return paper.segments[window.first - 1].start, paper.segments[window.last - 1].end


def _spans(paper: Paper, windows: Sequence[Window]) -> tuple[Span, ...]:
    """Return the parts of the text that windows hold, those that touch as one."""
    spans: list[Span] = []
    following = 0  # the segment after the last of the span before
    for window in sorted(windows, key=lambda window: window.first):
        start, end = _span(paper, window)
        if spans and window.first <= following:
            spans[-1] = (spans[-1][0], max(spans[-1][1], end))
        else:
            spans.append((start, end))
        following = max(following, window.last + 1)
    return tuple(spans)


def _usage(pieces: Sequence[_Piece]) -> Usage:
    return sum((piece.usage for piece in pieces), Usage())
