"""The report on a folder says what its briefs hold: whose it is and where it stands, and no past grade as a present one."""

import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from summariser.batch import opened
from summariser.briefing import Briefed
from summariser.errors import SettingsError
from summariser.records import FILE, Records
from summariser.reports import folder_json, folder_markdown
from summariser.reports.folder import last_day, reading, year_of
from summariser.reports.folder_authorities import forms
from summariser.types import Failure, Loss, Usage
from summariser.writers.tables import Tables
from tests.conftest import Run

Row = dict[str, Any]
Paper = tuple[str, Tables]
VALE = "Ashbourne Vale Council"


def _paper(name: str, *, authority: str | None = VALE, date: str | None = "2025-06-02", **tables: list[Row]) -> Paper:
    """Return the tables of a brief of one item; each row of a list stands somewhere, and in that item."""
    place: Row = {"item": "I1", "quote": "Words of the paper.", "start": 10, "end": 29, "page": None}
    lists: Tables = {table: [place | row for row in rows] for table, rows in tables.items()}
    item: Row = {"item": "I1", "authority": authority, "start": None, "page": None}
    return name, {"documents": [{"document_date": date, "losses": ""}], "items": [item], **lists}


def _review(number: int = 1, **told: Any) -> Row:
    known = {
        "regime": "ofsted_ilacs",
        "role": "main_subject",
        "fieldwork": None,
        "report_date": None,
        "name_as_stated": "the visit",
    }
    return {"review_id": f"R{number}", "conducted_by": None, **known, **told}


def _grade(value: str, *, time: str = "this_review", review: int = 1, **told: Any) -> Row:
    known = {"regime": "ofsted_ilacs", "aspect": "overall", "scale": "ofsted_4", "value_as_stated": value}
    owner = {"voice": "reviewer", "relay": "direct"}
    return {"review_id": f"R{review}", "judgement_id": "J1", "value_code": value, "time": time, **known, **owner, **told}


def _action(statement: str, kind: str = "reviewer_recommendation", **told: Any) -> Row:
    known = {"owner": None, "owner_status": "not_stated", "due": None, "due_status": "not_stated", "review_id": None}
    return {
        "action_id": "A1",
        "statement": statement,
        "kind": kind,
        "status": "recommended",
        "voice": "reviewer",
        **known,
        **told,
    }


def _concern(theme: str = "workforce", **told: Any) -> Row:
    known = {"polarity": "concern", "time": "current", "voice": "reviewer", "relay": "direct", "review_id": "R1"}
    return {"finding_id": "F1", "statement": "Words of the paper.", "theme": theme, **known, **told}


def _write(out: Path, *papers: Paper) -> Path:
    out.mkdir(exist_ok=True)
    with closing(Records(out)) as records:
        records.expect(name for name, _ in papers)
        for name, tables in papers:
            came = Briefed(name, tables, (), Usage(), False, 0.1)
            records.briefed(came, sha256="0" * 64, recipe="r", brief=name, sketch=b"")
    return out


def _markdown(out: Path) -> str:
    with reading(out) as folder:
        return "\n".join(folder_markdown.render(folder))


def _json(out: Path) -> Any:
    with reading(out) as folder:
        return json.loads("\n".join(folder_json.render(folder)))


def _section(text: str, title: str) -> str:
    [found] = re.findall(rf"^## {title}$(.*?)(?=^## |\Z)", text, re.S | re.M)
    return str(found)


# --- What is asked and promised


def test_actions_are_listed_by_date_due_with_owner_status_voice_and_place(tmp_path: Path) -> None:
    page: Row = {"start": 40, "end": 60, "page": 3}
    late = _action("Later", due="2026-03-31", owner="Head of Care", owner_status="inferred", relay="via_record", **page)
    rows = [
        _action("Undated"),
        late,
        _action("In words", due="the autumn"),
        _action("Soon", due="by 4 May 2025"),
        _action("Month", due="2025-05"),
    ]
    out = _write(tmp_path / "out", _paper("minutes.txt", actions=rows))
    listed = _json(out)["actions"]
    assert [row["statement"] for row in listed] == ["Soon", "Month", "Later", "In words", "Undated"]
    assert [row["due_by"] for row in listed] == ["2025-05-04", "2025-05-31", "2026-03-31", None, None]
    [told] = [line for line in _markdown(out).splitlines() if "Later" in line]
    details = "reviewer recommendation; recommended; owner: Head of Care (inferred); reviewer, via record"
    assert told == f"- **2026-03-31**: Later ({details}) minutes.txt (p. 3, 40–60)"


