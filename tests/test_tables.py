"""A brief as rows: each claim once, under names that cannot clash, in files that spreadsheets and data frames read whole."""

import csv
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from summariser import summarise
from summariser.brief import Brief, Claim, Part, Sentence, Stated, label_of, walk
from summariser.errors import SettingsError
from summariser.result import Result
from summariser.types import Loss
from summariser.writers.csv import write_csv
from summariser.writers.json import as_data
from summariser.writers.parquet import write_parquet
from summariser.writers.parts import Cell, Row
from summariser.writers.tables import Tables, columns_of, kinds_of, tables_of
from summariser.writers.whole import whole
from tests.conftest import SAMPLES

MINUTES = "minutes_monitoring_visit.txt"
BLOG = "blog_two_reviews.txt"
PEERS = "peer_feedback_adults.md"
BRIEFS = [(MINUTES, "council_review"), (BLOG, "council_review"), (PEERS, "council_review"), (MINUTES, "general")]
every_brief = pytest.mark.parametrize(("sample", "schema"), BRIEFS)


@cache
def _briefed(sample: str, schema: str = "council_review") -> Result:
    return summarise(SAMPLES / sample, schema=schema)


def _tables(sample: str, schema: str = "council_review") -> Tables:
    return tables_of(as_data(_briefed(sample, schema)))


class Place(Part):
    town: str
    county: str | None


class Risk(Claim):
    """Its fields have the names of our columns."""

    label: ClassVar[str] = "risk_id"
    risk_id: str
    document: str
    Page: str
    end: float
    place: Place
    tags: list[str]
    owner: Stated[str]
    likely: bool
    replies: list["Reply"]


class Reply(Claim):
    risk_id: str
    statement: str


class Figure(Claim):
    value: str


class Mine(Brief):
    """A schema whose lists have the names of our tables."""

    model: str
    page_count: str
    Title: Stated[str]
    documents: list[Reply]
    items: list[Risk]
    figures: list[Figure]
    chief: Reply
    by_topic: dict[str, Reply]


def _reply(number: int, words: str) -> Reply:
    return Reply(evidence=[number], risk_id="S1", statement=words)


@pytest.fixture
def mine() -> Result:
    """A brief by a user's schema, with evidence that stands in a sample."""
    result = _briefed(MINUTES)
    first, second, third = list(result.evidence)[:3]
    risk = Risk(
        evidence=[second, first],
        risk_id="K1",
        document="a will",
        Page="the last",
        end=2.5,
        place=Place(town="Thornleigh", county=None),
        tags=["a", "b"],
        owner=Stated[str](evidence=[], value=None, status="cut_off"),
        likely=True,
        replies=[_reply(first, "one"), _reply(third, "two")],
    )
    brief = Mine(
        summary=[Sentence(text="All is well.", supports=["K1"])],
        model="T",
        page_count="some",
        Title=Stated[str](evidence=[first], value="A paper", status="inferred"),
        documents=[_reply(second, "three")],
        items=[risk, risk.model_copy(update={"risk_id": "K2", "replies": []})],
        figures=[Figure(evidence=[third], value="a dozen")],
        chief=_reply(first, "four"),
        by_topic={"=HYPERLINK()": _reply(first, "five"), "roads": _reply(second, "six")},
    )
    return replace(result, brief=brief)


# --- Every claim is a row, and once


def _expected(result: Result) -> Counter[tuple[object, ...]]:
    """Return for each claim of a brief, found by its class: its item, label, quote and place."""
    items: dict[object, str] = {}
    found: Counter[tuple[object, ...]] = Counter()
    for loc, part in walk(result.brief):
        if loc[:1] == ("items",) and hasattr(part, "item_id"):
            items[loc[1]] = part.item_id
        if isinstance(part, Claim):
            cited = [result.evidence[number] for number in sorted(set(part.evidence))]
            item = items.get(loc[1]) if loc[0] == "items" else None
            quote = " […] ".join(each.quote for each in cited)
            found[item, label_of(part), quote, cited[0].start, cited[-1].end, cited[0].page] += 1
    return found


