"""What each line is (a finding, an action, a grade, or nothing of its own), and whose: the rules' cues, weighed by a model."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from summariser.rules import claims, cues, cuts, linear
from summariser.rules.linear import Answers, Floats, Linear
from summariser.rules.lines import Line
from summariser.rules.voices import ISSUED, RELAYS, Voice, voices

# The items of a list are of one kind and one voice more often than not, so each is judged half by itself, half by them all.
_OF_THE_LIST = 0.5
_LABEL_WORDS = 3
# How far something is that has been promised.
_AHEAD = ("planned", "in_progress", "conditional")
_COMMON = ("role", "voice", "relay", "kind", "status")
# Lines whose features are held, and weighed, at a time.
_AT_ONCE = 200
# How much the rules' owner of a line gains where its words name one, in the model's scores (log odds).
_NAMED = 4.0


@dataclass(frozen=True, slots=True)
class Role:
    """A line's role and its owner, each with the probability that it is right, and what it would be as a finding or an action.

    `change` says for praise and criticism how likely the line is a finding of a change of that kind.
    """

    name: str
    probability: float
    voice: Voice
    voice_probability: float
    polarity: str
    theme: str
    time: str
    kind: str
    status: str
    change: Mapping[str, float]


def roles(lines: Sequence[Line], form: str) -> Mapping[int, Role]:
    """Return the role of each line of an item of such a form, by number."""
    told = voices(list(lines), form)
    model = linear.load("lines")
    if not lines:
        return {}
    features = cues.of_lines(lines, form, told)
    scores = np.vstack([model.scores(some) for some in iter(lambda: list(islice(features, _AT_ONCE)), [])])
    scores = _without_other_relays(_as_lists(lines, scores, model), form, model)
    _bar_decisions(scores, lines, model)
    answers = _Table(model, scores, [told[line.number] for line in lines])
    by_number = {line.number: line for line in lines}
    leads = {line.lead for line in lines}
    found: dict[int, Role] = {}
    heading: Line | None = None
    before: Line | None = None
    for place, line in enumerate(lines):
        heading = line if line.kind == "heading" else heading
        # A question that heads a list is neither a heading nor a lead-in by its shape.
        before = before if line.kind == "list_item" else line
        lead = by_number.get(line.lead or 0)
        role = answers.role(place)
        if _is_empty(line, lead, leads) or role.voice.question:
            role = replace(role, name="nothing")
        elif line.kind == "list_item" and role.voice.owner == "reviewer" and claims.are_requests(lead or before, heading):
            role = replace(role, name="action", kind="reviewer_recommendation", status="recommended")
        elif line.kind == "list_item" and lead and form not in ISSUED and _is_promised(lead, found):
            status = role.status if role.status in _AHEAD else "planned"
            role = replace(role, name="action", kind="authority_commitment", status=status, voice=found[lead.number].voice)
        elif role.name == "action" and role.kind == "reviewer_recommendation" and not claims.asks(line, (lead, heading)):
            role = replace(role, name="finding")
        found[line.number] = role
    return found


def _is_promised(lead: Line, found: Mapping[int, Role]) -> bool:
    """Say whether a list is of what the authority says that it will do."""
    return claims.announces(lead) and lead.number in found and found[lead.number].voice.owner == "authority"


def _is_empty(line: Line, lead: Line | None, leads: Collection[int | None]) -> bool:
    """Say whether a line only leads to others, or tells what a review was asked to look at."""
    alone = line.number in leads or len(line.words.split()) <= _LABEL_WORDS
    opens = alone and line.words.endswith((":", ";", "-", "–"))
    return opens or cuts.is_mark(line) or bool(lead and lead.has(claims.SCOPE))


def _as_lists(lines: Sequence[Line], scores: Floats, model: Linear) -> Floats:
    """Return the scores with those of each list's items drawn together, in what a list has in common."""
    common = np.concatenate([np.arange(model.heads[name].start, model.heads[name].end) for name in _COMMON])
    lists: defaultdict[int, list[int]] = defaultdict(list)
    for place, line in enumerate(lines):
        if line.kind == "list_item" and line.lead:
            lists[line.lead].append(place)
    drawn = scores.copy()
    for items in lists.values():
        places = np.array(items)
        own = scores[np.ix_(places, common)]
        drawn[np.ix_(places, common)] = (1 - _OF_THE_LIST) * own + _OF_THE_LIST * own.mean(axis=0)
    return drawn


def _without_other_relays(scores: Floats, form: str, model: Linear) -> Floats:
    """Return the scores with those of relays that a paper of this form does not have out of the question."""
    head = model.heads["relay"]
    barred = [head.start + place for place, name in enumerate(head.classes) if name not in RELAYS.get(form, head.classes)]
    scores[:, barred] = -np.inf
    return scores


def _bar_decisions(scores: Floats, lines: Sequence[Line], model: Linear) -> None:
    """Put decisions out of the question where no word in a line or over it speaks of one."""
    kind = model.heads["kind"]
    column = kind.start + kind.classes.index("committee_decision")
    by_number = {line.number: line for line in lines}
    heading: Line | None = None
    for place, line in enumerate(lines):
        heading = line if line.kind == "heading" else heading
        if not claims.decides(line, (by_number.get(line.lead or 0), heading)):
            scores[place, column] = -np.inf


class _Table:
    """What the model answers to each question about each line of an item, asked of all lines at once."""

    def __init__(self, model: Linear, scores: Floats, rules: Sequence[Voice]) -> None:
        self._rules = rules
        self._scores = scores
        self._heads = model.heads
        # How likely the model holds an owner to be without the weight: where it and the rules differ nothing is certain.
        self._owned = self._probabilities("voice")
        voice = model.heads["voice"]
        for place, rule in enumerate(rules):
            if rule.named and rule.owner in voice.classes:
                scores[place, voice.start + voice.classes.index(rule.owner)] += _NAMED
        self._likeliest = {name: scores[:, head.start : head.end].argmax(axis=1).tolist() for name, head in self._heads.items()}
        self._roles = self._probabilities("role")

    def _probabilities(self, name: str) -> Floats:
        head = self._heads[name]
        scores = self._scores[:, head.start : head.end]
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)

    def role(self, place: int) -> Role:
        """Return the role of the line at a place."""
        best = {name: self._heads[name].classes[likeliest[place]] for name, likeliest in self._likeliest.items()}
        rule = self._rules[place]
        sure = float(self._roles[place, self._likeliest["role"][place]])
        change: Mapping[str, float] = {}
        if best["role"] == "finding" and best["time"] == "change":
            answers = Answers(self._heads, self._scores[place])
            changed = sure * answers.probabilities("time")["change"]
            change = {name: changed * share for name, share in answers.probabilities("polarity").items()}
        return Role(
            name=best["role"],
            probability=sure,
            voice=Voice(best["voice"], best["relay"], rule.question, rule.told),
            voice_probability=float(self._owned[place, self._likeliest["voice"][place]]),
            polarity=best["polarity"],
            theme=best["theme"],
            time=best["time"],
            kind=best["kind"],
            status=best["status"],
            change=change,
        )