def test_decisions_proposals_and_calls_stand_apart(tmp_path: Path) -> None:
    kinds = ("reviewer_recommendation", "government_requirement", "authority_commitment")
    others = ("committee_decision", "member_proposal", "third_party_call")
    out = _write(tmp_path / "out", _paper("a.txt", actions=[_action(kind, kind) for kind in (*kinds, *others)]))
    report = _json(out)
    assert {row["kind"] for row in report["actions"]} == set(kinds)
    assert {row["kind"] for row in report["decisions"]} == set(others)
    assert "committee decision" in _section(_markdown(out), "Decisions, proposals and calls")


@pytest.mark.parametrize(
    ("due", "day"),
    [
        ("2024-02", "2024-02-29"),
        ("2024", "2024-12-31"),
        ("2024-03-14/2024-03-15", "2024-03-15"),
        ("until December 2026", "2026-12-31"),
        ("by 2024-05-01", "2024-05-01"),
        ("31 March", None),
        ("before Easter 2026", None),
        ("within 24 months", None),
        (None, None),
    ],
)
def test_the_last_day_of_a_date_due(due: str | None, day: str | None) -> None:
    assert last_day(due) == day


# --- Which authority


@pytest.mark.parametrize(
    ("names", "authorities"),
    [
        (("Ashbourne Vale", "Ashbourne Vale Council", "ASHBOURNE  VALE BOROUGH COUNCIL"), 1),
        (("London Borough of Merring", "Merring Council", "the London Borough of Merring Council"), 1),
        (("City of Carrow", "Carrow City Council"), 1),
        (("Tarn & Wick Council", "Tarn and Wick Metropolitan Borough Council"), 1),
        (("Cyngor Gwynfa", "Gwynfa Council"), 1),
        (("Cwm Derwen County Borough Council", "Cwm Derwen Borough Council"), 1),
        (("Ashbourne Vale", "Ashbourne"), 2),
        (("Carrow City Council", "Carrow County Council"), 2),
        (("Carrow City Council", "Carrow County Council", "Carrow"), 3),
    ],
)
def test_names_that_differ_in_form_are_one_authority(names: tuple[str, ...], authorities: int) -> None:
    assert len(set(forms((name, 1) for name in names).values())) == authorities


def test_an_authority_is_listed_under_its_fullest_name_and_once(tmp_path: Path) -> None:
    names = ("Ashbourne Vale", VALE, "ASHBOURNE VALE BOROUGH COUNCIL")
    out = _write(
        tmp_path / "out", *(_paper(f"{n}.txt", authority=name, actions=[_action(f"{n}")]) for n, name in enumerate(names))
    )
    report = _json(out)
    assert report["authorities"] == [{"name": VALE, "forms": sorted(names)}]
    assert {row["authority"] for row in report["actions"]} == {VALE}
    assert _markdown(out).count(f"### {VALE}") == 1


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("CITY OF CARROW", "City of Carrow"),
        ("KING'S  STOKE-ON-TARN COUNCIL", "King's Stoke-on-Tarn Council"),
        ("Carrow MBC", "Carrow MBC"),
    ],
)
def test_a_name_in_capitals_is_told_in_small_letters(name: str, shown: str) -> None:
    assert forms([(name, 1)]) == {name: shown}


# --- Concerns


