"""The soundtrack as the film carries it: mixed, then encoded once, so that joining copies it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

import imageio_ffmpeg

from bookfilm.errors import FilmError, StoreFull
from bookfilm.records.timeline import Timeline
from bookfilm.sound.mix import CHANNELS, Array, MixReport, mix_soundtrack
from bookfilm.store.files import PARTIAL_SUFFIX, partial_file

BIT_RATE = "160k"


def make_soundtrack(
    timeline: Timeline, recording_path: Callable[[str], Path], composer_blocks: Iterable[Array], out: Path
) -> MixReport:
    """Write the film's soundtrack to `out` as AAC-LC in an M4A. Raises TakeDamaged, FilmError, StoreFull."""
    master = out.with_name(f".{out.name}.pcm{PARTIAL_SUFFIX}")
    try:
        report = mix_soundtrack(timeline, recording_path, composer_blocks, master)
        with partial_file(out) as temporary:
            _encode(master, timeline.sample_rate, temporary)
    finally:
        master.unlink(missing_ok=True)
    return report


def _encode(master: Path, sample_rate: int, out: Path) -> None:
    command = [
        *(imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-loglevel", "error", "-nostdin", "-y"),
        *("-f", "s16le", "-ar", str(sample_rate), "-ch_layout", "stereo", "-i", str(master)),
        *("-c:a", "aac", "-b:a", BIT_RATE, "-ac", str(CHANNELS)),
        *("-fflags", "+bitexact", "-flags:a", "+bitexact", "-f", "ipod", str(out)),
    ]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode == 0:
        return
    said = done.stderr.decode(errors="replace").strip()
    if "No space left" in said:
        raise StoreFull("no space is left for the soundtrack; free some and run the same command again", subject=out)
    raise FilmError(f"ffmpeg could not encode it: {said.splitlines()[-1] if said else 'no message'}", subject=out)
