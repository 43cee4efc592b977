"""The kinds of review that papers tell of: the words that name each, who carries it out, and the scales it grades on.

To add one, put a row into the table: in order, for what a cue has claimed of a line, a later and vaguer one does not claim.
"""

import re
from dataclasses import dataclass

_CHILDREN, _ADULTS, _ALL = "childrens_social_care", "adult_social_care", "all_social_care"
_SEND = "send_and_education"
_CQC_NAME = r"(?:the )?(?:\bcqc\b|care quality commission)(?: \(cqc\))?"
_YOUTH = r"youth (?:justice|offending)"


@dataclass(frozen=True, slots=True)
class Regime:
    """A kind of review; its cue is for text in lower case. `vague` is one that many kinds of paper speak of.

    `words` are the pieces of text without one of which the cue cannot match: to look for them takes far less time.
    """

    code: str
    cue: re.Pattern[str]
    by: str | None = None
    scale: str | None = None
    area: str | None = None
    vague: bool = False
    words: tuple[str, ...] = ("",)


@dataclass(frozen=True, slots=True)
class Mention:
    """Where in a text in lower case a regime is named."""

    regime: Regime
    start: int
    end: int


def _regime(
    code: str, words: str, cue: str, by: str | None = None, scale: str | None = None, area: str | None = None
) -> Regime:
    return Regime(code, re.compile(cue), by, scale, area, words=tuple(words.split("|")))


def _vague(code: str, words: str, cue: str, area: str | None = None) -> Regime:
    return Regime(code, re.compile(cue), None, None, area, vague=True, words=tuple(words.split("|")))


