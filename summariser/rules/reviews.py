"""Which reviews a text tells of, what they judged, and when."""

import re
from dataclasses import dataclass, field

from summariser.rules.dates import Period, periods
from summariser.rules.lines import Line

GRADES = ("inadequate", "requires_improvement", "good", "outstanding")


@dataclass(frozen=True, slots=True)
class Regime:
    """A kind of review: the cue that names it, who carries it out, and the scale it grades on, if any."""

    code: str
    cue: re.Pattern[str]
    by: str | None = None
    scale: str | None = None
    area: str | None = None


def _regime(code: str, cue: str, by: str | None = None, scale: str | None = None, area: str | None = None) -> Regime:
    return Regime(code, re.compile(cue, re.I), by, scale, area)


_CHILDREN, _ADULTS, _ALL = "childrens_social_care", "adult_social_care", "all_social_care"
# In order: what a cue has claimed of a line, a later and vaguer cue does not claim again.
REGIMES = (
    _regime("ofsted_monitoring_visit", r"monitoring visit", "Ofsted", None, _CHILDREN),
    _regime("ofsted_focused_visit", r"focused visit", "Ofsted", None, _CHILDREN),
    _regime("jtai", r"joint targeted area inspection|\bJTAI\b", None, None, _CHILDREN),
    _regime("send_area_2016", r"written statement of action|\bWSoA\b", None, "send_2016", "send_and_education"),
    _regime("send_area_2023", r"area SEND inspection|SEND inspection|special educational needs and disabilities in", None,
            "send_2023", "send_and_education"),
    _regime("lscb_review", r"review of the (?:effectiveness of the )?(?:LSCB|local safeguarding children board)", "Ofsted", "lscb_4",
            _CHILDREN),
    _regime("ofsted_sif", r"single inspection framework|\bSIF\b", "Ofsted", "ofsted_4", _CHILDREN),
    _regime("ofsted_ilacs", r"\bILACS\b|inspection of (?:local authority )?children's services|standard inspection|Ofsted inspection|"
            r"inspection by Ofsted|full inspection|Ofsted (?:judged|rated|graded)", "Ofsted", "ofsted_4", _CHILDREN),
    _regime("adult_safeguarding_peer_review", r"peer (?:review|challenge) of (?:adult )?safeguarding|safeguarding adults? peer|"
            r"peer review of adult safeguarding", None, None, _ADULTS),
    _regime("adult_services_peer_challenge", r"(?:adult (?:social care|services)|preparation for assurance).{0,60}peer (?:challenge|review)|"
            r"peer (?:challenge|review).{0,60}adult (?:social care|services)", None, None, _ADULTS),
    _regime("childrens_services_peer_review", r"(?:children's (?:social care|services)|safeguarding children|SEND).{0,50}peer (?:challenge|"
            r"review)|peer (?:challenge|review).{0,50}(?:children's|safeguarding children)", None, None, _CHILDREN),
    _regime("corporate_peer_challenge", r"corporate peers?\b|peer review of (?:the )?\w+(?: \w+)? council|council peer (?:review|challenge)",
            None, None, "corporate"),
    _regime("other_peer_review", r"peer (?:review|challenge)|\bthe peers\b"),
    _regime("joint_review_ac_ssi", r"joint review|Audit Commission and (?:the )?Social Services Inspectorate", None, None, _ALL),
    _regime("ss_performance_assessment", r"assessment (?:of services )?against national priorities", None, None, _ALL),
    _regime("ss_star_rating", r"star rating", None, "ss_stars", _ALL),
    _regime("ssi_inspection", r"re-?inspection of|follow[- ]up inspection of"),
    _regime("cqc_la_assessment", r"(?:Care Quality Commission|\bCQC)\b(?=.{0,60}(?:assess|rate|inspect|report|judge|score))|"
            r"(?:assess\w*|inspect\w*|rated|report\w*) by (?:the )?(?:CQC|Care Quality Commission)|on the borough by the Care Quality "
            r"Commission", "CQC", "cqc_la_rating", _ADULTS),
    _regime("youth_justice_inspection", r"inspection of (?:the )?youth (?:justice|offending)|HMI Probation", None, "hmip_4",
            "youth_justice"),
    _regime("dfe_intervention", r"improvement notice|statutory direction|commissioner appointed|Department for Education's adviser"),
    _regime("adult_case_review", r"safeguarding adults? reviews?\b"),
    _regime("child_case_review", r"serious case review|child safeguarding practice review"),
    _regime("ombudsman_investigation", r"\bombudsman\b"),
    _regime("internal_audit_or_qa", r"(?:case[- ]file|practice|case) audits?\b|\baudits had been|files (?:we|they) audited|of audits\b"),
)  # fmt: skip

