"""Days, months and periods as papers write them, in ISO 8601."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from summariser.rules.lines import Line

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
# Of the Welsh months these are the names that are not a word of English too.
_WELSH = "ionawr chwefror mawrth ebrill mai mehefin gorffennaf awst medi hydref tachwedd rhagfyr".split()
MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)"
_MONTH = (
    r"(January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
    r"|JANUARY|FEBRUARY|MARCH|APRIL|MAY|JUNE|JULY|AUGUST|SEPTEMBER|OCTOBER|NOVEMBER|DECEMBER"
    r"|Ionawr|Chwefror|Mawrth|Ebrill|Mai|Mehefin|Gorffennaf|Awst|Medi|Hydref|Tachwedd|Rhagfyr)"
)
_DAY = r"(\d{1,2})(?:st|nd|rd|th)?"
_JOIN = r"\s*(?:-|–|to|and)\s*"
_WEEKDAY = r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,?\s+)?"
_PATTERNS = (
    re.compile(rf"\b{_DAY} (?:of )?{_MONTH}(?:,? (\d{{4}}))?{_JOIN}{_DAY} (?:of )?{_MONTH},? (\d{{4}})\b"),
    re.compile(rf"\b{_DAY}{_JOIN}{_DAY} (?:of )?{_MONTH},? (\d{{4}})\b"),
    re.compile(rf"\b{_WEEKDAY}{_DAY} (?:of )?{_MONTH},? (\d{{4}})\b"),
    re.compile(r"\b(\d{1,2})[/.](\d{1,2})[/.](\d{4}|(?<=\d\d[/.]\d\d[/.])\d\d)\b(?![/.]\d)"),
    re.compile(rf"\b{_MONTH},? (\d{{4}})\b"),
)
# Each date has a year of four digits, or is written in numbers alone.
_MAY_BE_DATED = re.compile(r"\d(?:\d{3}|\d?[/.]\d)")
_YEAR = re.compile(r"(?<![\d/£.,-])(?:19[89]\d|20[0-4]\d)(?![\d/]|-\d|\.\d)")
# Days without a year, where they are said to be those of an event; "at 30 June" is the day of a number.
_NO_YEAR = re.compile(
    rf"(?:(?<=\bon )|(?<=\bfrom )|(?<=\bbetween )|(?<=\bof )|(?<=\()|(?<=day )|(?<=, ))(?:{_DAY}(?: (?:of )?{_MONTH})?{_JOIN}{_WEEKDAY})?"
    rf"{_DAY} (?:of )?{_MONTH}\b(?!,? \d{{4}}|{_JOIN}\d)"
)
_OF_THE_PAPER = re.compile(
    rf"\b(?:meeting|posted|published|date[d]?|press release|last updated|agreed)\b.{{0,60}}\d|^\W*{_WEEKDAY}{_DAY} {_MONTH},? \d{{4}}\W*"
    rf"(?:\d\d:\d\d)?$|correspondent .{{0,10}}\d"
    rf"|^(?:cabinet|council|[\w ]{{3,50}}(?:committee|board|panel))\W{{1,3}}{_WEEKDAY}{_DAY} {_MONTH}",
    re.I,
)
# What stands before the date of a paper, from the surest on. A label opens its line or a sentence, or has a capital.
_WHEN_HELD = re.compile(
    rf"(?:date of (?:the )?(?:decision|meeting|determination)|decision (?:date|made|taken)|meeting date|date decided|taken|decided|determined"
    rf"|minutes\b.{{0,90}}|meeting\b.{{0,70}}|(?:record of )?decisions?\b.{{0,60}}|held)(?: on)?[\W_]*{_WEEKDAY}$",
    re.I,
)
_WHEN_ISSUED = re.compile(
    r"(?:^|[.;|] *|(?<=[a-z\d)]) (?=[A-Z]))(?i:(?:first |date |report |assessment |(?:this|the) (?:notice|direction|letter|report|guidance|order|statement|code|guide) (?:is|was) )?(?:published|month of publication|publication date|issued|(?:date|dated|dyddiad)(?: of (?:this |the )?"
    r"(?:issue|publication|report|letter|paper|response|notice|publishing))?|posted|press release|media release|released|embargo\w*(?: until)?(?: \d\d[.:]?\d\d)?"
    rf"|report date)(?: (?:on|at|by [^.;|\d]{{2,40}}))?[\W_]*(?:/ \w+\W+)?{_WEEKDAY})$"
)
_WHEN_REVISED = re.compile(
    r"\b(?:updated|reviewed|modified|saved|revised|amended|changed|refreshed|edited|signed|written|correct|submitted|prepared|presented|approved|agreed|reported|compiled)\b[^.;]{0,60}$",
    re.I,
)
_OWN_REVISION = re.compile(
    r"(?:last|page|this|first|version|edition|issue|date|updated|revised|reviewed|amended|signed|made|document|web|submitted|prepared|presented|approved|agreed|reported|compiled|draft)\b",
    re.I,
)
# A body and the day on which it met, or the number of an issue of a newsletter.
_BODY = re.compile(
    rf"\b(?:committee|board|panel|cabinet|council|executive|forum|commission|meeting|minutes|session|sub-?group|partnership|no\.? \d+|issue \d+|version \S+)\b"
    rf"[^.;]{{0,40}}?{_WEEKDAY}$",
    re.I,
)
_TRAILS = re.compile(rf"[,(|·:-]\W*(?:embargo\w* until .{{1,14}})?{_WEEKDAY}$", re.I)
_TITLED_MINUTES = re.compile(r"(?:draft )?(?:minutes|notes?|record) of\b", re.I)
_ALONE_BEFORE = re.compile(rf"[\W_]*(?:\w[\w' ]{{2,20}}, )?{_WEEKDAY}(?:early |mid-?|late )?", re.I)
_ALONE_AFTER = re.compile(
    r"[\W_]*(?:$|[,|(·-].{0,70}$|(?:at )?\d{1,2}[.:]\d\d(?: ?[ap]\.?m\b|.{0,60}$)|(?:at )?\d{1,2} ?[ap]m\b|by .{2,50}$)"
)
# Behind the date of a letter or page stands to whom it goes, or what it is of.
_ADDRESSED = re.compile(
    r" (?:(?:To|From|Category|Categories|Item|Report|Our ref|Your ref|Ref|Reference)\b ?:|(?:Dear|By|Mr|Mrs|Ms|Dr|Cllr|Councillor|Sir|Dame) "
    r"|(?:[A-Z]\w+ )?(?:Director|Chief Executive|Executive Director|Chief Officer|Leader)\b)"
)
_TOP = 6
# A day with its hour is that of a meeting.
_AT_TIME = re.compile(r"[\W_]*(?:at )?(?:\d{1,2}[.:]\d\d|\d{1,2} ?[ap]m\b)")
# Days of something else: of what was inspected, of what comes next.
_OF_SOMETHING_ELSE = re.compile(
    r"\b(?:(?:re-?)?inspect(?:ion|ions|ed|ing)|visit\w*|fieldwork|on[- ]?site|challenge|assess(?:ed|ment)|survey\w*|audit(?:ed)?|next|due|deadline|call-?in|effective|since|until|end(?:ed|ing)|end of"
    r"|as at|period|target|born|year|previous|last meeting|between|review date|peer review|reviewed|carried out|took place|version of)\b",
    re.I,
)
_NEXT = re.compile(r"\b(?:next|due|visit|inspection)\b", re.I)
_HEAD, _FOOT = 30, 12
_LONG, _SHORT_LINE, _NEAR = 200, 120, 40
# The time that a number is of.
_TIME = re.compile(
    rf"\b(?:(?:at|by|on|in|since|to) )?(?:the )?(?:(?:end|start|beginning|middle) of )?(?:\d{{1,2}}(?:st|nd|rd|th)? )?{MONTH}(?: \d{{4}})?\b"
    r"|\b(?:in|for|during) \d{4}(?:[/-]\d{2,4})?\b|\b(?:a|one|two|three|twelve|six) (?:years?|months?) (?:earlier|before|ago)\b"
    r"|\b(?:last (?:year|month|quarter|summer|autumn|winter|spring)|now|today|currently|the (?:last|previous) (?:year|quarter)"
    r"|at the time of the (?:visit|inspection))\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Period:
    """A date or range in ISO 8601, where in the words it stands, and the line if it is known.

    `said` are its words where they leave the year to the rest of the paper.
    """

    iso: str
    at: int
    line: int = 0
    said: str = ""


def periods(words: str) -> list[Period]:
    """Return the dates in `words` in order: days and ranges first claim their words, then months."""
    if not _MAY_BE_DATED.search(words):
        return []
    claimed: list[tuple[int, int]] = []
    found = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(words):
            if any(match.start() < end and start < match.end() for start, end in claimed):
                continue
            iso = _iso(match.groups())
            if iso:
                claimed.append(match.span())
                found.append(Period(iso, match.start()))
    return sorted(found, key=lambda period: period.at)


def with_years(words: str) -> list[Period]:
    """Return the dates in `words` in order, and the years that stand alone."""
    full = periods(words)
    taken = [range(period.at, end_of(words, period)) for period in full]
    bare = [Period(match.group(), match.start()) for match in _YEAR.finditer(words)]
    return sorted([*full, *(year for year in bare if not any(year.at in span for span in taken))], key=lambda period: period.at)


def end_of(words: str, period: Period) -> int:
    """Return where a date ends: behind its last year."""
    last = period.iso.split("/")[-1][:4]
    at = words.find(last, period.at)
    return at + 4 if at != -1 else period.at + 4


def without_year(words: str, near: str, *, ahead: bool = False) -> list[tuple[Period, int]]:
    """Return the days that `words` give without a year, and where each ends: the last before the date `near`, or the next."""
    found = []
    for match in _NO_YEAR.finditer(words):
        one, first, two, second = match.groups()
        months = [next(_months([name]), 0) for name in (first or second, second)]
        days = [int(day) for day in (one, two) if day]
        if any(not 1 <= day <= 31 for day in days) or (first and not one):
            continue
        stamps = [f"-{month:02d}-{day:02d}" for month, day in zip(months[-len(days) :], days, strict=True)]
        year = int(near[:4])
        last = f"{year}{stamps[-1]}"[: len(near)]
        year += (last < near) if ahead else -(last > near)
        found.append((Period("/".join(f"{year}{stamp}" for stamp in stamps), match.start()), match.end()))
    return found


def _iso(groups: tuple[str | None, ...]) -> str | None:
    if len(groups) == 6:  # 26 February to 8 March 2024: the year of the end is that of the beginning, if none is named
        year = groups[2] or groups[5]
        begin, end = _iso((*groups[:2], year)), _iso(groups[3:])
        return f"{begin}/{end}" if begin and end else None
    parts = [group or "" for group in groups]
    month = next(_months(parts), 0)
    year = parts[-1] if len(parts[-1]) == 4 else f"20{parts[-1]}"
    days = [int(part) for part in parts[:-1] if part.isdigit()]
    if len(parts) == 3 and not month:  # 15/09/2020: the day comes first
        month, days = days[1], days[:1]
    if not 1 <= month <= 12 or any(not 1 <= day <= 31 for day in days):
        return None
    stamps = [f"{year}-{month:02d}-{day:02d}" for day in days]
    return "/".join(stamps) or f"{year}-{month:02d}"


def _months(parts: list[str]) -> Iterator[int]:
    for low in map(str.lower, parts):
        if low in _WELSH:
            yield _WELSH.index(low) + 1
        elif low[:3] in _MONTHS:
            yield _MONTHS.index(low[:3]) + 1


def timepoint(clause: str, sentence: str) -> str | None:
    """Return the time that a clause gives, or else the only date of its sentence."""
    said = periods(clause) or periods(sentence)
    if len(said) == 1:
        return said[0].iso
    match = _TIME.search(clause)
    return match.group() if match else None


def dates_the_paper(words: str) -> bool:
    """Say whether a date in these words is that of the paper itself: a short line that is a date, or says so."""
    return bool(_OF_THE_PAPER.search(words)) and len(words) < 160


def of_the_paper(lines: Sequence[Line]) -> Period | None:
    """Return the date of the paper itself or of its meeting, as its head gives it, or else its foot; never that of a visit."""
    told = [line for line in lines if not line.boilerplate]
    places = [*range(min(_HEAD, len(told))), *range(max(_HEAD, len(told) - _FOOT), len(told))]
    best: tuple[int, Period] | None = None
    for place in places:
        line = told[place]
        dated = periods(line.words) if len(line.words) <= 4 * _LONG else []
        if not dated or (place >= _HEAD and _OF_SOMETHING_ELSE.search(told[place - 1].words[-40:])):
            continue
        for period in dated:
            rank = _rank(line, period, at_foot=place >= _HEAD)
            # Of the revisions that a line tells of, the last counts.
            if rank is not None and (
                best is None or rank < best[0] or (rank == _REVISED == best[0] and line.number == best[1].line)
            ):
                best = (rank, Period(period.iso, period.at, line.number))
    return best[1] if best else None


_HELD, _ISSUED, _SHORT, _REVISED = range(4)


def _rank(line: Line, period: Period, *, at_foot: bool) -> int | None:
    """Return how surely a date is the paper's own, 0 for surest, or None if it is not."""
    if "/" in period.iso:
        return None
    before, after = line.words[: period.at][-120:], line.words[period.at + _length(line.words, period.at) :]
    other = _OF_SOMETHING_ELSE.search(before)
    if _ALONE_BEFORE.fullmatch(before) and _ALONE_AFTER.match(after):
        return _REVISED if at_foot else _HELD if _AT_TIME.match(after) else _ISSUED
    addressed = not at_foot and line.number <= _TOP and _ALONE_BEFORE.fullmatch(before) and _ADDRESSED.match(after)
    headed = line.kind == "heading" and len(line.words) < _LONG
    if (
        not other
        and not at_foot
        # An agenda's "Minutes of 3 May" are those of the meeting before.
        and not (line.kind == "list_item" and line.low.startswith("minutes"))
        and (label := _WHEN_HELD.search(before))
        and (headed or ":" in label.group() or _TITLED_MINUTES.match(line.words))
    ):
        return _HELD
    if addressed or ((label := _WHEN_ISSUED.search(before)) and not _NEXT.search(label.group())):
        return _ISSUED
    near = _OF_SOMETHING_ELSE.search(before[-_NEAR:])
    if not near and not at_foot and len(line.words) < _SHORT_LINE and _TRAILS.search(before) and _ALONE_AFTER.match(after):
        return _SHORT
    if not other and not at_foot and headed and _BODY.search(before):
        return _SHORT
    if not near and _WHEN_REVISED.search(before) and _OWN_REVISION.match(line.words) and not re.search(r"\bnext\b", before):
        return _REVISED
    return None


def _length(words: str, at: int) -> int:
    """Return how long the date is that begins at `at`."""
    return next((match.end() - at for pattern in _PATTERNS if (match := pattern.match(words, at))), 0)
