"""The brief of a paper about the review, inspection or improvement of a UK council's services."""

import re
from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, model_validator

from summariser.brief import Brief, Cited, Claim, Loc, Part, Sentence, Stated, breach, label_of, walk

from . import _council_codes as code

Words = Annotated[str, Field(min_length=1, max_length=400)]
Label = Annotated[str, Field(pattern=r"^[A-Z][0-9]{1,3}$", max_length=4)]
ReviewLabel = Annotated[Label | None, Field(description="The review it belongs to, or null.")]
Fault = tuple[Loc, str, Any]

_SUMMARY_WORDS = 120
_ABSENCE = re.compile(r"\bno (?:\w+ ){0,2}(?:concerns?|decisions?|recommendations?|weaknesses|areas? for improvement)\b", re.I)


class ShortFact(Stated[Annotated[str, Field(max_length=160)]]):
    """A name or short phrase, as the text has it."""


class WhenFact(Stated[Annotated[str, Field(max_length=60)]]):
    """A date or period: ISO 8601 (2018-03-14, 2018-06, 2018-03-14/2018-03-15) where the text allows, else its words."""


class Completeness(Part):
    """Whether the text shows a cut; the evidence is the mark of it."""

    evidence: Cited
    value: code.CompletenessCode


class Direction(Part):
    """The direction of travel as one voice tells it."""

    evidence: Cited
    value: code.Travel
    voice: code.Voice


class Judgement(Claim):
    """A grade or status given in so many words; never infer one from tone. One per review, aspect and time."""

    label: ClassVar[str] = "judgement_id"
    identity: ClassVar[tuple[str, ...]] = ("aspect", "scale", "value_code", "time")
    shared: ClassVar[frozenset[str]] = frozenset({"quality_statement", "outcome_area", "other"})
    claimed: ClassVar[tuple[str, ...]] = ("value_as_stated",)
    verbatim: ClassVar[tuple[str, ...]] = ("value_as_stated",)
    judgement_id: Label = Field(description="J1, J2 ...")
    value_as_stated: Annotated[str, Field(min_length=1, max_length=120)]
    aspect: code.Aspect
    scale: code.Scale
    value_code: Annotated[str, Field(max_length=30, description=f"The code on its scale. {code.SCALES}".replace("'", ""))]
    time: code.JudgementTime
    voice: code.Voice
    relay: code.Relay

    @model_validator(mode="after")
    def _is_on_its_scale(self) -> Self:
        if self.value_code not in code.SCALES[self.scale]:
            raise ValueError(f"{self.value_code!r} is not on {self.scale}: {', '.join(code.SCALES[self.scale])}")
        told = _four_grade(self.value_as_stated)
        if told and set(code.SCALES[self.scale]) == set(code.FOUR_GRADES) and told != self.value_code:
            raise ValueError(f"the words {self.value_as_stated!r} are {told}, not {self.value_code}")
        return self


class Review(Part):
    """An inspection, review, survey or intervention that the item tells of. Peer challenges and visits give no grades."""

    label: ClassVar[str] = "review_id"
    identity: ClassVar[tuple[str, ...]] = ("regime", "role", "name_as_stated", "fieldwork", "report_date")
    review_id: Label = Field(description="R1, R2 ...")
    name_as_stated: ShortFact
    conducted_by: ShortFact
    fieldwork: WhenFact
    report_date: WhenFact
    regime: code.Regime
    role: code.ReviewRole
    judgements: list[Judgement] = Field(max_length=24)
    outcome_status: code.OutcomeStatus

    @model_validator(mode="after")
    def _judgements_fit(self) -> Self:
        faults = list(_misfits(self))
        if faults:
            raise breach("Review", faults)
        return self


class Finding(Claim):
    """What somebody found or holds to be so: one thing each, in one sentence."""

    label: ClassVar[str] = "finding_id"
    finding_id: Label = Field(description="F1, F2 ...")
    statement: Words
    review_id: ReviewLabel
    voice: code.Voice
    relay: code.Relay
    polarity: code.Polarity
    theme: code.Theme
    time: code.FindingTime


class Action(Claim):
    """What somebody should do, will do, or has decided. 'There is a need to ...' among findings is a finding instead."""

    label: ClassVar[str] = "action_id"
    action_id: Label = Field(description="A1, A2 ...")
    statement: Words
    owner: ShortFact
    due: WhenFact
    review_id: ReviewLabel
    kind: code.ActionKind
    status: code.ActionStatus
    voice: code.Voice
    relay: code.Relay


class Figure(Claim):
    """One number with what it counts and of whom; the two ends of a change are two figures."""

    label: ClassVar[str] = "figure_id"
    claimed: ClassVar[tuple[str, ...]] = ("value", "measure", "population", "timepoint")
    figure_id: Label = Field(description="N1, N2 ...")
    measure: Annotated[str, Field(min_length=1, max_length=160)]
    value: float
    unit: Annotated[str, Field(max_length=30, description="percent, GBP, or what is counted.")]
    population: Annotated[str, Field(max_length=160)] | None
    timepoint: Annotated[str, Field(max_length=80)] | None
    voice: code.Voice
    relay: code.Relay


