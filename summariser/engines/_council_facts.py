"""The stated facts of a council_review, each with the line that states it, for the embedded engine."""

import re
from typing import Any

from summariser.rules import dates, papers, publishers, structure
from summariser.rules.authority import Named
from summariser.rules.lines import Line, shortened
from summariser.rules.pieces import Way

_STATEMENT = 400
_TITLE = 160
# What a paper says of a title before it: its number in the meeting, or that it is one.
_LABEL = re.compile(
    r"(?:(?i:(?:agenda )?item|minute)(?: (?:no\.? ?)?\w{1,5})?\s?[-–:.] ?|(?i:title) ?:? |[A-Z]{2,5}[./]\d{1,4} )(?=[A-Z])"
)

Data = dict[str, Any]


def publisher(item: Data, form: str, whole: structure.Item) -> Data:
    """Return who published a paper of such a form, whose first item this is."""
    by = item["reviews"][0]["conducted_by"] if item["reviews"] else missing()
    told = [Named(fact["value"], fact["evidence"][0]) if fact["value"] else None for fact in (item["authority"], by)]
    return named(publishers.publisher(whole.lines, form, whole.heading, *told))


def document_date(lines: list[Line]) -> Data:
    """Return the date of the paper, which is not that of the review."""
    found = dates.of_the_paper(lines)
    return stated(found.iso, next(line for line in lines if line.number == found.line)) if found else missing()


def completeness(part: structure.Item) -> Data:
    """Return whether an item is whole, with the line that shows a cut."""
    shown = part.cut or part.late
    return {"evidence": [shown.number] if shown else [], "value": part.completeness}


def named(found: Named | None) -> Data:
    """Return a name that the text gives, or that it gives none."""
    return {"evidence": [found.line], "value": found.value, "status": "stated"} if found else missing()


def stated(value: str, line: Line) -> Data:
    """Return a fact that a line states."""
    return {"evidence": [line.number], "value": value, "status": "stated"}


def missing() -> Data:
    """Return a fact that the text does not state."""
    return {"evidence": [], "value": None, "status": "not_stated"}


def titled(line: Line) -> Data:
    """Return the title that a line gives, without what numbers or announces it."""
    label = _LABEL.match(line.words)
    return stated(line.words[label.end() if label else 0 :][:_TITLE], line)


def cut(words: str) -> str:
    """Return a statement's words, as many of them as the schema holds."""
    return shortened(words, _STATEMENT)


def form_of_several(about: papers.Facets, way: Way | None) -> str:
    """Return the form of a paper of several items, which some forms have by their nature."""
    if way == "pack":
        return "meeting_pack"
    if way == "rows":
        return "tracker_or_dataset"
    return about.form.value if way == "standing" and about.form.value in papers.STANDING else "multi_item_page"
