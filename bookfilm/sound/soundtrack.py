"""The soundtrack as the film carries it: mixed, then encoded once, so that joining copies it."""

from __future__ import annotations

import math
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import numpy as np

from bookfilm.engines.protocols import Composer, PartComposer, ScoreRequest
from bookfilm.records.timeline import Timeline
from bookfilm.sound.buses import CHANNELS, Array
from bookfilm.sound.limiter import REACH, true_peaks
from bookfilm.sound.mix import BLOCK, MixReport, ducked_stem, effects_stem, mix_soundtrack, speech_stem
from bookfilm.store.ffmpeg import QUIETLY, ffmpeg_fault, program, run_ffmpeg
from bookfilm.store.files import PARTIAL_SUFFIX, partial_file

BIT_RATE = "160k"
SAMPLED_SHARE = 0.7
"""Sound whose samples stay below so much of the highest true peak has no higher one between them."""
DEFAULT_LUFS = -16.0
"""What players of films on the web expect; broadcasters ask for -23 (EBU R 128)."""


def make_soundtrack(
    timeline: Timeline,
    recording_path: Callable[[str], Path],
    composer_blocks: Iterable[Array],
    out: Path,
    target_lufs: float = DEFAULT_LUFS,
) -> MixReport:
    """Write the film's soundtrack to `out` as AAC-LC in an M4A, its true peaks held down as it is decoded again.

    Raises TakeDamaged, FilmError, StoreFull.
    """
    master = out.with_name(f".{out.name}.pcm{PARTIAL_SUFFIX}")
    try:
        with partial_file(out) as temporary:

            def coded(pcm: Path) -> float:
                _encode(pcm, timeline.sample_rate, temporary)
                return true_peak_dbtp(temporary)

            return mix_soundtrack(timeline, recording_path, composer_blocks, master, target_lufs, coded=coded)
    finally:
        master.unlink(missing_ok=True)


def true_peak_dbtp(sound: Path) -> float:
    """Return the true peak of what a player decodes from the stereo file `sound`, in dBTP; -inf of silence.

    Raises FilmError where it cannot be decoded.
    """
    command = [program(), *QUIETLY, "-i", str(sound), "-f", "f32le", "-ac", str(CHANNELS), "pipe:"]
    peak, frame = 0.0, CHANNELS * np.dtype(np.float32).itemsize
    with tempfile.TemporaryFile() as said, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said) as process:
        assert process.stdout is not None
        before = np.zeros((0, CHANNELS), np.float32)
        while got := process.stdout.read(BLOCK * frame):
            # What stands at a border is seen once with both its sides.
            block = np.concatenate([before, np.frombuffer(got, np.float32).reshape(-1, CHANNELS)])
            if float(np.abs(block).max(initial=0.0)) > peak * SAMPLED_SHARE:
                peak = max(peak, float(true_peaks(block).max(initial=0.0)))
            before = block[-2 * REACH :]
        if process.wait():
            said.seek(0)
            raise ffmpeg_fault(said.read(), "the soundtrack", sound)
    return 20 * math.log10(peak) if peak > 0 else -math.inf


def make_stems(
    timeline: Timeline,
    recording_path: Callable[[str], Path],
    composer: Composer,
    request: ScoreRequest,
    gain_db: float,
    folder: Path,
) -> list[Path]:
    """Write the soundtrack's parts to `folder` as FLAC, 24 bit, film-long: speech, effects, what the composer wrote.

    They are at the level of the mix (`gain_db` is that of its report) and ducked as in it: added up they are the
    soundtrack before its limiter. What lies above full scale there is clipped here. Raises FilmError, StoreFull.
    """
    stems = {"speech": speech_stem(timeline, recording_path), "effects": effects_stem(timeline)}
    if isinstance(composer, PartComposer):
        for part in composer.parts:
            stems[part] = ducked_stem(timeline, composer.compose_part(request, part))
    else:
        stems["score"] = ducked_stem(timeline, composer.compose(request))
    folder.mkdir(parents=True, exist_ok=True)
    gain, made = np.float32(10 ** (gain_db / 20)), []
    for name, blocks in stems.items():
        made.append(folder / f"{name}.flac")
        with partial_file(made[-1]) as temporary:
            _write_flac((block * gain for block in blocks), timeline.sample_rate, temporary, made[-1])
    return made


def _write_flac(blocks: Iterable[Array], sample_rate: int, temporary: Path, out: Path) -> None:
    command = [
        *(program(), *QUIETLY),
        *("-f", "f32le", "-ar", str(sample_rate), "-ch_layout", "stereo", "-i", "pipe:"),
        *("-c:a", "flac", "-sample_fmt", "s32", "-bits_per_raw_sample", "24"),
        *("-fflags", "+bitexact", "-flags:a", "+bitexact", "-f", "flac", str(temporary)),
    ]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=said)
        assert process.stdin is not None
        try:
            with suppress(BrokenPipeError), process.stdin as pipe:
                for block in blocks:
                    pipe.write(np.ascontiguousarray(block, "<f4").tobytes())
        finally:
            failed = process.wait()
        if failed:
            said.seek(0)
            raise ffmpeg_fault(said.read(), "the soundtrack", out)


def _encode(master: Path, sample_rate: int, out: Path) -> None:
    arguments = [
        *("-f", "s16le", "-ar", str(sample_rate), "-ch_layout", "stereo", "-i", str(master)),
        *("-c:a", "aac", "-b:a", BIT_RATE, "-ac", str(CHANNELS)),
        *("-fflags", "+bitexact", "-flags:a", "+bitexact", "-f", "ipod", str(out)),
    ]
    run_ffmpeg(arguments, "the soundtrack", out)