def _rows(tables: Tables) -> Counter[tuple[object, ...]]:
    """Return the same for each row of a claim."""
    found: Counter[tuple[object, ...]] = Counter()
    labels = {"findings": "finding_id", "actions": "action_id", "judgements": "judgement_id", "figures": "figure_id"}
    labels |= {"key_points": "point_id", "dates": "event_id", "items_": "risk_id"}
    for table, rows in tables.items():
        for row in rows if table not in ("documents", "items", "reviews", "direction_of_travel") else ():
            label = row.get(labels.get(table, ""))
            found[row["item"], label, row["quote"], row["start"], row["end"], row["page"]] += 1
    return found


@every_brief
def test_each_claim_of_a_brief_is_a_row_and_once(sample: str, schema: str) -> None:
    expected = _expected(_briefed(sample, schema))
    assert len(expected) > 5
    assert _rows(_tables(sample, schema)) == expected


def test_each_claim_of_a_users_schema_is_a_row_and_once(mine: Result) -> None:
    assert _rows(tables_of(as_data(mine))) == _expected(mine)


@every_brief
def test_a_brief_read_again_from_its_file_gives_the_same_rows(sample: str, schema: str) -> None:
    data = as_data(_briefed(sample, schema))
    assert tables_of(json.loads(json.dumps(data))) == tables_of(data)


_FIELDS = st.sampled_from(["items", "documents", "findings", "figures", "notes", "Notes", "item_id", "key", "page", "value"])


@st.composite
def _parts(draw: st.DrawFn, depth: int = 2) -> dict[str, Any]:
    """Some part of a brief by some schema; each claim in it is marked by words that no other has."""
    part: dict[str, Any] = {}
    for name in draw(st.lists(_FIELDS, max_size=4, unique=True)):
        kind = draw(st.sampled_from(["text", "fact", "facet", "list", "one", "group"] if depth else ["text"]))
        if kind == "list":
            part[name] = [draw(_claims(depth - 1)) for _ in range(draw(st.integers(0, 3)))]
        elif kind in ("one", "group"):
            part[name] = draw(_claims(depth - 1) if kind == "one" else _parts(depth=depth - 1))
        else:
            status = {"status": "stated"} if kind == "fact" else {}
            part[name] = "words" if kind == "text" else {"evidence": [], "value": "words", **status}
    return part


@st.composite
def _claims(draw: st.DrawFn, depth: int) -> dict[str, Any]:
    start = draw(st.integers(0, 10**9))
    quote = {"segment": 1, "quote": f"claim {start}", "start": start, "end": start + 1, "page": None}
    return {"evidence": [quote]} | draw(_parts(depth=depth)) | {"statement": "words"}


