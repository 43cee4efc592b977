"""The values that travel from file to brief: document, segments, request, reply, outcome."""

import hashlib
import json
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, Protocol

from pydantic import BaseModel

SegmentKind = Literal["heading", "sentence", "list_item", "table_row"]
# How an endpoint is asked for JSON: by strict schema, by plain schema, by a tool's parameters, or in words.
Dialect = Literal["strict", "schema", "tools", "json"]


Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """What a reader takes out of a file. Offsets everywhere are Unicode code points into `text`.

    `extracted` says that the text was taken out of a file of another format, so that offsets count in `text` and not in the
    file; structure is then carried by the marks of Markdown ("# " before a heading, "- " before a list item, "|" around the
    cells of a row), with a blank line between blocks. `page_starts` holds the offset at which each page begins, and is
    empty for formats without pages. `furniture` holds running headers, footers and page numbers. `attachments` names the
    files that came with it and were not read. `scanned` and `unread` number the pages that were read from pictures, and that
    could not be read. `hidden` counts characters left out because nobody would see them.
    """

    text: str = field(repr=False)
    extracted: bool = False
    warnings: tuple[str, ...] = ()
    page_starts: tuple[int, ...] = ()
    furniture: tuple[Span, ...] = ()
    attachments: tuple[str, ...] = ()
    scanned: tuple[int, ...] = ()
    unread: tuple[int, ...] = ()
    hidden: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Document(Extract):
    """A document as read, whose text is never altered again.

    `sha256` is of the file's bytes (of the UTF-8 text, when text was given). `twin` names an earlier document of the same
    batch that says nearly the same.
    """

    name: str
    sha256: str
    twin: str | None = None

    def page(self, offset: int) -> int | None:
        """Return the page, counted from 1, on which `offset` lies, or None for a format without pages."""
        return bisect_right(self.page_starts, offset) or None


@dataclass(frozen=True, slots=True)
class Segment:
    """A numbered sentence, heading, list item or table row.

    `lead` is the number of the line that introduces a list; `path` holds the numbers of the headings above, the outermost
    first; `page` is the page on which it begins, counted from 1, or None for a format without pages.
    """

    number: int
    start: int
    end: int
    kind: SegmentKind
    lead: int | None = None
    path: tuple[int, ...] = ()
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """The exact words of one cited segment, where they stand, and on which page."""

    segment: int
    quote: str
    start: int
    end: int
    page: int | None


@dataclass(frozen=True, slots=True)
class Usage:
    """Requests sent and tokens booked, re-asks and failed attempts included.

    `cost` is in US dollars, or None where no price of the model is known; two usages are the same if they count the same.
    """

    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = field(default=0.0, compare=False)

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.requests + other.requests,
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            None if self.cost is None or other.cost is None else self.cost + other.cost,
        )


@dataclass(frozen=True, slots=True)
class Message:
    """One chat message."""

    role: Literal["system", "user"]
    content: str


class Answer(Protocol):
    """What an answer must validate as: a Pydantic class, or one together with the document that it is checked against."""

    def model_validate(self, obj: Any) -> BaseModel:
        """Return the brief that data is, or raise ValidationError."""

    def model_validate_json(self, json_data: str | bytes | bytearray, *, strict: bool | None = None) -> BaseModel:
        """Return the brief that a text is, or raise ValidationError."""


@dataclass(frozen=True)
class Request:
    """One question to an engine. Everything that decides the answer is in `key`; the rest serves to check it.

    `answer` is what an answer must validate as, with the support checks built in. `repeat` counts how often the
    same has been asked before on purpose, so that each time has an answer of its own in the cache. `run` names the run in
    logs.
    """

    engine: str
    model: str | None
    base_url: str | None
    messages: tuple[Message, ...] = field(repr=False)
    schema: str
    json_schema: Mapping[str, Any]
    sampling: Mapping[str, float | int | str | None]
    answer: Answer
    document: Document = field(repr=False)
    segments: tuple[Segment, ...] = field(repr=False)
    dialect: Dialect = "schema"
    repeat: int = 0
    run: str = ""

    @property
    def ids(self) -> dict[str, str]:
        """Return by what a message in a log tells of the request: never a name or words."""
        return {"run": self.run, "document": self.document.sha256[:12], "request": self.key[:12]}

    @cached_property
    def key(self) -> str:
        """Return the SHA-256 of all that decides the answer: not timeouts, retries or the API key."""
        decisive = {
            "engine": self.engine,
            "model": self.model,
            "base_url": self.base_url,
            "messages": [[m.role, m.content] for m in self.messages],
            "json_schema": self.json_schema,
            "dialect": self.dialect,
            "sampling": dict(self.sampling),
        } | ({"repeat": self.repeat} if self.repeat else {})
        return hashlib.sha256(json.dumps(decisive, sort_keys=True).encode()).hexdigest()


class Question(Protocol):
    """What an error tells of the request that it is about."""

    @property
    def engine(self) -> str:
        """The kind of engine."""

    @property
    def model(self) -> str | None:
        """The model that was asked, or None."""

    @property
    def key(self) -> str:
        """The request's key."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An engine's answer as it came: JSON text, not yet trusted. `notes` are the engine's own remarks to the reader."""

    text: str
    usage: Usage = Usage()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Flag:
    """Something that a reader of the text should know of it, where it shows, and what there is to say of it."""

    kind: str
    spans: tuple[Span, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Integrity:
    """What a document is as it came, found by rules before any engine is asked.

    `cut` is where it shows that it is not whole; `items` are the offsets at which its items begin; `marks` are what makes it
    sensitive. The words of `completeness`, `item_relation`, `sensitivity` and most kinds of flag are the annotation schema's.
    """

    completeness: Literal["complete", "truncated_end", "truncated_start", "excerpt", "unknown"]
    cut: tuple[Span, ...]
    item_relation: Literal["single", "unrelated", "same_subject"]
    items: tuple[int, ...]
    flags: tuple[Flag, ...]
    sensitivity: Literal["public_office_holders_only", "public_personal_data", "public_special_category", "restricted"]
    marks: tuple[Flag, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """A part of the answer that was set aside: where it stood, what it said, and why it was not believed."""

    path: str
    content: Any
    reason: str


@dataclass(frozen=True, slots=True)
class Loss:
    """What is missing from a brief because an answer could not be had: a part of the document, or the telling of the whole.

    `span` is the part of the text, or None.
    """

    what: Literal["part", "summary"]
    span: Span | None
    kind: str
    message: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """What made a brief: enough to make it again, or to see that it would now come out otherwise."""

    document_sha256: str
    characters: int
    schema: str
    schema_digest: str
    prompt: str
    prompt_digest: str
    engine: str
    model: str | None
    version: str
    cached: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished brief with all that a reader needs to trust it; `evidence` is keyed by segment number.

    `read` are the parts of the text that were asked about and answered; `losses` say what is missing.
    """

    document: Document
    integrity: Integrity
    brief: BaseModel
    evidence: Mapping[int, Evidence]
    refused: tuple[Refused, ...]
    provenance: Provenance
    usage: Usage
    warnings: tuple[str, ...]
    read: tuple[Span, ...]
    losses: tuple[Loss, ...] = ()

    @property
    def partial(self) -> bool:
        """Say whether something is missing that a better day would have given."""
        return bool(self.losses)


@dataclass(frozen=True, slots=True)
class Failure:
    """A document without a brief: which one, what kind of error, and a sentence that says what to do."""

    document: str
    kind: str
    message: str
    usage: Usage = Usage()
