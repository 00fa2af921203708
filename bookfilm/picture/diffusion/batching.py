"""Clips that several shots ask for at the same time, made in one call of the pipeline: each step's weights are read
once for all of them.

Who asks waits in a thread of its own; the calls are made in another, so that who is told to stop leaves at once and the
others' clips go on.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from bookfilm.errors import RenderCancelled, TakeRejected
from bookfilm.picture.diffusion.joining import Pixels

WAIT_S, WAIT_SHARE = 0.2, 0.05
"""A call waits for others to join it for so long, or for such a share of what the last call took, whichever is more."""
LOOK_S = 0.1
"""How soon one who waits for a call to begin notices that they are to stop."""


class Watching(Protocol):
    """What a call tells of its steps: `check` and `stepped` raise RenderCancelled where it is to stop. `mark` gives
    what goes back to where the call is now: the steps after that are made anew."""

    def check(self) -> None: ...

    def stepped(self) -> None: ...

    def mark(self) -> Callable[[], None]: ...


class Sharing(Watching, Protocol):
    """Who watches one clip, and is told with how many it was made in one call."""

    def made_of(self, clips: int) -> None: ...


class NotTogether(Exception):
    """So many clips cannot be made in one call: memory does not suffice, or their words are not of one shape."""


@dataclass(frozen=True)
class ClipAsked:
    """One clip: its words, its size and length in the model's terms, and the pictures it begins and ends with."""

    prompt: str
    width: int
    height: int
    frames: int
    seed: int
    first: Pixels | None = None
    last: Pixels | None = None
    loras: tuple[str, ...] = ()
    """Which of the profile's LoRAs the model wears meanwhile."""

    @property
    def plain(self) -> bool:
        """True where it begins and ends with no picture: such clips can share a call."""
        return self.first is None and self.last is None

    def goes_with(self, other: ClipAsked) -> bool:
        """Say whether both can be made in one call: they differ in nothing but words and seed."""
        if not (self.plain and other.plain):
            return False
        return replace(self, prompt="", seed=0) == replace(other, prompt="", seed=0)


Made = Pixels | TakeRejected
"""A clip, or why what the model gave is none."""
Make = Callable[[Sequence[ClipAsked], Watching], Sequence[Made]]
"""Makes clips in one call, in order. Raises NotTogether, of several only."""


class _Member:
    """One clip that was asked for, and who watches it."""

    def __init__(self, asked: ClipAsked, watch: Sharing) -> None:
        self.asked, self._watch = asked, watch
        self.settled = threading.Event()
        self.made: Pixels | None = None
        self.error: BaseException | None = None

    def fail(self, error: BaseException) -> None:
        if not self.settled.is_set():
            self.error = error
            self.settled.set()

    def succeed(self, made: Pixels, clips: int) -> None:
        if not self.settled.is_set():
            self._watch.made_of(clips)
            self.made = made
            self.settled.set()

    def mark(self) -> Callable[[], None]:
        return self._watch.mark()

    def ask(self, what: Callable[[Watching], None]) -> None:
        """Ask who watches; where they say stop, this clip has failed, and no other."""
        try:
            what(self._watch)
        except RenderCancelled as error:
            self.fail(error)


class _Call:
    """What watches a call on behalf of all whose clips are in it."""

    def __init__(self, members: Sequence[_Member]) -> None:
        self._members = members

    def check(self) -> None:
        self._ask(lambda watch: watch.check())

    def stepped(self) -> None:
        self._ask(lambda watch: watch.stepped())

    def mark(self) -> Callable[[], None]:
        marks = [member.mark() for member in self._members]

        def back() -> None:
            for one in marks:
                one()

        return back

    def _ask(self, what: Callable[[Watching], None]) -> None:
        for member in self._members:
            if not member.settled.is_set():
                member.ask(what)
        if all(member.settled.is_set() for member in self._members):
            raise RenderCancelled("all were asked to stop", subject="batch")


class Batches:
    """Gathers clips that go with each other, `most` in a call at most, and makes them with `make`."""

    def __init__(self, make: Make, most: int) -> None:
        self._make, self._most = make, most
        self._waiting: list[_Member] = []
        self._changed = threading.Condition()
        self._at_work = False
        self._last_s = 0.0

    def clip(self, asked: ClipAsked, watch: Sharing) -> Pixels:
        """Return the clip `asked`. Raises what `make` raises; RenderCancelled as soon as `watch` says so."""
        watch.check()
        member = _Member(asked, watch)
        with self._changed:
            self._waiting.append(member)
            if not self._at_work:
                self._at_work = True
                threading.Thread(target=self._work, name="batches", daemon=True).start()
            self._changed.notify_all()
        while not member.settled.wait(LOOK_S):
            with self._changed:
                if member in self._waiting:
                    member.ask(lambda one: one.check())
                    if member.settled.is_set():
                        self._waiting.remove(member)
        if member.error is not None:
            raise member.error
        assert member.made is not None
        return member.made

    def _work(self) -> None:
        """Make call after call, as long as anybody waits."""
        while True:
            with self._changed:
                if not self._waiting:
                    self._at_work = False
                    return
            members = self._gathered()
            began = time.monotonic()
            if members:
                self._carry_out(members)
                self._last_s = time.monotonic() - began

    def _gathered(self) -> list[_Member]:
        """Wait for others to join who has waited longest, and take them out of the queue."""
        until = time.monotonic() + max(WAIT_S, WAIT_SHARE * self._last_s)
        with self._changed:
            while len(found := self._of_one_kind()) < self._most and self._waiting and self._waiting[0].asked.plain:
                left = until - time.monotonic()
                if left <= 0:
                    break
                self._changed.wait(left)
            self._waiting = [member for member in self._waiting if member not in found]
        return found

    def _of_one_kind(self) -> list[_Member]:
        if not self._waiting:
            return []
        first = self._waiting[0]
        others = [member for member in self._waiting[1:] if member.asked.goes_with(first.asked)]
        return [first, *others][: self._most]

    def _carry_out(self, members: Sequence[_Member]) -> None:
        try:
            made = self._make([member.asked for member in members], _Call(members))
        except NotTogether:
            # Not so many again: the next are no smaller.
            self._most = half = max(1, len(members) // 2)
            left = [member for member in members if not member.settled.is_set()]
            for at in range(0, len(left), half):
                self._carry_out(left[at : at + half])
            return
        except BaseException as error:  # noqa: BLE001 - it is raised where the clips are waited for
            for member in members:
                member.fail(error)
            return
        for member, clip in zip(members, made, strict=True):
            if isinstance(clip, TakeRejected):
                member.fail(clip)
            else:
                member.succeed(clip, len(members))
