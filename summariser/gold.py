"""Gold: hand-made labels of a document, read from a file and checked for slips."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from summariser.errors import SettingsError
from summariser.labels import Labels, labels, place
from summariser.schemas import json_schema

# What a person may leave out of a label, and what that means.
_LEFT_OUT: dict[str, Any] = {"evidence": [], "value": None, "status": "stated", "population": None, "timepoint": None}
_LEFT_OUT |= {"summary": [], "judgements": []}
# Words beyond the schema's that a gold file may use, because the report on a document's integrity is scored too.
_BESIDE: dict[str, tuple[str, ...]] = {
    "flag": tuple(
        "site_boilerplate duplicate_teaser mojibake lost_spacing layout_artifact missing_attachment verbal_only source_typo "
        "language_welsh_or_bilingual ocr_noise unreadable_file model_instructions".split()
    ),
    "sensitivity": ("public_office_holders_only", "public_personal_data", "public_special_category", "restricted"),
}
_ENOUGH_ROUNDS = 12


@dataclass(frozen=True, slots=True)
class Fault:
    """A slip in a gold file: which file, where in it, and what is wrong."""

    file: str
    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}: {self.where}: {self.message}"


def load(path: Path) -> dict[str, Any]:
    """Return the labels of one document as they are written.

    Raises:
        SettingsError: the file is no gold file, or is a draft that nobody has corrected.
    """
    data = read_json(path)
    if not (isinstance(data, dict) and isinstance(data.get("document"), dict) and isinstance(data.get("items"), list)):
        raise SettingsError(f"{str(path)!r} is no gold file: it needs the fields 'document' and 'items'")
    if data.get("draft"):
        raise SettingsError(f'{str(path)!r} is a draft: correct it by reading the document, then take out the line "draft"')
    return data


def read_json(path: Path) -> Any:
    """Return what a JSON file of a suite holds.

    Raises:
        SettingsError: there is no such file, or it is not JSON; says on which line.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{str(path)!r} cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{str(path)!r} is not UTF-8 text") from None
    except json.JSONDecodeError as error:
        raise SettingsError(f"{str(path)!r} is not JSON: {error.msg} in line {error.lineno}") from None


def read_labels(name: str, data: Mapping[str, Any], text: str) -> Labels:
    """Return what a gold file says of a document with this text.

    Raises:
        SettingsError: it has not the shape of a brief.
    """
    try:
        return labels(data, text)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        why = f": a part lacks the field {error}" if isinstance(error, KeyError) else ""
        raise SettingsError(f"the gold of {name!r} has not the shape of a brief{why}") from None


def lint(name: str, data: Mapping[str, Any], text: str, model: type[BaseModel]) -> list[Fault]:
    """Return the slips of a gold file: quotes, codes, references, duplicates and empty labels.

    What a brief may say is decided by its schema alone, so the labels are tried as a brief, with numbers in place of quotes.
    """
    found = [*_quotes(data, text, ""), *_unknown_codes(data, _vocabulary(model), ""), *_breaches(data, model)]
    try:
        found += _twice(read_labels(name, data, text))
    except SettingsError as error:
        found.append(("file", str(error)))
    return [Fault(name, where, message) for where, message in dict.fromkeys(found)]


def _quotes(node: Any, text: str, where: str) -> Iterator[tuple[str, str]]:
    """Quotes that are not in the document as they are, or that do not say which of their occurrences is meant."""
    if isinstance(node, list):
        for number, element in enumerate(node):
            yield from _quotes(element, text, f"{where}[{number}]")
    elif isinstance(node, Mapping):
        for key, value in node.items():
            if key != "evidence" or not isinstance(value, list):
                yield from _quotes(value, text, f"{where}.{key}".lstrip("."))
                continue
            for evidence in value:
                if message := _misquoted(evidence, text, claim="statement" in node or "measure" in node):
                    yield where, message


def _misquoted(evidence: Any, text: str, *, claim: bool) -> str | None:
    quote = evidence.get("quote") if isinstance(evidence, Mapping) else evidence
    if not isinstance(quote, str):
        return "evidence is words in quotation marks, or an object with the field 'quote'"
    if not quote.strip():
        return "a quote is empty"
    if quote not in text:
        return f"the quote {quote!r} is not in the document"
    if "\n" in quote:
        return f"the quote {quote!r} runs over a line break: quote each line apart"
    if isinstance(evidence, Mapping) and not isinstance(evidence.get("start", 0), int | None):
        return "the start of a quote is a number"
    if place(evidence, text) is None:
        return f"the quote {quote!r} does not stand at the offset given"
    times = text.count(quote)
    if claim and times > 1 and not (isinstance(evidence, Mapping) and "start" in evidence):
        return f"the quote {quote!r} stands {times} times in the document: lengthen it, or give its start"
    return None


