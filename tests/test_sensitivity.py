"""A marked paper, one person's story and a private person's details are told from papers that only speak of such things."""

import random
import sys
import time
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from summariser.readers import read
from summariser.sensitivity import _RESTRICTED, _SPECIAL, Level, Sensitivity, _lower, _plain, sensitivity
from tests.conftest import SAMPLES, SEEDS, SHARED, needs_seeds

OFSTED = SHARED / "ofsted"
PUBLIC: Level = "public_office_holders_only"
BODY = "\n\nThe service has improved its response to referrals, and the cabinet member thanked staff for their work.\n" * 12


def _shown(text: str) -> list[tuple[str, str]]:
    return [(mark.kind, text[mark.start : mark.end]) for mark in sensitivity(text).marks]


# --- Restricted: the paper is marked

MARKED = [
    "NOT FOR PUBLICATION\n\nContract award for home care in Ambleford",
    "Ambleford Council\n\nNot for publication by virtue of paragraph 3 of Part 1 of Schedule 12A to the Act\n\nX",
    "**NOT FOR PUBLICATION**\n\nThe lease of Marl House",
    "| NOT FOR PUBLICATION | |\n\nThe lease of Marl House",
    "Cabinet\n12 May 2023\n\nREPORT NOT FOR PUBLICATION - paragraph 1\n\nSenior pay",
    "Exempt information under paragraph 2 of Part 4 of Schedule 12A to the Local Government Act 1972\n\nCare home closure",
    "Exempt by virtue of paragraphs 1 and 6 of Part 1 of Schedule 7A to the Local Government (Scotland) Act 1973\n\nStaffing",
    "PART II - EXEMPT REPORT\n\nSale of land at Tarn End",
    "Part 2 (Private)\n\nSale of land at Tarn End",
    "Holmby Borough Council\n\nEXEMPT APPENDIX B\n\nTender scores",
    "Appendix 3 (Exempt)\n\nTender scores",
    "Confidential report of the Director of Resources\n\nSettlement terms",
    "OFFICIAL-SENSITIVE\n\nWinter staffing risks",
    "OFFICIAL – SENSITIVE [PERSONAL]\n\nWinter staffing risks",
    "Official Sensitive\n\nWinter staffing risks",
    "Classification: OFFICIAL-SENSITIVE\n\nWinter staffing risks",
    "Protective marking: Restricted\n\nWinter staffing risks",
    "RESTRICTED" + BODY,
    "Improvement board\n\nCONFIDENTIAL\n\nNotes of the chair",
    "Improvement board\n\nCONFIDENTIAL - DRAFT\n\nNotes of the chair",
    "Board paper\nPROTECT\nNotes of the chair",
    "EMBARGOED UNTIL 00:01 ON TUESDAY 4 MARCH 2025\n\nAmbleford welcomes report",
    "Press release\nStrictly embargoed until 9.30am, 4 March\n\nAmbleford welcomes report",
    "Embargo: 00.01 Friday 7 June 2019\n\nAmbleford welcomes report",
    "UNDER EMBARGO\n\nAmbleford welcomes report",
    "DRAFT - NOT FOR CIRCULATION\n\nThemes from the visit",
    "Draft: not for onward sharing\n\nThemes from the visit",
    "Private and confidential\n\nDear Ms Hallam",
    "PRIVATE & CONFIDENTIAL" + BODY,
    "Commercial in confidence\n\nBid evaluation",
    "IN CONFIDENCE\n\nBid evaluation",
    "DO NOT CIRCULATE\n\nThemes from the visit",
    "NID I'W GYHOEDDI\n\nAdroddiad y Cyfarwyddwr",
    "Conﬁdential appendix 1\n\nTender scores",
    "Oﬃcial-Sensitive\n\nWinter staffing risks",
    "NOT\u00a0FOR\u00a0PUBLICATION\r\n\r\nTender scores",
    "Holmby\n\nThis report is not for publication under paragraph 1 of Schedule 12A.\n\nPay",
    "Holmby\n\nThis appendix contains exempt information as defined in paragraph 3.\n\nBids",
    "Dear colleague\n\nThis letter is strictly embargoed and should not be passed on.",
    "Dear colleague\n\nThe attached report is under embargo until Thursday.",
    "Dear colleague\n\nThis document is private and confidential. It sets out the terms.",
    "Dear colleague\n\nThis draft report and its appendices are confidential.",
    "Dear colleague\n\nThe enclosed letter has been shared in confidence.",
    "Dear colleague\n\nThis briefing must not be copied. This briefing is not to be shared.",
    "Agenda pack" + BODY + "\n\nNOT FOR PUBLICATION\n\nThe private report starts here",
    "Agenda pack" + BODY + "\fConfidential report\nThe private report starts here",
    BODY + "Confidential - Council\n" + BODY + "Confidential - Council\n",
    "Contents\n\n1 Plan\n2 Bids\n\fNOT FOR PUBLICATION\n\nBids",
    "As members noted in May.\nThis report is confidential. Bids follow.",
    "NOT FOR PUBLICATION Holmby Council Cabinet 4 May Tender scores The cabinet is asked to choose a bid.",
    "Embargoed until 10am on Friday Holmby Council welcomes the inspectors' letter.",
    "Holmby\n\nNOT FOR PUBLICATION Appendix 2 by virtue of paragraph 3\n\nBids",
    "HIGHLY CONFIDENTIAL\n\nBids",
    "Legally privileged and confidential\n\nAdvice on fees",
    "Notice of an incident - STRICTLY CONFIDENTIAL\n\nA member of staff",
    "Status: DRAFT - CONFIDENTIAL - NOT FOR CIRCULATION\n\nFees",
    "This press release is under strict embargo until 10am.",
    "Is this report exempt? Yes\n\nCare home closure",
    "Cabinet - 3 May\n\nPart B Report - Exempt\n\nCare home closure",
    "Findings\n\nThis is a confidential draft that only leaders should see.",
    "Dear director\n\nPlease treat this as confidential until Friday.",
    "NEWS RELEASE\nFor release: EMBARGOED UNTIL 10am, 4 May\nAmbleford welcomes report",
    "Letter on the visit. Not for wider circulation.\n\nDear Ms Hallam",
    "Page 1 of 9 OFFICIAL-SENSITIVE\nWinter staffing\nPage 2 of 9 OFFICIAL-SENSITIVE\nrisks",
    "Improvement board, 3 May - OFFICIAL SENSITIVE\n\nWinter staffing risks",
]
# The same words in public papers.
TOLD = [
    "RESOLVED that the press and public be excluded under section 100A(4) of the Act, "
    "on the grounds that exempt information as defined in paragraph 3 of Part 1 of Schedule 12A would be disclosed.",
    "Exempt appendix 2 was considered in private.",
    "Exclusion of press and public\n\nTo agree that the public leave.\n\nPart 2 - Exempt\n\n12. Contract award",
    "9. Exclusion of the Press and Public\n\nNOT FOR PUBLICATION\n\n10. Contract award",
    "It was agreed that the report not be published until the inquest ends.",
    "7. Tender for home care (exempt - not attached)",
    "Handling information\n\nStaff mark a file OFFICIAL-SENSITIVE where its loss would cause harm.",
    "Handling policy" + BODY + "OFFICIAL-SENSITIVE\nThis marking is used for papers whose loss would cause harm.\n",
    "The report was marked not for publication, and members asked why.",
    "The report had been headed 'NOT FOR PUBLICATION' by mistake.",
    "Contents\n\nPart 1 - six items\nPart 2 - none",
    "Appendices\n\nAppendix 1 - Plan\nAppendix 2 - Exempt\n\nBackground papers: none",
    "Additional documents:\nAppendix 2 - restricted\nView the reasons why the document is restricted",
    "Appendix 2 to this report is not for publication by virtue of paragraph 3 of Schedule 12A.",
    "This report contains exempt information in Appendix 2 only.",
    "This report contains no exempt information.",
    "This report is not confidential.",
    "EXEMPT INFORMATION\n\nNone.",
    "Exempt information: none",
    "This decision is exempt from call-in because it is urgent.",
    "This report is exempt from call-in.",
    "This report is restricted to the years 2019 to 2022.",
    "The Chair reminded members that this report is confidential until the vote.",
    "The embargo was lifted at noon.",
    "Embargo lifted: the report can now be read in full.",
    "Embargoed copies were sent to the council before publication.",
    "The letter had been under embargo for a week.",
    "Children can speak to the advocate in confidence.",
    "Young people said the helpline was private and confidential.",
    "Our service is:\n- free\n- confidential\n- independent",
    "Our service is\nFree\nConfidential\nIndependent",
    "We work to protect children, and to restrict exclusions.",
    "PREVENT\nText\nPROTECT\nText\nPURSUE\nText",
    "Confidential waste is collected on Fridays.",
    "Care leavers are exempt from council tax.",
    "Contextual safeguarding now covers private fostering and private landlords.",
    "The tender evaluation in the appendix is\nnot for publication under paragraph 3 of Schedule 12A.",
    "This document explains how we handle confidential information.",
    "If this report is confidential, the clerk will say so.",
    "Part 2 of the plan deals with private providers.",
    "Members do not share the view that the report should be released.",
    "Draft minutes for approval at the next meeting",
    "12. NOT FOR PUBLICATION - Contract award",
    "Official statistics are sensitive to small numbers.",
    "Protect\nWe keep children from harm.",
    "Official Sensitive data\n\nHow to store it.",
    "Staff must keep these papers confidential and treat the file as restricted.",
    "Key decisions\n\nPrivate\n\nPublic",
    "Cover sheet\n\nNot for publication: Appendix 2 to this report, which holds the bids",
    "This is a confidential helpline for young people.",
    "Staff keep the file, and treat people with respect, as exempt information is rare.",
    "Exempt accommodation report\n\nSupported housing in Holmby",
    "This report is commercially sensitive in parts, but all of it is published.",
]


