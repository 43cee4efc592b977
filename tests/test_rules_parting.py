"""Papers of several items are parted where they show that they are, and papers of one are left whole."""

import pytest

from summariser import summarise
from summariser.readers import from_text
from summariser.rules import structure
from summariser.rules.lines import lines_of
from summariser.segments import segment

TALK = (
    "The Director introduced the letter from the inspectors, who had come in May and had read the records of thirty children. "
    "Members asked why visits were late and were told that two teams had lost their managers within a month. "
    "The Cabinet Member expected the new managers to start in June. A councillor thought that the plan for the front door "
    "said too little about the police, and the Assistant Director undertook to write to the Chief Constable. "
    "It was noted that carers had not been asked what they thought, and that the service would ask them before the next "
    "meeting. "
    "The Committee resolved that the report be noted and that a further report on safeguarding be brought in October.\n\n"
)
REPORT = (
    "This report tells the Committee how far the plan for children's services has come since the inspection of last year. "
    "Eleven of its actions are done. Four are late, for want of staff.\n\n"
)


def parts(text: str) -> list[structure.Item]:
    document = from_text(text)
    return structure.items(lines_of(document, segment(document)))


def headings(text: str) -> list[str]:
    return [item.heading.words if item.heading else "" for item in parts(text)]


NUMBERED = (
    "Ashbourne Vale Council\n\nPUBLIC REPORTS PACK\n\nAGENDA\n\n"
    "1. Apologies\n2. Minutes\n3. Progress since the inspection - report of the Director\n"
    "4. Peer review of the front door (pages 9-20)\n5. Dates of meetings\n\n"
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            NUMBERED + f"Agenda Item 3\n\nPROGRESS SINCE THE INSPECTION\n\nReport of the Director\n\n{REPORT}"
            f"ENCLOSURE 1\n\n{REPORT}ENCLOSURE 2\n\n{REPORT}Agenda Item 4\n\nPEER REVIEW OF THE FRONT DOOR\n\n{REPORT}"
            "Agenda Item 5. Dates of meetings: 3 May and 4 June. All are Thursdays. They begin at ten.\n",
            ["PROGRESS SINCE THE INSPECTION", "PEER REVIEW OF THE FRONT DOOR"],
            id="under the name of the item, whose enclosures are its own",
        ),
        pytest.param(
            NUMBERED
            + f"PROGRESS SINCE THE INSPECTION\n\nReport of the Director\n\n1. Purpose\n\n{REPORT}2. Background\n\n{REPORT}"
            f"PEER REVIEW OF THE FRONT DOOR\n\n1. Purpose\n\n{REPORT}",
            ["PROGRESS SINCE THE INSPECTION", "PEER REVIEW OF THE FRONT DOOR"],
            id="under the titles of the agenda",
        ),
        pytest.param(
            f"Harrowmere Improvement Board: papers\n\nPaper 2 - Highlight report\n\n"
            f"{REPORT}Paper 3 - Letter of the adviser\n\n{REPORT}",
            ["Highlight report", "Letter of the adviser"],
            id="papers of a board",
        ),
        pytest.param(
            f"Ashbourne Vale Council\n\nMinutes of the Scrutiny Committee\n\n12. APOLOGIES\n\nThere were none.\n\n"
            f"13. FOCUSED VISIT\n\n{TALK}"
            f"14. CARERS' STRATEGY\n\n{TALK}15. WORK PROGRAMME\n\nIt was agreed.\n",
            ["FOCUSED VISIT", "CARERS' STRATEGY"],
            id="minutes of two matters",
        ),
        pytest.param(
            "Ashbourne Vale Council\n\nMinutes of the Committee\n\n51/08 Declarations of interest\n\nThere were none.\n\n"
            f"52/08 Focused visit\n\n{TALK}53/08 Carers' strategy\n\n{TALK}54/08 Date of next meeting\n\nIn May.\n",
            ["Focused visit", "Carers' strategy"],
            id="minutes numbered within a year",
        ),
        pytest.param(
            f"Ashbourne Vale Trust\n\nMinutes of the 118th meeting\n\n118/1 Apologies\n\nThere were none.\n\n"
            f"118/2 Focused visit\n\n{TALK}118/3 Carers' strategy\n\n{TALK}118/4 Documents sealed\n\nNone.\n",
            ["Focused visit", "Carers' strategy"],
            id="minutes numbered within a meeting",
        ),
        pytest.param(
            f"Ashbourne Vale Council\n\nMinutes of the Council\n\nC.23 MINUTES\n\nThey were signed.\n\n"
            f"C.24 QUESTIONS BY MEMBERS\n\n{TALK}C.25 PETITIONS\n\n{TALK}C.26 Carers' strategy\n\n{TALK}",
            ["QUESTIONS BY MEMBERS", "Carers' strategy"],
            id="minutes numbered within a body, whose questions are of substance",
        ),
        pytest.param(
            "Ashbourne Vale Council\n\nPublic Document Pack\n\n"
            "Report to Select Committee. Item 4\n\nFocused visit of last March\n\n"
            f"{REPORT}Report to Select Committee. Item 5\n\nHome care and its providers\n\n{REPORT}",
            ["Focused visit of last March", "Home care and its providers"],
            id="reports that name their item last",
        ),
        pytest.param(
            f"Ashbourne Vale Trust\n\nMinutes of two meetings\n\n118/1 Apologies\n\nNone.\n\n118/2 Focused visit\n\n{TALK}"
            f"118/3 Seal\n\nNone.\n\n119/1 Apologies\n\nNone.\n\n119/2 Carers' strategy\n\n{TALK}",
            ["Focused visit", "Carers' strategy"],
            id="minutes of two meetings, each numbered anew",
        ),
    ],
)
def test_a_pack_is_parted_by_its_agenda(text: str, expected: list[str]) -> None:
    assert headings(text) == expected
    assert {item.way for item in parts(text)} == {"pack"}


