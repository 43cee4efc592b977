"""Actions are read with their owner, date and status, from tables of any make; what is no action is not told as one."""

import pytest

from summariser import summarise
from summariser.rules import action_cells, actions, narrative
from summariser.rules.lines import Line, lines_of
from summariser.segments import segment
from summariser.types import Document


def lines(text: str) -> list[Line]:
    document = Document(name="", sha256="", text=text)
    return lines_of(document, segment(document))


def told(text: str) -> list[tuple[str, str | None, str | None, str]]:
    """Return the actions of the tables in a text: what, who, by when, how it stands."""
    rows = [row for rows in actions.rows(lines(text)).values() for row in rows]
    return [(row.statement, row.owner, row.due, row.status) for row in rows]


ROWS = [
    ("Rewrite the threshold guide with schools", "Head of Early Help", "2025-09-30", "done"),
    ("Audit forty files in each quarter", "Practice Lead", "2025-10", "in_progress"),
    ("Find a home for the youth panel", None, "Spring 2026", "planned"),
]
BODY = """| 1.1 | Rewrite the threshold guide with schools | Head of Early Help (R. Penn) | 30/09/2025 | Complete |
| 1.2 | Audit forty files in each quarter | Practice Lead | Oct 2025 | Amber - 18 read |
| 1.3 | Find a home for the youth panel | | Spring 2026 | Not started. Nobody leads |
"""


@pytest.mark.parametrize(
    "head",
    [
        "| Ref | What we said we would do | Owner | Due | Status |\n|---|---|---|---|---|\n",
        "| No. | Action | Lead officer | By when | RAG |\n",
        "| | Commitment | Who | Timescale | Where it stands |\n",
        "| Ref | Task | Responsible | Target date | Progress |\n",
        "| Ref | Improvement | Owner | Deadline | Position at May |\n",
        "| Ref | What we | Lead | By | Status |\n| | will do | officer | when | (RAG) |\n",
        "| Plan | version 3 | 2025 |\n| Ref | Action | Owner | Due | Status |\n",
        "",
    ],
)
def test_a_table_tells_what_who_by_when_and_how_it_stands_whatever_its_head(head: str) -> None:
    assert told(f"Our plan\n\n{head}{BODY}") == ROWS


def test_the_columns_may_stand_in_any_order() -> None:
    text = "| Who | By when | What |\n|---|---|---|\n| Head of Finance | 31/03/2026 | Publish the fees in plain words |\n"
    assert told(text) == [("Publish the fees in plain words", "Head of Finance", "2026-03-31", "planned")]


def test_a_plan_goes_on_under_its_head_behind_a_heading() -> None:
    text = (
        "| Action | Lead | By when | Status |\n| Offer a visit to each carer | Head of Access | May 2026 | On track |\n\n"
        "## Priority two\n\n| Ring people who wait | Duty Manager | June 2026 | Overdue |\n"
    )
    assert told(text) == [
        ("Offer a visit to each carer", "Head of Access", "2026-05", "in_progress"),
        ("Ring people who wait", "Duty Manager", "2026-06", "in_progress"),
    ]


def test_a_row_that_wraps_is_one_action_on_all_its_lines() -> None:
    text = (
        "| Ref | Action | Owner | Due | Status |\n| 1 | Agree one form with | Head of Early | May 2026 | Green |\n"
        "| | schools and surgeries | Help | | |\n| 2 | Train the new duty team | Practice Lead | June 2026 | Red |\n"
    )
    first, second = (row for rows in actions.rows(lines(text)).values() for row in rows)
    assert (first.statement, first.owner, first.lines) == (
        "Agree one form with schools and surgeries",
        "Head of Early Help",
        (2, 3),
    )
    assert second.statement == "Train the new duty team"


@pytest.mark.parametrize("gap", ["\t", "   "])
def test_columns_that_were_copied_as_text_are_a_table(gap: str) -> None:
    rows = [
        ("Ref", "Action", "Lead", "Due"),
        ("A1", "Read every file of a child who goes missing", "Head of Front Door", "30 September 2026"),
        ("A2", "Train the last fourteen workers", "Principal Social Worker", "end of June 2026"),
    ]
    assert told("Actions for the year\n\n" + "\n".join(gap.join(row) for row in rows) + "\n\nMoney\n") == [
        ("Read every file of a child who goes missing", "Head of Front Door", "2026-09-30", "planned"),
        ("Train the last fourteen workers", "Principal Social Worker", "2026-06", "planned"),
    ]


def test_of_two_status_columns_the_latest_counts() -> None:
    text = "| Action | Owner | Status now | Status last time |\n| Recruit two reviewing officers | HR | Complete | Red |\n"
    other = "| Action | Owner | Previous RAG | Current RAG |\n| Recruit two reviewing officers | HR | Green | Blue |\n"
    assert [told(text)[0][3], told(other)[0][3]] == ["done", "done"]


