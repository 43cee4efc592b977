"""Which documents tell of the same review, and which tell of the same judgement; past and present ones are told apart.

Two tellings are of the same review if they name the same authority, the same kind of review and the same dates, compared as
precisely as both are known: November 2022 and 9 November 2022 agree. Days of fieldwork are compared with days of fieldwork and
dates of reports with dates of reports. One that agrees with two reviews which are not the same ("2022", where there were visits
in March and in November) is put to neither.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple

from summariser.metrics.dates import Days, contradict, days
from summariser.reports.folder import Authority, Row

When = Literal["present", "past", "both", "target", "not_told"]

_DATES = ("fieldwork", "report_date")
# What kind of review it was is not told, or is only told not to be one of those known.
_ANY_KIND = frozenset({None, "unspecified_review", "other_review"})
_TIMES: dict[str | None, When] = {
    "this_review": "present",
    "current_status": "present",
    "trajectory_to": "present",
    "earlier": "past",
    "trajectory_from": "past",
    "target": "target",
}
# A code that stands for many values, or for one of several things that are graded, says too little by itself.
COARSE = frozenset({None, "cqc_la_percent", "unscaled_label"})
SEVERAL = frozenset({None, "quality_statement", "outcome_area", "other"})
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_TELLING = (
    *("told_as", "time", "role", "voice", "relay", "document", "document_date", "item", "judgement_id", "review_id"),
    *("value_as_stated", "quote", "start", "end", "page"),
)


class Review(NamedTuple):
    """One review, as one or more documents tell of it; its dates are the most precise that any of them gives."""

    regime: str | None
    fieldwork: str | None
    report_date: str | None
    told: list[Row]

    @property
    def day(self) -> str | None:
        """The first day known of it, to order reviews by."""
        found = days(self.fieldwork) or days(self.report_date)
        return found[0].isoformat() if found else None

    @property
    def documents(self) -> int:
        """How many documents tell of it."""
        return len({row["document"] for row in self.told})


def same_reviews(authority: Authority) -> Iterator[Row]:
    """Yield the reviews of an authority that at least two documents tell of."""
    for review in sorted(_reviews(authority), key=lambda each: (str(each.regime), str(each.day))):
        if review.documents > 1:
            names = ("name_as_stated", "conducted_by", *_DATES, "role", "document", "document_date", "item", "review_id")
            told = [{name: row[name] for name in (*names, "start", "end", "page")} for row in review.told]
            yield {"authority": authority.name, **_of(review), "told": told}


def judgements(authority: Authority) -> Iterator[Row]:
    """Yield the judgements on an authority by kind of review, aspect and date, each with those who tell it.

    `time` says how it is told: as present, past, both (given in one document, and called past in another), hoped for (target)
    or in no known way. What nobody dates is never put to what is dated, nor a past one to a present one.
    """
    of_review = {_key(row): (review, row["role"]) for review in _reviews(authority) for row in review.told}
    lines: defaultdict[tuple[Any, ...], list[Row]] = defaultdict(list)
    reviews: dict[tuple[Any, ...], Review] = {}
    for row in authority.judgements:
        review, role = of_review.get(_key(row)) or (Review(row["regime"], None, None, []), None)
        told = row | {"role": role, "told_as": _told_as(row["time"], role)}
        # What is hoped for is no judgement that was given.
        key = (*_known(review, told), told["told_as"] == "target", *_value(row))
        lines[key].append(told)
        reviews[key] = review
    yield from sorted((_line(authority, reviews[key], told) for key, told in lines.items()), key=_in_order)


def _known(review: Review, told: Row) -> tuple[Any, ...]:
    """Return what tells a review from others: itself if it has a date, else little, and what two documents may share."""
    if review.day:
        return (id(review),)
    # "Last autumn" means another one in another document.
    alone = review.regime in _ANY_KIND or review.fieldwork or review.report_date
    return ("undated", review.regime, told["told_as"], *((told["document"], told["review_id"]) if alone else ()))


def _line(authority: Authority, review: Review, told: list[Row]) -> Row:
    times = {row["told_as"] for row in told}
    when = "both" if times >= {"present", "past"} else min(times)
    value = {name: told[0][name] for name in ("aspect", "scale", "value_code", "value_as_stated")}
    told = [{name: row[name] for name in _TELLING} for row in told]
    return {"authority": authority.name, **_of(review), **value, "time": when, "told": told}


def _of(review: Review) -> Row:
    return {"regime": review.regime, "fieldwork": review.fieldwork, "report_date": review.report_date, "first_day": review.day}


def _in_order(line: Row) -> tuple[Any, ...]:
    aspect = line["aspect"]
    of_aspect = (aspect is None, aspect != "overall", str(aspect))
    # Of what nobody dates, the past comes first.
    by_date = (line["first_day"] is None, str(line["first_day"]), line["time"] != "past")
    return (str(line["regime"]), *of_aspect, *by_date, str(line["value_code"]))


def _told_as(time: str | None, role: str | None) -> When:
    """Say how a judgement is told; that of a review which is told of as an earlier one is not present."""
    return "past" if time == "this_review" and role == "earlier" else _TIMES.get(time, "not_told")


def _value(row: Row) -> tuple[Any, ...]:
    """Return what two tellings of one judgement share."""
    stated = str(row["value_as_stated"] or row["quote"]).casefold()
    number = _NUMBER.search(stated)
    exact = (number.group() if number else " ".join(stated.split())) if row["scale"] in COARSE else None
    which = " ".join(str(row["quote"]).casefold().split()) if row["aspect"] in SEVERAL else None
    return row["aspect"], row["scale"], row["value_code"], exact, which


def _reviews(authority: Authority) -> list[Review]:
    """Return the reviews of an authority, each with all that is told of it."""
    by_dates: defaultdict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in authority.reviews:
        dates = (days(row["fieldwork"]), days(row["report_date"]))
        matched = row["regime"] not in _ANY_KIND and any(dates)
        by_dates[(row["regime"], dates, None if matched else _key(row))].append(row)
    found = []
    for regime in dict.fromkeys(regime for regime, _, _ in by_dates):
        pairs = [dates for kind, dates, alone in by_dates if kind == regime and alone is None]
        for group in _groups(pairs):
            found.append(_joined(regime, [row for dates in group for row in by_dates[(regime, dates, None)]]))
    found += [_joined(regime, rows) for (regime, _, alone), rows in by_dates.items() if alone is not None]
    return found


def _joined(regime: str | None, rows: list[Row]) -> Review:
    return Review(regime, _best(rows, "fieldwork"), _best(rows, "report_date"), rows)


def _best(rows: list[Row], name: str) -> str | None:
    """Return the most precise date of several, or words if there is none."""
    known = [(found[1] - found[0], str(row[name])) for row in rows if (found := days(row[name]))]
    return min(known)[1] if known else next((str(row[name]) for row in rows if row[name]), None)


def _groups(pairs: Sequence[tuple[Days | None, Days | None]]) -> list[list[tuple[Days | None, Days | None]]]:
    """Group dates of reviews, the best known first, so that vague ones find what there is to agree with."""

    def vague(pair: tuple[Days | None, Days | None]) -> tuple[Any, ...]:
        lengths = [(end - start).days for start, end in filter(None, pair)]
        return max(lengths) > 31, -len(lengths), sum(lengths), str(pair)

    groups: list[list[tuple[Days | None, Days | None]]] = []
    for pair in sorted(pairs, key=vague):
        fits = [group for group in groups if _agree(pair, group)]
        if len(fits) == 1:
            fits[0].append(pair)
        else:
            groups.append([pair])
    return groups


def _agree(pair: tuple[Days | None, Days | None], group: Sequence[tuple[Days | None, Days | None]]) -> bool:
    """Say whether dates agree with some of a group and contradict none of it."""
    shared = [(one, other) for each in group for one, other in zip(pair, each, strict=True) if one and other]
    return bool(shared) and not any(contradict(_written(one), _written(other)) for one, other in shared)


def _written(span: Days) -> str:
    return f"{span[0]}/{span[1]}"


def _key(row: Row) -> tuple[Any, ...]:
    return row["document"], row["item"], row["review_id"]
