"""What the Care Quality Commission rates besides councils: those who provide care and health services, which are none of a council's."""

import re
from collections.abc import Iterator

from summariser.rules.judgement_grades import Grade, code_of
from summariser.rules.lines import Line

# The year in which it began to rate councils.
_FIRST = 2023
_BANDS = ((88, "88-100"), (63, "63-87"), (39, "39-62"), (25, "25-38"))
# These are for text in lower case.
_PROVIDES = re.compile(
    r"\b(?:trust(?:'s)?|agenc(?:y|ies)|surger(?:y|ies)|(?:gp|dental|medical) practice|hospitals?|hospices?|ambulance|providers?(?:'s)?|clinics?|(?:care|nursing|residential) homes?"
    r"|(?:community|mental health|health|home care|reablement|respite) services?|services for (?:children|young))\b"
)
_COUNCIL = re.compile(r"\b(?:council|authority|borough|county|city|adult social care|adults'? services|we|us|our)\b")
# The head of a page that has run together into one line; for text as it is.
_RATING = re.compile(
    r"(?:^|[a-z\d.] )(?:Overall )?[Rr]ating: (?P<word>Inadequate|Requires [Ii]mprovement|Good|Outstanding)(?=\.?\W*(?:$|[A-Z]))(?:\.? (?:Overall )?[Ss]core: (?P<score>\d\d)%?(?=\.?\W*(?:$|[A-Z])))?"
)

# What Ofsted and others inspect by itself, and what opens a sentence on the inspection of it.
_UNIT = r"(?:fostering|adoption agency|adoption service|children's homes?|(?:care|residential|nursing) homes?|nurser(?:y|ies)|secure (?:unit|home|centre)|adult (?:education|learning)|colleges?|schools?|regulated services?|registered services?)"
_INSPECTED = re.compile(
    rf"\b{_UNIT}\b[^.;]{{0,60}}\b(?:inspected|inspections?)\b|\binspect(?:ed|ions?)(?: of)? (?:the |our |its |their |a |all )?(?:[\w'-]+ ){{0,3}}{_UNIT}\b"
)
_WHOLE = re.compile(r"\b(?:children's (?:social care )?services|adult social care|council|authority)\b(?!'s)")


def elsewhere(lines: list[Line]) -> set[int]:
    """Return the lines of paragraphs and sections that tell of the inspection of a home, a school or a fostering service."""
    found: set[int] = set()
    headed, paragraph = False, -1
    for line in lines:
        unit = "inspect" in line.low and _INSPECTED.search(line.low) and not _WHOLE.search(line.low)
        if line.kind == "heading":
            headed, paragraph = bool(unit), -1
        elif unit:
            paragraph = line.paragraph
        if (headed or line.paragraph == paragraph) and not _WHOLE.search(line.low):
            found.add(line.number)
    return found


def is_of_a_council(grade: Grade, year: int | None) -> bool:
    """Say whether a rating by the commission can be a council's: it is of no provider, and not from before councils were rated."""
    if year is not None and year < _FIRST:
        return False
    low = grade.line.low
    sentence = low[low.rfind(". ", 0, grade.start) + 1 : grade.start]
    return not _PROVIDES.search(sentence) or bool(_COUNCIL.search(sentence))


def band_of(score: int) -> str | None:
    """Return the band of a percentage, or None if it is of none."""
    return next((band for least, band in _BANDS if least <= score <= 100), None)


def headed(line: Line, regime: str | None) -> Iterator[Grade]:
    """Yield the rating, and the score, that the head of a page about a council's assessment gives."""
    if regime != "cqc_la_assessment" or "ating: " not in line.words or not (match := _RATING.search(line.words)):
        return
    yield Grade(line, match.start("word"), match["word"], code_of(match["word"]), "overall", scale="cqc_la_rating")
    if match["score"] and (band := band_of(int(match["score"]))):
        yield Grade(line, match.start("score"), match["score"], band, "overall", scale="cqc_la_percent")
