"""ffmpeg, the program: how it is called, and what its last words mean."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import imageio_ffmpeg

from bookfilm.errors import FilmError, StoreFull

QUIETLY = ("-hide_banner", "-loglevel", "error", "-nostdin", "-y")


def program() -> str:
    """Return the path of the program, which comes with a package."""
    path: str = imageio_ffmpeg.get_ffmpeg_exe()
    return path


def run_ffmpeg(arguments: Sequence[str], making: str, subject: Path | str) -> None:
    """Run ffmpeg to its end. `making` is what it makes, as in "the film". Raises FilmError or StoreFull."""
    done = subprocess.run([program(), *QUIETLY, *arguments], capture_output=True, check=False)
    if done.returncode != 0:
        raise ffmpeg_fault(done.stderr, making, subject)


def ffmpeg_fault(stderr: bytes | str, making: str, subject: Path | str) -> FilmError | StoreFull:
    """Return the error that a failed run's messages tell of; it names `subject`."""
    said = (stderr if isinstance(stderr, str) else stderr.decode(errors="replace")).strip()
    if "No space left" in said:
        return StoreFull(f"no space is left for {making}; free some and run the same command again", subject=subject)
    last = said.splitlines()[-1] if said else "no message"
    return FilmError(f"ffmpeg could not make {making}: {last}", subject=subject)