@pytest.mark.parametrize("text", MARKED)
def test_a_marked_paper_is_restricted(text: str) -> None:
    found = sensitivity(text)
    assert found.level == "restricted"
    assert any(mark.kind in _RESTRICTED for mark in found.marks)


@pytest.mark.parametrize("text", TOLD)
def test_a_paper_that_speaks_of_exemption_is_public(text: str) -> None:
    assert _shown(text) == []
    assert sensitivity("Scrutiny Committee\n\nMinutes\n\n" + text + BODY).level == PUBLIC


# --- Restricted: records of one person's case

FILES = [
    "Case notes\nName: Orla Finch\nDOB: 03/04/2012\nMosaic ID: 4471920\n\n12/01/2024 visit to school",
    "Chronology\n\nOrla Finch, date of birth 3 April 2012, case number LL20458\n\n2019: first referral",
    "Child and family assessment\n| Child | Orla Finch |\n| DOB | 3.4.2012 |\n| NHS number | 943 476 5919 |",
]
FORMS = [
    "Case notes\nName:\nDOB:\nMosaic ID:\n\nWrite what the child said.",
    "The chronology must give the child's name, date of birth and case number.",
    "Case notes were up to date in 48 of 52 files.",
]


@pytest.mark.parametrize("text", FILES)
def test_a_persons_file_is_restricted(text: str) -> None:
    assert "case_record" in {kind for kind, _ in _shown(text)}
    assert sensitivity(text).level == "restricted"


