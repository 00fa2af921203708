"""The preset tiny's picture, end to end: a story becomes a film by diffusion, through Ray, on a CPU."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path

import pytest

from bookfilm.film.inspection import inspect_film
from bookfilm.records.takes import Take
from tests.cluster.commands import bookfilm

pytestmark = pytest.mark.film

STORY = """The Lamp

by The bookfilm authors

By night old Mr. Pell came down to the shore with a lamp in his hand.

“Who is there?” he asked. The sea said nothing.
"""
"""A shot takes the two cores that there may be several seconds: a short one."""


def test_a_story_becomes_a_film_by_diffusion(tmp_path: Path) -> None:
    pytest.importorskip("diffusers", reason="the extra diffusion is not installed")
    text = files("bookfilm.presets").joinpath("tiny.toml").read_text(encoding="utf8")
    # Its language model takes half a minute to load and is another test's.
    ruled = re.sub(r"\[screenwriter\].*?(?=\[voice\])", '[screenwriter]\nengine = "rules"\n', text, flags=re.DOTALL)
    preset = tmp_path / "tiny_ruled.toml"
    preset.write_text(ruled, encoding="utf8")
    story, out = tmp_path / "lamp.txt", tmp_path / "film"
    story.write_text(STORY, encoding="utf8")
    done = bookfilm("make", story, "--out", out, "--preset", preset, "--right", "author", "--size", "256x144", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["slates"] == []
    assert inspect_film(out / "film.mp4").ok
    takes = [Take.read(path) for path in (out / "takes").glob("*.json")]
    assert {take.engine for take in takes} >= {"diffusers"}
