"""The words of a table of grades, taken apart: the names of what is graded, the grades, the heads, and what is neither.

The line breaks and blanks of a page are not in the words, so a name that runs over two lines may have a grade in its midst:
"children who need / Requires improvement / help and protection / to be good". A name that is known word for word is put
together again; one that is not known is never joined across a grade.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from summariser.rules.judgement_aspects import aspects_in, label, row_aspect
from summariser.rules.lines import Line

# Names as the frameworks give them, without the "the" that may stand before them.
_OFSTED = (
    "impact of leaders on social work practice with children and families",
    "impact of leaders on social work practice",
    "impact of leaders",
    "experiences and progress of children who need help and protection",
    "experiences and progress of children in need of help and protection",
    "experiences and progress of children in care and care leavers",
    "experiences and progress of children in care",
    "experiences and progress of children looked after and achieving permanence",
    "experiences and progress of care leavers",
    "children who need help and protection",
    "children looked after and achieving permanence",
    "children in care and care leavers",
    "children in care",
    "help and protection",
    "care leavers",
    "adoption performance",
    "adoption",
    "leadership management and governance",
    "leadership",
    "local safeguarding children board",
    "effectiveness of the local safeguarding children board",
    "overall effectiveness",
    "overall judgement",
    "overall rating",
    "overall grade",
    "overall",
)
_YOUTH = (
    "governance and leadership",
    "leadership and governance",
    "staffing",
    "staff",
    "partnerships and services",
    "information and facilities",
    "organisational delivery",
    "work with children in court orders",
    "work with children in the community",
    "court disposals",
    "out of court disposal policy and provision",
    "out of court disposals",
    "resettlement policy and provision",
    "resettlement",
    "assessment",
    "assessing",
    "planning",
    "implementation and delivery",
    "delivery",
    "reviewing",
    "overall rating",
    "overall",
)
_NAMES = {
    code: sorted((tuple(name.split()) for name in names), key=len, reverse=True)
    for code, names in (("", _OFSTED), ("youth_justice_inspection", _YOUTH), ("scotland_care_inspectorate", ()))
}
_FOUR = (
    r"(?:Requires|REQUIRES)(?:\s+(?:[Ii]mprovement|IMPROVEMENT)(?:\s+(?:to be [Gg]ood|To Be Good|TO BE GOOD))?)?|Inadequate|INADEQUATE"
    r"|Outstanding|OUTSTANDING|Good|GOOD|Adequate|ADEQUATE|RI\b"
)
_REST = r"(?P<rest>[Ii]mprovement(?: to(?: be(?: [Gg]ood)?)?)?|IMPROVEMENT(?: TO BE GOOD)?|TO BE GOOD|to be [Gg]ood|to be|be [Gg]ood|to|be|good)"
_BEGUN = ("requires", "requires improvement to", "requires improvement to be")
_WHOLE = "requires improvement to be good"
_SIX = r"Unsatisfactory|Weak|Adequate|Very [Gg]ood|Good|Excellent"
_NONE = r"(?P<none>[Nn]ot (?:rated|judged|graded|inspected|applicable|given)|N/[Aa]|No rating)"
_TOKENS = {
    scale: re.compile(rf"(?<![\w-])(?:(?P<grade>{grades})|{rest}|{_NONE})(?![\w-])|(?P<number>\b\d[\d.]*\)?)|(?P<word>[A-Za-z][\w'-]*)")
    for scale, grades, rest in (("", _FOUR, _REST), ("scotland_care_inspectorate", _SIX, r"(?P<rest>$^)"))
}  # fmt: skip
_ASIDE = re.compile(r"\((?![^)]*(?:19|20)\d\d)[^)]*\)|\[\d{1,2}\]")
_OF_LABELS = r"(?:area|aspect|category|standard|theme|domain|service|quality indicator|qi|what (?:we|was) (?:judged|inspected|looked at))s?(?: of (?:practice|service))?(?: inspected| judged)?"
_OF_GRADES = r"(?:grade|rating|evaluation|outcome|judgement|result)s?(?: (?:given|awarded))?"
_HEADS = (
    ("label", re.compile(rf"\W*(?:qi\W+)?(?:{_OF_LABELS}|judgement(?: area)?s?)(?: and)?\W+{_OF_GRADES}\W*")),
    ("grade", re.compile(rf"\W*(?:{_OF_GRADES})(?: and)?\W+(?:qi\W+)?(?:{_OF_LABELS}|judgement area)\W*")),
    ("", re.compile(rf"\W*(?:{_OF_LABELS}|{_OF_GRADES})\W*")),
)
_HEAD_IN_ROW = re.compile(r"^\W*(?:qi\W+)?quality indicators?\W+evaluations?\b\W*|^\W*judgements?\W+grades?\b\W*")
_YEAR = re.compile(r"(?:19|20)\d\d\b")
# What says of which time a grade is, or whose own it is; other rules read that.
_TIMED = re.compile(r"\b(?:previous|last|earlier|prior|former|before|old|current|latest|new|this|now|self)\b")
# A part of a name, of which the rest stands elsewhere.
_PART = re.compile(r"^[a-z]|\b(?:and|of|for|with|the|who|in|to|need|and care)$")
_PROVIDED = re.compile(r"\bhomes?\b|\bfostering agenc|\badoption agenc|\bschools?\b|\bnurser|\bproviders?\b")


@dataclass(slots=True)
class Piece:
    """A name or a grade: where among the words of the run it begins and ends, on which line, and what it is.

    `code` is of a grade that a grade was given, `aspect` of a name that it is known; `start` is its place in the line's words.
    """

    kind: str
    first: int
    last: int
    line: Line
    start: int
    words: str
    code: str | None = None
    aspect: str | None = None


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a name: its place among the words of the run and in its line, and whether a name may begin with it."""

    place: int
    text: str
    line: Line
    start: int
    opens: bool

    @property
    def low(self) -> str:
        return self.text.lower().replace("-", " ").replace(",", "")


