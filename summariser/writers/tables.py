"""The brief as flat rows, table by table, for spreadsheets and databases.

Works on any schema, from its JSON form: every list of parts becomes a table named after its field. A part has a row once, and
what it holds is told in its row, but for the parts in lists below it, which have rows of their own and name the parts above
them by their labels (fields that end in "_id"). `documents` and `items` are our own tables: a list of a schema that has one of
these names, and a field that has the name of one of our columns, gets an underscore behind its name.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal

from summariser.writers.parts import Below, Cell, Place, Row, Told, cell, is_group, plain, row_of, sentences

Kind = Literal["text", "integer", "number"]
Tables = dict[str, list[Row]]

DOCUMENTS = "documents"
ITEMS = "items"

# What a brief may say of the document as a whole, in the order of its columns; they are there for every schema.
_FACETS = ("form", "title", "publisher", "document_date", "completeness", "item_relation")
# The counts that every document has, none or many; other lists are counted where they hold something.
_COUNTED = ("findings", "actions", "judgements", "figures")
_NAMED = ("document", "sha256", "characters")
_REPORTED = ("sensitivity", "summary", "quality_flags", "losses", "warnings_count", "refused_count")
_MADE = ("engine", "model", "schema", "prompt", "version", "requests", "input_tokens", "output_tokens", "cost")
# What a batch adds to a document's row.
LEDGER = ("state", "error", "message", "source", "tried", "recipe", "brief", "attempts", "seconds")
_DOCUMENT_COLUMNS = frozenset((*_NAMED, *_REPORTED, *_MADE, *LEDGER))
# Fields of a schema that hold numbers, by table; what is none goes under another name.
_NUMERIC: Mapping[str, tuple[str, ...]] = {"figures": ("value",)}
_OF_PARTS: Mapping[str, Kind] = {"start": "integer", "end": "integer", "page": "integer"}
_OF_DOCUMENTS: Mapping[str, Kind] = {
    "characters": "integer",
    "requests": "integer",
    "input_tokens": "integer",
    "output_tokens": "integer",
    "cost": "number",
}
_COUNT = "_count"


def tables_of(data: Mapping[str, Any]) -> Tables:
    """Return the rows of one brief by the name of their table; `data` is what `json.as_data` returns, or JSON read again.

    Each row names its `document`, its `item` (the label of the item that it is in, or None) and the labels of the parts above
    it, a judgement also the regime of its review; then come its fields in the order of the schema, and last the `quote` (its
    evidence in the order of the text, joined by " […] "), `start` and `end` (offsets in characters, of the first and the last
    evidence) and the `page` on which it begins. A part without evidence of its own, such as a review, shows that of its facts.
    A stated fact is two columns in every row: its value, and under `..._status` how it is known, since an inferred value must
    not pass for a stated one, nor one that is cut off for one that is not stated. A table without rows is absent; `documents`
    always has one row.

    Raises:
        KeyError: the data are not those of a brief.
    """
    tables: Tables = {}
    place = Place(data["document"]["name"])
    brief = {name: value for name, value in data["brief"].items() if name != "summary" or not sentences(value)}
    facts = Told(reserved=_DOCUMENT_COLUMNS, counts=_COUNT)
    for field, value in brief.items():
        # What stands under "document" is of the document, as what stands at the top is.
        for name, fact in value.items() if field == "document" and is_group(value) else ((field, value),):
            facts.put(name, fact)
    for part in facts.below:
        _add(tables, part, place)
    tables[DOCUMENTS] = [_document(data, facts.cells, tables)]
    return tables


def columns_of(rows: Iterable[Mapping[str, Cell]]) -> list[str]:
    """Return the columns of all rows of a table, each where it stands among its neighbours; rows may be many, and a stream."""
    columns: list[str] = []
    known: set[str] = set()
    for row in rows:
        if row.keys() <= known:
            continue
        at = 0
        for name in row:
            if name in known:
                at = columns.index(name) + 1
            else:
                columns.insert(at, name)
                known.add(name)
                at += 1
    return columns


def kinds_of(table: str, columns: Iterable[str]) -> dict[str, Kind]:
    """Return what each column of a table holds, by what is declared and never by what is in it: text if nothing is.

    Numbers of a user's own schema are therefore text here, but for `figures.value`.
    """

    def kind(name: str) -> Kind:
        if table == DOCUMENTS:
            return "integer" if name.endswith(_COUNT) else _OF_DOCUMENTS.get(name, "text")
        return "number" if name in _NUMERIC.get(table, ()) else _OF_PARTS.get(name, "text")

    return {name: kind(name) for name in columns}


def _add(tables: Tables, below: Below, place: Place) -> None:
    """Add the row of a part, then those of the parts below it."""
    table, part = _table(below.field), below.value
    label = part.get("item_id")
    if table == f"{ITEMS}_" and place.item is None and isinstance(label, str):
        part = {name: value for name, value in part.items() if name != "item_id"}
        table, place = ITEMS, replace(place, item=label)
    row, inner = row_of(part, place, below.key, _NUMERIC.get(table, ()))
    tables.setdefault(table, []).append(row)
    for each in inner:
        _add(tables, each, place.inside(part))


def _table(field: str) -> str:
    """Return the name of the table for a field."""
    name = plain(field)
    return name + "_" if name.rstrip("_") in (DOCUMENTS, ITEMS) else name


def _document(data: Mapping[str, Any], facts: Row, tables: Tables) -> Row:
    """Return the one row of `documents`; where the brief does not say how whole the document is, the report on it does."""
    integrity, made, usage = data["integrity"], data["provenance"], data["usage"]
    facts = dict(facts)
    if "form" not in facts and "document_form" in facts:
        # Another schema's name for the same.
        facts = {"form": facts.pop("document_form")} | facts
    row: Row = {
        "document": data["document"]["name"],
        "sha256": data["document"]["sha256"],
        "characters": data["document"]["characters"],
    }
    reported = {"completeness": integrity["completeness"]["value"], "item_relation": integrity["item_relation"]}
    for name in _FACETS:
        row[name] = facts.pop(name, reported.get(name))
        if f"{name}_status" in facts:
            row[f"{name}_status"] = facts.pop(f"{name}_status")
    row |= facts
    row["sensitivity"] = integrity["sensitivity"]
    row["summary"] = " ".join(_told(data["brief"])) or None
    for name in (*_COUNTED, *(name for name in tables if name not in _COUNTED)):
        row[name + _COUNT] = len(tables.get(name, ()))
    row["quality_flags"] = "; ".join(dict.fromkeys(flag["flag"] for flag in integrity["quality_flags"]))
    row["losses"] = "; ".join(map(_loss, data["read"]["losses"]))
    row["warnings_count"] = len(data["warnings"])
    row["refused_count"] = len(data["refused"])
    for name in _MADE:
        row[name] = cell(made[name] if name in made else usage[name])
    return row


def _told(node: Any) -> Iterator[str]:
    """Yield the sentences of the summaries of the document and of its items."""
    if isinstance(node, Mapping):
        for value in node.values():
            told = sentences(value)
            yield from told if told else _told(value)
    elif isinstance(node, list):
        for element in node:
            yield from _told(element)


def _loss(loss: Mapping[str, Any]) -> str:
    where = f" {loss['span'][0]}–{loss['span'][1]}" if loss["span"] else ""
    return f"{loss['what']}{where}: {loss['message']}"