def _claims_in(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if "statement" in node:
            yield node["evidence"][0]["quote"]
        yield from (words for value in node.values() for words in _claims_in(value))
    elif isinstance(node, list):
        yield from (words for value in node for words in _claims_in(value))


@given(_parts())
@hypothesis_settings(max_examples=40)
def test_no_schema_loses_or_repeats_a_claim_or_a_name(brief: dict[str, Any]) -> None:
    tables = tables_of(as_data(_briefed(MINUTES)) | {"brief": brief})
    rows = [row for table, rows in tables.items() for row in rows if table != "documents" and "statement" in row]
    assert Counter(str(row["quote"]) for row in rows) == Counter(_claims_in(brief))
    assert len(tables["documents"]) == 1
    for table, rows in tables.items():
        columns = columns_of(rows)
        assert len({name.lower() for name in (*columns, table)}) == len({*columns, table})
        assert all(name.isidentifier() for name in (*columns, table))


# --- What a row says


def test_a_finding_says_what_it_is_whose_it_is_and_where_it_stands() -> None:
    [row] = [row for row in _tables(MINUTES)["findings"] if row["start"] == 1461]
    findings = as_data(_briefed(MINUTES))["brief"]["items"][0]["findings"]
    [told] = [part for part in findings if part["evidence"][0]["start"] == 1461]
    fields = ("finding_id", "statement", "review_id", "voice", "relay", "polarity", "theme", "time")
    assert row == {name: told[name] for name in fields} | {
        "document": MINUTES,
        "item": "I1",
        "quote": "Strategy meetings were prompt and were attended by police; health colleagues were often absent and their "
        "information was missing from the record.",
        "start": 1461,
        "end": 1606,
        "page": None,
    }
    assert (
        list(row) == "document item finding_id statement review_id voice relay polarity theme time quote start end page".split()
    )


def test_a_judgement_names_its_review_and_its_regime() -> None:
    told = [(row["item"], row["review_id"], row["regime"], row["judgement_id"]) for row in _tables(BLOG)["judgements"]]
    assert told == [
        ("I1", "R1", "send_area_2023", "J1"),
        ("I1", "R2", "send_area_2016", "J2"),
        ("I2", "R2", "ofsted_ilacs", "J1"),
    ]


def test_a_stated_fact_is_its_value_and_how_it_is_known() -> None:
    data = as_data(_briefed(MINUTES))
    actions = data["brief"]["items"][0]["actions"]
    place = next(place for place, action in enumerate(actions) if action["owner"]["value"] == "the Committee")
    action = actions[place]
    action["due"] = {"evidence": [], "value": None, "status": "cut_off"}
    action["owner"]["status"] = "inferred"
    row = tables_of(data)["actions"][place]
    assert list(row.items())[4:8] == [
        ("owner", "the Committee"), ("owner_status", "inferred"), ("due", None), ("due_status", "cut_off"),
    ]  # fmt: skip


def test_a_review_shows_the_evidence_of_its_facts() -> None:
    review = _tables(BLOG)["reviews"][0]
    assert (review["item"], review["review_id"], review["conducted_by"]) == ("I1", "R1", "Ofsted")
    assert str(review["quote"]).startswith("SEND inspection: the letter is in, and it isn’t pretty […] So the long-awaited")
    told = as_data(_briefed(BLOG))["brief"]["items"][0]["reviews"][0]
    places = [each for fact in told.values() if isinstance(fact, dict) for each in fact.get("evidence", ())]
    assert (review["start"], review["end"]) == (min(each["start"] for each in places), max(each["end"] for each in places))
    assert "judgements" not in review


def test_an_item_says_how_the_text_tells_the_direction_of_travel() -> None:
    data = as_data(_briefed(MINUTES))
    quote = data["brief"]["items"][0]["findings"][5]["evidence"]
    improving = {"evidence": quote, "value": "improving", "voice": "authority"}
    data["brief"]["items"][0]["direction_of_travel"] = [improving, {"evidence": [], "value": "mixed", "voice": "reviewer"}]
    [item] = tables_of(data)["items"]
    assert (item["item"], item["form"], item["authority"]) == ("I1", "minutes_item", "Thornleigh Metropolitan Borough Council")
    assert item["direction_of_travel"] == "improving (authority); mixed (reviewer)"
    assert item["completeness"] == "complete"
    assert str(item["summary"]).startswith("The reviewers, as minuted: ")
    assert "item_id" not in item
    [direction] = tables_of(data)["direction_of_travel"]
    assert (direction["item"], direction["value"], direction["voice"], direction["start"]) == (
        "I1", "improving", "authority", 1461,
    )  # fmt: skip
    data["brief"]["items"][0]["direction_of_travel"] = [{"evidence": [], "value": "not_stated", "voice": "unclear"}]
    assert "direction_of_travel" not in tables_of(data), "what nothing is cited for is no row"


def test_a_document_says_what_was_found_in_it_and_what_made_its_brief() -> None:
    result = _briefed(BLOG)
    lost = replace(result, losses=(Loss("part", (10, 20), "EngineBusy", "no answer"), Loss("summary", None, "X", "none")))
    tables = tables_of(as_data(lost))
    [row] = tables["documents"]
    expected: Row = {
        "document": BLOG,
        "sha256": result.document.sha256,
        "characters": 6453,
        "form": "multi_item_page",
        "title": None,
        "title_status": "not_stated",
        "publisher": "The Calderwick Magpie",
        "document_date": "2024-05-22",
        "completeness": "truncated_end",
        "item_relation": "unrelated",
        "sensitivity": "public_office_holders_only",
        "quality_flags": "site_boilerplate",
        "losses": "part 10–20: no answer; summary: none",
        "warnings_count": 1,
        "refused_count": 0,
        "engine": "extractive",
        "model": None,
        "schema": "council_review",
        "prompt": result.provenance.prompt,
        "version": result.provenance.version,
        "requests": 0,
        "input_tokens": 0,
        "output_tokens": 0,
        "cost": 0.0,
    }
    assert {name: row[name] for name in expected} == expected
    for name in ("findings", "actions", "judgements", "figures", "reviews", "items"):
        assert row[f"{name}_count"] == len(tables.get(name, ()))
    assert "Opinion or blog: SEND inspection" in str(row["summary"])
    assert "They liked the nursery outreach team." in str(row["summary"]), "the summaries of the items belong to it"
    assert _tables(BLOG)["documents"][0]["losses"] == ""


def test_the_same_columns_tell_of_a_document_whatever_its_schema() -> None:
    general, council = (_tables(MINUTES, schema)["documents"][0] for schema in ("general", "council_review"))
    assert (general["form"], council["form"]) == ("minutes", "minutes_item")
    assert general["document_date"] == council["document_date"] == "2023-01-24"
    assert (general["completeness"], general["publisher"], general["findings_count"]) == ("complete", None, 0)
    assert general["key_points_count"] == len(_tables(MINUTES, "general")["key_points"])
    assert _tables(MINUTES, "general")["key_points"][0]["item"] is None


def test_what_is_empty_is_no_table() -> None:
    data = as_data(_briefed(MINUTES))
    for item in data["brief"]["items"]:
        item |= {"actions": [], "reviews": []}
    tables = tables_of(data)
    assert not {"actions", "reviews", "judgements"} & set(tables)
    assert (tables["documents"][0]["actions_count"], tables["documents"][0]["judgements_count"]) == (0, 0)
    assert "actions" not in tables["items"][0]


# --- Names that would clash


def test_a_users_lists_and_fields_keep_clear_of_our_names(mine: Result) -> None:
    tables = tables_of(as_data(mine))
    assert list(tables) == ["documents_", "items_", "replies", "figures", "chief", "by_topic", "documents"]
    risk = tables["items_"][0]
    assert (risk["document"], risk["document_"], risk["page"], risk["page_"]) == (MINUTES, "a will", None, "the last")
    assert (risk["end_"], risk["likely"], risk["place_town"], risk["tags"]) == (2.5, True, "Thornleigh", "a; b")
    assert (risk["owner"], risk["owner_status"], risk["item"]) == (None, "cut_off", None)
    assert [(row["risk_id"], row["parent_risk_id"]) for row in tables["replies"]] == [("S1", "K1")] * 2
    assert [row["key"] for row in tables["by_topic"]] == ["=HYPERLINK()", "roads"]
    [document] = tables["documents"]
    assert (document["model"], document["model_"], document["page_count_"]) == (None, "T", "some")
    assert (document["title"], document["title_status"], document["items__count"]) == ("A paper", "inferred", 2)
    assert document["summary"] == "All is well."


def test_evidence_in_any_order_is_quoted_in_the_order_of_the_text(mine: Result) -> None:
    risk = tables_of(as_data(mine))["items_"][0]
    first, second = (mine.evidence[number] for number in list(mine.evidence)[:2])
    assert (risk["quote"], risk["start"], risk["end"]) == (f"{first.quote} […] {second.quote}", first.start, second.end)


def _claim(start: int, **fields: Any) -> dict[str, Any]:
    return {"evidence": [{"segment": 1, "quote": f"q{start}", "start": start, "end": start + 2, "page": 3}], **fields}


def _fact(value: str) -> dict[str, Any]:
    return {"evidence": [], "value": value, "status": "stated"}


def _short(brief: dict[str, Any]) -> Tables:
    """Return the tables of a brief of any shape, without what every row has."""
    tables = tables_of(as_data(_briefed(MINUTES)) | {"brief": brief})
    tables["documents"] = [{name: tables["documents"][0][name] for name in tables["documents"][0] if name.endswith("_")}]
    common = {"document": MINUTES, "item": None, "quote": None, "start": None, "end": None, "page": None}
    return {
        table: short
        for table, rows in tables.items()
        if any(short := [{name: row[name] for name in row if row[name] != common.get(name, "")} for row in rows])
    }


@pytest.mark.parametrize(
    ("brief", "tables"),
    [
        # An item below another is an entry of it, and an item may have more labels than one.
        (
            {"items": [{"item_id": "I1", "case_id": "C", "items": [{"item_id": "x"}]}]},
            {"items": [{"item": "I1", "case_id": "C"}], "items_": [{"item": "I1", "case_id": "C", "item_id": "x"}]},
        ),
        # No name that is made is one that is there.
        ({"documents": [{"a": 1}], "documents_": [{"a": 2}]}, {"documents_": [{"a": 1}], "documents__": [{"a": 2}]}),
        ({"Notes": [{"a b\n": "x", "A_b_": "y"}]}, {"notes": [{"a_b_": "x", "a_b__": "y"}]}),
        ({"notes": [{"": 1}, {"é" * 300: 2}]}, {"notes": [{"_": 1}, {"é" * 100: 2}]}),
        # What looks like the facts of a document may be one of them.
        ({"document": _fact("the paper")}, {"documents": [{"document_": "the paper"}]}),
        ({"document": _claim(7, a=1)}, {"document": [{"a": 1, "quote": "q7", "start": 7, "end": 9, "page": 3}]}),
        # Lists in parts that only hold them, and in lists.
        ({"group": {"notes": [{"a": 1}], "form": "x"}}, {"notes": [{"a": 1}]}),
        ({"notes": [[{"a": 1}], [[{"a": 2}]], []]}, {"notes": [{"a": 1}, {"a": 2}]}),
        ({"notes": [{"tags": [["a"], "b", 3]}]}, {"notes": [{"tags": "a; b; 3"}]}),
        # A field named evidence that is none; a segment that was not found; one that is cited twice.
        ({"notes": [{"evidence": "hearsay"}]}, {"notes": [{"evidence": "hearsay"}]}),
        ({"notes": [{"evidence": ["a", "b"]}]}, {"notes": [{"evidence": "a; b"}]}),
        ({"notes": [{"evidence": [4], "a": 1}]}, {"notes": [{"a": 1}]}),
        (
            {"notes": [{"evidence": _claim(7)["evidence"] * 2, "a": 1}]},
            {"notes": [{"a": 1, "quote": "q7", "start": 7, "end": 9, "page": 3}]},
        ),
        # Facts of other shapes: of a list, of a part, with a voice.
        ({"notes": [{"who": _fact("x") | {"value": ["x", "y"]}}]}, {"notes": [{"who": "x; y", "who_status": "stated"}]}),
        (
            {"notes": [{"mood": {"evidence": [], "value": "calm", "voice": "author"}}]},
            {"notes": [{"mood": "calm", "mood_voice": "author"}]},
        ),
        ({"notes": [{"summary": [{"text": "One.", "supports": []}, {"text": "Two.", "supports": []}]}]},
         {"notes": [{"summary": "One. Two."}]}),
    ],
)  # fmt: skip
def test_any_shape_of_brief_has_its_rows(brief: dict[str, Any], tables: Tables) -> None:
    assert _short(brief) == tables


def test_the_form_of_a_document_has_one_column_whatever_it_is_called() -> None:
    data = as_data(_briefed(MINUTES))
    [row] = tables_of(data | {"brief": {"document_form": "x"}})["documents"]
    assert (row["form"], "document_form" in row) == ("x", False)
    [row] = tables_of(data | {"brief": {"document_form": "x", "form": "y"}})["documents"]
    assert (row["form"], row["document_form"]) == ("y", "x")


def test_columns_of_many_rows_stand_among_their_neighbours() -> None:
    rows: list[Row] = [{"a": 1, "d": 1}, {"a": 1, "b": 2, "c": 3, "d": 4}, {"c": 1, "e": 1}, {"z": 1}]
    assert columns_of(iter(rows)) == ["z", "a", "b", "c", "e", "d"]
    assert columns_of([]) == []


def test_kinds_are_declared_and_hold_for_every_row(mine: Result) -> None:
    for result in (mine, *(_briefed(*brief) for brief in BRIEFS)):
        for table, rows in tables_of(as_data(result)).items():
            kinds = kinds_of(table, columns_of(rows))
            for name, kind in kinds.items():
                values = [row[name] for row in rows if row.get(name) is not None]
                fits = {"text": object, "integer": int, "number": int | float}[kind]
                assert all(isinstance(value, fits) for value in values), (table, name)
    assert kinds_of("figures", ["value", "start", "value_"]) == {"value": "number", "start": "integer", "value_": "text"}
    assert kinds_of("documents", ["cost", "figures_count", "start"]) == {
        "cost": "number", "figures_count": "integer", "start": "text",
    }  # fmt: skip
    assert kinds_of("direction_of_travel", ["value", "head_count"]) == {"value": "text", "head_count": "text"}
    assert tables_of(as_data(mine))["figures"][0]["value_"] == "a dozen"


# --- CSV

_TEXTS = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("=+-@＝\t\r\n\0'\"; ,\u200b"), max_size=8)
_CELLS = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats() | _TEXTS
_STARTS = tuple("=+-@＝＋－＠\t\r\n\0")


