"""Cards: text set inside the frame, in both alphabets, over a picture."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookfilm.picture.shadow import ShadowEngine
from bookfilm.picture.shadow.cards import measure, scroll_length, set_text, wrap_text
from bookfilm.picture.shadow.paper import Frame
from tests.picture.shadow.shots_for_tests import frames_of, picture, request

WORDS = st.text(st.sampled_from("abc дёж.,—WЩ"), min_size=1, max_size=30)
FRAMES = [Frame(1280, 720), Frame(608, 1080), Frame(320, 180)]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(WORDS, min_size=1, max_size=14).map(" ".join), min_size=1, max_size=6),
    st.sampled_from(["title", "chapter", "slate", "credits"]), st.sampled_from(FRAMES),
)  # fmt: skip
def test_text_stays_inside_the_frame(lines: list[str], kind: str, frame: Frame) -> None:
    rows = set_text(kind, tuple(lines), frame)
    run = scroll_length(rows, frame) if kind == "credits" else 0
    for row in rows:
        assert row.x - row.width / 2 >= 0.1 * frame.w and row.x + row.width / 2 <= 0.9 * frame.w
        if not run:
            assert 0.12 * frame.h < row.y - row.size and row.y < 0.85 * frame.h
    assert "".join(" ".join(lines).split()).replace("-", "") == "".join(row.text for row in rows).replace(
        " ", ""
    ).replace("-", "")


@given(WORDS, st.floats(20, 300))
def test_wrapped_lines_are_no_wider_than_asked(text: str, width: float) -> None:
    for line in wrap_text(text, 20, width):
        assert measure(line, 20) <= width or len(line.rstrip("-")) == 1


@pytest.mark.parametrize("kind", ["title", "chapter", "slate", "credits"])
@pytest.mark.parametrize(("width", "height"), [(320, 180), (180, 320)])
def test_a_card_shows_its_text_on_a_picture(kind: str, width: int, height: int) -> None:
    engine = ShadowEngine()
    shots = [picture("forest", "night", kind=kind, card=card) for card in ((), ("Глава первая", "Down the river"))]
    blank, worded = (frames_of(engine, request(shot, width=width, height=height, frames=2))[1] for shot in shots)
    assert blank[:, :, :3].std() > 15, "a plain ground"
    assert (np.abs(blank.astype(int) - worded).max(axis=2) > 60).sum() > 150


def test_long_credits_run() -> None:
    lines = tuple(f"Read by Nobody the {i}th" for i in range(40))
    frame = Frame(1280, 720)
    assert scroll_length(set_text("credits", lines, frame), frame) > 300
    engine = ShadowEngine()
    shown = frames_of(engine, request(picture("sea", "dusk", kind="credits", card=lines), frames=24))
    assert np.abs(shown[5].astype(int) - shown[18]).mean() > 2


def test_the_systems_fonts_are_not_asked_for(tmp_path: Path) -> None:
    (tmp_path / "fonts.conf").write_text("<fontconfig><never-heard-of/></fontconfig>", encoding="utf8")
    code = "from bookfilm.picture.shadow.cards import measure; measure('a', 20)"
    environment = {**os.environ, "FONTCONFIG_FILE": str(tmp_path / "fonts.conf")}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stderr == ""
