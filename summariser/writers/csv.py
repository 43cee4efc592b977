"""Rows as CSV for Excel: UTF-8 with a byte order mark, lines that end in CRLF, and no cell that a spreadsheet would run.

The rule is that of OWASP, "CSV Injection" (owasp.org/www-community/attacks/CSV_Injection, read 2026-11): a text must not begin
with = + - @, one of their full-width forms, a tab, a carriage return or a line feed; such a text gets an apostrophe before it,
and each text is in quotation marks. Beyond the rule, blanks, control characters and apostrophes before such a character do not
hide it, since some programs drop them, and a NUL counts as a tab does. So an apostrophe is ours, and can be taken off again,
exactly where the rest would need one. Cells that are numbers stay numbers, negative ones too.
"""

import csv
import math
import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from summariser.writers.parts import Cell
from summariser.writers.whole import encodable, whole

# What a program may drop or not show: blanks, control characters, marks of direction and of the order of bytes.
_UNSEEN = r"[\s'\x00-\x20\x7f-\xa0\xad\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]"
_DANGEROUS = re.compile(rf"'*[\t\r\n\0]|{_UNSEEN}*[=+\-@＝＋－＠]")
# Characters in a cell, by Microsoft's "Excel specifications and limits", read 2026-11; counted as UTF-16 does.
_LONGEST_CELL = 32_767


def write_csv(path: Path, columns: Collection[str], rows: Iterable[Mapping[str, Cell]]) -> None:
    """Write rows as they come, in the order of `columns`, under a head line; one row at a time is held in memory.

    What a row lacks, and None, is an empty cell; true and false are those words. A text longer than Excel holds is cut, and
    ends with a mark that says so. The file is there when all of it is written, and not before.

    Raises:
        ValueError: a row has a column that is not among `columns`.
        OSError: the file cannot be written.
    """
    known = frozenset(columns)
    with whole(path) as partial, partial.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
        writer.writerow([_text(name) for name in columns])
        for row in rows:
            if unknown := row.keys() - known:
                raise ValueError(f"no columns for {sorted(unknown)}")
            writer.writerow([_cell(row.get(name)) for name in columns])


def _cell(value: Cell) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    # Infinity is no number to a spreadsheet, and minus infinity a formula.
    return value if math.isfinite(value) else _text(str(value))


def _text(text: str) -> str:
    text = encodable(text)
    return _cut(f"'{text}" if _DANGEROUS.match(text) else text)


def _cut(text: str) -> str:
    """Return a text of at most the length that Excel holds, whose end says if it was longer."""
    if 2 * len(text) <= _LONGEST_CELL or len(text) + sum(each > "\uffff" for each in text) <= _LONGEST_CELL:
        return text
    mark = f" [cut: {len(text):,} characters in all]"
    units = text.encode("utf-16-le")[: 2 * (_LONGEST_CELL - len(mark))]
    return units.decode("utf-16-le", "ignore") + mark
