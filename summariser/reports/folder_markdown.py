"""The report on a folder of briefs as Markdown for people; whatever comes from documents is escaped."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from textwrap import shorten
from typing import Any

from summariser.evidence import fold
from summariser.reports import folder_reviews
from summariser.reports.folder import Folder, Row, Theme
from summariser.writers import markdown

_LONGEST_QUOTE = 300
_MOST_DOCUMENTS = 8
_EXAMPLES = 3
_NOBODY = "No council named"
# What moves the cursor of a terminal, or turns the direction in which it writes.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# Between the first and the last day of a period.
_TO = re.compile(r"(?<=\d)/(?=\d{4}-)")
# An underscore within a word is no markup, and names of files read better, and are found, without the stroke before it.
_WITHIN = re.compile(r"(?<=\w)\\_(?=\w)")
_TIMES = {"past": "*past* ", "both": "*also told as past* ", "target": "*hoped for* ", "not_told": "*time not told* "}
_TOLD_AS = {"present": "given in", "past": "restated as past in", "target": "in", "not_told": "in"}
_STATES = {"failed": "failed", "partial": "briefed in part", "waiting": "not come to yet"}


def render(folder: Folder) -> Iterator[str]:
    """Yield the lines of the report."""
    yield from (f"# Report on {escape(str(folder.out))}", "", f"{_counts(folder.states())}.", "")
    yield "Whose each claim is, its kind and its status are an engine's labels: check the words cited before you quote one."
    yield "Numbers in brackets are character offsets in the document's text."
    yield from ("", "## Recommendations, requirements and commitments", "")
    yield "By the date due, as the documents give it; whether anything was done since is not known here."
    yield from _actions(folder.actions())
    yield from ("", "## Decisions, proposals and calls", "")
    yield "What committees decided, members proposed and others called for."
    yield from _actions(folder.actions(apart=True))
    yield from ("", "## Concerns by theme and year", "")
    yield "By the year of the document. Praise, mixed and neutral findings are not counted."
    yield from _themes(folder)
    yield from ("", "## Judgements over time", "")
    yield "Given: the outcome of the review that a document tells of, or the status at its date. Past: an earlier one."
    yield from _judgements(folder)
    yield from ("", "## Documents that tell of the same review", "")
    yield "The same council, kind of review and dates, as far as both tell them."
    yield from _reviews(folder)
    yield from ("", "## What is missing")
    yield from _or_none(map(_missing, folder.missing()), "Nothing: every document is briefed, and is in the folder.")


def escape(text: object) -> str:
    """Return what comes from a document or a path so that it is shown as it is, on one line."""
    return _WITHIN.sub("_", markdown.escape(_CONTROL.sub("�", str(text))))


def _counts(states: Mapping[str, int]) -> str:
    total = sum(states.values()) - states["removed"]
    told = [f"{states['briefed']} briefed"] + [f"{states[name]} {said}" for name, said in _STATES.items() if states[name]]
    gone = f"; {states['removed']} no longer in the folder" if states["removed"] else ""
    return f"{total} {'document' if total == 1 else 'documents'}: {', '.join(told)}{gone}"


def _actions(rows: Iterable[Row]) -> Iterator[str]:
    yield from _or_none(_by_authority(rows, lambda members: map(_action, members)), "None.")


def _action(row: Row) -> str:
    owner = _stated("owner: ", row["owner"], row["owner_status"])
    details = [_code(row["kind"]), _code(row["status"]), owner, _whose(row)]
    due = f"**{_stated('', row['due'], row['due_status'])}**" if row["due"] else "*no date*"
    return f"- {due}: {_claim(row)}{_bracketed(_listed(details))} {_place(row)}"


def _themes(folder: Folder) -> Iterator[str]:
    def lines() -> Iterator[str]:
        for name, years in groupby(folder.themes(), key=lambda each: each.theme):
            yield from ("", f"### {_code(name).capitalize() or 'No theme told'}", "")
            yield from map(_year, years)
            yield from (
                f"  - For example: {_claim(row)}{_bracketed(_whose(row))} {_place(row)}"
                for row in folder.examples(name, _EXAMPLES)
            )

    yield from _or_none(lines(), "None.")


def _year(theme: Theme) -> str:
    names = [f"{escape(name)}{f' ({n})' if n > 1 else ''}" for name, n in theme.documents.items()]
    more = [f"{len(names) - _MOST_DOCUMENTS} more"] if len(names) > _MOST_DOCUMENTS else []
    voices = ", ".join(f"{_code(voice)} {n}" for voice, n in theme.voices.items())
    past = f"; {theme.past} of the past" if theme.past else ""
    return f"- **{theme.year or 'Undated'}: {theme.concerns}** ({voices}{past}): {', '.join([*names[:_MOST_DOCUMENTS], *more])}"


def _judgements(folder: Folder) -> Iterator[str]:
    rows = (line for authority in folder.by_authority() for line in folder_reviews.judgements(authority))

    def lines(members: Iterable[Row]) -> Iterator[str]:
        for (regime, aspect), each in groupby(members, key=lambda row: (row["regime"], row["aspect"])):
            yield f"- {_listed([_code(regime), _code(aspect)]) or 'No kind told'}"
            yield from map(_judgement, each)

    yield from _or_none(_by_authority(rows, lines), "None.")


def _judgement(row: Row) -> str:
    """Return a judgement and who tells it; only one that nobody tells as past is in bold."""
    told = row["told"]
    value = f"**{_value(row)}**" if row["time"] == "present" else f"{_TIMES[row['time']]}{_value(row)}"
    parts = [value]
    for when, said in _TOLD_AS.items():
        if places := [_telling(each, dated=row["first_day"] is None) for each in told if each["told_as"] == when]:
            parts.append(f"{said} {'; '.join(places)}")
    return f"  - {_dates(row) or 'date of the review not told'}: {', '.join(parts)}"


def _value(row: Row) -> str:
    """Return the value as its scale has it; what the scale does not tell, in the document's words."""
    coarse = row["value_code"] is None or row["scale"] in folder_reviews.COARSE
    value = escape(row["value_as_stated"] or row["told"][0]["quote"]) if coarse else _code(row["value_code"])
    if row["aspect"] in folder_reviews.SEVERAL:
        value += f" (“{_short(row['told'][0]['quote'])}”)"
    return value