def test_minutes_within_a_pack_are_parted_by_their_numbers() -> None:
    minutes = f"Minutes of the meeting\n\n1. APOLOGIES\n\nNone.\n\n2. FOCUSED VISIT\n\n{TALK}3. PARKING\n\nA note came.\n\n"
    text = f"Reports pack\n\nAgenda Item 3\n\n{minutes}Agenda Item 4\n\nPEER REVIEW OF THE FRONT DOOR\n\n{REPORT}"
    assert headings(text) == ["FOCUSED VISIT", "PEER REVIEW OF THE FRONT DOOR"]


STORIES = (
    "THORNBECK: ADULT CARE GOOD\n\n"
    "Thornbeck Council has been rated good by the inspectors of adult social care. They liked its carers' hub. "
    "Reviews were late.\n\nRAVENSEY: VISITS LATE\n\n"
    "Inspectors have told Ravensey City Council to make visits to children in time. "
    "The council said that it would. It has hired nine people.\n\n"
)


@pytest.mark.parametrize("title", ["Inspection round-up, week ending 9 May 2025", "Care pages"])
def test_a_page_of_stories_is_parted_by_its_headlines(title: str) -> None:
    text = f"Care Weekly\n\n{title}\n\n{STORIES}"
    assert headings(text) == ["THORNBECK: ADULT CARE GOOD", "RAVENSEY: VISITS LATE"]
    brief = summarise(text).brief.model_dump()
    assert (brief["document"]["form"], brief["document"]["item_relation"]) == ("multi_item_page", "unrelated")
    assert [item["authority"]["value"] for item in brief["items"]] == ["Thornbeck Council", "Ravensey City Council"]


TABLE = (
    "Inspections of the region, at 1 July 2026\n\n| Authority | Event | On site | Overall | Note |\n|---|---|---|---|---|\n"
    "| Thornbeck | ILACS | May 2025 | Good | |\n| Ravensey | Focused visit | June 2025 | x | a |\n| Eskmere | ILACS | "
    "March 2024 | Inadequate | b |\n\n"
    "Notes\n\na. Ravensey was asked to act on visits.\n\nb. Eskmere has had two monitoring visits since.\n\n"
)
BLOCKS = "Inspections of the region\n\n" + "".join(
    f"{name}\nEvent: ILACS\nPublished: {month} 2025\nOverall: Good\nInspectors liked the work in {name} and said so twice.\n\n"
    for name, month in (("Thornbeck", "May"), ("Ravensey", "June"), ("Eskmere", "July"))
)
LABELLED = BLOCKS.replace("Thornbeck\nEvent", "Authority: Thornbeck\nEvent").replace(
    "Ravensey\nEvent", "Authority: Ravensey\nEvent"
)


@pytest.mark.parametrize("text", [TABLE, BLOCKS, LABELLED.replace("Eskmere\nEvent", "Authority: Eskmere\nEvent")])
def test_a_sheet_of_outcomes_has_an_item_for_each_authority(text: str) -> None:
    brief = summarise(text).brief.model_dump()
    assert [item["authority"]["value"] for item in brief["items"]] == ["Thornbeck", "Ravensey", "Eskmere"]
    assert (brief["document"]["form"], brief["document"]["item_relation"]) == ("tracker_or_dataset", "unrelated")


def test_a_note_goes_to_the_row_whose_authority_it_names() -> None:
    assert [item.lines[-1].words for item in parts(TABLE)[1:]] == [
        "Ravensey was asked to act on visits.",
        "Eskmere has had two monitoring visits since.",
    ]


