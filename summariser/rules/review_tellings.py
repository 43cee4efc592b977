"""What each line of a text tells of reviews: which it names, with the dates beside it, as past or still to come."""

import re
from dataclasses import dataclass, replace

from summariser.rules.lines import Line
from summariser.rules.regimes import BY_CODE, Mention, Regime, mentions, of_its_time
from summariser.rules.review_dates import When, beside, dated

# These are for text in lower case.
UPCOMING = re.compile(
    r"\b(?:will (?:\w+ ){0,2}(?:be (?:held|carried|inspected|assessed|along|visited|undertaken|conducted)|take place|visit|return|assess|inspect|follow|carry|come)|would (?:normally )?(?:take place|be held|be carried)|next (?:full )?"
    r"(?:monitoring |focused )?(?:visit|inspection)|pencilled|forthcoming|upcoming|prepar(?:e|es|ing) (?:\w+ ){0,2}for|"
    r"when (?:the )?(?:cqc|ofsted)|(?:due|expected|planned|scheduled) (?:in|for|to|by|within|on|about)|expects? to|(?:is|are|was|were) coming|no date (?:for|has|had)|not (?:yet )?(?:been )?(?:scheduled|notified|announced)|another full|within (?:about |approximately |around )?(?:\d+|two|three|four|six|nine|twelve|eighteen) (?:months|years)|(?:is|are|was) expected|(?:is|are) (?:now )?(?:planned|scheduled|due)|"
    r"to be (?:held|inspected|assessed)|has been requested|(?:given|gave) notice|weighing up|minded to|further (?:re-?)?(?:visit|inspection) (?:is|will))\b"
)  # fmt: skip
# What a text says that looks back on a time when the review was still to come.
_LOOKED_AHEAD = re.compile(
    r"\b(?:was|were|had|having|been|would)\b (?:\w+ ){0,3}(?:expect\w*|due|planned|scheduled|prepar\w+|pencilled)\b|\bin preparation for\b"
    r"|\b(?:helped|used|began|spent|started|while|before)\b[^.;]{0,40}\bprepar\w+"
)
_HAPPENED = re.compile(r"\b(?:took place|was held|reported|found|came after|acknowledged|identified|resulted|inspected)\b")
# What the inspectorates inspect besides councils.
_PLACES = re.compile(
    r"\b(?:children's homes?|(?:care|nursing|residential) homes?|fostering (?:service|agency)|adoption agency|nursery|academy|schools?|college"
    r"|ltd|limited|home ?care|domiciliary care|(?:care|independent|home care) (?:agency|provider)|registered \w+ ?(?:service|provision|provider)?|(?:reablement|day|respite) service|extra care|supported living|hospital|surgery)\b"
    r"[^.;]{0,140}\b(?:judged|rated|graded|inspected|rates)\b"
)
# Several inspectorates at once: a joint inspection, or the head or foot of its letter.
_TOGETHER = re.compile(
    r"ofsted(?:,| and) (?:and )?(?:the )?(?:cqc|care quality commission)|(?:cqc|care quality commission)(?: \(cqc\))?(?:,| and) (?:and )?ofsted"
    r"|(?:ofsted|cqc|care quality commission|hmicfrs|hmi probation)[ ,]*(?:\||;|\u00b7|and)[^.]{0,60}(?:hmicfrs|hmi probation|care quality commission|ofsted|cqc)\b"
)
# Audits are told of in the plural; with a number or a result they are some in particular.
_OF_SOME_AUDITS = re.compile(r"\d|\bown audit|\b(?:had found|found that|graded|judged|rated|completed|showed|put)\b")
_REGULAR = re.compile(r"\b(?:quarterly|monthly|weekly|regular|routine|termly|programme of|cycle of|rolling|impact)\W*$")
_OF_OFSTED = re.compile(r"ofsted|children's (?:social care )?services|\bilacs\b")
_FILE = re.compile(r"\b(?:pdf|word|docx?|xlsx?|pptx?)\b[ ,(|]*[\d.]+ ?[km]b\b")
_SIGNED, _SIGNS = 90, re.compile(r", (?:[\w']+ ){0,4}(?:inspector|director|commissioner|president)\W*$")
# The row of an action plan, and that of a list of abbreviations.
_UNDER_WAY = re.compile(
    r"\b(?:on track|complete[d]?|paused|delayed|not started|in progress|off track|overdue|ongoing|behind)\b"
)
_SPELT_OUT = re.compile(r"\W*[A-Z][A-Za-z&]{1,8}\W*\|[^|\d.]{4,90}\|?")
_OF_ONE = ("ofsted_ilacs", "cqc_la_assessment", "youth_justice_inspection")
_DENIED = re.compile(r"(?:n't|\bnot|\bis no|\bnor) an? (?:\w+ )?$")
# "a monitoring visit would", "a full inspection does not": no visit in particular.
_ONE_OF_A_KIND = re.compile(r"\b(?:an?|any) (?:[\w-]+ )?$")
_AS_SUCH = re.compile(r"\W*(?:would|could|might|can|does|is (?:a|an|not|always|usually)|isn't|normally|usually)\b")
_COUNTED = re.compile(r"\b(?:two|three|four|five|six|seven|eight|both)(?: \w+)? $")
_PLURAL = re.compile(r"(?:visits|inspections|reviews|challenges|audits|surveys|questionnaires|reports|jtais|ratings)$")
_AS_A_RULE = re.compile(
    r"\bas a rule\b|\b(?:an|any|each|every) (?:local )?(?:authority|council)\b|\bevery (?:two|three|few) years\b|\bin general\b|\b(?:on )?a (?:standard|short) inspection\b(?! (?:took|was|in))"
)
# Words that are addressed to a machine: nothing they say of a review is so.
_PLANTED = re.compile(
    r"\bdisregard (?:your|all|any|every)|ignore (?:all|your|any) |\bai (?:tools|models|assistants|systems)\b|summarising machines|automat(?:ed|ic) (?:readers|"
    r"summaris)|\byou are to report|^report that "
)  # fmt: skip
# Pieces of text without one of which neither of the two matches; most lines have none.
_MAY_BE_PLANTED = ("disregard", "ignore", "ai ", "machines", "automat", "you are to", "report that")
_MAY_EXPLAIN = ("what ", "explainer", "not describe")
# What a page says that explains how reviews work, and tells of none.
_EXPLAINS = re.compile(
    r"^what (?:is|are|happens (?:in|at|on|during|before|after)) (?:an? )?(?:[\w'-]+ ){0,4}(?:visits?|inspections?|assessments?|reviews?|challenges?|ilacs|jtais?)\b.{0,40}\?$"
    r"|\bexplainer\b|not describe any particular (?:authority|council)"
)
# What a list of terms says of reviews is what they are called.
_GLOSSARY = re.compile(r"\W*(?:[\w.]+ )?(?:glossary|abbreviations|acronyms|terms used|jargon)\b")
_EXPLAINED_BY = 20  # lines
_LAST_OF_SINGLE = 2017  # the last year of the inspections before ILACS
_LAST_OF_ANNUAL = 2012  # the last year in which a paper is of the annual assessments of adult services
_LAST_OF_STATEMENTS = 2022  # the last year in which a SEND inspection asked for a written statement of action
_NO_DATE: tuple[None] = (None,)


