"""The percentages, sums, counts and waits that a line gives, with what they measure.

A number counts where the words beside it say what it counts; one that stands bare ("down from 655") goes on with the figure
before it. Dates, ages, scores and numbers of items are no figures, nor is how much a reviewer read and whom they met.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from text_to_num import text2num

from summariser.rules.cue import Cue
from summariser.rules.dates import MONTH, timepoint
from summariser.rules.lines import Line, shortened

_WORD = (
    "(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|one|two|three"
    "|four|five|six|seven|eight|nine|hundred|thousand|million)"
)
_SCALES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9}
# For text in lower case.
_NUMBER = re.compile(
    rf"(?P<money>£\s?)?(?<![\w./#-])(?:(?P<digits>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d{{1,9}}(?:\.\d{{1,6}})?)(?![\w/]*/|\d)"
    rf"|(?P<words>(?:a dozen|{_WORD}(?:[ -](?:and )?{_WORD}){{0,8}})(?![\w-])))"
    r"(?:\s?(?P<scale>million|billion|thousand|mn|bn|[mk])\b)?(?P<percent>\s?(?:%|per ?cent\b))?(?!\w)"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_CODE = re.compile(
    # Days, years from spring to spring, years, and times of the day.
    rf"\b(?:{_DAY}(?:\s?(?:-|to|and|or)\s?{_DAY})? (?:of )?{MONTH}\b|{MONTH} {_DAY}\b|\d{{1,2}}/\d{{1,2}}/\d{{2,4}}\b"
    r"|(?:19|20)\d\d(?:\s?[/-]\s?(?:(?:19|20)\d\d|\d\d))?\b(?! ?(?:%|per ?cent))"
    r"|\d{1,2}(?:[.:]\d\d)?\s?(?:am|pm)\b|\d{1,2}:\d\d\b|24/7\b"
    # Ages.
    r"|age[ds]?(?: of| between| from)?:? \d+(?:\s?(?:to|and|or|-)\s?\d+)?|\d+(?:\s?(?:to|and|or|-)\s?\d+)?[- ]years?[- ]olds?\b"
    r"|(?:under|over)[- ]\d+s\b|\d+ (?:and|or) (?:over|under|above|older|younger)\b|year [1-9]\d?\b)"
    # The number of a line, and numbers of parts of papers, laws and lists, with those that follow in the list.
    r"|^\W{0,3}(?:rec(?:ommendation)? )?(?:[a-z]{1,2}\d+|\d+\.\d[\d.]*(?! ?(?:%|per ?cent|[a-z]+s\b))|\d+(?=[.:)](?!\d)))"
    r"|\b(?:sections?|para(?:graph)?s?\.?|items?|minutes?|actions?|append(?:ix|ices)|annex|parts?|schedule|pages?|version|no\.|nos\.|regulations?"
    r"|recs?|recommendations?|priorit(?:y|ies)|findings?|objectives?|stage|phase|quarter|figure|table|theme|orders?|level|tier|band|room|chapter"
    r"|volume|issue|options?|resolutions?|outcomes?|points?|questions?|tests?|article|form|agenda|rule)"
    r" \(?\d+(?:\.\d+)*\)?(?:(?:, | and | to | or |-)\(?\d+(?:\.\d+)*\)?){0,12}(?![\d%])"
)
_SCORED = re.compile(r"\b(?:scor(?:e|es|ed|ing)|ratings?|marks?|points?|judgements?|voting|votes?|statements?)\b[^.;]{0,40}$")
_SCORES = re.compile(
    r"(?:%|per ?cent)?,? (?:\w+ )?(?:points?|out of (?:a possible )?(?:4|four)|marks?|stars?|votes?|quality statements?)\b"
)
_THRESHOLDS = re.compile(r"\bbetween \d+ and \d+ ?(?:%|per ?cent)[^.]{0,20} (?:is|are) rated|\bout of (?:four|4)\b|\bfrom (?:1|one) to (?:4|four)\b")  # fmt: skip
# How much a reviewer looked at, and whom they met, measures the review.
_LOOKED_AT = re.compile(
    r"\b(?:spoke|speaking|spoken|talk(?:ed|ing)|listened|met|interviewed|read|sampled|tested|examined|observed|tracked|visit(?:ed|s)|consulted"
    r"|heard|looked|evaluated|team|spent)(?: (?:with|to|from|at|of|the|a|in|over|more|than|some|about|all|us|detail|"
    r"depth|well|around|nearly))* $"
)
_COUNTED = frozenset(
    """people persons residents adults children pupils students families households parents users customers clients patients tenants youngsters babies
    siblings leavers learners victims citizens women men girls boys inhabitants employers callers applicants
    cases caseloads referrals contacts assessments reviews plans enquiries concerns complaints calls requests applications notifications incidents
    investigations placements episodes appointments messages records files audits packages visits tenancies accounts beds places homes responses replies
    exclusions admissions inquiries moves stays checks breaches deaths assaults offences properties flats
    staff workers posts vacancies practitioners employees carers foster managers apprentices coordinators nurses therapists psychologists recruits interims
    starters directors heads teams supervisors adopters volunteers""".split()
)
_TIMES = frozenset("days weeks months hours minutes".split())
# What is counted ends before one of these words.
_ENDS = frozenset(
    "of in at by from since during last this on which who that and or against as to with for were was are is had have has been being be not "
    "did do does will would could can may might should must the a an than more fewer less still now then waiting whose when where after before "
    "said told felt thought need needed needing received took take go went came come getting get live living known over per each every".split()
)
_PHRASE = re.compile(
    r"\s?(?:(?:more|other|further|additional|extra|new|fewer|or more)\s)*([a-z'-]+)(?: ([a-z'-]+))?(?: ([a-z'-]+))?(?: ([a-z'-]+))?"
)
_OF = re.compile(r"\s(?:out )?of (?:(?:the|its|their|our|these|those|a) )?(?:total of )?$")
_OF_THEM = re.compile(r"(?:^|[\s(,;])(?:out )?of (?:(?:the|its|their|our|these|those) )?$")
_GOES_ON = re.compile(
    r"(?:\b(?:from|to|than|against|with|was|were|is|are|at|of|by|averag(?:e|ed|ing)|only|some|about|around|nearly|now|had been|says?|figure|in|the"
    r"|whom|which|only|just|but|and|lower|higher|to|reached|totall?ed|numbered|be)|,|:|-|\(|^|\d)\s*$"
)
_STANDS_ALONE = re.compile(
    r"\s*(?:[.,;:)\]\"|]|$|(?:a|at|in|on|by|to|and|from|last|before|twelve|this|when|for|had|have|has|were|was|or|the|two|three|per|across|nationally"
    r"|regionally|today|now|month|year|were|could|would|of them)\b)"
)
_MEASURED = re.compile(
    r"\b(?:caseloads?|waiting lists?|backlogs?|numbers?|figures?|totals?|averag\w+|median|mean|targets?|longest|vacanc\w+|counts?|corresponding|"
    r"up from|down from|reduced|fallen|fell|risen|rose|increased|dropped)\b"
)
_WAITED = re.compile(
    r"\b(?:wait\w*|median|averag\w*|mean|longest|shortest|took|takes?|taking|delays?|delayed|late|overdue|targets?|standard|ambition|typically|turnaround"
    r"|available within|issued)\b"
)
_NOT_A_WAIT = re.compile(
    r"\b(?:last|next|past|every|previous|first|the|more than|over|within|for|after|in|these|those|than|all|up to|of|about|another) $"
)
_STILL_A_WAIT = re.compile(
    r"\b(?:averag\w+|median|mean|target|wait|standard|longest|available|waited|maximum|waiting time|time|no one|nobody)(?: [\w']+){0,6} $"
)
_AGO = re.compile(
    r"\s?(?:working |calendar )?(?:days|weeks|months|hours|minutes) (?:ago|earlier|later|before|after|since|old|from|beforehand|on(?! average))\b"
)
_CLAUSE = re.compile(
    r"[;:()]|,? - |, (?=(?:and|but|while|whereas|although|which|compared|against|down|up|with|of which|of whom|as against)\b)"
)
_PREDICATE = re.compile(
    r"[,.;:()]| (?:had|have|has|were|was|are|is|rated|said|told|felt|waited|took|thought|graded|judged|found|in|at|by|from|since|during|last|this|on|which"
    r"|who|that|and|or|against|marked|visited|as|to|do|did)\b"
)
_TO_ANOTHER = re.compile(r"\s?(?:to|and|-)\s?\d+(?:\.\d+)?(\s?(?:%|per ?cent))?(?! ?(?:to|and|-) ?\d)")
_OF_NOBODY = re.compile(r"\b(?:no ?one|nobody|target)\b")
_DIGIT = re.compile(r"\d")
_SPELT_WORDS = "one two twe three four fort five six seven eight nine ten eleven thir fif hundred thousand million dozen"
_SPELT = Cue(tuple(_SPELT_WORDS.split()), re.compile(rf"\b(?:{_WORD}|dozen)\b"))
_DENIAL = re.compile(
    r"\b(?:no|not|never|none|nobody|nothing|neither|nor|without|cannot|declined|refused|denied|lacks?|lacking|\w+n't)\b"
)
# The number of a paragraph, which stands before a capital.
_PARAGRAPH = re.compile(r"\d{1,2}(?:\.\d{1,2}){1,2}\.? (?=[A-Z])(?!(?:Per ?cent|FTEs?|WTEs?|Million|Billion)\b)")
_THE = re.compile(r" of (?:the |its |their |our )?(?=\w)")
_LONGEST, _FEW = 160, 12


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a line."""

    value: float
    unit: str
    measure: str
    population: str | None
    timepoint: str | None


