"""Who says what: the `rules` screenwriter, end to end, against novels whose every quotation has a known speaker.

Attribution is the share of gold sub-quotations whose speaker is right; no gold quotations or characters are
given. Unit and figures to beat are those of Vishnubhotla et al., ACL 2023 (the Project Dialogism Novel Corpus).

The gold folder is not part of the project: BOOKFILM_GOLD names it, or it lies at ../shared/gold beside the checkout.
It holds en/ and ru/, each with one folder a work: book.txt, characters.json, quotations.jsonl.
"""

from __future__ import annotations

import os
import sys
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import Figure, Result
from benchmarks.quotations import Gold, Heard, score_lines
from bookfilm.book import read_book
from bookfilm.engines.protocols import AdaptRequest, Pace
from bookfilm.records.screenplay import Screenplay
from bookfilm.screenplay.rules import RulesScreenwriter

PACE = Pace(narrator_chars_per_s=15.0, dialogue_chars_per_s=14.0)
_LEAST_ATTRIBUTION = {"en": 0.76, "ru": 0.62}
_LEAST_OF_ONE = {"en": 0.58}
NOVEL_WORDS, NOVEL_SECONDS = 120_000, 40.0


@dataclass(frozen=True)
class Read:
    """One work as it was read: its scores, and how long the reading took."""

    name: str
    language: str
    scores: dict[str, float]
    words: int
    seconds: float


def speakers() -> Result:
    """Adapt every gold work with default settings and score its dialogue. Ends with one line where there is no gold."""
    folder = _gold_folder()
    if folder is None:
        raise SystemExit(
            "no gold annotations: set BOOKFILM_GOLD to a folder with en/ and ru/ (see benchmarks/speakers.py)"
        )
    works = []
    for path in sorted(folder.glob("*/*/quotations.jsonl")):
        work = read_work(path.parent)
        print(_row(work), file=sys.stderr, flush=True)
        works.append(work)
    return Result("speakers", _figures(works))


def read_work(folder: Path) -> Read:
    """Adapt the book in `folder` as `bookfilm adapt` does by default, and score it."""
    book, text = read_book(folder / "book.txt")
    began = time.monotonic()
    adaptation = RulesScreenwriter().adapt(book, text, AdaptRequest(pace=PACE))
    seconds = time.monotonic() - began
    scores = score_lines(*hear(adaptation.screenplay), Gold.load(folder))
    return Read(folder.name, folder.parent.name, scores, len(text.split()), seconds)


def hear(screenplay: Screenplay) -> tuple[list[Heard], dict[str, set[str]]]:
    """Return the dialogue of `screenplay`, one entry a span, and the names of each character by id."""
    heard = [
        Heard(start, end, line.speaker)
        for line in screenplay.lines()
        if line.kind == "dialogue"
        for start, end in line.source
    ]
    names = {who.id: {who.name, *who.aliases, *(["_narr"] if who.narrator else [])} for who in screenplay.characters}
    return heard, names


def _gold_folder() -> Path | None:
    named = os.environ.get("BOOKFILM_GOLD")
    folder = Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "gold"
    return folder if any(folder.glob("*/*/quotations.jsonl")) else None


def _row(work: Read) -> str:
    scores = " ".join(f"{name} {work.scores[name]:.3f}" for name in sorted(work.scores))
    return f"{work.language} {work.name:28} {scores} {work.seconds:.1f} s"


def _figures(works: list[Read]) -> list[Figure]:
    by_language: dict[str, list[Read]] = defaultdict(list)
    figures = []
    for work in works:
        by_language[work.language].append(work)
        figures.append(Figure(f"{work.language} {work.name}", work.scores["attribution"], "right"))
    for language, members in sorted(by_language.items()):
        figures += _averages(language, members)
    slowest = max((work.seconds / work.words * NOVEL_WORDS for work in works), default=0.0)
    return [*figures, Figure("slowest, 120,000 words", slowest, "s", NOVEL_SECONDS, "most")]


def _averages(language: str, works: list[Read]) -> list[Figure]:
    def mean(name: str) -> float:
        return sum(work.scores[name] for work in works) / len(works)

    worst = min(work.scores["attribution"] for work in works)
    return [
        Figure(f"{language} attribution", mean("attribution"), "right", _LEAST_ATTRIBUTION.get(language), "least"),
        Figure(f"{language} worst attribution", worst, "right", _LEAST_OF_ONE.get(language), "least"),
        Figure(f"{language} quotation recall", mean("quotation recall"), "found", 0.97, "least"),
        Figure(f"{language} quotation precision", mean("quotation precision"), "true", 0.92, "least"),
        Figure(f"{language} cast recall", mean("cast recall"), "found", 0.88, "least"),
        Figure(f"{language} characters a person", mean("cast split"), "characters", 1.15, "most"),
        Figure(f"{language} lines of strangers", mean("strangers"), "share", 0.08, "most"),
    ]
