"""Reads tables of grades whose columns are parted by blanks, or whose cells stand on lines of their own.

Which name a grade is of is decided by the table as a whole: by its head, by the lines that hold both, and by whether names and
grades take turns from the first to the last. A table that could be read in two ways is not read, by nobody: a wrong grade is
worse than none.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from summariser.rules.judgement_aspects import label, row_aspect, says
from summariser.rules.judgement_domains import is_bare
from summariser.rules.judgement_grades import Grade
from summariser.rules.judgement_labels import Piece, head_of, is_part, pieces
from summariser.rules.lines import Line

About = Callable[[Line], str | None]
_SCALES = {"scotland_care_inspectorate": "scotland_6"}
_REGIMES = (
    "scotland_care_inspectorate",
    "youth_justice_inspection",
    "ofsted_ilacs",
    "ofsted_sif",
    "ofsted_slac_era",
    "cqc_la_assessment",
)
_MOST_WORDS = 14  # of a row that holds one grade, besides the names that are known
_SHORT = 70
_JOINED = 55  # characters of a line to which the next one may have been joined, so that the two look like one
_FEWEST = 2  # grades of a table


# Dots or lines that lead from one column to the other.
_LEADER = re.compile(r"[.\u2026_\u00b7]{3,}|\u2026")
_GRADE_BEFORE = re.compile(r"(?:inadequate|improvement|good|outstanding|adequate|weak|excellent|unsatisfactory)\W*$")
# What heads a table or a paper, and is no part of a service.
_TITLE = re.compile(
    r"\d|:|\b(?:judgements?|grades?|ratings?|outcomes?|inspect\w+|reports?|summary|results?|table|dates?|council|findings?|evaluations?|ofsted|probation)\b"
)
_CAPITAL = re.compile(r"\b(?:Requires|Inadequate|Good|Outstanding)\b")
_SMALL = re.compile(r"\b(?:inadequate|requires improvement|good|outstanding|adequate|weak|excellent|unsatisfactory)\b")


@dataclass(frozen=True, slots=True)
class _Run:
    """Lines that may be a table: which column its head or its leaders name first, and what stands around it.

    `prose_behind` says that a sentence follows, `open_before` that the line before may be the name of a part too.
    """

    lines: list[Line]
    side: str
    prose_behind: bool
    open_before: bool


@dataclass(slots=True)
class Laid:
    """The grades of all such tables, the lines that nobody else is to read, and those that are to be read as rows or not at all."""

    grades: list[Grade] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)
    rows: set[int] = field(default_factory=set)


def laid_out(lines: list[Line], about: About) -> Laid:
    """Return the grades of the tables among the lines."""
    laid = Laid(taken={line.number for line in lines if _is_unparted(line)})
    for run in _runs(lines, about):
        regime = about(run.lines[0])
        found = pieces(run.lines, regime)
        grades = [piece for piece in found or [] if piece.kind == "grade"]
        if (
            found
            and len(grades) == 1
            and found[0] is grades[0]
            and any(piece.aspect for piece in found[1:2])
            and not _is_joined(run.lines[0])
        ):
            laid.taken.add(run.lines[0].number)  # a grade alone over a name: of that or of nothing
        if found == []:
            laid.taken.update(line.number for line in run.lines)
        if not found or len(grades) < _FEWEST:
            continue
        if _has_columns(found) and not _is_wrapped(found):
            laid.rows.update(line.number for line in run.lines)
            continue
        laid.taken.update(line.number for line in run.lines)
        laid.grades += [_grade(name, given, regime) for name, given in _pairs(found, run) if name.aspect and given.code]
    return laid


def _is_unparted(line: Line) -> bool:
    """Say whether a line is a table in small letters, in which nothing parts the names from the grades."""
    words = line.words.replace(" to be good", "")
    grades = len(_SMALL.findall(words))
    parted = any(mark in words for mark in ";:|") or words.endswith(".") or says(words.lower())
    return grades >= _FEWEST and not parted and words.count(",") < grades


def _is_joined(line: Line) -> bool:
    return len(line.words) >= _JOINED


def _grade(name: Piece, given: Piece, regime: str | None) -> Grade:
    shared = name.aspect in ("other", "outcome_area")
    words = given.line.words[given.start :]
    whole = next((said for said in (given.words, "requires improvement") if words.lower().startswith(said.lower())), "")
    stated = words[: len(whole or given.words.split()[0])]
    scale = _SCALES.get(regime or "")
    return Grade(
        given.line, given.start, stated, given.code or "", name.aspect or "", None, scale, of=name.words if shared else ""
    )


def _runs(lines: list[Line], about: About) -> Iterator[_Run]:
    """Yield the runs of lines that may be a table."""
    run: list[Line] = []
    side, before = "", None
    for line in [*lines, None]:
        head = head_of(line) if line else None
        if line and head is None and _may_be_row(line, about(line), within=bool(run)):
            run.append(line)
            continue
        kept, above = _about_grades(run, about)
        if kept:
            above = above or before
            opens = above is not None and above.kind == "heading" and not _TITLE.search(above.low)
            yield _Run(kept, _led(kept) or side, line is not None and line.kind == "sentence", opens)
        side = (head or ("" if run else side)) if head is not None else ""
        run, before = [], line
        before = None if head is not None else line


def _led(run: list[Line]) -> str:
    """Return which column leaders lead away from; "both" if they lead from either, none if there are no leaders."""
    sides = {
        "grade" if _GRADE_BEFORE.search(line.low[: mark.start()]) else "label"
        for line in run
        for mark in _LEADER.finditer(line.low)
        if line.low[: mark.start()].strip()
    }
    return "both" if len(sides) > 1 else next(iter(sides), "")


def _about_grades(run: list[Line], about: About) -> tuple[list[Line], Line | None]:
    """Return a run without the lines at its ends that name nothing known, and the line before it; one stays beside a grade."""
    graded = [
        place
        for place, line in enumerate(run)
        if _CAPITAL.search(line.words) or any(piece.kind == "grade" for piece in pieces([line], about(line)) or [])
    ]
    if not graded:
        return [], None
    regime = about(run[0])
    first, last = graded[0], graded[-1]
    free = regime == "scotland_care_inspectorate"  # where any words may be a name
    while first > 0 and (first == graded[0] or (not free and _is_known(run[first - 1], regime))):
        first -= 1
    while last < len(run) - 1 and (
        last == graded[-1] or run[last + 1].words[:1].islower() or (not free and _is_known(run[last + 1], regime))
    ):
        last += 1
    return run[first : last + 1], run[first - 1] if first else None


def _may_be_row(line: Line, regime: str | None, *, within: bool) -> bool:
    """Say whether a line can be a row of a table: grades and names, and no sentence."""
    low = _LEADER.sub(" ", line.low).strip()
    bare = ":" in low and is_bare(low)  # of what its rating is, the heading above says
    if bare or regime not in _REGIMES or "|" in low or low.endswith((".", "?", ";", ":", "!")) or ". " in low[5:]:
        return False
    parts = pieces([line], regime)
    if not parts:  # the rest of a grade that the line before begins
        return (within and len(low) < _SHORT) or (parts is not None and bool(_CAPITAL.search(line.words)))
    grades = sum(piece.kind == "grade" for piece in parts)
    free = regime == "scotland_care_inspectorate"
    if grades:
        words = sum(len(piece.words.split()) for piece in parts if piece.kind == "label" and (free or not piece.aspect))
        return words <= _MOST_WORDS * grades
    if (len(low) >= _SHORT * 2 or says(low)) and (free or not all(piece.aspect for piece in parts)):
        return False
    return within or _is_known(line, regime, parts)


def _is_known(line: Line, regime: str | None, parts: list[Piece] | None = None) -> bool:
    """Say whether a line, of these pieces if they are known, names parts of a service and no more."""
    parts = parts or pieces([line], regime)
    return bool(row_aspect(label(line.low), regime)) or bool(parts and all(piece.aspect for piece in parts))


def _has_columns(found: list[Piece]) -> bool:
    """Say whether two grades stand side by side between names, which are those of two years."""
    kinds = "".join("G" if piece.kind == "grade" else "L" for piece in found)
    return bool(re.fullmatch("L*(?:LGGG?)+L*", kinds)) and not re.fullmatch("LL+G+", kinds)


def _is_wrapped(found: list[Piece]) -> bool:
    """Say whether cells of a table run over several lines, so that of two columns nobody can say what goes on from which."""
    names = [piece for piece in found if piece.kind == "label"]
    grades = [piece for piece in found if piece.kind == "grade"]
    parted = any(name.first < given.first < name.last for name in names for given in grades)
    return parted or any(given.last > given.first for given in grades) or any(is_part(name.words) for name in names)


def _pairs(found: list[Piece], run: _Run) -> list[tuple[Piece, Piece]]:
    """Return each name with its grade; nothing where it is in doubt which is whose."""
    names = [piece for piece in found if piece.kind == "label"]
    grades = [piece for piece in found if piece.kind == "grade"]
    if len(names) > 1 and names[-1].last < grades[0].first:
        first = grades[0]
        apart = first.line is not names[-1].line or first.start >= _JOINED
        sure = apart and len(names) == len(grades) and all(name.aspect for name in names)
        return list(zip(names, grades, strict=True)) if sure else []
    joined = [(name, given) for name in names for given in grades if name.first < given.last and given.first < name.last]
    if len({id(name) for name, _ in joined}) < len(joined) or len({id(given) for _, given in joined}) < len(joined):
        return []
    done = {id(piece) for pair in joined for piece in pair}
    turns = {way: pairs for way in (1, -1) if (pairs := _taking_turns(found, done, way)) is not None}
    way = _way(found, done, run, set(turns))
    return [*joined, *turns[way]] if way else []


def _taking_turns(found: list[Piece], done: set[int], step: int) -> list[tuple[Piece, Piece]] | None:
    """Return each grade with the name before it (`step` 1) or behind it (-1); None if one has none."""
    pairs = []
    for place, piece in enumerate(found):
        if piece.kind == "grade" and id(piece) not in done:
            beside = place - step
            name = found[beside] if 0 <= beside < len(found) else None
            if name is None or name.kind != "label" or id(name) in done:
                return None
            pairs.append((name, piece))
    return pairs


def _way(found: list[Piece], done: set[int], run: _Run, ways: set[int]) -> int | None:
    """Return whether names stand before their grades (1) or behind them (-1); None if it cannot be told."""
    signs = {1 if run.side == "label" else -1} if run.side else set()
    if not _led(run.lines):
        signs |= _signs(found, done)
    if len(signs) > 1 or run.side == "both":
        return None
    if signs:
        return next(iter(signs)) if signs <= ways else None
    if len(ways) == 1:
        unknown = found[0].kind == "label" and not found[0].aspect and found[1].line is not found[0].line
        return None if unknown or (ways == {-1} and run.open_before) else next(iter(ways))
    # A name is left over at one end or the other: behind a table it is the heading of the text that follows.
    return 1 if ways and found[0].aspect and run.prose_behind else None


def _signs(found: list[Piece], done: set[int]) -> set[int]:
    """Return the directions that lines with one name and one grade speak for; two lines that were joined speak for none."""
    signs = set()
    for number in dict.fromkeys(piece.line.number for piece in found):
        here = [piece for piece in found if piece.line.number == number]
        if len(here) == 2 and {piece.kind for piece in here} == {"label", "grade"} and id(here[0]) not in done:
            if here[0].kind == "grade":
                signs.add(-1)
            elif here[1].start < _JOINED:
                signs.add(1)
    return signs