def of_lines(lines: Iterable[Line]) -> Iterator[tuple[Line, Figure]]:
    """Yield the figures of lines in order, each with its line; a bare number goes on with a figure of its own paragraph."""
    last: Figure | None = None
    paragraph = -1
    for line in lines:
        last = last if line.paragraph == paragraph else None
        paragraph = line.paragraph
        for figure in figures(line, last):
            last = figure
            yield line, figure


def figures(line: Line, before: Figure | None = None) -> Iterator[Figure]:
    """Yield the figures of a line in order; `before` is the last figure of the sentence before, if it may go on here."""
    low = line.low.replace("’", "'").replace("–", "-").replace("—", "-")
    if not (_DIGIT.search(low) or _SPELT.search(low)) or len(low) != len(line.words) or _THRESHOLDS.search(low):
        return
    if paragraph := _PARAGRAPH.match(line.words):
        low = " " * paragraph.end() + low[paragraph.end() :]
    for number in _numbers(low):
        unit = _unit(low, number, before)
        if unit is None:
            continue
        start, end = _clause(low, number.start, number.end)
        # A clause cut from a denial would say the opposite.
        clause = line.words if _DENIAL.search(low) and not _DENIAL.search(low, start, end) else line.words[start:end]
        measure = shortened(clause.strip(" ,.-|"), _LONGEST)
        population = number.population or _population(line.words, number, unit)
        yield (before := Figure(number.value, unit[:30], measure, population, timepoint(clause, line.words)))


