"""Imports go one way, each outside library has one door, and no file or function grows beyond what can be read at once."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "summariser"
# A unit is a module or a sub-package; it imports only from lines above its own.
LAYERS = [
    ["types"],
    ["errors", "clock", "workers", "interrupts", "tally", "logs"],
    ["brief", "paths"],
    ["settings", "personal", "boilerplate"],
    ["segments", "evidence", "cache", "retry", "readers", "schemas", "sensitivity", "labels", "limits", "ledger", "windows"],
    ["prices", "prompts", "facts", "gold", "metrics"],
    ["support"],
    ["rules", "accept", "flaws", "duplicates", "merge", "overall"],
    ["engines", "integrity"],
    ["asking"],
    ["reading"],
    ["estimate"],
    ["writers"],
    ["result"],
    ["pipeline"],
    ["briefing", "evaluation", "folder", "claim_tables"],
    ["processes", "records"],
    ["exports"],
    ["batch"],
    ["reports"],
    ["__init__"],
    ["cli"],
]
LAYER = {unit: number for number, units in enumerate(LAYERS) for unit in units}

MODULES = {
    path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.rglob("*.py"))
}
SCHEMAS = {
    path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "schemas").glob("*.py"))
}

every_module = pytest.mark.parametrize("name", MODULES)
every_file = pytest.mark.parametrize("name", [*MODULES, *SCHEMAS])


def _tree(name: str) -> ast.Module:
    return MODULES[name] if name in MODULES else SCHEMAS[name]


def _unit(name: str) -> str:
    """Return the unit that a file belongs to."""
    return Path(name).parts[1].removesuffix(".py")


def _imports(tree: ast.AST) -> Iterator[str]:
    """Yield the dotted name of each thing that is imported."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "inside the package, names are written out in full"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _units_imported(name: str) -> set[str]:
    """Return the units of the package that a file imports from; the package itself counts as `__init__`."""
    units = set()
    for imported in _imports(MODULES[name]):
        top, *inner = imported.split(".")
        if top == "summariser":
            units.add(inner[0] if inner and inner[0] in LAYER else "__init__")
    return units


def _roots(tree: ast.AST) -> set[str]:
    return {imported.split(".")[0] for imported in _imports(tree)}


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _called(tree: ast.AST) -> Iterator[str]:
    """Yield the dotted name of each function that is called or exception that is raised."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)
        elif isinstance(node, ast.Raise) and node.exc is not None:
            yield ast.unparse(node.exc)


# --- Which way imports go


def test_every_unit_has_a_layer() -> None:
    assert {_unit(name) for name in MODULES} == set(LAYER)


@every_module
def test_imports_go_up_the_table(name: str) -> None:
    own = _unit(name)
    wrong = {unit for unit in _units_imported(name) - {own} if LAYER[unit] >= LAYER[own]}
    assert not wrong, f"{name} imports from {wrong}"


def test_the_modules_of_a_sub_package_import_one_another_in_no_circle() -> None:
    dotted = {name.removesuffix(".py").replace("/", ".").removesuffix(".__init__"): name for name in MODULES}
    graph = {
        module: {
            imported if imported in dotted else imported.rpartition(".")[0]
            for imported in _imports(MODULES[name])
            if imported.startswith("summariser.")
        }
        for module, name in dotted.items()
    }
    done: set[str] = set()
    while ready := {module for module in graph if module not in done and graph[module] <= done}:
        done |= ready
    assert set(graph) - done == set()


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_imports_only_the_base_of_all_schemas(name: str) -> None:
    ours = set()
    for node in ast.walk(SCHEMAS[name]):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("summariser"):
            ours.add(node.module)
    assert ours <= {"summariser.brief"}


# --- Which module may do what


@every_module
def test_model_libraries_have_one_door(name: str) -> None:
    if name != "summariser/engines/openai.py":
        assert not _roots(MODULES[name]) & {"openai", "instructor"}
    if name not in ("summariser/engines/openai.py", "summariser/retry.py"):
        assert "tenacity" not in _roots(MODULES[name])


def test_the_doors_are_used() -> None:
    assert {"openai", "instructor"} <= _roots(MODULES["summariser/engines/openai.py"])
    assert "tenacity" in _roots(MODULES["summariser/retry.py"])


@every_module
def test_only_the_command_line_prints_or_exits(name: str) -> None:
    if _unit(name) == "cli":
        return
    assert not _roots(MODULES[name]) & {"typer", "rich", "click"}
    for called in _called(MODULES[name]):
        last = called.split("(")[0]
        assert last not in ("print", "input", "exit", "quit", "SystemExit", "sys.exit", "os._exit", "os.abort")
        assert not last.startswith(("sys.stdout", "sys.stderr"))


@every_module
def test_nothing_is_imported_on_use_but_engines_and_evaluation(name: str) -> None:
    if name in ("summariser/engines/__init__.py", "summariser/cli/evals.py", "summariser/cli/reports.py"):
        return
    for function in _functions(MODULES[name]):
        assert not list(_imports(function)), f"{name}: {function.name}"


@every_module
def test_nothing_is_pickled_or_evaluated(name: str) -> None:
    assert not _roots(MODULES[name]) & {"pickle", "marshal", "shelve", "dill", "joblib"}
    assert not {"eval", "exec"} & set(_called(MODULES[name]))


# --- How large things may be


@every_file
def test_every_module_says_in_its_first_line_what_it_is(name: str) -> None:
    said = ast.get_docstring(_tree(name)) or ""
    assert said.split("\n")[0].strip(), name


@every_file
def test_modules_are_at_most_300_lines(name: str) -> None:
    assert len((ROOT / name).read_text(encoding="utf-8").splitlines()) <= 300


@every_file
def test_functions_are_at_most_50_lines_with_at_most_8_parameters(name: str) -> None:
    for function in _functions(_tree(name)):
        assert (function.end_lineno or 0) - function.lineno + 1 <= 50, function.name
        arguments = function.args
        parameters = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        # A command has a parameter for each of its options.
        assert len([each for each in parameters if each.arg not in ("self", "cls")]) <= 8 or _unit(name) == "cli", function.name