_EARLIER = re.compile(r"\b(?:previous(?:ly)?|earlier|last (?:full )?inspection|(?:in|of) (?:[A-Z][a-z]+ )?(?:19|20)\d\d|at that time|since (?:19|20)\d\d|years? ago|"
                      r"(?:19|20)\d\d (?:inspection|judgement|review|report)|had (?:been|graded|judged|rated)|were inadequate|before that)\b",
                      re.I)  # fmt: skip
_UPCOMING = re.compile(r"\b(?:will (?:take place|be held|be|visit|return)|would be (?:held|carried)|next visit|is (?:due|expected)|"
                       r"further (?:re)?(?:visit|inspection)|fourth visit was expected)\b", re.I)  # fmt: skip
_FURTHER = re.compile(r"\b(?:further|next|another|follow-up) (?:monitoring |focused )?(?:visit|(?:re-?)?inspection)\b", re.I)
_TOOK_PLACE = re.compile(
    r"\b(?:took|taken) place|\b(?:inspectors|assessors|peers|team) (?:spent|visited|came|were|was)\b|\bon site\b", re.I
)
_ELSEWHEN = re.compile(r"\b(?:judged|inadequate|since|previous|published|effect|powers|report|letter|plan|by|until)\b", re.I)
_NEAR = 60  # characters between the name of a review and its date
_INSPECTED = re.compile(r"\b(?:ofsted|inspect\w*|cqc|judged|graded|rated)\b", re.I)
_GRADING = re.compile(r"\b(?:judge[ds]?|judged|rated|graded?|grades?|judgement|rating|found (?:them|it|services) to be|overall effectiveness|"
                      r"overall|moved? (?:from|out of)|(?:was|were) (?:both |all )?(?=inadequate))\b", re.I)  # fmt: skip
_GRADE = re.compile(r"\b(inadequate|requir(?:es|ing|ed?) improvement(?: to be good)?|outstanding|good)\b", re.I)
_JOURNEY = re.compile(
    r"\bfrom ['\"]?(inadequate|requires improvement|good|outstanding)['\"]? to ['\"]?(inadequate|requires improvement|good|outstanding)",
    re.I,
)
_AREA_LINE = re.compile(
    r"[-–:|,]\s*['\"]?(inadequate|requires improvement(?: to be good)?|good|outstanding)['\"]?[.;|\s]*$", re.I
)
_HOPED = re.compile(
    r"\b(?:will be|would be|to be rated|needs? \d+% to|target|aim(?:s|ing)? (?:to|for)|hope|confident|by 20\d\d|ought|should|if|would|could|had they|we'd|\w+n(?:'|\?{2,3})t)\b",
    re.I,
)
_ASPECTS = (
    ("leadership", re.compile(r"\bleader", re.I)),
    ("help_and_protection", re.compile(r"help and protection", re.I)),
    ("children_in_care_and_care_leavers", re.compile(r"in care and care leavers", re.I)),
    ("care_leavers", re.compile(r"care leavers", re.I)),
    ("children_in_care", re.compile(r"(?:children in care|looked after)", re.I)),
)
_SERVED = re.compile(r"\bserving (some|most) people well|\bserving people well|\bnot serving people well", re.I)
_PROSPECTS = re.compile(
    r"\b(poor|uncertain|promising|excellent) prospects|\bprospects\b[^.]{0,40}\W(poor|uncertain|promising|excellent)\b", re.I
)
_SPECIAL_MEASURES = re.compile(r"\b(?:remains?|is|are|placed) (?:on|in|under) special measures[^.,;]{0,60}", re.I)


@dataclass(slots=True)
class Judgement:
    """A grade in so many words."""

    line: int
    stated: str
    aspect: str
    scale: str
    code: str
    time: str


@dataclass(slots=True)
class Review:
    """A review as a text tells of it: the lines that name it, its period, and its judgements."""

    regime: Regime
    lines: list[Line]
    role: str
    fieldwork: Period | None = None
    judgements: list[Judgement] = field(default_factory=list)

    @property
    def name(self) -> str | None:
        """Return the words that name it, or None if only its grade is told."""
        found = self.regime.cue.search(self.lines[0].words)
        return found.group() if found else None


