"""Words heard: what an independent recogniser makes of the example's speech in the mix, and of the voice alone.

The recogniser is PocketSphinx with the model it carries (package extra `bench`). Both times it hears the same
recordings, one at a time: once as they were spoken, in silence; once cut out of the finished, coded soundtrack, with
the score, places and effects beneath. Errors are words put in, left out or taken for others, in shares of the words
said. BOOKFILM_FILM names a film folder whose sound is measured instead of the example's.
"""

from __future__ import annotations

import importlib
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from math import gcd
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.figures import Figure, Result
from benchmarks.film import EXAMPLE
from bookfilm.records.timeline import Cue, Timeline
from bookfilm.sound.readable import readable
from bookfilm.sound.speech import read_wav
from bookfilm.store.ffmpeg import program
from bookfilm.store.folder import FilmFolder, existing_folder

RATE = 16_000
"""What the recogniser's model hears, in Hz."""
AROUND_S = 0.2
"""What is heard before and after the words themselves, silence or mix."""
MOST_ALONE, MOST_OVER_ALONE = 0.35, 1.3

Array = NDArray[np.float32]


def hearing() -> Result:
    """Make the example's sound, or take that of BOOKFILM_FILM, and have it listened to twice."""
    named = os.environ.get("BOOKFILM_FILM")
    if named:
        return listen(existing_folder(Path(named)))
    with tempfile.TemporaryDirectory(prefix="bookfilm-") as scratch:
        out = Path(scratch) / "film"
        command = [sys.executable, "-m", "benchmarks.plainly", str(EXAMPLE), str(out), "sound"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"the sound could not be made: {done.stderr[-2000:]}")
        return listen(existing_folder(out))


def listen(folder: FilmFolder) -> Result:
    """Have every utterance of the film in `folder` recognised, alone and in its mix, and count the errors."""
    recogniser = Recogniser()
    said = alone = mixed = 0
    for cue, voice, mix in heard_twice(folder):
        words = plain_words(readable(cue.text, "en"))
        said += len(words)
        alone += word_errors(words, recogniser.words(voice))
        mixed += word_errors(words, recogniser.words(mix))
    if not said:
        raise SystemExit(f"{folder.path}: nothing is said in it")
    return Result("hearing", figures_of(said, alone, mixed))


def figures_of(said: int, alone: int, mixed: int) -> list[Figure]:
    """Return the figures for so many words said, and errors made of them."""
    return [
        Figure("words said", said, ""),
        Figure("errors, voice alone", alone / said, "of words", MOST_ALONE, "most"),
        Figure("errors, in the mix", mixed / said, "of words"),
        Figure("in the mix over alone", mixed / max(1, alone), "", MOST_OVER_ALONE, "most"),
    ]


def heard_twice(folder: FilmFolder) -> Iterator[tuple[Cue, Array, Array]]:
    """Yield each cue with its recording in silence, and the same stretch of the soundtrack: mono at RATE."""
    from scipy.signal import resample_poly

    timeline, mix = Timeline.read(folder.timeline), decoded(folder.soundtrack)
    around = int(AROUND_S * RATE)
    for cue in timeline.cues():
        sound = read_wav(folder.speech().folder / f"{cue.speech}.wav")
        common = gcd(sound.sample_rate, RATE)
        voice = np.asarray(resample_poly(sound.samples, RATE // common, sound.sample_rate // common), np.float32)
        start = timeline.rate.samples(cue.start_frame, RATE)
        yield cue, np.pad(voice, around), mix[max(0, start - around) : start + len(voice) + around]


def decoded(soundtrack: Path) -> Array:
    """Return a sound file as mono samples at RATE."""
    command = [program(), "-v", "error", "-i", str(soundtrack)]
    done = subprocess.run([*command, "-ac", "1", "-ar", str(RATE), "-f", "f32le", "-"], capture_output=True, check=True)
    return np.frombuffer(done.stdout, "<f4")


class Recogniser:
    """PocketSphinx with its own model of American English. It carries nothing over from one utterance to the next."""

    def __init__(self) -> None:
        try:
            sphinx: Any = importlib.import_module("pocketsphinx")
        except ImportError as error:
            raise SystemExit(f"no recogniser ({error}); run: pip install pocketsphinx") from error
        self._decoder = sphinx.Decoder(samprate=RATE, cmn="batch", loglevel="FATAL")

    def words(self, sound: Array) -> list[str]:
        """Return what was understood of `sound`, mono at RATE."""
        pcm = np.rint(np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes()
        self._decoder.start_utt()
        self._decoder.process_raw(pcm, no_search=False, full_utt=True)
        self._decoder.end_utt()
        found = self._decoder.hyp()
        return plain_words(found.hypstr) if found is not None else []


def plain_words(text: str) -> list[str]:
    """Return the words of `text` as a recogniser writes them: lower case, no marks but apostrophes within."""
    return re.findall(r"[a-z]+(?:'[a-z]+)*", text.lower().replace("’", "'"))


def word_errors(said: Sequence[str], understood: Sequence[str]) -> int:
    """Return the least number of words put in, left out or exchanged that turns `said` into `understood`."""
    before = list(range(len(understood) + 1))
    for row, word in enumerate(said, 1):
        here = [row]
        for column, other in enumerate(understood, 1):
            here.append(min(before[column] + 1, here[-1] + 1, before[column - 1] + (word != other)))
        before = here
    return before[-1]