@dataclass(slots=True)
class _Number:
    """A number as it stands in a line: of how many it is, where the words say so."""

    value: float
    start: int
    end: int
    unit: str | None
    spelt: bool
    population: str | None = None


def _numbers(low: str) -> Iterator[_Number]:
    """Yield the numbers that are neither dates nor codes; the whole of which one is a part is its population, not a figure."""
    codes = [match.span() for match in _CODE.finditer(low)] if _DIGIT.search(low) else []
    whole: _Number | None = None
    waiting: _Number | None = None
    place = 0
    for match in _NUMBER.finditer(low):
        while place < len(codes) and codes[place][1] <= match.start():
            place += 1
        value = _value(match)
        if value is None or (not match["money"] and place < len(codes) and codes[place][0] <= match.start()):
            continue
        unit = "GBP" if match["money"] else "percent" if match["percent"] else None
        number = _Number(value, match.start(), match.end(), unit, bool(match["words"]))
        head = low[max(0, number.start - 40) : number.start]
        if waiting and _OF.fullmatch(low, waiting.end, number.start):
            waiting.population = _named(low, number)
            waiting.unit = waiting.unit or _noun(low, number.end) or "of them"
            whole = None
            continue
        if waiting:
            yield waiting
        waiting = None
        if unit is None and _OF_THEM.search(head) and _noun(low, number.end):
            whole = number
            continue
        if whole and number.start - whole.end < 120 and unit is None and not _noun(low, number.end):
            number.population, number.unit = _named(low, whole), _noun(low, whole.end)
        waiting = number
    if waiting:
        yield waiting


