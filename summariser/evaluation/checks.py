"""Looks for slips in a suite: in its gold, and in what its key facts, traps and summaries point to."""

from collections.abc import Iterator
from pathlib import Path

from summariser import gold, schemas
from summariser.errors import DocumentError, SettingsError
from summariser.evaluation.suites import Entry, Suite, gold_files, load, text_of
from summariser.gold import Fault
from summariser.labels import place
from summariser.metrics.answers import CLAIMED, TRAP_TYPES

_NO_GOLD = "the document has no gold"


def check(folder: Path) -> list[Fault]:
    """Return every slip in a suite, drafts and documents without gold included.

    Raises:
        SettingsError: there is no suite in this folder, or its suite.toml does not hold together.
    """
    faults = []
    unusable = []
    for path in gold_files(folder):
        try:
            gold.load(path)
        except SettingsError as error:
            faults.append(Fault(path.name, "file", str(error)))
            unusable.append(path)
    try:
        found = slips(load(folder, leaving_out=unusable))
    except SettingsError as error:
        return faults or [Fault(folder.name, "suite", str(error))]
    # The document of gold that cannot be used only seems to have none.
    return faults + [fault for fault in found if not (unusable and fault.message == _NO_GOLD)]


def slips(suite: Suite) -> list[Fault]:
    """Return every slip in a suite that could be loaded."""
    model = schemas.load(suite.schema).model
    faults = [Fault(name, "file", _NO_GOLD) for name in suite.unlabelled]
    for entry in suite.entries:
        try:
            text = text_of(entry)
        except DocumentError as error:
            faults.append(Fault(entry.path.name, "file", str(error)))
            continue
        faults += gold.lint(f"{entry.name}.json", entry.gold, text, model)
        if entry.second:
            faults += gold.lint(f"{entry.name}.json (second)", entry.second, text, model)
        faults += _loose_ends(entry, text)
    return faults


def _loose_ends(entry: Entry, text: str) -> Iterator[Fault]:
    """Yield the references of summary and key facts that lead nowhere, and traps that cannot be tried."""
    try:
        told = gold.read_labels(entry.name, entry.gold, text)
    except SettingsError:
        return  # it has no shape to look into, which is among its faults already
    known = {part.label for part in told.parts if part.kind in CLAIMED}
    wholes = {part.label for part in told.parts} | {"completeness"}
    for label in (label for sentence in told.summary for label in sentence.supports):
        if label not in wholes:
            yield Fault(f"{entry.name}.json", "summary", f"there is no part {label}")
    named = (part for fact in entry.facts for part in fact["parts"])
    for label in (label for part in named for label in ([part] if isinstance(part, str) else part)):
        if label not in known:
            yield Fault("key_facts.json", entry.name, f"there is no review, judgement, finding, action or figure {label}")
    for trap in entry.traps:
        if trap["type"] not in TRAP_TYPES:
            yield Fault("traps.json", entry.name, f"there is no trap of type {trap['type']!r}: {', '.join(sorted(TRAP_TYPES))}")
        if any(place(evidence, text) is None for evidence in trap["evidence"]):
            yield Fault("traps.json", entry.name, "a quote of a trap is not in the document")