def head_of(line: Line) -> str | None:
    """Return which column a line says comes first, "label" or "grade"; empty if it heads a table and does not say; else None."""
    return next((side for side, cue in _HEADS if cue.fullmatch(line.low)), None)


def is_part(name: str) -> bool:
    """Say whether words are a part of a name, of which the rest stands elsewhere."""
    return bool(_PART.search(name))


def pieces(lines: list[Line], regime: str | None) -> list[Piece] | None:
    """Return the names and grades of a run of lines in order: none if they are torn, None if the words say whose or when."""
    words: list[_Word] = []
    grades: list[Piece] = []
    opens: Line | None = None  # the line on which no name can begin but behind a grade, a number or another name
    for place, (line, token) in enumerate(_tokens(lines, regime)):
        fresh, opens = opens is not line, None
        if token["number"]:
            if _YEAR.match(token["number"]):
                return None  # which year a column is of is told elsewhere
        elif token["rest"] and grades and _goes_on(grades[-1].words, token["rest"]):
            grades[-1].last, grades[-1].words = place, f"{grades[-1].words} {token['rest']}"
        elif token["word"] or token["rest"]:
            if (token["rest"] or "").lower().endswith(" good"):
                return []
            for part in token.group().split("-"):
                words.append(_Word(place, part, line, token.start(), fresh))
                fresh, opens = False, line
        else:
            code = None if token["none"] else _code(token["grade"])
            grades.append(Piece("grade", place, place, line, token.start(), token.group(), code))
    if any(grade.words.lower() in _BEGUN for grade in grades):
        return []
    names = list(_labels(words, regime))
    if any(_TIMED.search(name.words.lower()) for name in names):
        return None
    return sorted([*grades, *names], key=lambda piece: piece.first)


def _tokens(lines: list[Line], regime: str | None) -> Iterator[tuple[Line, re.Match[str]]]:
    """Yield the words, numbers and grades of lines, each with its line, without heads and what stands in brackets."""
    cue = _TOKENS.get(regime or "", _TOKENS[""])
    for line in lines:
        text = _ASIDE.sub(lambda match: " " * len(match.group()), line.words)
        head = _HEAD_IN_ROW.match(text.lower())
        for token in cue.finditer(text, head.end() if head else 0):
            yield line, token


def _goes_on(begun: str, rest: str) -> bool:
    """Say whether words are what a grade lacks that a line before began."""
    return begun.lower().startswith("requires") and _WHOLE.startswith(f"{begun} {rest}".lower())


def _code(words: str) -> str:
    low = words.lower()
    return "requires_improvement" if low.startswith("requires") or low == "ri" else low.replace(" ", "_")


def _labels(words: list[_Word], regime: str | None) -> Iterator[Piece]:
    """Yield the names among the words: known ones whole, across grades and lines; others up to the next grade or line."""
    at, known = 0, True
    while at < len(words):
        begins = words[at].opens or known or words[at].text[:1].isupper()
        size = _known(words, at, regime) if begins else 0
        stop = at + size if size else at + 1
        known = bool(size) and (stop == len(words) or words[stop].opens or bool(_known(words, stop, regime)))
        if not known:  # more words follow than the name has, or it is no name that is known
            stop = max(stop, at + 1)
            while (
                stop < len(words)
                and not words[stop].opens
                and not (words[stop].text[:1].isupper() and _known(words, stop, regime, 3))
            ):
                stop += 1
            size = 0
        part = words[at:stop]
        if any(word.opens for word in part[1:]) and not known:
            part = part[: next(place for place, word in enumerate(part) if place and word.opens)]
            stop = at + len(part)
        name = " ".join(word.text for word in part)
        aspect = _aspect(name, regime) if known or not is_part(name) else None
        yield Piece("label", part[0].place, part[-1].place, part[0].line, part[0].start, name, None, aspect)
        at = stop


def _known(words: list[_Word], at: int, regime: str | None, least: int = 1) -> int:
    """Return how many words from a place on are a name of the frameworks, or 0."""
    begin = at + (words[at].low == "the")
    for name in _NAMES.get(regime or "", _NAMES[""]):
        if len(name) >= least and tuple(word.low for word in words[begin : begin + len(name)]) == name:
            return begin - at + len(name)
    return 0


def _aspect(name: str, regime: str | None) -> str | None:
    """Return the part of a service that a name is of; none where it is of two, or of a home or a school."""
    low = name.lower().replace("out of court", "out-of-court")
    low = label(low) or (low if regime == "scotland_care_inspectorate" else "")
    if not low or _PROVIDED.search(low):
        return None
    several = [part for part in aspects_in(low) if part not in ("overall", "other")]
    if len(several) > 1 and regime != "youth_justice_inspection":
        return None
    return row_aspect(low, regime)