def _read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def _undone(cell: str) -> str:
    """Take off the apostrophe of a cell as the module's text says that one can."""
    rest = cell.removeprefix("'")
    bare = rest.lstrip("'")
    hidden = "".join(each for each in rest if each.isprintable() and each not in " '\u00ad")
    return rest if rest != cell and (bare.startswith(_STARTS) or hidden.startswith(_STARTS)) else cell


def _shown(value: Cell) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


@given(st.lists(st.fixed_dictionaries({}, optional={"a": _CELLS, "b": _CELLS, '="c"': _CELLS}), max_size=4))
@hypothesis_settings(max_examples=80)
def test_csv_read_back_gives_every_row_and_no_cell_is_a_formula(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Cell]]
) -> None:
    path = tmp_path_factory.getbasetemp() / "table.csv"
    columns = ["a", "b", '="c"']
    write_csv(path, columns, iter(rows))
    head, *read = _read(path)
    assert head == ["a", "b", '\'="c"']
    assert [[_undone(cell) for cell in row] for row in read] == [[_shown(row.get(name)) for name in columns] for row in rows]
    for row, cells in zip(rows, read, strict=True):
        for name, cell in zip(columns, cells, strict=True):
            value = row.get(name)
            if isinstance(value, str) or cell in ("-inf", "inf"):
                assert not cell.startswith(_STARTS)
                assert not cell.strip(" \t\r\n\0\u200b").startswith(_STARTS)


