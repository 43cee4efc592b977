"""Which reviews a text tells of, in which part, and when they took place."""

import re

from summariser.rules.dates import Period, of_the_paper, periods
from summariser.rules.judgement_trackers import Row, tracked
from summariser.rules.lines import Line
from summariser.rules.regimes import BY_CODE, Regime, mentions, of_its_time
from summariser.rules.review_dates import When, agree, dated
from summariser.rules.review_tellings import UPCOMING, Telling, folded, genuine, tellings
from summariser.rules.review_types import Judgement, Review

__all__ = ["Judgement", "Review", "reviews", "unspecified"]

# These are for text in lower case.
_FURTHER = re.compile(
    r"\b(?:further|next|another|follow-up|full) (?:monitoring |focused |full |joint )?(?:visit|(?:re-?)?inspection|challenge|assessment)\b|\bvisit again\b"
)
_VISITS = ("visit", "inspection", "challenge", "assessment")  # without one of which the cue above does not match
_ANOTHER = re.compile(
    r"\b(?:next|another|further|again|return\w*|re-?inspect\w*|re-?visit\w*|follow-?up|future|full|later|subsequent|will|forthcoming|upcoming)\b"
)
_PAST = re.compile(
    r"\b(?:previous(?:ly)?|earlier|last (?:full )?inspection|at that time|(?:weeks|months|years?) ago|had (?:been|graded|judged|rated)|before that"
    r"|since (?:the|its|their) (?:last )?)\b"
)
# What sets a review apart from the one that the paper is about.
_LAST_TIME = re.compile(
    r"\b(?:previous(?:ly)?|last (?:full |graded |standard )?(?:inspect\w+|assess\w+|report|visit)|earlier|before that|at that time)\b"
)
_TOOK_PLACE = re.compile(
    r"\b(?:(?:it|this|which) (?:\w+ ){0,3}|(?:visit|inspection|assessment|review|challenge|fieldwork) (?:[^.;]{0,90} )?)(?:took|taken) place|\b(?:ofsted|cqc|hmi probation|inspectors|assessors|peers|(?:its|their|the|inspection|peer|assessment|review) team) (?:spent|visited|came|(?:were|was) (?:in|on|at|here|there|with))\b"
    r"|\bon[- ]site\b|\b(?:brought|sent) (?:in )?a team\b"
)
_DATES_LABEL = re.compile(
    r"^\W*(?:dates? of (?:the )?)?(?:inspect(?:ion|ed)|visit|fieldwork|assessment|review|on-?site)(?: dates?)?\s?(?::|(?=\d))"
)
_BEFORE_LABEL = re.compile(
    r"^\W*(?:dates? of )?(?:the )?(?:previous|last) (?:full |standard )?(?:inspection|assessment|visit)(?: dates?)?\s?(?::|(?=\d))"
)
_RANGE = re.compile(r"^\d{1,2}(?:st|nd|rd|th)?(?: \w+)?(?: \d{4})? ?(?:-|to|and) ?\d{1,2}(?:st|nd|rd|th)? \w+ \d{4}$")
_PUBLISHED_LABEL = re.compile(r"^\W*(?:report )?(?:published|decision date|date of (?:report|publication))(?: on)?\W")
# Words of the field, without which a survey or a peer review is one of something else.
_FIELD = re.compile(
    r"social (?:care|work|services)|care leavers|children's services|adult services|\bfoster|looked[- ]after|safeguarding (?:adults|children)|direct payments|drug and alcohol|substance misuse|domestic abuse|school nurs|youth (?:justice|offending)|care act|\bcarers\b"
)
_HEAD = 40  # lines in which a report says when its review was
_OPENING = 10
_TITLE_REST = 12  # characters that a heading may have besides the name of a review
_UNNAMED = re.compile(r"$^")


def reviews(lines: list[Line], title: Line | None) -> list[Review]:
    """Return the reviews that the lines name, the main one first."""
    told = [line for line in genuine(lines) if not line.boilerplate]
    sheet = tracked(told)
    rows = {row.line.number for row in sheet}
    paper = of_the_paper(told)
    near = paper.iso if paper else None
    all_told = [telling for line in told if line.number not in rows for telling in tellings(line, near)]
    if any(telling.regime.vague for telling in all_told) and not _is_of_the_field(told, all_told):
        all_told = [telling for telling in all_told if not telling.regime.vague]
    found: list[Review] = []
    year = max((when.year for line in told[:_OPENING] for when in dated(line.words)), default=None)
    if sheet:  # what its notes name without a date are mostly its rows
        dated_so = (telling for telling in all_told if telling.fieldwork or telling.report or telling.upcoming)
        all_told = [telling for telling in dated_so if telling.line.kind != "heading"]  # of the title is each row
    opening = " ".join(line.low for line in told[:_OPENING])
    for telling in folded(all_told, year, adults="adult" in opening and "child" not in opening):
        _add(telling, found, year)
    found = _without_echoes(found)
    # The board is reviewed beside the services that are inspected, and is the subject only of a paper that names no more.
    among = any(review.regime.code == "ofsted_sif" and review.role != "upcoming" for review in found)
    found.sort(key=lambda review: (among and review.regime.code == "lscb_review", -_weight(review, lines, title, year)))
    if found and found[0].role != "upcoming":
        found += _inspected_before(found, told)
        _date_main(found[0], told, near)
        found += _next_visit(found, told, near)
    for place, review in enumerate(found):
        review.role = review.role if review.role == "upcoming" else _role(review, found[0], place)
    return [*_of_sheet(sheet), *found]


