"""Long documents with findings planted in them, and a canned model that reports the findings that its window holds."""

import json
import re
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from pydantic import BaseModel, Field

from summariser.brief import Brief, Claim, Stated
from summariser.errors import EngineError
from summariser.types import Request, Usage

SILENT: dict[str, Any] = {"evidence": [], "value": None, "status": "not_stated"}
_FILLER = (
    "The path beside the canal was swept on a dry morning and nobody complained of the noise. "
    "A bench was painted green, and a second bench is waiting for its turn. "
    "Visitors came by bus, by bicycle and on foot, and most of them went home before the rain. "
)
_SHOWN = re.compile(r"^\[(\d+)\] (.*)$", re.M)
_PLANTED = re.compile(r"The inspectors found that lamp number (\d+) was (lit|broken)\.")
_LAMP = re.compile(r"lamp number (\d+)", re.I)


class Observation(Claim):
    """One thing that the visitors saw."""

    label: ClassVar[str] = "observation_id"
    observation_id: str = Field(max_length=4, description="O1, O2 ...")
    statement: str = Field(max_length=300)


class Place(Stated[str]):
    """A name, as the text has it."""


class SiteVisit(Brief):
    """A visit to a place where a service is given: where it was, and what was seen. The README's own example."""

    place: Place
    observations: list[Observation] = Field(max_length=40)


def planted(findings: int, characters: int, *, headings: bool = True) -> str:
    """Return a text of so many characters with findings spread evenly, each a sentence of its own."""
    room = characters // findings
    parts = ["Borough of Nether Wallow: report of the lamp inspection\n\nPublished on 3 May 2031.\n\n"]
    for number in range(1, findings + 1):
        if headings and number % 5 == 1:
            parts.append(f"\n## Chapter {number // 5 + 1}\n\n")
        filler = (_FILLER * (room // len(_FILLER) + 1))[: room - 60].rsplit(". ", 1)[0] + "."
        state = "lit" if number % 3 else "broken"
        parts.append(f"{filler} The inspectors found that lamp number {number} was {state}.\n\n")
    text = "".join(parts)
    missing = characters - len(text)
    return text + (_FILLER * (missing // len(_FILLER) + 1))[: missing - 1] + "." if missing > 0 else text


def council(findings: Iterable[dict[str, Any]], **item: Any) -> dict[str, Any]:
    """Return a brief of one item with these findings of one review, and no summary."""
    review: dict[str, Any] = {
        "review_id": "R1",
        "name_as_stated": SILENT,
        "conducted_by": SILENT,
        "fieldwork": SILENT,
        "report_date": SILENT,
    }
    review |= {"regime": "unspecified_review", "role": "main_subject", "judgements": [], "outcome_status": "narrative"}
    whole: dict[str, Any] = {"evidence": [], "value": "complete"}
    told: dict[str, Any] = {
        "item_id": "I1",
        "heading": SILENT,
        "completeness": whole,
        "form": "inspection_report",
        "authority": SILENT,
    }
    told |= {"service_area": "other", "cycle_stage": "review_findings", "reviews": [review], "findings": list(findings)}
    told |= {"direction_of_travel": [{"evidence": [], "value": "not_stated", "voice": "reviewer"}]}
    told |= {"actions": [], "figures": [], "not_stated": [], "summary": []}
    facts: dict[str, Any] = {"title": SILENT, "publisher": SILENT, "document_date": SILENT, "completeness": whole}
    facts |= {"form": "inspection_report", "item_relation": "single"}
    return {"document": facts, "items": [told | item], "summary": []}


def finding(number: int, label: str, statement: str, **labels: str) -> dict[str, Any]:
    """Return a reviewer's finding that cites one segment."""
    told: dict[str, Any] = {
        "evidence": [number],
        "finding_id": label,
        "statement": statement,
        "review_id": "R1",
        "voice": "reviewer",
    }
    return told | {"relay": "direct", "polarity": "neutral", "theme": "safeguarding_and_risk", "time": "current"} | labels


def report(request: Request) -> str:
    """Answer as a model would that misses nothing: a finding for each lamp of the window, or a summary of them all."""
    if of_whole(request):
        return summed_up(request)
    lamps = [
        finding(int(number), f"F{place}", f"Lamp number {match[1]} was {match[2]}")
        for place, (number, match) in enumerate(_lamps(request), 1)
    ]
    return json.dumps(council(lamps))


def summed_up(request: Request) -> str:
    """Answer the question about the whole: the facets, and of each item a sentence that rests on its first finding."""
    _, _, shown = request.messages[1].content.partition("\n\nThe entries:\n\n")
    whole = council([])
    kept = ("item_id", "completeness", "form", "service_area", "cycle_stage", "direction_of_travel", "not_stated", "summary")
    items: list[dict[str, Any]] = []
    for line in shown.splitlines():
        if match := re.match(r"(I\d+) Item", line):
            items.append({name: whole["items"][0][name] for name in kept} | {"item_id": match[1], "summary": []})
        elif items and not items[-1]["summary"] and (match := re.match(r"(F\d+) Finding \| (.*?) \|", line)):
            items[-1]["summary"] = [{"text": f"Inspectors: {match[2]}", "supports": [match[1]]}]
    facts = {name: whole["document"][name] for name in ("completeness", "form", "item_relation")}
    return json.dumps({"document": facts, "items": items, "summary": []})


def _lamps(request: Request) -> list[tuple[str, re.Match[str]]]:
    shown = _SHOWN.findall(request.messages[1].content)
    return [(number, match) for number, words in shown if (match := _PLANTED.fullmatch(words))]


def of_whole(request: Request) -> bool:
    """Say whether a request is the question about the whole."""
    return request.schema.endswith("as a whole")


def shows(request: Request, lamp: int) -> bool:
    """Say whether a request is about a window in which this lamp is planted."""
    return not of_whole(request) and f"lamp number {lamp} was" in request.messages[1].content


def failing(lamp: int, kind: type[EngineError]) -> Callable[[Request], str]:
    """Return a model that fails, at a cost, where a window shows this lamp, and reports what all others hold."""

    def answer(request: Request) -> str:
        if shows(request, lamp):
            raise kind("it did not work", request, Usage(1, 10, 1))
        return report(request)

    return answer


def lamps_in(brief: BaseModel) -> list[int]:
    """Return the numbers of the lamps that the findings of a council's brief tell of, in their order."""
    told = brief.model_dump()["items"]
    return [int(match[1]) for item in told for each in item["findings"] if (match := _LAMP.search(each["statement"]))]


def lamp_at(text: str, lamp: int) -> int:
    """Return the offset of the sentence in which a lamp is planted."""
    return text.index(f"The inspectors found that lamp number {lamp} was")


def length_of(request: Request) -> int:
    """Return how many characters of the document a request shows."""
    return sum(len(words) for _, words in _SHOWN.findall(request.messages[1].content))
