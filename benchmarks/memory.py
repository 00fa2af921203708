"""Whether memory is flat in the film's length: a film of two hours beside one of ten minutes, each whole, through Ray.

Both are films of one tale (`benchmarks.tale`), and the longer begins as the shorter does. Only the rate is reduced, so
that two hours take minutes: four frames a second. The frames are as large as by default, since the sets that a renderer
keeps have a bound in bytes which small ones would reach late; shots, lines, voices, the whole mix, the join and the
report are those of any film. What all processes hold is sampled four times a second, in all and by kind of process.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import Figure, Result
from benchmarks.tale import write_tale
from benchmarks.watching import Held, watch

SIZE, RATE = "1280x720", "4"
WORDS = {"10 min": 1_400, "2 h": 17_900}
"""Words of the tale that come to such a film."""
LEAST_S = {"10 min": 600, "2 h": 7_200}
MOST_GROWTH = 1.10


@dataclass(frozen=True)
class Watched:
    """A film, and what was held while it was made."""

    film_s: float
    shots: int
    wall_s: float
    held: Held


def memory() -> Result:
    """Make both films and compare."""
    return Result("memory", figures_of({name: watch_film(words) for name, words in WORDS.items()}))


def watch_film(words: int) -> Watched:
    """Make the film of a tale of `words` words through Ray, in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="bookfilm-") as scratch:
        book = Path(scratch) / "tale.txt"
        book.write_text(write_tale(words), encoding="utf8")
        options = ["--size", SIZE, "--rate", RATE, "--right", "public domain", "--json"]
        began = time.monotonic()
        held = watch([sys.executable, "-m", "bookfilm", "make", str(book), "--out", f"{scratch}/film", *options])
        wall_s = time.monotonic() - began
    made = json.loads(held.said.splitlines()[-1])
    print(f"{made['film_s']:.0f} s of film in {wall_s:.0f} s: {made['stage_s']}", file=sys.stderr, flush=True)
    return Watched(made["film_s"], made["shots"], wall_s, held)


def figures_of(films: dict[str, Watched]) -> list[Figure]:
    """Return the figures of the films, the shorter first."""
    (short, few), (long, many) = films.items()
    figures = []
    for name, film in films.items():
        figures += [
            Figure(f"{name} at {SIZE}, {RATE} fps", film.film_s, "s of film", LEAST_S.get(name), "least"),
            Figure(f"{name}, shots", film.shots, ""),
            Figure(f"{name}, made in", film.wall_s, "s"),
            Figure(f"{name}, memory at its highest", film.held.most / 1e9, "GB"),
        ]
    figures.append(Figure(f"memory, {long} over {short}", many.held.most / few.held.most, "ratio", MOST_GROWTH))
    for kind in sorted({*few.held.by_kind, *many.held.by_kind}):
        before, after = few.held.by_kind[kind], many.held.by_kind[kind]
        figures += [
            Figure(f"{kind} at their highest, {short}", before / 1e6, "MB"),
            Figure(f"{kind} at their highest, {long}", after / 1e6, "MB"),
        ]
    return figures