def _of_sheet(sheet: list[Row]) -> list[Review]:
    """Return the reviews of a sheet, each with its grades; each row is of an authority of its own, and so each a main one."""
    found = []
    for row in sorted(sheet, key=lambda row: row.past):  # a brief holds so many: the newest first
        time = "earlier" if row.past else "this_review"
        given = [
            Judgement(row.line.number, cell.stated, cell.aspect, cell.scale or row.regime.scale or "", cell.code, time)
            for cell in row.cells
        ]
        role = "earlier" if row.past else "main_subject"
        found.append(Review(row.regime, [row.line], role, row.fieldwork, row.report, given, tabled=True))
    return found


def _without_echoes(found: list[Review]) -> list[Review]:
    """Leave out what seems to come and is only the review already told of: it has no date, and nothing calls it another."""
    done = {review.regime.code for review in found if review.role != "upcoming"}
    return [
        review
        for review in found
        if review.role != "upcoming"
        or review.regime.code not in done
        or review.held
        or review.reported
        or any(_ANOTHER.search(line.low) for line in review.lines)
    ]


def _is_of_the_field(lines: list[Line], told: list[Telling]) -> bool:
    """Say whether a text is about services to people, so that a survey or a peer review in it is one of theirs."""
    if any(telling.regime.scale and not telling.regime.vague for telling in told):
        return True
    of_the_field = [bool(_FIELD.search(line.low)) for line in lines]
    return any(of_the_field[:_OPENING]) or sum(of_the_field) > 1


def unspecified(line: Line) -> Review:
    """Return a review that is spoken of without being named."""
    return Review(Regime("unspecified_review", _UNNAMED), [line], "main_subject")


def _add(telling: Telling, found: list[Review], year: int | None) -> None:
    """Count a telling towards the review that it is of, or begin one."""
    same = [review for review in found if review.regime is telling.regime]
    known = next((review for review in same if _is_of(telling, review, year)), None)
    if known is None and telling.fieldwork is None and telling.report is None:
        near = [review for review in same if (review.role == "upcoming") == telling.upcoming]
        here = [review for review in near if review.lines[-1].paragraph == telling.line.paragraph]
        known = next(iter(here or near), None)
    if known is None:
        known = Review(telling.regime, [], "upcoming" if telling.upcoming else "", called=telling.said)
        found.append(known)
    if telling.line not in known.lines:
        known.lines.append(telling.line)
    if telling.fieldwork and (known.held is None or _says_more(telling.fieldwork, known.held)):
        known.held = _period(telling.fieldwork, telling.line)
    if telling.report and known.reported is None:
        known.reported = _period(telling.report, telling.line)


def _says_more(when: When, known: Period) -> bool:
    """Say whether a date is the better one to tell: with its year, and to the day."""
    if when.without_year != bool(known.said):
        return bool(known.said)
    return len(when.iso) > len(known.iso)


def _is_of(telling: Telling, review: Review, year: int | None) -> bool:
    """Say whether a dated telling is of a review: dates agree, or the review has none and is of the paper's own `year`."""
    if telling.fieldwork and review.held:
        return agree(telling.fieldwork.iso, review.held.iso)
    if telling.report and review.reported:
        return agree(telling.report.iso, review.reported.iso)
    if telling.upcoming != (review.role == "upcoming"):
        return False
    when = telling.report or telling.fieldwork
    if when is None:
        return False
    if review.year is None and telling.line in review.lines:
        return True  # "HMIP's youth justice inspection, June 2021" names it twice
    if review.year is None:
        before = bool(_LAST_TIME.search(telling.line.low))
        if before and not any(_LAST_TIME.search(line.low) for line in review.lines):
            return False
        return year is None or when.year >= year - 1
    return abs(when.year - review.year) <= 1


def _period(when: When, line: Line) -> Period:
    return Period(when.iso, when.start, line.number, line.words[when.start : when.end] if when.without_year else "")


