"""Tells one part of a brief, read from its JSON form, as the cells of one row and the parts that have rows of their own.

What a part is shows in its shape, so that the class of the schema is not needed: a stated fact is evidence, value and status, a
facet is evidence and value and perhaps a voice, a sentence of a summary is text and supports.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

Cell = str | int | float | bool | None
Row = dict[str, Cell]

_STATED = frozenset(("evidence", "value", "status"))
_FACET = (frozenset(("evidence", "value")), frozenset(("evidence", "value", "voice")))
_SENTENCE = frozenset(("text", "supports"))
# Names that SQLite takes for its own.
_SQLITES = frozenset({"rank", "rowid", "oid", "_rowid_"})
_OURS = frozenset(("document", "item", "quote", "start", "end", "page"))
# What a part below says with its own grade or finding cannot be understood without.
_CARRIED = ("regime",)
_ODD = re.compile(r"\W+")
_LONGEST_NAME = 100
_BETWEEN_QUOTES = " […] "
_BETWEEN_VALUES = "; "


class Below(NamedTuple):
    """A part with a row of its own: the field it stands in, its key where parts are named rather than listed, and itself."""

    field: str
    key: str | None
    value: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a part stands: in which document and item, and by which labels the parts above it are known."""

    document: str
    item: str | None = None
    above: Mapping[str, str] = field(default_factory=dict)

    def inside(self, part: Mapping[str, Any]) -> "Place":
        """Return the place of what stands in lists of `part`."""
        labels = {
            plain(name): value
            for name, value in part.items()
            if isinstance(value, str) and (name.endswith("_id") or name in _CARRIED)
        }
        return replace(self, above={**self.above, **labels})


class Told:
    """The cells of a part under construction, and the parts below it that have rows of their own.

    `reserved` are names that are not free for fields, nor is one that ends in `counts`; what is no number does not go into a
    column that is `numeric`.
    """

    def __init__(self, reserved: frozenset[str] = _OURS, counts: str = "", numeric: Sequence[str] = ()) -> None:
        self.cells: Row = {}
        self.below: list[Below] = []
        self._taken = set(reserved) | _SQLITES
        self._counts = counts
        self._numeric = numeric

    def put(self, name: str, value: Any) -> None:
        """Tell one field, of whatever shape."""
        if isinstance(value, Mapping):
            self._put_part(name, value)
        elif isinstance(value, list):
            self._put_list(name, list(_flat(value)))
        else:
            self._put_cell(name, cell(value))

    def _put_cell(self, name: str, value: Cell) -> None:
        name = plain(name)
        if name in self._numeric and isinstance(value, str | bool):
            name += "_"
        while name.lower() in self._taken or (self._counts and name.endswith(self._counts)):
            name += "_"
        self._taken.add(name.lower())
        self.cells[name] = value

    def _put_part(self, name: str, part: Mapping[str, Any]) -> None:
        if _is_stated(part):
            self.put(name, part["value"])
            self._put_cell(f"{name}_status", cell(part["status"]))
        elif part.keys() in _FACET:
            self.put(name, part["value"])
            if "voice" in part:
                self.put(f"{name}_voice", part["voice"])
        elif _is_entry(part):
            self.below.append(Below(name, None, part))
        elif part and all(map(_is_entry, part.values())):
            self.below += (Below(name, key, value) for key, value in part.items())
        else:
            for inner, value in part.items():
                # A list of parts has a table, which is named after its own field alone.
                self.put(inner if _is_table(value) else f"{name}_{inner}", value)

    def _put_list(self, name: str, values: list[Any]) -> None:
        if told := sentences(values):
            self._put_cell(name, " ".join(told))
            return
        facets = [value for value in values if isinstance(value, Mapping) and value.keys() in _FACET]
        words = [_facet(value) for value in facets] + [str(value) for value in values if not isinstance(value, Mapping)]
        if words:
            self._put_cell(name, _BETWEEN_VALUES.join(words))
        # A facet that nothing is cited for, such as "not stated", is no entry.
        self.below += (
            Below(name, None, value)
            for value in values
            if isinstance(value, Mapping) and (value.keys() not in _FACET or quotes(value))
        )


