"""Which way an authority is going: stated only where grades, or the whole paper and one of its lines, say so; most papers do not.

A paper's own probabilities come from the model of papers, a line's from the model of lines: how likely it is a finding of a change
for better or worse. Neither alone is right often enough; both together are in six papers of seven that were held out in training.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from summariser.rules.cue import Cue, cue
from summariser.rules.lines import Line
from summariser.rules.reviews import Judgement
from summariser.rules.roles import Role

# Papers that are of no one authority.
OF_NOBODY = ("guidance_or_framework", "other")
_GRADES = {"inadequate": 0, "requires_improvement": 1, "adequate": 1, "good": 2, "outstanding": 3}
# Plain words for a way, which weigh as much as a line that the model is sure of.
_BETTER = cue(
    "improv|progress|moved|risen|rose|climb|lift|better place|come a |direction|trajectory|most positive".split("|"),
    re.compile(
        r"\b(?:marked|sustained|significant|continued|real|clear|steady|considerable|notable)(?: and \w+)? (?:improvement|progress)|\b(?:has|have|had) (?:\w+ly )?improved\b|\bimproved since|\bmost improved"
        r"|\bfastest improving|\b(?:moved|risen|rose|climbs?|climbed|lifts?|lifted) (?:itself |up )?(?:out of|from .{3,40} to|to) ['\"]?(?:good|outstanding|requires improvement|inadequate|two stars)"
        r"|\bbetter place .{0,30}than|\bcome a (?:long|considerable) way|\b(?:direction|trajectory)(?: of travel)? (?:is|was|remains) (?:\w+ ){0,2}(?:encouraging|positive|right)|\bmost positive (?:visit|letter|report)",
        re.I,
    ),
)
_WORSE = cue(
    "lost ground|deteriorat|declin|got worse|worsened|fallen|slipp|backwards|downgraded|plunge|dropped|fell".split("|"),
    re.compile(
        r"\blost ground|\bdeteriorat(?:ed|ing|ion)|\bdeclin(?:ed|ing)\b|\bgot worse|\bworsened|\bfallen (?:away|back)|\bslipp(?:ed|ing) back|\bgone backwards|\bdowngraded|\bplunge[sd]?\b"
        r"|\b(?:dropped|fell|fallen) (?:from|by) (?:good|outstanding|requires|one|two|a grade)",
        re.I,
    ),
)
_OPEN = re.compile(
    r"\buncertain prospects|\bprospects\b.{0,40}\buncertain|\b(?:not|less) certain\b|\btoo (?:early|soon) to (?:say|tell|judge|know)|\bremains? to be seen",
    re.I,
)
# What would be, or is not so, is no direction.
_UNREAL = re.compile(r"\b(?:if|not|no|never|unless|would|will|should|must|needs?|could|may|might)\b", re.I)
# How likely the paper, and how clear the line, has to be.
_LEAST_BETTER, _LEAST_WORSE, _LEAST_OPEN = 0.5, 0.5, 0.4
_LEAST_CLEAR, _PLAIN = 0.3, 0.5


@dataclass(frozen=True, slots=True)
class Travel:
    """A direction, the line that shows it best, and whose view it is."""

    value: str
    line: int
    owner: str


def between(judgements: Sequence[Judgement], roles: Mapping[int, Role], form: str) -> Travel | None:
    """Return the direction from the overall grade of before to that of now, where a text gives one of each.

    A table of grades gives both and says nothing of a direction.
    """
    if form == "tracker_or_dataset":
        return None
    overall = [judgement for judgement in judgements if judgement.aspect == "overall" and judgement.code in _GRADES]
    for before, now in (("trajectory_from", "trajectory_to"), ("earlier", "this_review")):
        first, last = ([each for each in overall if each.time == time] for time in (before, now))
        if len({(each.scale, each.code) for each in first}) == len({(each.scale, each.code) for each in last}) == 1:
            step = _GRADES[last[0].code] - _GRADES[first[0].code]
            if step and first[0].scale == last[0].scale:
                return _told("improving" if step > 0 else "declining", last[0].line, roles)
    return None


def travel(likely: Mapping[str, float], lines: Sequence[Line], roles: Mapping[int, Role]) -> Travel | None:
    """Return the direction that a paper tells of, or None; `likely` are the probabilities that the model of papers gives."""
    better = _clearest(lines, roles, _BETTER, "strength")
    worse = _clearest(lines, roles, _WORSE, "concern")
    up, part = likely.get("improving", 0.0), likely.get("improving_in_part", 0.0)
    if up + part >= _LEAST_BETTER and better.clear >= _LEAST_CLEAR and better.all > worse.all:
        return _told("improving" if up >= part else "improving_in_part", better.line, roles)
    if likely.get("declining", 0.0) >= _LEAST_WORSE and worse.clear >= _LEAST_CLEAR and worse.all > better.all:
        return _told("declining", worse.line, roles)
    if likely.get("uncertain", 0.0) >= _LEAST_OPEN and (line := next((line for line in lines if line.has(_OPEN)), None)):
        return _told("uncertain", line.number, roles)
    return None


@dataclass(frozen=True, slots=True)
class _Clear:
    """How clearly the clearest line tells of one way, which it is, and how clearly all lines do."""

    clear: float
    line: int
    all: float


def _clearest(lines: Sequence[Line], roles: Mapping[int, Role], plain: Cue, polarity: str) -> _Clear:
    found = {
        line.number: max(
            roles[line.number].change.get(polarity, 0.0),
            _PLAIN * (plain.search(line.low) is not None and not line.has(_UNREAL)),
        )
        for line in lines
    }
    best = max(found, key=lambda number: found[number], default=0)
    return _Clear(found.get(best, 0.0), best, sum(found.values()))


def _told(value: str, line: int, roles: Mapping[int, Role]) -> Travel:
    return Travel(value, line, roles[line].voice.owner)