def _twice(told: Labels) -> Iterator[tuple[str, str]]:
    """Labels used twice in the document, and parts that say the same of the same words."""
    parts = [part for part in told.parts if part.kind not in ("document", "direction")]
    for label, times in Counter(part.label for part in parts).items():
        if times > 1:
            yield label, f"the label {label} is used {times} times"
    said: dict[object, str] = {}
    for part in parts:
        what = (
            part.kind,
            part.within and part.within.label,
            part.spans,
            *sorted((k, str(v)) for k, v in part.fields.items() if k != f"{part.kind}_id"),
        )
        if part.spans and said.setdefault(what, part.label) != part.label:
            yield part.label, f"{part.label} says the same of the same words as {said[what]}"


@lru_cache
def _vocabulary(model: type[BaseModel]) -> Mapping[str, set[str]]:
    """Return the codes that each field of a schema may have, wherever it stands."""
    codes: dict[str, set[str]] = {}
    schema = json_schema(model)
    definitions = schema.get("$defs", {})

    def enumerated(node: Any) -> Iterable[str]:
        if "$ref" in node:
            return enumerated(definitions[node["$ref"].rsplit("/", 1)[1]])
        inner = [code for branch in node.get("anyOf", ()) for code in enumerated(branch)]
        own = [*node.get("enum", ()), *([node["const"]] if "const" in node else [])]
        return [*inner, *(code for code in own if isinstance(code, str))]

    for body in (schema, *definitions.values()):
        for field, node in body.get("properties", {}).items():
            codes.setdefault(field, set()).update(enumerated(node))
    return {field: known for field, known in codes.items() if known}


def _unknown_codes(node: Any, vocabulary: Mapping[str, set[str]], where: str) -> Iterator[tuple[str, str]]:
    """Codes that are accepted beside the label, or belong to the report on integrity, and that do not exist."""
    if isinstance(node, list):
        for number, element in enumerate(node):
            yield from _unknown_codes(element, vocabulary, f"{where}[{number}]")
    elif isinstance(node, Mapping):
        for key, value in node.items():
            here = f"{where}.{key}".lstrip(".")
            if key == "also_accept":
                yield from _accepted(value, node, vocabulary, here)
            elif key in _BESIDE and value not in _BESIDE[key]:
                yield here, f"{value!r} is no code of {key}"
            else:
                yield from _unknown_codes(value, vocabulary, here)


def _accepted(value: Any, node: Mapping[str, Any], vocabulary: Mapping[str, set[str]], where: str) -> Iterator[tuple[str, str]]:
    """What a label may be besides: a list of values of a fact, or lists of codes by the field of a part."""
    if isinstance(value, list):
        return
    if not isinstance(value, Mapping):
        yield where, "also_accept is a list of values, or for a part lists of codes by field"
        return
    for field, values in value.items():
        if field != "as_finding" and field not in node:
            yield where, f"{field!r} is accepted besides, and the part has no such field"
        elif field != "as_finding" and not isinstance(values, list):
            yield where, f"what is accepted besides for {field!r} is a list"
        elif field in vocabulary and isinstance(node[field], str):
            yield from ((where, f"{each!r} is no code of {field}") for each in values if each not in tuple(vocabulary[field]))


def _breaches(data: Mapping[str, Any], model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    """What the schema says of the labels."""
    brief = _numbered(data)
    brief["summary"] = brief.get("summary", [])
    for _ in range(_ENOUGH_ROUNDS):
        try:
            model.model_validate(brief, extra="ignore")
        except ValidationError as error:
            faults = error.errors(include_url=False)
        else:
            return
        if not sum(_filled(brief, fault) for fault in faults):
            break
    for fault in faults:
        yield ".".join(map(str, fault["loc"])), fault["msg"]


def _filled(brief: Any, fault: Any) -> bool:
    """Put in what a person may leave out, if that is what the fault is about."""
    *way, name = fault["loc"]
    # A direction that nobody states has no owner either.
    left_out = _LEFT_OUT | {"voice": "unclear"} if "direction_of_travel" in way else _LEFT_OUT
    if fault["type"] != "missing" or name not in left_out:
        return False
    for step in way:
        brief = brief[step]
    brief[name] = left_out[name]
    return True


def _numbered(node: Any) -> Any:
    """Copy labels with numbers in place of quotes, as the schema has them."""
    if isinstance(node, list):
        return [_numbered(element) for element in node]
    if not isinstance(node, Mapping):
        return node
    return {
        key: list(range(1, len(value) + 1)) if key == "evidence" and isinstance(value, list) else _numbered(value)
        for key, value in node.items()
    }
