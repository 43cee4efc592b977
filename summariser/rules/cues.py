"""What the linear model is told of each line: its words, the words of the field in it and around it, and what the rules say.

Features are names with weights. Words weigh as much together whether they are few or many.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from summariser.rules import actions, claims
from summariser.rules.lexicon import Hints, hints
from summariser.rules.lines import Line
from summariser.rules.voices import Voice

Features = Mapping[str, float]

# Sections of the lexicon that name who owns a view, those first whose words are seldom used of anybody else.
_OWNERS = ("members", "users", "government", "reviewers", "partners", "officers", "commentators")
# Beginnings of so many letters stand for all endings of a longer word.
_STEM = 5
# Sides of what a sentence tells, beyond which it is only long.
_MOST_TONES = 3


def weighted(names: Iterable[str], weight: float) -> dict[str, float]:
    """Return features that weigh as much together whether they are few or many."""
    unique = dict.fromkeys(names)
    return dict.fromkeys(unique, weight / max(1.0, len(unique) ** 0.5))


@dataclass(frozen=True, slots=True)
class _Seen:
    """A line with what is asked of it more than once: for itself, as a lead-in, as what stands before."""

    line: Line
    tokens: list[str]
    hints: Hints
    marks: list[str]

    @property
    def sections(self) -> Mapping[str, int]:
        """How many entries of each section of the lexicon stand in it."""
        return self.hints.sections


def of_lines(lines: Sequence[Line], form: str, voices: Mapping[int, Voice]) -> Iterator[Features]:
    """Yield the features of each line of an item of such a form, given the voices that the rules find."""
    seen = {line.number: _seen(line) for line in lines}
    resolved = actions.resolutions(list(lines))
    heading: _Seen | None = None
    under: Features = {}
    before: _Seen | None = None
    speaker = "nobody"
    for line in lines:
        this, lead = seen[line.number], seen.get(line.lead or 0)
        if line.kind == "heading":
            heading, under, speaker = this, _beside("heading", this, 0.6), "nobody"
        near = before if before and before.line.paragraph == line.paragraph else None
        above = heading if heading is not this else None
        found = weighted(chain(this.tokens, map(" ".join, pairwise(this.tokens))), 4.0)
        found |= weighted([f"{token[:_STEM]}*" for token in this.tokens if len(token) > _STEM], 4.0)
        found |= _beside("lead", lead, 0.8)
        found |= under if above else _beside("heading", None, 0.6)
        found |= _beside("near", near, 0.6)
        found |= _lexical(this)
        found |= dict.fromkeys([f"={mark}" for mark in this.marks], 1.0)
        found |= dict.fromkeys(_told(this, lead, voices[line.number], form), 1.0)
        if line.number in resolved:
            found["=resolved"] = 1.0
        named = "+".join([owner for owner in _OWNERS if owner in this.sections]) or "nobody"
        owners = (("names", named), ("speaker", speaker), ("led by", _first_owner(lead)), ("above", _first_owner(above)))
        for part, owner in owners:
            found[f"={part} {owner}"] = found[f"={part} {owner} in {form}"] = 0.8
        yield found
        before = this
        if "relays" in this.sections and named != "nobody":
            speaker = _first_owner(this)


def _first_owner(seen: _Seen | None) -> str:
    """Return whom a line names first of those who own views, or "nobody"."""
    return next((owner for owner in _OWNERS if owner in seen.sections), "nobody") if seen else "nobody"


def _seen(line: Line) -> _Seen:
    return _Seen(line, line.tokens, hints(line.low), [f"has {name}" for name in claims.marks(line.low)])


def _beside(name: str, other: _Seen | None, weight: float) -> dict[str, float]:
    """Return the features of a line that a line stands under or behind."""
    if other is None:
        return {f"={name} none": weight}
    found = weighted([f"{name}:{token}" for token in other.tokens], 1.5)
    return found | dict.fromkeys([f"={name} {each}" for each in (*other.sections, *other.marks)], weight)


def _lexical(this: _Seen) -> dict[str, float]:
    times = this.sections.get
    found = {f"=word of {section}": 0.8 * min(count, 3) ** 0.5 for section, count in this.sections.items()}
    good = times("strength", 0) + times("concern denied", 0)
    bad = times("concern", 0) + times("strength denied", 0)
    found[f"=good {min(good, 3)} bad {min(bad, 3)}"] = 1.0
    tones = this.hints.tones
    found |= {f"=tones {tones[:_MOST_TONES]}": 1.0, f"=first tone {tones[0]}": 0.7, f"=last tone {tones[-1]}": 0.7}
    return found | weighted([f"not:{word}" for word in this.hints.denied], 2.0)


def _told(this: _Seen, lead: _Seen | None, voice: Voice, form: str) -> list[str]:
    """Return what the rules make of a line, and its shape."""
    line, own = this.line, this.tokens
    told = [
        f"=form {form}",
        f"=kind {line.kind}",
        f"=voice {voice.owner}",
        f"=relay {voice.relay}",
        f"=voice {voice.owner} in {form}",
        f"=told {voice.told}",
        f"=named {voice.owner if voice.named else None}",
        f"=named {voice.owner if voice.named else None} in {form}",
        f"=starts {' '.join(own[:2])}",
        f"=ends {own[-1] if own else ''}",
        f"=length {min(len(own) // 6, 6)}",
    ]
    flags = (("=question", voice.question), ("=led", lead is not None), ("=boilerplate", line.boilerplate))
    return told + [name for name, given in flags if given]
