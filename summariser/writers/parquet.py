"""Rows as Parquet, which data frames and databases read with the types of the columns; needs pyarrow (the extra "parquet")."""

import importlib
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from summariser.errors import SettingsError
from summariser.writers.parts import Cell
from summariser.writers.tables import Kind
from summariser.writers.whole import encodable, whole

# Rows are written in groups, so that memory holds one group, however many rows there are.
_ROWS_A_GROUP = 1_000
_GREATEST = 2**63 - 1


def write_parquet(path: Path, columns: Mapping[str, Kind], rows: Iterable[Mapping[str, Cell]]) -> None:
    """Write rows as they come; `columns` names the columns and what each holds, as `tables.kinds_of` tells.

    What a row lacks is null, as None is; a number or a truth in a column of text is told in words. The file is there when all
    of it is written, and not before.

    Raises:
        SettingsError: pyarrow is not installed.
        ValueError: a row has a column that is not among `columns`, or something else than a number in a column of numbers.
        OSError: the file cannot be written.
    """
    arrow, parquet = _pyarrow()
    types = {"text": arrow.string(), "integer": arrow.int64(), "number": arrow.float64()}
    schema = arrow.schema([(encodable(name), types[kind]) for name, kind in columns.items()])
    waiting = iter(rows)
    with whole(path) as partial, parquet.ParquetWriter(partial, schema) as writer:
        while group := list(islice(waiting, _ROWS_A_GROUP)):
            cells = _by_column(group, columns)
            writer.write_table(arrow.table(cells, schema=schema), row_group_size=_ROWS_A_GROUP)


def _pyarrow() -> tuple[Any, Any]:
    """Return pyarrow and its module for Parquet, which few need and which take half a second to import."""
    try:
        return importlib.import_module("pyarrow"), importlib.import_module("pyarrow.parquet")
    except ImportError:
        raise SettingsError("Parquet needs pyarrow: `pip install 'summariser[parquet]'`") from None


def _by_column(rows: Sequence[Mapping[str, Cell]], columns: Mapping[str, Kind]) -> list[list[Cell]]:
    for row in rows:
        if unknown := row.keys() - columns.keys():
            raise ValueError(f"no columns for {sorted(unknown)}")
    return [[_fitted(row.get(name), kind, name) for row in rows] for name, kind in columns.items()]


def _fitted(value: Cell, kind: Kind, name: str) -> Cell:
    if value is None:
        return None
    if kind == "text":
        return ("true" if value else "false") if isinstance(value, bool) else encodable(str(value))
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _GREATEST:
        return value if kind == "integer" else float(value)
    if isinstance(value, float) and kind == "number":
        return value
    raise ValueError(f"the column {name!r} is of type {kind}, which one of its values is not")
