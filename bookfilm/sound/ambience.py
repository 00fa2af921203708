"""What a place sounds like: which beds, how loud, and how one place gives way to the next."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from bookfilm.engines.protocols import ScoreRequest
from bookfilm.records.bible import INDOORS, PlaceKind
from bookfilm.records.shots import Setting
from bookfilm.sound.beds import LENGTH_S, Bed, LoopShelf

Array = NDArray[np.float32]
Beds = dict[Bed, float]

LEVEL = 0.13
"""Beds have a root mean square of 0.1: with this a place lies near -38 dBFS, well under speech."""
CROSSFADE_S = 1.2
CONTROL_HZ = 20

PLACE_BEDS: dict[PlaceKind, Beds] = {
    "sea": {"waves": 0.9, "wind": 0.4},
    "ship": {"waves": 0.6, "wind": 0.4, "timbers": 0.6},
    "shore": {"waves": 1.0, "wind": 0.2, "gulls": 0.35},
    "harbour": {"waves": 0.6, "crowd": 0.2, "gulls": 0.4, "timbers": 0.3},
    "river": {"stream": 0.9},
    "railway": {"steam": 0.6, "train": 0.4, "crowd": 0.25},
    "carriage": {"wheels": 0.9, "timbers": 0.15},
    "tavern": {"crowd": 0.7, "cups": 0.4},
    "ballroom": {"crowd": 0.6, "cups": 0.15},
    "market": {"crowd": 0.7, "calls": 0.5, "hens": 0.2},
    "square": {"crowd": 0.4, "wheels": 0.15, "bells": 0.2},
    "street": {"crowd": 0.3, "wheels": 0.25},
    "village": {"hens": 0.45, "wind": 0.1},
    "school": {"children": 0.35},
    "hospital": {"crowd": 0.12, "clock": 0.15},
    "shop": {"cups": 0.12, "crowd": 0.15},
    "church": {"bells": 0.3, "drips": 0.05},
    "castle": {"wind": 0.4, "drips": 0.08},
    "prison": {"drips": 0.4},
    "hall": {"clock": 0.12, "timbers": 0.08},
    "forest": {"leaves": 0.6},
    "garden": {"leaves": 0.35},
    "road": {"leaves": 0.25, "wind": 0.2},
    "field": {"wind": 0.35, "leaves": 0.2},
    "mountain": {"wind": 0.9},
    "desert": {"wind": 0.5, "sand": 0.5},
    "sky": {"wind": 0.8, "leaves": 0.1},
    "battlefield": {"wind": 0.35, "guns": 0.5},
    "graveyard": {"wind": 0.35, "leaves": 0.2, "bells": 0.15},
    "kitchen": {"simmer": 0.35, "cups": 0.12},
    "bedroom": {"clock": 0.15},
    "room_poor": {"wind": 0.12, "timbers": 0.12},
    "study": {"clock": 0.35},
    "office": {"clock": 0.25, "crowd": 0.1},
    "room_rich": {"clock": 0.3, "cups": 0.08},
    "cave": {"stream": 0.15, "drips": 0.5},
}
BIRDSONG: frozenset[str] = frozenset({"forest", "garden", "field", "road", "village", "graveyard", "river", "castle"})
WEATHER_BEDS: dict[str, Beds] = {
    "rain": {"rain": 0.9},
    "storm": {"rain": 1.0, "wind": 1.0, "far_thunder": 0.7},
    "wind": {"wind": 0.8},
    "snow": {"wind": 0.35},
}
BY_DAY: frozenset[Bed] = frozenset({"gulls", "calls", "hens", "children"})
AT_SEA: frozenset[str] = frozenset({"sea", "ship", "shore", "harbour"})
THROUGH_WALLS = 0.3


def beds_of(setting: Setting | None) -> Beds:
    """Return the beds of a place at an hour and in a weather; nothing for cards and credits."""
    if setting is None:
        return {}
    inside = setting.kind in INDOORS
    beds: Beds = {"room": 0.5 if inside else 0.15}
    parts = [PLACE_BEDS.get(setting.kind, {})]
    weather = WEATHER_BEDS.get(setting.weather, {})
    parts.append({bed: gain * (THROUGH_WALLS if inside else 1.0) for bed, gain in weather.items()})
    if not inside:
        parts.append(_living(setting))
    if setting.weather == "fog" and not inside:
        parts.append({"foghorn": 0.5} if setting.kind in AT_SEA else {"drips": 0.15})
    if "fire" in setting.lights:
        parts.append({"fire": 0.7})
    for part in parts:
        for bed, gain in part.items():
            if setting.hour == "night" and bed in BY_DAY:
                continue
            beds[bed] = max(beds.get(bed, 0.0), gain)
    return beds


def _living(setting: Setting) -> Beds:
    """Birds by day and crickets by night, where and when there are any."""
    if setting.season == "winter" or setting.weather in ("rain", "storm", "snow"):
        return {}
    if setting.hour == "night":
        warm = setting.season != "autumn" and setting.kind in BIRDSONG | {"street", "desert", "shore"}
        return {"crickets": 0.35} if warm else {}
    share = {"dawn": 0.8, "morning": 0.6, "dusk": 0.3}.get(setting.hour, 0.4)
    return {"birds": share} if setting.kind in BIRDSONG else {}


def ambience_blocks(request: ScoreRequest, total: int, block: int) -> Iterator[Array]:
    """Yield the places' sound as stereo float32 blocks of `block` samples, `total` in all."""
    curves = {bed: _gain_curve(request, bed) for bed in _used(request)}
    with tempfile.TemporaryFile() as file:
        loops = LoopShelf(file, request.sample_rate)
        for start in range(0, total, block):
            count = min(block, total - start)
            when = np.arange(start, start + count) * (CONTROL_HZ / request.sample_rate)
            mixed = np.zeros((count, 2), np.float32)
            for bed, curve in curves.items():
                first = int(when[0])
                near = curve[first : int(when[-1]) + 2]
                if not near.any():
                    continue
                gain = np.interp(when, np.arange(first, first + len(near)), near).astype(np.float32)
                mixed += loops.read(bed, start, count) * gain[:, None]
            yield mixed


def _used(request: ScoreRequest) -> Sequence[Bed]:
    used = {bed for scene in request.scenes for bed in beds_of(scene.setting)}
    return [bed for bed in LENGTH_S if bed in used]


def _gain_curve(request: ScoreRequest, bed: Bed) -> NDArray[np.float32]:
    """Return the bed's gain over the film, CONTROL_HZ values a second, cross-faded with equal power."""
    last = request.scenes[-1]
    seconds = float(request.rate.seconds(last.start_frame + last.frames))
    power = np.zeros(int(seconds * CONTROL_HZ) + 2)
    for scene in request.scenes:
        first = int(float(request.rate.seconds(scene.start_frame)) * CONTROL_HZ)
        end = int(float(request.rate.seconds(scene.start_frame + scene.frames)) * CONTROL_HZ) + 1
        power[first:end] = (beds_of(scene.setting).get(bed, 0.0) * LEVEL) ** 2
    power[-1] = power[-2]
    window = np.hanning(int(CROSSFADE_S * CONTROL_HZ) + 3)[1:-1]
    reach = len(window) // 2
    smooth = np.convolve(np.pad(power, reach, mode="edge"), window / window.sum(), mode="valid")
    return np.sqrt(np.maximum(0.0, smooth)).astype(np.float32)[: len(power)]