class Item(Part):
    """One substantive item of the document. Labels and reviews never cross items."""

    label: ClassVar[str] = "item_id"
    item_id: Label = Field(description="I1, I2 ...")
    heading: ShortFact
    completeness: Completeness
    form: code.ItemForm
    authority: ShortFact = Field(description="The council under review, as the text names it.")
    service_area: code.ServiceArea
    cycle_stage: code.CycleStage
    direction_of_travel: list[Direction] = Field(min_length=1, max_length=4)
    reviews: list[Review] = Field(max_length=12)
    findings: list[Finding] = Field(max_length=60)
    actions: list[Action] = Field(max_length=60)
    figures: list[Figure] = Field(max_length=60)
    not_stated: list[Annotated[str, Field(max_length=80)]] = Field(
        max_length=12, description="What a reader of this form would expect and the visible text does not give."
    )
    summary: list[Sentence] = Field(
        max_length=8,
        description=f"At most {_SUMMARY_WORDS} words; say whose view each is; supports: labels of this item, or "
        "'completeness'.",
    )

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        rules = (_repeated_labels, _lost_reviews, _unowned, _half_journeys, _absences, _too_long)
        faults = [fault for rule in rules for fault in rule(self)]
        if faults:
            raise breach("Item", faults)
        return self


class Facts(Part):
    """The document as a whole."""

    title: ShortFact
    publisher: ShortFact
    document_date: WhenFact
    completeness: Completeness
    form: code.DocumentForm
    item_relation: code.ItemRelation


class CouncilReview(Brief):
    """Reviews, inspections and improvement of councils' services: findings, judgements, actions, figures, by owner.

    Keep apart what reviewers found, what the authority says of itself and what a writer opines; past grades and present
    ones; proposals and decisions. Leave out what you know from elsewhere. Private people are never named.
    """

    document: Facts
    items: list[Item] = Field(min_length=1, max_length=20)


def _four_grade(words: str) -> str | None:
    """Which of the four grades the words name: "requires improvement to be good" is not good."""
    lowered = words.lower()
    if "requir" in lowered:
        return "requires_improvement"
    return next((grade for grade in code.FOUR_GRADES if grade in lowered), None)


def _misfits(review: Review) -> Iterator[Fault]:
    """Judgements that this regime cannot give."""
    grades = code.REGIME_SCALES.get(review.regime)
    for place, judgement in enumerate(review.judgements):
        if grades is None:
            yield ("judgements", place), f"{review.regime} gives no grades", judgement.value_as_stated
        elif judgement.scale not in (*grades, "intervention", "unscaled_label"):
            yield ("judgements", place), f"{judgement.scale} is no scale of {review.regime}", judgement.value_as_stated


def _labelled(item: Item) -> Iterator[tuple[Loc, str]]:
    """Where each labelled part of the item stands, and its label."""
    for loc, part in walk(item):
        label = label_of(part)
        if loc and label:
            yield loc, label


def _repeated_labels(item: Item) -> Iterator[Fault]:
    seen: set[str] = set()
    for loc, label in _labelled(item):
        if label in seen:
            yield loc, f"the label {label} is used twice", label
        seen.add(label)


def _lost_reviews(item: Item) -> Iterator[Fault]:
    reviews = {review.review_id for review in item.reviews}
    named = [(("findings", place), finding.review_id) for place, finding in enumerate(item.findings)]
    named += [(("actions", place), action.review_id) for place, action in enumerate(item.actions)]
    for loc, review in named:
        if review is not None and review not in reviews:
            yield loc, f"there is no review {review} in this item", review


def _unowned(item: Item) -> Iterator[Fault]:
    for place, finding in enumerate(item.findings):
        if finding.voice == "reviewer" and finding.review_id is None:
            yield ("findings", place), "a reviewer's finding names its review", finding.statement
    for place, action in enumerate(item.actions):
        if action.kind == "reviewer_recommendation" and (action.voice != "reviewer" or action.review_id is None):
            yield (
                ("actions", place),
                "a reviewer_recommendation has voice reviewer and names its review",
                action.statement,
            )


def _half_journeys(item: Item) -> Iterator[Fault]:
    for place, review in enumerate(item.reviews):
        ends = [(judgement.aspect, judgement.time) for judgement in review.judgements]
        for row, judgement in enumerate(review.judgements):
            other = {"trajectory_from": "trajectory_to", "trajectory_to": "trajectory_from"}.get(judgement.time)
            if other and (judgement.aspect, other) not in ends:
                yield ("reviews", place, "judgements", row), f"{judgement.time} needs its {other}", judgement.time


def _absences(item: Item) -> Iterator[Fault]:
    """What is not in a cut-off text may stand in the rest of it."""
    if item.completeness.value not in ("truncated_end", "truncated_start", "excerpt"):
        return
    statements = [("findings", place, part.statement) for place, part in enumerate(item.findings)]
    statements += [("summary", place, part.text) for place, part in enumerate(item.summary)]
    for name, place, words in statements:
        if _ABSENCE.search(words):
            yield (name, place), "a text that is cut off cannot show that there is none", words


def _too_long(item: Item) -> Iterator[Fault]:
    words = 0
    for place, sentence in enumerate(item.summary):
        words += len(sentence.text.split())
        if words > _SUMMARY_WORDS:
            yield ("summary", place), f"the summary of an item has at most {_SUMMARY_WORDS} words", sentence.text
