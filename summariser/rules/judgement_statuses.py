"""Finds decisions on complaints, statuses of intervention and opinions of auditors."""

import re
from collections.abc import Iterator

from summariser.rules.cue import Cue
from summariser.rules.judgement_grades import Grade
from summariser.rules.judgement_guards import is_elsewhere
from summariser.rules.lines import Line

# These are for text in lower case.
_DECISIONS = (
    (
        "closed_not_investigated",
        re.compile(
            r"\b(?:closed because|closed after initial|(?:will|could|did|does) not investigate (?:this|the|his|her|mrs?|ms)\b[^.;]{0,30}complaint)"
        ),
    ),
    ("upheld_fault_no_injustice", re.compile(r"\bfault\b[^.;]{0,40}(?:\bbut\b|\bwithout\b|did not|no)\b[^.;]{0,25}injustice")),
    (
        "not_upheld",
        re.compile(
            r"\bnot upheld|(?:did|do|does) not uphold|\b(?:found|find|finds|was|is) no (?:evidence of )?fault\b|acted without fault"
        ),
    ),
    (
        "upheld_fault_injustice",
        re.compile(r"\bfault\b[^.]{0,60}\binjustice|\bmaladministration (?:and|causing|with) injustice"),
    ),
    (
        "upheld_fault_injustice",
        re.compile(
            r"^(?:decision|outcome|finding)\W+(?:some |partly |partially )?upheld|^upheld\b(?! complaints)|\b(?:upheld|upholds|i (?:therefore )?uphold|and uphold) (?:the|it|her|his|their|mrs?|ms|parts?|a|this|both)\b|complaint (?:was|is|has been) upheld"
        ),
    ),
)
_NOT_UPHELD = re.compile(r"^\W*(?:final )?(?:decision|outcome|finding)s?\W+not upheld")
_UPHELD = Cue(
    ("uph", "injustice"),
    re.compile(
        r"^\W*(?:final )?(?:decision|outcome|finding)s?\W+(?:(?:partly|partially|some) )?upheld|\bcomplaint (?:was|is|has been) (?:partly |partially )?upheld|\b(?:i|we) (?:therefore )?(?:partly )?uphold|\bfault (?:by the council )?(?:which |that )?caus(?:ed|ing) (?:\w+ )?injustice"
    ),
)
_NO_FAULT = re.compile(r"\b(?:no (?:evidence of )?fault|not upheld|without fault|not (?:at fault|find fault))\b")
_STATISTICS = re.compile(
    r"\d ?%|per cent|\b\d+ (?:of|out of|complaints|investigations|detailed|decisions)|upheld \d|\bstage (?:one|two|three|1|2|3)\b|\bshe upheld|\bhe upheld"
    r"|\binvestigates? complaints\b|\bwhether\b"
)
_PLACED = r"(?:remain(?:s|ed)?|is|are|was|were|placed|been|put|went|still|stands)"
_INTERVENTIONS = (
    ("special_measures", re.compile(rf"\b(?:{_PLACED}|placed [\w'&-]+(?: [\w'&-]+){{0,3}}) (?:on|in|under|into|subject to) special measures")),
    ("exited", re.compile(r"\b(?:notice|direction|intervention|special measures)\b[^.;]{0,40}\b(?:was|were|been|is|are) (?:formally |hereby )?(?:lifted|removed|revoked|discharged|withdrawn)\b"
                          r"|\b(?:lifted|revoked|withdr[ae]wn?|ended) (?:the|its|this|that|our) (?:\w+ ){0,2}(?:notice|direction|intervention)\b(?! of travel)"
                          r"|\b(?:(?:come|came|moved|taken) out of|removed from) (?:special measures|intervention)\b"
                          r"|(?<!once )(?<!when )(?<!after )(?<!until )\b(?:government intervention(?: in (?!the |an? )[\w' -]{2,60}?)?|statutory direction|appointment of (?:the|a|its) commissioner) (?:has|have|had) (?:therefore |now |today |formally |finally |also )?(?:come to an end|been brought to an end|ended)\b"
                          r"|\b(?:direction|improvement notice) (?:revoked|lifted|withdrawn)\W*$"
                          r"|\bhave (?:now |therefore )?(?:decided|determined) to (?:revoke|lift|withdraw) (?:the|this|its|that|my) (?:statutory |further |revised )?(?:improvement notice|direction)\b(?! of travel)"
                          r"|\bno longer (?:be |stands? )?(?:in |on |under |subject to )+(?:any |a |an |the )?(?:statutory |government )?(?:special measures|direction|intervention|improvement notice)\b")),
    ("statutory_direction", re.compile(r"\bstatutory direction (?:followed|was|has been|remains|of|dated|issued|under)|\b(?:issued|made|served|under|by|to) (?:a|the|with a) (?:new |further |revised )?statutory direction"
                                       r"|\bdirection (?:issued|made) under section 497")),
    ("improvement_notice", re.compile(r"\b(?:an? |the )?improvement notice\b(?= (?:has been|was|is|remains|dated|\(dated|issued|came|followed))|\b(?:issued|served|received|under|subject to|with|for) (?:an?|the) (?:statutory )?"
                                      r"(?:improvement notice|notice to improve)\b|\bimprovement notice (?:which|that) [^.;]{3,60} (?:issued|gave|served)\b")),
    ("commissioner", re.compile(r"\bcommissioner (?:was|has been|(?<!\ba commissioner )is) appointed\b|\bappointed (?:a|as) (?:\w+ )?commissioner\b")),
)  # fmt: skip
_TITLE = re.compile(
    r"\W*(?:(?:statutory )?(?:improvement notice|notice to improve)|(?P<direction>(?:further |revised )?(?:statutory )?direction)(?: (?:under|made|to|issued)\b.{0,90})?)\W*"
)
UNREAL = re.compile(
    r"\b(?:no|not|whether|may (?:be|have|not)|might|could|would|should|will|if|until|unless|avoid\w*|risk of|n't|never|weighing|recommend\w*|hop(?:e[sd]?|ing) to|aim\w* to|wants? to)\b[^,;]{0,50}$"
    r"|\b(?:may|might|could|can|would) (?:\w+ )?be\b[^.;]{0,100}$"
)
# The end of a status, what is over, and an injustice that may have been done or not.
_ENDS = re.compile(
    r"\b(?:revocation|lifting|removal|withdrawal|end|discharge) (?:of|to) (?:the|its|this|that|our)? ?(?:\w+ )?$"
)
_ONCE = re.compile(
    r"\b(?:by way of history|previously|formerly|once|in the past|historically|at one time|(?:years?|months) ago)\b"
)
_SUPPOSED = re.compile(
    r"\b(?:(?:if|whether|could|might)\b[^.;,]{0,30}|any (?:\w+ )?|where (?:there is|there has been|we find|a council)\b[^.;]*)$"
)
# As pages of decisions head them; for text as it is.
_HEADED = re.compile(r"\bDecision ?: ?(?P<how>Upheld|Not upheld)(?=\W*(?:$|[A-Z]))")
_ASSURANCE = re.compile(r"\b(?:limited|reasonable|substantial|moderate|partial|minimal) assurance\b")
_AUDITED = re.compile(r"\b(?:opinion|audit\w*|gave|given|rated|issued)\b")
_PARTLY = re.compile(r" (?:over|on|for|in relation to|about|around)\b")
_PROVIDER = re.compile(
    r"\b(?:nursing|care|residential|children's) homes?\b|\b(?:schools?|academ(?:y|ies)|colleges?|primary|hospitals?)\b"
)
# What may yet be lifted is still in force.
_STILL = re.compile(
    r"\b(?:not yet |whether |asked |call(?:s|ed|ing)? )[^.;]{0,60}?\b(?:lift|revoke|end|withdraw|discharge|remove) "
    r"(?:the|its|this|that|our) (?P<what>(?:statutory )?direction|improvement notice)\b"
)
_ONE_OF = re.compile(r"\b(?:in|of) one (?:of (?:these|those|the|them)\b|case\b|complaint\b)")
_ASPECT_OF = re.compile(
    r"\b(?:this|that|one|another|the (?:first|second|third|last|other)) (?:aspect|part|head) of (?:the|this|her|his|their|mrs?|ms|your)\b"
)
_MAY_STAND = ("special measures", "notice", "direction", "intervention", "commissioner")


