"""Tables of grades in every layout that copying from PDFs and pages leaves: no grade is told of a part it is not of."""

import random
import textwrap
from collections.abc import Callable
from typing import NamedTuple

import pytest

from summariser.rules import judgements, reviews, structure
from summariser.rules.lines import lines_of
from summariser.segments import segment
from summariser.types import Document

RI = "requires_improvement"
FOUR = {
    "Inadequate": "inadequate",
    "Requires improvement to be good": RI,
    "Requires improvement": RI,
    "Good": "good",
    "Outstanding": "outstanding",
}
SIX = {
    word: word.lower().replace(" ", "_") for word in ("Unsatisfactory", "Weak", "Adequate", "Good", "Very good", "Excellent")
}
Row = tuple[str, str]  # a name and its grade


class Kind(NamedTuple):
    """An inspection: its code, the opening of its paper, what it grades and on which scale."""

    code: str
    opening: str
    aspects: dict[str, str]
    scale: dict[str, str]


ILACS = Kind(
    "ofsted_ilacs",
    "Inspection of Thornby local authority children's services\n\nInspection dates: 6 to 10 November 2023\n\n",
    {
        "The impact of leaders on social work practice with children and families": "leadership",
        "The experiences and progress of children who need help and protection": "help_and_protection",
        "The experiences and progress of children in care": "children_in_care",
        "The experiences and progress of care leavers": "care_leavers",
        "Overall effectiveness": "overall",
    },
    FOUR,
)
OLDER = Kind(
    "ofsted_ilacs",
    "Inspection of Thornby children's social care services\n\nInspection dates: 4 to 15 October 2021\n\n",
    {
        "The impact of leaders on social work practice with children and families": "leadership",
        "The experiences and progress of children who need help and protection": "help_and_protection",
        "The experiences and progress of children in care and care leavers": "children_in_care_and_care_leavers",
        "Overall effectiveness": "overall",
    },
    FOUR,
)
SHORT = Kind(
    "ofsted_ilacs",
    "Ofsted inspection of children's services in Thornby, November 2023\n\n",
    {
        "Leadership": "leadership",
        "Help and protection": "help_and_protection",
        "Children in care": "children_in_care",
        "Care leavers": "care_leavers",
        "Overall effectiveness": "overall",
    },
    FOUR,
)
SIF = Kind(
    "ofsted_sif",
    "Single inspection of Thornby children's services\n\nInspection dates: 3 to 26 March 2015\n\n",
    {
        "Children who need help and protection": "help_and_protection",
        "Children looked after and achieving permanence": "children_in_care",
        "Adoption performance": "adoption",
        "Experiences and progress of care leavers": "care_leavers",
        "Leadership, management and governance": "leadership",
        "Overall effectiveness": "overall",
    },
    FOUR,
)
YOUTH = Kind(
    "youth_justice_inspection",
    "An inspection of youth justice services in Thornby\n\nHM Inspectorate of Probation, June 2023\n\n",
    {
        "Governance and leadership": "leadership",
        "Staff": "other",
        "Partnerships and services": "other",
        "Information and facilities": "other",
        "Out-of-court disposal policy and provision": "other",
    },
    FOUR,
)
SCOTTISH = Kind(
    "scotland_care_inspectorate",
    "Joint inspection of adult services in Thornby\n\nThe Care Inspectorate reported in May 2024.\n\n",
    {
        "Key performance outcomes": "outcome_area",
        "Experience of people who use our services": "outcome_area",
        "Delivery of key processes": "other",
        "Strategic planning": "other",
        "Leadership and direction": "leadership",
    },
    SIX,
)
KINDS = (ILACS, OLDER, SHORT, SIF, YOUTH, SCOTTISH)


def columns(rows: list[Row], left: int, right: int, *, centred: bool = False) -> str:
    """Lay rows out in two columns of such widths, with what is too long for its cell wrapped."""
    told = []
    for one, other in rows:
        cells = [textwrap.wrap(one, left), textwrap.wrap(other, right)]
        height = max(map(len, cells))
        for cell in cells:
            above = (height - len(cell)) // 2 if centred else 0
            cell[:] = [""] * above + cell + [""] * (height - len(cell) - above)
        told += [f"{a:<{left + 3}}{b}".rstrip() for a, b in zip(*cells, strict=True)]
    return "\n".join(told)


def swapped(rows: list[Row]) -> list[Row]:
    return [(grade, name) for name, grade in rows]