def test_what_reviewers_recommend_is_asked_for_and_a_dated_answer_is_the_action() -> None:
    asked = "| No. | Recommendation | To whom | Reply |\n| 1 | Visit anyone who does not answer | Housing | Yes, from May |\n"
    ((row,),) = actions.rows(lines(asked)).values()
    assert (row.statement, row.asked, row.status) == ("Visit anyone who does not answer", True, "recommended")
    answered = (
        "| Recommendation | Our response | Lead | By |\n| Visit all | A new team will call each week | Housing | May 2026 |\n"
    )
    assert told(answered) == [("A new team will call each week", "Housing", "2026-05", "planned")]


@pytest.mark.parametrize(
    "text",
    [
        "| Measure | Target | Oct 2025 | Jan 2026 | RAG |\n| Visits made in time | 95% | 81% | 84% | Amber |\n",
        "| Indicator | Owner | Q1 | Q2 | Status |\n| Assessments done in 45 days | Head of Access | 74% | 79% | Red |\n",
        "| Version | Date | Status |\n| 0.4 | 11 May 2026 | Circulated for comment |\n| 1.0 | 8 June 2026 | Agreed |\n",
        "| Judgement | Grade |\n| The experiences of children in care | Good |\n",
        "| Name | Role | Present | Date |\n| Councillor Anna Holm | Chair of the panel | Yes | 3 May 2026 |\n",
        "| Risk | Likelihood | Score | Mitigating action | Owner |\n| Staff may leave us | 4 | 16 | Pay more | HR |\n",
        "| Service | Net budget | Forecast | Variance |\n| Home care for older people | 14,870 | 15,390 | 520 |\n",
        "| Meeting | Item | Type | Lead | Note |\n| 12 March 2026 | Housing for care leavers | Policy | J Orr | Withdrawn |\n",
        "| Authority | Published | Overall |\n| North Holme | 14/11/2022 | Good |\n| Ashlow | 2/2/2023 | Good |\n",
        "| Day | Main | Pudding |\n| Monday | Sausage and mash with peas | Apple sponge |\n",
        "| Date | Activity | Lead |\n| 3 May 2026 | Inspectors meet the leaders of the service | DCS |\n",
        "| Decision | Decision maker | Date | Lead |\n| Approve the fostering plan | Cabinet | 14 May 2026 | DCS |\n",
        "| Policy | Owner | Review date | Status |\n| Safeguarding adults policy | Head of Care | May 2026 | Current |\n",
        "Home   About us   Contact\n\nThe panel met.  It noted the report.  It went home.\n",
    ],
)
def test_tables_of_other_things_hold_no_actions(text: str) -> None:
    assert told(f"Report\n\n{text}") == []


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("Complete", "done"),
        ("Done - launched 22 September", "done"),
        ("Blue", "done"),
        ("B", "done"),
        ("Closed", "done"),
        ("Green", "in_progress"),
        ("A", "in_progress"),
        ("RED: no bidder", "in_progress"),
        ("On track to be completed in May", "in_progress"),
        ("Partially complete", "in_progress"),
        ("Done (policy) / in progress (practice)", "in_progress"),
        ("At risk", "in_progress"),
        ("Overdue", "in_progress"),
        ("Slipped to June", "in_progress"),
        ("Not started", "planned"),
        ("Not yet due", "planned"),
        ("Paused", "planned"),
        ("Superseded by 4.2", "planned"),
        ("Closed: merged into 4.2", "planned"),
        ("Proposed", "proposed"),
        ("Subject to the budget", "conditional"),
        ("18 of 40", None),
    ],
)
def test_words_of_status_are_mapped_to_the_codes(words: str, status: str | None) -> None:
    assert action_cells.status(words) == status


@pytest.mark.parametrize(
    ("words", "when"),
    [
        ("30/09/2025", "2025-09-30"),
        ("31.3.26", "2026-03-31"),
        ("late 2025", "late 2025"),
        ("Oct 2025", "2025-10"),
        ("Spring 2026", "Spring 2026"),
        ("Q3 2025/26", "Q3 2025/26"),
        ("end Sept 25", "end Sept 25"),
        ("Jun to Dec 2026", "2026-06/2026-12"),
        ("Was June 2025, now October 2026", "2026-10"),
        ("June 2025 (was April 2025)", "2025-06"),
        ("~~May 2024~~ June 2024", "2024-06"),
        ("Each quarter", "Each quarter"),
        ("ongoing", "ongoing"),
        ("tbc", None),
        ("-", None),
        ("to be agreed", None),
        ("Completed 14 July 2025", None),
    ],
)
def test_dates_of_plans_are_iso_where_they_give_the_year(words: str, when: str | None) -> None:
    assert action_cells.due(words) == when