def _weight(review: Review, lines: list[Line], title: Line | None, year: int | None) -> float:
    """Return how much of the text a review is: how often it is named, where, and whether it is of the time of the text."""
    numbers = {line.number for line in review.lines}
    opening = {line.number for line in lines[:_OPENING]}
    weight = len(numbers) + 2.0 * bool(numbers & opening)
    heads = [line for line in lines[:_OPENING] if line.kind == "heading" and line.number in numbers]
    weight += 12 * any(_is_title(line, review) for line in heads)
    if title and title.number in numbers:
        weight += 6 + 6 * bool(review.regime.cue.match(title.low))
    if year and review.year and review.year < year - 2:
        weight -= 3
    weight -= 4 * (review.regime.code == "lscb_review")
    return weight - 4 * review.regime.vague - 40 * (review.role == "upcoming") + 0.1 * bool(review.held)


def _is_title(line: Line, review: Review) -> bool:
    """Say whether a heading is the name of a review and no more, as that of a notice is."""
    found = review.regime.cue.match(line.low.strip(" .:"))
    return bool(found) and len(line.low) - len(found.group() if found else "") < _TITLE_REST


def _role(review: Review, main: Review, place: int) -> str:
    """Return the part of a review that is past or under way."""
    if place == 0:
        return "main_subject"
    if review.regime.code == "lscb_review" and main.regime.code == "ofsted_sif" and review.held in (None, main.held):
        return "component"
    if review.regime.code == "user_survey":
        return "component" if main.regime.code == "joint_review_ac_ssi" else "parallel"
    graded = review.regime.code in ("ofsted_ilacs", "ofsted_sif", "cqc_la_assessment", "send_area_2023", "send_area_2016")
    answers = main.regime.code in ("ofsted_monitoring_visit", "dfe_intervention")
    mine, theirs = review.held or review.reported, main.held or main.reported
    if graded and answers:
        return "trigger"
    if mine and theirs:
        return "earlier" if mine.iso[:7] < theirs.iso[:7] else "parallel"
    if review.regime.code in ("self_assessment", "dfe_intervention"):
        return "parallel"
    return "earlier" if mine or any(_PAST.search(line.low) for line in review.lines) else "parallel"


def _date_main(main: Review, lines: list[Line], near: str | None) -> None:
    """Give the main review the dates that a report heads itself with, or of which it says that "it took place"."""
    for line in lines[:_HEAD]:
        headed = line.kind != "sentence" and main.held is None and _RANGE.match(line.low)
        if (headed or _DATES_LABEL.match(line.low)) and (found := periods(line.words)):
            main.held = Period(found[0].iso, found[0].at, line.number)
        elif _PUBLISHED_LABEL.match(line.low) and main.reported is None and (found := periods(line.words)):
            main.reported = Period(found[0].iso, found[0].at, line.number)
    if main.held:
        return
    for line in lines:
        took = _TOOK_PLACE.search(line.low)
        whens = dated(line.words, near) if took else []
        said = [when for when in whens if not when.reported and len(when.iso) > 4]
        if said and not UPCOMING.search(line.low):
            main.held = _period(said[0], line)
            return


def _inspected_before(found: list[Review], lines: list[Line]) -> list[Review]:
    """Return the inspection before, where the head of a report gives its dates; one that is known is given them."""
    for line in lines[:_HEAD]:
        label = _BEFORE_LABEL.match(line.low)
        said = periods(line.words) if label else []
        if said:
            when = Period(said[0].iso, said[0].at, line.number)
            regime = BY_CODE[of_its_time(found[0].regime.code, int(when.iso[:4]))]
            same = [review for review in found if review.regime is regime and review is not found[0]]
            known = next((review for review in same if review.year in (None, int(when.iso[:4]))), None)
            if known is None:
                return [Review(regime, [line], "", when)]
            known.held = when
            known.lines.append(line)
    return []


def _visits(regime: Regime) -> bool:
    """Say whether reviews of a kind are made by people who come."""
    return not regime.vague and bool(
        regime.code == "jtai" or "peer" in regime.code or (regime.by and "ombudsman" not in regime.code)
    )


def _next_visit(found: list[Review], lines: list[Line], near: str | None) -> list[Review]:
    """Return the further visits that a text announces without saying of what kind: of that of the review told of before."""
    announced: list[Review] = []
    for line in lines:
        match = _FURTHER.search(line.low) if any(map(line.low.__contains__, _VISITS)) else None
        if match and UPCOMING.search(line.low) and not mentions(line.low):
            before = [(other.number, review) for review in found for other in review.lines if other.number < line.number]
            kind = "peer" if "challenge" in match.group() else ""
            fitting = [(number, review) for number, review in before if kind in review.regime.code and _visits(review.regime)]
            regime = max(fitting, key=lambda each: each[0])[1].regime if fitting else found[0].regime
            if "inspection" in match.group() and regime.code in ("ofsted_monitoring_visit", "ofsted_focused_visit"):
                regime = BY_CODE["ofsted_ilacs"]  # a visit is called one
            if not any(other.regime is regime and other.role == "upcoming" for other in (*found, *announced)):
                whens = dated(line.words, near, ahead=True)
                when = _period(whens[-1], line) if whens else None
                announced.append(Review(regime, [line], "upcoming", when, called=line.words[match.start() : match.end()]))
    return announced
