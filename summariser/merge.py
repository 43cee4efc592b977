"""Joins the briefs of a long document's windows into one: by shared evidence, never by looks alone.

Windows overlap, so a sentence in the overlap is reported twice. Two entries are taken for one only if they cite a segment in
common, hold no different numbers, and say it in like words; what is said in two places of a document stays there twice.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotated_types import MinLen
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from rapidfuzz.fuzz import token_set_ratio, token_sort_ratio

from summariser.brief import Loc, Sentence, Stated, cited, is_facet, label_of, numbers, walk, wording
from summariser.facts import facts

# Two tellings of one sentence are nearly the same words; what differs more stays, for a repeat is the lesser harm.
_ALIKE = 80
_ALL = 100
# Words that carry a finding, which are the same word if they begin alike; and those that turn it round.
_CONTENT = re.compile(r"\b(?!(?:the|and|was|were|are|has|had|have|been|that|their|its|with|for|from|who|which)\b)[a-z]{3,}")
_STEM = 4
_DENIAL = re.compile(r"\b(?:not|no|never|none|without|\w+n't)\b")
_PREFIX = re.compile(r"\d*$")
_SURENESS = {"stated": 2, "inferred": 1}
# A word that is no month.
_NAME = re.compile(
    r"(?!(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|spring|summer|autumn|winter|early|late|week|from|until)[a-z]*\b)\b[a-z]{3,}",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Told:
    """The brief of one window; `first` is the number of the first segment of its run."""

    brief: BaseModel
    first: int


def merge(told: Sequence[Told], starts: Sequence[int]) -> dict[str, Any]:
    """Return one brief, as data, of the briefs of a document's windows in their order.

    Entries stand in the order of their evidence and are numbered anew. A fact is the first that is stated; facets are the
    first window's, and summaries are left out, for both are to be told of the whole. `starts` are the numbers of the segments
    at which the document's items begin, by which an item that goes on in the next window is told from a new one.
    """
    whole, *rest = (_apart(reading.brief, f"{place}") for place, reading in enumerate(told))
    join = _Join(tuple(starts))
    for part, reading in zip(rest, told[1:], strict=True):
        whole = join.two(whole, part, reading.first)
    _number(whole, join.aliases)
    return whole.model_dump(by_alias=True)


def pointers(part: BaseModel, labels: set[str]) -> Iterator[str]:
    """Yield the fields of `part` that hold the label of another part; `labels` are the names of all fields that hold one."""
    own = getattr(type(part), "label", None)
    yield from (name for name in type(part).model_fields if name in labels and name != own)


def _label_fields(brief: BaseModel) -> set[str]:
    return {str(name) for _, part in walk(brief) if (name := getattr(type(part), "label", None))}


def _apart(brief: BaseModel, window: str) -> BaseModel:
    """Return a copy without summaries in which no label is that of another window or item."""
    brief = brief.model_copy(deep=True)
    names = _label_fields(brief)
    owners = [loc for loc, part in walk(brief) if hasattr(part, "summary")]
    for loc, part in list(walk(brief)):
        scope = max((owner for owner in owners if len(owner) < len(loc) and loc[: len(owner)] == owner), key=len, default=())
        own = getattr(type(part), "label", None)
        for name in (*pointers(part, names), *((own,) if own else ())):
            if (value := getattr(part, name)) is not None:
                setattr(part, name, _scoped(window, scope, value))
        for name in type(part).model_fields:
            value = getattr(part, name)
            if isinstance(value, list) and any(isinstance(element, Sentence) for element in value):
                setattr(part, name, [])
    return brief


def _scoped(window: str, scope: Loc, label: str) -> str:
    return f"{window}/{'.'.join(map(str, scope))}/{label}"


class _Join:
    """Joins two briefs, or two parts of the same class; `aliases` says under which label a part went on."""

    def __init__(self, starts: tuple[int, ...]) -> None:
        self.aliases: dict[str, str] = {}
        self._starts = starts

    def two(self, one: BaseModel, other: BaseModel, first: int) -> BaseModel:
        """Return what both say; where only one can be right, what `one` says."""
        if isinstance(one, Stated) and isinstance(other, Stated):
            return max(one, other, key=lambda fact: _SURENESS.get(fact.status, 0))
        if numbers(one):
            return one
        changed = {
            name: self._fields(getattr(one, name), getattr(other, name), first, field)
            for name, field in type(one).model_fields.items()
        }
        return one.model_copy(update=changed)

    def _fields(self, mine: Any, its: Any, first: int, field: FieldInfo) -> Any:
        """Return what two parts have in a field, joined."""
        if mine is None or its is None:
            return its if mine is None else mine
        if isinstance(mine, BaseModel) and isinstance(its, BaseModel):
            return self.two(mine, its, first)
        if isinstance(mine, dict) and isinstance(its, dict):
            return its | mine
        if isinstance(mine, list | tuple) and isinstance(its, list | tuple):
            every = [*mine, *its]
            if any(isinstance(each, list | tuple | dict) for each in every):
                return type(mine)(every)
            if any(isinstance(each, BaseModel) for each in every):
                # The direction of travel and the like are facets, and to be told of the whole.
                facets = all(isinstance(each, BaseModel) and is_facet(type(each)) for each in every)
                return mine if facets and mine else type(mine)(self._lists(list(mine), list(its), first))
            # What a part of the document lacks, the whole does only if every part does.
            least = next((each.min_length for each in field.metadata if isinstance(each, MinLen)), 0)
            shared = [each for each in mine if each in its]
            return type(mine)(shared if len(shared) >= least else mine)
        return its if _is_vague(mine) else mine

    def _lists(self, mine: list[BaseModel], its: list[BaseModel], first: int) -> list[BaseModel]:
        """Return the entries of both, each of the second list joined with at most one of the first."""
        joined = list(mine)
        pairs = self._pairs(mine, its, first)
        for place, part in enumerate(its):
            match = pairs.get(place)
            if match is None:
                joined.append(part)
                continue
            if (old := label_of(part)) and (new := label_of(joined[match])):
                self.aliases[old] = new
            joined[match] = self.two(joined[match], part, first)
        # A list of containers keeps its order; entries stand where their evidence does.
        return sorted(joined, key=lambda part: min(numbers(part), default=0))

    def _pairs(self, mine: list[BaseModel], its: list[BaseModel], first: int) -> dict[int, int]:
        """Return for places in the second list the place in the first that holds the same, the likeliest pairs first."""
        likely = []
        for there, part in enumerate(its):
            for here, known in enumerate(mine):
                if likeness := _likeness(known, part, first):
                    likely.append((likeness, here, there))
        if mine and its and _is_container(mine[-1]) and self._goes_on(mine[-1], its[0], first):
            likely.append((1.0, len(mine) - 1, 0))
        pairs: dict[int, int] = {}
        taken: set[int] = set()
        for _, here, there in sorted(likely, key=lambda pair: (-pair[0], -pair[1], pair[2])):
            if there not in pairs and here not in taken:
                pairs[there] = here
                taken.add(here)
        return pairs

    def _goes_on(self, one: BaseModel, other: BaseModel, first: int) -> bool:
        """Say whether `other`, the first item of a window, is the last item of the window before it."""
        own = {number for number in cited(other) if number >= first}
        ends, begins = max(cited(one), default=first), min(own, default=first)
        return bisect_right(self._starts, ends) == bisect_right(self._starts, begins)


def _likeness(one: BaseModel, other: BaseModel, first: int) -> float:
    """Return how surely two parts are the same, from 0 to 100; `first` is where the second's window begins."""
    if type(one) is not type(other):
        return 0
    shared_evidence = bool(set(numbers(one)) & set(numbers(other)))
    if identity := getattr(type(one), "identity", ()):
        agree = all(_agree(getattr(one, name), getattr(other, name)) for name in identity)
        # Of some there are many alike, such as marks for one statement among others.
        values = [value for name in identity if isinstance(value := getattr(one, name), str)]
        many = not getattr(type(one), "shared", frozenset()).isdisjoint(values)
        return 100 * (agree and (shared_evidence or not many))
    if _is_container(one):
        shared = cited(one) & {number for number in cited(other) if number >= first}
        return 100 * len(shared) / len(cited(one) | cited(other)) if shared else 0
    if not shared_evidence or not _same_numbers(one, other):
        return 0
    said, also = wording(one), wording(other)
    if not said:
        return 100 * (one.model_dump(exclude={"evidence"}) == other.model_dump(exclude={"evidence"}))
    likeness = token_sort_ratio(said.lower(), also.lower())
    return likeness if likeness >= _ALIKE and _compatible(said, also) and _one_says_more(said.lower(), also.lower()) else 0