def test_concerns_are_counted_by_theme_and_year(tmp_path: Path) -> None:
    praise = _concern(polarity="strength", finding_id="F2")
    out = _write(
        tmp_path / "out",
        _paper("a.txt", date="2024-05-01", findings=[_concern(), _concern(voice="authority", time="past"), praise]),
        _paper("b.txt", date="May 2024", findings=[_concern()]),
        _paper("c.txt", date=None, findings=[_concern("partnership"), _concern()]),
        _paper("d.txt", date="2023-12", findings=[_concern()]),
    )
    report = _json(out)
    counted = [(row["theme"], row["year"], row["concerns"]) for row in report["themes"]]
    assert counted == [("partnership", None, 1), ("workforce", 2023, 1), ("workforce", 2024, 3), ("workforce", None, 1)]
    [both] = [row for row in report["themes"] if row["year"] == 2024]
    assert (both["past"], both["voices"], both["documents"]) == (1, {"reviewer": 2, "authority": 1}, {"a.txt": 2, "b.txt": 1})
    assert len(report["concerns"]) == 6
    section = _section(_markdown(out), "Concerns by theme and year")
    assert "- **2024: 3** (reviewer 2, authority 1; 1 of the past): a.txt (2), b.txt" in section
    assert "- **Undated: 1** (reviewer 1): c.txt" in section


def test_examples_of_concerns_are_present_ones_each_of_another_document(tmp_path: Path) -> None:
    past = _concern(statement="Long ago", time="past")
    rows = [past, _concern(statement="First", voice="authority"), _concern(statement="Reviewers'")]
    out = _write(tmp_path / "out", _paper("a.txt", findings=rows), _paper("b.txt", findings=[_concern(statement="Other")]))
    section = _section(_markdown(out), "Concerns by theme and year")
    assert section.count("For example") == 2
    assert "Reviewers'" in section
    assert "Other" in section
    assert "Long ago" not in section


@pytest.mark.parametrize(
    ("date", "year"),
    [("2024-05", 2024), ("Spring 2024", 2024), ("2023-12-30/2024-01-05", None), ("last May", None), (None, None)],
)
def test_the_year_of_a_date(date: str | None, year: int | None) -> None:
    assert year_of(date) == year


# --- Judgements


@pytest.mark.parametrize(
    ("time", "role", "listed"),
    [
        ("this_review", "main_subject", "present"),
        ("current_status", "earlier", "present"),
        ("trajectory_to", "main_subject", "present"),
        ("earlier", "main_subject", "past"),
        ("trajectory_from", "main_subject", "past"),
        ("this_review", "earlier", "past"),
        ("target", "main_subject", "target"),
        (None, "main_subject", "not_told"),
        ("odd", "main_subject", "not_told"),
    ],
)
@pytest.mark.parametrize("date", ["2022-11", None])
def test_only_what_is_told_as_present_is_listed_so(tmp_path: Path, time: Any, role: str, listed: str, date: str | None) -> None:
    paper = _paper("a.txt", reviews=[_review(role=role, fieldwork=date)], judgements=[_grade("good", time=time)])
    out = _write(tmp_path / "out", paper)
    [line] = _json(out)["judgements"]
    assert (line["time"], line["told"][0]["told_as"], line["told"][0]["time"]) == (listed, listed, time)
    section = _section(_markdown(out), "Judgements over time")
    assert ("**good**" in section) == (listed == "present")
    assert ("*past* good, restated as past in a.txt" in section) == (listed == "past")


def test_a_grade_given_once_and_restated_later_is_one_line_that_does_not_look_present(tmp_path: Path) -> None:
    then = _paper("then.txt", date="2022-12-20", reviews=[_review(fieldwork="2022-11-09")], judgements=[_grade("inadequate")])
    now = _paper(
        "now.txt",
        reviews=[_review(fieldwork="2025-05"), _review(2, role="earlier", fieldwork="2022-11")],
        judgements=[_grade("good"), _grade("inadequate", time="earlier", review=2)],
    )
    out = _write(tmp_path / "out", then, now)
    first, second = _json(out)["judgements"]
    assert (first["value_code"], first["time"], first["fieldwork"]) == ("inadequate", "both", "2022-11-09")
    assert {(row["document"], row["told_as"]) for row in first["told"]} == {("then.txt", "present"), ("now.txt", "past")}
    assert (second["value_code"], second["time"], second["first_day"]) == ("good", "present", "2025-05-01")
    section = _section(_markdown(out), "Judgements over time")
    assert "**inadequate**" not in section
    assert "2022-11-09: *also told as past* inadequate, given in then.txt" in section
    assert "restated as past in now.txt" in section
    assert section.index("inadequate") < section.index("**good**")