@dataclass(frozen=True, slots=True)
class Telling:
    """One mention of a review with the dates beside it; `said` are the words that name it."""

    regime: Regime
    line: Line
    fieldwork: When | None
    report: When | None
    upcoming: bool
    said: str = ""


def genuine(lines: list[Line]) -> list[Line]:
    """Return the lines without those that are addressed to a machine, and what goes on from them; none of an explanation."""
    opening = (line.low for line in lines[:_EXPLAINED_BY] if any(map(line.low.__contains__, _MAY_EXPLAIN)))
    if any(map(_EXPLAINS.search, opening)):
        return []
    planted = {
        line.paragraph for line in lines if any(map(line.low.__contains__, _MAY_BE_PLANTED)) and _PLANTED.search(line.low)
    }
    kept: list[Line] = []
    skipping = defining = False
    for line in lines:
        skipping = line.paragraph in planted or (skipping and line.kind == "table_row")
        defining = bool(_GLOSSARY.match(line.low)) if line.kind == "heading" and ":" not in line.low else defining
        if not skipping and not defining:
            kept.append(line)
    return kept


def tellings(line: Line, near: str | None = None) -> list[Telling]:
    """Return what a line tells of each review that it names; `near` is the date of the paper, if it is known."""
    if not (named := mentions(line.low)) or _only_names(line, len(named)):
        return []
    together = _TOGETHER.search(line.low)  # of such a line, what they carried out together is told elsewhere
    named = tuple(mention for mention in named if not (together and mention.regime.code in _OF_ONE))
    found: list[Telling] = []
    for mention in named:
        if not _is_elsewhere(line, mention):
            others = [(other.start, other.end) for other in named if other is not mention]
            found += _told_of(line, mention, others, near)
    return found


