"""One document goes one way, whoever asks: path or text in, a result out that holds its evidence and what it was made by."""

import asyncio
import hashlib
import json
import re
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Any, ClassVar

import pytest
from pydantic import BaseModel, Field

from summariser import readers, schemas
from summariser.brief import Brief, Claim
from summariser.engines.canned import CannedEngine
from summariser.errors import DocumentError, EngineRefused, QuotaExhausted, ReplyInvalid, SettingsError
from summariser.paths import PROMPTS
from summariser.pipeline import Pipeline, asummarise, summarise
from summariser.readers import from_text
from summariser.result import Result
from summariser.settings import Settings
from summariser.types import Document, Evidence, Reply, Request, Usage
from tests.loopback import NOTE, general

FIRST = "The visiting team saw 48% of the case files."
SECOND = "It found that staff were praised by families."
KNOWN = sorted(readers.READERS)


class Point(Claim):
    """One thing that was seen."""

    label: ClassVar[str] = "point_id"
    point_id: str = Field(max_length=4)
    statement: str = Field(max_length=200)


class Visit(Brief):
    """What a visiting team saw."""

    place: str | None = Field(max_length=40)
    points: list[Point] = Field(max_length=10)


class Plain(BaseModel):
    """A class of somebody who knows nothing of claims."""

    subject: str
    score: float | None
    tags: list[str]


VISIT: dict[str, Any] = {
    "place": None,
    "points": [{"evidence": [1], "point_id": "P1", "statement": "The team saw 48% of the case files."}],
    "summary": [{"text": "Case files were seen.", "supports": ["P1"]}],
}
FALSE: dict[str, Any] = {"evidence": [1], "point_id": "P2", "statement": "The team saw 52% of the case files."}


# Path or text


