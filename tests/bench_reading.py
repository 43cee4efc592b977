"""Measures how fast PDFs are read, side by side with bare text extraction, and what 1,000 of them leave in memory.

python -m tests.bench_reading folder/
"""

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pypdfium2

from summariser import readers

_ROUNDS = 7
_MANY = 1_000


def main() -> None:
    """Print the figures for the PDFs of the folder named on the command line."""
    files = sorted(Path(sys.argv[1]).glob("*.pdf"))
    readers.read(files[0])  # the process that reads is started once a run, whatever the number of files
    pairs = [(_seconds(_bare, files), _seconds(readers.read, files)) for _ in range(_ROUNDS)]
    bare, ours = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(one / other for one, other in pairs)
    sys.stdout.write(
        f"{len(files)} PDFs, median of {_ROUNDS}: bare {bare:.2f} s, read {ours:.2f} s, speed {ratio:.2f} of bare\n"
    )
    before = _resident()
    for number in range(_MANY):
        readers.read(files[number % len(files)])
    sys.stdout.write(f"{_MANY} documents: memory grew by {_resident() - before:.1f} MB\n")


def _bare(path: Path) -> None:
    document = pypdfium2.PdfDocument(path)
    for page in document:
        words = page.get_textpage()
        words.get_text_range()
        words.close()
        page.close()
    document.close()


def _seconds(read: Callable[[Path], object], files: list[Path]) -> float:
    start = time.perf_counter()
    for path in files:
        read(path)
    return time.perf_counter() - start


def _resident() -> float:
    """Return the memory that this process and those it has started hold, in MB."""
    pids = [Path("/proc/self"), *(Path("/proc") / child for child in _children())]
    return sum(int((pid / "statm").read_text().split()[1]) * 4096 for pid in pids) / 1e6


def _children() -> list[str]:
    return Path("/proc/self/task").joinpath(next(Path("/proc/self/task").iterdir()).name, "children").read_text().split()


if __name__ == "__main__":
    main()