def _is_container(part: BaseModel) -> bool:
    """Say whether a part has a label and other parts, but neither words nor an identity of its own: an item."""
    return bool(label_of(part)) and "evidence" not in type(part).model_fields and not getattr(type(part), "identity", ())


def _is_vague(value: object) -> bool:
    """Say whether a code says that a window could not tell, such as a review of an unspecified kind."""
    return isinstance(value, str) and value.startswith(("unspecified", "unknown"))


def _agree(one: object, other: object) -> bool:
    """Say whether two values of a field may be the same thing's; what is not stated or vague agrees with anything."""
    if not (isinstance(one, Stated) and isinstance(other, Stated)):
        return one == other or _is_vague(one) or _is_vague(other)
    if one.value is None or other.value is None:
        return True
    said, also = str(one.value).lower(), str(other.value).lower()
    if not _compatible(said, also):
        return False
    if not (_NAME.search(said) or _NAME.search(also)):  # dates, which are facts and nothing else
        return bool(facts(said) and facts(also))
    return token_sort_ratio(said, also) >= _ALIKE or token_set_ratio(said, also) == _ALL


def _one_says_more(said: str, also: str) -> bool:
    """Say whether all that matters of one wording is in the other: a word that is exchanged for another makes two findings."""
    one, other = ({word[:_STEM] for word in _CONTENT.findall(words)} for words in (said, also))
    return (one <= other or other <= one) and len(_DENIAL.findall(said)) == len(_DENIAL.findall(also))


