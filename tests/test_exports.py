"""What the package offers is what `__all__` says, in order."""

import importlib
from types import ModuleType

import summariser


def test_all_is_sorted_and_names_each_thing_once() -> None:
    assert summariser.__all__ == sorted(set(summariser.__all__))


def test_all_is_the_public_names_of_the_package() -> None:
    public = {
        name for name, value in vars(summariser).items() if not name.startswith("_") and not isinstance(value, ModuleType)
    }
    assert set(summariser.__all__) == public


def test_every_exported_thing_is_ours_and_says_what_it_is() -> None:
    for name in summariser.__all__:
        value = getattr(importlib.import_module("summariser"), name)
        assert value.__module__.split(".")[0] == "summariser"
        assert value.__doc__