def wrapped(rows: list[Row], left: int) -> str:
    """Lay rows out with the blanks between the columns lost."""
    return "\n".join(" ".join(line.split()) for line in columns(rows, left, 22).splitlines())


Layout = Callable[[list[Row]], str]
CLEAR: dict[str, Layout] = {
    "blanks": lambda rows: columns(rows, 80, 40),
    "blanks under a head": lambda rows: columns([("Judgement", "Grade"), *rows], 80, 40),
    "wrapped grades": lambda rows: columns(rows, 80, 22),
    "one blank": lambda rows: "\n".join(" ".join(row) for row in rows),
    "tabs": lambda rows: "\n".join("\t".join(row) for row in rows),
    "dots": lambda rows: "\n".join(f"{name} {'.' * 12} {grade}" for name, grade in rows),
    "colons": lambda rows: "\n".join(f"{name}: {grade}" for name, grade in rows),
    "dashes": lambda rows: "\n".join(f"{name} - {grade}" for name, grade in rows),
    "bullets": lambda rows: "\n".join(f"• {name}: {grade}" for name, grade in rows),
    "bullets of blanks": lambda rows: "\n".join(f"• {name}   {grade}" for name, grade in rows),
    "bars": lambda rows: "\n".join(f"| {name} | {grade} |" for name, grade in [("Judgement", "Grade"), ("---", "---"), *rows]),
    "name over grade": lambda rows: "\n".join(f"{name}\n{grade}" for name, grade in rows) + "\n\nWhat we found\n",
    "name over grade, apart": lambda rows: "\n\n".join(f"{name}\n\n{grade}" for name, grade in rows),
    "grade over name": lambda rows: "Grade and area\n\n" + "\n".join(f"{grade}\n{name}" for name, grade in rows),
    "grade before name": lambda rows: columns(swapped(rows), 40, 80),
    "grade before name under a head": lambda rows: columns([("Grade", "Area"), *swapped(rows)], 40, 80),
    "names, then grades": lambda rows: "\n".join(name for name, _ in rows) + "\n" + "\n".join(grade for _, grade in rows),
}  # fmt: skip
# Where names are wrapped as well, those of the frameworks are known word for word.
WRAPPED: dict[str, Layout] = {
    "narrow": lambda rows: columns(rows, 50, 22),
    "narrow under a head": lambda rows: columns([("Judgement", "Grade"), *rows], 44, 22),
    "very narrow": lambda rows: columns(rows, 30, 22),
    "narrow and centred": lambda rows: columns(rows, 50, 22, centred=True),
    "narrow without its blanks": lambda rows: wrapped(rows, 50),
    "narrow, grade first": lambda rows: columns(swapped(rows), 22, 50),
}
# What cannot be read with certainty, or not at all: here no grade is better than a wrong one.
UNCLEAR: dict[str, Layout] = {
    "grade over name, behind a heading": lambda rows: (
        "Adoption agencies\n" + "\n".join(f"{grade}\n{name}" for name, grade in rows) + "\nText follows here."
    ),
    "one grade over its name": lambda rows: f"{rows[0][1]}\n{rows[0][0]}",
    "grades in small letters": lambda rows: columns([(name.lower(), grade.lower()) for name, grade in rows], 60, 22),
    "names in capitals": lambda rows: columns([(name.upper(), grade) for name, grade in rows], 60, 22),
    "names in title case, wrapped": lambda rows: columns([(name.title(), grade) for name, grade in rows], 40, 22),
    "a grade is missing": lambda rows: columns([(n, g if place else "") for place, (n, g) in enumerate(rows)], 80, 40),
    "the first name is lost": lambda rows: columns([(n if place else "", g) for place, (n, g) in enumerate(rows)], 80, 40),
    "names, then fewer grades": lambda rows: "\n".join(n for n, _ in rows) + "\n" + "\n".join(g for _, g in rows[1:]),
    "two tables side by side": lambda rows: "\n".join(
        f"{a[0]}   {a[1]}      {b[0]}   {b[1]}" for a, b in zip(rows[::2], rows[1::2], strict=False)
    ),
    "very narrow and centred": lambda rows: columns(rows, 26, 14, centred=True),
    "very narrow, grade first": lambda rows: columns(swapped(rows), 14, 30),
    "very narrow, grade first, centred": lambda rows: columns(swapped(rows), 14, 30, centred=True),
    "alternating": lambda rows: "\n".join(f"{n}   {g}" if place % 2 else f"{g}   {n}" for place, (n, g) in enumerate(rows)),
}  # fmt: skip


