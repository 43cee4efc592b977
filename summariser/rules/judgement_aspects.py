"""The parts of a service that reviews grade apart, as papers name them in sentences and in the rows of tables."""

import re

# All are for text in lower case. Of two cues on the same words the first in the table counts.
_ASPECTS = (
    ("children_in_care_and_care_leavers", r"(?:children|those|young people) (?:in care|looked after)(?: and (?:achieving )?permanence)? and (?:for )?(?:young )?care[- ]leavers|"
     r"in care and (?:for )?care leavers|looked[- ]after children and care leavers|care experienced children and care leavers"),
    ("care_leavers", r"care[- ]leavers?|leaving care"),
    ("children_in_care", r"children in care|looked[- ]after|children in (?:our|its|their|the council's) care|achieving permanence|cared[- ]for children"),
    ("adoption", r"adoption"),
    ("lscb", r"\blscb\b|local safeguarding (?:children )?board|safeguarding children board"),
    ("help_and_protection", r"help and protection|help (?:or|&) protection|need(?:ing)? (?:of )?(?:help|protection)"),
    ("capacity_to_improve", r"capacity (?:to improve|for (?:further )?improvement)"),
    ("leadership", r"\bleader(?:s|ship)?\b"),
    ("other", r"\bresettlement\b|organisational delivery|court disposals|out-of-court|commissioning and use of resources"),
    ("outcome_area", r"being healthy|stay(?:ing)? safe|enjoy(?:ing)? and achiev\w+|(?:making a )?positive contribution|economic well-?being|improved health|improved quality of life|"
     r"(?:increased )?choice and control|freedom from discrimination|dignity and respect"),
    ("overall", r"\boverall\b"),
)  # fmt: skip
_ASPECT = re.compile("|".join(f"(?P<{name}>{cue})" for name, cue in _ASPECTS))
# The parts as the subject of "is good": without these words "is good" is praise.
AREA = (
    r"(?:(?:the )?impact of (?:its |the |our )?leaders(?: on social work practice(?: with children and families)?)?|leadership(?:,? (?:management )?and (?:management|governance))?"
    r"|governance and leadership|overall effectiveness|(?:the |its |our )?(?:services?|help|support|care|judgement|grade|experiences?(?: and progress)?) (?:of|for) (?:children|young people|care[- ]leavers|those)[\w ,-]{0,60}?"
    r"|(?:children who )?(?:need )?help and protection|children in care(?: and care leavers)?(?: services)?|care[- ]leavers?'? services|services for [\w ,-]{4,60}?|children looked after(?: and achieving permanence)?|looked[- ]after children|care[- ]leavers|adoption(?: performance| services)?"
    r"|(?:the )?(?:local safeguarding children board|lscb)(?: \(lscb\))?|(?:[\w'-]+ )?(?:children's|youth justice|youth offending|adults?'?) (?:social care )?services?|adult social care|(?:the )?(?:overall )?(?:judgement|rating|grade|outcome|result)(?: (?:that )?(?:we|it|they|the council|the service) (?:got|received|were given|was given|had|were awarded|was awarded|earned))?(?: (?:in|at) [^,.;]{2,40}?)?"
    r"|it|they|one|this judgement area|capacity (?:to improve|for improvement))"
)
STATEMENT = re.compile(
    r"assessing needs|healthier lives|equity in (?:experiences?|outcomes?|access)|care provision|partnerships? (?:and communit|working)|\bsafe\b.{0,12}(?:systems|pathways)|^\W*safeguarding\W*(?:(?:score\W*)?[1-4]\W*)?$"
    r"|governance, (?:management|leadership)|governance and sustain|learning, (?:improvement|innovation)|workforce equality"
)
OUTCOME = re.compile(
    r"being healthy|staying safe|enjoying and|positive contribution|economic (?:well|wellbeing)|overall effectiveness of children|service management|learning difficulties|(?:young people )?(?:aged )?14 ?(?:to|-) ?19|\bsafeguarding$|social care$"
)
_STANDARD = re.compile(
    r"^(?:staff(?:ing)?|partnerships?(?: and services)?|information and facilities|assess(?:ing|ment)|planning|implementation(?: and delivery)?|deliver(?:y|ing)|reviewing|review|organisational delivery"
    r"|(?:out-of-court (?:disposals?)?|resettlement|court disposals?|diversion|joint working|desistance|work with children.*|safety|standard \d.*|evidence-based resettlement)(?: policy)?(?:,? and provision)?(?: \w+){0,4})$"
)
# What inspections of safeguarding and of looked after children graded besides the effectiveness of both.
_BESIDES = re.compile(
    r"^(?:ambition and prioriti[sz]ation|partnership working|partnerships?|value for money|(?:the )?quality of (?:provision|services?)|user engagement|service user engagement|evaluation\b.{0,60}|performance management\b.{0,40}|equality and diversity"
    r"|services? for (?:children|looked)\b.{0,60}|effectiveness of (?:services|the assessment)\b.{0,90}|(?:the )?contribution of health agencies\b.{0,60}|workforce(?: development)?|assessment and (?:care planning|direct work)\b.{0,50}"
    r"|children and young people are safe\b.{0,40}|(?:how )?safe (?:do )?children\b.{0,40})$"
)
_OVERALL = re.compile(
    r"^(?:the |our |its |cqc |ofsted |current |latest |new |final |previous |last |earlier |former )*(?:overall|rating|grade|judgement|outcome|verdict|decision|overall (?:rating|grade|judgement|effectiveness|outcome|verdict|service rating))(?: (?:at|of|for|this|given|awarded|from)\b[\w ']{0,50})?$"
)
_NUMBERING = re.compile(r"^[\W_]*(?:(?:\(?[0-9]{1,2}(?:\.\d{1,2})*[.)]?|\(?[a-e][.)])\s+)?[\W_]*")
_SAYS = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|will|would|should|rated|graded|judged|found|said|remains?|give[ns]?|gave|it|we|they|must|not|no)\b"
)
# What services do, as quality indicators tell it apart from what people have of it.
_MEANS = re.compile(
    r"\b(?:process\w*|planning|policy|policies|partnership working|resources?|workforce|staff\w*|commissioning|management)\b"
)
_ENDS = re.compile(r"\b(?:outcomes?|experiences?|impact|wellbeing)\b")
_LONGEST_LABEL = 110


