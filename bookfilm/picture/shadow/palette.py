"""The colours of an hour: a sky of four tones, a ladder of paper tints from far to near, ink, mist and light."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any, get_args

from bookfilm.picture.shadow.colour import Colour, from_oklab, mix, parse_hex, to_oklab
from bookfilm.records.bible import INDOORS, Hour
from bookfilm.records.shots import Setting
from bookfilm.records.styles import StyleSheet, Tone

TONES = get_args(Tone)


@dataclass(frozen=True)
class Palette:
    """`top`, `mid`, `low`, `horizon` are the backcloth from above; `far` to `near` the sheets; `ink` the figures."""

    top: Colour
    mid: Colour
    low: Colour
    horizon: Colour
    far: Colour
    near: Colour
    ink: Colour
    mist: Colour
    warm: Colour
    glow: Colour
    dark: float = 0.0
    """0 by day, 1 by night: how much lit windows, lamps and stars count."""
    tones: int = 0
    """How many steps of lightness sheets have; 0: all."""

    def tint(self, share: float) -> Colour:
        """Return the paper's tint at `share` of the way from the far sheet (0) to the near one (1)."""
        tint = mix(self.far, self.near, min(max(share, 0.0), 1.0) ** 0.85)
        if not self.tones:
            return tint
        light, a, b = to_oklab(tint)
        return from_oklab(_on_step(light, self.tones), a, b)


def _palette(words: str, dark: float = 0.0) -> Palette:
    top, mid, low, horizon, far, near, ink, mist, warm, glow = (parse_hex(word) for word in words.split())
    return Palette(top, mid, low, horizon, far, near, ink, mist, warm, glow, dark)


HOURS = {
    "dawn": _palette("2b4a6a 7fa0b0 e8b49a ffdcae a3a2a6 222c40 080a12 f0cdb0 ffcf7a ffe6b8", 0.45),
    "morning": _palette("6aa6b0 aed4c8 eaf0d0 fff8dc a8c4b0 1c3a34 05100e eef4dc ffe7ac fffbe6"),
    "noon": _palette("c98f3e efc878 fdeebc fff4d0 e2b872 3a1c0c 120704 fff0c4 ffe7ac fffbe6"),
    "afternoon": _palette("b4682c e2a255 f8d694 ffeec2 d8a05c 34170c 120603 fde2ac ffdc94 fff6d6"),
    "dusk": _palette("231c4a 6a4a86 e08f86 ffcf94 b98094 2a1d4a 0b0716 e9b9a0 ffcf7a ffe0a8", 0.7),
    "night": _palette("0b1c33 2c5a78 9ac8ca c8e6de 78a8b0 0a1626 04080e bcded8 ffb14a f4f2d2", 1.0),
}
STORM = _palette("0a141c 24424a 8fb4ac d8e6c8 9ab6aa 02080d 040b10 a8c4bc ffe4a4 e8f6d8", 0.6)
_RAIN = _palette("4a5a66 7c929a b4c4c2 dde4d8 93a6aa 18262c 070c0f c4d0ca ffd890 f2f4e4", 0.3)
_SNOW = _palette("6c8aa4 a4bccc dae6e8 f6f8f4 aebfca 1c2c3e 080d14 eef4f6 ffd68c fbfaf0", 0.15)

CANDLE = _palette("5e2c0e 985018 d88a38 ffdc98 8a4a1c 1a0904 0c0402 d08a3c ffbe62 ffe4a8", 1.0)
DAYLIT = _palette("b07a3c d8a868 f2d8a0 fff2cc b98548 35180a 120704 f0d8a0 ffe0a0 fff6dc")
_ROOM_HUES: dict[str, tuple[str, float]] = {
    "room_rich": ("8a2a24", 0.34),
    "bedroom": ("7a4a78", 0.30),
    "kitchen": ("b06a1c", 0.18),
    "study": ("2f5a38", 0.34),
    "ballroom": ("e0a040", 0.25),
    "hall": ("a05a30", 0.2),
    "church": ("3a4a8c", 0.42),
    "tavern": ("8c3a14", 0.30),
    "shop": ("4a6a4a", 0.26),
    "office": ("4a6060", 0.34),
    "school": ("4e6a50", 0.34),
    "hospital": ("7a9a9a", 0.46),
    "prison": ("2c4258", 0.62),
    "carriage": ("6a2a20", 0.28),
    "cave": ("2a5058", 0.50),
    "room_poor": ("6a5030", 0.25),
}
_PLACE_HUES: dict[str, tuple[str, float]] = {
    "forest": ("2e6a48", 0.20),
    "garden": ("5c8a3c", 0.20),
    "field": ("a08a2c", 0.12),
    "desert": ("e09a3c", 0.30),
    "mountain": ("5a7aa4", 0.22),
    "sea": ("2a7a8c", 0.24),
    "ship": ("2a7a8c", 0.20),
    "shore": ("4a8a90", 0.18),
    "river": ("3a8080", 0.18),
    "graveyard": ("4a6060", 0.25),
    "battlefield": ("7a3a20", 0.28),
}


