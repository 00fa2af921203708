"""How fast a novel becomes a screenplay, in how much memory, and whether a longer one takes longer a word.

Each length is read in a process of its own, as `bookfilm adapt` reads it with the `rules` screenwriter, but for Ray.
The text is made of whole novels, one after the other, cut after a paragraph. They are not part of the project:
BOOKFILM_NOVELS names a folder of .txt files, or it lies at ../shared/books/en beside the checkout.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.figures import Figure, Result
from bookfilm.book import read_book
from bookfilm.engines.protocols import AdaptRequest, Pace
from bookfilm.screenplay.rules import RulesScreenwriter

LENGTHS = (10_000, 60_000, 120_000, 250_000)
NOVEL = 120_000
MOST_SECONDS, MOST_GB = 40.0, 2.0
MOST_GROWTH = 1.1
"""Time a word of the longest text over that of the shortest; a tenth is noise."""
_PACE = Pace(narrator_chars_per_s=15.0, dialogue_chars_per_s=14.0)


def reading() -> Result:
    """Read texts of growing length, one process each."""
    text = _novels()
    figures, per_word = [], {}
    with tempfile.TemporaryDirectory(prefix="bookfilm-") as folder:
        for words in LENGTHS:
            path = Path(folder) / f"{words}_words.txt"
            path.write_text(cut_after(text, words), encoding="utf8")
            told = json.loads(subprocess.check_output([sys.executable, "-m", "benchmarks.reading", str(path)]))
            per_word[words] = 1e6 * told["read_s"] / told["words"]
            limits = (MOST_SECONDS, MOST_GB) if words == NOVEL else (None, None)
            figures += [
                Figure(f"{words // 1000}k words, start included", told["whole_s"], "s", limits[0]),
                Figure(f"{words // 1000}k words, most memory", told["peak_bytes"] / 1e9, "GB", limits[1]),
                Figure(f"{words // 1000}k words, a word", per_word[words], "µs"),
            ]
    growth = per_word[LENGTHS[-1]] / per_word[LENGTHS[0]]
    return Result("reading", [*figures, Figure("longest over shortest, a word", growth, "ratio", MOST_GROWTH)])


def cut_after(text: str, words: int) -> str:
    """Return the paragraphs of `text` up to the one in which its word number `words` stands."""
    taken, count = [], 0
    for paragraph in text.split("\n\n"):
        if count >= words:
            break
        taken.append(paragraph)
        count += len(paragraph.split())
    return "\n\n".join(taken) + "\n"


def _novels() -> str:
    """Return enough of the novels at hand. Ends with one line where there are too few."""
    here = os.environ.get("BOOKFILM_NOVELS") or Path(__file__).parents[2] / "shared" / "books" / "en"
    paths = sorted(Path(here).glob("*.txt"), key=lambda path: (-path.stat().st_size, path.name))
    texts: list[str] = []
    while paths and sum(len(text.split()) for text in texts) < LENGTHS[-1]:
        texts.append(read_book(paths.pop(0))[1].replace("\r\n", "\n"))
    text = "\n\n".join(texts)
    if len(text.split()) < LENGTHS[-1]:
        raise SystemExit(f"no {LENGTHS[-1]} words of novels: set BOOKFILM_NOVELS to a folder of .txt files")
    return text


def _read_one(path: Path) -> dict[str, float]:
    """Read the book at `path` in this process, and then once more, without what only the first book pays for."""
    began = time.monotonic()
    book, text = read_book(path)
    RulesScreenwriter().adapt(book, text, AdaptRequest(pace=_PACE))
    whole = time.monotonic() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    began = time.monotonic()
    RulesScreenwriter().adapt(*read_book(path), AdaptRequest(pace=_PACE))
    again = time.monotonic() - began
    return {"words": len(text.split()), "whole_s": whole, "read_s": again, "peak_bytes": peak}


if __name__ == "__main__":
    print(json.dumps(_read_one(Path(sys.argv[1]))))
