"""What reviews judged, as a text gives it in so many words: grades, prospects, special measures, past or present."""

import re

from summariser.rules.lines import Line
from summariser.rules.reviews import EARLIER, Judgement, Regime, Review

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

_UNNAMED = Regime("unspecified_review", re.compile(r"$^"), None, "ofsted_4")


def judge(lines: list[Line], found: list[Review]) -> None:
    """Give each grade in the text to the review whose scale it is on, or to an earlier one that nobody names."""
    named = list(found)
    past = _past(lines)
    leads = {line.number: line for line in lines}
    # A headline gives a grade in fewer words than the text, so it is asked last.
    for line in sorted(lines, key=lambda line: line.kind == "heading"):
        if line.boilerplate:
            continue
        for judgement in _in_line(line, leads.get(line.lead or 0), is_past=line.number in past):
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


def _in_line(line: Line, lead: Line | None, *, is_past: bool) -> list[Judgement]:
    words = line.words
    if match := _JOURNEY.search(words):
        ends = zip(match.groups(), ("trajectory_from", "trajectory_to"), strict=True)
        return [Judgement(line.number, grade, "overall", "ofsted_4", _code(grade), time) for grade, time in ends]
    found = _joint_review(line)
    time = "earlier" if is_past else "this_review"
    if (match := _AREA_LINE.search(words)) and (aspect := _aspect(words)) != "overall" and _under_grades(line, lead):
        return [Judgement(line.number, match.group(1), aspect, "ofsted_4", _code(match.group(1)), time)]
    grades = list(_GRADE.finditer(words))
    if line.has(_HOPED):
        return found
    if len(grades) == 1 and line.has(_GRADING) and _is_grade(words, grades[0]):
        found.append(Judgement(line.number, grades[0].group(), _aspect(words), "ofsted_4", _code(grades[0].group()), time))
    return found


def _past(lines: list[Line]) -> set[int]:
    """Return the lines that speak of an earlier time, or come after one that does in its paragraph; a doubt counts as past."""
    found: set[int] = set()
    paragraph = -1
    for line in lines:
        if line.paragraph == paragraph or line.has(EARLIER):
            paragraph = line.paragraph
            found.add(line.number)
    return found


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


def _under_grades(line: Line, lead: Line | None) -> bool:
    """Say whether the list or table that a line stands in is one of grades."""
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
