"""Watches what all processes of a run hold: proportional set size, so that what they share is counted once."""

from __future__ import annotations

import subprocess
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile

import psutil

EVERY_S = 0.25
LONGEST_WORD = 300
"""Characters of a failed command's last line that are passed on."""
KINDS = {
    ":video": "renderers",
    ":voice": "voices",
    ":screenwriter": "screenwriter",
    "ray::_mix": "mixer",
    "ray::": "other workers",
    "ffmpeg": "ffmpeg",
    "espeak": "voices",
}
"""What stands in a process's command, and what it is then: the first that fits. The others are Ray itself."""
UNTOLD = ("other workers", "Ray itself")
"""Kinds of processes that have yet to be given their work, or have ended it: what they were given once, they are."""


@dataclass
class Held:
    """The most that was held at once, in bytes; and by each kind of process, each at its own moment."""

    most: int = 0
    processes: int = 0
    by_kind: Counter[str] = field(default_factory=Counter)
    samples: int = 0
    said: str = ""
    """What the command printed."""

    def note(self, held: Counter[str], processes: int) -> None:
        """Take in one sample."""
        self.most, self.processes = max(self.most, held.total()), max(self.processes, processes)
        self.by_kind |= held
        self.samples += 1


def watch(command: Sequence[str], every_s: float = EVERY_S) -> Held:
    """Run `command` to its end and look every `every_s` at what it and its descendants hold.

    Ends with one line if the command fails.
    """
    held = Held()
    with TemporaryFile("w+") as out, TemporaryFile("w+") as errors:
        run = subprocess.Popen(command, stdout=out, stderr=errors)
        try:
            root = psutil.Process(run.pid)
            seen: dict[psutil.Process, str] = {}
            while run.poll() is None:
                # A process whose parent has ended is nobody's child, and holds what it holds all the same.
                seen = dict.fromkeys(_family(root), UNTOLD[-1]) | seen
                seen = {process: kind for process, kind in seen.items() if process.is_running()}
                held.note(_sample(seen, root), len(seen))
                time.sleep(every_s)
        finally:
            if run.poll() is None:
                run.terminate()
                run.wait()
        out.seek(0)
        errors.seek(0)
        held.said = out.read()
        if run.returncode != 0:
            last = (errors.read().strip() or "no message").splitlines()[-1]
            raise SystemExit(f"{' '.join(command)} ended with {run.returncode}: {last[:LONGEST_WORD]}")
    return held


def kind_of(command: str) -> str:
    """Return what a process is, by its command line."""
    return next((kind for part, kind in KINDS.items() if part in command), "Ray itself")


def _family(root: psutil.Process) -> set[psutil.Process]:
    try:
        return {root, *root.children(recursive=True)}
    except psutil.NoSuchProcess:
        return set()


def _sample(processes: dict[psutil.Process, str], root: psutil.Process) -> Counter[str]:
    """Return what is held now, by kind; `processes` has each one's kind so far, and is brought up to date."""
    held: Counter[str] = Counter()
    for process, before in list(processes.items()):
        try:
            command = process.cmdline()
            # A program and its script by their names: folders may be called anything.
            told = command[0] if command[0].startswith("ray::") else " ".join(Path(part).name for part in command[:3])
            kind = "driver" if process == root else kind_of(told) if before in UNTOLD else before
            processes[process] = kind
            held[kind] += process.memory_full_info().pss
        except (psutil.NoSuchProcess, psutil.AccessDenied, IndexError):
            continue
    return held
