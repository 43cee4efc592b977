"""Who published a paper and when, whom it is about, its title, figures, owners and dates are told as they are written."""

import time

import pytest

from summariser.engines._council_facts import titled
from summariser.rules import actions, dates, figures, publishers, structure
from summariser.rules.authority import Named, authority
from summariser.rules.lines import Line, lines_of
from summariser.segments import segment
from summariser.types import Document


def lines(text: str) -> list[Line]:
    document = Document(name="", sha256="", text=text)
    return lines_of(document, segment(document))


def told(sentence: str) -> list[tuple[float, str]]:
    """Return the figures of a sentence: value and unit."""
    return [(figure.value, figure.unit) for _, figure in figures.of_lines(lines(f"Report\n\n{sentence}\n"))]


@pytest.mark.parametrize(
    ("head", "iso"),
    [
        ("Thornby Council\n\nScrutiny Board\n\nWednesday, 14 January 2026, 10.00 am", "2026-01-14"),
        ("THORNBY COUNCIL - Families Panel - Monday 16th June 2025 - 6.30pm", "2025-06-16"),
        ("Decision date : 19 Apr 2023", "2023-04-19"),
        ("Taken on: 5 November 2025", "2025-11-05"),
        ("Issued: Tuesday 2 June 2026 - for immediate use", "2026-06-02"),
        ("A review of social services\n\nSeptember 1999", "1999-09"),
        ("Explainer. First written 2019; revised January 2023 and again in May 2026.", "2026-05"),
        ("Dyddiad / Date: 17 Ionawr 2025 / 17 January 2025", "2025-01-17"),
        (
            "THORNBY COUNCIL\n\nThursday 10 March 2016 at 2.00 pm, Room 4. Anyone may film this meeting,"
            " or record it, if the chair is told.\n\n3. Minutes of 14 January 2016 (pages 3-8)",
            "2016-03-10",
        ),
        ("Plan for carers, meeting of Cabinet, Tuesday 18 July 2023 6.00 pm (Item 114)", "2023-07-18"),
        ("Version 1.3 | Approved 30 September 2024 | Review date January 2025", "2024-09-30"),
        ("25 March 2019 Interim Director of Services, Thornby Council", "2019-03-25"),
        ("17 July 2024 To: Executive Director for Children, Thornby Council", "2024-07-17"),
        ("25 March 2019 was the day on which the visit began", None),
        ("Inspection dates: 4 November 2019 to 15 November 2019", None),
        ("Date of next meeting: 4 September 2025", None),
        ("Peer challenge of Thornby Council\n\n11 - 14 June 2024", None),
        ("Care Quality Commission assessment, report published 8 August 2025", None),
    ],
)
def test_the_date_of_a_paper_is_its_own(head: str, iso: str | None) -> None:
    found = dates.of_the_paper(lines(f"{head}\n\nMembers noted the report and asked the director for another one.\n"))
    assert (found.iso if found else None) == iso


def test_the_foot_of_a_page_dates_it_where_its_head_does_not() -> None:
    text = "Our inspections\n\nOfsted inspected us in May 2019 and was glad.\n\nLast updated: 14 October 2026\n"
    found = dates.of_the_paper(lines(text))
    assert found is not None
    assert found.iso == "2026-10-14"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("THORNBY BOROUGH COUNCIL", "THORNBY BOROUGH COUNCIL"),
        ("THORNBY BOROUGH COUNCIL\n\nIn Thornby, carers wait.\n\nThornby's plan", "Thornby Borough Council"),
        ("LONDON BOROUGH OF HALE END\n\nIn Hale End, carers wait.\n\nHale End waits.", "London Borough of Hale End"),
        ("SANDWICK-ON-SEA COUNCIL\n\nSandwick-on-Sea waits.\n\nSo Sandwick-on-Sea did.", "Sandwick-on-Sea Council"),
        ("THORNBY COUNCIL\n\nThe report of Thornby Council", "Thornby Council"),
        ("Head of Marlbeck Youth Offending Service\n\nMarlbeck children's services", "Marlbeck"),
        ("Thornby Health and Social Care Partnership supports adults", "Thornby Health and Social Care Partnership"),
        ("Social work and Farnby Constabulary went to the house", None),
        ("YOUTH JUSTICE SERVICE: INSPECTION", None),
        ("Sandwick-on-Sea Council", "Sandwick-on-Sea Council"),
        ("Letter to the Chief Executive of the London Borough of Hale End", "London Borough of Hale End"),
        ("Cyngor Sir Glanrhyd", "Cyngor Sir Glanrhyd"),
        ("Northern Lough Health and Social Care Trust", "Northern Lough Health and Social Care Trust"),
        ("Ofsted reported on children's services in Kirklees & others", "Kirklees"),
        ("Bath & North East Somerset's social care", "Bath & North East Somerset"),
        ("The council heard from Councillor Jane Devon", None),
        ("The council repaired Leeds Road", None),
        ("Leek and Caerphilly tart", None),
        ("Thornby Parish Council", None),
        ("25 March Interim Director of Children's Services Thornby Borough Council", "Thornby Borough Council"),
        ("Leader Thornby Council", "Thornby Council"),
        ("Direction to the Council of the City of Thornby in Relation to its services", "City of Thornby"),
        ("Residents Business Council News", None),
        ("Ofsted, Agora, Nottingham", None),
        ("Carers in Leeds can telephone the council", "Leeds"),
        ("Review of Care Provision by Kent County Council", "Kent County Council"),
    ],
)
def test_an_authority_is_a_council_and_no_person_or_street(text: str, name: str | None) -> None:
    found = authority(lines(f"{text}\n"))
    assert (found.value if found else None) == name


