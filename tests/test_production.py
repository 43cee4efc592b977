"""Many documents at once by way of a server that fails now and then: nothing is lost, and nothing is booked wrongly."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import pytest

from summariser.batch import Batch, opened
from summariser.briefing import Briefed
from summariser.errors import EngineError, QuotaExhausted
from summariser.folder import files_in
from summariser.pipeline import Pipeline
from summariser.readers import from_text
from summariser.result import Result
from summariser.retry import RetryPolicy
from summariser.settings import Settings
from summariser.types import Document, Failure, Usage
from tests.clocks import Waits
from tests.loopback import NOTE, Answer, Loopback, general

GOOD = Answer(content=general(), tokens=(1_000, 100))
# By the prices below, in US dollars.
PRICES = {"input_price": 1.0, "output_price": 5.0}
A_BRIEF = (1_000 * 1.0 + 100 * 5.0) / 1_000_000


def _documents(count: int) -> list[Document]:
    return [from_text(f"{NOTE}This is paper number {number}.\n") for number in range(count)]


def _pipeline(server: Loopback, tmp_path: Path, **changes: Any) -> Pipeline:
    given: dict[str, Any] = {"model": "small", "base_url": server.url, "cache_dir": tmp_path / "cache", "timeout": 30}
    settings = Settings(**(given | changes))
    policy = RetryPolicy(settings.attempts, settings.patience, Waits())
    return Pipeline("general", settings=settings, policy=policy)


def _faults(seed: int) -> Iterator[Answer]:
    """Yield good answers, and with a chance of one in ten each of the faults."""
    random = Random(seed)
    faults = [
        Answer(status=429, headers={"retry-after": "7"}),
        Answer(status=503),
        Answer(content=general(), tokens=(1_000, 100), dropped=True),
        Answer(content='{"title": ', tokens=(1_000, 40)),
    ]
    while True:
        lot = random.randrange(10)
        yield faults[lot] if lot < len(faults) else GOOD


def test_under_faults_every_document_ends_as_a_brief_or_a_listed_failure(tmp_path: Path) -> None:
    folder, out = tmp_path / "papers", tmp_path / "out"
    folder.mkdir()
    names = {f"{number:03}.txt" for number in range(500)}
    for name in names:
        (folder / name).write_text(f"{NOTE}This is paper {name}.\n")
    with Loopback() as server, closing(_pipeline(server, tmp_path, workers=16, patience=10**6)) as pipeline:
        server.answer_by(_faults(5))
        with opened(out) as records:
            batch = Batch(folder, out, pipeline, records)
            outcomes = list(batch.run(batch.plan(files_in(folder, leaving_out=out))))
    failures = map(json.loads, (out / "failures.jsonl").read_text().splitlines())
    listed = {failure["document"] for failure in failures}
    briefed = {outcome.document for outcome in outcomes if isinstance(outcome, Briefed)}
    assert briefed | listed == names
    assert not briefed & listed
    assert {path.name.rsplit(".", 2)[0] for path in out.glob("*.txt.*.json")} == briefed
    assert sum((outcome.usage for outcome in outcomes), Usage()) == server.usage
    # Two invalid answers one after the other, or six failures of another kind, are all that a document is lost by.
    assert len(briefed) > 480
    assert {outcome.kind for outcome in outcomes if isinstance(outcome, Failure)} <= {"ReplyInvalid", "EngineBusy"}


def _run_all(pipeline: Pipeline, documents: list[Document]) -> list[Result | EngineError]:
    def run(document: Document) -> Result | EngineError:
        try:
            return pipeline.run(document)
        except EngineError as error:
            return error

    with ThreadPoolExecutor(32) as pool:
        return list(pool.map(run, documents))


def test_a_ceiling_of_cost_is_kept_and_the_rest_resumes(tmp_path: Path) -> None:
    documents = _documents(200)
    ceiling = 50 * A_BRIEF
    with Loopback(always=GOOD) as server:
        changes: dict[str, Any] = {**PRICES, "workers": 32}
        with closing(_pipeline(server, tmp_path, max_cost=ceiling, **changes)) as pipeline:
            first = _run_all(pipeline, documents)
        spent = len(server.requests) * A_BRIEF
        assert spent <= ceiling * (1 + 1e-9)
        done = [outcome for outcome in first if isinstance(outcome, Result)]
        assert sum(outcome.usage.cost or 0 for outcome in done) == pytest.approx(spent)
        assert {type(outcome) for outcome in first} == {Result, QuotaExhausted}
        # What is set aside for a request is more than it comes to, so the last of the money stays unspent.
        assert len(done) >= 35
        with closing(_pipeline(server, tmp_path, **changes)) as pipeline:
            second = _run_all(pipeline, documents)
    assert all(isinstance(outcome, Result) for outcome in second)
    assert len(server.requests) == len(documents)


def test_where_the_money_is_too_little_for_one_request_none_is_sent(tmp_path: Path) -> None:
    with Loopback(always=GOOD) as server, closing(_pipeline(server, tmp_path, max_cost=A_BRIEF, **PRICES)) as pipeline:
        with pytest.raises(QuotaExhausted, match="raise --max-cost"):
            pipeline.run(_documents(1)[0])
        assert server.requests == []
