"""Fills a council_review from the lines of a document, for the embedded engine."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

from summariser.engines import _council_actions
from summariser.engines._council_facts import (
    completeness,
    cut,
    document_date,
    form_of_several,
    missing,
    named,
    publisher,
    stated,
    titled,
)
from summariser.engines._council_summary import opening, summary
from summariser.rules import action_tables, actions, cuts, figures, judgements, narrative, papers, reviews, structure
from summariser.rules.authority import authority
from summariser.rules.lines import Line
from summariser.rules.outline import Outline
from summariser.rules.roles import roles
from summariser.rules.travel import OF_NOBODY, between, travel
from summariser.rules.voices import relayed

Data = dict[str, Any]

# The bounds of schemas/council_review.py; what is beyond them is left out, and said to be.
_MOST = 60
_MOST_ITEMS = 20
_MOST_REVIEWS = 12
_GRADE_LINE_WORDS = 24
# A form that is as likely as this is believed though nothing else in the text is of the field.
_SURE = 0.8
# An owner who is as likely as this is named in a summary.
_OWNED = 0.6
# Papers that come together thus are of one council, whomever the items name most.
_OF_ONE_COUNCIL = ("pack", "standing")


def build(outline: Outline) -> tuple[Data, list[str]]:
    """Return the brief as plain data, and notes on what was left out."""
    notes: list[str] = []
    lines, parts = outline.lines, outline.items[:_MOST_ITEMS]
    if (many := len(outline.items)) > _MOST_ITEMS:
        notes.append(f"There are {many} items; the brief holds the first {_MOST_ITEMS}.")
    relation, whole = structure.relation(parts), structure.whole(lines, parts)
    about = papers.facets(whole) if len(parts) > 1 else None
    if whole.way in _OF_ONE_COUNCIL or relation == "same_subject":
        of = authority(lines)
        parts = [replace(part, authority=of) for part in parts]
    when = document_date(lines)
    several = form_of_several(about, whole.way) if about and relation == "unrelated" else None
    on_page = several == "multi_item_page"
    kinds = [papers.of_part(part, about, on_page=on_page) if about else papers.facets(part) for part in parts]
    items = [_Item(part, place, notes, kind) for place, (part, kind) in enumerate(zip(parts, kinds, strict=True), 1)]
    built = [item.data(when if len(parts) == 1 else None) for item in items]
    form = several or built[0]["form"]
    title = whole.heading if whole.way else parts[0].heading
    if all(item["form"] == "other" and not item["findings"] and not item["actions"] for item in built):
        notes.append("The rules recognised nothing of their field in this text, so the brief is all but empty.")
    brief = {
        "document": {
            "title": titled(title) if title and (whole.way or relation != "unrelated") else missing(),
            "publisher": publisher(built[0], form if whole.way else built[0]["form"], whole),
            "document_date": when,
            "completeness": completeness(structure.broken(lines, parts) or parts[-1]),
            "form": form,
            "item_relation": relation,
        },
        "items": built,
        "summary": [opening(item) for item in built[:8]],
    }
    return brief, notes


class _Item:
    """One item in the making: its lines, who speaks in each, and its reviews."""

    def __init__(self, part: structure.Item, place: int, notes: list[str], facets: papers.Facets) -> None:
        self._part = part
        self._place = place
        self._notes = notes
        self._facets = facets
        self._by_number = {line.number: line for line in part.lines}
        self._reviews = reviews.reviews(part.lines, part.heading)[: _MOST_REVIEWS - 1]
        judgements.judge(part.lines, self._reviews)
        told = [(place, review) for place, review in enumerate(self._reviews, 1) if review.role != "upcoming"]
        self._named_in = {line.number: f"R{place}" for place, review in reversed(told) for line in review.lines}
        self._authority = part.authority or authority(part.lines)
        # What is of another field, and tells of no review, has nothing that is a finding.
        nobodys = facets.service_area.value == "other" and self._authority is None
        self._foreign = not self._reviews and (facets.is_foreign or (nobodys and facets.form.probability < _SURE))
        self._form = "other" if self._foreign else facets.form.value
        self._roles = roles(part.lines, self._form)
        self._voices = {number: role.voice for number, role in self._roles.items()}
        self._told = [
            line
            for line in part.lines
            if not (line.boilerplate or line.kind == "heading" or self._foreign or cuts.is_teaser(line, self._by_number))
        ]

    def data(self, when: Data | None) -> Data:
        """Return the item as plain data; `when` is the date of the paper, if the item is all of it."""
        found, doing = self._claims()
        if any(part["review_id"] == "R1" for part in [*found, *doing]) and not self._reviews:
            self._reviews = [reviews.unspecified(self._told[0])]
        told = [self._review(review, place) for place, review in enumerate(self._reviews, 1)]
        item: Data = {
            "item_id": f"I{self._place}",
            "heading": titled(self._part.heading) if self._part.heading else missing(),
            "completeness": completeness(self._part),
            "form": self._form,
            "authority": named(None if self._foreign else self._authority),
            "service_area": self._service_area(),
            "cycle_stage": "context" if self._foreign else self._facets.cycle_stage.value,
            "direction_of_travel": self._travel(),
            "reviews": _numbered_judgements(told),
            "findings": _labelled(found, "finding_id", "F"),
            "actions": _labelled(doing, "action_id", "A"),
            "figures": _labelled(self._bounded("figures", list(self._figures())), "figure_id", "N"),
            "not_stated": self._not_stated(when or document_date(self._part.lines)),
        }
        # Doubts about a facet are told unless something surer than the model has settled it.
        for name, answer in self._facets.unsure.items():
            if item[name] == answer.value and not self._foreign:
                told_as = f"{name.replace('_', ' ')} is uncertain ({answer.value}: {answer.probability:.0%})"
                self._notes.append(f"Item I{self._place}: its {told_as}.")
        item["summary"] = summary(item, {number for number, role in self._roles.items() if role.voice_probability >= _OWNED})
        return item

    def _service_area(self) -> str:
        """Return the area judged: the main review's where it has one, else what the words are about."""
        return "other" if self._foreign else (self._reviews and self._reviews[0].regime.area) or self._facets.service_area.value

    def _travel(self) -> list[Data]:
        given = [judgement for review in self._reviews for judgement in review.judgements]
        found = between(given, self._roles, self._form) or travel(self._facets.directions, self._told, self._roles)
        if found is None or self._form in OF_NOBODY:
            return [{"evidence": [], "value": "not_stated", "voice": "unclear"}]
        return [{"evidence": [found.line], "value": found.value, "voice": found.owner}]

    def _claims(self) -> tuple[list[Data], list[Data]]:
        """Return findings and actions, as many as the schema holds: of more, those that are surest."""
        # What an ombudsman's paper heads "agreed action" is what the council has agreed to, and no meeting's resolution.
        resolved = set() if self._form == "ombudsman_decision" else actions.resolutions(self._part.lines)
        table = actions.rows(self._part.lines)
        judged = [judgement.line for review in self._reviews for judgement in review.judgements]
        # A line that does no more than give a grade is told as a judgement already.
        graded = {number for number in judged if len(self._by_number[number].words.split()) <= _GRADE_LINE_WORDS}
        found: list[Data] = []
        doing: list[Data] = []
        # The rows of a table that was copied as text look like headings.
        table = {number: rows for number, rows in table.items() if any(map(self._is_planned, rows)) and not self._foreign}
        told = {line.number for line in self._told} | table.keys()
        told -= {number for rows in table.values() for row in rows for number in row.lines[1:]}
        for line in (line for line in self._part.lines if line.number in told):
            if line.number in table:
                role, review = self._roles[line.number], self._review_of(line)
                doing += [_council_actions.of_row(row, role, self._by_number, review) for row in table[line.number]]
                continue
            action = self._action(line, resolved=line.number in resolved)
            if action and self._is_tail(line, doing):
                doing[-1].update({name: action[name] for name in ("owner", "due") if action[name]["value"]})
            elif action:
                doing.append(action)
            elif line.number not in graded:
                found += self._finding(line)
        self._certain = {*table, *resolved}
        return self._bounded("findings", found), self._bounded("actions", doing)

    def _is_tail(self, line: Line, doing: list[Data]) -> bool:
        """Say whether a line only adds owner or date to the action before it in its paragraph."""
        if not doing or not actions.is_tail(line.words):
            return False
        return self._by_number[doing[-1]["evidence"][0]].paragraph == line.paragraph

    def _is_planned(self, row: actions.Row) -> bool:
        """Say whether a row is an action: where it gives neither date nor status, its words have to say so."""
        return row.sure or self._roles[row.lines[0]].name != "finding"

    def _action(self, line: Line, *, resolved: bool) -> Data | None:
        role = self._roles[line.number]
        if not resolved and (role.name != "action" or action_tables.tells_figures(line)):
            return None
        if narrative.is_none(line, "committee_decision" if resolved else role.kind, role.status):
            return None
        lead = self._lead(line) if line.kind == "list_item" else None
        return _council_actions.of_line(line, lead, role, self._review_of(line), resolved=resolved)

    def _lead(self, line: Line) -> Line | None:
        """Return the line that leads to an item: the one before its list, or an item that announces those behind it."""
        above = self._by_number.get(line.number - 1)
        while above and above.kind == "list_item" and above.lead == line.lead:
            if above.words.endswith(":"):
                return above
            above = self._by_number.get(above.number - 1)
        return self._by_number.get(line.lead or 0)

    def _finding(self, line: Line) -> list[Data]:
        """Return the finding of a line, or nothing."""
        role = self._roles[line.number]
        if role.name != "finding":
            return []
        return [
            {
                "evidence": [line.number],
                "statement": cut(line.words),
                "review_id": self._review_of(line) if role.voice.owner == "reviewer" else None,
                "voice": role.voice.owner,
                "relay": role.voice.relay,
                "polarity": role.polarity,
                "theme": role.theme,
                "time": role.time,
            }
        ]

    def _figures(self) -> Iterator[Data]:
        for line, figure in figures.of_lines(self._told):
            voice = self._voices[line.number]
            yield {"evidence": [line.number], **asdict(figure), "voice": voice.owner, "relay": voice.relay}

    def _review_of(self, line: Line) -> str:
        """Return the review that a line names, or else the one that the item is about."""
        return self._named_in.get(line.number, "R1")

    def _review(self, review: reviews.Review, place: int) -> Data:
        # Who carried it out is said beside its name; of the main review anywhere.
        beside = [*review.lines, *(self._part.lines if place == 1 else ())]
        by = next((line for line in beside if review.regime.by and review.regime.by in line.words), None)
        when, report = review.fieldwork, review.report
        return {
            "review_id": f"R{place}",
            "name_as_stated": stated(review.name[:160], review.lines[0]) if review.name else missing(),
            "conducted_by": stated(review.regime.by, by) if by and review.regime.by else missing(),
            "fieldwork": stated(when.iso, self._by_number[when.line]) if when else missing(),
            "report_date": stated(report.iso, self._by_number[report.line]) if report else missing(),
            "regime": review.regime.code,
            "role": review.role,
            "judgements": [self._judgement(judgement, review) for judgement in review.judgements][:24],
            "outcome_status": review.outcome,
        }

    def _judgement(self, judgement: reviews.Judgement, review: reviews.Review) -> Data:
        voice = self._voices[judgement.line]
        relay = voice.relay if voice.owner == "reviewer" else relayed(self._form)
        return {
            "evidence": [judgement.line],
            "judgement_id": "",
            "value_as_stated": judgement.stated[:120],
            "aspect": judgement.aspect,
            "scale": judgement.scale,
            "value_code": judgement.code,
            "time": judgement.time,
            "voice": judgements.owner(judgement, review),
            "relay": relay,
        }

    def _not_stated(self, when: Data) -> list[str]:
        main = self._reviews[0] if self._reviews else None
        expected = {
            "authority": self._authority is not None,
            "date of the document": when["value"] is not None,
            "date of the review": main is None or main.fieldwork is not None,
            "grade of the review": main is None or not main.regime.scale or bool(main.judgements),
            "what comes after the cut": self._part.cut is None,
        }
        left_open = [name for name, given in expected.items() if not given]
        gives_none = main is not None and not main.regime.scale and not main.judgements
        return left_open + ["rating (this kind of review gives none)"] * gives_none

    def _bounded(self, name: str, parts: list[Data]) -> list[Data]:
        """Return as many parts as the schema holds, in the document's order: of more, those that are surest."""
        if len(parts) <= _MOST:
            return parts
        self._notes.append(f"Item I{self._place} has {len(parts)} {name}; the brief holds the {_MOST} that are surest.")
        surest = sorted(range(len(parts)), key=lambda place: -self._surety(parts[place]["evidence"][0]))[:_MOST]
        return [parts[place] for place in sorted(surest)]

    def _surety(self, number: int) -> float:
        """Return how sure it is that a line is what it is told as; of a plan's row or a resolution no model is asked."""
        return 1.0 if number in self._certain else self._roles[number].probability


def _labelled(parts: list[Data], label: str, letter: str) -> list[Data]:
    return [{**part, label: f"{letter}{place}"} for place, part in enumerate(parts, 1)]


def _numbered_judgements(told: list[Data]) -> list[Data]:
    number = 0
    for review in told:
        for judgement in review["judgements"]:
            number += 1
            judgement["judgement_id"] = f"J{number}"
    return told
