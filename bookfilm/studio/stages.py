"""The stages that a film's job goes through, by the names that its driver tells them by, before it has begun."""

from __future__ import annotations

from functools import cache
from typing import Literal, get_args

from bookfilm.errors import SettingsError
from bookfilm.pipeline.order import FilmOrder, Stage
from bookfilm.settings import load_preset

StageTold = Literal["cluster", "screenplay", "speech", "keyframes", "picture", "soundtrack", "film"]
"""In the order in which they end. The soundtrack is mixed beside the picture, and waited for after it."""

_REACHED_WITH: dict[StageTold, Stage] = {
    "cluster": "screenplay", "screenplay": "screenplay", "speech": "sound", "keyframes": "keyframes",
    "picture": "picture", "soundtrack": "sound", "film": "film",
}  # fmt: skip


def stages_of(order: FilmOrder) -> list[StageTold]:
    """Return the stages of a job with this `order`, first to last.

    Keyframes are among them where the preset names who draws them. A preset that is no longer there draws none: a film
    that was made with it is told of all the same.
    """
    stages: list[StageTold] = [stage for stage in get_args(StageTold) if order.goes_to(_REACHED_WITH[stage])]
    if "keyframes" in stages and not _draws_keyframes(order.preset):
        stages.remove("keyframes")
    return stages


def _draws_keyframes(preset: str) -> bool:
    try:
        return _names_an_artist(preset)
    except SettingsError:
        return False


@cache
def _names_an_artist(preset: str) -> bool:
    # Kept, since it is asked for each film of a list, and of each film again and again.
    return load_preset(preset).keyframes is not None