_UNNAMED = Regime("unspecified_review", re.compile(r"$^"), None, "ofsted_4")


def reviews(lines: list[Line], title: Line | None) -> list[Review]:
    """Return the reviews that the lines name, the main one first, each with its judgements."""
    named: dict[str, list[Line]] = {}
    found: dict[str, Regime] = {}
    for line in lines:
        if line.boilerplate:
            continue
        for regime in _regimes_of(line):
            named.setdefault(regime.code, []).append(line)
            found[regime.code] = regime
    _fold_vague(named, found)
    title_codes = {regime.code for regime in _regimes_of(title)} if title else set()
    order = sorted(
        named, key=lambda code: -(len(named[code]) + 5 * (code in title_codes) - 3 * (code == "internal_audit_or_qa"))
    )
    result = [Review(found[code], named[code], _role(named[code], place)) for place, code in enumerate(order)]
    for review in result:
        review.fieldwork = _fieldwork(review, lines)
    if result and (upcoming := _next_visit(result[0], lines)):
        result.append(upcoming)
    _judge(lines, result)
    return result


def unspecified(line: Line) -> Review:
    """Return a review that is spoken of without being named."""
    return Review(Regime("unspecified_review", re.compile(r"$^")), [line], "main_subject")


def _regimes_of(line: Line) -> list[Regime]:
    """Return the regimes that a line names; of two cues on the same words the first in the table counts."""
    claimed: list[tuple[int, int]] = []
    hits = []
    for regime in REGIMES:
        match = regime.cue.search(line.words)
        if match and not any(match.start() < end and start < match.end() for start, end in claimed):
            claimed.append(match.span())
            hits.append(regime)
    return hits


def _fold_vague(named: dict[str, list[Line]], found: dict[str, Regime]) -> None:
    """Count "the peer review" towards the one peer review that the text names in full."""
    peers = [code for code in named if "peer" in code and code != "other_peer_review"]
    if "other_peer_review" in named and len(peers) == 1:
        merged = named[peers[0]] + named.pop("other_peer_review")
        named[peers[0]] = sorted(merged, key=lambda line: line.number)
        found.pop("other_peer_review")


def _role(lines: list[Line], place: int) -> str:
    if place == 0:
        return "main_subject"
    if all(line.has(_UPCOMING) for line in lines):
        return "upcoming"
    return "earlier" if any(line.has(_EARLIER) for line in lines) else "parallel"


def _fieldwork(review: Review, lines: list[Line]) -> Period | None:
    """Return the date that is said to be the review's: beside its name, or, of the main one, where "it took place"."""
    for line in review.lines:
        match = review.regime.cue.search(line.words)
        if not match or (line.has(_UPCOMING) and review.role != "upcoming"):
            continue
        for period in periods(line.words):
            between = line.words[match.end() : period.at] if period.at > match.end() else line.words[period.at : match.start()]
            if len(between) < _NEAR and not _ELSEWHEN.search(between):
                return Period(period.iso, period.at, line.number)
    for line in lines if review.role == "main_subject" else ():
        took = _TOOK_PLACE.search(line.words)
        dates = [period for period in periods(line.words) if took and period.at >= took.start()]
        if dates and not line.has(_UPCOMING):
            return Period(dates[0].iso, dates[0].at, line.number)
    return None


def _next_visit(main: Review, lines: list[Line]) -> Review | None:
    """Return the further visit that a text announces with its date."""
    for line in lines:
        if line.has(_FURTHER) and line.has(_UPCOMING) and (dates := periods(line.words)):
            regime = next(iter(_regimes_of(line)), main.regime)
            return Review(regime, [line], "upcoming", Period(dates[-1].iso, dates[-1].at, line.number))
    return None


def _judge(lines: list[Line], found: list[Review]) -> None:
    """Give each grade in the text to the review whose scale it is on, or to an earlier one that nobody names."""
    named = list(found)
    # A headline gives a grade in fewer words than the text, so it is asked last.
    for line in sorted(lines, key=lambda line: line.kind == "heading"):
        if line.boilerplate:
            continue
        for judgement in _in_line(line, lines):
            home = _home(judgement, named)
            if home is None and judgement.scale == "ofsted_4" and line.has(_INSPECTED):
                home = _unnamed(found, line)
            if home is not None and not any(_same(judgement, other) for other in home.judgements):
                judgement.scale = home.regime.scale or judgement.scale
                home.judgements.append(judgement)


