"""Finds judgements that are no grades in words from inadequate to outstanding: scores, outcomes and the words of other scales."""

import re
from collections.abc import Iterator

from summariser.rules import judgement_guards as guards
from summariser.rules.judgement_aspects import OUTCOME, aspects_in, indicator
from summariser.rules.judgement_grades import Grade
from summariser.rules.judgement_joint import joint
from summariser.rules.judgement_progress import blocks, concluded, progress
from summariser.rules.judgement_regulated import band_of, headed
from summariser.rules.judgement_social import social
from summariser.rules.judgement_statements import statements
from summariser.rules.judgement_statuses import UNREAL, grade, statuses
from summariser.rules.lines import Line

# These are for text in lower case.
_PERCENT = r"(?:\.\d+)? ?(?:%|per ?cent\b|percent\b|out of 100\b)"
_SCORE = re.compile(
    rf"\b(?:scor(?:e[ds]?|ing)|rating of)\b[^.;%\d]{{0,30}}\b(\d{{2,3}}){_PERCENT}|\b(?:scor(?:es?|ed|ing)|score of) (\d\d)\b(?=[.,;]|$)"
)
_RATED_WITH = re.compile(rf"\b(?:good|outstanding|inadequate|improvement)['\"]?,? (?:with|at|on|and|\() ?(\d{{2,3}}){_PERCENT}")
_MOVED_SCORE = re.compile(r"\bpoints? (?:lower|higher|up|down),? at (\d\d)\b")
_MAY_SCORE = ("scor", "rat", "points", "%", "per cent")
_THRESHOLD = re.compile(
    r"\b(?:needs?|begins?|would|between|threshold|points short of|national|average|mean|at least|target)\b[^,;]{0,40}$"
)
_SELF = re.compile(
    r"\b(?:yourselves|ourselves|themselves|itself|self-(?:assess|evaluat|scor)|your (?:own )?scores?|our (?:own )?scores?|you scored)"
)
_SEND_OUTCOMES = (
    ("systemic_failings", re.compile(r"(?:widespread and/or |widespread or |widespread and )?systemic failings")),
    ("inconsistent", re.compile(r"inconsistent experiences(?: and outcomes)?")),
    ("typically_positive", re.compile(r"typically (?:lead(?:s|ing)? to )?positive(?: experiences(?: and outcomes)?)?")),
)
_STATEMENT_OF_ACTION = re.compile(
    r"\b(?:required?s?|requires|asked|ended in|resulted in|led to|had to|determined|issued|produce|submit|called for|(?:were|was|been) (?:given|handed)|received|(?:result|outcome|upshot) was)\b[^.;]{0,80}(?:(?:written )?statement of action|\bwsoa\b)"
    r"|(?:written statement of action|\bwsoa\b)[^.;]{0,40}\b(?:was|is|were) (?:required|issued|needed|requested)"
)
_NO_STATEMENT = re.compile(
    r"\b(?:no|without a|not (?:be )?(?:required?|asked) to (?:produce|submit|write) a) (?:written statement of action|wsoa)|(?:\bwsoa|statement of action) was not"
)
# What may come of an inspection, in a text that explains how inspections work.
_POSSIBLE = re.compile(
    r"\b(?:where|if|whenever) (?:there (?:are|is)|(?:the )?(?:inspectors|inspectorates) (?:find|identify|judge)|an? (?:area|partnership|local)\b|any\b)[^.;]*$"
)
_APA = r"(poor|adequate|well|excellent)"
_PERFORMING = re.compile(
    rf"\bperform(?:ing|ed|s) ['\"]?(poorly|adequately|well|excellently)\b|\b(?:rated|graded|judged|assessed|judgement of|rating of|(?:rating|judgement|grade) was)(?: \w+){{0,4}} ['\"]?{_APA}\b"
)
# In a paper about something else.
_RATED_SO = re.compile(r"\b(?:rated|judged|graded|assessed) as performing ['\"]?(poorly|adequately|well|excellently)\b")
_SERVES = re.compile(r"\b(?:services|care|council|authority|we|it)\b(?: \w+){0,6} $")
_HOPED = re.compile(r"\b(?:not|never|unless|if|until|to be|are to|should|must|hope\w*)\b[^,;]{0,40}$")
_PERFORMANCE = {"poorly": "poor", "adequately": "adequate", "excellently": "excellent"}
_OVERALL_IS = re.compile(r"\boverall\b[\w' ]{0,50}(?: is|:) ?:? ?(poor|adequate|well|excellent)(?=\W*$)")
_CPA = re.compile(
    r"\b(?:rated|judged|categorised|classed|assessed|scored|ranked|placed)(?: \w+){0,4}? (?:as |a )?['\"]?(poor|weak|fair|good|excellent)\b"
)
_SIX = re.compile(r"\b(unsatisfactory|weak|adequate|very good|good|excellent)\b")
_EVALUATES = re.compile(r"\b(?:evaluat\w+|grade[ds]?|rated|judged|awarded)\b")
_EVALUATED = re.compile(r"(?:\b(?:as|was|were|is|of|at|rated|graded|evaluated|judged|awarded|been|to)|:|-|\() ?['\"]?$")
_SO_MANY = re.compile(
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|none|\d)(?: (?:were|was|is|are|as|graded|evaluated|judged|rated|of them)){0,4} ?['\"]?$"
)
_OWN_VIEW = re.compile(r"\bown (?:\w+ )?(?:evaluation|assessment|view|judgement)\b|\bself-(?:evaluat|assess)")
_FOR = re.compile(r"['\"]? for (?:the |its )?([^,.;]{3,60})")
_NUMERIC = re.compile(
    r"\b(?:grade[ds]?|scored?|rated|judged|awarded|rating|a|and)(?: \w+){0,3}? ['\"]?([1-4])\b(?! ?(?:%|per cent|out of|stars?|years?|-|/|\.\d))"
)
_VERBS_BEHIND = re.compile(r"(?: (?:was|were|is|are|has|had|have|been|also|a|an|and|which|at|as))+ ?$")
_NEXT = re.compile(r" (?:and|with|but) (?:an? )?[1-4]\b")
_WHOLE = re.compile(r"\boverall\b|^(?:its |the )?children's services$")
_BEST = re.compile(r"\b(?:highest|lowest|where 4|best)\b")
_SAID = re.compile(r"\b(?:grade[ds]?|scored?|rated|judged|awarded|rating)\b")


