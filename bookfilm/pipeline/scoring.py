"""What a composer is asked for: the film's stretches in order, their mood, their voices and who comes into sight."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from bookfilm.engines.protocols import LEADS, Entrance, ScoredScene, ScoreRequest
from bookfilm.records.base import content_key, seed_of
from bookfilm.records.screenplay import Emotion, Screenplay
from bookfilm.records.shots import Setting, Shot
from bookfilm.records.timeline import Slot, Timeline

LEAST_SHARE = 0.05
"""Who says less than this part of the dialogue leads nothing."""
AWAY_S = 25.0


def score_request(screenplay: Screenplay, shots: Sequence[Shot], timeline: Timeline) -> ScoreRequest:
    """Return what the composer is asked for: one stretch a scene, one a card, with where voices are heard.

    The seed is the book's title and author: one book has one theme, however it is cut.
    """
    stretches: list[tuple[list[Shot], list[Slot]]] = []
    for shot, slot in zip(shots, timeline.slots, strict=True):
        if not stretches or shot.scene is None or stretches[-1][0][-1].scene != shot.scene:
            stretches.append(([], []))
        stretches[-1][0].append(shot)
        stretches[-1][1].append(slot)
    leads = leading(shots)
    scenes = tuple(_scored(shown, slots, timeline, leads) for shown, slots in stretches)
    key = content_key("score", {"title": screenplay.title, "author": screenplay.author or ""})
    return ScoreRequest(
        rate=timeline.rate, scenes=scenes, sample_rate=timeline.sample_rate, seed=seed_of(key), leads=leads
    )


def leading(shots: Sequence[Shot]) -> tuple[str, ...]:
    """Return the ids of the characters who say most of those who are seen, the first LEADS of them."""
    said: Counter[str] = Counter()
    for shot in shots:
        for one in shot.heard:
            if one.kind == "dialogue" and one.speaker is not None:
                said[one.speaker] += len(one.text)
    seen = {one.name for shot in shots for one in shot.picture.cast}
    least = LEAST_SHARE * sum(said.values())
    heard = sorted((who for who in said if who in seen and said[who] >= least), key=lambda who: (-said[who], who))
    return tuple(heard[:LEADS])


def _scored(shots: list[Shot], slots: list[Slot], timeline: Timeline, leads: Sequence[str]) -> ScoredScene:
    start = slots[0].start_frame
    is_scene = shots[0].picture.kind == "scene"
    speech = tuple(
        (cue.start_frame, cue.start_frame + timeline.rate.frames_to_hold(cue.samples / timeline.sample_rate))
        for slot in slots
        for cue in slot.cues
    )
    setting: Setting | None = shots[0].picture.setting if is_scene else None
    frames = slots[-1].start_frame + slots[-1].frames - start
    return ScoredScene(
        start_frame=start,
        frames=frames,
        setting=setting,
        mood=_mood(shots),
        speech=speech,
        entrances=tuple(_entrances(shots, slots, timeline, leads)),
    )


def _entrances(shots: list[Shot], slots: list[Slot], timeline: Timeline, leads: Sequence[str]) -> Iterator[Entrance]:
    """Yield where a leading character comes into sight: first in the scene, or after AWAY_S out of it."""
    last_seen: dict[str, int] = {}
    for shot, slot in zip(shots, slots, strict=True):
        for one in shot.picture.cast:
            if one.name not in leads:
                continue
            before = last_seen.get(one.name)
            if before is None or timeline.rate.seconds(slot.start_frame - before) >= AWAY_S:
                yield Entrance(who=one.name, frame=slot.start_frame)
            last_seen[one.name] = slot.start_frame + slot.frames


def _mood(shots: list[Shot]) -> Emotion:
    felt: Counter[Emotion] = Counter()
    for shot in shots:
        for said in shot.heard:
            if said.emotion != "neutral":
                felt[said.emotion] += len(said.text)
    return max(felt, key=lambda emotion: (felt[emotion], emotion)) if felt else "neutral"
