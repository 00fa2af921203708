"""The styles that come with the engine: the TOML files in styles/, read once a process."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from bookfilm.errors import EngineError
from bookfilm.records.styles import StyleSheet

STYLE_NAMES = ("lantern", "sepia", "ink", "midnight", "woodcut", "watercolour", "noir")


@cache
def named_style(name: str) -> StyleSheet:
    """Return the style called `name`. Raises EngineError that names those there are."""
    if name not in STYLE_NAMES:
        raise EngineError(f"no such style; known: {', '.join(STYLE_NAMES)}", subject=name)
    path = files("bookfilm.picture.shadow") / "styles" / f"{name}.toml"
    return StyleSheet.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
