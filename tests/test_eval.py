"""The eval commands from end to end: a suite is scored, scored again, compared, judged and shown; gold is drafted."""

import json
import re
import shutil
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error, sync_playwright

from summariser import asking
from summariser.engines.canned import Answer, CannedEngine
from summariser.errors import QuotaExhausted
from summariser.metrics import METRICS
from summariser.reports.rows import PER_DOCUMENT
from summariser.types import Request
from tests.conftest import ROOT, Run, needs_seeds
from tests.test_readme import blocks

MAIN = ROOT / "evals" / "council_review"
CHROMIUM = "/usr/bin/chromium"

LETTER = """Ofsted focused visit to Wendale Council

Wendale Council was visited on 3 May 2022.

Inspectors found that visits to children were late and poorly recorded.

Inspectors found that managers knew their teams well and supported them.

The council must see every child within five days.
"""
HOSTILE = """Minutes of the Wendale Council scrutiny committee <script>document.title = "caught"</script>

The director reported that 41% of visits were late, which <b>she</b> regretted & would mend.

RESOLVED: That the report be noted.
"""


def _fact(value: str | None, quote: str | None = None) -> dict[str, Any]:
    return {"status": "stated", "value": value, "evidence": [quote or value]} if value else {"status": "not_stated"}


def _gold(form: str, title: str, **parts: Any) -> dict[str, Any]:
    document = {
        "form": form, "item_relation": "single", "completeness": {"value": "complete", "evidence": []},
        "title": _fact(title), "publisher": _fact(None), "document_date": _fact(None),
        "sensitivity": "public_office_holders_only", "quality_flags": [],
    }  # fmt: skip
    item = {
        "item_id": "I1", "heading": _fact(title), "completeness": {"value": "complete", "evidence": []}, "form": form,
        "service_area": "childrens_social_care", "cycle_stage": "review_findings", "authority": _fact("Wendale Council"),
        "direction_of_travel": [{"value": "not_stated", "voice": "unclear", "evidence": []}],
        "reviews": [], "findings": [], "actions": [], "figures": [], "not_stated": [], "summary": [],
    }  # fmt: skip
    return {"document": document, "items": [item | parts]}


def _finding(label: str, quote: str, voice: str, polarity: str, review: str | None) -> dict[str, Any]:
    return {
        "finding_id": label, "evidence": [quote], "statement": f"It is held that {quote}.", "review_id": review, "voice": voice,
        "relay": "direct", "polarity": polarity, "theme": "practice_quality", "time": "current",
    }  # fmt: skip