def _only_names(line: Line, many: int) -> bool:
    """Say whether a line names reviews and tells of none: a row of tags, an abbreviation spelt out, the foot of a letter."""
    if many > 2 and not line.low.endswith((".", ":", ";", "?", '"')) and not dated(line.words):
        return True
    spelt_out = line.kind == "table_row" and bool(_SPELT_OUT.fullmatch(line.words))
    return spelt_out or (len(line.low) < _SIGNED and bool(_SIGNS.search(line.low)))


def _is_elsewhere(line: Line, mention: Mention) -> bool:
    """Say whether what a line names is of a place that is no council's, is denied, or is the task of a plan."""
    of_a_place = mention.regime.code in _OF_ONE and bool(_PLACES.search(line.low))
    planned = mention.regime.vague and line.kind == "table_row" and bool(_UNDER_WAY.search(line.low))
    return of_a_place or planned or bool(_DENIED.search(line.low[: mention.start]))


def _told_of(line: Line, mention: Mention, others: list[tuple[int, int]], near: str | None) -> list[Telling]:
    """Return what a line tells of one review; `others` are the places of the rest that it names."""
    upcoming = _is_upcoming(line.low, mention)
    # The date of a file to fetch is its own.
    given = [] if _FILE.search(line.low) else dated(line.words, near, ahead=upcoming)
    whens = beside(line.words, mention.start, mention.end, others, given)
    reported = [when for when in whens if when.reported]
    # The day of the paper is that of its meeting, also where it stands behind the name of the review in the heading.
    worked = [when for when in whens if not when.reported and when.iso != near and not _dates_the_heading(line, when)]
    upcoming = upcoming or bool(near and worked and _is_after(worked[0].iso, near))
    if not whens and not upcoming and _is_generic(line.low, mention):
        return []
    if mention.regime.code == "lscb_review" and not whens:
        worked = [when for when in dated(line.words) if not when.reported]  # reviewed with the authority, and then
    if upcoming:
        worked = [when for when in worked if when.start >= mention.end]
    plural = line.low[mention.start : mention.end].endswith("s") and not line.low[: mention.end].endswith("ilacs")
    several = worked if len(worked) > 1 and plural else worked[:1]
    said = line.words[mention.start : mention.end].strip()
    return [
        Telling(
            BY_CODE[of_its_time(mention.regime.code, when.year if when else None)],
            line,
            when,
            reported[0] if reported else None,
            upcoming,
            said,
        )
        for when in several or _NO_DATE
    ]


def _dates_the_heading(line: Line, when: When) -> bool:
    """Say whether one day stands behind a heading: that of a meeting or a letter, since visits take several."""
    return (
        line.kind == "heading"
        and len(when.iso) == len("2025-01-31")
        and line.words[: when.start].rstrip()[-1:] in (",", "-", "(", ":")
    )


def _is_after(iso: str, near: str) -> bool:
    """Say whether a date is after that of the paper, as far as both are told."""
    begin = iso.split("/", maxsplit=1)[0]
    told = min(len(begin), len(near))
    return begin[:told] > near[:told]


def _is_upcoming(low: str, mention: Mention) -> bool:
    if mention.regime.code in ("self_assessment", "user_survey"):
        return False
    before = max(low.rfind(". ", 0, mention.start), low.rfind(";", 0, mention.start), mention.start - 90, 0)
    behind = re.split(r"[;.] ", low[mention.end : mention.end + 90])[0]
    around = low[before : mention.end] + behind
    return bool(UPCOMING.search(around)) and not _HAPPENED.search(around) and not _LOOKED_AHEAD.search(around)


