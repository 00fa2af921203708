"""The pictures of docs/studio.md: `python -m tests.studio.pictures [FOLDER]` has films made and looks at each page.

Every page is seen on a desk and on a phone, in English with an English film and in Russian with a Russian one; those of
a language and a width lie on one sheet. The shadow theatre draws them, without voices. Needs Chromium and the extra
`browser`.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from bookfilm.picture.shadow import ShadowEngine
from bookfilm.settings import Preset
from tests.doubles import desk_preset
from tests.studio import desk
from tests.studio.browser import DESK, DROP, PHONE, Seen, looking
from tests.studio.serving import Served, served
from tests.studio.test_keyframes import ask, boards, drawn_by, portraits
from tests.studio.test_live import Growing, numbers
from tests.studio.test_page import words
from tests.studio.test_stages import with_keyframes

ROOT = Path(__file__).parents[2]
BOOKS = {"en": ROOT / "examples" / "the_eleventh_lamp.txt", "ru": ROOT / "examples" / "one_shadow_for_two.txt"}
RUNTIME, BEGINNING = "3m", 3000
COLUMNS, WIDE = {"desk": 3, "phone": 7}, {"desk": 640, "phone": 270}
TABS = {
    "film": "video", "board": ".shot img", "cast": ".cast .card", "book": ".paragraphs li", "files": ".files a",
}  # fmt: skip
GAP, PAPER = 14, (10, 13, 19)
SHOWN = "[...document.querySelectorAll('video')].every((one) => one.preload === 'none' || one.readyState > 1)"
ALONE = ("film", "shot")
"""These pages are shown by themselves too, as large as they are."""


@dataclass(frozen=True)
class Scene:
    """What the pages are shown with, in one language: films that are made, not begun, and at their keyframes."""

    studio: Served
    language: str
    film: str
    fresh: str
    stills: str


def main(folder: Path) -> None:
    """Look at all pages and lay the pictures into `folder`."""
    with tempfile.TemporaryDirectory(prefix="bookfilm-") as data, pytest.MonkeyPatch.context() as patch:
        patch.setattr(desk, "desk_preset", _larger_preset)
        drawn = with_keyframes(Path(data) / "drawn.toml")
        loose = {"reads_a_minute": 10**6, "writes_a_minute": 10**6}
        with served(Path(data) / "data", presets=("preview", drawn), **loose) as studio:
            for language in BOOKS:
                scene = _laid(studio, language)
                for width, size in (("desk", DESK), ("phone", PHONE)):
                    seen = _looked(scene, size)
                    _write(folder / f"studio_{width}_{language}.jpg", _sheet(list(seen.values()), width))
                    if (width, language) == ("desk", "en"):
                        for name in ALONE:
                            _write(folder / f"studio_{name}.jpg", seen[name])


def _larger_preset() -> Preset:
    preset = desk_preset()
    return preset.model_copy(update={"picture": preset.picture.model_copy(update={"width": 640, "height": 360})})


def _laid(studio: Served, language: str) -> Scene:
    """Have the films of a language made, as far as they are to be."""
    book = BOOKS[language].read_bytes()
    asked = {"runtime": RUNTIME, "style": "lantern"}
    film = str(studio.filmed(book, **asked)["id"])
    desk.carry_out(studio, film, logged=True, engine=ShadowEngine())
    fresh = str(studio.filmed(book, start=False, preset="drawn")["id"])
    stills = str(studio.filmed(book, preset="drawn", until="keyframes", **asked)["id"])
    drawn_by(studio, stills)
    ask(studio, stills, "approve", *list(boards(studio, stills))[:2], portraits(studio, stills)[0]["who"])
    return Scene(studio, language, film, fresh, stills)


def _looked(scene: Scene, size: tuple[int, int]) -> dict[str, NDArray[np.uint8]]:
    """Return what is seen of each page, by its name: BGR, as large as the screen."""
    found: dict[str, NDArray[np.uint8]] = {}
    studio, said = scene.studio, words(scene.language)
    book = BOOKS[scene.language]
    with looking(studio, scene.language, size) as seen:
        page = seen.page

        def keep(name: str) -> None:
            seen.until(SHOWN)
            page.wait_for_timeout(700)
            picture = cv2.imdecode(np.frombuffer(page.screenshot(), np.uint8), cv2.IMREAD_COLOR)
            assert picture is not None
            found[name] = picture.astype(np.uint8)

        page.goto(f"{studio.url}/")
        page.get_by_role("heading", level=1).wait_for()
        keep("door")
        seen.sign_in(studio)
        page.locator(".slides").wait_for()
        keep("films")
        seen.go(studio, "new")
        page.locator(".drop").wait_for()
        page.evaluate(DROP, [book.name, book.read_text(encoding="utf8")])
        page.locator("input[type=radio]").nth(2).check()
        keep("new")
        seen.go(studio, f"film/{scene.fresh}/film")
        page.locator(".estimate dd").first.wait_for()
        keep("setup")
        _grow(scene, seen, keep)
        for tab, part in TABS.items():
            seen.go(studio, f"film/{scene.film}/{tab}")
            page.locator(part).first.wait_for()
            keep(tab)
        seen.go(studio, f"film/{scene.film}/cast")
        page.locator(".cast .card button").first.click()
        page.locator(".looks select").first.wait_for()
        keep("character")
        seen.go(studio, f"film/{scene.film}/board")
        page.locator(".shot a").nth(9).click()
        page.locator("dialog figure video").first.wait_for()
        keep("shot")
        _edit(page, said)
        keep("consent")
        seen.go(studio, f"film/{scene.stills}/keyframes")
        page.locator(".portraits img").first.wait_for()
        keep("keyframes")
        assert seen.complaints == [] and seen.strangers == [], (seen.complaints, seen.strangers)
    return found


def _grow(scene: Scene, seen: Seen, keep: Callable[[str], None]) -> None:
    """Look at a film that is half made."""
    text = BOOKS[scene.language].read_text(encoding="utf8")[:BEGINNING]
    film = Growing(scene.studio, text.encode(), logged=True, style="lantern", engine=ShadowEngine())
    while not numbers(film.listed()):
        film.go_on()
    film.go_on(4)
    seen.go(scene.studio, f"film/{film.id}/film")
    seen.page.locator(".live-line").wait_for()
    keep("grows")
    # Elsewhere, before it is deleted: its page would ask for it.
    seen.go(scene.studio, "new")
    seen.page.locator(".drop").wait_for()
    film.finish()
    scene.studio.client.delete(f"/v1/films/{film.id}").raise_for_status()


def _edit(page: Any, said: dict[str, str]) -> None:
    """Change a line's words, up to the question whether to."""
    form = page.locator(".line-form").first
    form.locator("textarea").fill(
        {"Close": "The lamps are late tonight."}.get(said["close"], "Фонари сегодня запоздали.")
    )
    form.get_by_role("button", name=said["consent.look"]).click()
    form.get_by_role("button", name=said["consent.yes"]).wait_for()
    form.scroll_into_view_if_needed()


def _sheet(pictures: list[NDArray[np.uint8]], width: str) -> NDArray[np.uint8]:
    """Return `pictures` side by side, row by row."""
    wide, columns = WIDE[width], COLUMNS[width]
    high = round(wide * pictures[0].shape[0] / pictures[0].shape[1])
    rows = -(-len(pictures) // columns)
    sheet = np.full((rows * (high + GAP) + GAP, columns * (wide + GAP) + GAP, 3), PAPER, np.uint8)
    for at, picture in enumerate(pictures):
        top, left = GAP + at // columns * (high + GAP), GAP + at % columns * (wide + GAP)
        sheet[top : top + high, left : left + wide] = cv2.resize(picture, (wide, high), interpolation=cv2.INTER_AREA)
    return sheet


def _write(path: Path, picture: NDArray[np.uint8]) -> None:
    assert cv2.imwrite(str(path), picture, [cv2.IMWRITE_JPEG_QUALITY, 82, cv2.IMWRITE_JPEG_PROGRESSIVE, 1])
    print(path, path.stat().st_size, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "pictures")
