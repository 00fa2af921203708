"""The same shots, heard in another language: what is seen stays, and each shot hears its share of the translation."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import accumulate

from bookfilm.records.shots import Shot, Utterance

_GAP = re.compile(r"\s+")
_MARKS = (
    (re.compile(r"[.!?…][”’\"»)]*$"), 0.0),
    (re.compile(r"[;:—–][”’\"»]?$"), 0.08),
    (re.compile(r",[”’\"»]?$"), 0.1),
)
_NO_MARK = 0.2
"""What it costs to part words where no mark stands, in shares of the whole text that a better place may be away."""


def dub_shots(
    shots: Sequence[Shot], texts: Mapping[str, str], words: Mapping[str, str], credits: tuple[str, ...]
) -> list[Shot]:
    """Return `shots` with the lines of `texts` (by line id), and cards in the `words` of the other language.

    Of a line that several shots hold, each hears as much as it heard of the original. `credits` are the last card.
    """
    heard = _heard(shots, texts)
    dubbed = []
    for at, shot in enumerate(shots):
        picture = shot.picture
        if picture.kind == "credits":
            picture = picture.changed(card=credits)
        elif picture.card:
            picture = picture.changed(card=tuple(words.get(line, line) for line in picture.card))
        dubbed.append(shot.changed(picture=picture, heard=tuple(heard[at])))
    return dubbed


def share_out(text: str, weights: Sequence[int]) -> list[str]:
    """Return `text` in as many parts as there are `weights`, about as long as those say, parted at marks or words.

    Together the parts hold its words in order; where there are too few, the last parts are empty.
    """
    text = _GAP.sub(" ", text.strip())
    gaps = [(match.start(), _cost(text[: match.start()])) for match in _GAP.finditer(text)]
    whole = sum(weights) or 1
    cuts = [0]
    for share in list(accumulate(weights))[:-1]:
        wanted = share / whole * len(text)
        free = [(place, cost) for place, cost in gaps if place > cuts[-1]]
        best = min(free, key=lambda gap: abs(gap[0] - wanted) / len(text) + gap[1], default=(len(text), 0.0))
        cuts.append(best[0])
    ends = [*cuts[1:], len(text)]
    return [text[start:end].strip() for start, end in zip(cuts, ends, strict=True)]


def _cost(before: str) -> float:
    return next((cost for mark, cost in _MARKS if mark.search(before)), _NO_MARK)


def _heard(shots: Sequence[Shot], texts: Mapping[str, str]) -> list[list[Utterance]]:
    """Return what each of `shots` hears of `texts`, in order."""
    places: dict[str, list[tuple[int, Utterance]]] = defaultdict(list)
    for at, shot in enumerate(shots):
        for utterance in shot.heard:
            places[utterance.line].append((at, utterance))
    said: dict[tuple[int, str], list[Utterance]] = defaultdict(list)
    for line, held in places.items():
        text = texts.get(line, " ".join(utterance.text for _, utterance in held))
        parts = share_out(text, [len(utterance.text) for _, utterance in held])
        spoken = [(at, utterance, part) for (at, utterance), part in zip(held, parts, strict=True) if part]
        for number, (at, utterance, part) in enumerate(spoken):
            said[at, line].append(
                utterance.changed(text=part, begins_line=number == 0, ends_line=number + 1 == len(spoken))
            )
    heard: list[list[Utterance]] = []
    for at, shot in enumerate(shots):
        lines = dict.fromkeys(utterance.line for utterance in shot.heard)
        heard.append([utterance for line in lines for utterance in said[at, line]])
    return heard
