"""The actions of a council_review: of a plan's rows, and of the lines that promise, ask for or decide something."""

from collections.abc import Mapping
from typing import Any

from summariser.engines._council_facts import cut, missing, stated
from summariser.rules import actions
from summariser.rules.lines import Line
from summariser.rules.roles import Role

Data = dict[str, Any]

# Whose an action of such a kind is, whoever tells of it.
_ACTORS = {"committee_decision": "record", "reviewer_recommendation": "reviewer", "government_requirement": "government"}
# What the rows of a table may be that lists what others ask for.
_ASKED = ("reviewer_recommendation", "government_requirement", "member_proposal", "committee_decision")
# How a line ends that leads to a list.
_LEADS = (":", ";", "-", "–", "to", "should", "will", "must")


def of_row(row: actions.Row, role: Role, by_number: Mapping[int, Line], review: str) -> Data:
    """Return the action of a table's row: the authority's or a partner's own, unless the table lists what others ask for."""
    kind = "authority_commitment"
    if row.asked:
        kind = role.kind if role.kind in _ASKED else "reviewer_recommendation"
    voice = _ACTORS.get(kind) or (role.voice.owner if row.asked or role.voice.owner == "partner" else "authority")
    line = row.lines[0]
    return {
        "evidence": list(row.lines),
        "statement": cut(row.statement),
        "owner": stated(row.owner, by_number[row.owner_at or line]) if row.owner else missing(),
        "due": stated(row.due, by_number[row.due_at or line]) if row.due else missing(),
        "review_id": review if voice == "reviewer" else None,
        "kind": kind,
        "status": row.status,
        "voice": voice,
        "relay": role.voice.relay,
    }


def of_line(line: Line, lead: Line | None, role: Role, review: str, *, resolved: bool) -> Data:
    """Return the action of a line; of one that a meeting resolved it is known what it is.

    Who is to do what a list asks for, and by when, may stand in the line that leads to it.
    """
    kind, status = ("committee_decision", "decided") if resolved else (role.kind, role.status)
    owner, due = actions.owner(line.words), actions.due(line.words)
    above = lead if lead and not resolved and lead.words.endswith(_LEADS) else None
    by = line if owner or not above else above
    on = line if due or not above else above
    owner = owner or (actions.owner(by.words) if by is not line else None)
    due = due or (actions.due(on.words) if on is not line else None)
    voice = _ACTORS.get(kind, role.voice.owner)
    return {
        "evidence": [line.number],
        "statement": cut(line.words),
        "owner": stated(owner, by) if owner else missing(),
        "due": stated(due, on) if due else missing(),
        "review_id": review if voice == "reviewer" else None,
        "kind": kind,
        "status": status,
        "voice": voice,
        "relay": role.voice.relay,
    }
