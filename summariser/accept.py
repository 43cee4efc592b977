"""Decides what of an answer may stand: the one way in for every engine's reply, fresh or cached.

An answer is validated in its shape, by its schema's own rules, and against the words that it cites. Where a part fails,
that part alone is set aside with the reason; only an answer whose shape is broken is lost whole.
"""

from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from summariser.brief import Loc, breach
from summariser.support import Source, faults
from summariser.types import Answer, Refused

# Setting one part aside can bare another (a summary sentence that rested on it), so it is done in rounds, not for ever.
_ROUNDS = 12


@dataclass(frozen=True, slots=True)
class Accepted:
    """What may stand, and what was set aside."""

    brief: BaseModel
    refused: tuple[Refused, ...]


class Unusable(ValueError):
    """The answer cannot be made into a brief by setting parts aside; says where, and never what it held."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A class of answers, held to the words of a document.

    It validates as its class does, and then as `faults` finds. It is no class itself, for Pydantic takes milliseconds to make
    one, and nothing of the document outlives it. What has `passed` an engine's check passes that of `accept` at a glance.
    """

    model: type[BaseModel]
    source: Source
    passed: list[BaseModel] = field(default_factory=list, init=False, repr=False, compare=False)

    def model_validate(self, obj: Any) -> BaseModel:
        """Return the brief that data is, or raise ValidationError."""
        brief = self.model.model_validate(obj)
        return brief if brief in self.passed else self._borne_out(brief)

    def model_validate_json(self, json_data: str | bytes | bytearray, *, strict: bool | None = None) -> BaseModel:
        """Return the brief that a text is, or raise ValidationError."""
        brief = self._borne_out(self.model.model_validate_json(json_data, strict=strict))
        self.passed.append(brief)
        return brief

    def _borne_out(self, brief: BaseModel) -> BaseModel:
        found = [(fault.loc, fault.reason, None) for fault in faults(brief, self.source)]
        if found:
            raise breach(self.model.__name__, found)
        return brief


def accept(text: str, answer: Answer) -> Accepted:
    """Validate an answer, setting aside the parts that fail.

    Raises:
        Unusable: it is not JSON, or the fault is not in a part that can be set aside.
    """
    try:
        data = from_json(text)
    except (ValueError, TypeError):
        raise Unusable("it is not JSON") from None
    refused: dict[Loc, Refused] = {}
    blank: set[Loc] = set()
    for _ in range(_ROUNDS):
        gone = refused.keys() - blank
        kept = _without(data, gone, blank) if refused else data
        try:
            return Accepted(answer.model_validate(kept), tuple(refused.values()))
        except ValidationError as error:
            for loc, reason, is_fact in list(_removable(kept, error)):
                place = _in_answer(loc, data, gone)
                refused[place] = Refused(_dotted(place), _at(data, place), reason)
                blank |= {place} if is_fact else set()
    raise Unusable("part after part of it failed")


def _removable(data: Any, error: ValidationError) -> Iterator[tuple[Loc, str, bool]]:
    """Yield the innermost thing that can be set aside for each fault, the reason, and whether it is a stated fact.

    Besides a fact that is an element of a list, what a list has too many of, or a field that the schema does not have.
    """
    seen: set[Loc] = set()
    for fault in error.errors(include_url=False, include_input=False):
        loc = _in_data(fault["loc"], data)
        extra = fault["type"] == "extra_forbidden" and loc == fault["loc"]
        places = [loc] if extra else [_nearest(loc, data)]
        if fault["type"] == "too_long" and isinstance(_at(data, loc), list):
            places = [(*loc, place) for place in range(fault["ctx"]["max_length"], len(_at(data, loc)))]
        if () in places:
            raise Unusable(f"{'.'.join(map(str, loc)) or 'the whole'}: {fault['msg']}")
        for place in places:
            if place not in seen:
                yield place, fault["msg"], not extra and _is_fact(_at(data, place))
        seen.update(places)


def _without(node: Any, gone: Set[Loc], blank: Set[Loc], place: Loc = ()) -> Any:
    """Return a copy of the answer without what was set aside; a stated fact stays, as not stated."""
    if place in blank:
        return {"status": "not_stated", "value": None, "evidence": []}
    if isinstance(node, list):
        return [_without(node[step], gone, blank, (*place, step)) for step in _surviving(node, gone, place)]
    if isinstance(node, dict):
        return {key: _without(value, gone, blank, (*place, key)) for key, value in node.items() if (*place, key) not in gone}
    return node


def _surviving(elements: list[Any], gone: Set[Loc], place: Loc) -> list[int]:
    return [step for step in range(len(elements)) if (*place, step) not in gone]


def _in_answer(loc: Loc, data: Any, gone: Set[Loc]) -> Loc:
    """Return the path in the answer as it came of a path in what is kept of it."""
    place: Loc = ()
    for step in loc:
        there = _at(data, place)
        place = (*place, _surviving(there, gone, place)[step] if isinstance(step, int) else step)
    return place


def _in_data(loc: Loc, data: Any) -> Loc:
    """Return the part of a Pydantic path that is in the data: union tags and missing fields are not."""
    path: list[str | int] = []
    for step in loc:
        inside = isinstance(data, dict) if isinstance(step, str) else isinstance(data, list)
        if not inside or (isinstance(step, str) and step not in data) or (isinstance(step, int) and step >= len(data)):
            break
        path.append(step)
        data = data[step]
    return tuple(path)


def _nearest(loc: Loc, data: Any) -> Loc:
    """Return the path to the innermost stated fact or element of a list on the way to `loc`, or ()."""
    for length in range(len(loc), 0, -1):
        place = loc[:length]
        if isinstance(place[-1], int) or _is_fact(_at(data, place)):
            return place
    return ()


def _is_fact(element: Any) -> bool:
    return isinstance(element, dict) and {"status", "value", "evidence"} <= set(element)


def _at(data: Any, place: Loc) -> Any:
    for step in place:
        data = data[step]
    return data


def _dotted(place: Loc) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place).lstrip(".")