@pytest.mark.parametrize("text", FORMS)
def test_an_empty_form_is_public(text: str) -> None:
    assert sensitivity(text).level == PUBLIC


# --- Personal data

PERSONAL = [
    ("telephone", "Please ring Wendy at home on 07700 900123.", "07700 900123"),
    ("telephone", "Her son is on +44 7700 900 456 most days.", "+44 7700 900 456"),
    ("telephone", "Home telephone: 01632 960 123", "Home telephone: 01632 960 123"),
    ("email", "A resident, dot.finch@gmail.com, wrote twice.", "dot.finch@gmail.com"),
    ("email", "Write to OrlaFinch@Yahoo.co.uk", "OrlaFinch@Yahoo.co.uk"),
    ("email", "or a.finch+1@btinternet.com, he said", "a.finch+1@btinternet.com"),
    ("nhs_number", "on the list as 943 476 5919 since May", "943 476 5919"),
    ("nhs_number", "NHS No: 9434765919", "9434765919"),
    ("ni_number", "insurance AB 12 34 56 C was given", "AB 12 34 56 C"),
    ("ni_number", "insurance AB123456C was given", "AB123456C"),
    ("date_of_birth", "DOB: 03/04/2012", "DOB: 03/04/2012"),
    ("date_of_birth", "Date of birth – 3rd April 2012", "Date of birth – 3rd April 2012"),
    ("date_of_birth", "Orla Finch was born on 3 April 2012 in Holmby.", "born on 3 April 2012"),
    ("case_number", "Case ref: 2041877", "Case ref: 2041877"),
    ("case_number", "Mosaic number 3388127 applies", "Mosaic number 3388127"),
    ("address", "Orla Finch of 12 Acacia Road objected.", "12 Acacia Road"),
    ("address", "He lived at 7b Tarn View Close until May.", "7b Tarn View Close"),
    ("address", "Dorothy Finch\n3 Mill Lane\nHolmby\nZZ9 4QQ", "3 Mill Lane\nHolmby\nZZ9 4QQ"),
    ("name_with_age", "Orla Finch, aged 11, spoke to members.", "Orla Finch, aged 11"),
    ("name_with_age", "A petition by Dorothy Finch, 81, was read.", "Dorothy Finch, 81"),
    ("name_with_age", "A petition by Dorothy Finch (81) was read.", "Dorothy Finch (81"),
    ("name_with_age", "The award went to 17-year-old Callum Reed.", "17-year-old Callum Reed"),
    ("name_with_age", "It was won by Kwame, aged 9, from Holmby.", "Kwame, aged 9"),
]
OFFICIAL = [
    "Contact the committee on 0300 123 4567 or 0161 496 0000.",
    "Press office: 07700 900123",
    "Duty team manager: 07700 900123",
    "Report author: Wendy Hallam, wendy.hallam@ambleford.gov.uk, 07700 900123",
    "E: enquiries@ambleford.gov.uk, or referrals@holmby.nhs.uk, or 101@tarn.police.uk",
    "The parish: clerk.tarnend@gmail.com; ward surgery: cllr.hallam@outlook.com",
    "Town Hall, 1 Market Street, Ambleford, ZZ1 1AA",
    "Civic Centre\n10 High Street\nHolmby\nZZ9 4QQ",
    "Care Commission, Stonegate, 3 Gallow Road, Tarn ZZ1 4PA",
    "The library at 4 Mill Road opens in May.",
    "Councillor Amy Hallam, 43, was elected leader.",
    "Lead inspector: Wendy Hallam, His Majesty's Inspector",
    "children aged 0-18, adults aged 18-64, people aged 65 and over, Care Leavers aged 21",
    "Young People, aged 16 and 17, who are homeless",
    "A 14-year-old boy spoke of his hopes for the youth club.",
    "Rates rose from 12, 43, to 57 (81) in Ambleford (43).",
    "The reform was born on 5 July 1948, and the service was born in 1950.",
    "on the list as 943 476 5918 since May",
    "Planning application case number 2041877",
    "Local account of adult social care 2023-24, and children's social care 2023/2024",
    "Budget of 0770090012345 units; ref 12345678901234567890",
    "The forms ask for date of birth and NHS number.",
    "Part number GB123456C and NT 12 34 56 A",
    "Mr A Hallam (Director) and Ms B. Reed attended.",
    "the 5 Ways Street Team, 20 Minute Walk, 3 Village Green",
]


