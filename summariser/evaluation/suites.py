"""A suite: documents with their gold, traps and key facts, as they lie in a folder.

`suite.toml` names it, its schema, and what it is for; the places of its parts may be set there too, relative to the folder.
"""

import hashlib
import json
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from summariser import gold, readers
from summariser.errors import DocumentError, SettingsError
from summariser.metrics.answers import parts_of

_Listed = TypeVar("_Listed")
# The kinds of brief that there are metrics for.
SCORED = ("council_review",)


class Quote(BaseModel):
    """The words of a document, and where they stand if they stand there more than once."""

    quote: str
    start: int | None = None


class Trap(BaseModel):
    """A statement that a careless brief would make and that is false, with the words that it would misread."""

    type: str
    false_statement: str
    evidence: list[str | Quote] = Field(min_length=1)


class KeyFact(BaseModel):
    """What an adequate brief must hold, and the labels of the parts that tell it; of an inner list any one will do."""

    fact: str
    parts: list[str | list[str]]

    @model_validator(mode="before")
    @classmethod
    def _in_plain_words(cls, data: Any) -> Any:
        """Take a fact in plain words, which names its parts in them."""
        return {"fact": data, "parts": parts_of(data)} if isinstance(data, str) else data


class _Must(BaseModel):
    must: list[KeyFact]


_TRAPS = TypeAdapter(dict[str, list[Trap]])
_FACTS = TypeAdapter(dict[str, _Must])


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


def gold_files(folder: Path) -> list[Path]:
    """Return the gold files of a suite.

    Raises:
        SettingsError: there is no suite in this folder.
    """
    about = _about(folder)
    return sorted((folder / about.gold).glob(about.files))


def load(folder: Path, *, leaving_out: Collection[Path] = ()) -> Suite:
    """Load a suite, without the gold files that are known to be of no use.

    Raises:
        SettingsError: there is none, or a part of it cannot be used: a draft, a gold file without its document, broken JSON.
    """
    about = _about(folder)
    entries = tuple(_entries(folder, about, leaving_out))
    if not entries:
        raise SettingsError(f"{str(folder / about.gold)!r} holds no gold files; `summariser label DOCUMENT` drafts one")
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


def text_of(entry: Entry) -> str:
    """Return the text that the offsets of an entry count in.

    Raises:
        DocumentError: the document cannot be read.
    """
    return readers.read(entry.path).text


def _about(folder: Path) -> _About:
    path = folder / "suite.toml"
    try:
        about = _About.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError:
        raise SettingsError(f"{str(folder)!r} is no suite: it has no suite.toml; name the folder of one") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{str(path)!r} is not TOML: {error}") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{str(path)!r} is not UTF-8 text") from None
    except ValidationError as error:
        allowed = ", ".join(field.alias or name for name, field in _About.model_fields.items())
        raise SettingsError(f"{str(path)!r}: {_first(error)}; it may say: {allowed}") from None
    if about.schema_name not in SCORED:
        raise SettingsError(f"there are no metrics for the schema {about.schema_name!r}; there are for: {', '.join(SCORED)}")
    return about


def _entries(folder: Path, about: _About, leaving_out: Collection[Path]) -> Iterator[Entry]:
    traps, facts = _listed(folder / about.traps, _TRAPS), _listed(folder / about.key_facts, _FACTS)
    documents = {path.name: path for path in _documents(folder, about)}
    stems = {path.stem: path for path in documents.values()}
    paths = gold_files(folder)
    for name, where in ((name, where) for where, listed in ((about.traps, traps), (about.key_facts, facts)) for name in listed):
        if name not in {path.stem for path in paths}:
            raise SettingsError(f"{where.name} speaks of {name!r}, and there is no gold of that name")
    for second in sorted((folder / about.second).glob(about.files)):
        if second.name not in {path.name for path in paths}:
            raise SettingsError(f"{str(second)!r} is a second reading, and there is no gold of that name")
    for path in (path for path in paths if path not in leaving_out):
        data = gold.load(path)
        document = documents.get(data.get("source_file", "")) or stems.get(path.stem)
        if document is None:
            raise SettingsError(f"{str(path)!r} labels a document that is not in {str(folder / about.documents)!r}")
        second = folder / about.second / path.name
        yield Entry(
            name=path.stem,
            path=document,
            gold=data,
            second=gold.load(second) if second.is_file() else None,
            facts=tuple(fact.model_dump() for fact in (facts[path.stem].must if path.stem in facts else ())),
            traps=tuple(trap.model_dump(exclude_none=True) for trap in traps.get(path.stem, ())),
        )


def _listed(path: Path, shape: TypeAdapter[dict[str, _Listed]]) -> Mapping[str, _Listed]:
    try:
        return shape.validate_python(gold.read_json(path)) if path.exists() else {}
    except ValidationError as error:
        raise SettingsError(f"{str(path)!r}: {_first(error)}") from None


def _first(error: ValidationError) -> str:
    """Return the first fault that was found, and where."""
    fault = error.errors()[0]
    return f"{'.'.join(map(str, fault['loc'])) or 'the whole'}: {fault['msg']}"


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