def grade(line: Line, match: re.Match[str], code: str, scale: str, aspect: str, *, past: bool = False) -> Grade:
    """Return the grade whose words a pattern has found."""
    stated = line.words[match.start() : match.end()].strip(" '\"-:?")
    return Grade(line, match.start(), stated, code, aspect, None, scale, past=past)


def statuses(line: Line, regime: str | None) -> Iterator[Grade]:
    """Yield the status, the decision and the opinion that a line tells."""
    if any(map(line.low.__contains__, _MAY_STAND)):
        yield from _titled(line, regime)
        yield from _status(line)
    if regime == "ombudsman_investigation":
        yield from _decision(line)
    if "assurance" in line.low and (match := _ASSURANCE.search(line.low)) and _AUDITED.search(line.low):
        aspect = "other" if _PARTLY.match(line.low, match.end()) else "overall"
        yield grade(line, match, "other", "unscaled_label", aspect)


def faultless(lines: list[Line]) -> set[int]:
    """Return the lines that find no fault in one part of a complaint that the paper says is upheld."""
    low = [line.low for line in lines]
    if any(map(_NOT_UPHELD.match, low)) or not any(map(_UPHELD.search, low)):
        return set()
    return {line.number for line in lines if _NO_FAULT.search(line.low) and not _UPHELD.search(line.low)}


