"""What a paper or an item of one is: its form, the service it is about, and where the authority stands, by the linear model."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from summariser.rules import linear, of_papers
from summariser.rules.linear import Answer, Answers
from summariser.rules.structure import Item
from summariser.rules.voices import ISSUED

# A form less likely than this is a guess among twenty, and "other" is the honest answer.
_LEAST = 0.2
# Forms of pages that hold several items and are of one form all the same.
STANDING = ("information_page", "tracker_or_dataset", "guidance_or_framework")
_OF_A_GUIDE = ("context", "preparation")
# Answers less likely than this are told to the reader as uncertain.
_UNSURE = 0.5


@dataclass(frozen=True, slots=True)
class Facets:
    """The facets of an item, each with the probability that it is right."""

    form: Answer
    service_area: Answer
    cycle_stage: Answer
    directions: Mapping[str, float]

    @property
    def is_foreign(self) -> bool:
        """Say whether a paper is likely none of the field's; one whose form is merely unknown may be of it."""
        return self.form.value == "other" and self.form.probability >= _LEAST

    @property
    def unsure(self) -> Mapping[str, Answer]:
        """Return the facets that may well be wrong, by their names in the schema."""
        named = {"form": self.form, "service_area": self.service_area, "cycle_stage": self.cycle_stage}
        return {name: answer for name, answer in named.items() if answer.probability < _UNSURE}


def facets(item: Item, barred: Collection[str] = ()) -> Facets:
    """Return the facets of an item, whose form is none of the barred ones.

    What an authority says under its own announcement is a press release.
    """
    answers = linear.load("papers").answers(of_papers.of_item(item))
    form = Answer("press_release", 1.0) if item.speaks else answers.best("form", barred)
    return Facets(
        form if form.probability >= _LEAST else Answer("other", form.probability),
        answers.best("service_area"),
        _stage(answers, form.value),
        answers.probabilities("direction"),
    )


def _stage(answers: Answers, form: str) -> Answer:
    """Return where the authority stands; what a guide explains is where none does, or where all do beforehand."""
    if form != "guidance_or_framework":
        return answers.best("cycle_stage")
    likely = answers.probabilities("cycle_stage")
    value = max(_OF_A_GUIDE, key=lambda stage: likely[stage])
    return Answer(value, sum(likely[stage] for stage in _OF_A_GUIDE))


def of_part(part: Item, about: Facets, *, on_page: bool) -> Facets:
    """Return the facets of one item of several; `about` are those of the whole paper.

    `on_page` says that the paper is no more than a page about several unrelated things, on which somebody tells of them.

    A row is too short to tell what it is, and what stands on a page of a kind is of that kind.
    """
    if part.way == "rows":
        return replace(about, directions=facets(part).directions)
    found = facets(part, ISSUED if on_page else ())
    return replace(found, form=about.form) if part.way == "standing" and about.form.value in STANDING else found