@pytest.mark.parametrize(
    "text",
    [*"=+-@＝＋－＠", "\tx", "\rx", "\nx", "\0=1", "  =1", "\u00a0=1", "\ufeff=1", "'=1", "''\t", "-5", " \u202e@x", "\x01+1"],
)
def test_what_a_spreadsheet_would_run_is_text(tmp_path: Path, text: str) -> None:
    write_csv(tmp_path / "t.csv", ["a"], [{"a": text}])
    assert _read(tmp_path / "t.csv")[1] == [f"'{text}"]


@pytest.mark.parametrize("text", ["", "'", "'tis", "a=b", "5-3", "– a dash", "(=1)", "“-”", " x", "a\n=1"])
def test_what_it_would_not_run_stays_as_it_is(tmp_path: Path, text: str) -> None:
    write_csv(tmp_path / "t.csv", ["a", "b"], [{"a": text}])
    assert _read(tmp_path / "t.csv")[1] == [text, ""]


def test_csv_is_for_excel_in_every_byte(tmp_path: Path) -> None:
    rows: list[Row] = [{"a": 'é "x"\nnext', "b": -2}, {"a": True, "b": 0.5}, {"b": float("-inf")}]
    write_csv(tmp_path / "t.csv", ["a", "b"], rows)
    assert (tmp_path / "t.csv").read_bytes() == (
        b'\xef\xbb\xbf"a","b"\r\n"\xc3\xa9 ""x""\nnext",-2\r\n"true",0.5\r\n"","\'-inf"\r\n'
    )


