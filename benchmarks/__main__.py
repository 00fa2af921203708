"""`python -m benchmarks --list | NAME [--json]`."""

from __future__ import annotations

import argparse
import json
import sys

from benchmarks.chaos import chaos
from benchmarks.coarse import coarse_to_fine
from benchmarks.crowd import crowd
from benchmarks.diffusion import diffusion
from benchmarks.farm import farm
from benchmarks.figures import Result
from benchmarks.film import film
from benchmarks.footprint import footprint
from benchmarks.foreseen import estimate
from benchmarks.hearing import hearing
from benchmarks.kills import kills
from benchmarks.likeness import likeness
from benchmarks.memory import memory
from benchmarks.picture import picture
from benchmarks.portraits import portraits
from benchmarks.reading import reading
from benchmarks.rivals import rivals
from benchmarks.speakers import speakers
from benchmarks.start import start
from benchmarks.studio import studio
from benchmarks.taught import taught
from benchmarks.tiny import tiny

BENCHMARKS = {
    "chaos": (chaos, "a film of 400 shots while replicas, workers, nodes, driver, head and disk fail, audited whole"),
    "coarse-to-fine": (coarse_to_fine, "a scene of 4,096 frames filled from keyframes against the chain, 1 to 64 GPUs"),
    "crowd": (crowd, "answers of the HTTP service, and the film's pace, among 200 listeners and ten reads a second"),
    "diffusion": (diffusion, "what Serve adds to a diffusion model at work; what each step cache saves, and costs"),
    "estimate": (estimate, "GPU-hours and wall time of three simulated jobs, estimated before, beside what they took"),
    "farm": (farm, "simulated GPUs kept busy, 1 to 64, over a greedy list schedule; a thousand foretold by events"),
    "film": (film, "film-seconds a wall-second by stage, and what Ray adds over a plain pool of processes"),
    "footprint": (footprint, "memory of all processes while the example film is made"),
    "hearing": (hearing, "words that a recogniser misses in the mix, over those it misses of the voice alone"),
    "kills": (kills, "films alike, bit for bit, after kill -9 of driver, replica and worker at random moments"),
    "likeness": (likeness, "people named by their outline across scenes; feet on the floor, figures in sight"),
    "memory": (memory, "memory of all processes for a film of two hours, over one of ten minutes"),
    "picture": (picture, "finished frames a second of the example films' shots, over x264 alone; stills by MoviePy"),
    "portraits": (portraits, "likeness of people to their own portraits, over those of who is not there"),
    "reading": (reading, "how fast a novel becomes a screenplay, in how much memory, and whether length tells"),
    "rivals": (rivals, "no-op shots a second through this pipeline, Ray Data alone, a loop over Serve, and Xenna"),
    "speakers": (speakers, "who says what, against novels whose every quotation has a known speaker"),
    "start": (start, "how soon the command line answers and refuses"),
    "studio": (studio, "the HTTP service fuzzed over its own document; ids guessed; doors tried without a right"),
    "taught": (taught, "whether the tiny model draws in a style that it was taught, by a LoRA, from forty clips"),
    "tiny": (tiny, "place, hour and people that a reader finds in the tiny model's clips of 200 held-out captions"),
}


def main() -> int:
    """Run one benchmark and print its figures. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", nargs="?", choices=sorted(BENCHMARKS))
    parser.add_argument("--list", action="store_true", help="name the benchmarks")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.add_argument("--seed", type=int, default=1, help="chaos: the first seed")
    parser.add_argument("--seeds", type=int, default=1, help="chaos: how many seeds, a film each")
    asked = parser.parse_args()
    if asked.list or asked.name is None:
        for name, (_, about) in sorted(BENCHMARKS.items()):
            print(f"{name:14} {about}")
        return 0 if asked.list else 2
    if asked.name == "chaos":
        result: Result = chaos(range(asked.seed, asked.seed + asked.seeds))
    else:
        result = BENCHMARKS[asked.name][0]()
    print(json.dumps(result.body(), indent=1) if asked.json else result.table())
    return 0 if result.ok else 1


if __name__ == "__main__":
    sys.exit(main())