def scores(line: Line, regime: str | None, own: guards.Names) -> Iterator[Grade]:
    """Yield the judgements of a line on other scales; `regime` is the review that the text around it is about."""
    yield from social(line, regime, own)
    if any(map(line.low.__contains__, _MAY_SCORE)):
        yield from _percent(line, own)
    yield from statements(line, regime)
    yield from headed(line, regime)
    yield from _send(line)
    yield from progress(line, regime)
    yield from concluded(line, regime)
    yield from blocks(line, regime)
    yield from statuses(line, regime)
    if regime in _WORDED and not guards.ruled_out(line.low[:110]) and not _explains(line.low):
        pattern, scale = _WORDED[regime]
        for match in (*pattern.finditer(line.low), *(_OVERALL_IS.finditer(line.low) if scale == "cqc_apa" else ())):
            word = next(group for group in match.groups() if group)
            named = aspects_in(line.low[: match.end()])
            past = guards.time_said(line.low[: match.start()], line.low[match.end() :]) is True
            aspect = named[-1] if named else "overall"
            yield grade(line, match, _PERFORMANCE.get(word, word), scale, aspect, past=past)
    elif regime == "scotland_care_inspectorate" and _EVALUATES.search(line.low) and not _explains(line.low):
        yield from _scottish(line, own)
    elif regime in ("childrens_apa", "joint_area_review", "caa") and _SAID.search(line.low) and not _BEST.search(line.low):
        yield from _numeric(line)
    if regime in ("childrens_apa", "joint_area_review"):
        yield from joint(line)
    if (
        regime != "cqc_adult_apa"
        and "performing " in line.low
        and (match := _RATED_SO.search(line.low))
        and not _hoped(line.low, match)
    ):
        yield grade(line, match, _PERFORMANCE.get(match[1], match[1]), "cqc_apa", "overall")