def _unnamed(found: list[Review], line: Line) -> Review:
    """Return the one review that stands for those whose grades are told and whose names are not."""
    known = next((review for review in found if review.regime is _UNNAMED), None)
    if known is None:
        known = Review(_UNNAMED, [line], "earlier")
        found.append(known)
    return known


def _home(judgement: Judgement, found: list[Review]) -> Review | None:
    if judgement.scale.startswith("jr_"):
        return next((review for review in found if review.regime.code == "joint_review_ac_ssi"), None)
    if judgement.scale == "intervention":
        return next((review for review in found if review.regime.code == "ssi_inspection"), None)
    graded = [review for review in found if review.regime.scale in ("ofsted_4", "cqc_la_rating", "hmip_4")]
    for review in graded:
        if judgement.line in {line.number for line in review.lines}:
            return review
    # A past grade beside a review's name is not known to be that review's; a present one, or a journey, has one home.
    return graded[0] if graded and judgement.time != "earlier" else None


def _same(one: Judgement, other: Judgement) -> bool:
    return (one.aspect, one.time, one.code) == (other.aspect, other.time, other.code)


def _in_line(line: Line, lines: list[Line]) -> list[Judgement]:
    words = line.words
    if match := _JOURNEY.search(words):
        ends = zip(match.groups(), ("trajectory_from", "trajectory_to"), strict=True)
        return [Judgement(line.number, grade, "overall", "ofsted_4", _code(grade), time) for grade, time in ends]
    found = _joint_review(line)
    time = "earlier" if _is_past(line, lines) else "this_review"
    if (match := _AREA_LINE.search(words)) and (aspect := _aspect(words)) != "overall" and _under_grades(line, lines):
        return [Judgement(line.number, match.group(1), aspect, "ofsted_4", _code(match.group(1)), time)]
    grades = list(_GRADE.finditer(words))
    if line.has(_HOPED):
        return found
    if len(grades) == 1 and line.has(_GRADING) and _is_grade(words, grades[0]):
        found.append(Judgement(line.number, grades[0].group(), _aspect(words), "ofsted_4", _code(grades[0].group()), time))
    return found


def _is_past(line: Line, lines: list[Line]) -> bool:
    """Say whether a line, or one before it in its paragraph, speaks of an earlier time; a doubt counts as past."""
    return any(other.has(_EARLIER) for other in lines if other.paragraph == line.paragraph and other.number <= line.number)


def _joint_review(line: Line) -> list[Judgement]:
    found = []
    if match := _SERVED.search(line.words):
        code = "not_well" if "not serving" in match.group() else f"{match.group(1).lower()}_well" if match.group(1) else "well"
        found.append(Judgement(line.number, match.group(), "people_served", "jr_people_served", code, "this_review"))
    if match := _PROSPECTS.search(line.words):
        code = (match.group(1) or match.group(2)).lower()
        found.append(Judgement(line.number, match.group(), "prospects", "jr_prospects", code, "this_review"))
    if match := _SPECIAL_MEASURES.search(line.words):
        found.append(
            Judgement(line.number, match.group(), "intervention_status", "intervention", "special_measures", "current_status")
        )
    return found


def _under_grades(line: Line, lines: list[Line]) -> bool:
    """Say whether the list or table that a line stands in is one of grades."""
    lead = next((other for other in lines if other.number == line.lead), None)
    return line.kind == "table_row" or bool(lead and re.search(r"\b(?:grade|judgement|rating|judged)", lead.words, re.I))


def _is_grade(words: str, match: re.Match[str]) -> bool:
    """Say whether the word is a grade rather than praise: "good" needs a verb of grading right before it."""
    before = words[max(0, match.start() - 60) : match.start()]
    if match.group().lower() in ("good", "outstanding", "inadequate"):
        return bool(re.search(r"\b(?:judged?|judges|rated|graded|judgement of|rating of|overall|were|was)\b[^,;.]{0,40}$", before, re.I)
                    and not re.search(r"%|\bper ?cent|\busers\b", words[: match.start()])
                    and not re.search(r"\bfiles?\b|\baudits?\b|\bas$|\bsome\b|\bpractice\b", before))  # fmt: skip
    return not re.search(r"\b(?:which|that|areas?|elements|where)\s*$", before, re.I)


def _aspect(words: str) -> str:
    return next((aspect for aspect, cue in _ASPECTS if cue.search(words)), "overall")


def _code(grade: str) -> str:
    lowered = grade.lower()
    return "requires_improvement" if lowered.startswith("requir") else lowered
