"""The styles that films may be drawn in, by the preset that draws them."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from bookfilm.settings import Preset


def styles_of(preset: Preset) -> dict[str, str]:
    """Return the styles that `preset` knows by name, each with what it says of itself; none where it knows no names."""
    return _drawn() if preset.video.engine == "shadow" else {}


@cache
def _drawn() -> dict[str, str]:
    # Read as files: the engine itself would bring all that it draws with into this process.
    folder = files("bookfilm") / "picture" / "shadow" / "styles"
    found = [(path.name.removesuffix(".toml"), path) for path in folder.iterdir() if path.name.endswith(".toml")]
    told = {name: tomllib.loads(path.read_text(encoding="utf-8")) for name, path in sorted(found)}
    return {name: str(style.get("about", "")) for name, style in told.items()}