DOUBTFUL: dict[str, Layout] = UNCLEAR | WRAPPED


def told(kind: Kind, text: str) -> list[tuple[str, str]]:
    return sorted((aspect, code) for aspect, code, _ in timed(kind, text))


def timed(kind: Kind, text: str) -> list[tuple[str, str, str]]:
    document = Document(name="", sha256="", text=kind.opening + text + "\n")
    found = []
    for part in structure.items(lines_of(document, segment(document))):
        of_it = reviews.reviews(part.lines, part.heading)
        judgements.judge(part.lines, of_it)
        found += [(each.aspect, each.code, each.time) for review in of_it for each in review.judgements]
    return found


def tables(kind: Kind, name: str) -> list[list[Row]]:
    """Return a few tables with grades at random, the same on every day."""
    chance = random.Random(f"{kind.code} {name}")
    scale = [*kind.scale] if chance.random() < 0.5 else [grade for grade in kind.scale if grade != "Requires improvement"]
    return [
        [(aspect, chance.choice(scale)) for aspect in chance.sample(list(kind.aspects), len(kind.aspects))] for _ in range(6)
    ]


def given(kind: Kind, rows: list[Row]) -> list[tuple[str, str]]:
    return sorted((kind.aspects[name], kind.scale[grade]) for name, grade in rows)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind.code} {len(kind.aspects)}")
@pytest.mark.parametrize("name", CLEAR)
def test_every_grade_of_a_clear_table_is_told_and_no_other(kind: Kind, name: str) -> None:
    if kind is SCOTTISH and name == "names, then grades":
        pytest.skip("any words may be the name of a quality indicator, so nobody can say which line is the first of them")
    for rows in tables(kind, name):
        text = CLEAR[name](rows)
        assert told(kind, text) == given(kind, rows), text


@pytest.mark.parametrize("kind", [ILACS, OLDER, SHORT, SIF], ids=lambda kind: f"{kind.code} {len(kind.aspects)}")
@pytest.mark.parametrize("name", WRAPPED)
def test_every_grade_of_a_wrapped_table_is_told_where_the_names_are_known(kind: Kind, name: str) -> None:
    for rows in tables(kind, name):
        text = WRAPPED[name](rows)
        assert told(kind, text) == given(kind, rows), text


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind.code} {len(kind.aspects)}")
@pytest.mark.parametrize("name", DOUBTFUL)
def test_no_wrong_grade_is_told_of_any_table(kind: Kind, name: str) -> None:
    for rows in tables(kind, name):
        text = DOUBTFUL[name](rows)
        left = given(kind, rows)
        for each in told(kind, text):
            assert each in left, text
            left.remove(each)


@pytest.mark.parametrize("kind", [ILACS, OLDER, SHORT, SIF], ids=lambda kind: f"{kind.code} {len(kind.aspects)}")
@pytest.mark.parametrize("left", [80, 50, 30])
@pytest.mark.parametrize("head", ["{then}{now}", "Judgement{then}{now}", "Judgement{now}{then}", ""])
def test_no_grade_of_two_years_is_told_as_that_of_the_other(kind: Kind, left: int, head: str) -> None:
    year = int(next(word for word in kind.opening.split() if word[:2] == "20"))
    for old, new in zip(tables(kind, f"old {left}"), tables(kind, f"new {left}"), strict=True):
        now = dict(new)
        turned = head.endswith("{then}")
        rows = []
        for name, grade in old:
            cells = [grade, now[name]]
            rows.append((name, columns([(cells[turned], cells[not turned])], 22, 22).splitlines()))
        lines = [head.format(then=f"   {year - 4}", now=f"   {year}")] if head else []
        for name, right in rows:
            cell = textwrap.wrap(name, left)
            height = max(len(cell), len(right))
            cell += [""] * (height - len(cell))
            lines += [f"{a:<{left + 3}}{b}".rstrip() for a, b in zip(cell, right + [""] * (height - len(right)), strict=True)]
        text = "\n".join(lines)
        right_ones = {(kind.aspects[name], kind.scale[grade], "earlier") for name, grade in old}
        right_ones |= {(kind.aspects[name], kind.scale[grade], "this_review") for name, grade in new}
        assert set(timed(kind, text)) <= right_ones, text
