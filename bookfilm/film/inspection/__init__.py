"""Inspects a finished film: reads the MP4 alone, from its first byte to its last, and holds it to its limits.

sections    Figure, Section, Inspection: what is found, with its limit beside it
mp4         the file through ffmpeg: streams, packets, chapters, subtitles, picture and sound
streams     codecs, colour, rate, faststart, chapters
timing      every packet's time: gaps, the ends of picture and sound, seams
hearing     loudness, peaks, clipping, clicks, voices in step with their subtitles
watching    black and frozen stretches, hard cuts that are not key frames
reading     what subtitles ask of their reader
provenance  where it says it comes from, where that is signed into it

Memory does not grow with the film but by a number a clip, a subtitle and a second.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bookfilm.film.inspection.hearing import inspect_sound
from bookfilm.film.inspection.mp4 import Mp4, opened
from bookfilm.film.inspection.provenance import inspect_provenance
from bookfilm.film.inspection.reading import inspect_subtitles
from bookfilm.film.inspection.sections import Bounds, Inspection, Section
from bookfilm.film.inspection.streams import inspect_streams
from bookfilm.film.inspection.timing import inspect_timing
from bookfilm.film.inspection.watching import inspect_picture

Check = Callable[[Mp4, Bounds], Section]
CHECKS: tuple[Check, ...] = (inspect_streams, inspect_timing, inspect_sound, inspect_subtitles, inspect_picture)
"""One theme each, in the order in which they are told."""


def inspect_film(film: Path, bounds: Bounds | None = None) -> Inspection:
    """Inspect the MP4 at `film`. Raises FilmRefused where it is no film at all."""
    mp4 = opened(film)
    sections = tuple(check(mp4, bounds or Bounds()) for check in CHECKS)
    signed = inspect_provenance(film)
    return Inspection(film=str(film), sections=(*sections, signed) if signed is not None else sections)
