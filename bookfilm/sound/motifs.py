"""Motifs of the leading characters: a bar of melody each, known by its rhythm, its turn and its instrument.

A motif is kept as steps above the chord that it is played over: it goes with the harmony and with the mood's scale, and
is known all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bookfilm.sound.instruments import Instrument
from bookfilm.sound.theme import Colour, Note, Theme, pitch

Cell = tuple[tuple[float, int], ...]
"""The notes of a bar in order: (beats, steps above the chord's root)."""

CELLS: dict[int, tuple[Cell, ...]] = {
    3: (
        ((0.5, 0), (0.5, 4), (2.0, 3)),
        ((1.5, 4), (0.5, 2), (1.0, 0)),
        ((0.5, 2), (0.5, 3), (0.5, 2), (1.5, -3)),
        ((0.75, 4), (0.25, 4), (1.0, 4), (1.0, 2)),
        ((1.0, 7), (2.0, 2)),
        ((0.5, 0), (0.5, 1), (0.5, 2), (0.5, 4), (1.0, 2)),
    ),
    4: (
        ((0.5, 0), (0.5, 4), (3.0, 3)),
        ((1.5, 4), (0.5, 2), (2.0, 0)),
        ((0.5, 2), (0.5, 3), (1.0, 2), (2.0, -3)),
        ((0.75, 4), (0.25, 4), (1.0, 4), (2.0, 2)),
        ((1.0, 7), (3.0, 2)),
        ((0.5, 0), (0.5, 1), (0.5, 2), (0.5, 4), (2.0, 2)),
    ),
}
INSTRUMENTS: tuple[Instrument, ...] = ("piano", "bell", "pluck")


@dataclass(frozen=True)
class Motif:
    """One character's bar."""

    cell: Cell
    instrument: Instrument


def compose_motifs(theme: Theme, seed: int, leads: Sequence[str]) -> dict[str, Motif]:
    """Return a motif for each of `leads` (ids), no two with the same notes. Raises ValueError for too many of them."""
    cells = CELLS[theme.beats_a_bar]
    if len(leads) > len(cells):
        raise ValueError(f"{len(leads)} leading characters; there are {len(cells)} motifs")
    rng = np.random.default_rng([seed, 0x307F])
    order, first = rng.permutation(len(cells)), int(rng.integers(len(INSTRUMENTS)))
    return {
        who: Motif(cells[order[place]], INSTRUMENTS[(first + place) % len(INSTRUMENTS)])
        for place, who in enumerate(leads)
    }


def motif_notes(motif: Motif, theme: Theme, colour: Colour, bar: int, velocity: float) -> list[Note]:
    """Return the motif over the chord of the theme's bar `bar`; `velocity` is the first note's."""
    notes, beat = [], 0.0
    for beats, step in motif.cell:
        softer = 1.0 if beat == 0 else 0.88
        midi = pitch(theme, colour, theme.progression[bar] % 7 + 7 + step)
        notes.append(Note(beat, beats, midi, velocity * softer, motif.instrument))
        beat += beats
    return notes