REGIMES = (
    _regime("ofsted_monitoring_visit", "monitoring",
            r"monitoring visits?\b(?! programme)|monitoring letter", "Ofsted", None, _CHILDREN),
    _regime("ofsted_focused_visit", "visit",
            r"focuss?ed (?:assurance )?visits?\b|\bassurance visit", "Ofsted", None, _CHILDREN),
    _regime("jtai", "joint targeted|jtai",
            r"joint targeted area inspections?|\bjtais?\b", None, None, _CHILDREN),
    _regime("youth_justice_inspection", "probation|hmip|youth",
            r"(?:\bhmi|hm inspectorate of|majesty's inspectorate of) probation(?:'s)?(?: \(hmip\))?(?: inspection)?|\bhmip\b(?:'s)?(?: (?:full |re-?)?inspection)?|\bprobation inspect\w+|inspectorate of probation|"
            rf"inspection of (?:[\w'&-]+ ){{0,6}}{_YOUTH}|{_YOUTH} (?:service |team |work )?(?:inspection|was (?:rated|judged|inspected))|"
            rf"(?:rated|inspected|judged) (?:[\w'&-]+ ){{0,4}}{_YOUTH}", "HM Inspectorate of Probation", "hmip_4",
            "youth_justice"),
    _regime("send_area_2016", "statement of action|wsoa|local area send",
            r"written statement of action|\bwsoa\b|local area send inspection", None, "send_2016", _SEND),
    _regime("send_area_2023", "send|special|failings|local area|experiences",
            r"(?:area )?\bsend (?:local )?(?:area )?(?:partnership )?(?:inspection|report\b|re-?visit|reinspection)|"
            r"inspect\w* (?:of )?(?:the )?(?:[\w'-]+ ){0,4}local area\b|(?:widespread and/or )?systemic failings|inspect\w* (?:of )?(?:the )?"
            r"(?:[\w'-]+ ){0,4}(?:for|with) (?:send\b|special (?:educational )?needs)|special educational needs and disabilities in|inconsistent experiences and"
            r" outcomes|typically positive experiences", "Ofsted", "send_2023", _SEND),
    _regime("lscb_review", "lscb|safeguarding",
            r"review of (?:the )?(?:effectiveness of )?(?:the )?(?:[\w']+ )?(?:lscb|local safeguarding children board)|(?:lscb|local "
            r"safeguarding children board)(?=\W[^.;]{0,80}\b(?:judged|rated|graded|given|reviewed|inadequate|good|outstanding|requires improvement)\b)", "Ofsted",
            "lscb_4", _CHILDREN),
    _regime("ofsted_sif", "single inspection|sif|in need of help",
            r"single inspection\b|\bsif\b|inspection of services for children in need of help", "Ofsted", "ofsted_4",
            _CHILDREN),
    _regime("ofsted_slac_era", "looked|slac|protection|unannounced",
            r"safeguarding and looked[- ]after (?:children )?(?:services )?inspection|inspection of safeguarding and looked|\bslac\b|"
            r"inspection of (?:the )?(?:local authority )?(?:arrangements for the protection of children|child protection arrangements)|unannounced inspection of"
            r" (?:contact|child)", "Ofsted", "ofsted_4_old", _CHILDREN),
    _regime("joint_area_review", "joint area",
            r"joint area review", None, "four_grade_numeric_4_best", _CHILDREN),
    _regime("cqc_adult_apa", "annual|performance",
            r"annual (?:performance )?assessment of (?:[\w'-]+ ){0,5}adult|adult social (?:care|services) assessment of performance|assessment of performance report|council apa performance|adult social care (?:annual )?performance assessment|annual (?:performance )?(?:assessments?|ratings?) [^.;]{0,30}\b(?:cqc|care quality commission)|(?:cqc|care "
            r"quality commission)(?:'s)? annual (?:performance )?(?:assessment|rating|review)", "CQC", "cqc_apa", _ADULTS),
    _regime("childrens_apa", "annual|apa",
            r"annual performance assessment|\bapa\b|annual (?:rating|assessment) of children's services", "Ofsted",
            "four_grade_numeric_4_best", _CHILDREN),
    _regime("caa", "area assessment",
            r"comprehensive area assessment", "Audit Commission", "four_grade_numeric_4_best", "corporate"),
    _regime("cpa", "comprehensive|cpa",
            r"comprehensive performance assessment|\bcpa\b", "Audit Commission", "cpa_2002", "corporate"),
    _regime("best_value_inspection", "best value",
            r"best value (?:inspection|review)", "Audit Commission", "bv_stars"),
    _regime("adult_safeguarding_peer_review", "peer",
            r"peer (?:review|challenge) of (?:adult )?safeguarding(?! children)|safeguarding adults? peer|adult safeguarding peer", None, None,
            _ADULTS),
    _regime("adult_services_peer_challenge", "peer",
            r"(?:adults?'? (?:social care|services)|preparation for assurance).{0,60}peer (?:challenge|review)|"
            r"peer (?:challenge|review).{0,40}adults?'? (?:social care|services)", None, None, _ADULTS),
    _regime("childrens_services_peer_review", "peer",
            r"(?:children's (?:social care|services)|safeguarding children|\bsend\b).{0,50}peer (?:challenge|review|diagnostic)|"
            r"peer (?:challenge|review|diagnostic).{0,50}(?:children's|safeguarding children)", None, None, _CHILDREN),
    _regime("corporate_peer_challenge", "peer",
            r"corporate peers?(?: challenge| review)?\b|peer review of (?:the )?\w+(?: \w+)? council|council peer (?:review|challenge)", None, None,
            "corporate"),
    _vague("other_peer_review", "peer",
            r"peer (?:reviews?|challenges?)\b|\bthe peers\b"),
    _regime("joint_review_ac_ssi", "joint review|audit commission",
            r"joint reviews?\b|audit commission and (?:the )?social services inspectorate", None, "jr_people_served", _ALL),
    _regime("ss_performance_assessment", "national priorities",
            r"assessment (?:of services )?against national priorities", None, None, _ALL),
    _regime("ss_star_rating", "star|performance rating|social services rating|social services: rating",
            r"\bstar ratings?\b|social services:? (?:performance )?(?:star|rating)|performance ratings (?:for|of) (?:\w+ )?social services|"
            r"(?:national )?performance ratings(?= announced)|\b(?:zero|one|two|three|[0-3])[- ]star (?=(?:social services|council|authority|department|rating|status))|"
            r"(?:awarded|gained|given|received|retained|kept|lost|earned|has|have|got|rated|won) (?:\w+ ){0,3}(?:no|zero|one|two|three|first|second|third|[0-3])[- ]stars?\b",
            None, "ss_stars", _ALL),
    _regime("wales_ciw", "ciw|care inspectorate wales|cssiw|performance evaluation|improvement check",
            r"care inspectorate wales|\bciw\b|\bcssiw\b|performance evaluation inspection|\bimprovement check\b",
            "Care Inspectorate Wales"),
    _regime("ni_rqia", "rqia|regulation and quality",
            r"\brqia\b|regulation and quality improvement authority", "RQIA"),
    _regime("scotland_care_inspectorate", "care inspectorate|joint inspection",
            r"care inspectorate(?! wales)|joint inspection of (?=(?:adult (?:services|support)|integrated|services for|health and social|(?:\w+ ){0,3}(?:children|older)))",
            "Care Inspectorate", "scotland_6"),
    _regime("ssi_inspection", "inspect|ssi|csci",
            r"\bre-?inspection of|follow[- ]up inspection of|\bssi (?:re-?)?(?:inspect\w*|visit)|inspect\w* by (?:the )?(?:ssi|social services "
            r"inspectorate|csci)|(?:\bssi|social services inspectorate)(?: \([^)]{1,90}\))? (?:had |has )?inspected"),
    _regime("ofsted_ilacs", "inspect|ofsted|ilacs|judged|rated|graded",
            r"\bilacs\b|inspection of (?:(?:the )?[\w'&,-]+ ){0,10}children's (?:social care )?services|(?:standard|short|full) (?:ilacs |ofsted )?inspection|"
            r"ofsted(?:'s|,)? (?:(?!monitoring|focus|annual)[\w-]+ ){0,3}(?:inspect(?:ed|ions?)|report|judge\w*|rat(?:es|ed|ing)|graded?|found|marked|moved|awarded)\b|"
            r"(?:inspect\w*|judged|rated|graded) (?:[\w'\"]+ ){0,6}by ofsted|last inspected in full|children's services "
            r"(?:\w+ ){0,3}(?:judged|rated|graded)|(?<!area )(?<!joint )(?<!thematic )(?<!justice )(?<!offending )(?<!home )(?<!homes )(?<!fostering )(?<!adoption )(?<!school )(?<!agency )\binspection (?:of|in) (?=(?:january|february|march|april|may|june|"
            r"july|august|september|october|november|december) \d{4})", "Ofsted", "ofsted_4", _CHILDREN),
    _regime("cqc_la_assessment", "cqc|care quality|commission|local authority assessment|adult social care|council assessment",
            rf"{_CQC_NAME}(?:'s)? (?:\d{{4}} )?(?:local authority )?(?:assess\w*|rat(?:ed|ing)|report|inspect\w*|judge\w*|scored?|team|visit|found|"
            rf"wrote|was on site)|{_CQC_NAME}(?:,? \w+){{0,5}} (?:assess\w*|rated|inspect(?:ed|ions?|s)|scored|report)|"
            rf"(?:assess\w*|assessors|inspect\w*|rat(?:ed|ing)|report\w*|scored|opinion) (?:[\w'-]+ ){{0,7}}(?:by|from|of) {_CQC_NAME}|on the borough by the care quality "
            rf"commission|when {_CQC_NAME}|{_CQC_NAME} (?:will|does|came|comes|gave|graded)\b|{_CQC_NAME}(?:,? [\w'-]+){{0,3}},? (?:has |have )?(?:given|awarded|published|finds|says) |assess(?:es|ed|ment of)? how (?:[\w'-]+ ){{0,8}}(?:meets?|meeting) its (?:care act |legal )?(?:duties|responsibilities)|\bcommission's (?:pilot|assessment|report)|(?:local authority|council) assessment\b(?! framework)|\badult social care\W+(?:(?:report|result|outcome) of )?(?:(?:our|the|a) )?"
            r"(?:first |second |third |baseline )?(?:re-?)?assessment\b(?! (?:team|form|tool|process|wait))|assessment of (?:[\w'-]+ ){0,4}adult social care (?:duties|functions|responsibilities)", "CQC",
            "cqc_la_rating", _ADULTS),
    _regime("dfe_intervention", "notice|direction|commissioner|adviser",
            r"improvement notice|statutory (?:direction|notice)|notice to improve|\bdirection (?:made|issued|from the secretary|under section 497)|"
            r"report of the commissioner|commissioner's (?:\w+ )?report|commissioner appointed|appointed (?:a )?commissioner|department for education's adviser", None, None,
            _CHILDREN),
    _regime("mhclg_intervention", "best value|commissioners",
            r"best value (?:notice|intervention)|government(?:-appointed)? commissioners", None, None, "corporate"),
    _regime("adult_case_review", "safeguarding adult",
            r"safeguarding adults? reviews?\b"),
    _regime("child_case_review", "case review|practice review|lcspr|rapid review",
            r"serious case reviews?|child safeguarding practice reviews?|\blcspr\b|\brapid reviews?\b(?= (?:was|in|of|had|into|took|held))"),
    _regime("ombudsman_investigation", "ombudsman|lgsco|statement of decision|(0|(1|(2|completed my investigation|not investigate this complaint",
            r"\bombudsman\b|\blgsco\b|^\W*statement of decision\b|\((?:0|1|2)\d \d{3} \d{3}\)|\bcompleted my investigation\b|^\W*(?:summary\W+)?we will not investigate this complaint\b", "Local Government and Social Care Ombudsman", "ombudsman"),
    _vague("user_survey", "survey|questionnaire",
            r"\b(?:staff |users?'? |carers?'? |resident\w* |parent\w* )?survey\b|\bsurveyed\b|\bquestionnaires?\b"),
    _vague("self_assessment", "self-|self?|position statement|local account",
            r"(?<!supported )(?<!online )(?<!carers' )(?<!digital )(?<!carer )\bself[-?](?:assessment|evaluation)s?\b(?! (?:forms?|tools?|questionnaires?|process|template|framework|guidance|portal))|"
           r"(?<!market )(?<!her own )(?<!his own )\bposition statement\b|\blocal account of\b|\b(?:our|annual|\w+th|the council's) local account\b"),
    _vague("other_review", "independent|external",
            r"\b(?:independent|external) (?:external )?review\b(?= (?:of|by|into|in|commissioned|had|found)\b)"),
    _vague("internal_audit_or_qa", "audit|review|sampl",
            r"\b(?:report of |our )internal audit\b|\binternal audits?(?= (?:in|of|report|found|gave|opinion|examined|reviewed|looked|assessed|concluded|issued)\b)|(?:case(?:[- ]file)?|practice|quality|multi-agency|thematic|themed) audits?\b(?! (?:tool|form|programme|team))|\baudits had been|"
           r"\b(?:our|its|their|your|the (?:council|authority|partnership|service|board|trust)'s) own (?:internal |case |file )?(?:audits?|reviews?)\b|\bdip[- ]sampl(?:e|es|ed|ing)\b|\baudit of \d+|\baudited \d+|\b\d+ (?:[\w-]+ )?(?:audits|audited cases)\b|"
           r"\bsample of \d+ (?:case |children's |adults' )?(?:files|records|cases)\b(?= (?:taken|drawn|looked|read|audited|in|found))|"
           r"files (?:we|they) audited|of audits\b|\baudit in (?=(?:january|february|march|april|may|june|july|august|september|october|november|"
           r"december))|review (?:it|we|they) carried out (?:itself|ourselves)"),
)  # fmt: skip
_WORDS = tuple({word for regime in REGIMES for word in regime.words})
BY_CODE = {regime.code: regime for regime in REGIMES}