def _same_numbers(one: BaseModel, other: BaseModel) -> bool:
    """Say whether two parts have the same figures in the fields for figures."""
    values = ((getattr(one, name), getattr(other, name)) for name in type(one).model_fields)
    return all(mine == its for mine, its in values if isinstance(mine, float) and isinstance(its, float))


def _compatible(one: str, other: str) -> bool:
    """Say whether one of two wordings has all the numbers and dates of the other."""
    return facts(one) <= facts(other) or facts(other) <= facts(one)


def _number(brief: BaseModel, aliases: Mapping[str, str]) -> None:
    """Give every label a number in the order of the entries, and every reference the new label."""
    counts: Counter[str] = Counter()
    renamed: dict[str, str] = {}
    for _, part in walk(brief):
        if old := label_of(part):
            raw = old.rpartition("/")[2]
            prefix = _PREFIX.sub("", raw)
            counts[prefix] += 1
            # A label without a number, such as a name, is kept as long as nobody else has it.
            renamed[old] = raw if prefix == raw and counts[prefix] == 1 else f"{prefix}{counts[prefix]}"
            setattr(part, str(getattr(type(part), "label", None)), renamed[old])
    names = _label_fields(brief)
    for _, part in walk(brief):
        for name in pointers(part, names):
            if isinstance(value := getattr(part, name), str):
                while value in aliases:
                    value = aliases[value]
                # What points to no part was no pointer.
                setattr(part, name, renamed.get(value, value.rpartition("/")[2]))