def aspects_in(low: str) -> list[str]:
    """Return the parts of a service that a text in lower case names, in order."""
    return list(dict.fromkeys(match.lastgroup or "" for match in _ASPECT.finditer(low)))


def says(low: str) -> bool:
    """Say whether words hold a verb, as those of a sentence do and those of a label do not."""
    return bool(_SAYS.search(low))


def names_statement(low: str) -> bool:
    """Say whether a line is a label, which a page's number may open, with the name of one of the CQC's quality statements."""
    return len(low) < _LONGEST_LABEL and low[-1:].isalpha() and bool(STATEMENT.search(low)) and not _SAYS.search(low)


def label(low: str) -> str:
    """Return the words of a row's label without bullet, number and marks; none if they are part of a sentence."""
    if len(low) > _LONGEST_LABEL:
        return ""
    low = _NUMBERING.sub("", low, count=1).rstrip(" :|-('\"")
    return "" if _SAYS.search(low) or ". " in low else low


def indicator(words: str) -> str:
    """Return which part of a service a Scottish quality indicator is of, by its name in lower case."""
    if "leader" in words:
        return "leadership"
    return "other" if _MEANS.search(words) and not _ENDS.search(words) else "outcome_area"


def row_aspect(words: str, regime: str | None) -> str | None:
    """Return which part of a service the label of a row names, or None."""
    if _OVERALL.match(words):
        return "children_in_care" if "looked after" in words else "overall"
    named = aspects_in(words)
    if regime == "youth_justice_inspection":
        return "leadership" if "leadership" in named else "other" if named or _STANDARD.match(words) else None
    if regime == "scotland_care_inspectorate":
        return indicator(words)
    if regime == "ofsted_slac_era" and _BESIDES.match(words):
        return "other"
    if regime == "ss_performance_assessment" and words == "delivering outcomes":
        return "outcome_area"
    specific = [name for name in named if name != "overall"]
    return next(iter(specific or named), None)
