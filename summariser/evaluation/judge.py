"""A model as judge of what words alone do not settle: whether a brief holds a fact, says a falsehood, bears out its summary.

Each question is atomic, to be answered with yes or no; each is asked three times among the others in a different order, and
two votes decide. The judge is first asked the same of the gold, where every answer is known: its facts and sentences are
true, its traps and another document's facts are not. How often it agreed is told before its scores. Its answers go through
the cache, the patience and the gate for sensitive documents like any other.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from random import Random
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from summariser import prompts
from summariser.asking import Asker
from summariser.errors import DocumentError, EngineError, EngineUnusable
from summariser.integrity import inspect
from summariser.labels import Labels, Part
from summariser.metrics.cases import Case, Verdicts
from summariser.segments import segment, shown
from summariser.settings import Settings
from summariser.types import Document

VOTES = 3
_DECIDE = 2
_MOST_QUESTIONS = 200
_TRUE_FACTS, _OTHER_FACTS, _TRAPS, _SENTENCES = "facts", "another document's facts", "traps", "sentences"
_TEMPLATE = frozenset({"brief", "questions"})
# What the judge is shown of a part, in this order, besides its facts.
_SHOWN = tuple(
    "form regime role review_id voice kind status polarity time aspect value_as_stated statement measure value unit population "
    "timepoint".split()
)


class Answer(BaseModel):
    """The answer to one question."""

    model_config = ConfigDict(extra="forbid")
    question: int = Field(ge=1, description="The number of the question.")
    answer: Literal["yes", "no"]


class Answers(BaseModel):
    """One answer to each question."""

    model_config = ConfigDict(extra="forbid")
    answers: list[Answer] = Field(max_length=_MOST_QUESTIONS)


@dataclass(frozen=True)
class Judged:
    """What a judge said of a run: verdicts by document and repeat, and by kind of question how often it agreed with the hand
    labels, of how many. `unjudged` says which documents it was not asked about, and why.
    """

    model: str
    agreement: Mapping[str, tuple[int, int]]
    verdicts: Mapping[str, Verdicts]
    unjudged: Mapping[str, str] = field(default_factory=dict)

    def as_data(self) -> dict[str, Any]:
        """Return plain values, for `judge.json`."""
        return asdict(self)


def judged(data: Mapping[str, Any]) -> Judged:
    """Return what `as_data` gave."""
    verdicts = {name: Verdicts(**{kind: tuple(each) for kind, each in one.items()}) for name, one in data["verdicts"].items()}
    return Judged(**{**data, "verdicts": verdicts})


class Judge:
    """Asks one model about briefs."""

    def __init__(self, settings: Settings) -> None:
        """Set up a judge; the settings name its model.

        Raises:
            SettingsError: the model cannot be asked as set.
        """
        self._settings = settings
        self._asker = Asker(settings)
        self._prompt = prompts.load("judge", needs=_TEMPLATE)

    def close(self) -> None:
        """Let go of the cache's files."""
        self._asker.close()

    def judge(self, repeats: Sequence[Sequence[Case]], documents: Callable[[str], Document]) -> Iterator[tuple[str, Judged]]:
        """Ask about every brief of a run, yielding after each document what is known so far.

        Raises:
            EngineUnusable: nothing more can be asked.
        """
        verdicts: dict[str, Verdicts] = {}
        unjudged: dict[str, str] = {}
        agreement = dict.fromkeys((_TRUE_FACTS, _OTHER_FACTS, _TRAPS, _SENTENCES), (0, 0))
        for number, case in enumerate(repeats[0]):
            # The facts of another document are false of this one, so that saying yes to everything is found out.
            others = repeats[0][number - 1].facts if len(repeats[0]) > 1 else ()
            try:
                document = documents(case.name)
                known = self._known(case, others, document)
                told = {
                    f"{case.name}.{repeat}": self._verdicts(cases[number], cases[number].brief, document)
                    for repeat, cases in enumerate(repeats)
                    if not cases[number].failed
                }
            except EngineUnusable:
                raise
            except (DocumentError, EngineError) as error:
                unjudged[case.name] = str(error)
            else:
                verdicts |= told
                agreement = {kind: (right + known[kind][0], of + known[kind][1]) for kind, (right, of) in agreement.items()}
            yield case.name, Judged(str(self._settings.model), dict(agreement), dict(verdicts), dict(unjudged))

    def _known(self, case: Case, others: Sequence[Mapping[str, Any]], document: Document) -> dict[str, tuple[int, int]]:
        """Ask about the gold, and return by kind of question how many answers were right, of how many."""
        truth = self._verdicts(replace(case, facts=(*case.facts, *others)), case.gold, document)
        own = len(case.facts)
        right = {
            _TRUE_FACTS: [each is True for each in truth.facts[:own]],
            _OTHER_FACTS: [each is False for each in truth.facts[own:]],
            _TRAPS: [each is False for each in truth.traps],
            _SENTENCES: [each is True for each in truth.sentences],
        }
        return {kind: (sum(answers), len(answers)) for kind, answers in right.items()}

    def _verdicts(self, case: Case, brief: Labels, document: Document) -> Verdicts:
        facts = [f"Does the brief say: {fact['fact']}" for fact in case.facts]
        traps = [f"Does the brief say: {trap['false_statement']}" for trap in case.traps]
        sentences = list(_sentences(brief, case.text))
        votes = self._votes([*facts, *traps, *sentences], brief, document)
        settled = tuple(next((each for each in (True, False) if vote.count(each) >= _DECIDE), None) for vote in votes)
        end = len(facts) + len(traps)
        return Verdicts(settled[: len(facts)], settled[len(facts) : end], settled[end:])

    def _votes(self, questions: Sequence[str], brief: Labels, document: Document) -> list[list[bool]]:
        """Return the votes on each question."""
        votes: list[list[bool]] = [[] for _ in questions]
        if not questions:
            return votes
        segments = segment(document)
        self._asker.hold_back(document, inspect(document, segments))
        for vote in range(VOTES):
            order = Random(f"{document.sha256} {vote}").sample(range(len(questions)), len(questions))  # noqa: S311 - not secret
            lines = "\n".join(f"{number}. {questions[place]}" for number, place in enumerate(order, start=1))
            messages = self._prompt.fill(brief=_written(brief), questions=lines)
            request = self._asker.request(document, (), messages, model=Answers, answer=Answers, name="judge", repeat=vote)
            answers = self._asker.answer(request).accepted.brief
            assert isinstance(answers, Answers)  # noqa: S101 - the request says so
            for answer in {answer.question: answer for answer in answers.answers if answer.question <= len(order)}.values():
                votes[order[answer.question - 1]].append(answer.answer == "yes")
        return votes