def _each(palette: Palette, change: Callable[[Colour], Colour], names: tuple[str, ...] = ()) -> Palette:
    chosen = names or tuple(field.name for field in fields(palette) if field.name in TONES)
    changed: dict[str, Any] = {name: change(getattr(palette, name)) for name in chosen}
    return replace(palette, **changed)


def _blend(first: Palette, second: Palette, share: float) -> Palette:
    names = [field.name for field in fields(first) if field.name in TONES]
    mixed: dict[str, Any] = {name: mix(getattr(first, name), getattr(second, name), share) for name in names}
    return Palette(**mixed, dark=first.dark + (second.dark - first.dark) * share)


def _lean(colour: Colour, hue: Colour, share: float) -> Colour:
    """Lean a colour to another's hue and keep its lightness."""
    light, a, b = to_oklab(colour)
    _, ha, hb = to_oklab(hue)
    strength = share * (1 - abs(light - 0.5) * 0.9)
    return from_oklab(light, a + (ha - a) * strength, b + (hb - b) * strength)


_LEANING = ("top", "mid", "low", "far", "near", "mist")


def outdoor_palette(setting: Setting) -> Palette:
    """Return the palette under the open sky: the hour's, changed by weather and leaning to the place's hue."""
    palette = HOURS[setting.hour]
    if setting.weather == "storm":
        palette = _blend(palette, STORM, 0.85)
    elif setting.weather == "rain":
        palette = _blend(palette, _RAIN, 0.5 - 0.3 * palette.dark)
    elif setting.weather == "snow":
        palette = _blend(palette, _SNOW, 0.55 - 0.35 * palette.dark)
    elif setting.weather == "fog":
        palette = replace(palette, far=mix(palette.far, palette.mist, 0.6), mid=mix(palette.mid, palette.mist, 0.5))
    if setting.season == "winter" and setting.weather == "clear":
        palette = _blend(palette, _SNOW, 0.22 - 0.16 * palette.dark)
    hue, share = _PLACE_HUES.get(setting.kind, ("808080", 0.0))
    return _each(palette, lambda colour: _lean(colour, parse_hex(hue), share), _LEANING)


def indoor_palette(setting: Setting) -> Palette:
    """Return the palette of a room: lamplit in the dark hours, daylit otherwise, leaning to the room's hue."""
    night = {"dawn": 0.7, "morning": 0.0, "noon": 0.0, "afternoon": 0.12, "dusk": 0.8, "night": 1.0}[setting.hour]
    if setting.weather in ("storm", "rain", "fog"):
        night = max(night, 0.45)
    palette = _blend(DAYLIT, CANDLE, night)
    hue, share = _ROOM_HUES.get(setting.kind, ("806040", 0.1))
    return _each(palette, lambda colour: _lean(colour, parse_hex(hue), share), _LEANING)


def _changed(sheet: StyleSheet) -> Callable[[Colour], Colour]:
    """Return what a style makes of a colour."""
    if sheet.changed(about="", colours=(), hours=()) == StyleSheet():
        return lambda colour: colour
    hue_a, hue_b = to_oklab(parse_hex(sheet.hue))[1:] if sheet.hue else (0.0, 0.0)

    def change(colour: Colour) -> Colour:
        light, a, b = to_oklab(colour)
        bent = min(max(0.5 + (light - 0.5) * sheet.contrast + sheet.light, 0.0), 1.0)
        fall = (1 - abs(light - 0.6)) * sheet.strength
        return from_oklab(_on_step(bent, sheet.tones), hue_a * fall + a * sheet.keep, hue_b * fall + b * sheet.keep)

    return change


def _on_step(light: float, tones: int) -> float:
    return round(light * (tones - 1)) / (tones - 1) if tones else light


def dress_palette(palette: Palette, sheet: StyleSheet, hour: Hour) -> Palette:
    """Return `palette`, which is that of `hour`, in the colours of a style."""
    dressed = replace(_each(palette, _changed(sheet)), tones=sheet.tones)
    if sheet.lamps:
        dressed = replace(dressed, warm=palette.warm)
    own = [*sheet.colours, *(tone for name, tones in sheet.hours if name == hour for tone in tones)]
    fixed: dict[str, Any] = {name: parse_hex(colour) for name, colour in own}
    return replace(dressed, **fixed)


def dress_colour(colour: Colour, sheet: StyleSheet) -> Colour:
    """Return one colour of its own in the colours of a style."""
    return _changed(sheet)(colour)


def palettes_of(setting: Setting, sheet: StyleSheet) -> tuple[Palette, Palette]:
    """Return the palette that the scene is lit by and the one outdoors (the same in the open)."""
    outside = dress_palette(outdoor_palette(setting), sheet, setting.hour)
    if setting.kind not in INDOORS:
        return outside, outside
    return dress_palette(indoor_palette(setting), sheet, setting.hour), outside
