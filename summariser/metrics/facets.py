"""What counts for the labels and facts of a whole document or item, and for saying honestly that something is missing."""

import re
from collections import Counter
from collections.abc import Callable, Iterator

from summariser.labels import Fact, Kind, Part
from summariser.metrics.cases import Case
from summariser.metrics.dates import same
from summariser.metrics.pairs import shared
from summariser.metrics.scores import NONE, Tally

_DATES = ("document_date", "fieldwork", "report_date", "due")
# Words of a council's name that one text gives and another leaves out.
_COUNCIL = frozenset("the of and council borough county city district metropolitan unitary royal london".split())
# Words that make a name another's.
_ANOTHER = frozenset("acting assistant associate deputy former interim shadow vice".split())
_WORD = re.compile(r"\w+")
# Parts that every brief has.
_WHOLE: tuple[Kind, ...] = ("document", "item")
_MISSING = Fact("missing", None)


def facet(kind: Kind, name: str) -> Callable[[Case], Tally | None]:
    """Return the confusion of one label of the document or of its items; what the brief lacks is confused with nothing."""

    def tally(case: Case) -> Tally | None:
        told = {id_of(gold): brief for gold, brief in case.matched(kind)}
        counts: Counter[tuple[str, str]] = Counter()
        for gold in case.gold.of(kind):
            if name in gold.fields:
                brief = told.get(id_of(gold))
                counts[confusion(gold, brief, name)] += 1
        return counts or None

    return tally


def id_of(part: Part) -> tuple[Kind, str, int]:
    """Return what names a part within its brief."""
    return part.kind, part.label, part.item


def confusion(gold: Part, brief: Part | None, name: str) -> tuple[str, str]:
    """Return the gold's label and the brief's; one that would be as fair counts as the gold's own."""
    expected = str(gold.fields[name])
    given = NONE if brief is None else brief.fields.get(name)
    return (expected, expected) if brief is not None and gold.allows(name, given) else (expected, str(given))


def direction(case: Case) -> Tally | None:
    """Count the items whose directions of travel are among those of the gold."""
    told = {gold.item: brief.item for gold, brief in case.items}
    fair: dict[int, set[object]] = {}
    for part in case.gold.of("direction"):
        fair.setdefault(part.item, set()).update((part.fields["value"], *part.accepts.get("value", ())))
    hits = 0
    for item, values in fair.items():
        given = {part.fields["value"] for part in case.brief.of("direction") if part.item == told.get(item)}
        hits += bool(given) and given <= values
    return {"hits": hits, "of": len(fair)} if fair else None


def fact(kind: Kind, name: str) -> Callable[[Case], Tally | None]:
    """Return how often a fact has the gold's value, or is rightly left open."""

    def tally(case: Case) -> Tally | None:
        told = {id_of(gold): brief for gold, brief in case.matched(kind)}
        # What is missing as a whole is counted where parts are found, not once more for each of its facts.
        expected = [part for part in case.gold.of(kind) if name in part.facts and (kind in _WHOLE or id_of(part) in told)]
        hits = 0
        for part in expected:
            brief = told.get(id_of(part))
            hits += brief is not None and agrees(name, part.facts[name], brief.facts.get(name, _MISSING))
        return {"hits": hits, "of": len(expected)} if expected else None

    return tally


def agrees(name: str, gold: Fact, brief: Fact) -> bool:
    """Say whether a fact is what the gold says, or as fair."""
    if brief.abstains:
        return gold.abstains or brief.status in gold.accepts
    fair = [value for value in (gold.value, *gold.accepts) if value is not None]
    if name in _DATES:
        return any(same(value, brief.value) for value in fair)
    apart = not shared(gold.spans, brief.spans)
    return any(_same_name(value, brief.value, apart=apart) for value in fair)


def _same_name(gold: object, brief: object, *, apart: bool) -> bool:
    """Say whether two names are one. A name is as long as the writer of the label made it, so one may hold the other if they
    stand on the same words of the source and the shorter is no mere fragment; "deputy" and the like make another name.
    """
    one, other = _words(gold), _words(brief)
    if one == other:
        return bool(one) or gold == brief
    shorter, longer = sorted((one, other), key=len)
    return not apart and shorter < longer and 2 * len(shorter) >= len(longer) and not (longer - shorter) & _ANOTHER


def _words(value: object) -> frozenset[str]:
    words = frozenset(_WORD.findall(str(value).lower()))
    return words - _COUNCIL or words


def abstention(case: Case) -> Tally | None:
    """Count the facts that the gold leaves open, that the brief leaves open, and both.

    Where the gold would accept either, the fact counts neither way; facts of reviews and actions that the brief does not have
    at all are no part of this.
    """
    counts = {"matched": 0, "predicted": 0, "gold": 0}
    for name, gold, brief in _facts(case):
        either = (brief.status in gold.accepts) if brief.abstains else (gold.abstains and agrees(name, gold, brief))
        if not either:
            counts["predicted"] += brief.abstains
            counts["gold"] += gold.abstains
            counts["matched"] += gold.abstains and brief.abstains
    return counts if any(counts.values()) else None


def _facts(case: Case) -> Iterator[tuple[str, Fact, Fact]]:
    for kind in (*_WHOLE, "review", "action"):
        told = {id_of(gold): brief for gold, brief in case.matched(kind)}
        for part in case.gold.of(kind):
            brief = told.get(id_of(part))
            if brief is None and kind not in _WHOLE:
                continue
            for name, expected in part.facts.items():
                if brief is None or name in brief.facts:
                    yield name, expected, _MISSING if brief is None else brief.facts[name]


def cut(case: Case) -> Tally | None:
    """Count the documents that break off, those that the brief says do, and both."""
    gold, brief = (
        [part.fields.get("completeness") for part in side.of("document")] or [None] for side in (case.gold, case.brief)
    )
    is_cut, told = (value not in (None, "complete", "unknown") for value in (gold[0], brief[0]))
    return {"matched": is_cut and told, "predicted": told, "gold": is_cut} if is_cut or told else None


def flags(case: Case) -> Tally | None:
    """Count the quality flags of the gold, of the report on the document's integrity, and both."""
    if case.gold.flags is None:
        return None
    given = case.brief.flags or frozenset()
    return {"matched": len(case.gold.flags & given), "predicted": len(given), "gold": len(case.gold.flags)}
