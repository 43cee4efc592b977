"""What the linear model is told of a whole paper: its words, where they stand, its layout, who speaks, and the rules' cues."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, pairwise

from summariser.rules import classify
from summariser.rules.cues import Features
from summariser.rules.lines import Line
from summariser.rules.publishers import NEWSPAPERS
from summariser.rules.structure import Item

# Of a paper the beginning tells most, and the end some.
_HEAD_LINES, _TAIL_LINES, _FIRST_LINES = 120, 8, 3
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|[?!\"|£%:]")
_QUOTED = re.compile(r'"[^"]{12,400}"')
_NUMBERED = re.compile(r"\d+[.)]?\s|\d+\.\d+")
_DATED = re.compile(r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\b,? \d{4}")
_CASED = re.compile(r"[A-Z][A-Z' ]{8,}")
# Whose head it is: a newspaper's or blog's name, a reporter's line, a council's name; each in one of the first lines.
_HEADS = {
    "medium": re.compile(rf"(?:^|[|,·] ?)(?:the )?(?:[\w&'-]+ ){{0,4}}(?:{NEWSPAPERS}|live|today)\b(?=$| ?[|,·-])"),
    "reporter": re.compile(r"^(?:by|words) (?!email|post|phone)(?:[a-z'-]+ ){1,4}[a-z'-]+(?:$|[,|·(])|\b(?:reporter|correspondent|(?:local democracy )?reporting service)\b"),
    "council": re.compile(r"(?:^|[|,·] ?)(?:[\w'-]+ ){1,6}council\b(?=$| ?[|,·-])|^(?:cyngor|comhairle)\b"),
    "inspectorate": re.compile(r"^(?:ofsted|care quality commission|cqc|care inspectorate|hm inspectorate|hmi probation|estyn|rqia|audit commission|csci)\b"),
}  # fmt: skip
_HEAD_OF_PAGE, _SHORT, _OF_A_HEAD = 8, 120, 2.0
# Words that tell who speaks to whom, in which tense and how freely; each is counted by the hundred words.
_MANNERS: Mapping[str, frozenset[str]] = {
    "i": frozenset(("i", "me", "my", "myself", "i'm", "i've", "i'd", "i'll")),
    "we": frozenset(("we", "us", "we've", "we're", "we'd", "we'll")),
    "our": frozenset(("our", "ours", "ourselves")),
    "you": frozenset(("you", "your", "yours", "you're", "you'd", "you've", "you'll")),
    "they": frozenset(("they", "them", "their")),
    "single": frozenset(("he", "she", "his", "her", "him", "mr", "mrs", "ms", "miss")),
    "said": frozenset(("said", "says", "told", "added", "commented", "explained", "replied", "insisted")),
    "reported": frozenset(("had", "would", "was", "were", "been")),
    "will": frozenset(("will", "shall", "we'll")),
    "must": frozenset(("must", "should", "need", "needs", "ought")),
    "may": frozenset(("may", "might", "could", "if", "can", "unless")),
    "is": frozenset(("is", "are", "has", "have")),
    "members": frozenset(("members", "councillor", "councillors", "committee", "chair", "chairman", "panel", "cabinet", "cllr")),
    "inspectors": frozenset(("inspectors", "inspector", "inspection", "inspectorate", "assessors", "reviewers", "ofsted")),
    "quotes": frozenset('"'),
    "asks": frozenset("?"),
    "exclaims": frozenset("!"),
    "columns": frozenset("|"),
    "money": frozenset("£"),
    "shares": frozenset("%"),
    "colons": frozenset(":"),
}  # fmt: skip
# Cues like those of `classify`, too weak for a rule but not for a model that weighs them.
_FORM_HINTS: Mapping[str, str] = {
    "minutes_item": f"""^ minute #; {classify.BODY}
        noted/resolved/considered/received/heard/felt/queried/asked/questioned/enquired/thanked/requested/commended; it was/is
        resolved/noted/reported/stated/suggested/confirmed/explained/queried/moved; ^ agreed :/that; declared a/an; the
        chair/chairman/vice-chair/leader thanked/asked/invited/welcomed/reminded/moved/explained/said/read/presented;
        introduced/presented the report/item/paper; moved by; a member/councillor
        asked/queried/wished/wondered/suggested/enquired/said/felt; members were; the director/head/officer/officers
        advised/reported/explained/replied/responded/undertook/confirmed/answered; asked/informed/advised/told/reminded the/that
        committee/board/panel/members; be noted; the chair""",
    "decision_record": """reason/reasons for the/_ decision/decisions/urgency/recommendation; ^ to
        approve/agree/authorise/note/release/delegate""",
    "officer_report": """it is recommended; recommended that; committee/panel/board/cabinet/council/executive is/are
        asked/recommended/invited; equality impact; ^ legal; ^ report; no direct""",
    "inspection_report": """assessment published; inspection outcome; joint area review; quality indicators; inspection report;
        what needs to improve; ^ main findings; capacity to improve; review of social; people served; age group; joint
        inspection of; people told us; requires improvement""",
    "inspection_letter": """areas for priority action; performance ratings; inspectors looked; yours sincerely/faithfully; the
        local authority; inspectors found/saw/met/considered/evaluated/identified/spoke; to the department; ^ dear; in this
        area; sufficient progress; the visit; what needs to improve""",
    "peer_feedback": """peer team; critical friend/friends; we were struck/impressed/told/asked/shown; we
        met/heard/saw/spoke/felt/think/believe/suggest/encourage/recommend/noticed/thought/understand/read; peer
        challenge/review; corporate peer; sector led; local government association; your; you; lga; effective practice""",
    "improvement_or_action_plan": """| owner; highlight report; milestone/milestones; ^ action :; ^ learning point #; version #;
        by january/february/march/april/may/june/july/august/september/october/november/december #; | #; |
        january/february/march/april/may/june/july/august/september/october/november/december; rag; ^ action""",
    "intervention_instrument": """the direction; minded to; must; shall; secretary of state; direction; education act;
        officials; department; ^ to :""",
    "commissioner_report": """stocktake; i shall; i have seen; i have met; commissioner; commissioners; secretary of state;
        adviser""",
    "case_review": """the author/reviewer/reviewers found/finds/concludes/considers/believes/notes/saw/heard; independent
        author/reviewer; what happened; practitioners; agencies; the family; died; learning; the review""",
    "ombudsman_decision": "fault causing; distress; fault; pay",
    "self_account": "self evaluation; statutory director; the year; case study; we have; we know; this year",
    "press_release": "press release; issued by; ^ from :; chief inspector; today",
    "news_article": """according to; told the; weekly; whitehall; says; a report; opposition; ministers; the council said; were
        found; charity""",
    "opinion_or_blog": "i'm; letters; column; diary; i; me; my; !; isn't; doesn't; it's; we're",
    "guidance_or_framework": "guide to; is for; what happens; do not; your; authorities",
    "tracker_or_dataset": "tracker; | green; average for; |; table; log; data; updated; # |",
    "information_page": "easy read; email the; you; page",
    "meeting_pack": "^ item #; agenda; pack; paper; minutes; papers",
}  # fmt: skip
_AREA_HINTS: Mapping[str, str] = {
    "other": """tenancy; landlord; recipe; museum; match; timetable; bus; buses; garden; plot; allotment; parish; church; rota;
        delivery; software; click; release; goods; application; apply; menu; exhibition; salary; cookies; oven; club; festival;
        highway; trees; waste""",
}  # fmt: skip
_STAGE_HINTS: Mapping[str, str] = {
    "preparation": "mock interviews; pilots; before ofsted; when inspectors; before inspectors; forthcoming; date has been",
    "review_findings": """headline findings; main findings; key findings; inspection report; feedback report; findings of;
        according to; inspectors found; reviewers found; this letter summarises; inspection dates; lead inspector; has been
        rated; rated; have been graded; published today; report published; the report says; complains that; fault; upheld; the
        author; we found; we saw; graded; recommendations; key messages; inspectors saw; ruled; serious case; inspectors; found;
        strengths; should""",
    "response_to_review": """accepted; accept; accepts; accepted in part; approve the; to approve; was approved; pledge; reply;
        will be presented; has since; we will; next steps; what happens next; resolved; will be; recruited; action; owner; lead;
        will; agreed; in reply; answers; replies; rejects; hit/hits back; accept/accepts/accepted every/these/all; partners say;
        council says; is being done; be done about; statement from; being done about; multi agency action; lessons for us""",
    "progress_update": """progress; months on; year on; highlight report; tracker; completed; in progress; quarterly; progress
        review; stocktake; last visit; previous visit; since the last; since then; now; at the inspection; on course; overdue;
        second visit; third; fifth; stage #; follow up; milestones; now complete; year after/on; months later; second/third/further
        update; update for/to/on; been back; went back; came back; returned; improvement check; when we wrote; last wrote; last
        time; position at/on; months on; having been; compared with; at that time; the earlier; we came""",
    "intervention": "trust; dfe; directed; the notice; alternative delivery; operational control",
    "exit_or_closure": "removed from; hand back; returned to; last of; released from; step down; sustain; sustained; ended",
    "context": """a guide; guidance; how we; what is; every authority; explains; survey; as at; recipe; page; contact; usually;
        normally; the year; compiled; match; young people said; complaints""",
}  # fmt: skip
_TRAVEL_HINTS: Mapping[str, str] = {
    "improving": """improved; improvement in; have improved; has improved; up from; transformed; transformation; turnaround;
        turned round; progress; faster; steadier; now good; no longer; rising; come down; down from; fallen from; has fallen;
        have fallen; halved; reduced; fewer; better; sooner; quicker; safer; increased; doubled; growing; grown; gained; moved
        from; from inadequate; calmer; sustained; most improved; now; lifted; embedded; ended""",
    "declining": """deteriorated; deterioration; declined; decline; worse; worsened; slipped; fallen away; dropped; plunged;
        lost; since the inspection of; risen from; climbed; got worse; fallen to; from good; weakened; harder; second
        inadequate; left; further behind; growing; wrong way; downgraded; lower; doubled; cut; cuts; falling""",
    "uncertain": """uncertain; remains to be seen; too early; too soon; not yet; could; might; may; if; depends; fragile;
        whether; unless; unclear; nobody knows; not known; prospects; cannot say; cannot yet; no evidence; in doubt""",
    "no_change": """no change; unchanged; still; as before; much the same; same as; remains; remain; again; just as; no better;
        little progress; too little progress; same grade; continues to; as in; not improved; no improvement; has not; have not;
        little has; stubbornly; the same""",
    "improving_in_part": """but; yet; although; though; not yet; some; uneven; patchy; still; less; variable; slow; slower;
        remaining; more to do; further to go; sufficient progress; not made; nevertheless; while""",
}  # fmt: skip
_CUES = classify.joined(
    classify.CUES,
    classify.index("form", _FORM_HINTS, 2),
    classify.index("area", _AREA_HINTS, 1),
    classify.index("stage", _STAGE_HINTS, 2),
    classify.index("travel", _TRAVEL_HINTS, 1),
)
_MANNER_OF = {word: manner for manner, words in _MANNERS.items() for word in words}


def of_item(item: Item) -> Features:
    """Return the features of an item."""
    lines = classify.opening(item)
    head = [line.tokens for line in lines[:_HEAD_LINES]]
    found = _weighed("word", chain.from_iterable(head), 2.5)
    found |= _weighed("pair", (pair for line in head for pair in map(" ".join, pairwise(line))), 2.5)
    found |= _weighed("start", (" ".join(line[:2]) for line in head), 1.0)
    found |= _weighed("tail", (token for line in lines[-_TAIL_LINES:] for token in line.tokens), 1.0)
    found |= _weighed("heading", (token for line in lines if line.kind == "heading" for token in line.tokens), 1.5)
    if item.heading:
        found |= _weighed("title", item.heading.tokens, 1.0)
    for place, line in enumerate(lines[:_FIRST_LINES]):
        found |= _weighed(f"line {place}", line.tokens, 1.0)
    return found | _shape(item, lines) | _manner(lines) | _ruled(item)


def _weighed(kind: str, names: Iterable[str], weight: float) -> dict[str, float]:
    """Return features that weigh as much together whether they are few or many; a second mention adds less than the first."""
    counts = Counter(names)
    of_times = {times: 1 + math.log(times) for times in set(counts.values())}
    norm = math.sqrt(sum([of_times[times] ** 2 for times in counts.values()])) or 1.0
    value_of = {times: weight * value / norm for times, value in of_times.items()}
    return {f"{kind}:{name}": value_of[times] for name, times in counts.items()}


def _shape(item: Item, lines: Sequence[Line]) -> dict[str, float]:
    """Return what can be seen of a paper from afar."""
    count = max(1, len(lines))
    found = {
        f"=share of {kind}": sum(line.kind == kind for line in lines) / count for kind in ("heading", "list_item", "table_row")
    }
    found["=share of numbered"] = sum(bool(_NUMBERED.match(line.low)) for line in lines) / count
    found["=share of short"] = sum(len(line.low) < 40 for line in lines) / count
    found["=share of dated"] = min(1.0, 3 * sum(bool(_DATED.search(line.low)) for line in lines) / count)
    found["=share of capitals"] = min(1.0, 3 * sum(bool(_CASED.match(line.words)) for line in lines) / count)
    found["=share of quoted"] = sum(len(quoted) for line in lines for quoted in _QUOTED.findall(line.words)) / (
        sum(len(line.words) for line in lines) or 1
    )
    page = [line.low for line in lines[:_HEAD_OF_PAGE] if len(line.low) < _SHORT]
    found |= {f"=head of {name}": _OF_A_HEAD for name, cue in _HEADS.items() if any(map(cue.search, page))}
    found["=long sentences"] = min(1.5, sum(len(line.words) for line in lines) / count / 100)
    found["=length"] = min(1.5, math.log1p(count) / 4)
    return found | {"=cut": float(item.cut is not None), "=late": float(item.late is not None), "=speaks": float(item.speaks)}


def _manner(lines: Sequence[Line]) -> dict[str, float]:
    """Return who speaks to whom, in which tense and how freely."""
    counts: Counter[str] = Counter()
    total = short = 0
    for line in lines:
        for word in _WORD.findall(line.low):
            total += 1
            short += word.endswith(("n't", "'re", "'ve", "'ll", "'d", "'m"))
            if manner := _MANNER_OF.get(word):
                counts[manner] += 1
    found = {f"=manner {name}": min(1.5, 2 * math.sqrt(times / max(50, total) * 4)) for name, times in counts.items()}
    return found | {"=manner contracts": min(1.5, 4 * math.sqrt(short / max(50, total)))}


def _ruled(item: Item) -> dict[str, float]:
    """Return what the rules' cues say, each alone and against the others of its facet."""
    scores = classify.scores(item, _CUES)
    sums: defaultdict[str, float] = defaultdict(float)
    for name, score in scores.items():
        sums[name.partition(" ")[0]] += score
    found = {}
    for name, score in scores.items():
        facet = name.partition(" ")[0]
        found[f"={name}"] = math.log1p(score) / 3
        found[f"=part {name}"] = score / sums[facet]
    return found
