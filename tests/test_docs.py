"""The documents say what is so: their commands exist, their examples parse, their links lead somewhere."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import typer.main

from bookfilm.cli.commands import app
from bookfilm.picture.shadow.stylesheets import STYLE_NAMES
from bookfilm.records.direction import Direction
from bookfilm.records.styles import StyleSheet
from bookfilm.settings import Preset
from bookfilm.store.folder import FilmFolder

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    page for page in ROOT.rglob("*.md") if not {".venv", "build", "node_modules"} & set(page.relative_to(ROOT).parts)
)
FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)")
PLACEHOLDERS = {"<": "x", ">": "", "…": "", "...": ""}

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def fences(page: Path) -> list[tuple[str, str]]:
    return FENCE.findall(page.read_text(encoding="utf8"))


def commands(page: Path) -> list[str]:
    """Return the bookfilm commands in the code of `page`: in fences and between backticks."""
    text = page.read_text(encoding="utf8")
    lines = [line for _, body in FENCE.findall(text) for line in body.replace("\\\n", " ").splitlines()]
    lines += re.findall(r"`([^`\n]+)`", FENCE.sub("", text))
    plain = (re.sub(r"^\s*\$?\s*(?:\S*/bin/)?(?=bookfilm )", "", line) for line in lines)
    return [line.partition("  #")[0].partition(" | ")[0].strip() for line in plain if line.startswith("bookfilm ")]


@every_page
def test_commands_are_there_with_their_options(page: Path) -> None:
    root: Any = typer.main.get_command(app)
    for line in commands(page):
        for sign, meant in PLACEHOLDERS.items():
            line = line.replace(sign, meant)
        words = shlex.split(line)[1:]
        if words[0].startswith("-"):
            assert words[0] in ("--help", "--version"), line
            continue
        for name in words[0].split("|"):
            assert name in root.commands, f"{line}: there is no command {name!r}"
        if "|" in line or len(words) == 1:
            continue
        try:
            root.commands[words[0]].make_context(words[0], words[1:])
        except Exception as error:  # noqa: BLE001 - whatever the parser refuses is a wrong document
            pytest.fail(f"{line}: {getattr(error, 'message', error)}")


def test_what_the_night_is_told_to_look_for_is_what_is_said() -> None:
    told = (ROOT / "docs" / "operations.md").read_text(encoding="utf8")
    (table,) = re.findall(r"^## At three in the morning\n(.*?)^## ", told, re.MULTILINE | re.DOTALL)
    seen = [row.split("|")[1] for row in table.splitlines() if row.startswith("| ")][1:]
    quoted = {said for column in seen for said in re.findall(r"`([^`]+)`", column)} - {"OOMKilled"}
    code = "".join(
        path.read_text(encoding="utf8") for room in ("bookfilm", "cluster") for path in (ROOT / room).rglob("*.py")
    )
    assert len(quoted) >= 6
    assert {said for said in quoted if said not in code} == set()


def test_there_are_commands_to_check() -> None:
    assert sum(len(commands(page)) for page in PAGES) >= 4


@every_page
def test_links_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(FENCE.sub("", page.read_text(encoding="utf8"))):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        found = (page.parent / path) if path else page
        assert found.exists(), f"{page.name} points to {target}"
        assert found.resolve().is_relative_to(ROOT), f"{page.name} points out of the repository: {target}"
        if anchor and found.suffix == ".md":
            assert anchor in anchors(found), f"{page.name} points to {target}"


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text(encoding="utf8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@every_page
def test_toml_parses(page: Path) -> None:
    for language, body in fences(page):
        if language == "toml":
            tomllib.loads(body)


@every_page
def test_python_parses(page: Path) -> None:
    for language, body in fences(page):
        if language == "python":
            compile(body, str(page), "exec")


def test_the_example_of_a_direction_is_one() -> None:
    body = next(body for language, body in fences(ROOT / "docs" / "film-folder.md") if language == "toml")
    direction = Direction.model_validate(tomllib.loads(body))
    shown = direction.model_fields_set
    assert shown == set(Direction.model_fields), "the example shows all that can be said"


def test_the_example_of_a_direction_points_into_the_example_story() -> None:
    body = next(body for language, body in fences(ROOT / "docs" / "film-folder.md") if language == "toml")
    direction, text = tomllib.loads(body), (ROOT / "examples" / "the_eleventh_lamp.txt").read_bytes().decode()
    told = " ".join(text.split()).replace("“", "").replace("”", "")
    for edit in direction["line"]:
        assert edit["was"] in told
    for casting in direction["character"]:
        assert casting["name"] in told
    for span in [*direction["keep"], *direction["cut"]]:
        if isinstance(span, list):
            assert 0 <= span[0] < span[1] <= len(text)
        else:
            assert span in text


def test_the_example_of_a_preset_is_one() -> None:
    bodies = [body for language, body in fences(ROOT / "docs" / "engines.md") if language == "toml"]
    preset = next(body for body in bodies if "[screenwriter]" in body)
    assert Preset.model_validate({"name": "fades", **tomllib.loads(preset)}).video.engine == "fades"


def test_every_file_of_the_folder_is_told() -> None:
    text = (ROOT / "docs" / "film-folder.md").read_text(encoding="utf8")
    names = [name for name, value in vars(FilmFolder).items() if isinstance(value, property)]
    for name in names:
        assert f"`{getattr(FilmFolder(ROOT), name).name}" in text, name


def test_the_glossary_says_each_word_once() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf8")
    headings = re.findall(r"^#+ .+$", text, re.MULTILINE)
    assert [heading for heading, count in Counter(headings).items() if count > 1] == []
    words = re.findall(r"^\| \*\*(.+?)\*\*([^|]*)\|", text, re.MULTILINE)
    assert len(words) > 40
    assert [word for word, count in Counter(words).items() if count > 1] == []


def test_the_style_in_the_page_is_one() -> None:
    page = ROOT / "docs" / "styles.md"
    body = next(body for language, body in fences(page) if language == "toml")
    sheet = StyleSheet.model_validate(tomllib.loads(body))
    assert sheet.hours == (("night", (("horizon", "e8b890"),)),)
    told = set(re.findall(r"^\| `(\w+)` \|", page.read_text(encoding="utf8"), re.MULTILINE))
    assert told == set(STYLE_NAMES)
