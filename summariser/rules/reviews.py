"""Which reviews a text tells of, in which part, and when they took place."""

import re
from dataclasses import dataclass, field

from summariser.rules.dates import Period, periods
from summariser.rules.lines import Line


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
    _regime("ofsted_sif", r"single inspection framework|\bSIF\b|inspection of services for children in need of help", "Ofsted", "ofsted_4", _CHILDREN),
    _regime("ofsted_ilacs", r"\bILACS\b|inspection of (?:(?:the )?[\w'&,-]+ ){0,10}children's services|standard inspection|Ofsted inspection|"
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

EARLIER = re.compile(r"\b(?:previous(?:ly)?|earlier|last (?:full )?inspection|(?:in|of) (?:[A-Z][a-z]+ )?(?:19|20)\d\d|at that time|since (?:19|20)\d\d|years? ago|"
                      r"(?:19|20)\d\d (?:inspection|judgement|review|report)|had (?:been|graded|judged|rated)|were inadequate|before that)\b",
                      re.I)  # fmt: skip
_UPCOMING = re.compile(r"\b(?:will (?:take place|be held|be|visit|return)|would be (?:held|carried)|next visit|is (?:due|expected)|next (?:full )?inspection|"
                       r"further (?:re)?(?:visit|inspection)|fourth visit was expected)\b", re.I)  # fmt: skip
_FURTHER = re.compile(r"\b(?:further|next|another|follow-up) (?:monitoring |focused )?(?:visit|(?:re-?)?inspection)\b", re.I)
_TOOK_PLACE = re.compile(
    r"\b(?:took|taken) place|\b(?:inspectors|assessors|peers|team) (?:spent|visited|came|were|was)\b|\bon site\b", re.I
)
_DATES_LABEL = re.compile(
    r"^\W*(?:dates? of (?:the )?)?(?:inspection|visit|fieldwork|assessment|review|on-?site)(?: dates?)?\s?:", re.I
)
_ELSEWHEN = re.compile(r"\b(?:judged|inadequate|since|previous|published|effect|powers|report|letter|plan|by|until)\b", re.I)
_HEAD = 40  # lines in which a report says when its review was
_NEAR = 60  # characters between the name of a review and its date


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
    """A review as a text tells of it: the lines that name it, its part in the text, its period, and its judgements."""

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


def reviews(lines: list[Line], title: Line | None) -> list[Review]:
    """Return the reviews that the lines name, the main one first."""
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
    own = _own(title)
    order = sorted(
        named,
        key=lambda code: (
            code != own,
            -(len(named[code]) + 5 * (code in title_codes) - 3 * (code == "internal_audit_or_qa")),
        ),
    )
    result = [Review(found[code], named[code], _role(named[code], place)) for place, code in enumerate(order)]
    for review in result:
        review.fieldwork = _fieldwork(review, lines)
    if result and (upcoming := _next_visit(result[0], lines)):
        result.append(upcoming)
    return result


def unspecified(line: Line) -> Review:
    """Return a review that is spoken of without being named."""
    return Review(Regime("unspecified_review", re.compile(r"$^")), [line], "main_subject")


def _own(title: Line | None) -> str | None:
    """Return the regime of a report or letter whose title begins with the review's name: it is that review's own."""
    if title is None:
        return None
    return next((regime.code for regime in _regimes_of(title) if regime.cue.match(title.words)), None)


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
    return "earlier" if any(line.has(EARLIER) for line in lines) else "parallel"


def _fieldwork(review: Review, lines: list[Line]) -> Period | None:
    """Return the date that is said to be the review's: beside its name, or, of the main one, where "it took place"."""
    for line in lines[:_HEAD] if review.role == "main_subject" else ():
        if line.has(_DATES_LABEL) and (dates := periods(line.words)):
            return Period(dates[0].iso, dates[0].at, line.number)
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
