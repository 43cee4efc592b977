"""What counts for reviews, judgements, findings, actions and figures: whether they were found, and how they were labelled."""

from collections import Counter
from collections.abc import Callable

from summariser.labels import Kind, place
from summariser.metrics.cases import Case
from summariser.metrics.facets import confusion
from summariser.metrics.scores import Tally


def found(kind: Kind) -> Callable[[Case], Tally | None]:
    """Return how many parts of a kind the gold has, the brief has, and both."""

    def tally(case: Case) -> Tally | None:
        gold = sum(id(part) not in case.excused for part in case.gold.of(kind))
        brief = sum(id(part) not in case.excused for part in case.brief.of(kind))
        if not gold and not brief:
            return None
        return {"matched": len(case.matched(kind)), "predicted": brief, "gold": gold}

    return tally


def labelled(kind: Kind, name: str) -> Callable[[Case], Tally | None]:
    """Return the confusion of one label of the parts that match."""

    def tally(case: Case) -> Tally | None:
        counts = Counter(confusion(gold, brief, name) for gold, brief in case.matched(kind) if name in gold.fields)
        return counts or None

    return tally


def mistaken(true: str, told: str) -> Callable[[Case], Tally | None]:
    """Return how many findings of one voice are told as another's, of those that match."""

    def tally(case: Case) -> Tally | None:
        own = [(gold, brief) for gold, brief in case.findings if gold.fields["voice"] == true]
        hits = sum(brief.fields["voice"] == told and not gold.allows("voice", told) for gold, brief in own)
        return {"hits": hits, "of": len(own)} if own else None

    return tally


def figure_value(case: Case) -> Tally | None:
    """Count the figures that match and have the gold's value."""
    hits = sum(gold.allows("value", brief.fields["value"]) for gold, brief in case.figures)
    return {"hits": hits, "of": len(case.figures)} if case.figures else None


def evidence(case: Case) -> Tally | None:
    """Count the quotes of a brief that stand in the document where the brief says."""
    quotes = case.brief.quotes
    hits = sum(place({"quote": quote, "start": start}, case.text) is not None for quote, start in quotes)
    return {"hits": hits, "of": len(quotes)} if quotes else None


def refused(case: Case) -> Tally | None:
    """Count the parts of the answer that were set aside, because the document does not bear them out."""
    if case.running.refused is None:
        return None
    kept = sum(part.kind not in ("document", "item", "direction") for part in case.brief.parts)
    return {"hits": case.running.refused, "of": case.running.refused + kept}