@pytest.mark.parametrize("letter", ["x", "é", "😀"])
def test_a_cell_is_no_longer_than_excel_holds_and_says_if_it_was(tmp_path: Path, letter: str) -> None:
    most = 32_767 // (2 if letter == "😀" else 1)
    write_csv(tmp_path / "t.csv", ["a"], [{"a": letter * most}, {"a": letter * (most + 1)}, {"a": "=" * 40_000}])
    _, [whole_cell], [cut], [formula] = _read(tmp_path / "t.csv")
    assert whole_cell == letter * most
    assert cut.endswith(f"{letter} [cut: {most + 1:,} characters in all]")
    assert 32_766 <= len(cut.encode("utf-16-le")) // 2 <= 32_767
    assert formula.startswith("'=")
    assert len(formula) == 32_767


def test_a_name_in_an_unknown_encoding_can_be_written(tmp_path: Path) -> None:
    write_csv(tmp_path / "t.csv", ["a"], [{"a": "caf\udce9.txt"}])
    assert _read(tmp_path / "t.csv")[1] == [r"caf\udce9.txt"]


# --- Files are whole, and rows are not kept

_Write = Callable[[Path, list[str], Iterator[Mapping[str, Cell]]], None]


def _as_csv(path: Path, columns: list[str], rows: Iterator[Mapping[str, Cell]]) -> None:
    write_csv(path, columns, rows)