@pytest.mark.parametrize(("kind", "text", "evidence"), PERSONAL)
def test_personal_data_is_found_where_it_stands(kind: str, text: str, evidence: str) -> None:
    assert (kind, evidence) in _shown(text)
    assert sensitivity(text).level == "public_personal_data"


@pytest.mark.parametrize("text", OFFICIAL)
def test_people_in_office_and_groups_are_not_private(text: str) -> None:
    assert _shown(text) == []


# --- Special category

STORIES = [
    ("death", "Child A died in March 2021 after agencies lost sight of the family.", "died"),
    ("health", "Mr X complained that the Council failed to assess his mother, Mrs Y, who has dementia.", "dementia"),
    ("health", "Miss Z says delays harmed her mental health. She was treated in hospital for a month.", "mental health"),
    (
        "abuse",
        "Adult B lived alone. Self-neglect was known to two agencies, and there were bruises on her arms.",
        "Self-neglect",
    ),
    ("self_harm", "BS died in May. The coroner found that BS took an overdose.", "overdose"),
    ("abuse", "Family Q were known to services for neglect and violence.", "neglect"),
    ("death", "Review of the death of 'Daniel'\n\nDaniel was four when he died.", "died"),
    ("health", "Safeguarding Adults Review: Gloria\n\nGloria had epilepsy and used alcohol.", "epilepsy"),
    ("health", "The woman is known as Iris in this review. Iris was diagnosed with schizophrenia.", "schizophrenia"),
    ("ethnicity", "Child K was a White British girl who lived with her aunt.", "White British"),
    ("offence", "Mr D, a neighbour, was convicted.", "convicted"),
    ("abuse", "A one-month-old baby was seen with injuries. Bruising had been noted before.", "Bruising"),
    ("death", "Tyler Marsh, 9, was found dead at home.", "found dead"),
    ("death", "The inquest into the death of Tyler Marsh opened; police were called twice.", "inquest"),
    ("death", "AA was a man in his 50s. He was found deceased at home.", "deceased"),
    ("sexuality", "Ms D told officers about her sexuality.", "her sexuality"),
    (
        "offence",
        "In the Family Court at Tarn\nJudgment was given in private.\nThe mother was arrested, and alcohol was found.",
        "arrest",
    ),
    ("health", "Case study: Alice (not her real name) is autistic and came to us at 16.", "autistic"),
    ("death", "SAR Adult C: Adult C had no visitors and died in the winter of 2020.", "died"),
    ("death", "Lena Holt, 34, was murdered by a man who had served time in prison.", "murdered"),
    ("abuse", "Child 1 was sexually abused by a neighbour.", "sexually abused"),
    ("health", "In the Court of Protection. P, by a litigation friend. P lacks capacity to choose a home.", "lacks capacity"),
    ("abuse", "Child R, aged 7 months, had fractured ribs.", "fractured"),
    ("abuse", "Sibling 2 told her teacher of sexual abuse.", "sexual abuse"),
    ("abuse", "Mr and Mrs X say that their son was abused at the home.", "abused"),
]
GENERAL = [
    "Services for children at risk of sexual exploitation have improved, as have those for adults with mental health needs.",
    "A domestic abuse service supports women; 14 adults died by suicide in the year.",
    "Care leavers with disabilities, autism or epilepsy wait too long.",
    "A serious case review was published in 2019, and its actions are complete.",
    "SAR Adult C action plan: self-neglect training complete.",
    "Learning from SAR Adult C has been shared: abuse, neglect, hoarding.",
    "The local child safeguarding practice review on Child Q was published; training on violence and neglect followed.",
    "The serious case review into the death of Daniel was published in 2019.",
    "Inspectors saw the child's journey. When a child dies or the mother is abused, social workers act at once.",
    "The mother and the father were seen together; drug and alcohol use was assessed.",
    "Since the death of Victoria Climbié and the death of Baby P, thresholds for neglect have changed.",
    "Members stood in silence after the death of Councillor Tom Frith, who died in May.",
    "Tribute was paid on the death of Alan Reed, former mayor, who died in hospital.",
    "Mr A Hallam spoke of people who died in hospital, and of dementia.",
    "Mrs X thanked the council for the new library.",
    "Overall, 14-year-old boys are more likely to be arrested or to self-harm.",
    "The team is known as Mosaic. Mosaic supports people who self-harm.",
    "Staff from A&E and Family Hub B-side cafes talk of overdoses.",
    "In the east, 43, and in the west, 12, people died of an overdose.",
    "She was helped by a scheme for her called The Ambleford Offer. The scheme is for people who self-harm.",
    "Review of 'Thresholds' in 2019. Thresholds for neglect and violence were raised.",
    "The review into the death of Adult C was published; adults who hoard, and suicide, were discussed in general.",
    "Review of Grace House\n\nGrace House takes people with dementia after hospital.",
    "Review: Clare\n\nThe chair, Clare Hallam, spoke on suicide.",
    "Fourteen children were killed or seriously injured on roads.",
]


