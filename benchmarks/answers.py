"""What is to be read from a clip, and how much of it was read right: place, hour and number of people."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bookfilm.picture.tiny.captions import HOUR_GROUPS, MOST_COUNTED, PLACE_GROUPS, figures_in, hour_group, place_group
from bookfilm.records.shots import Picture

ASKED = ("place", "hour", "figures")

Answers = NDArray[np.int64]
"""Of shape (clips, 3): the numbers of the place, of the hour, of the people."""


def names_of(asked: str) -> tuple[str, ...]:
    """Return what can be answered to one of ASKED."""
    if asked == "place":
        return PLACE_GROUPS
    return HOUR_GROUPS if asked == "hour" else tuple(f"{n}{'+' * (n == MOST_COUNTED)}" for n in range(MOST_COUNTED + 1))


def right_answers(pictures: Sequence[Picture]) -> Answers:
    """Return what is to be read from the clips of `pictures`."""
    told = [
        (
            PLACE_GROUPS.index(place_group(picture.setting.kind)),
            HOUR_GROUPS.index(hour_group(picture.setting.hour)),
            figures_in(picture),
        )
        for picture in pictures
    ]
    return np.array(told, np.int64)


def confusion(answers: Answers, right: Answers, asked: str) -> NDArray[np.int64]:
    """Return how often each was read (columns) where each was right (rows)."""
    at, size = ASKED.index(asked), len(names_of(asked))
    counted = np.zeros((size, size), np.int64)
    np.add.at(counted, (right[:, at], answers[:, at]), 1)
    return counted


def share_right(answers: Answers, right: Answers, asked: str) -> float:
    """Return the share of right answers to one of ASKED."""
    at = ASKED.index(asked)
    return float((answers[:, at] == right[:, at]).mean())