@pytest.mark.parametrize("suffix", KNOWN)
def test_a_word_with_a_known_suffix_is_a_path(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(DocumentError, match="no such file"):
        summarise(str(tmp_path / f"gone{suffix}"))
    path = tmp_path / f"there{suffix}"
    # Whatever its name, a page is read as a page; only text and mail have no first bytes of their own.
    path.write_text(f"<html><body><p>{FIRST}</p></body></html>" if suffix != ".eml" else f"Subject: Ofsted\n\n{FIRST}")
    assert summarise(str(path)).document == readers.read(path) == summarise(path).document


def test_a_line_that_names_a_file_is_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert summarise("notes").document.text == "notes"
    Path("notes").write_text(FIRST)
    with pytest.raises(DocumentError, match="'notes': no reader"):
        summarise("notes")
    Path("our notes.md").write_text(FIRST)
    assert summarise("our notes.md").document.text == FIRST


@pytest.mark.parametrize(
    "text",
    [
        FIRST,
        f"{FIRST}\n",
        "minutes.txt\n",
        "see\nminutes.txt",
        "x" * 1_020 + ".txt",
        "a\0b.txt",
        "The end.",
        "./",
        "~",
        "2.5",
        "See it in minutes.txt",
    ],
    ids=["sentence", "line", "name and break", "lines", "too long", "nul", "full stop", "folder", "home", "number", "words"],
)
def test_any_other_string_is_the_text(text: str) -> None:
    document = summarise(text).document
    assert (document.name, document.text) == ("text", text)
    assert document.sha256 == hashlib.sha256(text.encode()).hexdigest()


def test_a_path_is_a_path_even_without_a_suffix(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text(FIRST)
    with pytest.raises(DocumentError, match="'notes': no reader"):
        summarise(tmp_path / "notes")


@pytest.mark.parametrize("text", ["a" * 300, "a" * 300 + ".txt", "Staff were tired. " * 20], ids=["word", "name", "words"])
def test_a_line_too_long_for_a_file_name_is_text_or_refused(text: str) -> None:
    try:
        assert summarise(text).document.text == text
    except DocumentError as error:
        assert text.endswith(".txt") and "no such file" in str(error)


# What a result holds


def test_a_result_holds_its_evidence_with_offsets(settings: Settings) -> None:
    result = summarise(NOTE, schema=Visit, engine=CannedEngine([json.dumps(VISIT)]), settings=settings)
    assert result.evidence == {1: Evidence(1, FIRST, 0, len(FIRST), None)}
    assert type(result.brief) is Visit
    assert result.brief.points[0].statement == "The team saw 48% of the case files."
    assert (result.refused, result.warnings) == ((), ())


def test_evidence_names_its_page(settings: Settings) -> None:
    text = f"{FIRST}\n\f{SECOND}\n"
    document = Document(name="a.pdf", text=text, sha256="0" * 64, page_starts=(0, text.index("\f") + 1))
    answer = VISIT | {"points": [*VISIT["points"], FALSE | {"evidence": [2], "statement": "Staff were praised."}]}
    result = Pipeline(Visit, settings=settings, engine=CannedEngine([json.dumps(answer)])).run(document)
    assert {number: evidence.page for number, evidence in result.evidence.items()} == {1: 1, 2: 2}
    assert "p. 2, " in result.to_markdown()


def test_a_result_tells_what_it_was_made_by(settings: Settings) -> None:
    engine = CannedEngine([general()], model="small")
    made = summarise(NOTE, schema="general", engine=engine, settings=settings).provenance
    released = tomllib.loads((PROMPTS / "released.toml").read_text(encoding="utf-8"))
    assert made.document_sha256 == hashlib.sha256(NOTE.encode()).hexdigest()
    assert made.characters == len(NOTE)
    assert (made.schema, made.schema_digest) == ("general", schemas.load("general").digest)
    assert (made.prompt, made.prompt_digest) == (made.prompt, released[made.prompt])
    assert made.prompt_digest == hashlib.sha256((PROMPTS / f"{made.prompt}.md").read_bytes()).hexdigest()
    assert (made.engine, made.model, made.version, made.cached) == ("canned", "small", version("summariser"), False)


def test_what_is_kept_costs_nothing_and_is_told_as_kept(settings: Settings) -> None:
    engine = CannedEngine([Reply(general(), Usage(1, 100, 10))], keeps=True)
    fresh, kept = (summarise(NOTE, schema="general", engine=engine, settings=settings) for _ in range(2))
    assert len(engine.requests) == 1
    assert (fresh.provenance.cached, kept.provenance.cached) == (False, True)
    assert (fresh.usage, kept.usage) == (Usage(1, 100, 10), Usage())
    assert (fresh.brief, fresh.evidence) == (kept.brief, kept.evidence)


def test_the_embedded_engine_keeps_nothing(settings: Settings) -> None:
    result = summarise(NOTE, schema="general", settings=settings)
    assert (result.provenance.engine, result.provenance.model, result.usage) == ("extractive", None, Usage())
    assert not settings.cache_dir.exists()


def test_warnings_of_reader_and_engine_reach_the_result(tmp_path: Path, settings: Settings) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("The café was £5 and the council’s own.\n".encode("windows-1252"))
    engine = CannedEngine([Reply(general(key_points=[], summary=[]), notes=("Something was left out.",))])
    result = summarise(path, schema="general", engine=engine, settings=settings)
    assert len(result.warnings) == 2
    assert "encoding" in result.warnings[0]
    assert result.warnings[1] == "Something was left out."
    told = result.to_markdown()
    assert all(f"Note: {warning.split()[0]}" in told for warning in result.warnings)
    assert json.loads(result.to_json())["warnings"] == list(result.warnings)


# Schemas of your own


def test_a_class_of_your_own_is_asked_for_and_filled(settings: Settings) -> None:
    engine = CannedEngine([json.dumps(VISIT)])
    result = summarise(NOTE, schema=Visit, engine=engine, settings=settings)
    (request,) = engine.requests
    assert request.schema == "Visit"
    assert list(request.json_schema["properties"]) == ["place", "points", "summary"]
    assert result.provenance.schema == "Visit"


def test_a_false_claim_is_set_aside_with_what_rests_on_it(settings: Settings) -> None:
    rests = {"text": "52% were seen.", "supports": ["P2"]}
    answer = VISIT | {"points": [*VISIT["points"], FALSE], "summary": [*VISIT["summary"], rests]}
    result = summarise(NOTE, schema=Visit, engine=CannedEngine([json.dumps(answer)]), settings=settings)
    assert isinstance(result.brief, Visit)
    assert [point.point_id for point in result.brief.points] == ["P1"]
    assert [part.path for part in result.refused] == ["points[1]", "summary[1]"]
    assert result.refused[0].content == FALSE
    assert re.fullmatch(r"52%? is not in the cited words", result.refused[0].reason)


def test_a_refused_part_is_shown_with_its_reason(settings: Settings) -> None:
    answer = VISIT | {"points": [*VISIT["points"], FALSE]}
    result = summarise(NOTE, schema=Visit, engine=CannedEngine([json.dumps(answer)]), settings=settings)
    _, _, after = result.to_markdown().partition("\n## Set aside\n")
    (line,) = [line for line in after.splitlines() if line.startswith("- points")]
    assert line.startswith(r"- points\[1\]: 52")
    assert "not in the cited words" in line
    (told,) = json.loads(result.to_json())["refused"]
    assert (told["path"], told["content"]) == ("points[1]", FALSE)
    assert "Set aside" not in summarise(NOTE, schema="general", settings=settings).to_markdown()


def test_a_plain_class_needs_no_claims(settings: Settings) -> None:
    answer = {"subject": "a *visit*", "score": 4.5, "tags": ["files", "staff"]}
    result = summarise(NOTE, schema=Plain, engine=CannedEngine([json.dumps(answer)]), settings=settings)
    assert result.brief == Plain(subject="a *visit*", score=4.5, tags=["files", "staff"])
    assert (result.evidence, result.refused) == ({}, ())
    assert json.loads(result.to_json())["brief"] == answer
    assert r"- **Subject:** a \*visit\*" in result.to_markdown()


class Summed(BaseModel):
    """A class whose summary is words."""

    summary: str


class Listed(BaseModel):
    """A class whose summary is a list of words."""

    summary: list[str]


class Quoted(BaseModel):
    """A class whose evidence is words."""

    evidence: str | None


class Renamed(BaseModel):
    """A class whose field has another name in JSON."""

    council_name: str = Field(alias="councilName")


@pytest.mark.parametrize(
    ("schema", "answer"),
    [
        pytest.param(Summed, {"summary": "Files were seen."}),
        pytest.param(Listed, {"summary": ["Files were seen."]}),
        pytest.param(Quoted, {"evidence": FIRST}),
        pytest.param(Quoted, {"evidence": None}),
        pytest.param(Renamed, {"councilName": "York"}),
    ],
    ids=["summary of words", "summary of lines", "evidence of words", "no evidence", "alias"],
)
def test_a_plain_class_may_use_any_field_name(settings: Settings, schema: type[BaseModel], answer: dict[str, Any]) -> None:
    result = summarise(NOTE, schema=schema, engine=CannedEngine([json.dumps(answer)]), settings=settings)
    assert result.brief == schema.model_validate(answer)
    assert json.loads(result.to_json())["brief"] is not None
    assert "## How this brief was made" in result.to_markdown()


class ByName(BaseModel):
    """Claims by name."""

    points: dict[str, Point]


class Tupled(BaseModel):
    """Claims in a tuple."""

    points: tuple[Point, ...]


class Nested(BaseModel):
    """Claims in lists of lists."""

    points: list[list[Point]]


@pytest.mark.parametrize(
    ("schema", "points"), [(ByName, {"a": FALSE}), (Tupled, [FALSE]), (Nested, [[FALSE]])], ids=["dict", "tuple", "lists"]
)
def test_no_false_claim_gets_in_wherever_it_stands(settings: Settings, schema: type[BaseModel], points: Any) -> None:
    engine = CannedEngine([json.dumps({"points": points})])
    try:
        result = summarise(NOTE, schema=schema, engine=engine, settings=settings)
    except (ReplyInvalid, SettingsError):
        return
    assert "52%" not in result.brief.model_dump_json()
    assert json.loads(result.to_json())


def test_an_unknown_schema_is_refused_by_name(settings: Settings) -> None:
    with pytest.raises(SettingsError, match="no schema 'reveiw'; there are: council_review, general"):
        summarise(NOTE, schema="reveiw", settings=settings)


# What the writers give


def test_the_json_form_holds_quotes_for_numbers(settings: Settings) -> None:
    result = summarise(NOTE, schema="general", engine=CannedEngine([general()]), settings=settings)
    data = json.loads(result.to_json())
    (quote,) = data["brief"]["key_points"][0]["evidence"]
    assert quote == {"segment": 1, "quote": FIRST, "start": 0, "end": len(FIRST), "page": None}
    assert data["brief"]["title"] == {"evidence": [], "value": None, "status": "not_stated"}
    assert data["usage"] == {"requests": 1, "input_tokens": 0, "output_tokens": 0, "cost": 0.0}
    assert data["provenance"]["engine"] == "canned"
    assert data["document"]["name"] == "text"


def test_the_json_of_a_page_holds_the_text_that_offsets_count_in(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(
        f"<html><body><nav>Menu</nav><h1>Review</h1><p>{FIRST} Inspectors found plans for children poor.</p></body></html>"
    )
    data = json.loads(summarise(path).to_json())
    text = data["document"]["text"]
    quotes = [quote for finding in data["brief"]["items"][0]["findings"] for quote in finding["evidence"]]
    assert quotes
    assert all(text[quote["start"] : quote["end"]] == quote["quote"] for quote in quotes)


def test_markdown_tells_each_claim_with_its_quote_and_place(settings: Settings) -> None:
    told = summarise(NOTE, schema=Visit, engine=CannedEngine([json.dumps(VISIT)]), settings=settings).to_markdown()
    assert "- **P1** The team saw 48% of the case files." in told
    assert f"  - “{FIRST}” (0–{len(FIRST)})" in told
    assert "- Case files were seen. *(P1)*" in told
    assert "- model canned; schema Visit, prompt brief/" in told


# What a model is not asked


@pytest.mark.parametrize(("length", "asked"), [(1_000, 1), (1_001, 0)])
def test_a_document_too_long_for_a_model_is_not_sent(tmp_path: Path, length: int, asked: int) -> None:
    settings = Settings(cache_dir=tmp_path / "cache", max_characters=1_000)
    text = "word " * 200 + "x" * (length - 1_000)
    engine = CannedEngine([general(key_points=[], summary=[])], keeps=True)
    pipeline = Pipeline("general", settings=settings, engine=engine)
    if asked:
        pipeline.run(from_text(text))
    else:
        with pytest.raises(DocumentError, match=r"'text': 1,001 characters .* limit is 1,000 \(SUMMARISER_MAX_CHARACTERS\)"):
            pipeline.run(from_text(text))
    pipeline.close()
    assert len(engine.requests) == asked


def test_the_embedded_engine_reads_what_is_too_long_for_a_model(tmp_path: Path) -> None:
    settings = Settings(cache_dir=tmp_path / "cache", max_characters=1_000)
    assert summarise(NOTE * 50, schema="general", settings=settings).provenance.characters == len(NOTE) * 50


def test_an_answer_that_is_no_brief_is_an_error_without_the_text(settings: Settings) -> None:
    with pytest.raises(ReplyInvalid) as caught:
        summarise(NOTE, schema="general", engine=CannedEngine(["the visiting team, I think"]), settings=settings)
    assert caught.value.raw == "the visiting team, I think"
    assert "visiting" not in str(caught.value)
    assert caught.value.usage == Usage(1)


def test_an_error_of_the_engine_comes_through_and_is_not_kept(settings: Settings) -> None:
    def refusing(request: Request) -> str:
        raise EngineRefused("the model refused to answer", request, Usage(1, 5, 0))

    engine = CannedEngine([refusing, general()], keeps=True)
    with pytest.raises(EngineRefused, match="refused to answer") as caught:
        summarise(NOTE, schema="general", engine=engine, settings=settings)
    assert caught.value.usage == Usage(1, 5, 0)
    assert not summarise(NOTE, schema="general", engine=engine, settings=settings).provenance.cached


# The same in a thread


def test_asummarise_gives_what_summarise_gives(settings: Settings) -> None:
    async def both() -> tuple[Result, Result]:
        one = asummarise(NOTE, schema=Visit, engine=CannedEngine([json.dumps(VISIT)]), settings=settings)
        return await asyncio.gather(one, asummarise(NOTE, schema="general"))

    visit, extracted = asyncio.run(both())
    assert visit.brief == Visit.model_validate(VISIT)
    assert extracted.to_json() == summarise(NOTE, schema="general").to_json()


def test_asummarise_raises_what_summarise_raises(settings: Settings) -> None:
    def broke(request: Request) -> str:
        raise QuotaExhausted("no quota left", request)

    with pytest.raises(DocumentError, match="no such file"):
        asyncio.run(asummarise("gone.txt"))
    with pytest.raises(QuotaExhausted):
        asyncio.run(asummarise(NOTE, schema="general", engine=CannedEngine([broke]), settings=settings))