def mentions(low: str) -> tuple[Mention, ...]:
    """Return the reviews that a text in lower case names, in order; of two on the same words the first in the table counts."""
    found: list[Mention] = []
    there = {word for word in _WORDS if word in low}
    for regime in REGIMES if there else ():
        if there.isdisjoint(regime.words):
            continue
        for match in regime.cue.finditer(low):
            if not any(match.start() < other.end and other.start < match.end() for other in found):
                found.append(Mention(regime, *match.span()))
    return tuple(sorted(found, key=lambda mention: mention.start))


def of_its_time(code: str, year: int | None) -> str:
    """Return the regime of a year: what Ofsted inspects changed its framework, so a bare "inspection" is that of its year."""
    if year is None:
        return code
    if code == "ofsted_ilacs" and year <= 2004:
        return "ssi_inspection"
    if code == "ofsted_ilacs" and year <= 2017:
        return "ofsted_sif" if year > 2012 else "ofsted_slac_era"
    if code in ("send_area_2016", "send_area_2023"):
        return "send_area_2016" if year <= 2022 else "send_area_2023"
    if code == "cqc_la_assessment" and year <= 2012:
        return "cqc_adult_apa"
    if code == "cqc_adult_apa" and year <= 2008:  # then a task of its forerunner, which gave stars
        return "ss_performance_assessment"
    return code