def row_of(part: Mapping[str, Any], place: Place, key: str | None, numeric: Sequence[str]) -> tuple[Row, list[Below]]:
    """Return the row of a part, and the parts below it that have rows of their own."""
    told = Told(numeric=numeric)
    if key is not None:
        told.put("key", key)
    for name, value in part.items():
        if name != "evidence" or not _is_cited(value):
            told.put(name, value)
    above: Row = {}
    for name, label in place.above.items():
        while name in told.cells or name in above:
            name = f"parent_{name}"  # noqa: PLW2901 - a part may stand in one of its own kind
        above[name] = label
    row: Row = {"document": place.document, "item": place.item} | above | told.cells
    of_facts = [quote for fact in part.values() if _is_stated(fact) for quote in quotes(fact)]
    return row | _places(quotes(part) or of_facts), told.below


def quotes(part: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return what a part quotes as its evidence; a number in its place is that of a segment that was not found."""
    evidence = part.get("evidence")
    return [quote for quote in evidence if isinstance(quote, Mapping)] if evidence and _is_cited(evidence) else []


def sentences(value: Any) -> list[str]:
    """Return the sentences of a summary, or none if `value` is something else."""
    if not isinstance(value, list) or not all(isinstance(each, Mapping) and each.keys() == _SENTENCE for each in value):
        return []
    return [str(sentence["text"]) for sentence in value]


def is_group(value: Any) -> bool:
    """Say whether `value` is a part that holds others together and is no fact or entry itself."""
    return isinstance(value, Mapping) and value.keys() not in (_STATED, *_FACET) and not _is_entry(value)


def cell(value: Any) -> Cell:
    """Return a plain value as it is, and anything else as words."""
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def plain(name: str) -> str:
    """Return a name that any file system or database takes: they make no difference between capitals and small letters."""
    return _ODD.sub("_", name).lower()[:_LONGEST_NAME] or "_"


def _places(found: list[Mapping[str, Any]]) -> Row:
    """Return the words cited, once each and in the order of the text, and where they stand."""
    ordered = sorted({(quote["start"], quote["end"]): quote for quote in found}.items())
    if not ordered:
        return {"quote": None, "start": None, "end": None, "page": None}
    cited = [quote for _, quote in ordered]
    return {
        "quote": _BETWEEN_QUOTES.join(quote["quote"] for quote in cited),
        "start": cited[0]["start"],
        "end": max(quote["end"] for quote in cited),
        "page": cited[0]["page"],
    }


def _flat(values: list[Any]) -> Iterator[Any]:
    """Yield the elements of a list of lists."""
    for value in values:
        if isinstance(value, list):
            yield from _flat(value)
        else:
            yield value


def _facet(facet: Mapping[str, Any]) -> str:
    voice = f" ({facet['voice']})" if "voice" in facet else ""
    return f"{facet['value']}{voice}"


def _is_stated(value: Any) -> bool:
    return isinstance(value, Mapping) and value.keys() == _STATED


def _is_cited(value: Any) -> bool:
    """Say whether a field named "evidence" is that: a class of somebody's own may use the name for words."""
    return isinstance(value, list) and all(
        isinstance(each, int) or (isinstance(each, Mapping) and each.keys() >= {"quote", "start", "end"}) for each in value
    )


def _is_entry(value: Any) -> bool:
    """Say whether a part that is in no list has a row of its own."""
    return isinstance(value, Mapping) and value.keys() not in (_STATED, *_FACET) and _is_cited(value.get("evidence"))


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and not sentences(value) and any(isinstance(each, Mapping) for each in _flat(value))
