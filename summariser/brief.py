"""The base of every schema: a brief is made of claims, and a claim names the segments that it stands on.

Fields run evidence, words, labels, because a model that writes in this order commits to its sources first. Every field is
required and nullable rather than defaulted, since a default hides an omission, and every string and list is bounded,
since small models otherwise repeat themselves to the token limit.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Annotated, Any, ClassVar, Generic, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, ValidationError, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError
from typing_extensions import TypeAliasType

Value = TypeVar("Value")
Loc = tuple[str | int, ...]

SegmentNumber = Annotated[int, Field(ge=1)]
Cited = TypeAliasType(
    "Cited",
    Annotated[list[SegmentNumber], Field(max_length=12, description="Numbers of the segments that say it.")],
)
Evidence = TypeAliasType(
    "Evidence",
    Annotated[
        list[SegmentNumber],
        Field(min_length=1, max_length=12, description="Numbers of the segments that say it; as few as carry it."),
    ],
)
FieldStatus = TypeAliasType(
    "FieldStatus",
    Annotated[
        Literal["stated", "inferred", "not_stated", "not_applicable", "cut_off"],
        Field(
            description="stated: the words say it. inferred: it follows from the cited words. not_stated: a reader would "
            "expect it and the text is silent. not_applicable: this kind of document cannot have it. cut_off: the text "
            "breaks off before it. Only stated and inferred carry a value, with evidence."
        ),
    ],
)


class Part(BaseModel):
    """A piece of a brief.

    `label` names the field by which other parts point to it, where it has one; `verbatim` names the fields whose words
    must stand in the document as they are; `identity` those that tell, whatever the evidence, whether two windows of a long
    document speak of the same thing, unless one of their values is among `shared`, which many things may have.
    """

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    label: ClassVar[str | None] = None
    identity: ClassVar[tuple[str, ...]] = ()
    shared: ClassVar[frozenset[str]] = frozenset()
    verbatim: ClassVar[tuple[str, ...]] = ()


class Claim(Part):
    """Something the document says. `claimed` names the fields whose words the cited segments must bear out."""

    claimed: ClassVar[tuple[str, ...]] = ("statement",)
    evidence: Evidence


class Stated(Part, Generic[Value]):
    """A fact that a reader expects, or an honest word on why it is missing."""

    claimed: ClassVar[tuple[str, ...]] = ("value",)
    evidence: Cited
    value: Value | None
    status: FieldStatus

    @model_validator(mode="after")
    def _status_fits(self) -> Self:
        given = self.status in ("stated", "inferred")
        if given and (self.value is None or not self.evidence):
            raise ValueError(f"a {self.status} value needs the value and the segments that say it")
        if not given and self.value is not None:
            raise ValueError(f"{self.status} cannot carry a value")
        return self


class Sentence(Part):
    """One sentence of a summary, with the labels of the parts of the brief that bear it out."""

    text: str = Field(min_length=1, max_length=400)
    supports: list[Annotated[str, Field(max_length=12)]] = Field(min_length=1, max_length=20)


class Brief(Part):
    """What every schema extends: the parts come first, the summary of them last."""

    summary: list[Sentence] = Field(max_length=8, description="The document in a few sentences.")

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        # Inherited fields come first in Pydantic; a summary written before the findings would be written from nothing.
        schema = handler(core)
        body = handler.resolve_ref_schema(schema)
        properties = body["properties"]
        properties["summary"] = properties.pop("summary")
        return schema


def walk(part: BaseModel, loc: Loc = ()) -> Iterator[tuple[Loc, BaseModel]]:
    """Yield every model inside `part`, itself first, with its path of field names, list positions and keys."""
    yield loc, part
    for name in _names(type(part)):
        value = getattr(part, name)
        if isinstance(value, _HOLDS):
            yield from _inside(value, (*loc, name))


@lru_cache(maxsize=1_000)
def _names(model: type[BaseModel]) -> tuple[str, ...]:
    return tuple(model.model_fields)


# Most values are words and numbers, and to ask each of them what it holds would take most of the time.
_HOLDS = (BaseModel, list, tuple, dict)


def _inside(value: object, loc: Loc) -> Iterator[tuple[Loc, BaseModel]]:
    if isinstance(value, BaseModel):
        yield from walk(value, loc)
        return
    held = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list | tuple) else ()
    for step, element in held:
        if isinstance(element, BaseModel):
            yield from walk(element, (*loc, step))
        elif isinstance(element, _HOLDS):
            yield from _inside(element, (*loc, step))


class Walked:
    """All parts of a brief in the order of a walk, in which what is inside a part follows it."""

    def __init__(self, parts: Sequence[tuple[Loc, BaseModel]]) -> None:
        self.parts = parts
        self._places = {id(part): place for place, (_, part) in enumerate(parts)}

    def inside(self, part: BaseModel) -> Sequence[tuple[Loc, BaseModel]]:
        """Return a part and all the parts inside it."""
        place = self._places[id(part)]
        depth = len(self.parts[place][0])
        end = place + 1
        while end < len(self.parts) and len(self.parts[end][0]) > depth:
            end += 1
        return self.parts[place:end]


def label_of(part: BaseModel) -> str | None:
    """Return the label by which a summary sentence may point to `part`, or None."""
    field = getattr(type(part), "label", None)
    return str(getattr(part, field)) if field else None


def is_facet(model: type[BaseModel]) -> bool:
    """Say whether a part of this class is a label with its evidence, such as a direction of travel, and no entry or fact."""
    label = getattr(model, "label", None)
    return "evidence" in model.model_fields and not label and not issubclass(model, Claim | Stated)


def numbers(part: BaseModel) -> list[int]:
    """Return the numbers of the segments that `part` itself cites; a class may use the name for something else."""
    evidence = getattr(part, "evidence", None)
    return [number for number in evidence if isinstance(number, int)] if isinstance(evidence, list) else []


def cited(part: BaseModel) -> set[int]:
    """Return the numbers of all segments cited anywhere inside `part`."""
    return {number for _, inner in walk(part) for number in numbers(inner)}


def wording(part: BaseModel) -> str:
    """Return the words of a claim or stated fact that its evidence must bear out."""
    values = (getattr(part, name, None) for name in getattr(type(part), "claimed", ()))
    return " ; ".join(str(value) for value in values if value is not None)


def breach(title: str, faults: list[tuple[Loc, str, Any]]) -> ValidationError:
    """Return a validation error that places each fault (path, message, input) on the part that has it.

    Raised inside a validator it keeps its paths, so a fault found by comparing parts can be re-asked for, or the one
    part set aside, as if the part itself had failed.
    """
    details = [
        InitErrorDetails(type=PydanticCustomError("rule", "{message}", {"message": message}), loc=loc, input=given)
        for loc, message, given in faults
    ]
    return ValidationError.from_exception_data(title, details)
