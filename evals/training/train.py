"""Trains the embedded engine's linear models, and measures them on documents that were held out.

    python -m evals.training.train

writes `papers.npz` (what a paper is) and `lines.npz` (what a line is) to `summariser/rules/`, and `CARD.md` beside this file.
Every figure on the card is of a fold that the model was not trained on; documents are never parted between folds. Lines are
learnt with the form that a model of other folds gave their document, as the engine too has only a guess of it.
"""

import hashlib
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix
from sklearn.feature_extraction import DictVectorizer
from sklearn.metrics import f1_score
from sklearn.model_selection import GroupKFold
from sklearn.svm import LinearSVC

from evals.training.corpus import DOCUMENTS, Row, corpus
from evals.training.examples import Paper, paper
from summariser.rules import cues, linear, of_papers
from summariser.rules.voices import voices

Features = Mapping[str, float]
# What a row of the corpus is asked, where it is a finding (F), an action (A) or anything.
Question = Callable[[Row], str | None]

_FOLDS = 5
_SEED = 0
# A feature of fewer examples is a memory of them.
_LEAST = 2
# How much a mistake costs beside a large weight, by trial on the folds: half or twice as much differs by less than a point.
_C = {"papers": 0.1, "lines": 0.02}
_LABELS = {"F": "finding", "A": "action", "J": "judgement"}
_FOR_VOICES = "_voices_"
_FACETS = ("form", "service_area", "cycle_stage", "direction")


def _of(letters: str, name: str) -> Question:
    return lambda row: row.codes[name] if row.label in letters else None


_ROW_QUESTIONS: Mapping[str, Question] = {
    "role": lambda row: _LABELS.get(row.label, "nothing"),
    "voice": _of("FA", "voice"),
    "relay": _of("FA", "relay"),
    "polarity": _of("F", "polarity"),
    "theme": _of("F", "theme"),
    "time": _of("F", "time"),
    "kind": _of("A", "kind"),
    "status": _of("A", "status"),
}


@dataclass(frozen=True)
class Examples:
    """Features, the document that each comes from, and for each question the answers; None where it is not asked."""

    features: Sequence[Features]
    groups: Sequence[int]
    answers: Mapping[str, Sequence[str | None]]


@dataclass(frozen=True)
class Score:
    """How a question is answered on held-out documents."""

    examples: int
    accuracy: float
    majority: float
    macro_f1: float
    temperature: float


class Vectors:
    """Turns features into a matrix whose words weigh by how rare they are; what begins with "=" is no word."""

    def __init__(self, features: Sequence[Features]) -> None:
        counts = Counter(name for each in features for name in each)
        kept = sorted(name for name, count in counts.items() if count >= _LEAST)
        self.names = kept
        rarity = [1.0 if name.startswith("=") else np.log(len(features) / counts[name]) / 4 for name in kept]
        self.rarity = np.array(rarity, np.float32)
        self._vectorizer = DictVectorizer(dtype=np.float32).fit([dict.fromkeys(kept, 1.0)])

    def matrix(self, features: Sequence[Features]) -> csr_matrix:
        """Return a row for each; features that are not known are left out."""
        plain = self._vectorizer.transform(features)
        return plain.multiply(self.rarity).tocsr()


def fitted(matrix: csr_matrix, answers: NDArray[Any], strength: float) -> LinearSVC:
    """Return the classifier of some examples: of linear ones, better than logistic regression by a point, and faster."""
    counts = Counter(answers.tolist())
    # Between one example one vote and one class one vote: rare owners count for more, and common ones are still likelier.
    weights = {name: (len(answers) / count) ** 0.5 / 3 for name, count in counts.items()}
    return LinearSVC(C=strength, class_weight=weights, random_state=_SEED).fit(matrix, answers)


