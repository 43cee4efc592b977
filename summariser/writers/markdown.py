"""The brief as Markdown for people: first what it is, then each claim under its owner, with its quote and where it stands.

Works on any schema: stated facts become a list, lists of claims become sections, and claims that name a voice are told
voice by voice, the reviewers first. Whatever comes from the document is escaped, for a document may hold markup of its own.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel

from summariser.brief import Claim, Sentence, Stated, label_of, wording
from summariser.evidence import fold
from summariser.types import Document, Outcome, Span

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~!])|^([-+]|\d+\.)(?=\s)")
# In the order of telling: what reviewers found is never mixed with what an authority says of itself or a writer opines.
_VOICES = {
    "reviewer": "Reviewers",
    "service_user": "People who use services",
    "authority": "The authority, of itself",
    "scrutiny_member": "Members",
    "partner": "Partners",
    "government": "Government",
    "commentator": "The writer",
    "record": "On record",
    "unclear": "No clear owner",
}
_COMPLETENESS = {
    "complete": "Nothing shows that it is cut off",
    "truncated_end": "Cut off at the end",
    "truncated_start": "Cut off at the start",
    "excerpt": "An excerpt",
    "unknown": "Whether it is whole cannot be told",
}
_LONGEST_QUOTE = 300
_LONGEST_FLAW = 80
_MOST_PLACES = 3
_BLANKS = re.compile(r"\n{3,}")


def render(outcome: Outcome) -> str:
    """Return the brief as Markdown."""
    lines = [f"# {escape(outcome.document.name)}", "", *_losses(outcome), *_part(outcome.brief, outcome, 2)]
    if outcome.refused:
        lines += [
            "",
            "## Set aside",
            "",
            "These parts of the answer are not in the brief, because the document does not bear them out:",
            "",
        ]
        lines += [f"- {escape(part.path)}: {escape(part.reason)}" for part in outcome.refused]
    lines += ["", "## The document as it came", "", *_integrity(outcome)]
    lines += ["", "## How this brief was made", "", *_provenance(outcome)]
    return _BLANKS.sub("\n\n", "\n".join(lines)).rstrip() + "\n"


def _losses(outcome: Outcome) -> list[str]:
    """Say before anything else what is missing from the brief."""
    told = [
        f"- Not read: characters {loss.span[0]:,}–{loss.span[1]:,}: {escape(loss.message)}"
        if loss.span
        else f"- Not summed up as a whole: {escape(loss.message)}"
        for loss in outcome.losses
    ]
    whole = not any(loss.span for loss in outcome.losses)
    what = "This brief has no summary of the whole" if whole else "This brief is not of the whole document"
    return [f"**{what}.** What is missing:", "", *told, ""] if told else []


def escape(text: str) -> str:
    """Return text of a document on one line, with whatever Markdown or HTML would take for markup disarmed."""
    return _MARKUP.sub(lambda match: f"\\{match.group()}", " ".join(text.split()))


def _part(part: BaseModel, outcome: Outcome, level: int) -> list[str]:
    """Return the lines of a part: its summary, its facts, then its lists."""
    lines: list[str] = []
    facts: list[str] = []
    sections: list[str] = []
    for name in type(part).model_fields:
        value = getattr(part, name)
        if name == type(part).__dict__.get("label"):
            continue
        if isinstance(value, dict):
            value = list(value.values())
        if isinstance(value, list | tuple) and value and isinstance(value[0], Sentence):
            lines += _sentences(value)
        elif isinstance(value, Stated):
            facts.append(f"- **{_title(name)}:** {_stated(value, outcome)}")
        elif isinstance(value, BaseModel):
            small = "evidence" in type(value).model_fields
            facts += [f"- **{_title(name)}:** {_inline(value, outcome)}"] if small else _part(value, outcome, level)
        elif isinstance(value, list | tuple):
            sections += _list(name, list(value), outcome, level) if name != "evidence" else []
        else:
            facts.append(f"- **{_title(name)}:** {_code(value)}")
    return [*lines, *([""] if lines and facts else []), *facts, *sections]


def _sentences(summary: Sequence[Sentence]) -> list[str]:
    return [f"- {escape(sentence.text)} *({', '.join(map(escape, sentence.supports))})*" for sentence in summary]


def _list(name: str, values: list[Any], outcome: Outcome, level: int) -> list[str]:
    if not values:
        where = "what was read" if outcome.partial else "the text"
        return ["", f"*No {_title(name).lower()} in {where}.*"] if name in ("findings", "actions") else []
    if not isinstance(values[0], BaseModel):
        return [f"- **{_title(name)}:** {escape('; '.join(map(str, values)))}"]
    heading = ["", "#" * level + " " + _title(name), ""]
    if isinstance(values[0], Claim):
        return heading + list(_claims(values, outcome))
    if not any(
        isinstance(getattr(value, field), list) for value in values for field in type(value).model_fields if field != "evidence"
    ):
        return [f"- **{_title(name)}:** " + "; ".join(_inline(value, outcome) for value in values)]
    lines: list[str] = []
    for value in values:
        lines += ["", f"{'#' * level} {escape(label_of(value) or _title(name))}", "", *_part(value, outcome, level + 1)]
    return lines


def _claims(claims: list[Claim], outcome: Outcome) -> Iterator[str]:
    """Yield the lines of a list of claims, owner by owner where they have owners."""
    voices = [getattr(claim, "voice", None) for claim in claims]
    order = [*_VOICES, None]
    for voice in sorted(set(voices), key=lambda voice: order.index(voice) if voice in order else len(order)):
        if voice is not None:
            yield from (f"**{_VOICES.get(voice, _title(voice))}** ({voices.count(voice)})", "")
        for claim, owner in zip(claims, voices, strict=True):
            if owner == voice:
                yield from _claim(claim, outcome)
        yield ""


def _claim(claim: Claim, outcome: Outcome) -> Iterator[str]:
    shown = set(type(claim).claimed) | {"evidence", "voice", type(claim).label}
    details = []
    for name in type(claim).model_fields:
        value = getattr(claim, name)
        if isinstance(value, Stated):
            if value.value is not None:
                details.append(f"{_title(name).lower()}: {escape(str(value.value))}")
        elif name not in shown and value is not None:
            details.append(_code(value))
    label = label_of(claim)
    lead = f"- {f'**{label}** ' if label else ''}"
    said = _told(claim)
    told = f" ({'; '.join(details)})" if details else ""
    if fold(said) == fold(" ".join(outcome.evidence[number].quote for number in claim.evidence)):
        # The embedded engine's claims are the document's own sentences; to print each twice would only tire the reader.
        yield f"{lead}{_quote(claim.evidence[0], outcome)}{told}"
        return
    yield f"{lead}{escape(said)}{told}"
    yield from (f"  - {_quote(number, outcome)}" for number in claim.evidence)


def _told(claim: Claim) -> str:
    """Return the words of a claim; a whole number is told without the decimal point that JSON gives it."""
    return re.sub(r"\b(\d+)\.0\b", r"\1", wording(claim)).replace(" ; ", "; ")


def _stated(fact: Stated[Any], outcome: Outcome) -> str:
    if fact.value is None:
        return f"*{_code(fact.status)}*"
    inferred = " *(inferred)*" if fact.status == "inferred" else ""
    places = ", ".join(_place(number, outcome) for number in fact.evidence)
    return f"{escape(str(fact.value))}{inferred} ({places})"


def _inline(part: BaseModel, outcome: Outcome) -> str:
    words = [_code(getattr(part, name)) for name in type(part).model_fields if name != "evidence"]
    places = ", ".join(_place(number, outcome) for number in getattr(part, "evidence", ()))
    return ", ".join(words) + (f" ({places})" if places else "")


def _quote(number: int, outcome: Outcome) -> str:
    words = outcome.evidence[number].quote
    shown = words if len(words) <= _LONGEST_QUOTE else words[:_LONGEST_QUOTE].rsplit(" ", 1)[0] + " […]"
    return f"“{escape(shown)}” ({_place(number, outcome)})"


def _place(number: int, outcome: Outcome) -> str:
    evidence = outcome.evidence[number]
    page = f"p. {evidence.page}, " if evidence.page else ""
    return f"{page}{evidence.start}–{evidence.end}"


def _integrity(outcome: Outcome) -> Iterator[str]:
    """Yield what the reader should know of the document: whether it is whole, what is wrong with it, how sensitive it is."""
    integrity, document = outcome.integrity, outcome.document
    shown = _shown(integrity.cut, document)
    yield f"- **{_COMPLETENESS[integrity.completeness]}**{f': {shown}' if shown else ''}"
    if len(integrity.items) > 1:
        of = "on one subject" if integrity.item_relation == "same_subject" else "on different subjects"
        yield f"- **{len(integrity.items)} items {of}**, beginning at {', '.join(map(str, integrity.items))}"
    for flag in integrity.flags:
        told = "; ".join(part for part in (_shown(flag.spans, document), escape(flag.note)) if part)
        yield f"- **{_title(flag.kind)}**: {told}"
    kinds = ", ".join(dict.fromkeys(_code(mark.kind) for mark in integrity.marks))
    yield f"- **Sensitivity**: {_code(integrity.sensitivity)}{f' ({kinds})' if kinds else ''}"


def _shown(spans: Sequence[Span], document: Document) -> str:
    """Return the first few places as quotes; the JSON form has more of them."""
    quotes = []
    for start, end in spans[:_MOST_PLACES]:
        words = " ".join(document.text[start:end].split())
        cut = words if len(words) <= _LONGEST_FLAW else words[:_LONGEST_FLAW].rstrip() + " […]"
        page = f"p. {document.page(start)}, " if document.page_starts else ""
        quotes.append(f"“{escape(cut)}” ({page}{start}–{end})")
    more = [f"{len(spans) - _MOST_PLACES} more"] if len(spans) > _MOST_PLACES else []
    return ", ".join([*quotes, *more])


def _provenance(outcome: Outcome) -> list[str]:
    made = outcome.provenance
    engine = f"model {made.model}" if made.model else "embedded engine, no model"
    cached = ", from the cache" if made.cached else ""
    usage = outcome.usage
    set_aside = any(flag.kind == "site_boilerplate" for flag in outcome.integrity.flags)
    apart = ", and the page's own furniture set aside" if set_aside else ""
    offsets = "the text that was read, which the JSON form holds" if outcome.document.extracted else "the text"
    dollars = "" if usage.cost is None else f", ${usage.cost:.4f}"
    cost = [f"- {usage.requests} requests, {usage.input_tokens:,} tokens in, {usage.output_tokens:,} out{dollars}"]
    read = (
        f"{sum(end - start for start, end in outcome.read):,} of {made.characters:,}"
        if outcome.partial
        else f"All {made.characters:,}"
    )
    return [
        f"- {escape(engine)}{cached}; schema {made.schema}, prompt {made.prompt}, summariser {made.version}",
        f"- {read} characters were read{apart}; numbers in brackets are character offsets in {offsets}",
        f"- Document SHA-256 {made.document_sha256}",
        *(cost if usage.requests else []),
        *(f"- Note: {escape(warning)}" for warning in outcome.warnings),
    ]


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _code(value: object) -> str:
    return escape(str(value).replace("_", " "))
