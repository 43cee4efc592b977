"""Reads the two questions of a joint review, and the stars, from tables and from answers that stand behind their question."""

import re
from collections.abc import Iterator
from itertools import pairwise

from summariser.rules.judgement_columns import Column, heads
from summariser.rules.judgement_grades import Grade
from summariser.rules.judgement_social import SERVICE, how_well
from summariser.rules.lines import Line
from summariser.rules.regimes import mentions

# These are for text in lower case.
_ANSWER = re.compile(
    r"(?P<how>not all|not|some|most|many|few|all|yes|no)(?: (?:people|of them))?(?: (?:are )?(?:served )?(?:well)(?: served)?)?\b|\b(?P<well>well)\b"
)
_PROSPECT = re.compile(r"poor|uncertain|promising|excellent")
_AXIS = re.compile(
    r"(?P<asked>[^.;|]{0,60}?\b(?:(?P<served>serv(?:ing|ed|es) [\w' ]{0,40}well|how well [\w' ]{0,40}served|people served)|(?P<prospects>capacity (?:for improv\w+|to improve)|prospects(?: (?:for|of) improv\w+)?))"
    r"[^.;|\w]{0,5})[ |:-]+(?P<values>(?:\W*\b(?:not|some|most|many|few|all|yes|no|people|well|served|poor|uncertain|promising|excellent)\b\W*){1,12})"
)
_ASKED = re.compile(r"\b(?:(?P<served>serving (?:people )?well)|(?P<prospects>(?:capacity|prospects)\b[^?:]{0,30}))\?$")
# The answer, at the end or before what a line of its own would begin; for text as it is.
_SAID = re.compile(
    r"\W*(?:(?P<how>[Nn]ot well|[Nn]ot|[Ss]ome|[Mm]ost|[Mm]any|[Yy]es|[Nn]o|[Ww]ell)(?: people)?(?: well)?|(?P<prospect>[Pp]oor|[Uu]ncertain|[Pp]romising|[Ee]xcellent))(?=[.,;|]|\s+[A-Z]|\W*$)"
)
_STARS = re.compile(r"([0-3]|no|none|one|two|three)(?: stars?)?")
_NUMBERS = {"no": "0", "none": "0", "one": "1", "two": "2", "three": "3"}
_SHORT = 90


def axes(lines: list[Line]) -> Iterator[Grade]:
    """Yield the answers of a table whose head or rows ask the two questions of a joint review, and of lines that ask them."""
    yield from _rows_of_axes(lines)
    yield from _answers(lines)
    for head, line in pairwise(lines):
        if "|" in head.low and "|" in line.low and "serv" in head.low and "prospects" in head.low:
            yield from _cells(head, line)


def _cells(head: Line, line: Line) -> Iterator[Grade]:
    """Yield what a row answers to the questions in the head of its table."""
    at = 0
    for asked, cell in zip(head.low.split("|"), line.low.split("|"), strict=False):
        word = cell.strip(" .*'\"()")
        start = at + cell.find(word)
        at += len(cell) + 1
        stated = line.words[start : start + len(word)]
        service = SERVICE.search(asked)
        of = service.group() if service else ""
        if "prospects" in asked and word in ("poor", "uncertain", "promising", "excellent"):
            yield Grade(line, start, stated, word, "prospects", None, "jr_prospects", of=of)
        elif "serv" in asked and (code := how_well(word)):
            yield Grade(line, start, stated, code, "people_served", None, "jr_people_served", of=of)
        elif asked.strip() in ("stars", "star rating") and (stars := _STARS.fullmatch(word)):
            yield Grade(line, start, stated, _NUMBERS.get(stars[1], stars[1]), "overall", None, "ss_stars")


def _answers(lines: list[Line]) -> Iterator[Grade]:
    """Yield the answers that stand behind their question: "Adults: serving people well? Most. Capacity to improve? Promising."."""
    service, paragraph = "", -1
    for line, answer in pairwise(lines):
        if not line.low.endswith("?") or not (asked := _ASKED.search(line.low)):
            continue
        service = "" if line.paragraph != paragraph else service
        paragraph = line.paragraph
        named = SERVICE.search(line.low)
        service = named.group() if named else service
        said = _SAID.match(answer.words) if answer.paragraph == line.paragraph else None
        kind = "how" if asked["served"] else "prospect"
        word = said and said[kind]
        code = word and (how_well(word.lower()) if asked["served"] else word.lower())
        if said and word and code and not mentions(answer.low[said.end() :]):  # what follows is about another review
            start, stated = said.start(kind), word
            scale, aspect = ("jr_people_served", "people_served") if asked["served"] else ("jr_prospects", "prospects")
            yield Grade(answer, start, stated, code, aspect, None, scale, of=service)


def _rows_of_axes(lines: list[Line]) -> Iterator[Grade]:
    """Yield the answers that stand behind their question in a row, under the years and, where it is said, the service."""
    columns: list[Column] = []
    service = ""
    for line in lines:
        row = None if line.low.endswith("?") else _AXIS.fullmatch(line.low)
        if row is None:
            whose = SERVICE.search(line.low) if line.kind == "heading" else None
            service = whose.group() if whose else service if len(line.low) < _SHORT else ""
            columns = heads(line) or (columns if len(line.low) < _SHORT else [])
            continue
        prospects = row["prospects"] is not None
        words = list((_PROSPECT if prospects else _ANSWER).finditer(row["values"]))
        if len(words) > 1 and len(words) != len(columns):
            continue  # whose each is, nobody says
        latest = max((column.year or 0 for column in columns), default=0)
        of = next(iter(SERVICE.findall(row["asked"])), service)
        for place, word in enumerate(words):
            column = columns[place] if len(columns) == len(words) else Column()
            past = column.past or bool(column.year and column.year < latest)
            start = row.start("values") + word.start()
            stated = line.words[start : start + len(word.group())]
            code = word.group() if prospects else how_well(word["how"] or "well")
            scale, aspect = ("jr_prospects", "prospects") if prospects else ("jr_people_served", "people_served")
            if code:
                yield Grade(line, start, stated, code, aspect, None, scale, column.year, past, of=of)
