"""What was really rendered, by the log lines of the replicas themselves, and what explains each render too many.

A replica writes a line before it begins a take and one when it has ended or failed, each at once, so that kill -9
leaves at most a beginning without an end. Nobody else's word is asked: not the driver's, which may have died before it
heard.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

NOTHING = "nothing"
"""What explains a render that must not have been."""


@dataclass
class Render:
    """A take's render in one replica. Times are seconds of the Unix epoch; one that has no `ended` was cut off."""

    take: str
    pid: int
    begun: float
    ended: float | None = None
    error: str = ""

    def __str__(self) -> str:
        end = "cut off" if self.ended is None else f"{self.error or 'ended'} after {self.ended - self.begun:.1f} s"
        return f"in {self.pid} from {_clock(self.begun)}, {end}"


@dataclass(frozen=True)
class Loss:
    """Something that was done to a farm and takes with it what is under way: from `since` until `until` (seconds of the
    Unix epoch), in the processes `pids`, in each of them `each` renders at most."""

    why: str
    since: float
    until: float
    pids: frozenset[int]
    each: int = 1
    gpus: bool = True
    """Whether the processes are lost themselves, and not only whom they rendered for."""

    def met(self, render: Render) -> bool:
        """Say whether it struck the render while that was under way."""
        lived = render.ended is None or render.ended >= self.since
        return render.pid in self.pids and render.begun <= self.until and lived


@dataclass
class Told:
    """What the logs tell: all renders, and which takes were sent a second time because they were late."""

    renders: list[Render] = field(default_factory=list)
    raced: list[str] = field(default_factory=list)


@dataclass
class Account:
    """Renders, and why there were more than takes. `why` counts those too many by what explains them."""

    begun: int
    again: int
    lost: int
    """GPUs that were lost, as often as they were."""
    why: dict[str, int]
    wrong: list[str]
    """Renders that nothing explains, and takes of which no line tells, in words."""


def read_renders(folders: Iterable[Path]) -> Told:
    """Read the log folders of all clusters that a film was made on."""
    told = Told()
    for folder in folders:
        for path in sorted((folder / "serve").glob("replica_*.log*")):
            told.renders += _renders_in(path)
        for path in sorted(folder.glob("worker-*.err")):
            told.raced += [str(line["take"]) for line in _lines(path) if line.get("event") == "raced"]
    return told


def account_of(told: Told, takes: Iterable[str], losses: Sequence[Loss], spoilt: Sequence[str]) -> Account:
    """Hold each of `takes`, which the film shows, to one render, and each render more to something that explains it.

    A loss explains one render (or as many as it says) in each process that it struck, if that was under way then. A
    take of `spoilt`, as often as its file was spoilt, and one that was late and sent a second time may be made once
    more.
    """
    by_take: dict[str, list[Render]] = defaultdict(list)
    for render in told.renders:
        by_take[render.take].append(render)
    left = Counter({(number, pid): loss.each for number, loss in enumerate(losses) for pid in loss.pids})
    why = Counter[str]()
    wrong = [f"no replica's log tells of take {take}" for take in sorted(set(takes) - set(by_take))]
    for take, renders in sorted(by_take.items(), key=lambda one: one[1][0].begun):
        # A loss explains what it broke off before what came to its end all the same, and nothing that was made once.
        broken = sorted(renders, key=lambda one: one.ended is not None and not one.error) if renders[1:] else []
        found = [reason for render in broken if (reason := _explained(render, losses, left)) is not None]
        found += ["late, sent a second time"] * told.raced.count(take) + ["take spoilt"] * spoilt.count(take)
        more = len(renders) - 1
        why.update(found[:more])
        if len(found) < more:
            why[NOTHING] += more - len(found)
            wrong.append(_unexplained(take, renders, found))
    return Account(
        begun=len(told.renders),
        again=sum(len(renders) - 1 for renders in by_take.values()),
        lost=sum(len(loss.pids) for loss in losses if loss.gpus),
        why=dict(why),
        wrong=wrong,
    )


def _explained(render: Render, losses: Sequence[Loss], left: Counter[tuple[int, int]]) -> str | None:
    """Return what struck a render while it was under way, and charge that with it."""
    for number, loss in enumerate(losses):
        if loss.met(render) and left[number, render.pid] > 0:
            left[number, render.pid] -= 1
            return loss.why
    return None


def _unexplained(take: str, renders: Sequence[Render], found: Sequence[str]) -> str:
    reasons = f"explained by: {', '.join(found)}" if found else "nothing explains it"
    return f"take {take} was rendered {len(renders)} times ({reasons}): {'; '.join(map(str, renders))}"


def _renders_in(path: Path) -> list[Render]:
    """Return the renders that one replica tells of. Of one take at most one is under way in a process."""
    renders, open_ones = [], dict[str, Render]()
    for line in _lines(path):
        if "take" not in line or line.get("event") not in ("begun", "ended", "failed"):
            continue
        take, at = str(line["take"]), datetime.fromisoformat(line["time"]).timestamp()
        if line["event"] == "begun":
            render = Render(take, int(str(line["worker"]).rpartition(":")[2]), at)
            renders.append(render)
            open_ones[take] = render
        elif take in open_ones:
            render = open_ones.pop(take)
            render.ended, render.error = at, str(line.get("error", ""))
    return renders


def _lines(path: Path) -> list[dict[str, Any]]:
    """Return the lines of a log that are JSON objects: others write there too, and the last may be half a line."""
    found = []
    for text in path.read_text(encoding="utf8", errors="replace").splitlines():
        with suppress(ValueError):
            line = json.loads(text)
            if isinstance(line, dict):
                found.append(line)
    return found


def _clock(seconds: float) -> str:
    return datetime.fromtimestamp(seconds).strftime("%H:%M:%S.%f")[:-3]