@pytest.mark.parametrize(("kind", "text", "evidence"), STORIES)
def test_one_persons_story_is_special_category(kind: str, text: str, evidence: str) -> None:
    assert any(found == kind and evidence.lower() in words.lower() for found, words in _shown(text))
    assert sensitivity(text).level == "public_special_category"


@pytest.mark.parametrize("text", GENERAL)
def test_speaking_of_people_in_general_is_public(text: str) -> None:
    assert sensitivity(text).level == PUBLIC


# --- Real documents, and our own samples


@needs_seeds
@pytest.mark.parametrize("path", sorted(SEEDS.glob("*.txt")), ids=lambda path: path.name[:3])
def test_seeds_are_public(path: Path) -> None:
    assert sensitivity(read(path).text) == Sensitivity(PUBLIC, ())


@pytest.mark.parametrize("path", sorted(SAMPLES.iterdir()), ids=lambda path: path.name)
def test_samples_are_public(path: Path) -> None:
    assert sensitivity(read(path).text) == Sensitivity(PUBLIC, ())


@pytest.mark.skipif(not OFSTED.is_dir(), reason="the shared folder of inspection reports is not here")
@pytest.mark.parametrize("path", sorted(OFSTED.glob("*.pdf")), ids=lambda path: path.stem)
def test_inspection_reports_are_public(path: Path) -> None:
    with pypdfium2.PdfDocument(path) as pages:
        text = "\n".join(page.get_textpage().get_text_bounded() for page in pages)
    assert len(text) > 10_000
    assert sensitivity(text) == Sensitivity(PUBLIC, ())