def test_the_same_judgement_in_several_documents_is_one_line(tmp_path: Path) -> None:
    dates = ("2025-05-06/2025-05-16", "2025-05", "2019-05")
    papers = [
        _paper(f"{n}.txt", reviews=[_review(fieldwork=date)], judgements=[_grade("good")]) for n, date in enumerate(dates)
    ]
    lines = _json(_write(tmp_path / "out", *papers))["judgements"]
    assert [[row["document"] for row in line["told"]] for line in lines] == [["2.txt"], ["0.txt", "1.txt"]]
    assert lines[1]["fieldwork"] == "2025-05-06/2025-05-16"


@pytest.mark.parametrize("other", [{"aspect": "leadership"}, {"value_code": "good"}, {"time": "earlier"}, {"time": "target"}])
def test_judgements_that_differ_are_two_lines(tmp_path: Path, other: Row) -> None:
    one = _paper("a.txt", reviews=[_review()], judgements=[_grade("inadequate")])
    two = _paper("b.txt", reviews=[_review()], judgements=[_grade("inadequate") | other])
    lines = _json(_write(tmp_path / "out", one, two))["judgements"]
    assert [len(line["told"]) for line in lines] == [1, 1]


def test_what_is_hoped_for_is_no_grade_of_the_review(tmp_path: Path) -> None:
    grades = [_grade("good"), _grade("good", time="target")]
    out = _write(tmp_path / "out", _paper("a.txt", reviews=[_review(fieldwork="2022-11")], judgements=grades))
    assert sorted(line["time"] for line in _json(out)["judgements"]) == ["present", "target"]
    assert "2022-11: *hoped for* good" in _markdown(out)


def test_percentages_of_one_band_and_statements_with_one_score_are_not_one_judgement(tmp_path: Path) -> None:
    shares = [_grade("39-62", scale="cqc_la_percent", value_as_stated=words) for words in ("58%", "58 per cent", "61%")]
    scored = [
        _grade("2", aspect="quality_statement", scale="cqc_quality_statement", quote=words) for words in ("Safety 2", "Needs 2")
    ]
    paper = _paper("a.txt", reviews=[_review(fieldwork="2025")], judgements=[*shares, *scored])
    out = _write(tmp_path / "out", paper)
    assert sorted(len(line["told"]) for line in _json(out)["judgements"]) == [1, 1, 1, 2]
    text = _markdown(out)
    assert all(words in text for words in ("**58%**", "**61%**", "2 (“Safety 2”)", "2 (“Needs 2”)"))


def test_judgements_of_documents_that_name_no_council_are_never_put_together(tmp_path: Path) -> None:
    papers = [_paper(name, authority=None, reviews=[_review()], judgements=[_grade("good")]) for name in ("a.txt", "b.txt")]
    out = _write(tmp_path / "out", *papers)
    assert [len(line["told"]) for line in _json(out)["judgements"]] == [1, 1]
    assert _markdown(out).count("### No council named") == 1


# --- The same review


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"fieldwork": "2022-11"}, {"fieldwork": "2022-11-09"}, True),
        ({"fieldwork": "2022"}, {"fieldwork": "2022-11-09"}, True),
        ({"fieldwork": "2022-11-09"}, {"fieldwork": "2022-11-10"}, False),
        ({"fieldwork": "2022-11"}, {"fieldwork": "2022-12-01"}, False),
        ({"fieldwork": "2022-11-07/2022-11-11"}, {"fieldwork": "9 November 2022"}, True),
        ({"report_date": "2022-11"}, {"report_date": "2022-11-30", "fieldwork": "2022-10-03"}, True),
        ({"fieldwork": "2022-11", "report_date": "2023-01-04"}, {"fieldwork": "2022-11", "report_date": "2023-02"}, False),
        ({"fieldwork": "2022-11"}, {"report_date": "2022-11"}, False),
        ({"fieldwork": "last autumn"}, {"fieldwork": "last autumn"}, False),
        ({}, {}, False),
        ({"fieldwork": "2022-11", "regime": "jtai"}, {"fieldwork": "2022-11"}, False),
        (
            {"fieldwork": "2022-11", "regime": "unspecified_review"},
            {"fieldwork": "2022-11", "regime": "unspecified_review"},
            False,
        ),
    ],
)
def test_reviews_are_the_same_as_precisely_as_both_are_known(tmp_path: Path, one: Row, other: Row, same: bool) -> None:
    papers = (_paper("a.txt", reviews=[_review(**one)]), _paper("b.txt", reviews=[_review(**other)]))
    out = _write(tmp_path / "out", *papers)
    found = _json(out)["reviews"]
    assert [{row["document"] for row in review["told"]} for review in found] == ([{"a.txt", "b.txt"}] if same else [])
    assert ("a.txt (10–29): “the visit”" in _section(_markdown(out), "Documents that tell of the same review")) == same


