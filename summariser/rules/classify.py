"""What kind of paper it is, whose service it is about, and at which stage the authority stands."""

import re
from collections import defaultdict

from summariser.rules.lines import Line
from summariser.rules.structure import Item


def _cue(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.I | re.M)


# Each cue speaks for a form with a weight; it counts at most _OFTEN times. Papers quote each other's words, so the marks of
# layout (a "Minutes:" label, a salutation) weigh more than words of the subject.
_OFTEN = 3
_FORMS: tuple[tuple[str, float, re.Pattern[str]], ...] = (
    ("minutes_item", 4, _cue(r"^minutes:?$|^issue - |^\W*resolved\b|^decision: *$")),
    ("minutes_item", 3, _cue(r"^agenda item\b|view the full minutes|^meeting: \d|^meeting of\b|^declarations?\b.*\binterest")),
    ("minutes_item", 2, _cue(r"\bmembers (?:were|received|asked|noted|queried|raised|considered)\b|\bthe committee (?:was|were|"
                             r"considered|noted|received|agreed)\b|\bin response to (?:a |questions|queries)")),
    ("decision_record", 5, _cue(r"^(?:key )?decision(?: details| maker| taken|:)|^is key decision|^decision due|^reasons? for (?:the "
                                r"|urgency|decision)|delegated decision|forward plan")),
    ("officer_report", 4, _cue(r"^(?:\d[\d.]* )?(?:purpose(?: of (?:the )?report)?|recommendations?|financial implications|legal "
                               r"implications|background(?: papers)?|risk (?:management|implications)|equalit(?:y|ies) (?:impact|"
                               r"implications)|wards? affected|report author|appendices|options considered)\b")),
    ("officer_report", 3, _cue(r"^report (?:of|by|to)\b|\b(?:cabinet|committee|board) is (?:asked|recommended) to\b")),
    ("inspection_letter", 5, _cue(r"^dear (?:mr|mrs|ms|miss|dr|sir|colleague|director)\b")),
    ("inspection_letter", 3, _cue(r"his majesty's inspector|her majesty's inspector|yours sincerely|(?:focused|monitoring) visit to\b"
                                  r"|this letter summarises|\binspectors (?:looked at|evaluated|considered)")),
    ("inspection_report", 4, _cue(r"^inspection dates?:?|^lead inspector|inspection of .{3,60} (?:children's services|local authority)"
                                  r"|^judgement\b.*\bgrade|^the overall (?:judgement|effectiveness)|^overall effectiveness")),
    ("peer_feedback", 4, _cue(r"\bpeer (?:team|challenge) (?:report|feedback|letter)|\bfeedback (?:report|letter)\b")),
    ("peer_feedback", 2, _cue(r"\bwe (?:met|spoke|heard|found|saw|were (?:told|impressed)|recommend|would (?:suggest|encourage))\b")),
    ("peer_feedback", 3, _cue(r"\b(?:the )?peer team\b|\bpeer challenge\b.{0,60}\bnot (?:an )?inspection|^areas for consideration")),
    ("improvement_or_action_plan", 6, _cue(r"^.{0,60}\b(?:improvement|action|delivery|recovery) plan\b(?:,? 20\d\d.*)?$")),
    ("improvement_or_action_plan", 4, _cue(r"\baction\b.{0,80}\b(?:owner|lead|responsible)\b.{0,60}\b(?:by when|due|deadline|date|status)"
                                           r"|^\|.{10,}\|.{3,40}\|.{3,30}\|")),
    ("intervention_instrument", 6, _cue(r"improvement notice (?:issued )?to\b|\bdirection under section 497a|^(?:statutory )?direction\b"
                                        r"|the secretary of state (?:hereby )?directs")),
    ("commissioner_report", 6, _cue(r"^(?:report (?:of|by) the )?commissioner'?s? (?:report|for children)|my (?:appointment|role) as "
                                    r"commissioner")),
    ("case_review", 6, _cue(r"safeguarding adults? review|child safeguarding practice review|serious case review|^\W*key lines of "
                            r"enquiry|domestic homicide review|\bindependent reviewer\b")),
    ("ombudsman_decision", 5, _cue(r"^the complaint$|^the ombudsman's (?:role|final decision)|^final decision|^agreed (?:action|remedy)"
                                   r"|\bfault causing injustice|^summary: .*(?:upheld|fault)")),
    ("self_account", 6, _cue(r"self-(?:assessment|evaluation)(?: report| 20\d\d)?$|^local account|^annual report|position statement$")),
    ("press_release", 5, _cue(r"^notes? to editors|^(?:press|media|news) release|^press office|said in a (?:press )?release|for "
                              r"immediate release|^media (?:enquiries|contact)")),
    ("press_release", 3, _cue(r"\bthe council (?:has today|today|pledges|welcomes)|\bour pledges"
                              r"|(?:leader|cabinet member|director)\b.{0,60}\b(?:said|added|commented|concluded): *$")),
    ("news_article", 4, _cue(r"\bby [A-Z][a-z]+ [A-Z][a-z]+,? .{0,30}(?:reporter|correspondent|editor)|local democracy|\bthis newspaper"
                             r"|\btold (?:the )?[A-Z][a-z]+[.,]|a spokes(?:person|man|woman) (?:for|said)")),
    ("news_article", 2, _cue(r"according to (?:a|the) report|\bthe report (?:says|found|also|features)\b|has praised\b|watchdog"
                             r"|\bread more: ")),
    ("opinion_or_blog", 5, _cue(r"\bposted (?:on|by)\b|\btag archives?\b|^(?:.* )?blog\b|\bi (?:think|believe|reckon|bet|suspect|stood|looked"
                                r"|asked)\b|\bmy own view|\bi'd\b|\bi've\b|credit where")),
    ("opinion_or_blog", 4, _cue(r"\(!\)|\.{4,}|!$|\"experts?\"|\bwe'd\b|\bso-called\b|\beven worse\b|\b(?:un)?surprising\b|\bpredictable\b"
                                r"|\boh dear\b|missed opportunit|\bsecretive\b|\bfiasco\b|\bshambles\b|\bspin\b")),
    ("guidance_or_framework", 5, _cue(r"\bthis (?:guidance|framework|handbook)\b|^what (?:is|are) .{3,60}\?$|how (?:inspections|peer "
                                      r"challenges|assessments) work")),
    ("information_page", 3, _cue(r"^about (?:this|our|peer)\b|\bis a (?:process|programme)\b.{0,60}\bcouncils\b|^previous (?:peer|reviews)")),
)  # fmt: skip
# What a paper is can be told from its first pages; a pack of a thousand pages need not be read to its end for that.
_OPENING = 1_500
# Below this a form is a guess, and "other" is the honest answer.
_ENOUGH = 4