def held_out(examples: Examples, question: str, strength: float) -> tuple[NDArray[Any], list[int], Score]:
    """Return what models answer that have not seen the document, which examples these are, and how well they do."""
    asked = [place for place, answer in enumerate(examples.answers[question]) if answer is not None]
    answers = np.array([examples.answers[question][place] for place in asked])
    features = [examples.features[place] for place in asked]
    groups = [examples.groups[place] for place in asked]
    classes = np.unique(answers)
    scores = np.full((len(asked), len(classes)), -1e3)
    folds = GroupKFold(_FOLDS, shuffle=True, random_state=_SEED)
    for train, test in folds.split(features, answers, groups):
        vectors = Vectors([features[place] for place in train])
        model = fitted(vectors.matrix([features[place] for place in train]), answers[train], strength)
        columns = np.searchsorted(classes, model.classes_)
        scores[np.ix_(test, columns)] = model.decision_function(vectors.matrix([features[place] for place in test]))
    given = classes[scores.argmax(axis=1)]
    truth = np.searchsorted(classes, answers)

    def loss(temperature: float) -> float:
        heated = scores / temperature
        highest = heated.max(axis=1)
        totals = highest + np.log(np.exp(heated - highest[:, None]).sum(axis=1))
        return float((totals - heated[np.arange(len(truth)), truth]).mean())

    temperature = float(minimize_scalar(loss, bounds=(0.05, 5.0), method="bounded").x)
    majority = Counter(answers.tolist()).most_common(1)[0][1] / len(answers)
    f1 = float(f1_score(answers, given, average="macro", zero_division=0))
    return given, asked, Score(len(asked), float((given == answers).mean()), majority, f1, temperature)


def trained(examples: Examples, strength: float, temperatures: Mapping[str, float]) -> dict[str, NDArray[Any]]:
    """Return the arrays of a model of all the examples, its scores divided by the temperatures found on the folds."""
    vectors = Vectors(examples.features)
    arrays: dict[str, NDArray[Any]] = {"names": _text(vectors.names)}
    matrix = vectors.matrix(examples.features)
    for question, given in examples.answers.items():
        asked = [place for place, answer in enumerate(given) if answer is not None]
        model = fitted(matrix[asked], np.array([given[place] for place in asked]), strength)
        weights = (model.coef_.T * vectors.rarity[:, None]) / temperatures[question]
        arrays[f"{question}.classes"] = _text(model.classes_.tolist())
        arrays[f"{question}.weights"] = weights.astype(np.float16)
        arrays[f"{question}.bias"] = (model.intercept_ / temperatures[question]).astype(np.float32)
    return arrays


