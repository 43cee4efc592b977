"""Fills a general brief from the lines of a document, for the embedded engine."""

import re
from typing import Any

from summariser.rules import actions, dates, figures, papers, structure
from summariser.rules.central import MOST, ranked
from summariser.rules.lines import Line
from summariser.rules.outline import Outline

Data = dict[str, Any]

_FORMS = {
    "minutes_item": "minutes", "meeting_pack": "minutes", "officer_report": "report", "inspection_report": "report",
    "peer_feedback": "report", "commissioner_report": "report", "case_review": "report", "self_account": "report",
    "inspection_letter": "letter", "improvement_or_action_plan": "plan", "press_release": "press_release",
    "news_article": "news", "opinion_or_blog": "opinion", "guidance_or_framework": "guidance",
    "tracker_or_dataset": "dataset", "information_page": "web_page",
}  # fmt: skip
_MOST_POINTS = 20
_IN_SUMMARY = 3
_MOST = 40
_LONGEST = 300
_ACTS = re.compile(r"\b(?:will|must|should|is to|are to|agreed to|resolved|plans? to|needs? to)\b", re.I)


def build(outline: Outline) -> tuple[Data, list[str]]:
    """Return the brief as plain data, and notes on what was left out.

    Without a model there is no telling topics or audience, so these stay empty; the main points are the sentences that say
    most of what all of them say, in the document's order; where all of them are actions, these.
    """
    lines = outline.lines
    part = structure.Item(lines, structure.heading(lines), None)
    told = [line for line in lines if not line.boilerplate and line.kind in ("sentence", "list_item")]
    form = papers.facets(part).form.value
    acting = [line for line in told if _ACTS.search(line.words) and len(line.words.split()) > 3 and len(line.words) <= _LONGEST]
    points, central, notes = _points(told, acting)
    counted = [(line, figure) for line in told for figure in figures.figures(line)]
    dated = [(line, period) for line in told for period in dates.periods(line.words) if len(line.words) <= _LONGEST]
    notes += [
        f"There are {len(found)} {name}; the brief holds the first {most}."
        for name, found, most in (
            ("actions", acting, _MOST),
            ("figures", counted, _MOST),
            ("dates", dated, _MOST),
        )
        if len(found) > most
    ]
    brief = _facts(part, form) | {
        "key_points": [
            {"evidence": [line.number], "point_id": f"P{place}", "statement": line.words, "speaker": None}
            for place, line in enumerate(points, 1)
        ],
        "actions": [_action(line, place) for place, line in enumerate(acting[:_MOST], 1)],
        "figures": [
            {
                "evidence": [line.number],
                "figure_id": f"N{place}",
                "measure": figure.measure,
                "value": figure.value,
                "unit": figure.unit,
            }
            for place, (line, figure) in enumerate(counted[:_MOST], 1)
        ],
        "dates": [
            {"evidence": [line.number], "event_id": f"E{place}", "when": period.iso, "statement": line.words}
            for place, (line, period) in enumerate(dated[:_MOST], 1)
        ],
    }
    brief["summary"] = [
        {"text": point["statement"], "supports": [point["point_id"]]}
        for point in brief["key_points"]
        if not central.isdisjoint(point["evidence"])
    ]
    return brief, notes


def _points(told: list[Line], acting: list[Line]) -> tuple[list[Line], set[int], list[str]]:
    """Return the sentences that say most of what all say, the numbers of the best of them, and a note on those left out."""
    taken = {line.number for line in acting}
    could = ([line for line in told if line.number not in taken and len(line.words) <= _LONGEST] or acting)[:MOST]
    chosen = ranked([line.words for line in could], [0.0] * len(could))[:_MOST_POINTS]
    first = "the first " if len(could) == MOST else ""
    notes = [f"Of {first}{len(could)} sentences the {_MOST_POINTS} that say most are its main points."] * (
        len(could) > _MOST_POINTS
    )
    return [could[place] for place in sorted(chosen)], {could[place].number for place in chosen[:_IN_SUMMARY]}, notes


def _facts(part: structure.Item, form: str) -> Data:
    return {
        "title": _fact(part.heading.words[:160], part.heading) if part.heading else _fact(None, None),
        "document_date": _date(part.lines),
        "audience": _fact(None, None),
        "document_form": _FORMS.get(form, "other"),
        "topics": [],
    }


def _action(line: Line, place: int) -> Data:
    return {
        "evidence": [line.number],
        "action_id": f"A{place}",
        "statement": line.words,
        "owner": _fact(actions.owner(line.words), line),
        "due": _fact(actions.due(line.words), line),
    }


def _date(lines: list[Line]) -> Data:
    for line in lines[:20]:
        said = dates.periods(line.words)
        if said and dates.dates_the_paper(line.words):
            return _fact(said[0].iso, line)
    return _fact(None, None)


def _fact(value: str | None, line: Line | None) -> Data:
    if value is None or line is None:
        return {"evidence": [], "value": None, "status": "not_stated"}
    return {"evidence": [line.number], "value": value, "status": "stated"}