def _telling(row: Row, *, dated: bool) -> str:
    date = f" of {escape(row['document_date'])}" if dated and row["document_date"] else ""
    return f"{escape(row['document'])}{date}{_bracketed(_listed([_offsets(row), _whose(row)]))}"


def _reviews(folder: Folder) -> Iterator[str]:
    rows = (review for authority in folder.by_authority() for review in folder_reviews.same_reviews(authority))

    def lines(members: Iterable[Row]) -> Iterator[str]:
        for row in members:
            yield f"- **{_code(row['regime'])}**, {_dates(row)}"
            for told in row["told"]:
                name = f" “{escape(told['name_as_stated'])}”" if told["name_as_stated"] else ""
                role = _code(told["role"]).replace("main subject", "its subject")
                yield f"  - {_place(told)}:{name} ({_listed([role, _dates(told) or 'no date'])})"

    yield from _or_none(_by_authority(rows, lines), "None.")


def _missing(row: Row) -> str:
    told = [_STATES[row["state"]]] if row["state"] in _STATES else []
    gone = ["no longer in the folder; what its brief holds is still in this report"] if row["removed"] else []
    why = f": {escape(row['message'])}" if row["message"] else ""
    earlier = "; what an earlier brief of it holds is in this report" if row["earlier_brief"] else ""
    return f"- {escape(row['document'])}: {', '.join(told + gone)}{why}{earlier}"


def _by_authority(rows: Iterable[Row], lines: Any) -> Iterator[str]:
    for name, members in groupby(rows, key=lambda row: row["authority"]):
        yield from ("", f"### {escape(name) if name else _NOBODY}", "")
        yield from lines(members)


def _or_none(lines: Iterable[str], none: str) -> Iterator[str]:
    """Yield lines after a blank one, or say that there are none."""
    first = next(iter(lines := iter(lines)), None)
    yield from ("", none) if first is None else (*(() if first == "" else ("",)), first)
    yield from lines


def _claim(row: Row) -> str:
    """Return the words of a claim, in quotation marks if they are the document's own."""
    own = row["quote"] is not None and fold(str(row["statement"])) == fold(str(row["quote"]))
    words = _short(row["statement"])
    return f"“{words}”" if own else words


def _short(words: object) -> str:
    return escape(shorten(str(words), _LONGEST_QUOTE, placeholder=" […]"))


def _place(row: Row) -> str:
    return f"{escape(row['document'])}{_bracketed(_offsets(row))}"


def _offsets(row: Row) -> str:
    page = f"p. {row['page']}, " if row["page"] else ""
    return "" if row["start"] is None else f"{page}{row['start']}–{row['end']}"


def _bracketed(words: str) -> str:
    return f" ({words})" if words else ""


def _dates(row: Row) -> str:
    fieldwork = _TO.sub(" to ", escape(row["fieldwork"])) if row["fieldwork"] else ""
    report = f"report {escape(row['report_date'])}" if row["report_date"] else ""
    return _listed([fieldwork, report], ", ")


def _stated(what: str, value: object, status: object) -> str:
    return "" if value is None else f"{what}{escape(value)}{' (inferred)' if status == 'inferred' else ''}"


def _whose(row: Row) -> str:
    return _listed([_code(row["voice"]), _code(row["relay"])], ", ")


def _listed(parts: Iterable[str], between: str = "; ") -> str:
    return between.join(filter(None, parts))


def _code(value: object) -> str:
    return "" if value is None else escape(str(value).replace("_", " "))