@pytest.mark.parametrize(
    "announced",
    [
        "The following statement was supplied by Ashbourne Vale Council.",
        "What the council says",
        "The council's reply",
        "Statement issued by Ashbourne Vale Council, 5 October",
        "How Ashbourne Vale Council responded",
    ],
)
def test_a_statement_printed_after_an_article_is_an_item(announced: str) -> None:
    article = "Inspectors have found visits late. Records were thin. Carers were tired. The letter came out on Monday.\n\n"
    reply = "We accept the letter. We have hired nine people.\n"
    text = f"Vale Echo\n\nVisits late, say inspectors\n\n{article}{announced}\n\n{reply}"
    assert structure.relation(parts(text)) == "same_subject"
    assert [item.speaks for item in parts(text)] == [False, True]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            f"Improvement Board\n\nTERMS OF REFERENCE\n\nPapers come five days before.\n\n1. Why there is a Board\n\n{REPORT}"
            f"2. Membership\n\n{REPORT}3. How it will work\n\n{REPORT}",
            id="terms of reference",
        ),
        pytest.param(
            f"Ashbourne Vale Council\n\nReport to the Scrutiny Committee\n\nAgenda item 7\n\n1. Purpose\n\n"
            f"{REPORT}2. The inspection of May\n\n{REPORT}"
            f"3. Carers' strategy\n\n{REPORT}",
            id="a report of one item",
        ),
        pytest.param(
            f"Minutes of the Scrutiny Committee\n\n12. APOLOGIES\n\nThere were none.\n\n13. FOCUSED VISIT\n\n"
            f"{TALK}14. URGENT BUSINESS\n\nNone.\n",
            id="minutes of one matter",
        ),
        pytest.param(
            f"Planning Committee\n\nMinutes\n\n1. APOLOGIES\n\nNone.\n\n2. LAND AT GALLOWS LANE\n\n"
            f"{'The officer showed where the trees were. ' * 20}\n\n"
            f"3. REAR EXTENSION\n\n{'A neighbour spoke against the height of the wall. ' * 20}\n\n",
            id="minutes of another field",
        ),
        pytest.param(
            "The action log\n\n| Authority | Action | Date | Owner | Status |\n|---|---|---|---|---|\n| Thornbeck | Hire "
            "| May | HR | done |\n"
            "| Ravensey | Train | June | HR | late |\n| Eskmere | Write | July | HR | done |\n",
            id="a log of actions",
        ),
        pytest.param(
            "THE PUMP: newsletter of Little Harbury\n\nFrom the editor\n\n"
            "What a summer it has been. The village has had three weddings, a fair and a flood.\n\n"
            "Council notes\n\nThe bus shelter is to be mended at last. A second dog bin will not be bought this year.\n",
            id="a parish magazine",
        ),
        pytest.param(
            "Visits late\n\nInspectors have told Thornbeck Council to make visits in time. It was no surprise.\n\n"
            "Learning from elsewhere\n\n"
            "Ravensey Council had the same trouble. It hired nine people. Thornbeck Council will ask it how.\n",
            id="a story that names another council",
        ),
        pytest.param(
            "Visits late\n\nInspectors have found visits late. Records were thin. Carers were tired.\n\n"
            'A spokesperson for Thornbeck Council said: "We are sorry. '
            'We have hired nine people."\n\nMore follows.\n',
            id="a spokesman in an article",
        ),
    ],
)
def test_a_paper_of_one_item_is_left_whole(text: str) -> None:
    assert len(parts(text)) == 1


def test_what_a_standing_page_says_of_itself_is_no_item_and_all_its_items_have_its_form() -> None:
    text = (
        "Ashbourne Vale Council\n\nInspections of our services\n\n"
        "This page brings the results together. You can read each report by following the links.\n\n"
        "Adult social care\n\nCQC assessment, August 2025\n\nThe rating is good. Carers were glad of their hub.\n\n"
        "Peer challenge, March 2024\n\nPeers do not rate. They were kind.\n\nChildren's services\n\n"
        "Ofsted focused visit, July 2025\n\nInspectors looked at plans. They liked them.\n\n"
        "Last updated: 3 May 2026\n\nWas this page useful?\n"
    )
    brief = summarise(text).brief.model_dump()
    assert [item["form"] for item in brief["items"]] == [brief["document"]["form"]] * 2
    assert brief["document"]["title"]["value"] == "Inspections of our services"
    assert [item["authority"]["value"] for item in brief["items"]] == ["Ashbourne Vale Council"] * 2


ONE_STORY = STORIES.replace("Ravensey", "Thornbeck")


@pytest.mark.parametrize(
    "text",
    [
        f"Ashbourne Vale Council Newsroom\n\nCarers' hub opens\n\nPosted: 14 February 2023\n\n{ONE_STORY}",
        f"Ashbourne Vale Council\n\nCouncil answers inspection\n\n{REPORT}Statement by the Leader of the Council\n\n"
        f'"We were late, and our staff know it. I am sorry."\n\n{REPORT}',
        f"Social Services Committee\n\n{REPORT}JOINT REVIEW: THE COUNCIL'S RESPONSE\n\nReport by the Director\n\n{REPORT}",
    ],
    ids=["one story of a newsroom", "a statement in the council's own release", "a report on the council's response"],
)
def test_a_paper_of_one_thing_is_left_whole(text: str) -> None:
    assert len(parts(text)) == 1
