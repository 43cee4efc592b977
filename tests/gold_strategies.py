"""Random papers with valid gold: what a careful person could have written down of a text, of which no engine knows anything.

Hypothesis draws how many there are of everything, so that a failing example becomes small. Words, codes and quotes come
from a seed, because thousands of draws for each paper would make the tests slow.
"""

import importlib
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from hypothesis import strategies as st

from summariser import schemas

Json = dict[str, Any]
Choice = TypeVar("Choice")

MODEL = schemas.load("council_review").model
_CODES = importlib.import_module("summariser_schemas._council_codes")
_DEFINITIONS: Json = schemas.json_schema(MODEL)["$defs"]
SENSITIVITIES = ("public_office_holders_only", "public_personal_data", "public_special_category", "restricted")
# Two flags that the report on a document's integrity may raise.
FLAGS = ("missing_attachment", "ocr_noise")
WORDS = tuple(
    "staff carers audits plans were praised late better worse than in the autumn members heard of them twice good homes".split()
)
_DATES = ("2018", "2018-03", "2018-03-14", "2018-03-14/2018-03-15", "2021-06-01", "June", "last year")
_NAMES = ("Ashbourne Vale Council", "Ofsted", "the Head of Service", "a focused visit", "Wold and Estuary Partnership")
_GIVEN = ("stated", "inferred")
_LABELS = {"reviews": "review_id", "findings": "finding_id", "actions": "action_id", "figures": "figure_id"}
# How many labels have others that are as fair.
_NOW_AND_THEN = 1 / 6
# When a judgement may be of; the two ends of a journey come as a pair.
_ALONE = ("this_review", "earlier", "current_status", "target")
_seeds = st.integers(0, 2**32)


def codes(name: str) -> tuple[str, ...]:
    """Return the codes of one vocabulary of the schema."""
    return tuple(_DEFINITIONS[name]["enum"])


@dataclass(frozen=True)
class Paper:
    """A text, its lines by the section that they stand in, and the lines that no gold quotes. Every line stands once."""

    text: str
    sections: tuple[tuple[str, ...], ...]
    spare: tuple[str, ...]


@st.composite
def papers(draw: st.DrawFn) -> Paper:
    """Draw a paper of one to three sections."""
    rng = random.Random(draw(_seeds))
    sizes = draw(st.lists(st.integers(3, 6), min_size=1, max_size=3))
    # A name before its colon keeps a line, and every quote that begins with it, from standing anywhere else.
    sections = tuple(
        tuple(f"Part {number} line {line}: {_words(rng)}." for line in range(size)) for number, size in enumerate(sizes)
    )
    spare = tuple(f"Spare {number}: {_words(rng)}." for number in range(2))
    return Paper("\n\n".join("\n".join(lines) for lines in (*sections, spare)), sections, spare)


@st.composite
def golds(draw: st.DrawFn, paper: Paper) -> Json:
    """Draw gold that the lint has nothing to say against."""
    return _Labeller(draw, paper).gold()


@st.composite
def labelled_papers(draw: st.DrawFn) -> tuple[Paper, Json]:
    """Draw a paper with its gold."""
    paper = draw(papers())
    return paper, draw(golds(paper))


@st.composite
def twice_labelled_papers(draw: st.DrawFn) -> tuple[Paper, Json, Json]:
    """Draw a paper with two golds that have nothing to do with each other."""
    paper = draw(papers())
    return paper, draw(golds(paper)), draw(golds(paper))


def _words(rng: random.Random) -> str:
    return " ".join(rng.choices(WORDS, k=rng.randint(3, 8)))


