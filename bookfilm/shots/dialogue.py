"""Dialogue: an exchange is covered as films cover it, each shot by what is said in it.

A master opens it; replies go over the listener's shoulder, from both sides of the line; what matters comes close; where
it goes on long, or somebody comes or goes, the master comes back.
"""

from __future__ import annotations

from dataclasses import dataclass

from bookfilm.records.book import Language
from bookfilm.records.shots import Camera, ShotSize
from bookfilm.shots.exchanges import Take
from bookfilm.shots.framing import Frame, pick
from bookfilm.shots.moves import move_toward
from bookfilm.shots.staging import Blocking
from bookfilm.shots.stress import CLOSE, MATTERS, Stress, asks, is_peak, stress_of

_PAUSE = 2
"""How many shots of narration an exchange can hold and go on."""
_LONG = 3
"""An exchange with so many speeches to either side goes back to its master where it is calmest."""
_SHORT_CHARS = 24
_INTIMATE = ("tender", "whisper")


@dataclass(frozen=True)
class Exchange:
    """All speeches of a scene, and how they hang together. `addressees` are by take."""

    takes: list[Take]
    blocking: Blocking
    addressees: list[str | None]
    stresses: list[Stress | None]

    def before(self, at: int) -> Take | None:
        """Return the words that those at `at` go on from; None: the exchange opens."""
        return next((take for take in reversed(self.takes[max(at - 1 - _PAUSE, 0) : at]) if take.spoken), None)

    def listeners(self, at: int) -> tuple[str, ...]:
        """Return who else is by, first whom the words are said to: whom they name, else who has just spoken."""
        before, own = self.before(at), self.takes[at].speakers
        last = before.speakers[-1:] if before is not None else []
        addressee = self.addressees[at]
        asked = [addressee] if addressee is not None else last
        others = (*asked, *self.takes[at].beat.present, *last)
        return tuple(who for who in dict.fromkeys(others) if who not in own and who in self.blocking.rank)

    def is_calmest(self, at: int) -> bool:
        """Return whether it has gone on for long, and these words matter least of those near them."""
        spoken = [n for n, one in enumerate(self.stresses) if one is not None]
        place = spoken.index(at)
        near = spoken[max(place - _LONG, 0) : place] + spoken[place + 1 : place + 1 + _LONG]
        if len(near) < 2 * _LONG or near[-1] - near[0] > 2 * _LONG + _PAUSE:
            return False
        return all(self._calm(at) < self._calm(other) for other in near)

    def _calm(self, at: int) -> tuple[int, int]:
        stress = self.stresses[at]
        return (stress.value if stress is not None else 0), pick(self.takes[at].text, 1 << 20)


def exchange_of(takes: list[Take], blocking: Blocking, addressees: list[str | None], language: Language) -> Exchange:
    """Return the scene's speeches, weighed against each other. `addressees` are by take."""
    stresses = [stress_of(takes, at, language) if take.spoken else None for at, take in enumerate(takes)]
    return Exchange(takes, blocking, addressees, stresses)


def frame_speech(exchange: Exchange, at: int) -> Frame:
    """Frame the words of take `at`."""
    take, before, rank = exchange.takes[at], exchange.before(at), exchange.blocking.rank
    speakers = [who for who in take.speakers if who in rank]
    others = exchange.listeners(at)
    if not take.speakers:
        return Frame("full", "static", take.beat.present[:4], "words of somebody unnamed, seen with those present")
    if not speakers:
        return Frame("full", "static", take.beat.present[:4], "a voice from out of the picture: those who hear it")
    who = speakers[0]
    if take.first.kind == "thought":
        return Frame("close_up", "push", (who,), "a thought: close on who thinks it")
    if len(speakers) > 1:
        return Frame("medium", "static", tuple(speakers), "quick replies: both speakers in one frame")
    if not others:
        return _frame_alone(exchange, at, who)
    if before is None:
        size: ShotSize = "full" if len(others) > 1 else "medium"
        people = (who, *others[:3])
        return Frame(size, "static", people, "the master: the exchange opens on those who are in it")
    came = _newcomers(take, before, rank)
    if came and take.part == 0:
        camera = move_toward(rank, came[0], tuple(one for one in (who, *others) if one != came[0]))
        people = tuple(dict.fromkeys((who, *came, *others)))[:4]
        return Frame("full", camera, people, "the master again: somebody has come")
    return _frame_reply(exchange, at, who, others)