def _sentences(brief: Labels, text: str) -> Iterator[str]:
    """Yield a question for each sentence of a summary whose parts quote the document."""
    for sentence in brief.summary:
        parts = [part for part in brief.parts if sentence.rests_on(part)]
        quoted = [text[start:end] for part in parts for start, end in _places(part)]
        if quoted:
            words = " … ".join(shown(quote) for quote in dict.fromkeys(quoted))
            yield f"Do the words bear out the sentence? The sentence: {shown(sentence.text)} The words: {words}"


def _places(part: Part) -> Iterator[tuple[int, int]]:
    yield from part.spans
    for fact in part.facts.values():
        yield from fact.spans


def _written(brief: Labels) -> str:
    """Return a brief entry by entry, each with its owner, and its summary, as the judge reads it."""
    lines = [*(line for part in brief.parts if (line := _line(part))), *(f"summary: {each.text}" for each in brief.summary)]
    return "\n".join(f"- {shown(line)}" for line in lines) or "(nothing)"


def _line(part: Part) -> str:
    said = [f"{name}: {part.fields[name]}" for name in _SHOWN if part.fields.get(name) not in (None, "")]
    said += [f"{name}: {fact.value if fact.value is not None else fact.status}" for name, fact in part.facts.items()]
    said += [f"of the review {part.within.label}"] if part.within else []
    return f"{part.kind} {part.label}; {'; '.join(said)}" if said else ""
