"""Reads the training documents: invented papers of the genre, each line labelled by hand.

    python -m evals.training.corpus [FILE ...]

checks files and counts labels. A file holds one document, or several parted by lines of `====`. A document is a head of
`name: code` lines with the facets of the whole, an empty line, and its text, one sentence, heading, list item or table row to a
line, behind its label and a tab:

    #                                                   heading
    -                                                   nothing of its own: procedure, background, boilerplate
    J                                                   no more than a grade or a status that somebody gives
    F VOICE RELAY POLARITY THEME TIME                   finding
    A VOICE RELAY KIND STATUS                           action

Empty lines part paragraphs; lines of one paragraph are one running text, but that headings, list items (which begin with a
bullet, a number or a letter in brackets, or a dash) and table rows (with " | " in them) keep lines of their own. The codes are
those of `schemas/_council_codes.py`, and their rules those of `evals/LABELLING.md`.
"""

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, get_args

from summariser import schemas

DOCUMENTS = Path(__file__).parent / "documents"

_OWN_LINE = re.compile(r"(?:[•*\-–·]|\(?[a-z0-9]{1,3}[.)])\s|.* \| ")


def _codes(name: str) -> frozenset[str]:
    """Return the codes of one vocabulary of council_review."""
    schemas.load("council_review")
    found: set[str] = set()
    waiting: list[Any] = [getattr(sys.modules["summariser_schemas._council_codes"], name)]
    while waiting:
        kind = waiting.pop()
        kind = getattr(kind, "__value__", kind)
        if isinstance(kind, str):
            found.add(kind)
        else:
            waiting += get_args(kind)
    return frozenset(found)


FACETS: Mapping[str, frozenset[str]] = {
    "form": _codes("DocumentForm"),
    "service_area": _codes("ServiceArea"),
    "cycle_stage": _codes("CycleStage"),
    "direction": _codes("Travel"),
    "completeness": _codes("CompletenessCode"),
    "item_relation": _codes("ItemRelation"),
}
LABELS: Mapping[str, Mapping[str, frozenset[str]]] = {
    "#": {},
    "-": {},
    "J": {},
    "F": {
        "voice": _codes("Voice"),
        "relay": _codes("Relay"),
        "polarity": _codes("Polarity"),
        "theme": _codes("Theme"),
        "time": _codes("FindingTime"),
    },
    "A": {
        "voice": _codes("Voice"),
        "relay": _codes("Relay"),
        "kind": _codes("ActionKind"),
        "status": _codes("ActionStatus"),
    },
}


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled line: the letter of its label, its codes by name, and its place in the text (offsets in characters)."""

    label: str
    codes: Mapping[str, str]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Labelled:
    """A training document: its name, text, facets and rows."""

    name: str
    text: str
    facets: Mapping[str, str]
    rows: tuple[Row, ...]


def read(path: Path) -> Iterator[Labelled]:
    """Yield the training documents of a file.

    Raises:
        ValueError: one is not of the form above; says where.
    """
    first = 1
    for place, source in enumerate(path.read_text(encoding="utf-8").split("\n====\n"), 1):
        yield _document(f"{path.stem}.{place}", source, first)
        first += source.count("\n") + 2


def _document(name: str, source: str, first: int) -> Labelled:
    head, _, body = source.strip("\n").partition("\n\n")
    facets = dict(line.split(": ", 1) for line in head.splitlines())
    if facets.keys() != FACETS.keys():
        raise ValueError(f"{name}: the head has {sorted(facets)}, and should have {sorted(FACETS)}")
    for facet, code in facets.items():
        if code not in FACETS[facet]:
            raise ValueError(f"{name}: {facet} {code!r} is none of {sorted(FACETS[facet])}")
    text = ""
    rows: list[Row] = []
    own_before = False
    for number, line in enumerate(body.splitlines(), first + len(facets) + 1):
        if not line.strip():
            text += "\n\n"
            continue
        label, tab, words = line.partition("\t")
        if not tab or not words.strip():
            raise ValueError(f"{name}, line {number}: no label, tab and words")
        letter, codes = _label(label, f"{name}, line {number}")
        words = words.strip()
        own = letter == "#" or bool(_OWN_LINE.match(words))
        if text and not text.endswith("\n"):
            text += "\n" if own or own_before else " "
        rows.append(Row(letter, codes, len(text), len(text) + len(words)))
        text += words
        own_before = own
    return Labelled(name, text, facets, tuple(rows))


def _label(label: str, where: str) -> tuple[str, dict[str, str]]:
    letter, *given = label.split()
    names = LABELS.get(letter)
    if names is None or len(given) != len(names):
        raise ValueError(f"{where}: {label!r} should be a letter of {' '.join(LABELS)} and its codes")
    for name, code in zip(names, given, strict=True):
        if code not in names[name]:
            raise ValueError(f"{where}: {name} {code!r} is none of {sorted(names[name])}")
    return letter, dict(zip(names, given, strict=True))


def corpus() -> Iterator[Labelled]:
    """Yield all training documents, by name."""
    yield from chain.from_iterable(map(read, sorted(DOCUMENTS.glob("*.txt"))))


def main() -> None:
    """Check and count."""
    options = argparse.ArgumentParser(description="Check training documents.")
    options.add_argument("files", nargs="*", type=Path, default=sorted(DOCUMENTS.glob("*.txt")))
    counts: dict[str, Counter[str]] = {}
    read_in = list(chain.from_iterable(map(read, options.parse_args().files)))
    for document in read_in:
        for name, code in document.facets.items():
            counts.setdefault(name, Counter())[code] += 1
        for row in document.rows:
            counts.setdefault("label", Counter())[row.label] += 1
            for name, code in row.codes.items():
                counts.setdefault(f"{row.label} {name}", Counter())[code] += 1
    sys.stdout.write(f"{len(read_in)} documents, {sum(len(each.rows) for each in read_in)} lines\n")
    for name, count in counts.items():
        sys.stdout.write(f"{name}: {', '.join(f'{code} {times}' for code, times in count.most_common())}\n")


if __name__ == "__main__":
    main()
