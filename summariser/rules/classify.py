"""What kind of paper it is, whose service it is about, and at which stage the authority stands.

Cues are phrases, looked up word by word: their number costs no time, and no text makes the search slow. In a phrase "^" is the
beginning of a line (behind its number), "$" its end, "#" a number; of words parted by "/" any one may stand, and "_" is none.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, product

from summariser.rules.lines import Line
from summariser.rules.structure import Item

# Phrases by their first word and their length, each with the names and weights of what it speaks for.
Index = Mapping[str, Mapping[int, Mapping[tuple[str, ...], list[tuple[str, float]]]]]

LETTER = "/".join("abcdefghijklmnopqrstuvwxyz")
BODY = "committee/panel/board/cabinet/executive/council/members/councillors"
# Papers quote each other's words, so marks of layout and set phrases of a form tell more than words of the subject.
_FORMS: Mapping[str, str] = {
    "minutes_item": """^ minutes $; ^ minutes :; minutes of the/a/_ meeting; ^ resolved; resolved that/to; resolved :; view the
        full minutes; notes of meeting; ^ in the chair; in attendance; ^ issue details; minutes of the/a/_
        special/extraordinary/public/_ meeting""",
    "decision_record": """record of decision/executive/delegated; decision notice/record/sheet/maker/taken/details/due/log; ^
        decision $; ^ the decision $; ^ decision :; executive decision/decisions; delegated powers/decision/authority; forward
        plan; key decision; date of decision; call in; called in; comes into force/effect; decision taken; alternative/other
        options considered/rejected; decision due; officer decision; schedule of decisions; why urgent; ^ reasons $; conflict of
        interest; ^ decisions $; decision made; implemented on; authority relied; is key decision""",
    "officer_report": """purpose of the/this/_ report/paper; ^ purpose; ^ report to/of/by/author; report author; report of the;
        this report/paper informs/presents/provides/updates/advises/seeks/summarises/asks/tells/outlines;
        financial/legal/equality/equalities/risk/staffing/resource/policy/climate/environmental implications; implications of; ^
        implications; wards affected; background papers; contact officer; members are asked/recommended/invited; members
        may/will wish/recall; is invited to; ^ officer contact; officers recommend; that the
        committee/panel/board/cabinet/council considers/notes/receives/consider/note/receive/endorse/agree; ^ reasons for
        recommendations; ^ for : information/decision; open report""",
    "inspection_report": """lead inspector; inspection date/dates; overall effectiveness; the experiences and progress; the
        impact of leaders; overall rating; ^ inspection of; inspection of local/services; local authority assessment; percentage
        score; an inspection of; we graded; information about this; service inspection; needs to do; recommendations for; ^ main
        messages; report of the review; we assessed; page # of #; ^ score :; this report sets out; evidence category""",
    "inspection_letter": """^ dear director/ms/mr/mrs/dr/miss/corporate/interim/strategic/executive; this letter
        summarises/contains/sets/describes/confirms/follows/reports; focused visit of/to; monitoring visit of/to; majesty's
        inspector/inspectors; copied/copying this letter; this letter will; ^ headline findings; the visit was; the visit took;
        the visit to; of this letter; findings of the visit; joint targeted area; joint local area; annual review and;
        performance review; unannounced inspection; the first/second/third/fourth/fifth/sixth monitoring/visit; since the local
        authority; revisit to; written statement; your next inspection; this was a/the/your; this focused; this monitoring; i am
        writing; conducted a; i enclose; letter to the""",
    "peer_feedback": """you asked us; thank you for inviting/asking; thanks for inviting; feedback report; feedback letter;
        areas for consideration; for further consideration; ^ considerations; peers are/come; not an inspection; not inspect;
        peer challenge report; peer review of; ^ we heard/saw/found/asked; peer team's; on site; improvement focused; we would
        suggest/encourage/recommend/urge/wish/ask; headline feedback; the team's view; hello; as promised; you should be proud;
        is respected by; none of this; this was not an""",
    "improvement_or_action_plan": """action | owner/lead/by; | lead; | by when; | deadline; | responsible; success
        measure/measures; what we will do; what will be different; how we will know; by when; ^ priority #; ^ workstream; ^ area
        for priority/improvement; impact measure/measures; we will know; owner of document; action plan following; plan version;
        ^ accepted; timescale; | completed; | done; submitted to; sro; progress rag; what we need to do; key actions; who |; |
        by; our action; brag; one page plan; what we are doing""",
    "intervention_instrument": """hereby; in exercise of; secretary of state directs/considers/requires/hereby; is satisfied
        that; this notice; this direction; failure to comply; terms of reference; whereas; to comply with; signed by authority;
        must comply; ^ whereas; parliamentary under; special measures; powers available; statutory direction; improvement
        notice; warning notice; directed to; directions; the council must/shall; the authority must/shall; explanatory
        memorandum; applies from; addressed to; statutory intervention; non-executive/senior civil; further to my; ministers to;
        my officials; will escalate; may escalate; i have decided; i am appointing/satisfied; revocation; revoking; i have
        concluded; remains in force; comply""",
    "commissioner_report": """report of/by the commissioner/commissioners; commissioners' report; dear secretary/minister; i was
        appointed; i was asked; my report; my advice; my recommendation; my task; my first/second/third/final/appointment/terms;
        commissioners :; our first report; our second/third report; report to the secretary; final report of the; i recommend;
        improvement adviser; under the direction; my view; when i first; i arrived; i met; i read; i sampled; i support; i
        conclude; advice to the; to the minister""",
    "case_review": """safeguarding adults/adult review; practice review; serious case review; domestic homicide; rapid review;
        key lines of; learning point/points/event/themes; chronology; lcspr; names have been; not his/her/their/the real/name;
        case management review; part # review; overview report; system/systems finding; ^ finding #; had been known; brief
        outline; pseudonym; hindsight; terms of the review; minute briefing; child practice; why the review; the review panel;
        known as; his/her death; died in; died of; the subject of this review""",
    "ombudsman_decision": f"""the complaint $; ombudsman's final/role/decision/powers/view; final decision; agreed
        action/actions/remedy; complains that/about; complained that/about; how i considered; what i found; my decision; my
        assessment; caused injustice; injustice; was fault; no fault; not upheld; ^ upheld; decision :; i have completed; we
        will not investigate; we have investigated; the complainant; maladministration; complaint against; investigation of;
        local settlement; within one/a/four/six month/months/weeks of; initial enquiries; outcome :; complaints against; alleges
        that; good reason why; mr/mrs/ms/miss {LETTER}; ombudsman; apologise; complaint; upheld""",
    "self_account": """self assessment; local account; annual report; we rate/grade/judge/score/rated/place ourselves; our self;
        proud of; we are proud; how do we know; position statement; what you told; you said; director's overview; our strengths;
        what we do well; what has gone; our year; what must change; our areas; looking back; looking forward; areas for
        development; how well do we; what we know; our priorities; year ended; delegated statutory; annual engagement; our
        plans; national standards; signed for; need to improve; ^ foreword; our story; our audits; on ourselves; we have
        started; our journey""",
    "press_release": """notes/note to editors; ^ ends $; for immediate; media enquiries/contact; embargoed; press office; has
        today; issued on behalf; statement from; joint statement; news release; said :; commented :; added :; share this page; ^
        published :; first published; published today; ^ notes; report published today; we are sorry; announced today; said
        today; council | news; is this page; responded :; media team; we welcome the; would like to thank; i'd like to thank; i
        am delighted/pleased; i'm delighted/pleased/proud""",
    "news_article": """a spokesman/spokesperson/spokeswoman; spokesman/spokesperson/spokeswoman for; reporter; correspondent; by
        our; watchdog; slams; damning; branded; hailed; newsdesk; local democracy; gazette; echo; courier; herald; sentinel; min
        read; subscribe; comments #; related :; see also; bosses; plunged; has ruled; have ruled; has been rated; this
        newspaper; town hall; ^ image :; ^ updated #; campaigners; have been told; hours ago; out this morning/today; report
        finds; more on this story; asked for comment; had not replied; send us your views; opposition leader; year running; has
        learned; can reveal""",
    "opinion_or_blog": """i
        think/believe/reckon/suspect/know/wonder/bet/asked/looked/went/read/like/hope/wish/represent/advise/write; i've; i'd;
        i'll; views are; let's; sir; filed under; blog; comments so; posted on/by; viewpoint; credit where; so called;
        rant/rants; dear editor; p s; ! $; we'd; oh; no wonder; if only; comment |; the writer; the author was; our members; why
        i; so farewell; public gallery; the politest; this column; own words; hurrah""",
    "guidance_or_framework": """this guide/guidance/handbook/toolkit/leaflet/framework/code/document/note/page
        is/applies/sets/explains/was/covers/may/describes/replaces; guidance for; handbook for; toolkit for; what to expect; how
        we assess/inspect; inspectors/reviewers/assessors/peers ask/will/answer/may; the team will; will normally/usually;
        normally; code of practice; applies to; quality assurance framework; short guide; who this; when we assess; must set;
        ask yourself; ^ annex; circular; methodology note; descriptors; what the; tool has; does not replace; ^ box #; ^ step #;
        sample timetable; follows from each""",
    "tracker_or_dataset": """source :; as at; dashboard; download as; n a; compiled by; ^ authority |; ^ council |; ^ ref |; ^
        measure |; ^ local authority |; ^ line |; rag; status; target |; | amber; | red; | complete; | good |; | inadequate; |
        requires; | most; | some; last saved; next update; changes since; year ending; appendix # :; | yes; | no; % |""",
    "information_page": """home >; was this page; page useful; contact us; last updated; cookies; frequently asked; questions
        and answers; you can; if you are; skip to; in this section; explained for; we publish; most recent; how good are; are
        checked; open monday; our services; large print; get in touch; you are here; ^ what are; we work with; peers do not; ^
        complaints $; what was the; did they/cqc/ofsted; what are you doing; this page; site map; you can read; following the
        links; this page will; last reviewed; cymraeg |; accessibility""",
    "meeting_pack": """public document pack; agenda and papers; ^ agenda $; ^ agenda :; pages #; ^ paper a/b/c/#; papers for;
        supplement; exclusion of the; minutes of the last/previous; work programme; action log; draft minutes; document pack; ^
        apologies $; ^ declarations; public questions; fire exits; ^ petition; set out below; urgent business; forward work; a g
        e n d a; to receive apologies; summons to; summoned to attend; questions by members; ^ motion; venue :; | verbal;
        actions outstanding; board papers; minutes of the meeting held; agenda item # $""",
}  # fmt: skip
_AREAS: Mapping[str, str] = {
    "childrens_social_care": """child protection; children in need; children in care; social work with; children's services;
        children's social; practice review; child safeguarding; front door; section #a; lscb; family support; child; children;
        children's; childrens; looked after; care leaver/leavers; foster/fostering/fostered; adoption/adopters/adoptive; mash;
        kinship; ilacs; young people; corporate parenting; early help; plo; child's; leaving care; unaccompanied; permanence;
        regulation #; strategy meetings; baby/babies; conference/conferences""",
    "adult_social_care": """care act; adult social; adult care; care homes; care home; home care; direct payment/payments; care
        quality commission; cqc; occupational therapy/therapist/therapists; safeguarding adults; making safeguarding personal;
        deprivation of; unpaid carers; section #; quality statement; adult support; adult services; extra care; supported
        living; adass; adult safeguarding; continuing healthcare; adult; adults; adults'; adult's; older people; older person;
        carers; carers'; reablement; dementia; learning disability/disabilities; nursing; equipment; discharge; self neglect;
        home help; home helps; day centre; elderly; homeless""",
    "all_social_care": """social services; joint review; joint reviews; star rating/ratings; social services inspectorate;
        performance ratings; children's and adults'; adults' and children's; adults and children; children and adults; cssiw;
        ciw; care inspectorate wales; social services department; people served; served well; chief social work; performance
        evaluation; one star; two star; three star; no stars""",
    "send_and_education": """send; special educational; ehc; ehcp; education health; local area partnership; written statement;
        accelerated progress; priority action plan; alternative provision; sendco; local offer; parent carer forum; area
        partnership; health and care plan; school; schools; pupils; education; nursery; inclusion; tribunal; therapy; parents;
        neurodevelopmental; autism; autistic; college; special""",
    "youth_justice": """youth justice; youth offending; hmi probation; inspectorate of probation; yot; yjs; out of court; court
        disposals; reoffending; resettlement; custody; youth court; offending; victims; offences; desistance; bail; court;
        probation; hmip; offenders; referral order; first time entrants""",
    "health_and_public_health": """public health; health visiting/visitors/visitor; maternity; healthwatch; immunisation;
        smoking; community mental health; nhs trust; school nurses; patients; patient; wards; hospital trust; clinic; gp; gps;
        rqia; health and wellbeing board; sexual health; vaccination; mental health services""",
    "corporate": """corporate peer; peer challenge; corporate assessment; comprehensive performance; corporate governance;
        section # notice; finance peer; chief executive and leader; leader and chief; lga corporate; council's finances;
        corporate; best value; whole council; reserves; borrowing; medium term; governance; section # officer; the budget;
        commissioners; council tax; audit commission; elections; cross party; regeneration; companies; planning; constitution;
        district; scrutiny; mayor; housing; waste; cabinet; political; the borough; group leaders; assets; mhclg; commercial;
        officers and members; members and officers; use of resources""",
}  # fmt: skip
_STAGES: Mapping[str, str] = {
    "preparation": """prepare for; preparing for; preparation for; getting ready; ready for; readiness; self assessment; self
        evaluation; notification; mock; will be inspected; will be assessed; when ofsted; prepared for; draft self; could come;
        expected to be; assurance; to expect; before the team; due to be inspected; inspection ready; before we are called; in
        place before; inspection readiness; draft self assessment""",
    "review_findings": "peers found; learning points; practice review; the reviewer",
    "response_to_review": """response to; in response; action plan; apologised; we are sorry; plan following; be approved;
        pledges; rejected; response of; following the; was accepted; we accept; in hand; took the report; introduced the
        letter/report; the recommendations; recommendation #; asked how; would start; was asked to; be brought; have put""",
    "progress_update": """monitoring visit; quarter #; update on; progress update; since the plan; one year on; six month;
        revisit; sufficient progress; rag; fourth; amber; green; quarter two/three/four; months after; a year after; at the time
        of; in the first/second year; highlight; action log""",
    "intervention": """improvement notice; statutory direction; commissioner; commissioners; secretary of state; direction;
        intervention; section #a; minded to; minister; ministers; special measures; the direction; failing to; improvement
        board; warning notice; adviser; powers; best value; issued; welsh ministers""",
    "exit_or_closure": """lifted; revoked; exit from; exited; leaves intervention; end of intervention; ends intervention;
        ending intervention; closing; final report; final meeting; return of; no longer under; transferred back; come to an end;
        dissolved; stand down; stood down; intervention ended; formal intervention; wound up; final sitting; closing report;
        closing letter; farewell; ended its; signed off; last meeting""",
    "context": "you can; our year; annual report; in general; source; cookies; over the years; across the country",
}  # fmt: skip
# What a paper is can be told from its first pages; a pack of a thousand pages need not be read to its end for that.
_OPENING, _MOST_WORDS = 1_500, 20_000
# A cue counts at most so often; the subject is told by sheer number.
_OFTEN, _AREA_OFTEN = 3, 12

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+|[?!|£%:]")
_NUMBERING = re.compile(r"[^a-z?!£%|]*(?:\(?[a-z]{1,2}[.)] )?")