@pytest.mark.parametrize(
    ("words", "who"),
    [
        ("Head of Front Door (K. Larch)", "Head of Front Door"),
        ("Participation Officer (vacant)", "Participation Officer"),
        ("Principal Social Worker (Adults)", "Principal Social Worker (Adults)"),
        ("Head of Housing / Head of Finance", "Head of Housing / Head of Finance"),
        ("All", "All"),
        ("Vacant", None),
        ("tbc (HR or the service)", None),
        ("-", None),
    ],
)
def test_an_owner_is_the_post_and_nobody_where_it_is_vacant(words: str, who: str | None) -> None:
    assert action_cells.owner(words) == who


@pytest.mark.parametrize(
    ("sentence", "none"),
    [
        ("The Council began a financial assessment in May and completed it on 9 September.", True),
        ("Mr X complained on 20 January 2023.", True),
        ("He paid it from 25 April 2022 to 30 April 2023, a total of £905.", True),
        ("On 22 April the home asked Mr X to sign its own form.", True),
        ("The chair accepts there is a way to go.", True),
        ("No commissioner has been appointed.", True),
        ("WORK PROGRAMME FOR THE YEAR", True),
        ("Front door.", True),
        ("The panel is asked to:", True),
        ("The chair accepts there is a way to go, and has asked for training.", False),
        ("The Council will write to Mr X by 30 June 2023.", False),
        ("In May the board agreed to write to each parent.", False),
        ("Officers were asked to bring a report in June.", False),
        ("A report was to be brought in June.", False),
        ("Seek assurance based on cases and not on training numbers.", False),
        ("A new protocol is being written with schools.", False),
        ("R5 Practice-led data sessions.", False),
        ("improve contingency planning", False),
    ],
)
def test_what_was_is_no_action(sentence: str, none: bool) -> None:
    line = lines(f"Report\n\n{sentence}\n\nThe end of it all, as told by the clerk.\n")[1]
    assert narrative.is_none(line, "authority_commitment", "planned") is none


@pytest.mark.parametrize(
    ("sentence", "who", "when"),
    [
        ("The Head of Service to report back in June.", "The Head of Service", "June"),
        ("Cllr Holm asked the Head of Finance to circulate the costs by 4 May 2026.", "the Head of Finance", "2026-05-04"),
        ("ACTION: Jane Orr to send a note to members before May.", "Jane Orr", "before May"),
        ("The panel heard of the delay. Action: Democratic Services", "Democratic Services", None),
        ("That the Director bring a report to the September meeting.", "the Director", "September"),
        ("An update will be provided at the next meeting.", None, "next meeting"),
        ("The service will recruit ten more staff by Q3 2025/26.", "The service", "Q3 2025/26"),
        ("Officers will report every six weeks to the panel.", "Officers", "every six weeks"),
        ("Inspectors meet every month.", None, None),
    ],
)
def test_who_acts_and_by_when_is_read_from_a_sentence(sentence: str, who: str | None, when: str | None) -> None:
    assert (actions.owner(sentence), actions.due(sentence)) == (who, when)


def test_a_requirement_obliges_somebody() -> None:
    (line,) = lines("Discussions with a partner council are at an early stage.\n")
    (other,) = lines("The council must send a plan to the Department.\n")
    assert [narrative.is_none(each, "government_requirement", "decided") for each in (line, other)] == [True, False]


def test_the_line_that_leads_to_a_list_tells_who_acts_and_by_when() -> None:
    text = (
        "Inspection of youth justice in Larch Vale\n\nRecommendations\n\n"
        "By the end of January 2024, the Larch Vale management board should:\n\n"
        "- adopt a policy on resettlement and review each case against it\n"
        "- make sure that the needs of victims inform planning in all cases\n"
    )
    brief = summarise(text).brief.model_dump()
    found = brief["items"][0]["actions"]
    assert [(each["owner"]["value"], each["due"]["value"]) for each in found] == [
        ("the Larch Vale management board", "2024-01")
    ] * 2


def test_the_date_of_a_row_stands_in_a_brief_with_the_line_that_tells_it() -> None:
    text = (
        "Larch Vale Council: improvement plan for children's services\n\nA1. Recruit nine more coordinators for the team.\n\n"
        "Owner: Head of Inclusion\n\nBy: 30 September 2025\n\nWhere it stands: six in post.\n"
    )
    result = summarise(text)
    (found,) = result.brief.model_dump()["items"][0]["actions"]
    assert (found["owner"]["value"], found["due"]["value"], found["status"]) == (
        "Head of Inclusion",
        "2025-09-30",
        "in_progress",
    )
    assert [result.evidence[number].quote for number in found["due"]["evidence"]] == ["By: 30 September 2025"]


def test_the_statement_of_a_rows_action_is_its_words_and_not_the_row() -> None:
    head = "Larch Vale Council: improvement plan for children's services\n\n| Ref | What we will do | Owner | Due | Status |\n"
    text = f"{head}{BODY}"
    found = summarise(text).brief.model_dump()["items"][0]["actions"]
    assert [(each["statement"], each["owner"]["value"], each["due"]["value"], each["status"]) for each in found] == ROWS
