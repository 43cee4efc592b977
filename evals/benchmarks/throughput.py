"""Measures what the engine takes away from an endpoint's throughput: our briefs beside bare calls with the same bodies.

    python -m evals.benchmarks.throughput

An endpoint of our own on loopback, in a process of its own, answers every request alike after 200 ms. Bare calls of the SDK
and whole briefs take turns, with the same number under way, so that both meet the same machine; the medians are compared. The
briefs are made and written as a batch makes them, by as many processes as there are processors. The characters of what is sent
are counted too, against document and fixed prompt.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

import openai

from summariser.briefing import Briefed, Job
from summariser.engines._dialects import ChatMessage, body_of
from summariser.pipeline import Pipeline
from summariser.processes import Staff, staff_for
from summariser.readers import from_text
from summariser.settings import Settings
from summariser.types import Document, Request
from summariser.workers import as_done

_ENDPOINT = Path(__file__).with_name("endpoint.py")
_SILENT: dict[str, Any] = {"evidence": [], "value": None, "status": "not_stated"}
_SENTENCES = (
    "The visiting team saw {share}% of the case files in ward {line} of district {number}. "
    "It found that staff were praised by families in street {line}.\n"
)


def documents(count: int, lines: int, *, offset: int) -> list[Document]:
    """Return invented documents, no two alike."""
    return [
        from_text(
            "".join(_SENTENCES.format(share=(number * 7 + line) % 90 + 5, line=line, number=number) for line in range(lines))
        )
        for number in range(offset, offset + count)
    ]


def answer() -> str:
    """Return an answer for the schema `general` that is true to every such document."""
    points: list[dict[str, Any]] = [
        {
            "evidence": [2 * line + 2],
            "point_id": f"P{line + 1}",
            "statement": f"Staff were praised by families in street {line}",
        }
        | {"speaker": None}
        for line in range(8)
    ]
    told: dict[str, Any] = {
        "title": _SILENT,
        "document_date": _SILENT,
        "audience": _SILENT,
        "document_form": "report",
        "topics": [],
    }
    told |= {"key_points": points, "actions": [], "figures": [], "dates": []}
    return json.dumps(told | {"summary": [{"text": "Staff were praised by families.", "supports": ["P1"]}]})


@contextmanager
def endpoint(seconds: float) -> Iterator[str]:
    """Run the endpoint while a benchmark uses it, and return its base URL."""
    command = [sys.executable, str(_ENDPOINT), str(seconds), json.dumps(answer())]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdin and process.stdout  # noqa: S101
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}/v1"
        process.stdin.close()


def called(call: Callable[[Any], object], each: Sequence[Any], workers: int) -> float:
    """Return the seconds that it takes to make all the calls on so many threads."""
    began = perf_counter()
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(call, each))
    return perf_counter() - began


def briefed(staff: Staff, papers: Sequence[Document], out: str) -> float:
    """Return the seconds that it takes to have all the papers briefed, and the briefs written."""
    began = perf_counter()
    jobs = (staff.submit(Job(paper, "paper", f"{out}/{paper.sha256}")) for paper in papers)
    came = list(as_done(jobs, staff.most))
    took = perf_counter() - began
    if faults := [each for each in came if not isinstance(each, Briefed)]:
        raise SystemExit(f"{len(faults)} papers were not briefed: {faults[0]}")
    return took


def request_of(pipeline: Pipeline, document: Document) -> Request:
    """Return the one request that a document makes."""
    paper = pipeline._paper(document)
    [window] = pipeline._reader.windows(paper)
    return pipeline._reader.request(paper, window)


def chat(request: Request) -> list[ChatMessage]:
    """Return the messages of a request as the SDK takes them."""
    return [{"role": each.role, "content": each.content} for each in request.messages]


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description="Compare briefs with bare calls.")
    options.add_argument("--documents", type=int, default=400)
    options.add_argument("--workers", type=int, default=64)
    options.add_argument("--seconds", type=float, default=0.2, help="after which the endpoint answers")
    options.add_argument("--lines", type=int, default=12, help="of a document, of some 130 characters each")
    options.add_argument("--rounds", type=int, default=5)
    given = options.parse_args()
    with endpoint(given.seconds) as url, tempfile.TemporaryDirectory() as folder:
        settings = Settings(model="stand-in", base_url=url, cache_dir=Path(folder), workers=given.workers)
        pipeline = Pipeline("general", settings=settings)
        staff = staff_for(pipeline, given.documents)
        bare: list[float] = []
        ours: list[float] = []
        with openai.OpenAI(api_key="none", base_url=url, max_retries=0) as client:
            for turn in range(given.rounds + 1):
                papers = documents(given.documents, given.lines, offset=turn * given.documents)
                requests = [request_of(pipeline, paper) for paper in papers]
                bodies = [body_of(each, chat(each), settings, again=False) for each in requests]
                before = called(lambda body: client.chat.completions.create(**body), bodies, given.workers)
                after = briefed(staff, papers, f"{folder}/briefs")
                if turn:  # the first round loads and connects
                    bare.append(before)
                    ours.append(after)
        staff.close()
        pipeline.close()
    sent = sum(len(message.content) for message in requests[0].messages)
    fixed = sent - len(requests[0].messages[1].content)
    told = (given.documents, len(papers[0].text), given.workers, given.seconds, given.rounds)
    sys.stdout.write("{} documents of {:,} characters, {} workers, answers after {} s, medians of {} rounds\n".format(*told))
    for name, took in (("bare calls", bare), ("briefs", ours)):
        sys.stdout.write(f"{name}: {given.documents / statistics.median(took):.0f} a second\n")
    ratio = statistics.median(before / after for before, after in zip(bare, ours, strict=True))
    sys.stdout.write(f"throughput of briefs to that of bare calls: {ratio:.2f}\n")
    share = sent / (len(papers[0].text) + fixed)
    sys.stdout.write(f"characters sent to those of document and fixed prompt: {share:.3f}\n")


if __name__ == "__main__":
    main()