def _frame_alone(exchange: Exchange, at: int, who: str) -> Frame:
    take = exchange.takes[at]
    stress = exchange.stresses[at] or Stress(0)
    if stress.value >= CLOSE:
        return Frame("close_up", "push", (who,), f"nobody else is by: close on the speaker for {stress.reason}")
    if take.part:
        return Frame("close_up" if take.part % 2 else "full", "push", (who,), "somebody alone talks on")
    return Frame("medium", "static", (who,), "nobody else is by: on the speaker")


def _frame_reply(exchange: Exchange, at: int, who: str, others: tuple[str, ...]) -> Frame:
    """Frame a reply within an exchange; `others` are those who hear it, first whom it is said to."""
    take, listener, blocking = exchange.takes[at], others[0], exchange.blocking
    stress = exchange.stresses[at] or Stress(0)
    emotion = take.first.emotion
    if take.part:
        return _frame_stretch(blocking, take.part, who, listener, stress)
    if emotion == "shout":
        return Frame("full", "static", (who, *others[:2]), "a shout: room around the speaker")
    matters = stress.value >= CLOSE or is_peak(exchange.stresses, at)
    if emotion in _INTIMATE and stress.value < CLOSE + MATTERS:
        return Frame("medium", "push", (who, listener), f"intimate words ({emotion}): both in one frame")
    if matters:
        camera: Camera = "push" if stress.value >= CLOSE else "static"
        return Frame("close_up", camera, (who,), f"the line that matters: {stress.reason}", toward=listener)
    if exchange.is_calmest(at):
        return Frame("full", "static", (who, *others[:3]), "the master again: the exchange has gone on for long")
    if asks(take):
        return _across(blocking, who, listener, "a question, over the shoulder of who is asked")
    if len(take.words) <= _SHORT_CHARS:
        return Frame("medium", "static", (who,), "few words, nothing more: on who has them", toward=listener)
    before = exchange.before(at)
    if before is not None and before.speakers[-1:] == [who]:
        return Frame("medium", "static", (who,), "the same speaker goes on: nearer", toward=listener)
    return _across(blocking, who, listener, "a reply, over the listener's shoulder")


def _frame_stretch(blocking: Blocking, part: int, who: str, listener: str, stress: Stress) -> Frame:
    """Frame a further stretch of a long speech: nearer to who speaks, then how it is taken, and round again."""
    if stress.value >= CLOSE + 1:
        return Frame(
            "close_up", "push", (who,), f"a long speech comes to what matters: {stress.reason}", toward=listener
        )
    turns: tuple[Frame, ...] = (
        _across(blocking, who, listener, "a long speech goes on, its listener in sight"),
        Frame("medium", "push", (who,), "a long speech: on the speaker alone, nearer as it goes on", toward=listener),
        _across(blocking, listener, who, "a long speech: how it is taken, past who speaks"),
        Frame("close_up", "static", (who,), "a long speech goes on: close on the speaker", toward=listener),
    )
    return turns[part % len(turns)]


def _across(blocking: Blocking, who: str, near: str, reason: str) -> Frame:
    """Look at `who` past the shoulder of `near`; past an animal's there is nothing to look: then both are seen."""
    if near not in blocking.human:
        return Frame("medium", "static", (who, near), "a reply, its listener in frame")
    return Frame("over_shoulder", "static", (who, near), reason, near=near, toward=near)


def _newcomers(take: Take, before: Take, rank: dict[str, int]) -> tuple[str, ...]:
    """Return who is by now and was not before, the speaker and whom they answer apart."""
    known = {*before.beat.present, *take.speakers, *before.speakers}
    return tuple(who for who in take.beat.present if who not in known and who in rank)
