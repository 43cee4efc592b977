"""What counts for the key facts that a brief must hold and for the traps that it must not fall into.

A judge's verdicts count where one was asked. Otherwise both are read off the evidence: a key fact is held if the parts that
tell it have matching parts in the brief, whatever their labels; a trap is fallen into if the brief has a part on the words of
the trap whose label, the one that the kind of trap is about, differs from what the gold accepts there.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from summariser.labels import Kind, Labels, Part, merged, place
from summariser.metrics.cases import Case
from summariser.metrics.pairs import length, shared
from summariser.metrics.scores import Tally
from summariser.types import Span

CLAIMED: tuple[Kind, ...] = ("review", "judgement", "finding", "action", "figure")
_LABEL = re.compile(r"\b[RJFAN][0-9]+\b")
_TOUCHES = 0.5
_GRADES: tuple[Kind, ...] = ("judgement",)
_TOLD: tuple[Kind, ...] = ("finding", "action", "figure", "judgement")
# Which parts show that a brief fell into a trap of this type, and by which label. Types that are not here need a judge.
SIGNS: dict[str, tuple[tuple[Kind, ...], str]] = {
    "wrong_voice": (_TOLD, "voice"),
    "wrong_grade": (_GRADES, "value_code"),
    "invented_grade": (_GRADES, "value_code"),
    "past_as_present": (("finding", "judgement"), "time"),
    "then_as_now": (("finding", "judgement"), "time"),
    "future_as_past": (("finding", "judgement"), "time"),
    "plan_as_done": (("action",), "status"),
    "conditional_dropped": (("action",), "status"),
    "proposal_as_decision": (("action",), "kind"),
    "wrong_decision": (("action",), "kind"),
    "negation": (("finding",), "polarity"),
    "wrong_figure": (("figure",), "value"),
}

# Every type of trap: those that labels show, and those that only a judge can try.
TRAP_TYPES = frozenset(SIGNS) | frozenset(
    "wrong_kind wrong_review wrong_scope wrong_denominator wrong_arithmetic wrong_publication invented_date outside_knowledge "
    "one_sided over_generalised truncation followed_instruction".split()
)


def key_facts(case: Case) -> Tally | None:
    """Count the key facts that the brief holds."""
    held = case.verdicts.facts if case.verdicts else facts_held(case)
    known = [each for each in held if each is not None]
    return {"hits": sum(known), "of": len(known)} if known else None


def facts_held(case: Case) -> tuple[bool | None, ...]:
    """Say of each key fact whether the evidence shows that the brief holds it; None if only a judge could tell."""
    there = {gold.label for kind in CLAIMED for gold, _ in case.matched(kind)}
    there |= {part.label for part in case.gold.parts if id(part) in case.excused}
    return tuple(_held(fact, there) for fact in case.facts)


def _held(fact: Mapping[str, Any], there: set[str]) -> bool | None:
    parts = fact.get("parts", ())
    return all(any(each in there for each in ([part] if isinstance(part, str) else part)) for part in parts) if parts else None


def parts_of(fact: str) -> list[Any]:
    """Return the labels that a key fact in words names: all of them must be there, or with "or" any one."""
    named = _LABEL.findall(fact)
    return [named] if " or " in fact and named else list(named)


def traps_avoided(case: Case) -> Tally | None:
    """Count the traps whose words the brief tells of without falling into them."""
    fallen = [each for each in fallen_into(case) if each is not None]
    return {"hits": fallen.count(False), "of": len(fallen)} if fallen else None


def trap_rate(case: Case) -> Tally | None:
    """Count the traps that the brief falls into, of all those that could be tried.

    A brief that says nothing falls into none; whether an engine is better is for `traps_avoided` to say.
    """
    fallen = fallen_into(case)
    # Without a judge, a brief that is silent on the words of a trap has not fallen into it.
    tried = sum(
        verdict is not None or (not case.verdicts and can_be_tried(trap, case))
        for trap, verdict in zip(case.traps, fallen, strict=True)
    )
    return {"hits": fallen.count(True), "of": tried} if tried else None


def fallen_into(case: Case) -> tuple[bool | None, ...]:
    """Say of each trap whether the brief fell into it; None if the brief does not speak of it, or only a judge could tell."""
    if case.verdicts:
        return case.verdicts.traps
    return tuple(_fallen(trap, case) for trap in case.traps)


def can_be_tried(trap: Mapping[str, Any], case: Case) -> bool:
    """Say whether the gold has a label on the words of a trap; without one only a grade can be seen to be invented."""
    kinds, _ = SIGNS.get(trap["type"], ((), ""))
    return bool(kinds) and (kinds == _GRADES or bool(_there(case.gold, kinds, _words(trap, case))))


def _fallen(trap: Mapping[str, Any], case: Case) -> bool | None:
    if not can_be_tried(trap, case):
        return None
    kinds, name = SIGNS[trap["type"]]
    fair = _there(case.gold, kinds, _words(trap, case))
    partner = {id(brief): gold for kind in kinds for gold, brief in case.matched(kind)}
    right = [
        any(gold.allows(name, part.fields.get(name)) for gold in compared)
        for part in _there(case.brief, kinds, _words(trap, case))
        if (compared := _comparable(part, partner.get(id(part)), fair, name)) or kinds == _GRADES
    ]
    return not all(right) if right else None


def _comparable(part: Part, partner: Part | None, fair: Sequence[Part], name: str) -> list[Part]:
    """Return the gold that a part on the words of a trap is held against: its own partner, or if it has none what stands
    there. A part whose partner stands elsewhere speaks of something else, but a grade that has a partner is none invented; of a
    voice any kind of part may tell.
    """
    if partner is not None:
        return [partner] if part.kind in _GRADES or any(partner is each for each in fair) else []
    return [each for each in fair if each.kind == part.kind or name == "voice"]


def _words(trap: Mapping[str, Any], case: Case) -> tuple[Span, ...]:
    """Return where the first quote of a trap stands, the one that a careless reader would misread."""
    return merged(span for quote in trap["evidence"][:1] if (span := place(quote, case.text)))


def _there(labels: Labels, kinds: Sequence[Kind], spans: tuple[Span, ...]) -> list[Part]:
    """Return the parts that stand on the words of a trap."""
    return [
        part
        for part in labels.parts
        if part.kind in kinds
        and part.spans
        and spans
        and shared(part.spans, spans) >= _TOUCHES * min(length(part.spans), length(spans))
    ]
