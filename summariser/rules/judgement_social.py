"""Finds what reviews of social services judged until 2009: how many people are served well, with what prospects, and the stars."""

import re
from collections.abc import Iterator

from summariser.rules import judgement_guards as guards
from summariser.rules.judgement_grades import Grade
from summariser.rules.lines import Line

# These are for text in lower case.
_PEOPLE = r"(?:of (?:its |the |their )?)?(?:[\w-]+ )?(?:people|adults|children|users|residents|families|citizens)"
_SERVED = (
    re.compile(rf"(?P<no>\bnot |n't )?\bserv(?:ing|es?|ed) (?:(?P<how>some|most|many|all|no) )?(?:{_PEOPLE} )?(?:very )?well\b(?P<asked>\?)?"),
    re.compile(
        rf"\b(?:(?P<how>some|most|many|not all|few|no) )?{_PEOPLE}\b(?: [\w'-]+){{0,6}}? (?:(?P<no>not |poorly )(?:being )?)?(?:well served|served (?P<ill>poorly|well))\b(?P<asked>\?)?"
    ),
)  # fmt: skip
_ANSWERED = re.compile(r"\bserv(?:ed|ing) (?:\w+ )?well\b\W{1,5}(?P<how>not|most|some|many|yes|no|well)\b")
_PROSPECTS = re.compile(
    r"\b(poor|uncertain|promising|excellent) (?:prospects|capacity (?:to improve|for improvement))|\b(?:prospects|capacity (?:to improve|for improvement))\b[^.;]{0,40}?\W(poor|uncertain|promising|excellent)\b"
)
SERVICE = re.compile(r"\b(?:adult|children|older people)")
_RATED_APART = ("ss_star_rating", "ss_performance_assessment")
_SHORT, _NEAR, _CLAUSE = 90, 20, 140
_NUMBERS = {"no": "0", "zero": "0", "nil": "0", "one": "1", "two": "2", "three": "3", "four": "4", "first": "1", "second": "2", "third": "3"}  # fmt: skip
_STARS = re.compile(
    r"(?:\b(?:a|its|their|the) (?P<nth>first|second|third) star\b|\b(?P<count>no|zero|nil|one|two|three|four|[0-4])[- ]stars?\b)(?! (?:hotel|restaurant|hygiene|energy|food))"
)
_STAR_JOURNEY = re.compile(
    r"\bfrom (no|zero|one|two|three|[0-3])(?:[- ]stars?)? to (one|two|three|four|[0-4]|no|zero)(?:[- ]stars?)?\b"
)
_THEIR_OWN = re.compile(
    r"\b(?:our|we(?! (?:therefore )?(?:conclud|found|find|judg|consider|report)\w*)|whether|how)\b[^,]{0,25}$"
)
_STEP = re.compile(r"\b(?:by|lost|losing|another|gained the|each) $")
_SCALE_TOLD = re.compile(r"\bto three stars\b|\bout of a possible\b|\bstars? (?:means?|is the|are)\b|\bequals\b")


def social(line: Line, regime: str | None, own: guards.Names) -> Iterator[Grade]:
    """Yield the two axes and the stars that a line gives."""
    if "serv" in line.low and "well" in line.low:
        yield from _served(line, regime, own)
    if "prospects" in line.low or "capacity" in line.low:
        yield from _prospects(line, regime, own)
    if "star" in line.low and not guards.explains(line.low):
        yield from _stars(line, regime, own)


def how_well(word: str) -> str | None:
    """Return the code of an answer to how many people are served well, in lower case, or None if it is none."""
    return {
        "some": "some_well", "most": "most_well", "many": "most_well", "yes": "well", "well": "well", "all": "well", "no": "not_well",
        "not": "not_well", "not well": "not_well", "not all": "some_well", "few": "some_well", "some people well": "some_well",
        "most people well": "most_well",
    }.get(word)  # fmt: skip


def _unsaid(line: Line, start: int, end: int, own: guards.Names) -> bool:
    """Say whether the words around a judgement make it a hope, a count or another council's."""
    begin = max(line.low.rfind(". ", 0, start), line.low.rfind(";", 0, start)) + 1
    clause = line.low[max(begin, start - 110) : start]
    return (
        bool(_THEIR_OWN.search(clause[-60:]))
        or bool(guards.BY_THEN.match(line.low, end))
        or guards.ruled_out(clause)
        or guards.is_of_another(line.words[begin:start], own)
    )


def _told(line: Line, start: int, end: int, code: str, aspect: str, scale: str, regime: str | None = None) -> Grade:
    past = guards.time_said(line.low[max(0, start - _CLAUSE) : start], line.low[end : end + 40])
    stated = line.words[start:end].strip(" '\"-:?")
    of = _whose(line.low, start, end) if regime in _RATED_APART else ""
    return Grade(line, start, stated, code, aspect, None, scale, past=past is True, now=past is False, of=of)


def _whose(low: str, start: int, end: int) -> str:
    """Return whether what a sentence says is of adults or of children, which star ratings judged apart; none if it is not said."""
    before = SERVICE.findall(low[low.rfind(". ", 0, start) + 1 : end])
    behind = SERVICE.search(low, end, end + _NEAR)
    return before[-1] if before else behind.group() if behind else ""


def _served(line: Line, regime: str | None, own: guards.Names) -> Iterator[Grade]:
    if match := _ANSWERED.search(line.low):
        code = how_well(match["how"])
        if code and "?" in match.group():
            yield _told(line, *match.span(), code, "people_served", "jr_people_served", regime)
            return
    spans: list[tuple[int, int]] = []
    for cue in reversed(_SERVED):
        for match in cue.finditer(line.low):
            seen = any(match.start() < end and begin < match.end() for begin, end in spans)
            if seen or match["asked"] or _unsaid(line, *match.span(), own):
                continue
            spans.append(match.span())
            ill = match["no"] or "poorly" in match.group()
            code = "not_well" if ill else how_well(match["how"] or "well")
            if code:
                yield _told(line, *match.span(), code, "people_served", "jr_people_served", regime)


def _prospects(line: Line, regime: str | None, own: guards.Names) -> Iterator[Grade]:
    for match in _PROSPECTS.finditer(line.low):
        rated = "capacity" not in match.group() or regime in _RATED_APART
        if rated and not _unsaid(line, *match.span(), own):
            yield _told(line, *match.span(), match.group(1) or match.group(2), "prospects", "jr_prospects", regime)


def _stars(line: Line, regime: str | None, own: guards.Names) -> Iterator[Grade]:
    scale = {"cpa": "cpa_2005_stars", "best_value_inspection": "bv_stars"}.get(regime or "", "ss_stars")
    most = 4 if scale == "cpa_2005_stars" else 3
    if match := _STAR_JOURNEY.search(line.low):
        if not _unsaid(line, *match.span(), own):
            for group, end in ((1, "from"), (2, "to")):
                code = _NUMBERS.get(match[group], match[group])
                yield Grade(line, match.start(group), line.words[slice(*match.span(group))], code, "overall", end, scale)
        return
    marks = list(_STARS.finditer(line.low))
    if len(marks) > 1 and line.kind == "table_row":
        return  # whose or of which year each is, only the columns say
    for match in marks:
        word = match["nth"] or match["count"]
        code = _NUMBERS.get(word, word)
        given = line.low.startswith(" out of a possible", match.end())
        counted = _STEP.search(line.low[: match.start()]) or (_SCALE_TOLD.search(line.low) and not given)
        if int(code) <= most and not counted and not _unsaid(line, *match.span(), own):
            yield _told(line, *match.span(), code, "overall", scale)