def test_reviews_of_two_authorities_or_of_one_document_are_not_listed(tmp_path: Path) -> None:
    dated = _review(fieldwork="2022-11")
    elsewhere = _paper("b.txt", authority="Merring Council", reviews=[dated])
    nowhere = [_paper(name, authority=None, reviews=[dated]) for name in ("c.txt", "d.txt")]
    out = _write(tmp_path / "out", _paper("a.txt", reviews=[dated, _review(2, fieldwork="2022-11")]), elsewhere, *nowhere)
    assert _json(out)["reviews"] == []


def test_a_vague_date_that_fits_two_reviews_is_put_to_neither(tmp_path: Path) -> None:
    dates = {"0.txt": "2022", "a.txt": "2022-03", "b.txt": "2022-03-02", "c.txt": "2022-11-09"}
    out = _write(tmp_path / "out", *(_paper(name, reviews=[_review(fieldwork=date)]) for name, date in dates.items()))
    assert [[row["document"] for row in review["told"]] for review in _json(out)["reviews"]] == [["b.txt", "a.txt"]]


# --- What is missing, and what is strange


def test_what_is_missing_is_listed(tmp_path: Path) -> None:
    out = _write(tmp_path / "out", _paper("again.txt"), _paper("gone.txt"), _paper("good.txt"))
    with closing(Records(out)) as records:
        records.expect(["scan.png", "later.txt", "part.txt"])
        records.failed(Failure("scan.png", "DocumentError", "no reader"))
        records.failed(Failure("again.txt", "EngineError", "too busy"))
        part = Briefed(
            "part.txt",
            _paper("part.txt")[1] | {"documents": [{"losses": "part 5–9: timed out"}]},
            (_loss(),),
            Usage(),
            False,
            0.1,
        )
        records.briefed(part, sha256="1", recipe="r", brief="part", sketch=b"")
        records.mark_removed(["gone.txt"])
    report = _json(out)
    assert report["documents"] == {"briefed": 2, "partial": 1, "failed": 2, "waiting": 1, "removed": 1}
    names = ("document", "state", "removed", "message", "earlier_brief")
    assert [tuple(row[name] for name in names) for row in report["missing"]] == [
        ("again.txt", "failed", False, "too busy", True),
        ("gone.txt", "briefed", True, None, False),
        ("later.txt", "waiting", False, None, False),
        ("part.txt", "partial", False, "part 5–9: timed out", False),
        ("scan.png", "failed", False, "no reader", False),
    ]
    told = _section(_markdown(out), "What is missing")
    assert "- scan.png: failed: no reader" in told
    assert "- part.txt: briefed in part: part 5–9: timed out" in told
    assert "good.txt" not in told


def _loss() -> Loss:
    return Loss("part", (5, 9), "EngineError", "timed out")


def test_what_comes_from_documents_is_shown_as_it_is(tmp_path: Path) -> None:
    evil = "<script>x</script> [click](javascript:x) ![i](http://h/i.png)\n# A | *b* `c` \x1b[2J \u202e"
    papers = [
        _paper(
            f"{n} {evil}",
            authority=evil,
            date=evil,
            reviews=[_review(fieldwork="2022-11", name_as_stated=evil, regime="ofsted_ilacs"), _review(2, fieldwork=evil)],
            judgements=[_grade("good", value_code=None, value_as_stated=evil), _grade("good", review=2, voice=evil)],
            actions=[_action(evil, kind=evil, due=evil, owner=evil)],
            findings=[_concern(evil, statement=evil, quote=evil, voice=evil)],
        )
        for n in range(2)
    ]
    out = _write(tmp_path / "out", *papers)
    with closing(Records(out)) as records:
        records.failed(Failure(papers[0][0], "X", evil))
    text = _markdown(out)
    assert "script" in text
    for left in ("<script", "[click]", "![i]", "\n# A", " | ", "*b*", "`c`", "\x1b", "\u202e"):
        assert not re.search(rf"(?<!\\){re.escape(left)}", text), left
    assert _json(out)["actions"][0]["statement"] == evil