def _text(names: Sequence[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(names).encode("utf-8"), np.uint8)


def paper_examples(papers: Sequence[Paper]) -> Examples:
    """Return what papers teach.

    A page of several items is none of the forms of an item. What was written to crowd many voices into a few lines has facets
    too, and is not like the papers of its form.
    """
    answers: dict[str, list[str | None]] = {
        name: [None if _FOR_VOICES in each.name else each.facets[name] for each in papers] for name in _FACETS
    }
    answers["form"] = [None if form == "multi_item_page" else form for form in answers["form"]]
    return Examples([of_papers.of_item(each.item) for each in papers], range(len(papers)), answers)


def line_examples(papers: Sequence[Paper], forms: Mapping[int, str]) -> Examples:
    """Return what the lines of papers teach, with the form that each paper is taken for."""
    features: list[Features] = []
    groups: list[int] = []
    answers: dict[str, list[str | None]] = {question: [] for question in _ROW_QUESTIONS}
    for place, each in enumerate(papers):
        form = forms.get(place, "other")
        lines = each.item.lines
        for line, told in zip(lines, cues.of_lines(lines, form, voices(lines, form)), strict=True):
            row = each.rows.get(line.number)
            if row and line.kind != "heading":
                features.append(told)
                groups.append(place)
                for question, answer in _ROW_QUESTIONS.items():
                    answers[question].append(answer(row))
    return Examples(features, groups, answers)


def main() -> None:
    """Train, measure and write."""
    papers = [paper(document) for document in corpus()]
    scores: dict[str, Score] = {}
    about_papers = paper_examples(papers)
    forms: dict[int, str] = {}
    for question in about_papers.answers:
        given, asked, scores[f"papers: {question}"] = held_out(about_papers, question, _C["papers"])
        _tell(question, scores[f"papers: {question}"])
        if question == "form":
            forms = dict(zip(asked, given.tolist(), strict=True))
    forms |= _guessed(about_papers, forms)
    about_lines = line_examples(papers, forms)
    for question in about_lines.answers:
        _, _, scores[f"lines: {question}"] = held_out(about_lines, question, _C["lines"])
        _tell(question, scores[f"lines: {question}"])
    digests = {}
    for name, examples in (("papers", about_papers), ("lines", about_lines)):
        heat = {question: scores[f"{name}: {question}"].temperature for question in examples.answers}
        path = Path(linear.__file__).with_name(f"{name}.npz")
        np.savez_compressed(path, allow_pickle=False, **trained(examples, _C[name], heat))
        digests[path.name] = (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_size)
    card = Path(__file__).with_name("CARD.md")
    card.write_text("\n".join(_card(papers, scores, digests)) + "\n", encoding="utf-8")


def _guessed(examples: Examples, known: Mapping[int, str]) -> dict[int, str]:
    """Return the form that a model of the other papers gives those that teach none."""
    vectors = Vectors(examples.features)
    matrix = vectors.matrix(examples.features)
    asked, others = sorted(known), [place for place in examples.groups if place not in known]
    model = fitted(matrix[asked], np.array([examples.answers["form"][place] for place in asked]), _C["papers"])
    return dict(zip(others, model.predict(matrix[others]).tolist(), strict=True))


def _tell(question: str, score: Score) -> None:
    sys.stdout.write(f"{question}: {score}\n")
    sys.stdout.flush()


def corpus_digest() -> str:
    """Return the SHA-256 of the training documents, by which a card tells what its models were trained on."""
    digest = hashlib.sha256()
    for path in sorted(DOCUMENTS.glob("*.txt")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _card(papers: Sequence[Paper], scores: Mapping[str, Score], digests: Mapping[str, tuple[str, int]]) -> Iterator[str]:
    lines = sum(len(each.rows) for each in papers)
    yield from (
        "# Model card: the embedded engine's linear models",
        "",
        "Linear support vectors, one class against the rest, over named features (`summariser/rules/of_papers.py`,",
        "`summariser/rules/cues.py`), written by `make train`. Stored as plain numpy arrays; nothing in the files can run.",
        "",
        f"- **Trained on** {len(papers)} invented papers with {lines} labelled lines in `evals/training/documents`,",
        "  written and labelled by language models by the rules of `evals/LABELLING.md`; no person of the field has been",
        "  through them. No text of the gold suites is among them.",
        "- **Meant for** papers in English about the review and improvement of UK councils' services.",
        "- **Known limits**: many papers are shorter and cleaner than real ones; whose a view is and its theme are often",
        "  open even to readers; a line has one label.",
        f"- **Corpus** SHA-256 `{corpus_digest()}`",
    )
    yield from (f"- **{name}** {size:,} bytes, SHA-256 `{digest}`" for name, (digest, size) in digests.items())
    yield from (
        "",
        f"Scores on documents held out ({_FOLDS} folds, parted by document). The temperature is what scores are divided by, so",
        "that probabilities are those of being right.",
        "",
        "| question | examples | accuracy | majority | macro-F1 | temperature |",
        "|---|---|---|---|---|---|",
    )
    for name, score in scores.items():
        yield (
            f"| {name} | {score.examples} | {score.accuracy:.2f} | {score.majority:.2f} | {score.macro_f1:.2f} "
            f"| {score.temperature:.2f} |"
        )


if __name__ == "__main__":
    main()