class _Labeller:
    """Labels one paper; keeps count of the labels given, which are unique in a document."""

    def __init__(self, draw: st.DrawFn, paper: Paper) -> None:
        self._draw, self._paper, self._given = draw, paper, dict[str, int]()
        self._rng = random.Random(draw(_seeds))
        self._lines: Sequence[str] = ()

    def gold(self) -> Json:
        items = [self._item(lines) for lines in self._paper.sections]
        self._lines = self._paper.sections[0]
        return {
            "document": {
                "form": self._code("DocumentForm", (*codes("ItemForm"), "multi_item_page")),
                "item_relation": self._code("ItemRelation"),
                "completeness": self._completeness(),
                "title": self._fact(_NAMES),
                "publisher": self._fact(_NAMES),
                "document_date": self._fact(_DATES),
                "sensitivity": self._one(SENSITIVITIES),
                "quality_flags": [{"flag": flag, "evidence": [self._quote()]} for flag in FLAGS if self._rng.random() < 0.5],
                **self._fair(form="ItemForm"),
            },
            "items": items,
            "summary": [],
        }

    def _item(self, lines: Sequence[str]) -> Json:
        self._lines = lines
        reviews = self._several(self._review, 0, 2)
        owners = [None, *(review["review_id"] for review in reviews)]
        lists = {
            "reviews": reviews,
            # An item that holds nothing is none.
            "findings": self._several(lambda: self._finding(self._one(owners)), 1, 4),
            "actions": self._several(lambda: self._action(self._one(owners)), 0, 3),
            "figures": self._several(self._figure, 0, 3),
        }
        labels = [part[_LABELS[name]] for name, parts in lists.items() for part in parts]
        return {
            "item_id": self._label("I"),
            "heading": self._fact(_NAMES),
            "completeness": self._completeness(),
            "form": self._code("ItemForm"),
            "service_area": self._code("ServiceArea"),
            "cycle_stage": self._code("CycleStage"),
            "authority": self._fact(_NAMES),
            "direction_of_travel": self._several(self._direction, 1, 2),
            **lists,
            "not_stated": ["what it cost"],
            "summary": [
                {"text": f"{_words(self._rng)}.", "supports": self._several(lambda: self._one([*labels, "completeness"]), 1, 3)}
                for _ in range(self._rng.randint(0, 2))
            ],
            **self._fair(service_area="ServiceArea", cycle_stage="CycleStage", form="ItemForm"),
        }

    def _direction(self) -> Json:
        return {
            "value": self._code("Travel"),
            "voice": self._code("Voice"),
            "evidence": self._several(self._quote, 0, 2),
            **self._fair(value="Travel"),
        }

    def _review(self) -> Json:
        regime = self._code("Regime")
        scales = _CODES.REGIME_SCALES.get(regime)
        # A regime that grades at all may lead to an intervention.
        allowed = () if scales is None else (*scales, "intervention", "unscaled_label")
        asked = self._several(lambda: (self._code("Aspect"), self._one(_ALONE)), 0, 2) if allowed else []
        if allowed and self._rng.random() < 0.2:
            asked += [("overall", "trajectory_from"), ("overall", "trajectory_to")]
        return {
            "review_id": self._label("R"),
            "regime": regime,
            "role": self._code("ReviewRole"),
            "outcome_status": self._code("OutcomeStatus"),
            "name_as_stated": self._fact(_NAMES),
            "conducted_by": self._fact(_NAMES),
            "fieldwork": self._fact(_DATES),
            "report_date": self._fact(_DATES),
            "judgements": [self._judgement(aspect, time, allowed) for aspect, time in dict.fromkeys(asked)],
            **self._fair(regime="Regime", role="ReviewRole"),
        }

    def _judgement(self, aspect: str, time: str, allowed: Sequence[str]) -> Json:
        scale = self._one(allowed)
        value = self._one(_CODES.SCALES[scale])
        return {
            "judgement_id": self._label("J"),
            "evidence": [self._quote()],
            "value_as_stated": value.replace("_", " "),
            "aspect": aspect,
            "scale": scale,
            "value_code": value,
            "time": time,
            **self._owned(),
            **self._fair(aspect="Aspect", time="JudgementTime", voice="Voice"),
        }

    def _finding(self, review: str | None) -> Json:
        return {
            "finding_id": self._label("F"),
            "evidence": self._several(self._quote, 1, 2),
            "statement": f"Finding {self._given['F']} is that {_words(self._rng)}.",
            "review_id": review,
            **self._owned(review),
            "polarity": self._code("Polarity"),
            "theme": self._code("Theme"),
            "time": self._code("FindingTime"),
            **self._fair(theme="Theme", voice="Voice", polarity="Polarity"),
        }

    def _action(self, review: str | None) -> Json:
        owned = self._owned(review)
        recommended = owned["voice"] == "reviewer" and review is not None
        fair = self._fair(kind="ActionKind", status="ActionStatus")
        if self._rng.random() < 0.3:
            fair.setdefault("also_accept", {})["as_finding"] = {"polarity": "neutral", "theme": "workforce"}
        return {
            "action_id": self._label("A"),
            "evidence": self._several(self._quote, 1, 2),
            "statement": f"Action {self._given['A']} is that {_words(self._rng)}.",
            "owner": self._fact(_NAMES),
            "due": self._fact(_DATES),
            "review_id": review,
            "kind": self._one([kind for kind in codes("ActionKind") if recommended or kind != "reviewer_recommendation"]),
            "status": self._code("ActionStatus"),
            **owned,
            **fair,
        }

    def _figure(self) -> Json:
        return {
            "figure_id": self._label("N"),
            "evidence": [self._quote()],
            "measure": f"measure {self._given['N']} of {_words(self._rng)}",
            "value": self._one((self._rng.randint(0, 100), 0.5, 12.25)),
            "unit": "percent",
            "population": self._one((None, "carers")),
            "timepoint": self._one((None, "now")),
            **self._owned(),
            **self._fair(voice="Voice"),
        }

    def _owned(self, review: str | None = None) -> Json:
        # What a reviewer found names its review.
        voices = codes("Voice") if review is not None else tuple(each for each in codes("Voice") if each != "reviewer")
        return {"voice": self._one(voices), "relay": self._code("Relay")}

    def _fact(self, values: Sequence[str]) -> Json:
        status = self._code("FieldStatus")
        fact: Json = {"status": status}
        if status in _GIVEN:
            fact |= {"value": self._one(values), "evidence": [self._quote()]}
        if self._now_and_then():
            fact["also_accept"] = [self._one((*values, "not_stated"))]
        return fact

    def _fair(self, **vocabularies: str) -> Json:
        fair = {field: [self._code(name)] for field, name in vocabularies.items() if self._now_and_then()}
        return {"also_accept": fair} if fair else {}

    def _completeness(self) -> Json:
        return {"value": self._code("CompletenessCode"), "evidence": self._several(self._quote, 0, 1)}

    def _quote(self) -> str | Json:
        """Draw a whole line, the beginning of one, or its end, which may stand elsewhere too and so says where it is meant."""
        line = self._one(self._lines)
        begins = self._paper.text.index(line)
        spaces = [place for place, character in enumerate(line) if character == " " and place > line.index(":")]
        cut = self._one(spaces)
        ends: Json = {"quote": line[cut + 1 :], "start": begins + cut + 1}
        forms: tuple[str | Json, ...] = (line, line[:cut], ends, {"quote": line, "start": begins})
        return self._one(forms)

    def _label(self, letter: str) -> str:
        self._given[letter] = self._given.get(letter, 0) + 1
        return f"{letter}{self._given[letter]}"

    def _code(self, name: str, known: Sequence[str] = ()) -> str:
        return self._one(known or codes(name))

    def _one(self, choices: Sequence[Choice]) -> Choice:
        return self._rng.choice(choices)

    def _several(self, make: Callable[[], Any], least: int, most: int) -> list[Any]:
        return [make() for _ in range(self._draw(st.integers(least, most)))]

    def _now_and_then(self) -> bool:
        return self._rng.random() < _NOW_AND_THEN