def test_the_report_on_a_folder_of_other_schemas(tmp_path: Path) -> None:
    place: Row = {"item": None, "quote": "Do it by 4 May 2025.", "start": 1, "end": 21, "page": 1}
    action = place | {"action_id": "A1", "statement": "Do it", "owner": None, "owner_status": "not_stated", "due": "2025-05-04"}
    general: Tables = {"documents": [{"form": "letter", "document_date": None}], "actions": [action], "key_points": [place]}
    own: Tables = {"documents": [{}], "actions": [place | {"text": "Do that", "owner": 3}]}
    out = _write(tmp_path / "out", ("note.txt", general), ("own.txt", own))
    report = _json(out)
    assert report["judgements"] == report["reviews"] == report["concerns"] == report["decisions"] == []
    listed = [(row["document"], row["kind"], row["authority"], row["due"]) for row in report["actions"]]
    assert listed == [("note.txt", None, None, "2025-05-04"), ("own.txt", None, None, None)]
    shown = _section(_markdown(out), "Recommendations, requirements and commitments")
    assert "### No council named" in shown
    assert "- **2025-05-04**: Do it note.txt (p. 1, 1–21)" in shown
    assert "- *no date*: “Do it by 4 May 2025.” (owner: 3) own.txt (p. 1, 1–21)" in shown


def test_findings_and_judgements_of_a_users_own_schema_do_no_harm(tmp_path: Path) -> None:
    place: Row = {"item": None, "quote": "So it is.", "start": 0, "end": 9, "page": None}
    tables: Tables = {
        "documents": [{}],
        "findings": [place | {"text": "So"}],
        "judgements": [place | {"mark": 4.5}],
        "reviews": [place],
    }
    out = _write(tmp_path / "out", ("a.txt", tables))
    report = _json(out)
    assert report["concerns"] == []
    assert [line["time"] for line in report["judgements"]] == ["not_told"]
    assert "So it is." in _markdown(out)


def test_an_empty_folder_of_briefs_has_a_report(tmp_path: Path) -> None:
    out = _write(tmp_path / "out")
    assert _json(out)["actions"] == []
    text = _markdown(out)
    assert "0 documents: 0 briefed." in text
    assert text.count("\nNone.") == 5


# --- The command


def test_the_command_prints_both_forms(run: Run, tmp_path: Path) -> None:
    out = _write(tmp_path / "out", _paper("a.txt", actions=[_action("Do it")]))
    assert "Do it" in run("report", out).out
    ran = run("report", out, "--format", "json")
    assert (ran.code, json.loads(ran.out)["actions"][0]["statement"]) == (0, "Do it")


def test_a_folder_without_records_is_refused_as_export_refuses_it(run: Run, tmp_path: Path) -> None:
    ran = run("report", tmp_path)
    assert ran == run("export", tmp_path, "--format", "csv")
    assert ran.code == 2
    assert "holds no briefs of a batch" in ran.err


def _no_database(path: Path) -> None:
    path.write_bytes(b"SQLite format 3\0" + b"x" * 4000)


def _other_database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as rows:
        rows.execute("CREATE TABLE documents (document TEXT)")


@pytest.mark.parametrize(("make", "said"), [(_no_database, "damaged"), (_other_database, "not made by this version")])
def test_a_file_that_is_not_ours_is_refused(tmp_path: Path, make: Callable[[Path], None], said: str) -> None:
    make(tmp_path / FILE)
    with pytest.raises(SettingsError, match=said):
        _markdown(tmp_path)


def test_the_records_are_read_as_they_were_while_a_run_goes_on_and_are_not_changed(tmp_path: Path) -> None:
    out = _write(tmp_path / "out", _paper("a.txt", actions=[_action("Do it")]))
    with opened(out) as records, reading(out) as folder:
        assert folder.states()["waiting"] == 0
        records.expect(["new.txt"])
        assert folder.states()["waiting"] == 0
        assert len(list(folder.actions())) == 1
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            folder._rows.execute("DELETE FROM documents")
    assert _json(out)["documents"]["waiting"] == 1