def test_a_place_whose_services_are_judged_is_the_authority_where_no_council_is_named() -> None:
    found = authority(lines("Monitoring visit to Marlbeck children's services\n\nOfsted had come to Marlbeck in May.\n"))
    assert found is not None
    assert found.value == "Marlbeck"


@pytest.mark.parametrize(
    ("form", "text", "name"),
    [
        ("minutes_item", "Thornby Council\n\nScrutiny Board\n\nOfsted inspection", "Thornby Council"),
        ("press_release", "Cyngor Thornby / Thornby Council\n\nWe welcome the report", "Thornby Council"),
        ("press_release", "Care Quality Commission | Publications\n\nCQC finds that Thornby waits", "Care Quality Commission"),
        ("press_release", "Thornby Council | News\n\nWe welcome the report", "Thornby Council"),
        (
            "case_review",
            "Vale Safeguarding Adults Board\n\nSafeguarding Adults Review: Leonard",
            "Vale Safeguarding Adults Board",
        ),
        (
            "inspection_letter",
            "Dear Director\n\nVisit to Thornby Council\n\nI am copying this letter to the Department for Education.",
            None,
        ),
        ("minutes_item", "Home | Your Council | Cabinet\n\nThornby Council\n\nOfsted inspection", "Thornby Council"),
        ("inspection_letter", "Ofsted\n\nDear Director\n\nFocused visit to Thornby Council", "Ofsted"),
        (
            "peer_feedback",
            "Dear Anna\n\nPeer challenge\n\nfor the Local Government Association",
            "Local Government Association",
        ),
        ("news_article", "THORNBY EXAMINER\n\nCare service is failing, say inspectors", "THORNBY EXAMINER"),
        ("minutes_item", "Scrutiny Board\n\nOfsted inspection of services", None),
        ("news_article", "Care service is failing, say inspectors\n\nBy our correspondent", None),
    ],
)
def test_the_publisher_is_whom_the_head_or_foot_names(form: str, text: str, name: str | None) -> None:
    paper = lines(f"{text}\n\nThe services were found to be better than they had been at the time of the last one.\n")
    found = publishers.publisher(paper, form, structure.heading(paper), authority(paper), None)
    assert (found.value if found else None) == name


def test_a_reviewer_publishes_the_report_of_its_own_review() -> None:
    paper = lines("Thornby Council: inspection of children's services\n\nInspectors found that children were safe.\n")
    by = Named("Ofsted", 2)
    assert publishers.publisher(paper, "inspection_report", paper[0], None, by) == by


@pytest.mark.parametrize(
    ("head", "title"),
    [
        (
            "Thornby Council\n\nScrutiny Board\n\n5 June 2025\n\nPresent: Councillor Able\n\nMinute 12 - Ofsted visit",
            "Minute 12 - Ofsted visit",
        ),
        (
            "Anna Goode\n\nDirector of Adults\n\nDear Anna\n\nPeer review of adult social care",
            "Peer review of adult social care",
        ),
        ("The Lantern\n\nSo now it is official\n\nPosted on 7 September 2025", "So now it is official"),
        ("Corporate Peer Challenge     Thornby Council\n\nFEEDBACK LETTER", "Corporate Peer Challenge Thornby Council"),
        (
            "THORNBY WEEKLY\n\nCarers wait for months\n\nThe council heard the report in silence, and promised to do better.",
            "Carers wait for months",
        ),
        ("Thornby Council\n\nAgenda item\n\n114. Inspection of services: outcome", "114. Inspection of services: outcome"),
        (
            "Ofsted raising standards improving lives\n\nThornby City Council\n\nInspection of services",
            "Inspection of services",
        ),
        ("Network\n\nWhat happens on a monitoring visit?", "What happens on a monitoring visit?"),
    ],
)
def test_the_title_is_the_line_that_names_the_paper(head: str, title: str) -> None:
    text = (
        f"{head}\n\nThe service was told of what had been seen there, and was glad to hear that it was better.\n\nNext steps\n"
    )
    found = structure.heading(lines(text))
    assert found is not None
    assert found.words == title


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("Agenda item 5 - Inspection of children's services", "Inspection of children's services"),
        ("Minute 12 - Ofsted visit", "Ofsted visit"),
        ("Title: Inspection of services", "Inspection of services"),
        ("CAB/94 Peer challenge: action plan", "Peer challenge: action plan"),
        ("Items of care: an inspection", "Items of care: an inspection"),
        ("Inspection of services: item by item", "Inspection of services: item by item"),
    ],
)
def test_a_title_is_told_without_its_number(heading: str, title: str) -> None:
    (line,) = lines(f"{heading}\n")
    assert titled(line)["value"] == title