def _value(match: re.Match[str]) -> float | None:
    scale = _SCALES.get(match["scale"] or "", 1.0)
    if match["digits"]:
        return round(float(match["digits"].replace(",", "")) * scale, 6)
    try:
        return float(text2num(match["words"].replace("a dozen", "twelve"), "en")) * scale
    except ValueError:  # "two hundred three thousand four" is no number
        return None


def _unit(low: str, number: _Number, before: Figure | None) -> str | None:
    """Return what the number counts, or None if it is no figure."""
    head, tail = low[max(0, number.start - 80) : number.start], low[number.end : number.end + 80]
    if _SCORED.search(head) or _SCORES.match(tail):
        return None
    if number.unit == "of them":
        return before.unit if before and before.unit not in ("percent", "GBP") else None
    if number.unit:
        return number.unit
    noun = _noun(low, number.end)
    if noun in _TIMES:
        return noun if _is_wait(low, number, head, tail) else None
    if noun:
        return None if number.value == 1 or _LOOKED_AT.search(head) else noun
    return _unit_of_bare(low, number, head, tail, before)


def _unit_of_bare(low: str, number: _Number, head: str, tail: str, before: Figure | None) -> str | None:
    """Return the unit of a number that stands without a word of its own: that of the figure that it goes on with."""
    if other := _TO_ANOTHER.match(low, number.end):
        noun = _noun(low, other.end())
        return "percent" if other[1] else noun if noun not in _TIMES or _WAITED.search(low) or "from " in head[-6:] else None
    if number.value == 1 or not (_GOES_ON.search(head) and _STANDS_ALONE.match(tail)):
        return None
    if "caseload" in low:
        return "cases"
    if before and (not number.spelt or number.value > _FEW):
        return before.unit
    return "people" if _MEASURED.search(low) and not number.spelt else None


def _is_wait(low: str, number: _Number, head: str, tail: str) -> bool:
    """Say whether a number of days or weeks is how long something takes, and not a span of the calendar."""
    if _AGO.match(tail) or not _WAITED.search(low):
        return False
    return not _NOT_A_WAIT.search(head) or bool(_OF_NOBODY.search(head) or _STILL_A_WAIT.search(head))


def _noun(low: str, end: int) -> str | None:
    """Return the word behind a number that says what it counts."""
    match = _PHRASE.match(low, end)
    for word in match.groups() if match else ():
        if word is None or word in _ENDS:
            return None
        bare = word.removesuffix("'").removesuffix("'s")
        if bare in _COUNTED or bare in _TIMES:
            return "young people" if bare == "people" and "young people" in low[end : end + 20] else bare
    return None


def _named(low: str, number: _Number) -> str:
    """Return a whole in words: the number and what it counts."""
    match = _PHRASE.match(low, number.end)
    words = []
    for word in match.groups() if match else ():
        if word is None or word in _ENDS:
            break
        words.append(word)
    return f"{low[number.start : number.end]} {' '.join(words)}".strip()


def _population(words: str, number: _Number, unit: str) -> str | None:
    if unit != "percent":
        return None
    of = _THE.match(words, number.end)
    if not of:
        return None
    named = words[of.end() : of.end() + 80]
    end = _PREDICATE.search(named)
    return named[: end.start() if end else None].strip() or None


def _clause(low: str, start: int, end: int) -> tuple[int, int]:
    """Return the bounds of the clause that a number stands in."""
    begin, finish = 0, len(low)
    for match in _CLAUSE.finditer(low, max(0, start - _LONGEST), min(len(low), end + _LONGEST)):
        if match.end() <= start:
            begin = match.end()
        elif match.start() >= end:
            finish = match.start()
            break
    return begin, finish
