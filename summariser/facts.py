"""Numbers, sums, percentages and dates in one normal form, so that two ways of writing them can be compared."""

import re
from decimal import Decimal
from functools import lru_cache

from text_to_num import alpha2digit

from summariser.evidence import fold, lowered

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WELSH = ("ion", "chw", "maw", "ebr", "mai", "meh", "gor", "aws", "med", "hyd", "tac", "rha")
_BESIDE = (
    "(JAN(?:UARY)?|FEB(?:RUARY)?|MAR(?:CH)?|APR(?:IL)?|MAY|JUNE?|JULY?|AUG(?:UST)?|SEPT?(?:EMBER)?|OCT(?:OBER)?|NOV(?:EMBER)?"
    "|DEC(?:EMBER)?|Ionawr|Chwefror|Mawrth|Ebrill|Mai|Mehefin|Gorffennaf|Awst|Medi|Hydref|Tachwedd|Rhagfyr)"
)
# "May" is a month beside a number or in the middle of a sentence, where the verb would be written small; what is in capitals
# throughout, and what is Welsh, only beside a number.
_MONTH = re.compile(
    r"\b(?:(Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)\b|(?<=[a-z0-9,] )(May)\b|(May)(?= \d{2,4}\b)"
    rf"|{_BESIDE},?(?= \d{{1,4}}\b)|(?:(?<=\d )|(?<=\d[A-Za-z]{{2}} )){_BESIDE}\b)"
)
_MONTH_CUES = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    *("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"),
    *("Ion", "Chw", "Maw", "Ebr", "Mai", "Meh", "Gor", "Aws", "Med", "Hyd", "Tac", "Rha"),
)
# A pattern begins with a digit, and then looks back, wherever it can: `re` skips to the next digit.
# A year that runs from spring to spring is known by its first half, however its second is written.
_YEAR_SPAN = re.compile(r"(\d(?<!\d\d)\d)(\d{2})[-/](?:\1)?(\d{2})(?![\d-])")
_ISO_DATE = re.compile(r"(?<!\d)(?:(\d{4})|-)-(0[1-9]|1[0-2])(?:-(\d{2}))?(?!\d)")
_SLASH_DATE = re.compile(r"(\d(?<!\d\d)\d?)[/.](\d{1,2})[/.](\d{2}|\d{4})(?!\d)")
_ORDINAL = re.compile(r"(\d)(?:st|nd|rd|th)\b")
_DIGIT = re.compile(r"\d")
_SCALES = {"k": 3, "thousand": 3, "m": 6, "mn": 6, "million": 6, "bn": 9, "billion": 9}
_NUMBER = re.compile(
    r"(?P<digits>\d(?<![\d.].)(?:\d{0,2}(?:,\d{3})+(?:\.\d+)?|\d*(?:\.\d+)?))"
    r"(?:\s?(?P<scale>million|billion|thousand|mn|bn|[mk])\b)?(?P<percent>\s*(?:%|per ?cent\b))?",
    re.I,
)
# "One" counts only before what it counts.
_ONE = re.compile(
    r"(?<!no )(?<![\w-])(?:one|single) (?=[a-z]{3,})(?!another|hand|way|thing|and|area|point|day|could|can|would|might|may)",
    re.I,
)
_ONE_CUES = ("one ", "single ")


@lru_cache(maxsize=256)
def facts(text: str) -> frozenset[str]:
    """Return the numbers, percentages, sums and months in `text`, each in one normal form.

    "forty-eight per cent" and "48%" are both {"48", "48%"}; "1m" is "1000000"; "15/09/2020", "2020-09-15" and
    "15 September 2020" all give the day, the month and the year.
    """
    found: set[str] = set()
    text = fold(text)
    # Most sentences hold no digit, no month and no "one", and to see that takes a tenth of the time of the searches.
    has_digits = bool(_DIGIT.search(text))
    if has_digits and ("-" in text or "/" in text):
        text = _YEAR_SPAN.sub(_first_year, text)
    if any(map(lowered(text).__contains__, _ONE_CUES)):
        text = _ONE.sub("1 ", text)
    if has_digits and "-" in text:
        text = _ISO_DATE.sub(lambda match: _date(found, match.group(3), match.group(2), match.group(1)), text)
    if has_digits:
        text = _SLASH_DATE.sub(lambda match: _date(found, *match.groups()), text)
    if any(map(text.__contains__, _MONTH_CUES)):
        for match in _MONTH.finditer(text):
            name = next(filter(None, match.groups()))[:3].lower()
            found.add("month " + (_MONTHS[_WELSH.index(name)] if name in _WELSH else name))
    if _DIGIT.search(text):
        # Sums such as "1.2 million" first, or the word would be counted as a number of its own.
        text = _NUMBER.sub(_written_out, _ORDINAL.sub(r"\1", text))
    text = str(alpha2digit(text, "en", threshold=2))
    for match in _NUMBER.finditer(text) if _DIGIT.search(text) else ():
        plain = _plain(match)
        found.add(plain)
        if match.group("percent"):
            found.add(plain + "%")
    return frozenset(found)


def _first_year(match: re.Match[str]) -> str:
    century, year, following = match.groups()
    return f"{century}{year} " if int(following) == (int(year) + 1) % 100 else match.group()


def _plain(match: re.Match[str]) -> str:
    scale = match.group("scale")
    if not scale and match.group("digits").isdecimal() and len(match.group("digits")) < 16:
        return str(int(match.group("digits")))
    value = Decimal(match.group("digits").replace(",", "")).scaleb(_SCALES[scale.lower()] if scale else 0)
    return format(value.normalize(), "f")


def _written_out(match: re.Match[str]) -> str:
    return f"{_plain(match)} " + (match.group("percent") or "")


def _date(found: set[str], day: str | None, month: str | None, year: str | None) -> str:
    if month and 1 <= int(month) <= 12:
        found.add("month " + _MONTHS[int(month) - 1])
    numbers = [str(int(day))] if day else []
    if year:
        numbers.append(year if len(year) == 4 else f"20{year}")
    found.update(numbers)
    return " "