def _is_generic(low: str, mention: Mention) -> bool:
    """Say whether reviews of a kind are spoken of, and none in particular."""
    if _AS_A_RULE.search(low):
        return True
    if _ONE_OF_A_KIND.search(low[: mention.start]) and _AS_SUCH.match(low, mention.end):
        return True
    if mention.regime.vague and _REGULAR.search(low[: mention.start]):
        return True
    if mention.regime.code == "internal_audit_or_qa" and _OF_SOME_AUDITS.search(low):
        return False
    return bool(_PLURAL.search(low[mention.start : mention.end])) and not _COUNTED.search(low[: mention.start])


def _of_their_paper(tellings: list[Telling]) -> list[Telling]:
    """Count "a full inspection" that is to come towards the inspection that the paper tells of before, of whatever kind."""
    kept: list[Telling] = []
    last: Regime | None = None
    for telling in tellings:
        named = telling.regime.code == "ofsted_ilacs" and not _OF_OFSTED.search(telling.line.low)
        if named and last and telling.upcoming and telling.fieldwork is None:
            kept.append(replace(telling, regime=last))
            continue
        if telling.regime.code in ("send_area_2023", "youth_justice_inspection", "cqc_la_assessment"):
            last = telling.regime
        elif telling.regime.code.startswith("ofsted"):
            last = None
        kept.append(telling)
    return kept


def _of_adults(tellings: list[Telling], year: int | None, *, opens: bool) -> list[Telling]:
    """Count "the annual performance assessment" towards that of adult services, where the paper `opens` with them or names it."""
    known = {telling.regime.code for telling in tellings}
    titled = opens and any(each.regime.code == "childrens_apa" and each.line.kind == "heading" for each in tellings)
    if titled or (year is not None and year <= _LAST_OF_ANNUAL):
        tellings = [
            replace(telling, regime=BY_CODE["cqc_adult_apa"]) if telling.regime.code == "cqc_la_assessment" else telling
            for telling in tellings
        ]
        known = {telling.regime.code for telling in tellings}
    if not opens and (year is None or "cqc_adult_apa" not in known):
        return tellings
    regime = BY_CODE[of_its_time("cqc_adult_apa", year)]
    return [
        replace(telling, regime=regime)
        if telling.regime.code == "cqc_adult_apa"
        or (telling.regime.code == "childrens_apa" and "children" not in telling.line.low)
        else telling
        for telling in tellings
    ]


def folded(tellings: list[Telling], year: int | None, *, adults: bool = False) -> list[Telling]:
    """Count "the peer review" towards the one that the text names in full, and an undated one to the framework of the `year`.

    `adults` says that the paper opens with services to adults, and not with those to children.
    """
    if year is not None and year <= _LAST_OF_SINGLE:
        tellings = [
            replace(telling, regime=BY_CODE[of_its_time(telling.regime.code, year)])
            if telling.regime.code == "ofsted_ilacs" and not telling.fieldwork
            else telling
            for telling in tellings
        ]
    tellings = _of_adults(tellings, year, opens=adults)
    if (
        (year is None or year <= _LAST_OF_STATEMENTS)
        and not any(telling.regime.code == "send_area_2023" and telling.fieldwork for telling in tellings)
        and any(telling.regime.code == "send_area_2016" for telling in tellings)
    ):
        tellings = [
            replace(telling, regime=BY_CODE["send_area_2016"])
            if telling.regime.code == "send_area_2023" and not telling.upcoming
            else telling
            for telling in tellings
        ]
    if any(telling.regime.code == "lscb_review" for telling in tellings):  # which came with single inspections alone
        sif = BY_CODE["ofsted_sif"]
        tellings = [
            replace(telling, regime=sif) if telling.regime.code == "ofsted_ilacs" and not telling.fieldwork else telling
            for telling in tellings
        ]
    tellings = _of_their_paper(tellings)
    peers = {
        telling.regime.code: telling.regime
        for telling in tellings
        if "peer" in telling.regime.code and not telling.regime.vague
    }
    if len(peers) != 1:
        return tellings
    regime = next(iter(peers.values()))
    return [
        replace(each, regime=regime)
        if each.regime.code == "other_peer_review" and (each.fieldwork is None or each.fieldwork.without_year)
        else each
        for each in tellings
    ]
