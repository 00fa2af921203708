"""Kill -9 at random moments: does the same command end with the same film, and is nothing finished made twice?

The victims are the driver, a Serve replica that renders, and a Ray Data worker, each at five moments
drawn from a seed. A killed driver is started again; the others must be lived with. The film's video and
audio packets are hashed and compared with those of a run that nobody disturbed.
"""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import psutil

from benchmarks.figures import Figure, Result
from benchmarks.film import EXAMPLE
from bookfilm.store.ffmpeg import program

Victim = Literal["driver", "replica", "worker"]
TITLES: dict[Victim, str] = {"replica": "ray::ServeReplica", "worker": "ray::MapBatches"}
MOMENTS = 5


@dataclass
class Killing:
    """What came of one disturbed film."""

    same: bool
    made_twice: list[str] = field(default_factory=list)
    killed: int = 0
    code: int = 0


def kills() -> Result:
    """Disturb fifteen films and compare each with an undisturbed one."""
    with tempfile.TemporaryDirectory(prefix="bookfilm-") as scratch:
        # Cut to ninety seconds: the moments fall into every stage all the same, and fifteen films are made.
        command = ["--size", "360p", "--runtime", "90s", "--right", "public domain"]
        undisturbed = Path(scratch) / "undisturbed"
        began = time.monotonic()
        run_make(EXAMPLE, undisturbed, command).wait()
        length_s = time.monotonic() - began
        wanted = stream_digest(undisturbed / "film.mp4")
        figures = []
        for victim in ("driver", "replica", "worker"):
            killings = [
                kill_at((victim,), number, length_s, EXAMPLE, Path(scratch) / f"{victim}-{number}", command, wanted)
                for number in range(MOMENTS)
            ]
            same = sum(killing.same for killing in killings)
            figures += [
                Figure(f"films alike, {victim} killed", same, f"of {MOMENTS}", MOMENTS, "least"),
                Figure(f"kills that struck, {victim}", sum(k.killed for k in killings), "", MOMENTS, "least"),
                Figure(f"takes made twice, {victim} killed", sum(len(k.made_twice) for k in killings), "", 0, "most"),
            ]
    return Result("kills", figures)


def kill_at(
    victims: Sequence[Victim], seed: int, length_s: float, book: Path, out: Path, options: list[str], wanted: str
) -> Killing:
    """Make a film, kill each of `victims` once at a moment that `seed` draws, and go on to the end."""
    moments_s = {victim: random.Random(f"{victim} {seed}").uniform(0.15, 0.9) * length_s for victim in victims}
    began = time.monotonic()
    making = run_make(book, out, options)
    finished: dict[str, int] = {}
    killed = set[Victim]()
    while making.poll() is None:
        for victim, moment_s in moments_s.items():
            if victim not in killed and time.monotonic() - began >= moment_s:
                finished |= {name: stamp for name, stamp in _finished(out).items() if name not in finished}
                killed |= {victim} if _kill(victim, making) else set()
        time.sleep(0.05)
    if "driver" in killed:
        making = run_make(book, out, options)
        making.wait()
    made_twice = [name for name, stamp in finished.items() if _stamp(out / name) != stamp]
    film = out / "film.mp4"
    same = making.returncode == 0 and film.exists() and stream_digest(film) == wanted
    return Killing(same, made_twice, len(killed), making.returncode or 0)


def run_make(book: Path, out: Path, options: list[str]) -> subprocess.Popen[bytes]:
    """Start `bookfilm make` in a process of its own."""
    command = [sys.executable, "-m", "bookfilm", "make", str(book), "--out", str(out), *options]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=dict(os.environ))


def stream_digest(film: Path) -> str:
    """Return the SHA-256 of the film's video and audio packets, as they are in the file."""
    digest = hashlib.sha256()
    for stream in ("0:v:0", "0:a:0"):
        command = [program(), "-loglevel", "error", "-i", str(film), "-map", stream]
        done = subprocess.run([*command, "-c", "copy", "-f", "framehash", "-"], capture_output=True, check=True)
        digest.update(done.stdout)
    return digest.hexdigest()


def _kill(victim: Victim, making: subprocess.Popen[bytes]) -> int:
    """Kill -9 one process of the kind; return how many were killed (0 if none lives just now)."""
    if victim == "driver":
        making.kill()
        making.wait()
        return 1
    try:
        family = psutil.Process(making.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return 0
    for process in family:
        try:
            title = " ".join(process.cmdline())
            if title.startswith(TITLES[victim]) and (victim != "replica" or ":video" in title):
                process.kill()
                return 1
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return 0


def _finished(out: Path) -> dict[str, int]:
    """Return the records that are complete now, with their time of change."""
    found = {}
    for kind in ("takes", "speech"):
        for path in (out / kind).glob("*.json"):
            if not path.name.startswith("."):
                found[f"{kind}/{path.name}"] = _stamp(path)
    return found


def _stamp(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