def _as_parquet(path: Path, columns: list[str], rows: Iterator[Mapping[str, Cell]]) -> None:
    pytest.importorskip("pyarrow", reason="Parquet needs pyarrow")
    write_parquet(path, kinds_of("findings", columns), rows)


both = pytest.mark.parametrize("write", [_as_csv, _as_parquet])


@both
def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path, write: _Write) -> None:
    def breaking() -> Iterator[Row]:
        yield {"a": "new"}
        raise KeyboardInterrupt

    path = tmp_path / "table"
    path.write_text("old")
    with pytest.raises(KeyboardInterrupt):
        write(path, ["a"], breaking())
    assert [each.name for each in tmp_path.iterdir()] == ["table"]
    assert path.read_text() == "old"
    write(path, ["a"], iter([{"a": "new"}]))
    assert [each.name for each in tmp_path.iterdir()] == ["table"]
    assert b"new" in path.read_bytes()


@both
def test_a_row_with_a_column_of_its_own_is_not_lost_in_silence(tmp_path: Path, write: _Write) -> None:
    with pytest.raises(ValueError, match=r"no columns for \['b'\]"):
        write(tmp_path / "table", ["a"], iter([{"a": "x"}, {"a": "x", "b": "y"}]))
    assert not list(tmp_path.iterdir())


def test_csv_rows_are_written_as_they_come(tmp_path: Path) -> None:
    sizes: list[int] = []

    def rows() -> Iterator[Row]:
        for _ in range(3_000):
            yield {"a": "x" * 100}
            sizes.append((tmp_path / "t.csv.part").stat().st_size)

    write_csv(tmp_path / "t.csv", ["a"], rows())
    assert 0 < sizes[1_000] < sizes[2_000] < sizes[2_999]


def test_a_file_that_cannot_be_put_in_place_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "t" / "full").mkdir(parents=True)
    with pytest.raises(OSError, match="t"), whole(tmp_path / "t") as partial:
        partial.write_text("x")
    assert [each.name for each in tmp_path.iterdir()] == ["t"]


# --- Parquet


def test_parquet_gives_back_the_rows_with_their_types(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="Parquet needs pyarrow")
    for table, rows in (_tables(BLOG) | {"empty": []}).items():
        kinds = kinds_of(table, columns_of(rows))
        write_parquet(tmp_path / "t.parquet", kinds, iter(rows))
        read = parquet.read_table(tmp_path / "t.parquet")
        assert read.to_pylist() == [{name: row.get(name) for name in kinds} for row in rows]
        types = {"text": "string", "integer": "int64", "number": "double"}
        assert [str(each.type) for each in read.schema] == [types[kind] for kind in kinds.values()]


def test_parquet_takes_a_thousand_rows_at_a_time_and_all_kinds_of_cell(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="Parquet needs pyarrow")
    drawn: list[int] = []

    def rows() -> Iterator[Row]:
        for number in range(2_500):
            drawn.append(number)
            yield {"start": number, "likely": number % 2 == 0, "size": 1.5, "name": "caf\udce9\0"}

    kinds = kinds_of("findings", ["start", "likely", "size", "name", "page"])
    write_parquet(tmp_path / "t.parquet", kinds, rows())
    file = parquet.ParquetFile(tmp_path / "t.parquet")
    assert [file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)] == [1_000, 1_000, 500]
    read = file.read().to_pylist()
    assert [row["start"] for row in read] == drawn
    assert read[1] == {"start": 1, "likely": "false", "size": "1.5", "name": "caf\\udce9\0", "page": None}


@pytest.mark.parametrize(("column", "value"), [("start", "x"), ("start", 1.5), ("page", True), ("value", "x"), ("end", 2**63)])
def test_what_is_no_number_does_not_go_into_a_column_of_numbers(tmp_path: Path, column: str, value: Cell) -> None:
    pytest.importorskip("pyarrow", reason="Parquet needs pyarrow")
    with pytest.raises(ValueError, match=f"the column '{column}' is of type"):
        write_parquet(tmp_path / "t.parquet", kinds_of("figures", [column]), [{column: value}])
    assert not list(tmp_path.iterdir())


def test_without_pyarrow_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(SettingsError, match=r"pip install 'summariser\[parquet\]'"):
        write_parquet(tmp_path / "t.parquet", {"a": "text"}, [])
    assert not list(tmp_path.iterdir())
