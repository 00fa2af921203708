"""Whether `bookfilm estimate` is right: three jobs on simulated GPUs that it has not seen, after one that it has.

Books are spoken for real, so that each film's shots have the lengths that they come to have. The simulated farm
(`benchmarks.simulated`) then takes over them what a GPU profile says: a time for each take and one for each second of
it, an exponential tail, and attempts that fail halfway. One film's ledger and takes are what the estimate may read; of
the others it is given the book's file, as before any film.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import Figure, Result
from benchmarks.simulated import Farm, Ran, run_apart
from benchmarks.tale import write_tale
from bookfilm.jobs.estimate import Estimate
from bookfilm.pipeline.crew import Done
from bookfilm.pipeline.speeds import making_of
from bookfilm.pipeline.stages import read_shots
from bookfilm.records.takes import Take
from bookfilm.records.timeline import Timeline
from bookfilm.settings import DEFAULT_PRESET, load_preset
from bookfilm.store.folder import FilmFolder
from bookfilm.store.ledger import Attempt, Ledger

EXAMPLES = Path(__file__).parent.parent / "examples"
SEEN_WORDS, UNSEEN_WORDS = 1_500, 4_000
GPUS = 8
TAKE_S, SECOND_S, TAIL, RISK = 1.5, 0.6, 0.25, 0.04
"""A GPU's profile, compressed: seconds a take, seconds for each second of it, tail, and how likely an attempt fails."""
MOST_OFF = 0.15
RATE = 24


@dataclass(frozen=True)
class Job:
    """A film's shots on the simulated farm: how long each clip is (s), and what came of it."""

    clips_s: tuple[float, ...]
    film_s: float
    ran: Ran

    @property
    def gpu_h(self) -> float:
        return sum(done.busy_ms() for done in self.ran.told) / 3_600_000


def estimate() -> Result:
    """Run the one job, and then estimate each of the others and run it."""
    with tempfile.TemporaryDirectory(prefix="bookfilm-") as scratch:
        seen = Path(scratch) / "seen"
        figures, within = list[Figure](), 0
        book = _tale(Path(scratch) / "seen.txt", SEEN_WORDS)
        keep_measured(seen, run_job(book, Path(scratch) / "seen-spoken", 0))
        unseen = [EXAMPLES / "the_eleventh_lamp.txt", EXAMPLES / "one_shadow_for_two.txt"]
        unseen.append(_tale(Path(scratch) / "tale.txt", UNSEEN_WORDS))
        for number, book in enumerate(unseen, 1):
            found = _estimated(book, seen)
            actual = run_job(book, Path(scratch) / f"spoken-{number}", number)
            figures += figures_of(book.stem, found, actual)
            within += in_range(found, actual)
    # A range holds 95 of 100: of three jobs one may lie outside now and then, two hardly ever do.
    figures.append(Figure("jobs whose GPU-hours are in their range", within, f"of {len(unseen)}", 2, "least"))
    return Result("estimate", figures)


def in_range(found: Estimate, actual: Job) -> bool:
    """Say whether what a job took lies in the range that was told."""
    return found.gpu_h.low <= actual.gpu_h <= found.gpu_h.high


def run_job(book: Path, out: Path, seed: int) -> Job:
    """Let the voices speak `book` in `out`, and send its shots to the simulated farm."""
    command = [sys.executable, "-m", "bookfilm", "make", str(book), "--out", str(out), "--until", "sound"]
    made = subprocess.run([*command, "--right", "public domain"], capture_output=True, text=True, check=False)
    if made.returncode:
        raise SystemExit(f"{book}: not spoken: {(made.stderr.strip() or 'no message').splitlines()[-1]}")
    folder = FilmFolder(out)
    clips_s, film_s = clips_of(Timeline.read(folder.timeline), len(read_shots(folder.shots)))
    rng = random.Random(f"foreseen {seed}")
    seconds = tuple((TAKE_S + SECOND_S * clip_s) * (1 + rng.expovariate(1 / TAIL)) for clip_s in clips_s)
    return Job(clips_s, film_s, run_apart(Farm(gpus=GPUS, seconds=seconds, risk=RISK, told=True)))


def clips_of(timeline: Timeline, shots: int) -> tuple[tuple[float, ...], float]:
    """Return the length of each shot's clip, handles included, and the film's own, in seconds."""
    handles = [timeline.handles(at) for at in range(shots)]
    frames = [sum(pair) + slot.frames for pair, slot in zip(handles, timeline.slots, strict=True)]
    return tuple(float(timeline.rate.seconds(count)) for count in frames), float(timeline.rate.seconds(timeline.frames))


def keep_measured(out: Path, job: Job) -> None:
    """Leave in `out` what a job leaves of which `estimate` reads: the ledger, and the takes' records."""
    out.mkdir()
    folder = FilmFolder(out)
    with closing(Ledger(folder.ledger)) as ledger:
        number = ledger.begin_job("seen", {})
        for done in job.ran.told:
            ledger.settle(number, list(_attempts(done)))
            frames = max(1, round(job.clips_s[int(done.key)] * RATE))
            folder.takes().put_bytes(_take(_key(done), frames), b"")


def _attempts(done: Done) -> list[Attempt]:
    failed = zip(done.workers, done.errors, done.tries_ms(), strict=True)
    tried = [Attempt("take", _key(done), worker, ms, error) for worker, error, ms in failed]
    return [*tried, Attempt("take", _key(done), done.worker, done.ms)] if done.made else tried


def _key(done: Done) -> str:
    return f"{int(done.key):040x}"


def _take(key: str, frames: int) -> Take:
    """Return the record of a take as the default preset would make it: others do not count for its estimate."""
    made = making_of(load_preset(DEFAULT_PRESET))
    rest = {"frames": frames, "seed": 0, "bytes": 0, "sha256": "", "render_ms": 0, "created_at": ""}
    return Take.model_validate({"key": key, **dict(made), **rest})


def figures_of(name: str, found: Estimate, actual: Job) -> Sequence[Figure]:
    """Return by how much the estimate of one job was off, as a share of what it was."""
    wall_h = actual.ran.wall_s / 3600
    return [
        Figure(f"{name}: shots", len(actual.clips_s), ""),
        Figure(f"{name}: GPU-seconds", actual.gpu_h * 3600, "s"),
        Figure(f"{name}: wall", actual.ran.wall_s, "s"),
        Figure(f"{name}: shots off by", abs(found.shots / len(actual.clips_s) - 1), "share"),
        Figure(f"{name}: film's length off by", abs(found.film_s / actual.film_s - 1), "share"),
        Figure(f"{name}: GPU-hours off by", abs(found.gpu_h.expected / actual.gpu_h - 1), "share", MOST_OFF),
        Figure(f"{name}: wall off by", abs(found.wall_h.expected / wall_h - 1), "share", MOST_OFF),
        Figure(f"{name}: GPU-hours in its range", in_range(found, actual), "of 1"),
    ]


def _estimated(book: Path, seen: Path) -> Estimate:
    command = [sys.executable, "-m", "bookfilm", "estimate", str(book), "--gpus", str(GPUS), "--measured", str(seen)]
    told = subprocess.run([*command, "--json"], capture_output=True, text=True, check=False)
    if told.returncode:
        raise SystemExit(f"{book}: not estimated: {(told.stderr.strip() or 'no message').splitlines()[-1]}")
    return Estimate.model_validate(json.loads(told.stdout))


def _tale(path: Path, words: int) -> Path:
    path.write_text(write_tale(words), encoding="utf8")
    return path
