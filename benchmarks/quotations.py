"""Quotations: dialogue lines set against gold quotations, by the unit and the measures of the PDNC (ACL 2023).

A predicted character stands for the gold character with whom it shares most names; one line stands for a gold
sub-quotation, the one whose speaker covers most of it.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

_FEWEST_QUOTATIONS = 10
_NO_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Heard:
    """Words of dialogue at [start, end) of book.txt, given to a character's id, or to nobody."""

    start: int
    end: int
    speaker: str | None


@dataclass(frozen=True)
class Spoken:
    """A gold sub-quotation at [start, end) and the gold character who says it."""

    start: int
    end: int
    speaker: str


@dataclass(frozen=True)
class Gold:
    """One work's annotations: the sub-quotations, and every name of each character, folded."""

    spoken: list[Spoken]
    names: dict[str, set[str]]

    @classmethod
    def load(cls, folder: Path) -> Gold:
        """Read characters.json and quotations.jsonl of `folder`."""
        cast = json.loads((folder / "characters.json").read_text(encoding="utf-8"))
        names = {row["name"]: fold_names([row["name"], *row["aliases"]]) for row in cast}
        spoken = [
            Spoken(start, end, row["speaker"])
            for row in map(json.loads, (folder / "quotations.jsonl").read_text(encoding="utf-8").splitlines())
            for start, end in row["spans"]
        ]
        return cls(spoken, names)


def fold_names(names: list[str] | set[str]) -> set[str]:
    """Return names as they are compared: case folded, ё as е, words apart by one space, no punctuation."""
    folded = {_NO_WORD.sub(" ", name.casefold().replace("ё", "е")).strip() for name in names}
    return folded - {""}


def score_lines(heard: list[Heard], names: Mapping[str, set[str]], gold: Gold) -> dict[str, float]:
    """Return the shares by name: attribution, quotation recall and precision, cast recall and split, strangers."""
    stands_for = match_cast(names, gold)
    lines = _Spans(heard)
    right = found = 0
    for spoken in gold.spoken:
        share: Counter[str | None] = Counter()
        for line, common in lines.over(spoken.start, spoken.end):
            share[line.speaker] += common
        best = max(share, key=lambda who: share[who]) if share else None
        right += best is not None and stands_for.get(best) == spoken.speaker
        found += bool(share) and 2 * share.total() >= spoken.end - spoken.start
    quotations = _Spans(gold.spoken)
    true = sum(
        2 * sum(common for _, common in quotations.over(line.start, line.end)) >= line.end - line.start
        for line in heard
    )
    strange = sum(line.speaker is not None and line.speaker not in stands_for for line in heard)
    return {
        "attribution": right / max(1, len(gold.spoken)),
        "quotation recall": found / max(1, len(gold.spoken)),
        "quotation precision": true / max(1, len(heard)),
        **_cast_scores(stands_for, gold),
        "strangers": strange / max(1, len(heard)),
    }


def match_cast(names: Mapping[str, set[str]], gold: Gold) -> dict[str, str]:
    """Return the gold character that each predicted one stands for: most names in common, then fewest other names."""
    stands_for: dict[str, str] = {}
    for who, own in names.items():
        folded = fold_names(own)
        rivals = [(len(folded & known), -len(known), main) for main, known in gold.names.items() if folded & known]
        if rivals:
            stands_for[who] = max(rivals)[2]
    return stands_for


def _cast_scores(stands_for: dict[str, str], gold: Gold) -> dict[str, float]:
    spoken = Counter(quotation.speaker for quotation in gold.spoken)
    wanted = [main for main, count in spoken.items() if count >= _FEWEST_QUOTATIONS and main in gold.names]
    bearers = defaultdict(list)
    for who, main in stands_for.items():
        bearers[main].append(who)
    met = [main for main in wanted if bearers[main]]
    return {
        "cast recall": len(met) / max(1, len(wanted)),
        "cast split": sum(len(bearers[main]) for main in met) / max(1, len(met)),
    }


_S = TypeVar("_S", Heard, Spoken)


class _Spans:
    """Spans that can be asked which of them overlap a place."""

    def __init__(self, spans: list[_S]) -> None:
        self._spans: list[Heard | Spoken] = sorted(spans, key=lambda span: (span.start, span.end))
        self._starts = [span.start for span in self._spans]
        self._longest = max((span.end - span.start for span in self._spans), default=0)

    def over(self, start: int, end: int) -> Iterator[tuple[Heard | Spoken, int]]:
        """Yield the spans that overlap [start, end), in order, each with how many characters it shares."""
        at = bisect_left(self._starts, start - self._longest)
        while at < len(self._spans) and self._starts[at] < end:
            span = self._spans[at]
            common = min(end, span.end) - max(start, span.start)
            if common > 0:
                yield span, common
            at += 1
