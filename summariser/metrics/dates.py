"""Whether two ways of writing a date or period mean the same days."""

import re
from calendar import monthrange
from datetime import date

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_ISO = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_SLASHED = re.compile(r"(?:(\d{1,2})[/.])(\d{1,2})[/.](\d{4})")
_WRITTEN = re.compile(r"(?:(\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?)?([a-z]{3})[a-z]*\.?,?\s+(\d{4})")
Days = tuple[date, date]


def days(value: object) -> Days | None:
    """Return the first and the last day that a value means ("2018-03", "14/03/2018", "Mar 2018", "2018-03-14/2018-03-15"), or
    None if it is no date with a year.
    """
    ends = [_of_one(part.strip().lower()) for part in re.split(r"(?<=\d)/(?=\d{4}-)", str(value))]
    known = [end for end in ends if end]
    return (known[0][0], known[-1][1]) if known and len(known) == len(ends) else None


def same(one: object, other: object) -> bool:
    """Say whether two values are the same date or period; what is no date is compared by its words."""
    first, second = days(one), days(other)
    return first == second if first and second else _folded(one) == _folded(other)


def contradict(one: object, other: object) -> bool:
    """Say whether two values cannot both be of one event; of what is no date nobody can tell."""
    first, second = days(one), days(other)
    return bool(first and second and (first[1] < second[0] or second[1] < first[0]))


def _of_one(words: str) -> Days | None:
    if match := _ISO.fullmatch(words):
        year, month, day = match.groups()
    elif match := _SLASHED.fullmatch(words):
        day, month, year = match.groups()
    elif (match := _WRITTEN.fullmatch(words)) and match[2] in _MONTHS:
        day, name, year = match.groups()
        month = str(_MONTHS.index(name) + 1)
    else:
        return None
    first, last = (int(month), int(month)) if month else (1, 12)
    try:
        end = int(day) if day else monthrange(int(year), last)[1]
        return date(int(year), first, int(day or 1)), date(int(year), last, end)
    except ValueError:
        return None


def _folded(value: object) -> str:
    return " ".join(str(value).lower().split())
