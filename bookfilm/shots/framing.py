"""Framing: size and camera of each shot, as films are cut, and the reason in words.

Choices hash the words of the shot, never its number: an inserted line changes no other picture.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from bookfilm.records.shots import Camera, ShotSize, Stance
from bookfilm.shots.exchanges import Take

_STRONG = ("anger", "fear", "sorrow", "surprise", "tender", "whisper")
_LANDSCAPE: tuple[Camera, ...] = ("pan_left", "pan_right", "push", "pull", "tilt_down", "tilt_up")
_WIDE: tuple[Camera, ...] = ("push", "pan_right", "pan_left", "static")
_FULL: tuple[Camera, ...] = ("static", "pan_right", "pan_left", "push")
_MEDIUM: tuple[Camera, ...] = ("static", "static", "push")
_OTHER_SIZE: dict[ShotSize, ShotSize] = {
    "wide": "full",
    "full": "medium",
    "medium": "close_up",
    "close_up": "medium",
    "insert": "full",
}


@dataclass(frozen=True)
class Frame:
    """How a shot looks at its people. `people` are ids; empty for a place or a thing alone."""

    size: ShotSize
    camera: Camera
    people: tuple[str, ...]
    reason: str


def pick(text: str, choices: int) -> int:
    """Return a number below `choices` that belongs to `text`."""
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) % choices


def frame_speech(take: Take, before: Take | None, addressee: str | None) -> Frame:
    """Frame somebody's words: the exchange opens on both, then cuts between them; feeling comes close."""
    speakers = take.speakers
    others = [who for who in (addressee, *take.beat.present) if who is not None and who not in speakers]
    emotion = take.heard[0].emotion
    camera = _MEDIUM[pick(take.text, len(_MEDIUM))]
    if not speakers:
        return Frame("full", "static", take.beat.present[:3], "words of somebody unnamed, seen with those present")
    if take.heard[0].kind == "thought":
        return Frame("close_up", "push", (speakers[0],), "a thought: close on who thinks it")
    if len(speakers) > 1:
        return Frame("medium", "static", tuple(speakers), "quick replies: both speakers in one frame")
    if emotion in _STRONG:
        return Frame("close_up", "push", (speakers[0],), f"close on the speaker for {emotion}")
    if not take.heard[0].begins_line:
        return Frame("close_up", "push", (speakers[0],), "a long reply goes on: closer on the speaker")
    opens = before is None or not before.spoken
    if opens and others and pick(take.text, 3):
        return Frame("medium", camera, (speakers[0], others[0]), "the exchange opens on both")
    if emotion == "shout":
        return Frame("full", "static", (speakers[0], *others[:2]), "a shout: room around the speaker")
    choice = pick(take.text, 5)
    if choice == 0 and len(others) >= 2:
        return Frame("full", camera, (speakers[0], *others[:2]), "back to the group, to keep its places in mind")
    if choice <= 2 and others:
        return Frame("medium", camera, (speakers[0], others[0]), "a reply, its listener in frame")
    if choice == 3:
        return Frame("medium", camera, (speakers[0],), "a reply on the speaker")
    return Frame("close_up", "static", (speakers[0],), "a reply close on the speaker")


def frame_voice(take: Take) -> Frame:
    """Frame words from out of the picture: those who hear them."""
    return Frame("full", "static", take.beat.present[:2], "a voice from out of the picture: those who hear it")


def frame_narration(take: Take, thing: str, stances: dict[str, Stance], *, first: bool) -> Frame:
    """Frame the narrator's words: the place wide, those present full, a thing that matters as an insert."""
    people = take.beat.present
    text = take.text
    if first:
        camera = _WIDE[pick(text, len(_WIDE))]
        return Frame("wide", camera, people[:3], "establishes the place")
    if not people:
        camera = _LANDSCAPE[pick(text, len(_LANDSCAPE))]
        size: ShotSize = "insert" if thing else "wide"
        return Frame(size, camera, (), f"the {thing}" if thing else "nobody is named: the place itself")
    if thing and pick(text, 2) == 0:
        return Frame("insert", "push", (), f"the words dwell on the {thing}")
    moving = next((who for who in people if stances.get(who) in ("walk", "ride")), None)
    if moving is not None:
        return Frame("full", "follow", (moving,), "follows who moves")
    choice = pick(text, 6)
    if choice == 0:
        return Frame("wide", _WIDE[pick(text, len(_WIDE))], people[:4], "told from afar")
    if choice == 1:
        return Frame("medium", "push", people[:1], "nearer to whom it is told of")
    if choice == 2:
        return Frame("full", _FULL[pick(text, len(_FULL))], people[:1], "told with whom it is about, alone")
    if choice == 3:
        return Frame("medium", _MEDIUM[pick(text, len(_MEDIUM))], people[:2], "nearer to the two it is told of")
    shown = people[: 2 + pick(text, 2)]
    return Frame("full", _FULL[pick(text, len(_FULL))], shown, "told with those present")


def vary(frame: Frame, before: Frame | None, text: str) -> Frame:
    """Return `frame`, or another size of the same moment where the shot before was framed just so (a jump cut).

    `before` is that shot as it was first framed, so that a change goes no further than one shot.
    """
    if before is None or (frame.size, frame.people) != (before.size, before.people):
        return frame
    size, people = _OTHER_SIZE[frame.size], frame.people
    if frame.size == "full" and people:
        who = people[pick(text, len(people))]
        size, people = ("medium", (who,)) if pick(text + frame.reason, 3) else ("wide", people)
    elif frame.size == "medium":
        people = people[:1]
    elif frame.size == "wide" and not people:
        others = [camera for camera in _LANDSCAPE if camera != frame.camera]
        return replace(frame, camera=others[pick(text, len(others))])
    return replace(frame, size=size, people=people, reason=f"{frame.reason}; another size than before")


def stir(frame: Frame, shown: Frame | None, text: str) -> Frame:
    """Return `frame` with another camera where the shot shown before has the same size, people and camera."""
    if shown is None or (frame.size, frame.people, frame.camera) != (shown.size, shown.people, shown.camera):
        return frame
    others = [camera for camera in _FULL if camera != shown.camera]
    return replace(frame, camera=others[pick(text, len(others))])
