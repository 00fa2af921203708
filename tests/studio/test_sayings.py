"""What is told in English has a code, by which a page in another language tells it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bookfilm import studio as room
from bookfilm.studio.sayings import SAYINGS
from bookfilm.studio.wording import worded, wordings
from tests.studio.desk import carry_out
from tests.studio.serving import Served
from tests.studio.test_problems import problem

ROOM = Path(room.__file__).parent
SHOTS = ROOM.parent / "shots"
TOLD_BY = ("Refusal", "problem_response")


def said_in(path: Path) -> Iterator[tuple[str, str]]:
    """Yield what problems are told of in a file of the room, with the function's name and line; `7` in each place."""
    for function in ast.walk(ast.parse(path.read_text(encoding="utf8"))):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from ((f"{path.name}:{function.name}", text) for text in _said_by(function))


def _said_by(function: ast.AST) -> Iterator[str]:
    names: dict[str, list[str]] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            for target, value in _assigned(node):
                if (text := _text(value)) is not None:
                    names.setdefault(target, []).append(text)
    for node in ast.walk(function):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TOLD_BY):
            continue
        if len(node.args) > 1:
            detail = node.args[1]
            found = names.get(detail.id, []) if isinstance(detail, ast.Name) else [_text(detail)]
            yield from (text for text in found if text is not None)


def _assigned(node: ast.Assign) -> Iterator[tuple[str, ast.expr]]:
    for target in node.targets:
        if isinstance(target, ast.Name):
            yield target.id, node.value
        elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            pairs = zip(target.elts, node.value.elts, strict=False)
            yield from ((one.id, value) for one, value in pairs if isinstance(one, ast.Name))


def _text(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "7" for part in node.values)  # type: ignore[misc]
    return None


@pytest.mark.parametrize("path", sorted(ROOM.glob("*.py")), ids=lambda path: path.stem)
def test_each_problem_has_a_code(path: Path) -> None:
    assert [(where, said) for where, said in said_in(path) if worded(said).code is None] == []


def test_the_codes_are_told_apart() -> None:
    for code, saying in SAYINGS.items():
        places = re.findall(r"\{(\w+)\}", saying)
        said = re.sub(r"\{\w+\}", "7", saying)
        assert re.fullmatch(r"[a-z0-9-]+", code)
        assert len(places) == len(set(places)), code
        assert worded(said).code == code, (said, worded(said))
        assert worded(said).params == dict.fromkeys(places, "7")


def test_whatever_is_said_is_said() -> None:
    assert worded("anything else").model_dump() == {"code": None, "params": {}, "said": "anything else"}
    assert worded("x" * 100_000).code is None
    assert wordings("") == []
    both = wordings("a thought: close on who thinks it; dissolves in: the hour changes")
    assert [(one.code, one.params) for one in both] == [("thought", {}), ("dissolves", {"what": "hour"})]


def test_each_reason_of_a_shot_has_a_code(studio: Served, book: bytes) -> None:
    film = str(studio.filmed(book)["id"])
    carry_out(studio, film)
    shots = studio.client.get(f"/v1/films/{film}/shots?limit=100").json()["items"]
    assert [one for shot in shots for one in shot["reasons"] if one["code"] is None] == []
    assert all("; ".join(one["said"] for one in shot["reasons"]) == shot["reason"] for shot in shots)


def test_each_reason_that_the_planner_knows_has_a_code() -> None:
    """Read out of the planner itself, so that a new reason is not forgotten here."""
    said = set()
    for path in SHOTS.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("Frame", "_across"):
                said |= {text for one in node.args[3:4] if (text := _text(one)) is not None}
            if isinstance(node, ast.keyword) and node.arg == "reason" and (text := _text(node.value)) is not None:
                said.add(text)
    assert len(said) > 40
    assert [text for text in said for one in wordings(text) if one.code is None and one.said != "7"] == []


def test_who_asks_is_told_all_codes(studio: Served) -> None:
    assert studio.client.get("/v1/sayings").json()["sayings"] == SAYINGS


def test_a_problem_and_its_faults_have_codes(studio: Served) -> None:
    told = problem(studio.client.get("/v1/films/film_x"), "not-found")
    assert (told["code"], told["params"]) == ("no-such-film", {})
    told = problem(studio.client.post("/v1/tokens", json={"label": "x" * 200, "scopes": ["films:read"]}), "invalid")
    assert told["code"] == "invalid"
    assert [(one["code"], one["params"]) for one in told["errors"]] == [("string_too_long", {"max_length": "120"})]
