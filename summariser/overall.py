"""What only the whole of a long document can tell: the question for it, made from a schema, and what it is asked about.

A schema needs nothing for this. Facts and entries come from the windows; facets and summaries are asked for once more, of the
merged entries.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import GenericAlias
from typing import Any, get_args, get_origin

from pydantic import BaseModel, Field, ValidationError, create_model
from pydantic_core import SchemaValidator

from summariser.brief import Loc, Part, Sentence, Stated, breach, is_facet, label_of, numbers, walk, wording
from summariser.types import Answer

_MOST_ITEMS = 200
# Entries of a kind that has no more than these are all shown, however the others are thinned.
_FEW = 20


@lru_cache(maxsize=32)
def question(model: type[BaseModel], above: frozenset[type[BaseModel]] = frozenset()) -> type[BaseModel]:
    """Return the class of what is asked about the whole: `model` without its facts and entries, the summary last.

    A class inside itself, one of those `above`, is not asked about again.
    """
    above |= {model}
    fields: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        part = _part(field.annotation)
        if part is None or part is Sentence or is_facet(part):
            fields[name] = (field.annotation, field)
        elif (
            part not in above and _holds_facets(part) and (inner := question(part, above)).model_fields.keys() - {_label(part)}
        ):
            listed = get_origin(field.annotation) is list
            fields[name] = (GenericAlias(list, inner), Field(max_length=_MOST_ITEMS)) if listed else (inner, ...)
    if "summary" in fields:
        fields["summary"] = fields.pop("summary")
    made = create_model(model.__name__, __base__=Part, __doc__=model.__doc__, **fields)
    made.label = _label(model)
    return made


@dataclass(frozen=True, slots=True)
class CheckedQuestion:
    """The question about one document, which checks an answer as part of the brief that it completes.

    `merged` is the brief that the windows gave, `whole` what the finished one must validate as.
    """

    asked: type[BaseModel]
    merged: Mapping[str, Any]
    whole: Answer

    def model_validate(self, obj: Any) -> BaseModel:
        """Return the answer that data is, or raise ValidationError."""
        return self._completing(self.asked.model_validate(obj))

    def model_validate_json(self, json_data: str | bytes | bytearray, *, strict: bool | None = None) -> BaseModel:
        """Return the answer that a text is, or raise ValidationError."""
        return self._completing(self.asked.model_validate_json(json_data, strict=strict))

    def _completing(self, answer: BaseModel) -> BaseModel:
        if found := list(_faults(answer, self.merged, self.whole)):
            raise breach(self.asked.__name__, found)
        return answer


def completed(merged: Mapping[str, Any], answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return the merged brief with what was told of the whole."""
    whole = dict(merged)
    for name, value in answer.items():
        there: Any = whole.get(name)
        if isinstance(value, Mapping) and isinstance(there, Mapping) and "evidence" not in value:
            whole[name] = completed(there, value)
        elif _are_containers(value, there):
            pairs = zip(there, value, strict=False)
            whole[name] = [*(completed(known, told) for known, told in pairs), *there[len(value) :]]
        else:
            whole[name] = value
    return whole


def entries(brief: BaseModel, most: int) -> tuple[list[str], int]:
    """Return a line for each entry of a brief, in at most about `most` characters, and every how manyth is among them."""
    lines = [(type(part).__name__, line) for _, part in walk(brief) if (line := _line(part))]
    counts = Counter(kind for kind, _ in lines)
    total = sum(len(line) for _, line in lines)
    step = 1
    while step * most < total:
        step += 1
    kept = [line for place, (kind, line) in enumerate(lines) if counts[kind] <= _FEW or place % step == 0]
    return kept, step


def _line(part: BaseModel) -> str:
    """Return an entry as one line: its label, its words, its facts and facets, and the segments it cites."""
    label = label_of(part)
    if not label:
        return ""
    own, said = _label(type(part)), getattr(type(part), "claimed", ())
    words, told = wording(part) if "evidence" in type(part).model_fields else "", []
    for name in type(part).model_fields:
        value = getattr(part, name)
        if isinstance(value, Stated):
            value = value.value
        if name not in (own, "evidence", *said) and isinstance(value, str | int | float):
            told.append(f"{name}: {value}")
    cited = f"[{', '.join(map(str, numbers(part)))}]" if numbers(part) else ""
    line = " | ".join(filter(None, (f"{label} {type(part).__name__}", words, "; ".join(told), cited)))
    return " ".join(line.split())  # a line of its own, so that nothing in it can pass for another entry


def _faults(answer: BaseModel, merged: Mapping[str, Any], whole: Answer) -> Iterator[tuple[Loc, str, Any]]:
    """Yield what is wrong with the completed brief in the parts that the answer gave."""
    given = answer.model_dump(by_alias=True)
    for name, value in given.items():
        if _are_containers(value, merged.get(name)):
            label = _label(_part(type(answer).model_fields[name].annotation) or BaseModel)
            if [each.get(label) for each in value] != [each.get(label) for each in merged[name]]:
                yield (name,), "name each item once, in the order given, by its label", None
                return
    try:
        whole.model_validate(completed(merged, given))
    except ValidationError as error:
        for fault in error.errors(include_url=False):
            if _is_in(fault["loc"], given):
                yield fault["loc"], fault["msg"], fault["input"]


def _is_in(loc: Loc, data: Any) -> bool:
    """Say whether a path leads into these data, or into a plain value of theirs."""
    for step in loc:
        known = step in data if isinstance(data, Mapping) else isinstance(data, list) and step in range(len(data))
        if not known:
            return not isinstance(data, Mapping | list)
        data = data[step]
    return True


def _are_containers(value: object, there: object) -> bool:
    """Say whether two lists are of the same containers, one with what is asked of each and one with all of it."""
    return (
        isinstance(value, list)
        and isinstance(there, list)
        and all(isinstance(each, Mapping) and "evidence" not in each and "supports" not in each for each in (*value, *there))
        and bool(there)
    )


def _label(model: type[BaseModel]) -> str | None:
    label = getattr(model, "label", None)
    return str(label) if label else None


def _holds_facets(part: type[BaseModel]) -> bool:
    """Say whether a part is the document or an item of it, and no entry or fact."""
    return "evidence" not in part.model_fields and (not _label(part) or "summary" in part.model_fields)


def _part(annotation: Any) -> type[BaseModel] | None:
    """Return the class of parts that a field holds, one or a list of them, or None for plain values."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_part, get_args(annotation))), None)


@lru_cache(maxsize=32)
def unbounded(model: type[BaseModel]) -> type[BaseModel]:
    """Return `model` without bounds on its lists, which are for one answer: a long document holds what it holds."""
    made = create_model(model.__name__, __base__=model, __module__=model.__module__, __doc__=model.__doc__)
    # Otherwise the validators that the classes inside have already, bounds and all, would be taken for them.
    schema = _without_list_bounds(made.__pydantic_core_schema__)
    made.__pydantic_validator__ = SchemaValidator(schema, _use_prebuilt=False)
    return made


def _without_list_bounds(node: Any) -> Any:
    """Return a copy of a core schema in which no list has a greatest length."""
    if isinstance(node, list | tuple):
        return type(node)(_without_list_bounds(each) for each in node)
    if not isinstance(node, dict):
        return node
    dropped = "max_length" if node.get("type") == "list" else None
    return {key: _without_list_bounds(value) for key, value in node.items() if key != dropped}
