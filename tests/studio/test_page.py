"""The page as it is installed: built from the sources that lie here, whole in both languages, asking no other host."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import get_args

import pytest

import bookfilm.studio
from bookfilm.records import bible, screenplay, shots
from bookfilm.studio.film_routes import RightStated
from bookfilm.studio.films import FilmState
from bookfilm.studio.page import PAGE_POLICY
from bookfilm.studio.problems import KINDS
from tests.studio.serving import Served
from tests.studio.test_problems import problem

ROOM = Path(bookfilm.studio.__file__).parent
SOURCES, BUILT = ROOM / "page", ROOM / "static"
PLURALS = {"en": 2, "ru": 3}


def words(language: str) -> dict[str, str]:
    found: dict[str, str] = json.loads((SOURCES / "src" / "words" / f"{language}.json").read_text(encoding="utf-8"))
    return found


def digest(*pieces: bytes) -> str:
    return hashlib.sha256(b"".join(pieces)).hexdigest()


def below(folder: Path) -> list[str]:
    names = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return sorted(name for name in names if not name.startswith("node_modules/"))


def test_the_bundle_was_built_from_these_sources() -> None:
    told = json.loads((BUILT / "built.json").read_text(encoding="utf-8"))
    names = below(SOURCES)
    sources = [f"{name}\0{digest((SOURCES / name).read_bytes())}".encode() for name in names]
    assert told["sources"] == digest(*sources), (
        "the page is stale: (cd bookfilm/studio/page && npm ci && npm run build)"
    )
    files = {name: digest((BUILT / name).read_bytes()) for name in below(BUILT) if name != "built.json"}
    assert told["files"] == files, "what lies in static/ is not what was built"


def test_the_page_is_served_under_a_policy_that_lets_nothing_in(studio: Served) -> None:
    nobody = studio.as_(None)
    page = nobody.get("/").raise_for_status()
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["content-security-policy"] == PAGE_POLICY
    assert "unsafe" not in PAGE_POLICY and "http" not in PAGE_POLICY and "*" not in PAGE_POLICY
    parts = re.findall(r'(?:src|href)="\./(page/[^"]+)"', page.text)
    assert len(parts) == 3, page.text
    assert not re.search(r"<style|<script(?![^>]*src)| on\w+=|style=", page.text), "the policy would not let it run"
    for part in parts:
        given = nobody.get(f"/{part}").raise_for_status()
        assert "immutable" in given.headers["cache-control"]
        assert given.headers["x-content-type-options"] == "nosniff"
        assert nobody.head(f"/{part}").headers["content-length"] == str(len(given.content))


@pytest.mark.parametrize("path", ["/page/none.js", "/page/..%2fbuilt.json", "/page/.hidden", "/page/", "/built.json"])
def test_nothing_else_is_given_out(studio: Served, path: str) -> None:
    problem(studio.as_(None).get(path), "not-found")


def test_no_other_host_is_named_in_it() -> None:
    # An SVG made by a program names its namespace, and a player of streams one of their messages: these are names, and
    # nothing is fetched there.
    spaces = ("http://www.w3.org/", "https://aomedia.org/emsg/ID3")
    for name in below(BUILT / "page"):
        text = (BUILT / "page" / name).read_text(encoding="utf-8")
        named = [url for url in re.findall(r"https?://[^\s\"'`<>)]+", text) if not url.startswith(spaces)]
        assert named == [], name


def test_both_languages_say_the_same() -> None:
    en, ru = words("en"), words("ru")
    assert set(en) == set(ru)
    for key in en:
        assert en[key].strip() and ru[key].strip(), key
        assert set(re.findall(r"\{(\w+)\}", en[key])) == set(re.findall(r"\{(\w+)\}", ru[key])), key
        assert re.search("[а-яё]", ru[key], re.IGNORECASE) or re.fullmatch(r"[\W\d]*(\{\w+\}\W*)+", ru[key]), key
        for language, phrase in (("en", en[key]), ("ru", ru[key])):
            assert phrase.count("|") in (0, PLURALS[language] - 1), f"{language} {key}"


def test_everything_that_the_page_says_is_in_the_catalogue() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (SOURCES / "src").rglob("*.ts*"))
    said = set(re.findall(r"\bsay\(\s*\"([\w.]+)\"", source))
    assert len(said) > 60
    assert said <= set(words("en"))
    unsaid = {
        key for key in words("en")
        if f'"{key}"' not in source and not re.search(rf"[\"`]{re.escape(key.rpartition('.')[0])}[\".$]", source)
        and f'"{key.split(".")[0]}"' not in source
    }  # fmt: skip
    assert unsaid == set()


@pytest.mark.parametrize(
    ("group", "values"),
    [
        ("size", get_args(shots.ShotSize)), ("camera", get_args(shots.Camera)), ("kind", get_args(shots.ShotKind)),
        ("emotion", get_args(screenplay.Emotion)), ("line", get_args(screenplay.LineKind)),
        ("coverage", get_args(screenplay.ParagraphStatus)), ("place", get_args(bible.PlaceKind)),
        ("hour", get_args(bible.Hour)), ("weather", get_args(bible.Weather)), ("state", get_args(FilmState)),
        ("right", get_args(RightStated.model_fields["basis"].annotation)), ("problem", tuple(KINDS)),
        ("creature", get_args(bible.Creature)), ("sex", get_args(bible.Sex)), ("age", get_args(bible.Age)),
        ("build", get_args(bible.Build)), ("hair", get_args(bible.Hair)), ("beard", get_args(bible.Beard)),
        ("hat", get_args(bible.Hat)), ("dress", get_args(bible.Dress)), ("carries", get_args(bible.Carries)),
    ],
)  # fmt: skip
def test_whatever_the_service_can_say_has_a_word(group: str, values: tuple[str, ...]) -> None:
    assert [value for value in values if f"{group}.{value}" not in words("en")] == []


@pytest.mark.parametrize("part", ["creature", "sex", "age", "build", "hair", "beard", "hat", "dress", "carries"])
def test_looks_can_be_chosen_as_the_bible_has_them(part: str) -> None:
    source = (SOURCES / "src" / "pages" / "looks.ts").read_text(encoding="utf-8")
    listed = re.search(rf'"{part}",\s*\[([^\]]*)\]', source)
    assert listed is not None
    assert tuple(re.findall(r'"(\w+)"', listed[1])) == get_args(getattr(bible, part.capitalize()))
