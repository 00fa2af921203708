"""Alignment: which piece of a person's script is which piece of the one that was written for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import groupby

from bookfilm.script.layout import Piece

Pairs = list[tuple[int | None, int | None]]
"""Numbers of a written and of a found piece; None where a piece has no counterpart. Both run forward."""

_MOST_COMPARED = 60_000
_ALIKE = 0.5
_SAME_CUE = 0.05
_SHARED_WORDS = 0.5


def align(written: Sequence[Piece], found: Sequence[Piece]) -> Pairs:
    """Pair the pieces that say the same, first under the same cue, then under another; then those that are alike."""
    pairs: Pairs = []
    keys: tuple[Callable[[Piece], tuple[str, ...]], ...] = (
        lambda piece: (piece.role, piece.words, piece.cue),
        lambda piece: (piece.role, piece.words),
    )
    for gap in _match(written, found, range(len(written)), range(len(found)), keys):
        pairs += gap
    return pairs


def _match(
    written: Sequence[Piece],
    found: Sequence[Piece],
    ours: range,
    theirs: range,
    keys: tuple[Callable[[Piece], tuple[str, ...]], ...],
) -> list[Pairs]:
    if not ours or not theirs:
        return [[*((i, None) for i in ours), *((None, j) for j in theirs)]]
    if not keys:
        return [_pair_alike(written, found, ours, theirs)]
    key, *others = keys
    matcher = SequenceMatcher(None, [key(written[i]) for i in ours], [key(found[j]) for j in theirs], autojunk=False)
    parts: list[Pairs] = []
    i, j = ours.start, theirs.start
    for block in matcher.get_matching_blocks():
        a, b = ours.start + block.a, theirs.start + block.b
        if i < a or j < b:
            parts += _match(written, found, range(i, a), range(j, b), tuple(others))
        parts.append([(a + n, b + n) for n in range(block.size)])
        i, j = a + block.size, b + block.size
    return parts


def _pair_alike(written: Sequence[Piece], found: Sequence[Piece], ours: range, theirs: range) -> Pairs:
    """Pair pieces whose words differ: the pairing, in order, that likens the most (after Needleman and Wunsch)."""
    if len(ours) * len(theirs) > _MOST_COMPARED:
        return [*((i, None) for i in ours), *((None, j) for j in theirs)]
    width = len(theirs) + 1
    best = [[0.0] * width for _ in range(len(ours) + 1)]
    worth = [[_likeness(written[i], found[j]) for j in theirs] for i in ours]
    for a in range(len(ours) - 1, -1, -1):
        for b in range(len(theirs) - 1, -1, -1):
            paired = best[a + 1][b + 1] + worth[a][b] if worth[a][b] > 0 else -1.0
            best[a][b] = max(paired, best[a + 1][b], best[a][b + 1])
    pairs: Pairs = []
    a = b = 0
    while a < len(ours) and b < len(theirs):
        if worth[a][b] > 0 and best[a][b] == best[a + 1][b + 1] + worth[a][b]:
            pairs.append((ours[a], theirs[b]))
            a, b = a + 1, b + 1
        elif best[a][b] == best[a + 1][b]:
            pairs.append((ours[a], None))
            a += 1
        else:
            pairs.append((None, theirs[b]))
            b += 1
    return [*pairs, *((i, None) for i in ours[a:]), *((None, j) for j in theirs[b:])]


def _likeness(ours: Piece, theirs: Piece) -> float:
    """Return how much two pieces are one and the same, 0 (not at all) to a little over 1."""
    if ours.role != theirs.role:
        return 0.0
    one, other = Counter(ours.words.casefold().split()), Counter(theirs.words.casefold().split())
    shared = 2 * (one & other).total() / max(1, (one.total() + other.total()))
    if ours.role == "heading":
        return 0.2 + shared
    same_cue = ours.cue == theirs.cue
    return shared + _SAME_CUE if same_cue or shared >= _ALIKE else 0.0


def cut_as_written(found: Sequence[Piece], written: Sequence[Piece]) -> list[Piece]:
    """Return `found` with its speeches cut into lines as they were written, where a program has broken them anew."""
    lines = {piece.words for piece in written if piece.role == "heard"}
    speeches = [
        [piece.words for piece in group]
        for speech, group in groupby(written, lambda piece: piece.speech)
        if speech >= 0
    ]
    whole = {" ".join(speech): speech for speech in speeches}
    places: dict[str, set[int]] = {}
    for number, speech in enumerate(speeches):
        for gram in _grams(" ".join(speech)):
            places.setdefault(gram, set()).add(number)
    cut: list[Piece] = []
    for speech, group in groupby(found, lambda piece: piece.speech):
        pieces = list(group)
        words = " ".join(piece.words for piece in pieces)
        if speech < 0 or any(piece.words in lines for piece in pieces) or len({p.manner for p in pieces}) > 1:
            cut += pieces
        elif words in whole:
            cut += [replace(pieces[0], words=line) for line in whole[words]]
        else:
            cut += _cut_changed(pieces, words, speeches, places)
    return cut


def _cut_changed(
    pieces: list[Piece], words: str, speeches: list[list[str]], places: dict[str, set[int]]
) -> list[Piece]:
    """Cut a speech that was both changed and broken anew: at the words where its likest written one breaks."""
    grams = _grams(words)
    votes = Counter(number for gram in grams for number in places.get(gram, ()))
    if not votes:
        return pieces
    number, count = min(votes.items(), key=lambda vote: (-vote[1], vote[0]))
    speech = speeches[number]
    if count < _SHARED_WORDS * len(grams) or len(speech) == len(pieces):
        return pieces
    theirs, ours = words.split(), " ".join(speech).split()
    blocks = SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks()
    starts, at = [0], 0
    for line in speech[:-1]:
        at += len(line.split())
        starts.append(next((b.b + max(0, at - b.a) for b in blocks if at < b.a + b.size), len(theirs)))
    ends = [*starts[1:], len(theirs)]
    parts = [" ".join(theirs[a:b]) for a, b in zip(starts, ends, strict=True)]
    return [replace(pieces[0], words=part) for part in parts if part]


def _grams(words: str) -> list[str]:
    split = words.split()
    return [" ".join(split[n : n + 3]) for n in range(max(1, len(split) - 2))]
