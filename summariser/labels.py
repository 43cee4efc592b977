"""What a brief says, in a form that two briefs can be compared in: parts with plain labels and places in the text.

A gold file and a written brief have the same shape and come through here alike. Evidence may be a bare quote, which is found
in the text, or a quote with its offset.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from summariser.types import Span

Kind = Literal["document", "item", "direction", "review", "judgement", "finding", "action", "figure"]
Plain = str | float | None

# The lists of an item that hold parts, with what one of them is.
LISTS: dict[str, Kind] = {
    "direction_of_travel": "direction",
    "reviews": "review",
    "judgements": "judgement",
    "findings": "finding",
    "actions": "action",
    "figures": "figure",
}
# What is a fact even where its status is left out, which means that it is stated.
_FACTS = frozenset(
    "title publisher document_date heading authority name_as_stated conducted_by fieldwork report_date owner due".split()
)
ABSTAINED = ("not_stated", "not_applicable", "cut_off")


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact that a reader expects, or why it is missing; `accepts` are other values that would be fair."""

    status: str
    value: Plain
    spans: tuple[Span, ...] = ()
    accepts: tuple[Plain, ...] = ()

    @property
    def abstains(self) -> bool:
        """Say whether no value is given."""
        return self.status in ABSTAINED


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a brief: what it is, its label, the number of its item, its labels and facts, and where its words stand.

    `spans` are places in the text, in order and apart; `accepts` maps a field to the other labels that would be fair;
    `within` is the review that a judgement belongs to.
    """

    kind: Kind
    label: str
    item: int
    fields: Mapping[str, Plain] = field(default_factory=dict)
    facts: Mapping[str, Fact] = field(default_factory=dict)
    spans: tuple[Span, ...] = ()
    accepts: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    within: "Part | None" = None

    def allows(self, name: str, value: object) -> bool:
        """Say whether `value` is this part's label `name`, or one as fair."""
        return value == self.fields.get(name) or value in self.accepts.get(name, ())


@dataclass(frozen=True, slots=True)
class SummarySentence:
    """A sentence of a summary, the labels of the parts that bear it out, and its item; None is the whole document."""

    text: str
    supports: tuple[str, ...]
    item: int | None = None

    def rests_on(self, part: Part) -> bool:
        """Say whether a part is among those that bear it out; labels need be unique within an item only."""
        return part.label in self.supports and self.item in (None, part.item)


@dataclass(frozen=True, slots=True)
class Labels:
    """All that a brief says. `quotes` holds every quote with the place that it claims, for checking."""

    parts: tuple[Part, ...] = ()
    summary: tuple[SummarySentence, ...] = ()
    quotes: tuple[tuple[str, int | None], ...] = ()
    flags: frozenset[str] | None = None

    def of(self, kind: Kind) -> tuple[Part, ...]:
        """Return the parts of one kind, in the order of the brief."""
        return tuple(part for part in self.parts if part.kind == kind)


def labels(brief: Mapping[str, Any], text: str) -> Labels:
    """Return what a brief or gold file says of a document with this text."""
    head = brief["document"]
    parts = [_part("document", head, 0, text)]
    summary = [*_sentences(head, None), *_sentences(brief, None)]
    for number, item in enumerate(brief["items"]):
        parts += _item(item, number, text)
        summary += _sentences(item, number)
    flags = head.get("quality_flags")
    return Labels(
        parts=tuple(parts),
        summary=tuple(summary),
        quotes=tuple(_quotes(brief)),
        flags=None if flags is None else frozenset(flag["flag"] for flag in flags),
    )


def _sentences(holder: Mapping[str, Any], item: int | None) -> Iterator[SummarySentence]:
    for each in holder.get("summary", ()):
        yield SummarySentence(each["text"], tuple(each["supports"]), item)


def _item(item: Mapping[str, Any], number: int, text: str) -> Iterator[Part]:
    yield _part("item", item, number, text)
    for name, kind in LISTS.items():
        for data in item.get(name, ()):
            part = _part(kind, data, number, text)
            yield part
            for judgement in data.get("judgements", ()):
                yield _part("judgement", judgement, number, text, within=part)


def _part(kind: Kind, data: Mapping[str, Any], item: int, text: str, *, within: Part | None = None) -> Part:
    accepts = data.get("also_accept", {})
    if isinstance(accepts, list):
        accepts = {"value": accepts}
    # A label with evidence of its own, such as completeness, may carry its own list.
    own = {
        key: value["also_accept"]
        for key, value in data.items()
        if isinstance(value, dict) and "status" not in value and isinstance(value.get("also_accept"), list)
    }
    accepts = own | accepts
    facts = {
        key: _fact(value, text)
        for key, value in data.items()
        if isinstance(value, dict) and key != "also_accept" and ("status" in value or key in _FACTS)
    }
    return Part(
        kind=kind,
        label=str(data.get(f"{kind}_id", kind)),
        item=item,
        fields={key: _plain(value) for key, value in data.items() if key not in facts and _is_label(value)},
        facts=facts,
        spans=_spans(data.get("evidence", ()), text),
        accepts={key: tuple(values) for key, values in accepts.items() if isinstance(values, list)}
        | ({"as_finding": (True,)} if "as_finding" in accepts else {}),
        within=within,
    )


def _is_label(value: object) -> bool:
    return value is None or isinstance(value, str | int | float) or (isinstance(value, dict) and "value" in value)


def _plain(value: Any) -> Plain:
    """Return a label; one that carries evidence of its own is its value."""
    return _plain(value["value"]) if isinstance(value, dict) else value


def _fact(data: Mapping[str, Any], text: str) -> Fact:
    accepts = data.get("also_accept", ())
    return Fact(
        status=data.get("status", "stated"),
        value=data.get("value"),
        spans=_spans(data.get("evidence", ()), text),
        accepts=tuple(accepts) if isinstance(accepts, list) else (),
    )


def place(evidence: str | Mapping[str, Any], text: str) -> Span | None:
    """Return where a quote stands: at the offset that it gives, else at its first occurrence; None if it is not there."""
    quote = evidence if isinstance(evidence, str) else evidence["quote"]
    start = None if isinstance(evidence, str) else evidence.get("start")
    if not isinstance(start, int):
        start = text.find(quote)
        return (start, start + len(quote)) if start >= 0 and quote else None
    return (start, start + len(quote)) if quote and text.startswith(quote, start) else None


def _spans(evidence: Any, text: str) -> tuple[Span, ...]:
    return merged(span for each in evidence if not isinstance(each, int) and (span := place(each, text)))


def merged(spans: Any) -> tuple[Span, ...]:
    """Return spans in order, those that overlap made one."""
    apart: list[Span] = []
    for start, end in sorted(spans):
        if apart and start <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return tuple(apart)


def _quotes(node: Any) -> Iterator[tuple[str, int | None]]:
    """Yield every quote of evidence in a brief, with the offset that it claims."""
    if isinstance(node, list):
        for element in node:
            yield from _quotes(element)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key == "evidence" and isinstance(value, list):
                for each in value:
                    yield (each, None) if isinstance(each, str) else (each["quote"], each.get("start"))
            else:
                yield from _quotes(value)


def strict(told: Labels) -> Labels:
    """Return the same labels without those that would be accepted besides."""
    bare = {id(part): replace(part, accepts={}) for part in told.parts}
    parts = (replace(bare[id(part)], within=bare[id(part.within)] if part.within else None) for part in told.parts)
    return replace(told, parts=tuple(parts))