_AREAS: tuple[tuple[str, float, re.Pattern[str]], ...] = (
    ("childrens_social_care", 1, _cue(r"\bchildren(?:'s)?\b|\bchild protection|\blooked[- ]after|\bcare leavers?|\bfoster|\badoption\b"
                                      r"|\bilacs\b|\bmash\b|\bsafeguarding and family support|\bearly help")),
    ("adult_social_care", 1, _cue(r"\badult(?:s|'s)?\b|\bolder people|\bcare act\b|\bcare homes?|\bhome care|\bcarers?\b|\breablement"
                                  r"|\bcare quality commission|\bcqc\b|\bmaking safeguarding personal")),
    ("send_and_education", 1.5, _cue(r"\bsend\b|special educational needs|\behc|\bschools?\b|written statement of action|education, health")),
    ("youth_justice", 2, _cue(r"youth (?:justice|offending)|\bhmi probation")),
    ("corporate", 2, _cue(r"corporate peers?\b|\bpeer review of (?:the )?\w+(?: \w+)? council|finance peer challenge"
                          r"|\bbest value (?:notice|inspection)|\bwhole council|\bmedium[- ]term financial|senior management review"
                          r"|\bthe council's (?:administration|leadership)")),
    ("health_and_public_health", 1, _cue(r"\bpublic health (?:nursing|services)|\bmaternity|\bhealthwatch")),
    ("all_social_care", 3, _cue(r"\bsocial services\b|\bjoint review|\bstar rating|adults' and children's social care")),
)  # fmt: skip
_TITLE_WEIGHT = 4

