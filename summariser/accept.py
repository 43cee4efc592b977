"""Decides what of an answer may stand: the one way in for every engine's reply, fresh or cached.

An answer is validated in its shape, by its schema's own rules, and against the words that it cites. Where a part fails,
that part alone is set aside with the reason; only an answer whose shape is broken is lost whole.
"""

import copy
import json
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError, create_model, model_validator
from pydantic_core import from_json

from summariser.brief import Loc, breach
from summariser.support import Source, faults
from summariser.types import Refused

# Setting one part aside can bare another (a summary sentence that rested on it), so it is done in rounds, not for ever.
_ROUNDS = 12


@dataclass(frozen=True, slots=True)
class Accepted:
    """What may stand, and what was set aside."""

    brief: BaseModel
    refused: tuple[Refused, ...]


class Unusable(ValueError):
    """The answer cannot be made into a brief by setting parts aside; says where, and never what it held."""


def checked(model: type[BaseModel], source: Source) -> type[BaseModel]:
    """Return `model` with the checks against the document built in, so that whoever validates it applies them."""

    def _is_borne_out(self: BaseModel) -> BaseModel:
        found = [(fault.loc, fault.reason, None) for fault in faults(self, source)]
        if found:
            raise breach(model.__name__, found)
        return self

    return create_model(
        model.__name__,
        __base__=model,
        __module__=model.__module__,
        __doc__=model.__doc__,
        # Pydantic's own documentation passes decorated functions here; its annotation knows only the bare ones.
        __validators__={"is_borne_out": model_validator(mode="after")(_is_borne_out)},  # type: ignore[dict-item]
    )


def accept(text: str, answer: type[BaseModel]) -> Accepted:
    """Validate an answer, setting aside the parts that fail.

    Raises:
        Unusable: it is not JSON, or the fault is not in a part that can be set aside.
    """
    try:
        data = from_json(text)
    except ValueError:
        raise Unusable("it is not JSON") from None
    refused: list[Refused] = []
    for _ in range(_ROUNDS):
        try:
            return Accepted(answer.model_validate(data), tuple(refused))
        except ValidationError as error:
            refused += _set_aside(data, error)
    raise Unusable("part after part of it failed")


def _set_aside(data: Any, error: ValidationError) -> list[Refused]:
    """Take the parts that failed out of `data`; return them with the reasons."""
    reasons: dict[Loc, str] = {}
    for fault in error.errors(include_url=False, include_input=False):
        loc = _in_data(fault["loc"], data)
        if fault["type"] == "too_long" and isinstance(_at(data, loc), list):
            most = fault["ctx"]["max_length"]
            places = [(*loc, place) for place in range(most, len(_at(data, loc)))]
        else:
            places = [_removable(loc, data)]
        for place in places:
            if not place:
                where = ".".join(map(str, fault["loc"])) or "the whole"
                raise Unusable(f"{where}: {fault['msg']}")
            reasons.setdefault(place, fault["msg"])
    refused = [Refused(_dotted(place), copy.deepcopy(_at(data, place)), reason) for place, reason in reasons.items()]
    # From the end, so that taking one out of a list shifts none of the others.
    for place in sorted(reasons, key=_order, reverse=True):
        element = _at(data, place)
        if _is_fact(element):
            element.update(status="not_stated", value=None, evidence=[])
        else:
            _at(data, place[:-1]).pop(place[-1])
    return refused


def _order(place: Loc) -> list[tuple[int, str, int]]:
    return [(0, "", step) if isinstance(step, int) else (1, step, 0) for step in place]


def _in_data(loc: Loc, data: Any) -> Loc:
    """Return the part of a Pydantic path that is in the data: union tags and such are not."""
    path: list[str | int] = []
    for step in loc:
        inside = isinstance(data, dict) if isinstance(step, str) else isinstance(data, list)
        if not inside or (isinstance(step, str) and step not in data) or (isinstance(step, int) and step >= len(data)):
            break
        path.append(step)
        data = data[step]
    return tuple(path)


def _removable(loc: Loc, data: Any) -> Loc:
    """Return the path to the innermost thing that can be set aside, a stated fact or an element of a list; or ()."""
    for length in range(len(loc), 0, -1):
        place = loc[:length]
        if isinstance(place[-1], int) or _is_fact(_at(data, place)):
            return place
    return ()


def _is_fact(element: Any) -> bool:
    return isinstance(element, dict) and {"status", "value", "evidence"} == set(element)


def _at(data: Any, place: Loc) -> Any:
    for step in place:
        data = data[step]
    return data


def _dotted(place: Loc) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place).lstrip(".")


def as_text(brief: BaseModel) -> str:
    """Return a brief as the JSON text in which answers travel."""
    return json.dumps(brief.model_dump(mode="json"), ensure_ascii=False)