def index(facet: str, table: Mapping[str, str], weight: float) -> Index:
    """Return the cues of a table, ready to be looked up."""
    found: dict[str, dict[int, dict[tuple[str, ...], list[tuple[str, float]]]]] = {}
    for code, cues in table.items():
        for cue in cues.split(";"):
            for words in product(*(slot.split("/") for slot in cue.split())):
                phrase = tuple(word for word in words if word != "_")
                of_length = found.setdefault(phrase[0], {}).setdefault(len(phrase), {})
                of_length.setdefault(phrase, []).append((f"{facet} {code}", weight))
    return found


def joined(*indexes: Index) -> Index:
    """Return several indexes as one, so that words are looked up once."""
    found: dict[str, dict[int, dict[tuple[str, ...], list[tuple[str, float]]]]] = {}
    for cues in indexes:
        for word, lengths in cues.items():
            for length, phrases in lengths.items():
                of_length = found.setdefault(word, {}).setdefault(length, {})
                for phrase, told in phrases.items():
                    of_length.setdefault(phrase, []).extend(told)
    return found


CUES = joined(index("form", _FORMS, 4), index("area", _AREAS, 2), index("stage", _STAGES, 3))


def scores(item: Item, cues: Index = CUES) -> dict[str, float]:
    """Return the weights of the cues that stand in an item, by facet and code, and of those in its heading."""
    found: dict[str, float] = {}
    for place, lines in (("", opening(item)), ("heading ", [item.heading] if item.heading else [])):
        words = list(islice(_words(lines), _MOST_WORDS))
        found |= {place + name: score for name, score in _score(cues, words).items()}
    return found


def opening(item: Item) -> list[Line]:
    """Return the lines that tell what an item is: its first pages without the furniture."""
    lines = item.lines[:_OPENING]
    return [line for line in lines if not line.boilerplate] or lines


def _words(lines: Iterable[Line]) -> Iterator[str]:
    """Yield the words of the lines, each line between "^" and "$"."""
    for line in lines:
        behind = _NUMBERING.match(line.low)
        yield "^"
        for word in _WORD.findall(line.low, behind.end() if behind else 0):
            yield "#" if word[0].isdigit() else word
        yield "$"


def _score(cues: Index, words: list[str]) -> dict[str, float]:
    """Add up the weights of the cues that stand among the words."""
    hits: Counter[tuple[str, ...]] = Counter()
    for place, word in enumerate(words):
        lengths = cues.get(word)
        for length, phrases in lengths.items() if lengths else ():
            phrase = tuple(words[place : place + length])
            if phrase in phrases:
                hits[phrase] += 1
    found: defaultdict[str, float] = defaultdict(float)
    for phrase, times in hits.items():
        for name, weight in cues[phrase[0]][len(phrase)][phrase]:
            found[name] += weight * min(times, _AREA_OFTEN if name.startswith("area") else _OFTEN)
    return found
