"""Loads the kinds of brief from `schemas/`, and writes the JSON schema that is sent to a model.

To add a kind of document, put `schemas/your_kind.py` there with one class `YourKind(Brief)`. It needs no new prompt: its
docstrings and field descriptions are its instructions.
"""

import hashlib
import importlib
import json
import sys
from dataclasses import dataclass
from functools import lru_cache
from types import ModuleType
from typing import Any

from pydantic import BaseModel
from pydantic_core import from_json

from summariser.errors import SettingsError
from summariser.paths import SCHEMAS

# The folder has no place of its own on the import path, in a checkout or in a wheel, so it is given a package name.
_PACKAGE = "summariser_schemas"

# Keywords that OpenAI's strict mode refuses; Pydantic holds these bounds when the answer comes back.
# Source: OpenAI, "Structured outputs", section "Supported schemas", read 2026-11.
_NOT_STRICT = ("minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum", "pattern", "format", "default")


@dataclass(frozen=True, slots=True)
class Schema:
    """A kind of brief: its name, its class, and the digest of all that it asks for."""

    name: str
    model: type[BaseModel]

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the JSON schema, which changes whenever the questions do."""
        return _digest(self.model)


@lru_cache
def _digest(model: type[BaseModel]) -> str:
    return hashlib.sha256(json.dumps(json_schema(model), sort_keys=True).encode()).hexdigest()


def available() -> tuple[str, ...]:
    """Return the names of the schemas that can be named; files that begin with "_" are their private parts."""
    return tuple(sorted(path.stem for path in SCHEMAS.glob("*.py") if not path.stem.startswith("_")))


def load(schema: str | type[BaseModel]) -> Schema:
    """Return a schema by name, or wrap a Pydantic class of your own.

    Raises:
        SettingsError: there is no schema of that name, or its file does not hold the class that its name promises.
    """
    if not isinstance(schema, str):
        return Schema(schema.__name__, schema)
    if schema not in available():
        raise SettingsError(f"no schema {schema!r}; there are: {', '.join(available())}")
    if _PACKAGE not in sys.modules:
        package = ModuleType(_PACKAGE)
        package.__path__ = [str(SCHEMAS)]
        sys.modules[_PACKAGE] = package
    module = importlib.import_module(f"{_PACKAGE}.{schema}")
    name = schema.title().replace("_", "")
    model = getattr(module, name, None)
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        raise SettingsError(f"schemas/{schema}.py must hold a Pydantic class named {name}")
    return Schema(schema, model)


def json_schema(model: type[BaseModel], *, bounds: bool = True) -> dict[str, Any]:
    """Return the schema for strict structured output: every key required, none besides, no defaults.

    `bounds` keeps the lengths of strings and lists, which small models on local servers need lest they loop, and which
    OpenAI's own endpoint refuses. The answer is the caller's own, to embed and to change.
    """
    schema: dict[str, Any] = from_json(_written(model, bounds))
    return schema


@lru_cache
def _written(model: type[BaseModel], bounds: bool) -> str:
    """Return the schema as JSON: to read it again is a copy, at a hundredth of the time that Pydantic takes to make it."""
    return json.dumps(_strict(model.model_json_schema(), bounds=bounds))


def _strict(node: Any, *, bounds: bool, names: bool = False) -> Any:
    """Rebuild one node; `names` says that the keys of a mapping are field names, not keywords."""
    if isinstance(node, list):
        return [_strict(element, bounds=bounds) for element in node]
    if not isinstance(node, dict):
        return node
    if names:
        return {key: _strict(value, bounds=bounds) for key, value in node.items()}
    dropped = ("title", "default") if bounds else ("title", *_NOT_STRICT)
    kept = {
        key: _strict(value, bounds=bounds, names=key in ("properties", "$defs"))
        for key, value in node.items()
        if key not in dropped
    }
    if "properties" in kept:
        kept["required"] = list(kept["properties"])
        kept["additionalProperties"] = False
    if "$ref" in kept and len(kept) > 1:  # strict mode allows no keyword beside a reference
        kept = {"anyOf": [{"$ref": kept.pop("$ref")}], **kept}
    return kept


def describe(model: type[BaseModel]) -> str:
    """Return the first sentence of what a schema says of itself."""
    return (model.__doc__ or "").strip().split("\n")[0]
