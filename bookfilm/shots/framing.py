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
_SHORT_CHARS, _REPLY_CHARS, _LONG_CHARS = 24, 70, 130
_CLOSING_MARKS = '”"»’) '
_OTHER_SIZE: dict[ShotSize, ShotSize] = {
    "wide": "full",
    "full": "medium",
    "medium": "close_up",
    "over_shoulder": "close_up",
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
    near: str | None = None
    """The listener over whose shoulder we look."""


def pick(text: str, choices: int) -> int:
    """Return a number below `choices` that belongs to `text`."""
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) % choices


def frame_speech(take: Take, before: Take | None, addressee: str | None, *, last: bool = False) -> Frame:
    """Frame somebody's words as an exchange is covered: a master, then across the line; what matters comes close.

    `before` holds the words that these go on from; None: the exchange opens. Of it only who spoke and who was there
    is asked, never what was said: a changed reply changes one shot.
    """
    speakers, kind, emotion = take.speakers, take.heard[0].kind, take.heard[0].emotion
    if not speakers:
        return Frame("full", "static", take.beat.present[:3], "words of somebody unnamed, seen with those present")
    who = speakers[0]
    if kind == "thought":
        return Frame("close_up", "push", (who,), "a thought: close on who thinks it")
    if len(speakers) > 1:
        return Frame("medium", "static", tuple(speakers), "quick replies: both speakers in one frame")
    if emotion in _STRONG:
        return Frame("close_up", "push", (who,), f"close on the speaker for {emotion}")
    if not take.heard[0].begins_line:
        return Frame("close_up", "push", (who,), "a long reply goes on: closer on the speaker")
    others = _others(take, before, addressee)
    if not others:
        return Frame("medium", "static", (who,), "nobody else is by: on the speaker")
    if before is None:
        size: ShotSize = "full" if len(others) > 1 else "medium"
        return Frame(size, "static", (who, *others[:3]), "the master: the exchange opens on those who are in it")
    if emotion == "shout":
        return Frame("full", "static", (who, *others[:2]), "a shout: room around the speaker")
    if _newcomers(take, before):
        return Frame("full", "static", (who, *others[:3]), "the master again: somebody has come")
    if last and len(take.text) <= _LONG_CHARS:
        return Frame("close_up", "push", (who,), "the scene's last words: close on who has them")
    return _frame_reply(take.text, who, others[0])


def _frame_reply(text: str, who: str, listener: str) -> Frame:
    """Frame a reply by its own words, `listener` being whom it is said to."""
    asks = text.rstrip(_CLOSING_MARKS).endswith("?")
    if asks:
        return Frame(
            "over_shoulder", "static", (who, listener), "a question, over the shoulder of who is asked", listener
        )
    if len(text) <= _SHORT_CHARS:
        return Frame("close_up", "static", (who,), "few words: close, so that they tell")
    if len(text) <= _REPLY_CHARS:
        return Frame("medium", "static", (who, listener), "a short reply plays before both")
    if len(text) <= _LONG_CHARS:
        return Frame("over_shoulder", "static", (who, listener), "a reply, over the listener's shoulder", listener)
    return Frame("medium", "push", (who,), "a long reply: on the speaker alone, nearer as it goes on")


def _others(take: Take, before: Take | None, addressee: str | None) -> tuple[str, ...]:
    """Return who else is by, first whom the words are said to: whom they name, else who has just spoken."""
    last = before.speakers[-1:] if before is not None else []
    asked = [addressee] if addressee is not None else last
    return tuple(who for who in dict.fromkeys((*asked, *take.beat.present)) if who not in take.speakers)


def _newcomers(take: Take, before: Take) -> bool:
    """Return whether somebody is by who was not in the shot before, the speaker and whom they answer apart."""
    return bool(set(take.beat.present) - set(before.beat.present) - set(take.speakers) - set(before.speakers))


def frame_voice(take: Take) -> Frame:
    """Frame words from out of the picture: those who hear them."""
    return Frame("full", "static", take.beat.present[:2], "a voice from out of the picture: those who hear it")


def frame_narration(
    take: Take, thing: str, stances: dict[str, Stance], named: tuple[str, ...], *, first: bool
) -> Frame:
    """Frame the narrator's words: the place wide, whom they name nearer, a thing that they dwell on as an insert."""
    people, text = take.beat.present, take.text
    if first:
        return Frame("wide", _WIDE[pick(text, len(_WIDE))], people[:3], "establishes the place")
    if thing and not named:
        return Frame("insert", "push", (), f"the words dwell on the {thing}")
    if not people:
        return Frame("wide", _LANDSCAPE[pick(text, len(_LANDSCAPE))], (), "nobody is named: the place itself")
    moving = next((who for who in people if stances.get(who) in ("walk", "ride")), None)
    if moving is not None:
        return Frame("full", "follow", (moving,), "follows who moves")
    if len(named) == 1 and len(text) <= _LONG_CHARS:
        return Frame("medium", "push", named, "told of one: nearer to them")
    if len(named) == 1:
        return Frame("full", "static", named, "told of one at length: alone in the place")
    if len(named) == 2:
        return Frame("medium", "static", named, "told of two: both in frame")
    if len(named) > 2:
        return Frame("full", "static", named[:4], "told of several: all of them")
    if len(text) > _LONG_CHARS:
        return Frame("wide", _WIDE[pick(text, len(_WIDE))], people[:4], "nobody is named: told from afar")
    return Frame("full", _FULL[pick(text, len(_FULL))], people[:3], "told with those present")


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
    elif frame.size in ("medium", "over_shoulder"):
        people = people[:1]
    elif frame.size == "wide" and not people:
        others = [camera for camera in _LANDSCAPE if camera != frame.camera]
        return replace(frame, camera=others[pick(text, len(others))])
    return replace(frame, size=size, people=people, near=None, reason=f"{frame.reason}; another size than before")


def stir(frame: Frame, shown: Frame | None, text: str) -> Frame:
    """Return `frame` with another camera where the shot shown before has the same size, people and camera."""
    if shown is None or (frame.size, frame.people, frame.camera) != (shown.size, shown.people, shown.camera):
        return frame
    others = [camera for camera in _FULL if camera != shown.camera]
    return replace(frame, camera=others[pick(text, len(others))])
