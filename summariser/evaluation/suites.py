"""A suite: documents with their gold, traps and key facts, as they lie in a folder.

`suite.toml` names it, its schema, and what it is for; the places of its parts may be set there too, relative to the folder.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from summariser import gold, readers, schemas
from summariser.errors import DocumentError, SettingsError
from summariser.gold import Fault
from summariser.labels import place
from summariser.metrics.answers import parts_of

MAIN = Path("evals/council_review")
# The kinds of brief that there are metrics for.
SCORED = ("council_review",)
_TRAP_TYPES = re.compile(r"[a-z]+(_[a-z]+)*")


class _About(BaseModel):
    """What `suite.toml` may say."""

    model_config = ConfigDict(extra="forbid")
    name: str
    schema_name: str = Field("council_review", alias="schema")
    about: str = ""
    documents: Path = Path("documents")
    gold: Path = Path("gold")
    files: str = "*.json"
    second: Path = Path("second")
    traps: Path = Path("traps.json")
    key_facts: Path = Path("key_facts.json")


@dataclass(frozen=True)
class Entry:
    """One document of a suite; `second` are a second reader's labels, where there are any."""

    name: str
    path: Path
    gold: Mapping[str, Any]
    second: Mapping[str, Any] | None
    facts: tuple[Mapping[str, Any], ...]
    traps: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Suite:
    """A suite as loaded; `digest` changes with any label or document, and `unlabelled` are documents without gold."""

    name: str
    folder: Path
    schema: str
    about: str
    entries: tuple[Entry, ...]
    unlabelled: tuple[str, ...]
    digest: str


def load(folder: Path) -> Suite:
    """Load a suite.

    Raises:
        SettingsError: there is none, or a part of it cannot be used: a draft, a gold file without its document, broken JSON.
    """
    about = _about(folder)
    entries = tuple(_entries(folder, about))
    if not entries:
        raise SettingsError(f"{str(folder / about.gold)!r} holds no gold files")
    taken = {entry.path for entry in entries}
    return Suite(
        name=about.name,
        folder=folder,
        schema=about.schema_name,
        about=about.about,
        entries=entries,
        unlabelled=tuple(sorted(path.name for path in _documents(folder, about) if path not in taken)),
        digest=_digest(entries),
    )


def check(folder: Path) -> list[Fault]:
    """Return every slip in the gold of a suite, drafts and documents without gold included.

    Raises:
        SettingsError: there is no suite, or a file of it is not JSON.
    """
    about = _about(folder)
    model = schemas.load(about.schema_name).model
    faults = []
    for path in sorted((folder / about.gold).glob(about.files)):
        try:
            gold.load(path)
        except SettingsError as error:
            faults.append(Fault(path.name, "file", str(error)))
    try:
        suite = load(folder)
    except SettingsError as error:
        return faults or [Fault(folder.name, "suite", str(error))]
    faults += [Fault(name, "file", "the document has no gold") for name in suite.unlabelled]
    for entry in suite.entries:
        text = text_of(entry)
        faults += gold.lint(f"{entry.name}.json", entry.gold, text, model)
        if entry.second:
            faults += gold.lint(f"{entry.name}.json (second)", entry.second, text, model)
        try:
            faults += _loose_ends(entry, text)
        except SettingsError:
            continue  # it has no shape to look into, which is among its faults already
    return faults


def text_of(entry: Entry) -> str:
    """Return the text that the offsets of an entry count in.

    Raises:
        DocumentError: the document cannot be read.
    """
    return readers.read(entry.path).text


def _loose_ends(entry: Entry, text: str) -> Iterator[Fault]:
    """Yield the references of summary, key facts and traps that lead nowhere."""
    told = gold.read_labels(entry.name, entry.gold, text)
    known = {part.label for part in told.parts} | {"completeness"}
    for sentence in told.summary:
        for label in sentence.supports:
            if label not in known:
                yield Fault(f"{entry.name}.json", "summary", f"there is no part {label}")
    named = (part for fact in entry.facts for part in fact["parts"])
    for label in (label for part in named for label in ([part] if isinstance(part, str) else part)):
        if label not in known:
            yield Fault("key_facts.json", entry.name, f"there is no part {label}")
    yield from _bad_traps(entry, text)


def _bad_traps(entry: Entry, text: str) -> Iterator[Fault]:
    for trap in entry.traps:
        if not _TRAP_TYPES.fullmatch(trap.get("type", "")) or not trap.get("false_statement"):
            yield Fault("traps.json", entry.name, "a trap needs a type and a false_statement")
        for evidence in trap.get("evidence", ()):
            if place(evidence, text) is None:
                yield Fault("traps.json", entry.name, "a quote of a trap is not in the document")


def _about(folder: Path) -> _About:
    path = folder / "suite.toml"
    try:
        about = _About.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError:
        raise SettingsError(f"{str(folder)!r} is no suite: it has no suite.toml; name the folder of one") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{str(path)!r} is not TOML ({type(error).__name__})") from None
    except ValidationError as error:
        fields = ", ".join(".".join(map(str, fault["loc"])) for fault in error.errors())
        raise SettingsError(f"{str(path)!r} does not hold together: look at {fields}") from None
    if about.schema_name not in SCORED:
        raise SettingsError(f"there are no metrics for the schema {about.schema_name!r}; there are for: {', '.join(SCORED)}")
    return about


def _entries(folder: Path, about: _About) -> Iterator[Entry]:
    traps, facts = _listed(folder / about.traps), _listed(folder / about.key_facts)
    documents = {path.name: path for path in _documents(folder, about)}
    stems = {path.stem: path for path in documents.values()}
    for path in sorted((folder / about.gold).glob(about.files)):
        data = gold.load(path)
        document = documents.get(data.get("source_file", "")) or stems.get(path.stem)
        if document is None:
            raise SettingsError(f"{str(path)!r} labels a document that is not in {str(folder / about.documents)!r}")
        second = folder / about.second / path.name
        must = facts.get(path.stem, {})
        yield Entry(
            name=path.stem,
            path=document,
            gold=data,
            second=gold.load(second) if second.is_file() else None,
            facts=tuple(_fact(fact) for fact in (must.get("must", ()) if isinstance(must, Mapping) else must)),
            traps=tuple(traps.get(path.stem, ())),
        )


def _fact(fact: Any) -> Mapping[str, Any]:
    """Return a key fact with the parts that tell it; one in plain words names them in its words."""
    return fact if isinstance(fact, Mapping) else {"fact": fact, "parts": parts_of(fact)}


def _listed(path: Path) -> Mapping[str, Any]:
    return gold.read_json(path) if path.exists() else {}


def _documents(folder: Path, about: _About) -> list[Path]:
    return sorted(path for path in (folder / about.documents).glob("*") if path.is_file() and not path.name.startswith("."))


def _digest(entries: Sequence[Entry]) -> str:
    """Return the SHA-256 of all that decides the scores of a brief: documents, gold, traps and key facts."""
    whole = hashlib.sha256()
    for entry in entries:
        try:
            whole.update(entry.path.read_bytes())
        except OSError as error:
            raise DocumentError(f"{entry.path.name!r} cannot be read ({error.strerror})") from None
        whole.update(json.dumps([entry.name, entry.gold, entry.facts, entry.traps], sort_keys=True).encode())
    return whole.hexdigest()
