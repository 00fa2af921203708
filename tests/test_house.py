"""The rules of the house that a program can check."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("bookfilm", "cluster", "deployments", "benchmarks")
FILES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
MOST_FILE_LINES, MOST_FUNCTION_LINES = 400, 60
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf8"))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(path: Path) -> Iterator[Function]:
    return (node for node in ast.walk(parsed(path)) if isinstance(node, Function))


def test_there_is_a_house() -> None:
    assert len(FILES) > 80


def test_no_file_is_longer_than_one_can_read() -> None:
    lengths = {named(path): len(path.read_text(encoding="utf8").splitlines()) for path in FILES}
    assert {name: lines for name, lines in lengths.items() if lines > MOST_FILE_LINES} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    lengths = {
        f"{named(path)}: {function.name}": (function.end_lineno or 0) - function.lineno + 1
        for path in FILES
        for function in functions(path)
    }
    assert {name: lines for name, lines in lengths.items() if lines > MOST_FUNCTION_LINES} == {}


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [named(path) for path in FILES if EMPTY_NAMES & {path.stem, path.parent.name}] == []


@pytest.mark.parametrize("room", ROOMS)
def test_what_is_public_is_told(room: str) -> None:
    untold = []
    for path in FILES:
        module = parsed(path)
        if path.relative_to(ROOT).parts[0] != room or (not module.body and path.name == "__init__.py"):
            continue
        if not ast.get_docstring(module):
            untold.append(named(path))
        untold += [
            f"{named(path)}: {node.name}"
            for node in module.body
            if isinstance(node, ast.ClassDef | Function)
            and not node.name.startswith("_")
            and not ast.get_docstring(node)
        ]
    assert untold == []


def test_doubles_live_with_the_tests() -> None:
    for path in FILES:
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.ImportFrom) and node.module:
                assert node.module.split(".")[0] != "tests", named(path)
            if isinstance(node, ast.Import):
                assert not any(alias.name.split(".")[0] == "tests" for alias in node.names), named(path)