_STAGES: tuple[tuple[str, float, re.Pattern[str]], ...] = (
    ("progress_update", 4, _cue(r"\bprogress (?:against|on|report|update|since)|\bmonitoring visit|\bquarterly (?:review|report|progress)"
                                r"|\bimprovement journey|\bupdate on (?:the )?(?:improvement|council's improvement)|\bperformance report")),
    ("response_to_review", 3, _cue(r"\b(?:council|authority)(?:'s)? (?:response|reply)|\bresponse to the|\bpledges?\b|in response to the"
                                   r"|\baccepts? (?:it|the|all)|\bactions? (?:taken|plan) (?:after|following|in response)"
                                   r"|come up with a response|(?:improvement|action) plan\b.{0,40}\b(?:after|following|responds?)")),
    ("review_findings", 3, _cue(r"\bheadline findings|\bfeedback (?:report|letter)|\baccording to (?:a|the) report|\bthe report (?:says|found|"
                                r"features)|\binspectors found|\bwe found\b|\bfindings of|\bhas praised\b|\bjudged? the overall|\bthis letter "
                                r"summarises|\bwatchdog finds|\brated\b.{0,40}\brequires improvement")),
    ("intervention", 3, _cue(r"\bimprovement notice|\bstatutory direction|\bcommissioner (?:has been )?appointed|section 497a")),
    ("exit_or_closure", 5, _cue(r"\b(?:lifted|removed) (?:the )?(?:improvement notice|direction|intervention)|\bexit(?:ed|ing)? intervention")),
    ("preparation", 4, _cue(r"\bprepar(?:e|ing|ation) for (?:the |an? )?(?:inspection|assurance|cqc|ofsted)|\bself-assessment (?:has been|will)")),
)  # fmt: skip

_IMPROVING = _cue(r"\b(?:sustained|significant|continued|real|clear)(?: and \w+)? improvement|\bthings had improved|\bhas improved|steady"
                  r" progress|fastest improving|moved? out of 'inadequate|most positive (?:visit|letter|report)")  # fmt: skip
_DECLINING = _cue(r"\bdeteriorat|\bdeclin(?:ed|ing)\b|\bgot worse|\bfallen away|\bhas worsened|\bslipp(?:ed|ing) back")
_UNCERTAIN = _cue(r"\buncertain prospects|\bprospects\b.{0,40}\buncertain")
_IN_PART = _cue(r"\bin some areas|\bbut inconsisten|\bnot (?:yet )?consistent|\bstill (?:remained )?(?:much )?work to do")


def form(item: Item) -> str:
    """Return the document form of an item, or "other"."""
    if item.speaks:
        return "press_release"
    scores = _score(_FORMS, _text(item.lines))
    best = max(scores, key=lambda name: scores[name], default="other")
    return best if scores[best] >= _ENOUGH else "other"


def service_area(item: Item) -> str:
    """Return the service that is judged, or "other"."""
    scores = _score(_AREAS, _text(item.lines), often=20)
    if item.heading:
        for area, score in _score(_AREAS, item.heading.words).items():
            scores[area] = scores.get(area, 0) + score * _TITLE_WEIGHT
    if not scores:
        return "other"
    best = max(scores, key=lambda area: scores[area])
    return best if scores[best] >= 2 else "other"


def cycle_stage(item: Item) -> str:
    """Return the stage of the authority's cycle of review and improvement, or "context"."""
    scores = _score(_STAGES, _text(item.lines))
    if item.speaks:
        scores["response_to_review"] = scores.get("response_to_review", 0) + _ENOUGH
    return max(scores, key=lambda stage: scores[stage], default="context")


def travel(words: str) -> str | None:
    """Return the direction of travel that a line tells of, or None."""
    if _UNCERTAIN.search(words):
        return "uncertain"
    if _DECLINING.search(words):
        return "declining"
    if _IMPROVING.search(words):
        return "improving_in_part" if _IN_PART.search(words) else "improving"
    return None


def _text(lines: list[Line]) -> str:
    return "\n".join(line.words for line in lines[:_OPENING])


def _score(cues: tuple[tuple[str, float, re.Pattern[str]], ...], text: str, often: int = _OFTEN) -> dict[str, float]:
    """Add up the weights of the cues that stand in the text."""
    scores: defaultdict[str, float] = defaultdict(float)
    for name, weight, pattern in cues:
        hits = sum(1 for _, _ in zip(range(often), pattern.finditer(text), strict=False))
        if hits:
            scores[name] += weight * hits
    return scores
