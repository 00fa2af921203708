"""How fast a novel becomes a screenplay, in how much memory, and whether a longer one takes longer a word.

Each length is read in a process of its own, as `bookfilm adapt` reads it with the `rules` screenwriter, but for Ray.
The text is made of whole novels, one after the other, cut after a paragraph. Some pages ask for more than others (a
page of talk for twice as much as one of whales), so the longest text is held against its own words read as short
books: whatever grows with a book's length shows, and nothing else. Against the first pages alone, which is held to the
same limit, it also shows how these pages differ from the others. The novels are not part of the
project: BOOKFILM_NOVELS names a folder of .txt files, or it lies at ../shared/books/en beside the checkout.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.figures import Figure, Result
from benchmarks.speakers import NOVEL_SECONDS, NOVEL_WORDS, PACE
from bookfilm.book import read_book
from bookfilm.engines.protocols import AdaptRequest
from bookfilm.screenplay.rules import RulesScreenwriter

LENGTHS = (10_000, 60_000, NOVEL_WORDS, 250_000)
MOST_GB = 2.0
MOST_GROWTH = 1.1
"""Time a word of the longest text over that of a short one; a tenth is noise."""


def reading() -> Result:
    """Read texts of growing length, one process each."""
    text = _novels()
    figures, read_s, word_us = [], 0.0, []
    with tempfile.TemporaryDirectory(prefix="bookfilm-") as folder:
        for words in LENGTHS:
            path = Path(folder) / f"{words}_words.txt"
            path.write_text(cut_after(text, words), encoding="utf8")
            told = _read_apart(path)
            read_s, limits = told["read_s"], (NOVEL_SECONDS, MOST_GB) if words == NOVEL_WORDS else (None, None)
            word_us.append(1e6 * read_s / told["words"])
            figures += [
                Figure(f"{words // 1000}k words, start included", told["whole_s"], "s", limits[0]),
                Figure(f"{words // 1000}k words, most memory", told["peak_bytes"] / 1e9, "GB", limits[1]),
                Figure(f"{words // 1000}k words, a word", word_us[-1], "µs"),
            ]
        pieces = Path(folder) / "pieces"
        pieces.mkdir()
        for number, piece in enumerate(pieces_of(cut_after(text, LENGTHS[-1]), LENGTHS[0])):
            (pieces / f"{number:03}.txt").write_text(piece, encoding="utf8")
        short_s = _read_apart(pieces)["read_s"]
    figures += [
        Figure("a word, longest over its first pages", word_us[-1] / word_us[0], "ratio", MOST_GROWTH),
        Figure("a word, longest over shortest (the same words)", read_s / short_s, "ratio", MOST_GROWTH),
    ]
    return Result("reading", figures)


def pieces_of(text: str, words: int) -> list[str]:
    """Return `text` in pieces of `words` words, each cut after a paragraph."""
    pieces = []
    while text.strip():
        pieces.append(cut_after(text, words))
        text = text[len(pieces[-1]) :].lstrip("\n")
    return pieces


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
        # As paragraphs: without what a library has put before and after the novel, at which the text would end.
        paragraphs = (paragraph for chapter in read_book(paths.pop(0))[0].chapters for paragraph in chapter.paragraphs)
        texts.append("\n\n".join(paragraph.text for paragraph in paragraphs if paragraph.text.strip()))
    text = "\n\n".join(texts)
    if len(text.split()) < LENGTHS[-1]:
        raise SystemExit(f"no {LENGTHS[-1]} words of novels: set BOOKFILM_NOVELS to a folder of .txt files")
    return text


def _read_apart(path: Path) -> dict[str, float]:
    """Read what lies at `path` in a process of its own."""
    told: dict[str, float] = json.loads(
        subprocess.check_output([sys.executable, "-m", "benchmarks.reading", str(path)])
    )
    return told


def _read(paths: list[Path]) -> dict[str, float]:
    """Read the books at `paths` in this process, and then once more, without what only the first book pays for."""
    began = time.monotonic()
    words = sum(_adapt(path) for path in paths)
    whole = time.monotonic() - began
    peak = _peak_bytes()
    began = time.monotonic()
    for path in paths:
        _adapt(path)
    return {"words": words, "whole_s": whole, "read_s": time.monotonic() - began, "peak_bytes": peak}


def _adapt(path: Path) -> int:
    book, text = read_book(path)
    RulesScreenwriter().adapt(book, text, AdaptRequest(pace=PACE))
    return len(text.split())


def _peak_bytes() -> int:
    """Return the most that this process has held. (getrusage would count what its parent held before it began.)"""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return 1024 * next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))


if __name__ == "__main__":
    asked = Path(sys.argv[1])
    print(json.dumps(_read(sorted(asked.iterdir()) if asked.is_dir() else [asked])))
