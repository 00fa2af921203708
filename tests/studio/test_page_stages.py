"""The stages of a film on its page: a lamp each, keyframes among them where the preset has them drawn."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from bookfilm.engines.protocols import Cancelled, KeyframeRequest, VideoCapabilities
from bookfilm.picture.shadow import ShadowEngine
from tests.doubles import StripesEngine
from tests.studio.browser import DESK, PHONE, looking
from tests.studio.serving import Served, served
from tests.studio.test_live import Growing
from tests.studio.test_page import words
from tests.studio.test_stages import with_keyframes

pytestmark = pytest.mark.timeout(900)
STAGES = ["cluster", "screenplay", "speech", "keyframes", "picture", "soundtrack", "film"]


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Served]:
    """A service whose one preset has keyframes drawn."""
    preset = with_keyframes(tmp_path / "drawn.toml")
    with served(tmp_path / "data", presets=(preset,), reads_a_minute=10**6) as running:
        yield running


class Artist:
    """The shadow theatre's artist, who begins when told to."""

    def __init__(self) -> None:
        self._engine = ShadowEngine()
        self.name, self.revision = self._engine.name, self._engine.revision
        self.may_begin = threading.Event()

    def keyframe(self, request: KeyframeRequest, cancelled: Cancelled) -> NDArray[np.uint8]:
        assert self.may_begin.wait(300)
        return self._engine.keyframe(request, cancelled)


def lamp(page: Any, stage: str) -> Any:
    return page.locator(".lamps > li").nth(STAGES.index(stage))


@pytest.mark.parametrize(("language", "size"), [("en", DESK), ("ru", PHONE)])
def test_keyframes_have_their_lamp(
    studio: Served, book: bytes, language: str, size: tuple[int, int], tmp_path: Path
) -> None:
    artist, engine, said = Artist(), StripesEngine(), words(language)
    engine.capabilities = VideoCapabilities(first_frame=True)
    film = Growing(studio, book, wait=False, logged=True, style="lantern", artist=artist, engine=engine)
    with looking(studio, language, size) as seen:
        page = seen.page
        seen.sign_in(studio)
        page.locator(".slides").wait_for()
        seen.go(studio, f"film/{film.id}/film")
        page.locator(f".lamps > li[aria-current=step]:has-text('{said['stage.keyframes']}')").wait_for()
        lamp(page, "speech").get_by_text("0:01").wait_for()
        names = page.locator(".lamp-name").all_inner_texts()
        assert names == [said[f"stage.{stage}"] for stage in STAGES]
        notes = page.locator(".lamp-note").all_inner_texts()
        assert notes == ["0:01", "0:01", "0:01", said["stage.now"], *(said["stage.waits"],) * 3]
        seen.check("keyframes are drawn")
        page.screenshot(path=str(tmp_path / f"keyframes-{language}.png"), full_page=True)
        artist.may_begin.set()
        film.begun()
        lamp(page, "keyframes").get_by_text("0:01").wait_for()
        assert lamp(page, "picture").get_attribute("aria-current") == "step"
        page.get_by_role("status").get_by_text(said["spoken.stage"].format(stage=said["stage.keyframes"])).wait_for()
        film.finish()
        page.locator(".state.done").wait_for()
        seen.is_clean()


def test_a_stage_in_which_there_was_nothing_to_do_is_not_waited_for(studio: Served, book: bytes) -> None:
    film, said = Growing(studio, book, logged=True), words("en")
    with looking(studio) as seen:
        seen.sign_in(studio)
        seen.page.locator(".slides").wait_for()
        seen.go(studio, f"film/{film.id}/film")
        lamp(seen.page, "keyframes").get_by_text(said["stage.kept"]).wait_for()
        assert lamp(seen.page, "picture").get_attribute("aria-current") == "step"
        film.finish()
        seen.is_clean()