def test_a_standing_page_has_an_item_for_each_service() -> None:
    text = (
        "Inspections of our services\n\nThis page brings the results together.\n\nAdult social care\n\n"
        "CQC assessment, August 2025\n\n"
        "The rating is good. We are glad.\n\nPeer challenge, March 2024\n\nPeers do not rate. They were kind.\n\n"
        "Children's services\n\n"
        "Ofsted focused visit, July 2025\n\nInspectors looked at plans. They liked them.\n"
    )
    assert [item.lines[0].words for item in structure.items(lines(text))] == ["Adult social care", "Children's services"]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("There were 61 children without a social worker.", [(61, "children")]),
        ("Three of the five heads of service were interims.", [(3, "heads")]),
        ("The wait fell from 14 to 9 days on average.", [(14, "days"), (9, "days")]),
        ("The rate is 58 per cent, up from 41 per cent.", [(58, "percent"), (41, "percent")]),
        ("A rise from 48 to 57 per cent was seen.", [(48, "percent"), (57, "percent")]),
        ("412 people were waiting, down from 655 a year earlier.", [(412, "people"), (655, "people")]),
        ("Caseloads average 27, against a target of 18.", [(27, "cases"), (18, "cases")]),
        ("It spent £31.4m on services and £97,400 on the review.", [(31_400_000, "GBP"), (97_400, "GBP")]),
        ("82 per cent of people needed no further care.", [(82, "percent")]),
        ("No one will wait more than 28 days.", [(28, "days")]),
        ("On 5 June 2025 the Board met at 2 pm; see paragraph 12 and recommendations 3, 4 and 7.", []),
        ("Young people aged 16 to 18 and a man of 84 came on 24/7.", []),
        ("Safeguarding was scored 3 and the overall score was 58%.", []),
        ("Inspectors spoke to 74 children and met 12 carers.", []),
        ("The panel met 3 weeks ago.", []),
        ("2.7 Parents told us that conference reports came late.", []),
        ("3.1.2 Practitioners from 21 teams came.", [(21, "teams")]),
        ("12.5 Per cent of care leavers were in work.", [(12.5, "percent")]),
        ("3.5 posts were vacant.", [(3.5, "posts")]),
    ],
)
def test_figures_are_what_is_counted(sentence: str, expected: list[tuple[float, str]]) -> None:
    assert told(sentence) == expected


def test_the_measure_is_the_clause_with_its_population_and_time() -> None:
    sentence = "Staff were tired; 58% of social workers had a supervision in May 2025, and the Board was told."
    ((_, figure),) = figures.of_lines(lines(f"Report\n\n{sentence}\n"))
    assert figure.measure == "58% of social workers had a supervision in May 2025"
    assert (figure.population, figure.timepoint) == ("social workers", "2025-05")


@pytest.mark.parametrize(
    ("sentence", "owner", "due"),
    [
        ("Plans will be written, and the ones without an adviser would be taken first.", None, None),
        ("The Director of Adults will report back by March 2026.", "The Director of Adults", "2026-03"),
        ("The authority must send its plan by 31 January 2026.", "The authority", "2026-01-31"),
        ("RESOLVED that the Director be asked for a written report in October 2025.", "the Director", "2025-10"),
        ("Agreed that the protocol be rewritten by the Practice sub-group.", "Practice sub-group", None),
        ("Review every account - Head of Finance, by 30 April 2026", "Head of Finance", "2026-04-30"),
        ("Refresh the strategy. Owner: Director of Public Health.", "Director of Public Health", None),
        ("Thornby has undertaken to publish a plan within two months.", "Thornby", "within two months"),
        ("We will put it right.", None, None),
        ("I asked for it on 3 September.", None, None),
    ],
)
def test_owner_and_date_of_an_action_are_those_told(sentence: str, owner: str | None, due: str | None) -> None:
    assert (actions.owner(sentence), actions.due(sentence)) == (owner, due)


def test_a_plan_told_line_by_line_is_a_table() -> None:
    text = "Plan\n\nA1 Recruit nine coordinators.\n\nOwner: Head of SEND\n\nBy: end of August 2025\n\nStatus: complete.\n"
    ((row,),) = actions.rows(lines(text)).values()
    assert (row.statement, row.owner, row.due, row.status) == (
        "A1 Recruit nine coordinators.",
        "Head of SEND",
        "2025-08",
        "done",
    )


@pytest.mark.parametrize(
    "word", ["Council of ", "12 of the ", "3 June 2025, ", "the Director of ", "by the ", "one hundred and ", "A. ", "- "]
)
def test_long_lines_of_one_word_take_no_time(word: str) -> None:
    text = lines("\n\n".join(["Report", *[word * (1_900 // len(word))] * 20]))
    start = time.process_time()
    authority(text)
    dates.of_the_paper(text)
    structure.items(text)
    list(figures.of_lines(text))
    actions.rows(text)
    for line in text:
        actions.owner(line.words)
        actions.due(line.words)
    assert time.process_time() - start < 2
