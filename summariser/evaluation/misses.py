"""Where a brief and its gold part: what is missing, what is too much, and which labels differ, with the words of both."""

from collections.abc import Iterator
from dataclasses import dataclass

from summariser.labels import Fact, Kind, Part, merged
from summariser.metrics.answers import facts_held, fallen_into
from summariser.metrics.cases import Case
from summariser.metrics.facets import agrees, id_of
from summariser.metrics.pairs import overlap
from summariser.types import Span

_CLAIMS: tuple[Kind, ...] = ("judgement", "finding", "action", "figure")
_MOSTLY = 0.5
# What is compared of each kind of part that matches.
COMPARED: dict[Kind, tuple[str, ...]] = {
    "document": ("form", "item_relation", "completeness", "sensitivity", "title", "publisher", "document_date"),
    "item": ("form", "service_area", "cycle_stage", "completeness", "authority"),
    "review": ("role", "outcome_status", "fieldwork", "report_date"),
    "judgement": ("voice", "relay"),
    "finding": ("voice", "relay", "polarity", "theme", "time"),
    "action": ("kind", "status", "voice", "relay", "owner", "due"),
    "figure": ("value", "voice", "relay"),
}


@dataclass(frozen=True)
class Miss:
    """One difference: `field` is None where a part is missing from the brief or stands in it alone.

    `elsewhere` names the parts of the brief that stand on the words of one that is missing: it was told with another, or as
    another kind of part.
    """

    kind: Kind
    field: str | None
    gold: Part | None
    brief: Part | None
    elsewhere: tuple[str, ...] = ()

    @property
    def expected(self) -> str:
        """Return what the gold has, or nothing."""
        return told(self.gold, self.field) if self.gold else ""

    @property
    def given(self) -> str:
        """Return what the brief has, or nothing."""
        return told(self.brief, self.field) if self.brief else ""


def misses(case: Case) -> Iterator[Miss]:
    """Yield every difference between a brief and its gold, parts in the order of the gold, then those of the brief alone."""
    for kind, names in COMPARED.items():
        pairs = case.matched(kind)
        partner = {id_of(gold): brief for gold, brief in pairs}
        for gold in case.gold.of(kind):
            brief = partner.get(id_of(gold))
            if brief is None:
                if id(gold) not in case.excused:
                    yield Miss(kind, None, gold, None, _elsewhere(gold, case))
                continue
            for name in names:
                if differs(gold, brief, name):
                    yield Miss(kind, name, gold, brief)
        taken = {id_of(brief) for _, brief in pairs}
        for brief in case.brief.of(kind):
            if id_of(brief) not in taken and id(brief) not in case.excused:
                yield Miss(kind, None, None, brief)


def _elsewhere(gold: Part, case: Case) -> tuple[str, ...]:
    claims = (part for part in case.brief.parts if part.kind in _CLAIMS)
    return tuple(f"{part.kind} {part.label}" for part in claims if overlap(gold, part) >= _MOSTLY)


def answers(case: Case) -> Iterator[tuple[str, str]]:
    """Yield what happened to the key facts that a brief does not hold and the traps that it fell into, each with its words."""
    held = case.verdicts.facts if case.verdicts else facts_held(case)
    for fact, verdict in zip(case.facts, held, strict=True):
        if verdict is False:
            yield "key fact not held", fact["fact"]
    for trap, verdict in zip(case.traps, fallen_into(case), strict=True):
        if verdict is True:
            yield f"trap fallen into ({trap['type'].replace('_', ' ')})", trap["false_statement"]


def differs(gold: Part, brief: Part, name: str) -> bool:
    """Say whether a brief's label or fact is neither the gold's nor as fair."""
    if name in gold.facts:
        return name not in brief.facts or not agrees(name, gold.facts[name], brief.facts[name])
    return name in gold.fields and not gold.allows(name, brief.fields.get(name))


def told(part: Part, field: str | None) -> str:
    """Return one label or fact of a part in words, or what the part itself says."""
    if field is None and "heading" in part.facts:
        return str(part.facts["heading"].value or part.label)
    if field is None:
        said = (part.fields.get(name) for name in ("statement", "measure", "value_as_stated", "regime", "form"))
        return str(next((words for words in said if words), part.label))
    if field in part.facts:
        fact: Fact = part.facts[field]
        return fact.status if fact.value is None else str(fact.value)
    return str(part.fields.get(field))


def places(part: Part | None, field: str | None) -> tuple[Span, ...]:
    """Return where the words stand that a label or a part rests on."""
    if part is None:
        return ()
    if field is not None and field in part.facts:
        return part.facts[field].spans
    return part.spans or merged(span for fact in part.facts.values() for span in fact.spans)