def _decision(line: Line) -> Iterator[Grade]:
    if _STATISTICS.search(line.low):
        return
    if ": " in line.words and (headed := _HEADED.search(line.words)):
        code = "upheld_fault_injustice" if headed["how"] == "Upheld" else "not_upheld"
        yield grade(line, headed, code, "ombudsman", "overall")
        return
    for code, cue in _DECISIONS:
        match = cue.search(line.low)
        if match and not (code != "closed_not_investigated" and _SUPPOSED.search(line.low[: match.start()])):
            one = _ONE_OF.search(line.low[: match.start()]) or _ASPECT_OF.search(line.low[match.start() :].split(",")[0])
            aspect = "other" if code == "closed_not_investigated" or one else "overall"
            yield grade(line, match, code, "ombudsman", aspect)
            if code != "closed_not_investigated":
                return


def _titled(line: Line, regime: str | None) -> Iterator[Grade]:
    """Yield the status that the title of a notice or a direction is."""
    if regime == "dfe_intervention" and line.kind == "heading" and (match := _TITLE.fullmatch(line.low)):
        if match.group().strip() == "direction" and not line.words.isupper():
            return  # which may be that of travel
        code = "statutory_direction" if match["direction"] else "improvement_notice"
        yield grade(line, match, code, "intervention", "intervention_status")


def _status(line: Line) -> Iterator[Grade]:
    if _PROVIDER.search(line.low):
        return
    if still := _STILL.search(line.low):
        code = "statutory_direction" if "direction" in still["what"] else "improvement_notice"
        at = still.start() if still.group().startswith("not") else still.start("what")  # a denial is told with what it denies
        words = line.words[at : still.end("what")]
        yield Grade(line, at, words, code, "intervention_status", None, "intervention")
        return
    for code, cue in _INTERVENTIONS:
        match = cue.search(line.low)
        before = line.low[: match.start()] if match else ""
        if (
            match
            and not UNREAL.search(before)
            and not _ENDS.search(before)
            and not is_elsewhere(before.rpartition(". ")[2])
            and "until" not in match.group()
        ):
            yield grade(
                line, match, code, "intervention", "intervention_status", past=code == "exited" or bool(_ONCE.search(before))
            )
            return
