"""The report's part on who is who: how like their portraits people are, and whether that falls while they are away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from bookfilm.records.cut import Cut
from bookfilm.records.shots import Shot
from bookfilm.records.takes import Take
from bookfilm.records.timeline import Timeline
from bookfilm.store.media import MediaStore

FIRST, NEXT = "at first sight", "in the next shot"
_BANDS: tuple[tuple[str, Fraction], ...] = (
    (NEXT, Fraction(0)),
    ("within a minute", Fraction(60)),
    ("within ten minutes", Fraction(600)),
)
LATER = "later"


def distance_band(seconds: Fraction | None) -> str:
    """Return in words how long somebody was out of sight: `seconds` of film; None: they were not seen before."""
    if seconds is None:
        return FIRST
    return next((name for name, most in _BANDS if seconds <= most), LATER)


def lay_likeness(
    shots: Sequence[Shot], timeline: Timeline, cut: Cut, takes: MediaStore[Take], names: Mapping[str, str]
) -> dict[str, Any] | None:
    """Return how like their portraits people are in the takes of `cut`: by how long they were out of sight before, and
    by who it is (`names`, by id); None where no take was held to one."""
    chosen = {choice.shot: takes.find(choice.take) for choice in cut.choices}
    slots = {slot.shot: slot for slot in timeline.slots}
    by_distance, by_person = defaultdict[str, list[float]](list), defaultdict[str, list[float]](list)
    seen_until: dict[str, int] = {}
    for shot in shots:
        slot, take = slots[shot.id], chosen.get(shot.id)
        for one in take.likeness if take else ():
            last = seen_until.get(one.who)
            away = None if last is None else timeline.rate.seconds(slot.start_frame - last)
            by_distance[distance_band(away)].append(one.score)
            by_person[names.get(one.who, one.who)].append(one.score)
        seen_until |= {person.name: slot.start_frame + slot.frames for person in shot.picture.cast}
    if not by_person:
        return None
    order = (FIRST, *(name for name, _ in _BANDS), LATER)
    people = sorted(by_person.items(), key=lambda item: (-len(item[1]), item[0]))
    return {
        "distances": [_row(name, by_distance[name]) for name in order if name in by_distance],
        "people": [_row(name, scores) for name, scores in people],
    }


def _row(name: str, scores: Sequence[float]) -> dict[str, Any]:
    mean = sum(scores) / len(scores)
    return {"name": name, "takes": len(scores), "mean": f"{mean:.2f}", "least": f"{min(scores):.2f}",
            "share": round(100 * mean)}  # fmt: skip