_WORDED = {"cqc_adult_apa": (_PERFORMING, "cqc_apa"), "cpa": (_CPA, "cpa_2002")}


def _hoped(low: str, match: re.Match[str]) -> bool:
    """Say whether services are hoped or denied to be rated so, or something else than services is."""
    before = low[: match.start()][-110:]
    return guards.ruled_out(before) or _explains(low) or not _SERVES.search(before) or bool(_HOPED.search(before))


def _explains(low: str) -> bool:
    return bool(guards.GENERIC.search(low)) or guards.explains(low)


def _percent(line: Line, own: guards.Names) -> Iterator[Grade]:
    for cue in (_SCORE, _RATED_WITH, _MOVED_SCORE):
        for match in cue.finditer(line.low):
            at = match.start(match.lastindex or 1)
            band = band_of(int(match[match.lastindex or 1]))
            if not band or _THRESHOLD.search(line.low[: match.start()]) or _SELF.search(line.low):
                continue
            if not guards.is_of_another(line.words[:at], own):
                yield Grade(line, match.start(), line.words[at : match.end()], band, "overall", scale="cqc_la_percent")
                return


def _send(line: Line) -> Iterator[Grade]:
    if "systemic" in line.low or "inconsistent" in line.low or "typically" in line.low:
        outcomes = [(code, match) for code, cue in _SEND_OUTCOMES if (match := cue.search(line.low))]
        before = line.low[: outcomes[0][1].start()] if outcomes else ""
        if len(outcomes) == 1 and not UNREAL.search(before) and not _POSSIBLE.search(before):
            yield grade(line, outcomes[0][1], outcomes[0][0], "send_2023", "overall")
    if "statement" not in line.low and "wsoa" not in line.low:
        return
    if match := _NO_STATEMENT.search(line.low):
        yield grade(line, match, "no_wsoa", "send_2016", "overall")
    elif (match := _STATEMENT_OF_ACTION.search(line.low)) and not any(
        cue.search(line.low[: match.start()]) for cue in (UNREAL, _POSSIBLE)
    ):
        yield grade(line, match, "wsoa_required", "send_2016", "overall")


def _scottish(line: Line, own: guards.Names) -> Iterator[Grade]:
    """Yield the six-point grades of a sentence, each for what it names before it or, with "for", behind it."""
    end = 0
    for match in _SIX.finditer(line.low):
        before = line.low[end : match.start()].rpartition(". ")[2]
        behind = _FOR.match(line.low, match.end())
        given = _EVALUATED.search(before) or (behind and (end or _EVALUATES.search(before)))
        if (
            not given
            or _OWN_VIEW.search(before)
            or _SO_MANY.search(before)
            or guards.ruled_out(before[-110:])
            or guards.is_of_another(line.words[: match.start()], own)
        ):
            continue
        part = behind[1] if behind else before
        end = match.end() + (len(behind.group()) if behind else 0)
        past = guards.time_said(before, line.low[match.end() :]) is True
        yield grade(line, match, match[1].replace(" ", "_"), "scotland_6", indicator(part), past=past)


def _numeric(line: Line) -> Iterator[Grade]:
    """Yield the grades from 1 to 4 of a sentence, with 4 the best."""
    for match in _NUMERIC.finditer(line.low):
        behind = _FOR.match(line.low, match.end())
        before = line.low[: match.start()].rpartition(". ")[2]
        part = _NEXT.split(behind[1])[0] if behind else before
        if match.group().startswith(("a ", "and ")) and not behind:
            continue
        named = aspects_in(part)
        aspect = (
            named[-1]
            if named
            else "outcome_area"
            if OUTCOME.search(_VERBS_BEHIND.sub("", part)) or (behind and not _WHOLE.search(part))
            else "overall"
        )
        past = guards.time_said(line.low[: match.start()], line.low[match.end() :]) is True
        yield grade(line, match, match[1], "four_grade_numeric_4_best", aspect, past=past)
