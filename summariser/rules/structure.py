"""How a document is built: where it is cut off, and where one item ends and another begins."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Literal

from summariser.rules.lines import Line

Completeness = Literal["complete", "truncated_end", "truncated_start", "excerpt", "unknown"]
Relation = Literal["single", "unrelated", "same_subject"]

# These four are for text in lower case.
_CUT = re.compile(
    r"\(more(?:\.\.\.|…)?\)|\[more\]|view the full minutes|continue reading|read the full (?:story|article)|\[\.\.\.\]"
)
_STATEMENT = re.compile(r"\bstatement from\b.{0,60}\bfollows\b")
_RESPONSE = re.compile(r"(?:the )?council(?:'s)? (?:response|statement)\b.{0,30}:$")
_POSTED = re.compile(r"posted (?:on|by)\b|by .{2,40} on \d")
_BREAKS_OFF = re.compile(r"\.\.\.\W{0,3}$")
_BEGINS_LATE = re.compile(r"^(?:\.{3}|\[\.{3}\]|[a-z]+ [a-z]+ )|^\(?(?:continued|cont'd)\b")
_EXCERPT = re.compile(r"^(?:an? )?(?:extracts?|excerpts?) (?:from|of)\b", re.I)
_EVENT = re.compile(
    r"\b(?:review|inspection|visit|challenge|plan|update|journey|assessment|prospects|rated|outcome|response)\b", re.I
)
_TOPIC = re.compile(r"\b(?:report|improvement|services?|workers|ofsted|cqc|performance|decision|findings|care)\b", re.I)
_COUNCIL_NAME = re.compile(r"^[\w' ]{3,50} council$", re.I)
_TITLE_LIKE = re.compile(r"^[A-Z][^.!?;|]{10,180}[^.!?;:|-]$")


@dataclass(frozen=True, slots=True)
class Item:
    """A run of lines about one thing; `speaks` says that it is a statement issued by the authority."""

    lines: list[Line]
    heading: Line | None
    cut: Line | None
    speaks: bool = False
    late: Line | None = None

    @property
    def completeness(self) -> Completeness:
        """Return whether the item shows a cut, at its end or, by its first line, before its start."""
        if self.cut:
            return "truncated_end"
        return "complete" if self.late is None else "excerpt" if self.late.has(_EXCERPT) else "truncated_start"


def items(lines: list[Line]) -> list[Item]:
    """Part a document into its items; most have one."""
    starts = [0, *_starts(lines), len(lines)]
    runs = [(lines[begin:end], begin) for begin, end in pairwise(starts)]
    kept = [(run, begin) for run, begin in runs if sum(not line.boilerplate for line in run) >= 3] or [(lines, 0)]
    last = len(kept) - 1
    return [_item(run, lines[begin - 1] if begin else None, place == last) for place, (run, begin) in enumerate(kept)]


def relation(parts: list[Item]) -> Relation:
    """Return how the items of a document hang together."""
    if len(parts) == 1:
        return "single"
    return "same_subject" if any(part.speaks for part in parts) else "unrelated"


def broken(parts: list[Item]) -> Item | None:
    """Return the item that shows best that a document is not whole, or None."""
    return next((part for part in parts if part.cut), None) or next((part for part in parts if part.late), None)


def heading(lines: list[Line]) -> Line | None:
    """Return the line that names what the lines are about: the first heading that is more than a label."""
    near = [line for line in lines[:30] if not line.boilerplate and not _is_council_name(line)]
    candidates = [line for line in near if line.kind == "heading"]
    posted = (before for before, line in pairwise(lines) if before.kind == "heading" and _POSTED.match(line.low))
    long = [line for line in candidates if len(line.words.split()) >= 3]
    telling = (line for cue in (_EVENT, _TOPIC) for line in long if line.has(cue))
    # A title that runs on into the line below it reads as a sentence without an end.
    unended = (line for line in near[:8] if line.kind == "sentence" and line.has(_TITLE_LIKE))
    return next(chain(posted, telling, unended, candidates), None)


def _starts(lines: list[Line]) -> Iterator[int]:
    """Yield the positions at which an item after the first begins."""
    posts = [
        place for place, (before, line) in enumerate(pairwise(lines)) if before.kind == "heading" and _POSTED.match(line.low)
    ]
    if len(posts) > 1:
        yield from posts[1:]
        return
    for place, line in enumerate(lines[1:], 1):
        before = lines[place - 1]
        if (
            line.kind == "heading" and _is_cut(before) and not before.boilerplate and not _same_page(lines, place)
        ) or _announces(before):
            yield place


def _is_council_name(line: Line) -> bool:
    return line.low.endswith(" council") and line.has(_COUNCIL_NAME)


def _is_cut(line: Line) -> bool:
    return bool(_CUT.search(line.low))


def _announces(line: Line) -> bool:
    """Say whether a line says that a statement of the authority follows."""
    if line.low.endswith(":") and _RESPONSE.match(line.low):
        return True
    return "statement from" in line.low and bool(_STATEMENT.search(line.low))


def _same_page(lines: list[Line], place: int) -> bool:
    """Say whether the lines after a cut only go on with the page: its furniture, or another meeting on the same issue."""
    rest = [line for line in lines[place:] if not line.boilerplate]
    return len(rest) < 5 or rest[0].words.lower().startswith("meeting:")


def _item(run: list[Line], before: Line | None, is_last: bool) -> Item:
    cuts = [line for line in run if _is_cut(line) and not line.boilerplate]
    if not cuts and is_last:
        ends = [line for line in run if not line.boilerplate][-1:]
        cuts = [line for line in ends if line.has(_BREAKS_OFF)]
    first = next((line for line in run if not line.boilerplate), None)
    late = first if first and before is None and (first.has(_BEGINS_LATE) or first.has(_EXCERPT)) else None
    return Item(run, heading(run), cuts[-1] if cuts else None, bool(before and _announces(before)), late)
