"""The style that a film is drawn in: the command's, the author's, or the preset's own."""

from __future__ import annotations

from pathlib import Path

from bookfilm.errors import SettingsError
from bookfilm.picture.requests import EngineFacts
from bookfilm.pipeline.order import FilmOrder
from bookfilm.records.direction import Direction
from bookfilm.settings import Preset, load_style


def check_style(style: str, engine: str, known: tuple[str, ...], *, takes_sheets: bool) -> None:
    """Raise SettingsError if `style` is not one of those that `engine` has; of none known any will do."""
    if known and style not in known:
        own = ", or a .toml file of your own" if takes_sheets else ""
        raise SettingsError(f"no such style; {engine} has: {', '.join(known)}{own}", subject=style)


def styled_preset(preset: Preset, order: FilmOrder, direction: Direction, engine: EngineFacts, folder: Path) -> Preset:
    """Return `preset` with the style that is asked for: the command's, else the author's, else its own.

    A style that ends in .toml is a file; in `direction` its path begins at the film `folder`. Raises SettingsError
    that names the file and the fault, or lists the engine's styles for one that it does not have.
    """
    style, sheet = order.style or direction.style or preset.picture.style, None
    if style.endswith(".toml"):
        if not engine.capabilities.takes_sheets:
            raise SettingsError(f"{engine.name} draws in no style of your own", subject=style)
        path = folder / style if order.style is None and direction.style is not None else Path(style)
        style, sheet = path.stem, load_style(path)
    else:
        check_style(style, engine.name, engine.capabilities.styles, takes_sheets=engine.capabilities.takes_sheets)
    picture = preset.picture.model_copy(update={"style": style, "sheet": sheet})
    return preset.model_copy(update={"picture": picture})