LETTER_GOLD = _gold(
    "inspection_letter",
    "Ofsted focused visit to Wendale Council",
    reviews=[
        {
            "review_id": "R1", "regime": "ofsted_focused_visit", "role": "main_subject", "outcome_status": "narrative",
            "name_as_stated": _fact("Ofsted focused visit"), "conducted_by": _fact("Ofsted"), "report_date": _fact(None),
            "fieldwork": _fact("2022-05-03", "3 May 2022"), "judgements": [],
        }
    ],
    findings=[
        _finding("F1", "visits to children were late and poorly recorded", "reviewer", "concern", "R1"),
        _finding("F2", "managers knew their teams well and supported them", "reviewer", "strength", "R1"),
    ],
    summary=[{"text": "Inspectors found visits late and managers supportive.", "supports": ["F1", "F2"]}],
)  # fmt: skip
MINUTES_GOLD = _gold(
    "minutes_item",
    "Minutes of the Wendale Council scrutiny committee",
    findings=[_finding("F1", "41% of visits were late", "authority", "concern", None)],
    summary=[{"text": "The director said 41% of visits were late.", "supports": ["F1"]}],
)
FACTS = {
    "letter": {"must": [{"fact": "Inspectors found visits late.", "parts": ["F1"]}]},
    "minutes": {"must": [{"fact": "The director said that 41% of visits were late.", "parts": ["F1"]}]},
}
TRAPS = {
    "minutes": [
        {
            "trap_id": "T1", "type": "wrong_voice", "false_statement": "Inspectors found 41% of visits late.",
            "why_false": "The director reported it.", "evidence": ["41% of visits were late"],
        }
    ]
}  # fmt: skip


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A suite of two short documents, one of them hostile."""
    folder = tmp_path / "evals" / "small"
    for part in ("documents", "gold"):
        (folder / part).mkdir(parents=True)
    (folder / "suite.toml").write_text('name = "small"\nabout = "Two short papers."\n')
    (folder / "documents" / "letter.txt").write_text(LETTER)
    (folder / "documents" / "minutes.txt").write_text(HOSTILE)
    (folder / "gold" / "letter.json").write_text(json.dumps(LETTER_GOLD))
    (folder / "gold" / "minutes.json").write_text(json.dumps(MINUTES_GOLD))
    (folder / "key_facts.json").write_text(json.dumps(FACTS))
    (folder / "traps.json").write_text(json.dumps(TRAPS))
    return folder


def _runs(suite: Path) -> list[Path]:
    return sorted((suite.parent / "runs").iterdir())


def _scores(run: Path) -> Any:
    return json.loads((run / "scores.json").read_text())["metrics"]


def _canned(monkeypatch: pytest.MonkeyPatch, *answers: Answer) -> CannedEngine:
    engine = CannedEngine(answers, keeps=True)
    monkeypatch.setattr(asking, "connect", lambda *_: engine)
    monkeypatch.setenv("SUMMARISER_WORKERS", "1")  # or nobody could say which document has which answer
    return engine


# Scoring a suite


def test_a_suite_is_scored_and_everything_is_kept(run: Run, suite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUMMARISER_API_KEY", "sk-very-secret")
    code, out, err = run("eval", suite)
    assert (code, err) == (0, "")
    assert re.search(r"evidence valid +│ +1\.00 │ +– │ +2 │", out)
    assert "majority" in out
    assert "lead 3" in out
    assert "without a judge: 2 of 2 facts and 1 of 1 traps could be tried" in " ".join(out.split())
    assert "2 of 2 documents have a brief" in out
    lines = [line for line in out.splitlines() if line.startswith("│ letter ")]
    assert len(lines) == 1
    assert lines[0].count("│") == 2 + len(PER_DOCUMENT) + 1
    (made,) = _runs(suite)
    assert {path.relative_to(made).as_posix() for path in made.rglob("*.*")} == {
        "run.json", "scores.json", "report.md", "report.html", "briefs/letter.json", "briefs/minutes.json"
    }  # fmt: skip
    assert not any("sk-very-secret" in path.read_text() for path in made.rglob("*.*"))
    about = json.loads((made / "run.json").read_text())
    assert about["engine"] == "extractive"
    assert {"schema_digest", "prompt_digest", "version", "settings", "started"} <= set(about)
    assert _scores(made)["evidence valid"]["value"] == 1


def test_a_run_is_scored_again_without_an_engine(run: Run, suite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("eval", suite)
    (made,) = _runs(suite)
    before = (made / "scores.json").read_text()
    (made / "scores.json").unlink()
    monkeypatch.setattr(asking, "connect", lambda *_: pytest.fail("an engine was asked"))
    assert run("eval", "rescore", made).code == 0
    assert (made / "scores.json").read_text() == before


def test_a_corrected_label_changes_the_scores(run: Run, suite: Path) -> None:
    run("eval", suite)
    (made,) = _runs(suite)
    right = _scores(made)["document form"]["value"]
    path = suite / "gold" / "minutes.json"
    path.write_text(path.read_text().replace('"form": "minutes_item"', '"form": "peer_feedback"'))
    run("eval", "rescore", made)
    assert _scores(made)["document form"]["value"] < right


def test_a_document_that_fails_counts_as_wrong_and_is_named(run: Run, suite: Path) -> None:
    run("eval", suite)
    (made,) = _runs(suite)
    whole = _scores(made)
    failure = {"document": "minutes", "kind": "EngineBusy", "message": "it is busy"}
    (made / "briefs" / "minutes.json").write_text(json.dumps({"seconds": 1, "failure": failure}))
    code, _, err = run("eval", "rescore", made)
    assert code == 1
    assert "minutes has no brief: it is busy" in err
    scores = _scores(made)
    assert scores["documents briefed"]["value"] == 0.5
    assert whole["document form"]["documents"]["minutes"] == 1
    assert scores["document form"]["documents"]["minutes"] == 0
    assert scores["document form"]["n"] == 2
    assert scores["findings recall"]["documents"]["minutes"] == 0
    assert "it is busy" in (made / "report.html").read_text()
    assert "1 of 2 documents have a brief" in (made / "report.md").read_text()


def test_a_document_that_cannot_be_read_counts_as_one_without_a_brief(run: Run, suite: Path) -> None:
    (suite / "documents" / "letter.txt").write_text("")
    code, out, err = run("eval", suite)
    assert code == 1
    assert "letter has no brief: 'letter.txt': there is no text in it" in err
    assert "1 of 2 documents have a brief" in out
    assert _scores(_runs(suite)[0])["findings recall"]["documents"]["letter"] == 0


def test_briefs_of_other_words_than_the_document_has_now_are_not_scored(run: Run, suite: Path) -> None:
    run("eval", suite)
    (suite / "documents" / "letter.txt").write_text("Corrected. " + LETTER)
    code, _, err = run("eval", "rescore", _runs(suite)[0])
    assert code == 2
    assert "the words of letter have changed since the run" in err


@pytest.mark.parametrize("record", ["[]", "{}", "{"])
def test_a_damaged_record_is_a_sentence(run: Run, suite: Path, record: str) -> None:
    run("eval", suite)
    (made,) = _runs(suite)
    (made / "briefs" / "letter.json").write_text(record)
    code, _, err = run("eval", "rescore", made)
    assert code == 2
    assert re.search("letter.json' is (no record of a brief|not JSON)", err)
    (made / "run.json").write_text(record)
    code, _, err = run("eval", "compare", made, made)
    assert code == 2
    assert re.search("run.json' (does not say what was run|is not JSON)", err)


@pytest.mark.parametrize(
    ("file", "content", "told"),
    [
        ("traps.json", "[]", "should be a valid dictionary"),
        ("traps.json", '{"letter": {}}', "should be a valid list"),
        ("traps.json", '{"lettre": []}', "speaks of 'lettre', and there is no gold of that name"),
        ("traps.json", '{"letter": [{"type": "wrong_voice", "false_statement": "x"}]}', "letter.0.evidence: Field required"),
        ("key_facts.json", '{"letter": {"must": [{"fact": "x"}]}}', "parts: Field required"),
        ("key_facts.json", '{"letter": {"must": [{"fact": "x", "parts": "F1"}]}}', "should be a valid list"),
        ("suite.toml", 'nam = "x"', "it may say: name, schema, about"),
        ("suite.toml", "name", "is not TOML: "),
    ],
)
def test_a_suite_that_does_not_hold_together_is_a_sentence(run: Run, suite: Path, file: str, content: str, told: str) -> None:
    (suite / file).write_text(content)
    for command in (("eval", suite), ("eval", "--check", suite)):
        code, _, err = run(*command)
        assert code in (1, 2)
        assert told in err
        assert "Traceback" not in err


def test_a_document_without_gold_is_told_of(run: Run, suite: Path) -> None:
    (suite / "documents" / "extra.txt").write_text(LETTER)
    assert "extra.txt has no gold and is left out" in run("eval", suite).err


def test_no_suite_is_a_sentence(run: Run, tmp_path: Path) -> None:
    code, _, err = run("eval", tmp_path)
    assert code == 2
    assert "is no suite: it has no suite.toml" in err
    assert "Traceback" not in err


def test_a_named_engine_without_its_model_is_a_sentence(run: Run, suite: Path) -> None:
    code, _, err = run("eval", suite, "--engine", "openai")
    assert code == 2
    assert "needs a model" in err


def test_the_embedded_engine_can_be_named_although_a_model_is_set(
    run: Run, suite: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUMMARISER_MODEL", "some-model")
    assert run("eval", suite, "--engine", "extractive").code == 0


# Repeats


def _brief(quote_of: str) -> str:
    """Return an answer for one of the two documents that has no claims."""
    title = {"evidence": [1], "value": None, "status": "not_stated"}
    fact = title | {"evidence": []}
    complete = {"evidence": [], "value": "complete"}
    document = {"title": fact, "publisher": fact, "document_date": fact, "completeness": complete, "form": quote_of}
    item = {
        "item_id": "I1", "heading": fact, "completeness": complete, "form": quote_of, "authority": fact,
        "service_area": "other", "cycle_stage": "context", "reviews": [], "findings": [], "actions": [], "figures": [],
        "direction_of_travel": [{"evidence": [], "value": "not_stated", "voice": "unclear"}], "not_stated": [], "summary": [],
    }  # fmt: skip
    return json.dumps({"document": document | {"item_relation": "single"}, "items": [item], "summary": []})


def test_repeats_are_asked_for_anew_and_their_agreement_is_told(run: Run, suite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forms = ("inspection_letter", "minutes_item", "peer_feedback", "minutes_item")
    engine = _canned(monkeypatch, *map(_brief, forms))
    assert run("eval", suite, "--repeat", "2", "--model", "m").code == 0
    assert [request.repeat for request in engine.requests] == [0, 0, 1, 1]
    (made,) = _runs(suite)
    assert "How far the repeats agree" in (made / "report.md").read_text()
    assert re.search(r"\| document form \| 0\.\d+ \| 0\.50 \| 2 \|", (made / "report.md").read_text())
    assert _scores(made)["document form"]["value"] == 0.75
    # Every brief of every repeat is in the page's confusion table: three right, one wrong.
    table = (made / "report.html").read_text().split("<summary>document form</summary>")[1].split("</table>")[0]
    assert sorted(re.findall(r'<td class="(right|wrong)">(\d+)</td>', table)) == [
        ("right", "1"),
        ("right", "2"),
        ("wrong", "1"),
    ]
    again = _canned(monkeypatch)
    assert run("eval", suite, "--repeat", "2", "--model", "m").code == 0
    assert again.requests == []


# Interrupted


@pytest.mark.parametrize(("ending", "code"), [(KeyboardInterrupt(), 130), ("no money", 1)])
def test_what_is_finished_is_kept_and_can_be_scored(
    run: Run, suite: Path, monkeypatch: pytest.MonkeyPatch, ending: BaseException | str, code: int
) -> None:
    def stop(request: Request) -> str:
        raise ending if isinstance(ending, BaseException) else QuotaExhausted("no money", request)

    _canned(monkeypatch, _brief("inspection_letter"), stop)
    ended = run("eval", suite, "--model", "m")
    (made,) = _runs(suite)
    assert ended.code == code
    assert f"summariser eval rescore {made}" in ended.err
    again = run("eval", "rescore", made)
    assert again.code == 1
    assert "minutes has no brief: the run ended before this document" in again.err
    assert _scores(made)["document form"]["value"] == 0.5


# The floor


def test_a_score_below_the_floor_ends_in_1_and_is_named(run: Run, suite: Path) -> None:
    assert run("eval", suite, "--set-floor").code == 0
    path = suite.parent / "baseline.json"
    floors = json.loads(path.read_text())
    assert run("eval", suite).code == 0
    floors["small"]["scores"]["finding voice"] = 1.01
    path.write_text(json.dumps(floors))
    code, _, err = run("eval", suite)
    assert code == 1
    assert "finding voice is 1.0000, and its floor is 1.0100" in err
    floors["small"]["scores"]["finding mood"] = 1
    path.write_text(json.dumps(floors))
    assert "the headline metrics have changed" in run("eval", suite).err
    (suite / "key_facts.json").unlink()
    assert "the suite has changed" in run("eval", suite).err


# Comparing


def _spoiled(run_folder: Path, name: str) -> Path:
    """Return a copy of a run in which every tenth finding has another voice."""
    copy = run_folder.with_name(name)
    shutil.copytree(run_folder, copy)
    seen = 0
    for path in sorted((copy / "briefs").iterdir()):
        record = json.loads(path.read_text())
        for finding in (finding for item in record["result"]["brief"]["items"] for finding in item["findings"]):
            seen += 1
            if seen % 10 < 2:
                finding["voice"] = "service_user" if finding["voice"] != "service_user" else "partner"
        path.write_text(json.dumps(record))
    return copy


def test_of_too_few_documents_nothing_can_be_told_and_that_is_said(run: Run, suite: Path) -> None:
    run("eval", suite)
    (made,) = _runs(suite)
    copy = made.with_name("copy")
    shutil.copytree(made, copy)
    code, out, _ = run("eval", "compare", made, copy)
    assert code == 0
    assert "too few documents" in out
    assert " ".join(out.split()).endswith(f"(copy) against the extractive engine 0.1.0 ({made.name}): cannot tell")


def test_a_run_is_not_compared_with_itself_nor_with_one_that_was_judged_otherwise(
    run: Run, suite: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("eval", suite)
    (made,) = _runs(suite)
    assert "nothing to compare" in run("eval", "compare", made, made).err
    copy = made.with_name("copy")
    shutil.copytree(made, copy)
    _canned(monkeypatch, *[_judging({})] * 12)
    run("eval", "rescore", copy, "--judge", "strict", "--base-url", "http://127.0.0.1:9/v1")
    code, _, err = run("eval", "compare", made, copy)
    assert code == 2
    assert "not judged alike" in err


def test_runs_of_other_suites_are_not_compared(run: Run, suite: Path, tmp_path: Path) -> None:
    run("eval", suite)
    other = tmp_path / "elsewhere" / "small"
    shutil.copytree(suite, other)
    run("eval", other)
    code, _, err = run("eval", "compare", _runs(suite)[0], _runs(other)[0])
    assert code == 2
    assert "different suites" in err


# The judge


def _judging(true: Mapping[str, str]) -> Any:
    """Return a judge that says yes to every sentence of a summary, and to a statement if the brief holds certain words."""

    def answer(request: Request) -> str:
        brief, questions = request.messages[1].content.split("The questions:")
        answers = []
        for number, words in re.findall(r"^(\d+)\. (.+)$", questions, re.M):
            yes = "bear out" in words or any(each in words and told in brief for each, told in true.items())
            answers.append({"question": int(number), "answer": "yes" if yes else "no"})
        return json.dumps({"answers": answers})

    return answer


def test_a_judge_is_asked_thrice_in_another_order_and_measured_on_the_gold(
    run: Run, suite: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = {"Inspectors found visits late.": "poorly recorded", "The director said that 41% of visits were late.": "41%"}
    run("eval", suite)
    (made,) = _runs(suite)
    engine = _canned(monkeypatch, *[_judging(facts)] * 12)
    code, out, err = run("eval", "rescore", made, "--judge", "wise", "--base-url", "http://127.0.0.1:9/v1")
    assert (code, err) == (0, "")
    assert len(engine.requests) == 12
    told = " ".join(out.split())
    assert "on 2 of 2 facts, 2 of 2 another document's facts, 1 of 1 traps, 2 of 2 sentences" in told
    scores = _scores(made)
    assert scores["key facts held"]["value"] == 1
    assert scores["trap rate"]["value"] == 0
    assert scores["sentences borne out (judge)"]["value"] == 1
    asked = [request.messages[1].content.split("The questions:")[1] for request in engine.requests]
    assert len(set(asked)) > len(asked) / 3
    # What the judge said stays with the run; another scoring asks nobody.
    _canned(monkeypatch)
    assert "2 of 2 sentences" in " ".join(run("eval", "rescore", made).out.split())


def test_a_judge_that_disagrees_with_the_labels_shows_it(run: Run, suite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("eval", suite)
    (made,) = _runs(suite)
    _canned(monkeypatch, *[_judging({"Inspectors found": ""})] * 12)
    out = run("eval", "rescore", made, "--judge", "fool", "--base-url", "http://127.0.0.1:9/v1").out
    assert "1 of 2 facts, 1 of 2 another document's facts, 0 of 1 traps, 2 of 2 sentences" in " ".join(out.split())
    assert _scores(made)["trap rate"]["value"] == 1


def test_a_judge_that_fails_leaves_the_document_to_the_evidence_and_says_so(
    run: Run, suite: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("eval", suite)
    (made,) = _runs(suite)
    _canned(monkeypatch, "no idea", *[_judging({})] * 6)
    err = run("eval", "rescore", made, "--judge", "half", "--base-url", "http://127.0.0.1:9/v1").err
    assert "letter was not judged" in err


def test_a_sensitive_document_goes_to_no_judge_outside_the_machine(
    run: Run, suite: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (suite / "documents" / "letter.txt").write_text("NOT FOR PUBLICATION - exempt under Schedule 12A\n\n" + LETTER)
    run("eval", suite)
    (made,) = _runs(suite)
    engine = _canned(monkeypatch, *[_judging({})] * 6)
    err = run("eval", "rescore", made, "--judge", "far", "--base-url", "https://models.example.org/v1").err
    assert "letter was not judged" in err
    assert "not sent to models.example.org" in err
    assert not any("poorly recorded" in request.messages[1].content for request in engine.requests)


# Drafts


def test_a_draft_is_refused_until_it_is_corrected(run: Run, suite: Path) -> None:
    (suite / "gold" / "letter.json").unlink()
    code, out, _ = run("label", suite / "documents" / "letter.txt")
    assert code == 0
    path = suite / "gold" / "letter.json"
    assert str(path) in out
    code, _, err = run("eval", suite)
    assert code == 2
    assert "is a draft" in err
    labels = json.loads(path.read_text())
    assert labels.pop("draft") is True
    path.write_text(json.dumps(labels))
    assert run("eval", "--check", suite).out.endswith("no faults\n")
    code, _, err = run("eval", suite)
    assert code == 0
    assert "1 gold files began as drafts of extractive, which flatters its scores" in err
    assert _scores(_runs(suite)[0])["findings F1"]["documents"]["letter"] == 1


def test_gold_that_is_there_is_not_overwritten(run: Run, suite: Path) -> None:
    before = (suite / "gold" / "letter.json").read_text()
    code, _, err = run("label", suite / "documents" / "letter.txt")
    assert code == 2
    assert "is there already" in err
    assert (suite / "gold" / "letter.json").read_text() == before


def test_a_slip_in_the_gold_is_found_before_anything_is_run(run: Run, suite: Path) -> None:
    path = suite / "gold" / "letter.json"
    path.write_text(path.read_text().replace("poorly recorded", "badly recorded"))
    code, out, err = run("eval", "--check", suite)
    assert code == 1
    assert out.endswith(": 1 fault\n")
    assert "is not in the document" in err


# The page


@pytest.fixture
def page(run: Run, suite: Path) -> Iterator[Any]:
    """The report of a run in a real browser, which may load nothing but the page itself."""
    run("eval", suite)
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        except Error:
            pytest.skip("chromium is not installed: apt-get install chromium")
        page = browser.new_page()
        heard: list[str] = []
        page.on("console", lambda message: heard.append(message.text))
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.on("request", lambda request: heard.append(request.url) if "report.html" not in request.url else None)
        page.goto((_runs(suite)[0] / "report.html").as_uri())
        yield page
        assert heard == []
        browser.close()


def test_the_page_shows_scores_confusions_and_misses_in_a_browser(page: Any) -> None:
    assert page.title().startswith("small: the extractive engine")
    row = page.locator("table.scores tr", has_text="finding voice").first
    assert row.locator(".bar").bounding_box()["width"] > 0
    page.locator("details.confusions", has_text="finding voice").first.click()
    assert page.locator("details.confusions[open] td.right").first.is_visible()
    document = page.locator("details.document", has_text="letter")
    document.locator("summary").click()
    assert document.locator("mark.both", has_text="visits to children were late").is_visible()
    assert document.locator("table.misses").is_visible()
    document.locator("table.misses a").first.click()
    assert page.evaluate("location.hash").startswith("#d")
    assert page.evaluate("document.querySelector(location.hash).tagName") == "MARK"


def test_the_page_shows_what_a_document_says_and_runs_none_of_it(page: Any) -> None:
    document = page.locator("details.document", has_text="minutes")
    document.locator("summary").click()
    assert '<script>document.title = "caught"</script>' in document.locator("pre").inner_text()
    assert "<b>she</b> regretted & would" in document.locator("pre").inner_text()
    assert page.title().startswith("small: the extractive engine")
    assert page.locator("script").count() == 0


# The project's own suites


@needs_seeds
def test_the_seeds_score_in_one_command_each_and_overall(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("eval", ROOT / "evals" / "seeds", "--runs", tmp_path / "runs")
    assert code == 0
    for name in ("000", "001", "002", "003", "004"):
        assert re.search(rf"│ {name} +│ +0\.\d\d", out)
    assert re.search(r"finding voice +│ +\d\.\d\d", out)


def test_the_gold_of_the_main_suite_has_no_faults(run: Run) -> None:
    assert run("eval", "--check", MAIN) == (0, f"{MAIN}: no faults\n", "")


def test_the_main_suite_is_scored_in_a_minute_no_worse_than_the_floor(run: Run, tmp_path: Path) -> None:
    floor = json.loads((ROOT / "evals" / "baseline.json").read_text())["council_review"]["scores"]
    assert set(floor) == {metric.name for metric in METRICS if metric.headline}
    began = time.process_time()
    code, out, err = run("eval", MAIN, "--runs", tmp_path / "runs")
    assert time.process_time() - began < 60
    assert (code, err) == (0, ""), "a score fell below evals/baseline.json, or a document has no brief"
    shown = next(block for block in blocks("text") if "finding voice" in block)
    assert [line for line in shown.splitlines() if line not in out.splitlines()] == []
    (made,) = (tmp_path / "runs").iterdir()
    assert len(json.loads((made / "run.json").read_text())["documents"]) >= 40
    # Two identical runs cannot be told apart; one that gives some findings another owner is worse, and says so.
    twin = made.with_name("twin")
    shutil.copytree(made, twin)
    same = run("eval", "compare", made, twin)
    assert same.code == 0
    assert same.out.endswith("cannot tell\n")
    spoiled = run("eval", "compare", made, _spoiled(made, "spoiled"))
    assert spoiled.code == 1
    assert spoiled.out.endswith("worse\n")
    assert re.search(r"finding voice +│ .* worse", spoiled.out)
    flips = (made.with_name("spoiled") / f"against-{made.name}.md").read_text()
    assert re.search(r"finding F\d+, voice: gold .* became (service\\_user|partner) \(“.+”\): worse", flips)
