"""One document as the metrics see it: its gold, what an engine made of it, and which parts of the two are the same."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from summariser.labels import Kind, Labels, Part
from summariser.metrics.pairs import Pairs, best, by_place, overlap, same_judgement, same_review, unmatched, whole_items

# Regimes that say only that there was a review.
_VAGUE = ("unspecified_review", "other_review", "other_peer_review")


@dataclass(frozen=True)
class Running:
    """What making one brief took. `cost` is in US dollars, or None if the price is not known."""

    seconds: float | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost: float | None = None
    refused: int | None = None


@dataclass(frozen=True)
class Verdicts:
    """What a judge said: of each key fact whether the brief holds it, of each trap whether it says it, of each sentence of
    the summary whether it is borne out. None where the votes did not settle it.
    """

    facts: tuple[bool | None, ...] = ()
    traps: tuple[bool | None, ...] = ()
    sentences: tuple[bool | None, ...] = ()


@dataclass(frozen=True)
class Case:
    """One document with its gold and its brief; a failure is a brief that says nothing."""

    name: str
    text: str = field(repr=False)
    gold: Labels
    brief: Labels
    facts: Sequence[Mapping[str, Any]] = ()
    traps: Sequence[Mapping[str, Any]] = ()
    failed: bool = False
    running: Running = Running()
    verdicts: Verdicts | None = None

    @cached_property
    def documents(self) -> Pairs:
        """Return the document as gold and brief see it; there is one, so it always matches."""
        return tuple(zip(self.gold.of("document"), self.brief.of("document"), strict=False))

    @cached_property
    def items(self) -> Pairs:
        """Return the items that match, by the evidence of all that they hold; two that are alone match in any case."""
        gold, brief = whole_items(self.gold), whole_items(self.brief)
        if len(gold) == len(brief) == 1:
            return ((gold[0], brief[0]),)
        return best(gold, brief, overlap)

    @cached_property
    def findings(self) -> Pairs:
        """Return the findings that match."""
        return best(self.gold.of("finding"), self.brief.of("finding"), by_place)

    @cached_property
    def actions(self) -> Pairs:
        """Return the actions that match."""
        return best(self.gold.of("action"), self.brief.of("action"), by_place)

    @cached_property
    def figures(self) -> Pairs:
        """Return the figures that match; of several in one sentence, those of the same value."""
        return best(self.gold.of("figure"), self.brief.of("figure"), by_place)

    @cached_property
    def reviews(self) -> Pairs:
        """Return the reviews that match: of one regime, of dates that do not contradict each other, and, where the regime does
        not tell which is meant, with words in common.
        """
        gold = self.gold.of("review")
        regimes = Counter(part.fields["regime"] for part in gold)

        def likeness(one: Part, other: Part) -> float:
            regime = one.fields["regime"]
            return same_review(one, other, words=regime in _VAGUE or regimes[regime] > 1)

        return best(gold, self.brief.of("review"), likeness)

    @cached_property
    def judgements(self) -> Pairs:
        """Return the judgements that match: of one regime, aspect, value and time."""
        return best(self.gold.of("judgement"), self.brief.of("judgement"), same_judgement)

    def matched(self, kind: Kind) -> Pairs:
        """Return the pairs of one kind of part that match."""
        pairs: Pairs = getattr(self, f"{kind}s")
        return pairs

    @cached_property
    def excused(self) -> frozenset[int]:
        """Return the parts, by identity, that count neither way: an action that is as fairly a finding, and was told as one."""
        actions = [part for part in unmatched(self.gold.of("action"), self.actions, 0) if "as_finding" in part.accepts]
        findings = unmatched(self.brief.of("finding"), self.findings, 1) if actions else []
        told = best(actions, findings, by_place)
        return frozenset(id(part) for pair in told for part in pair)