# --- Any text

PIECES = st.lists(
    st.sampled_from(
        [*MARKED, *TOLD, *FILES, *FORMS, *OFFICIAL, *GENERAL]
        + [text for _, text, _ in (*PERSONAL, *STORIES)]
        + ["İ", "ﬁ", "\f", "\x85", "\u2028", "\n", " ", "- ", "# ", "| ", "Mr X", "died", "07", "@gmail.com", "\ud7ff", "’"]
    ),
    max_size=8,
).map("".join)


@given(PIECES | st.text())
@example("İİİ 07700 900123 İ")
def test_every_text_has_a_level_and_marks_within_it(text: str) -> None:
    found = sensitivity(text)
    assert len(found.marks) <= 50
    assert list(found.marks) == sorted(found.marks, key=lambda mark: (mark.start, mark.end))
    assert all(0 <= mark.start < mark.end <= len(text) for mark in found.marks)
    kinds = {mark.kind for mark in found.marks}
    level = "restricted" if kinds & _RESTRICTED else "public_special_category" if kinds & _SPECIAL else None
    assert found.level == (level or ("public_personal_data" if kinds else PUBLIC))


@given(PIECES | st.text())
def test_a_marking_on_top_always_restricts(text: str) -> None:
    found = sensitivity("NOT FOR PUBLICATION\n" + text)
    assert found.level == "restricted"
    assert (found.marks[0].start, found.marks[0].end) == (0, 19)


def test_folding_keeps_every_character_in_its_place() -> None:
    everything = "".join(map(chr, range(sys.maxunicode + 1)))
    assert len(_lower(_plain(everything))) == len(everything)


def test_of_many_marks_the_gravest_are_kept() -> None:
    text = "Ring 07700 900123 today. " * 80 + "\n\nNOT FOR PUBLICATION\n\nChild A died."
    found = sensitivity(text)
    assert found.level == "restricted"
    assert len(found.marks) == 50
    assert {"protective_marking", "death", "telephone"} == {mark.kind for mark in found.marks}


# --- Speed


def test_ordinary_prose_is_read_fast() -> None:
    words = " ".join(path.read_text(encoding="utf-8") for path in SAMPLES.iterdir()).split()
    random.Random(7).shuffle(words)
    text = " ".join(f"{word}\n" if number % 15 == 0 else word for number, word in enumerate(words * 40))
    begin = time.perf_counter()
    sensitivity(text)
    assert len(text) / (time.perf_counter() - begin) > 300_000  # a quiet machine reads two million characters a second


HOSTILE = [
    *(
        "a",
        "A",
        "1",
        "0",
        "07",
        "07 ",
        " ",
        "\n",
        "@",
        "#",
        "- ",
        "A ",
        "Aa ",
        ", 43, ",
        "Aa Aa, 43, ",
        "aged 1 ",
        "Mr X ",
        "not for ",
    ),
    *(
        "confidential ",
        "confidential\n",
        "exempt. ",
        "this report is ",
        "this report is exempt ",
        "not for publication ",
        "@gmail.com",
    ),
    *(
        "Child A died ",
        "SAR Adult A ",
        "1 Aa Road ",
        "born 1 may 2001 ",
        "dob 1/1/2001 case 12345 ",
        "him as Aa ",
        "a one-year-old ",
    ),
    *(
        "press and public ",
        "strictly ",
        "draft not for ",
        "public \n",
        "| ",
        "embargo ",
        "in the family court respondent the mother ",
    ),
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_megabyte_of_anything_is_read_in_time(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    begin = time.perf_counter()
    sensitivity(text)
    assert time.perf_counter() - begin < 8  # a second and a half at most on a quiet machine
