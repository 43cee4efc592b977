"""What the linear model is told of each line: its words, the words of the field in it and around it, and what the rules say.

Features are names with weights. Words weigh as much together whether they are few or many.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from summariser.rules import actions, claims, lexicon
from summariser.rules.lines import Line
from summariser.rules.voices import Voice

Features = Mapping[str, float]

_TOKEN = re.compile(r"\d+|[a-z]+(?:'[a-z]+)?|[£%()?!:;|\"•]")
_MOST_TOKENS = 80
# Sections of the lexicon that name who owns a view, those first whose words are seldom used of anybody else.
_OWNERS = ("members", "users", "government", "reviewers", "partners", "officers", "commentators")
# Beginnings of so many letters stand for all endings of a longer word.
_STEM = 5


def tokens(low: str) -> list[str]:
    """Return the words of a text in lower case and the marks that matter; a number is told by its length alone."""
    return [f"<{len(token)}>" if token.isdigit() else token for token in _TOKEN.findall(low)[:_MOST_TOKENS]]


def weighted(names: Sequence[str], weight: float) -> dict[str, float]:
    """Return features that weigh as much together whether they are few or many."""
    unique = dict.fromkeys(names)
    return dict.fromkeys(unique, weight / max(1.0, len(unique) ** 0.5))


@dataclass(frozen=True, slots=True)
class _Seen:
    """A line with what is asked of it more than once: for itself, as a lead-in, as what stands before."""

    line: Line
    tokens: list[str]
    sections: Counter[str]
    marks: list[str]


def of_lines(lines: Sequence[Line], form: str, voices: Mapping[int, Voice]) -> Iterator[Features]:
    """Yield the features of each line of an item of such a form, given the voices that the rules find."""
    seen = {line.number: _seen(line) for line in lines}
    resolved = actions.resolutions(list(lines))
    heading: _Seen | None = None
    before: _Seen | None = None
    speaker = "nobody"
    for line in lines:
        this, lead = seen[line.number], seen.get(line.lead or 0)
        if line.kind == "heading":
            heading, speaker = this, "nobody"
        near = before if before and before.line.paragraph == line.paragraph else None
        above = heading if heading is not this else None
        found = weighted([*this.tokens, *(f"{one} {other}" for one, other in pairwise(this.tokens))], 4.0)
        found |= weighted([f"{token[:_STEM]}*" for token in this.tokens if len(token) > _STEM], 4.0)
        found |= _around(lead, above, near)
        found |= _lexical(this)
        found |= dict.fromkeys((f"={each}" for each in (*this.marks, *_told(this, lead, voices[line.number], form))), 1.0)
        if line.number in resolved:
            found["=resolved"] = 1.0
        named = "+".join(owner for owner in _OWNERS if this.sections[owner]) or "nobody"
        owners = {"names": named, "speaker": speaker, "led by": _first_owner(lead), "above": _first_owner(above)}
        found |= {f"={part} {owner}{where}": 0.8 for part, owner in owners.items() for where in ("", f" in {form}")}
        yield found
        before = this
        if this.sections["relays"] and named != "nobody":
            speaker = _first_owner(this)


def _first_owner(seen: _Seen | None) -> str:
    """Return whom a line names first of those who own views, or "nobody"."""
    return next((owner for owner in _OWNERS if seen and seen.sections[owner]), "nobody")


def _seen(line: Line) -> _Seen:
    return _Seen(line, tokens(line.low), lexicon.sections(line.low), [f"has {name}" for name in claims.marks(line.low)])


def _around(lead: _Seen | None, heading: _Seen | None, near: _Seen | None) -> dict[str, float]:
    """Return the features of the lines that a line stands under or behind."""
    found: dict[str, float] = {}
    for name, other, weight in (("lead", lead, 0.8), ("heading", heading, 0.6), ("near", near, 0.6)):
        if other:
            found |= weighted([f"{name}:{token}" for token in other.tokens], 1.5)
            found |= {f"={name} {section}": weight for section in other.sections}
            found |= {f"={name} {mark}": weight for mark in other.marks}
        else:
            found[f"={name} none"] = weight
    return found


def _lexical(this: _Seen) -> dict[str, float]:
    found = {f"=word of {section}": 0.8 * min(count, 3) ** 0.5 for section, count in this.sections.items()}
    good = this.sections["strength"] + this.sections["concern denied"]
    bad = this.sections["concern"] + this.sections["strength denied"]
    return found | {f"=good {min(good, 3)} bad {min(bad, 3)}": 1.0}


def _told(this: _Seen, lead: _Seen | None, voice: Voice, form: str) -> list[str]:
    """Return what the rules make of a line, and its shape."""
    line, own = this.line, this.tokens
    told = [
        f"form {form}",
        f"kind {line.kind}",
        f"voice {voice.owner}",
        f"relay {voice.relay}",
        f"voice {voice.owner} in {form}",
        f"told {voice.told}",
        f"named {voice.owner if voice.named else None}",
        f"named {voice.owner if voice.named else None} in {form}",
        f"starts {' '.join(own[:2])}",
        f"ends {own[-1] if own else ''}",
        f"length {min(len(own) // 6, 6)}",
    ]
    flags = {"question": voice.question, "led": lead is not None, "boilerplate": line.boilerplate}
    return told + [name for name, given in flags.items() if given]
