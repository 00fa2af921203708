"""Moves: how the camera goes over a place or a group, by what the words tell."""

from __future__ import annotations

from bookfilm.records.book import Language
from bookfilm.records.shots import Camera
from bookfilm.shots.framing import pick
from bookfilm.shots.wordlists import load_words

_ALONG: tuple[Camera, Camera] = ("pan_right", "pan_left")
_SLOW: tuple[Camera, ...] = ("pan_right", "push", "pan_left", "pull")
_WHY = {
    "along": "along what is told of",
    "up": "up to what is told of",
    "down": "down with what is told of",
    "away": "back, as what is told of is far or lonely",
    "into": "in to what is told of",
}


def move_over(text: str, language: Language) -> tuple[Camera, str]:
    """Return the slow move over a place that `text` tells of, and why it goes so."""
    labels = load_words(language).labels("move", text)
    if not labels:
        return _SLOW[pick(text, len(_SLOW))], "a slow move over it"
    moves: dict[str, Camera] = {"along": _ALONG[pick(text, 2)], "up": "tilt_up", "down": "tilt_down"}
    moves |= {"away": "pull", "into": "push"}
    return moves[labels[0]], _WHY[labels[0]]


def move_toward(rank: dict[str, int], who: str, others: tuple[str, ...]) -> Camera:
    """Return the pan from `others` to `who`, by where they stand from left to right."""
    places = [rank[other] for other in others if other in rank]
    if who not in rank or not places:
        return "static"
    return "pan_right" if rank[who] > sum(places) / len(places) else "pan_left"
