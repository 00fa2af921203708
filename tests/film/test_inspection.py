"""A sound film is within all bounds; each thing broken in it is named, and nothing else with it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest
from numpy.typing import NDArray

from bookfilm.engines.protocols import ScoredScene, ScoreRequest
from bookfilm.errors import FilmRefused
from bookfilm.film.conform import FilmTags, Piece, conform_film
from bookfilm.film.inspection import inspect_film
from bookfilm.film.inspection.mp4 import opened
from bookfilm.film.inspection.sections import Bounds, clock
from bookfilm.film.subtitles import lay_subtitles
from bookfilm.picture.requests import EngineFacts, order_take
from bookfilm.picture.takes import make_take
from bookfilm.records.shots import Picture, Setting, Shot
from bookfilm.records.takes import Take
from bookfilm.records.time import FrameRate
from bookfilm.records.timeline import ChapterMark, Cue, Slot, Timeline
from bookfilm.settings import Encoding, PictureSettings
from bookfilm.sound.soundtrack import make_soundtrack
from bookfilm.sound.speech import write_wav
from bookfilm.store.files import write_file
from bookfilm.store.media import MediaStore
from tests.doubles import HushComposer, StripesEngine

Sound = NDArray[np.float32]

RATE, SLOT_FRAMES, LEAD_IN, SPOKEN = FrameRate(), 84, 12, 96_000
TEXTS = ("The tide came over the wall.", "Nobody had seen it come.", "Then the bell rang.", "It was quiet again.")


class Film:
    """A small film of four shots, each with a sentence."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        slots = [self._slot(number, text) for number, text in enumerate(TEXTS)]
        self.timeline = Timeline(
            rate=RATE, slots=tuple(slots), chapters=(ChapterMark(title="I", start_frame=0),)
        )  # fmt: skip
        self.path = folder / "film.mp4"
        soundtrack, subtitles = folder / "soundtrack.m4a", folder / "film.srt"
        scene = ScoredScene(start_frame=0, frames=self.timeline.frames)
        blocks = HushComposer().compose(ScoreRequest(rate=RATE, scenes=(scene,)))
        make_soundtrack(self.timeline, lambda key: folder / f"{key}.wav", blocks, soundtrack)
        write_file(subtitles, lay_subtitles(self.timeline, {}).to_string("srt"))
        tags = FilmTags("The Tide", None, "en", "")
        takes = MediaStore(folder / "takes", ".mp4", Take)
        made = [self._take(number, takes) for number in range(len(slots))]
        pieces = [Piece(takes.file(take.key), 0, take.frames) for take in made]
        conform_film(self.timeline, pieces, soundtrack, [("en", subtitles)], tags, folder / ".work", self.path)

    def _slot(self, number: int, text: str) -> Slot:
        chance, time_s = np.random.default_rng(number), np.arange(SPOKEN) / 48_000
        attack = np.minimum(1, time_s * 60)
        voice = np.sin(2 * np.pi * (180 + 20 * number) * time_s) * (0.7 + 0.3 * np.sin(2 * np.pi * 4 * time_s))
        voice = voice + 0.2 * np.convolve(chance.standard_normal(SPOKEN), np.ones(12) / 12, mode="same")
        write_wav(self.folder / f"k{number}.wav", (0.3 * voice * attack).astype(np.float32), 48_000)
        start = number * SLOT_FRAMES
        cue = Cue(
            line=f"l{number}", kind="narration", text=text, speech=f"k{number}",
            start_frame=start + LEAD_IN, samples=SPOKEN,
        )  # fmt: skip
        return Slot(shot=f"s{number}", start_frame=start, frames=SLOT_FRAMES, cues=(cue,))

    def _take(self, number: int, store: MediaStore[Take]) -> Take:
        picture = PictureSettings(width=128, height=128, rate=RATE)
        shot = Shot(id=f"s{number}", picture=Picture(setting=Setting(kind="harbour", features=number, hour="dusk")))
        facts = EngineFacts(name="stripes", revision="1")
        order = order_take(shot, SLOT_FRAMES, (), facts, picture, Encoding(preset="veryfast"))
        return make_take(StripesEngine(), order, store)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Film:
    return Film(tmp_path_factory.mktemp("sound film"))


def ffmpeg(*arguments: object) -> None:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-nostdin", "-y", *map(str, arguments)]
    subprocess.run(command, check=True, capture_output=True)


STREAMS = ("-map", "0:v", "-map", "0:a", "-map", "0:s", "-map_chapters", "0")
TAIL = ("-movie_timescale", "48000", "-movflags", "+faststart")


def with_sound(film: Film, out: Path, change: Callable[[Sound], Sound]) -> Path:
    """Return the film with its sound changed and encoded again."""
    sound = np.concatenate(list(opened(film.path).sound())).copy()
    pcm = out.with_suffix(".pcm")
    pcm.write_bytes(np.ascontiguousarray(change(sound), "<f4").tobytes())
    read = ("-f", "f32le", "-ar", "48000", "-ch_layout", "stereo", "-i", pcm)
    maps = ("-map", "0:v", "-map", "1:a", "-map", "0:s", "-map_chapters", "0")
    ffmpeg("-i", film.path, *read, *maps, "-c:v", "copy", "-c:s", "copy", "-c:a", "aac", "-b:a", "160k", *TAIL, out)
    return out


def faults(path: Path, **bounds: float) -> set[str]:
    return {figure.name for figure in inspect_film(path, Bounds(**bounds)).faults()}


def test_a_sound_film_is_within_all_bounds(film: Film) -> None:
    found = inspect_film(film.path)
    assert found.faults() == []
    assert [section.title for section in found.sections] == ["Streams", "Timing", "Sound", "Subtitles", "Picture"]
    figures = {figure.name: figure for section in found.sections for figure in section.figures}
    assert len(figures) == sum(len(section.figures) for section in found.sections)
    assert figures["rate, frames a second"].value == "24"
    assert figures["gaps between frames"].value == f"0 of {film.timeline.frames} frames"
    assert figures["subtitles"].value == len(TEXTS)
    assert abs(float(figures["voices behind their subtitles, s"].value or 0)) <= 0.05
    assert figures["hard cuts that are no key frames"].value == f"0 of {len(TEXTS) - 1} cuts"


def test_encoding_the_sound_again_breaks_nothing(film: Film, tmp_path: Path) -> None:
    assert faults(with_sound(film, tmp_path / "f.mp4", lambda sound: sound)) == set()


@pytest.mark.parametrize(
    ("at_s", "jump", "named"),
    [(3.5, 0.1, "clicks at joins"), (7.0, 0.5, "clicks at joins"), (3.3, 0.5, "clicks elsewhere")],
)
def test_a_click_is_named(film: Film, tmp_path: Path, at_s: float, jump: float, named: str) -> None:
    def clicked(sound: Sound) -> Sound:
        sound[int(at_s * 48_000)] += np.float32(jump)
        return sound

    assert faults(with_sound(film, tmp_path / "f.mp4", clicked)) == {named}


def test_a_consonant_at_a_join_is_no_click(film: Film, tmp_path: Path) -> None:
    def plosive(sound: Sound) -> Sound:
        first, length = int(3.498 * 48_000), int(0.014 * 48_000)
        breath = np.random.default_rng(1).standard_normal(length) * np.hanning(length) ** 0.5
        sound[first : first + length] += np.float32(0.04) * breath[:, None].astype(np.float32)
        return sound

    assert faults(with_sound(film, tmp_path / "f.mp4", plosive)) == set()


def test_strokes_that_come_again_and_again_are_no_clicks(film: Film, tmp_path: Path) -> None:
    def ticking(sound: Sound) -> Sound:
        sound[:: int(0.25 * 48_000)] += np.float32(0.08)
        return sound

    assert faults(with_sound(film, tmp_path / "f.mp4", ticking)) == set()


def test_a_quiet_film_is_named_and_may_be_asked_for(film: Film, tmp_path: Path) -> None:
    quiet = with_sound(film, tmp_path / "f.mp4", lambda sound: sound * np.float32(10 ** (-4 / 20)))
    assert faults(quiet) == {"integrated loudness, LUFS"}
    assert faults(quiet, loudness_lufs=-20) == set()


def test_a_loud_film_is_named(film: Film, tmp_path: Path) -> None:
    loud = with_sound(film, tmp_path / "f.mp4", lambda sound: np.clip(sound * np.float32(8), -1.3, 1.3))
    assert {"integrated loudness, LUFS", "true peak, dBTP", "clipped stretches"} <= faults(loud)


def test_voices_that_come_late_are_named(film: Film, tmp_path: Path) -> None:
    late = with_sound(film, tmp_path / "f.mp4", lambda sound: np.roll(sound, 14_400, axis=0))
    assert faults(late) == {"voices behind their subtitles, s"}


def test_sound_that_begins_late_or_ends_early_is_named(film: Film, tmp_path: Path) -> None:
    out = tmp_path / "f.mp4"
    maps = ("-map", "0:v", "-map", "1:a", "-map", "0:s", "-map_chapters", "0", "-c", "copy")
    ffmpeg("-i", film.path, "-itsoffset", "0.5", "-i", film.path, *maps, *TAIL, out)
    assert {"sound begins after the picture, ms", "sound ends after the picture, ms"} <= faults(out)
    short = with_sound(film, tmp_path / "g.mp4", lambda sound: sound[: -48_000 // 4])
    assert faults(short) == {"sound ends after the picture, ms"}


@pytest.mark.parametrize(("gone", "named"), [("v", "picture stream"), ("a", "sound stream"), ("s", "subtitle stream")])
def test_a_missing_stream_is_named(film: Film, tmp_path: Path, gone: str, named: str) -> None:
    kept = [part for kind in "vas" if kind != gone for part in ("-map", f"0:{kind}")]
    ffmpeg("-i", film.path, *kept, "-map_chapters", "0", "-c", "copy", *TAIL, tmp_path / "f.mp4")
    assert named in faults(tmp_path / "f.mp4")


def with_subtitles(film: Film, out: Path, srt: str) -> Path:
    write_file(out.with_suffix(".srt"), srt)
    maps = ("-map", "0:v", "-map", "0:a", "-map", "1:s", "-map_chapters", "0")
    read = ("-i", film.path, "-f", "srt", "-i", out.with_suffix(".srt"))
    ffmpeg(*read, *maps, "-c:v", "copy", "-c:a", "copy", "-c:s", "mov_text", *TAIL, out)
    return out


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Sixty characters on one line are more than anyone would read", "with a line of more than 42 characters"),
        ("One\ntwo\nthree", "with more than 2 lines"),
        ("CAPTAIN ZORA FENN:", "of a speaker's name alone"),
        ("These are eighty characters in all,\nand nobody will have read them in time", "characters a second, most"),
        ("Over the old wall of the\nharbour she came to the\n", "line ends inside a phrase, share"),
    ],
)  # fmt: skip
def test_subtitles_that_break_a_rule_are_named(film: Film, tmp_path: Path, text: str, named: str) -> None:
    end = "00:00:03,500" if named.startswith("characters") else "00:00:12,000"
    srt = f"1\n00:00:00,500 --> {end}\n{text}\n\n2\n00:00:12,500 --> 00:00:13,900\nEnd.\n"
    assert faults(with_subtitles(film, tmp_path / "f.mp4", srt)) == {named}


def test_subtitles_in_another_language_are_held_to_the_same_rules(film: Film, tmp_path: Path) -> None:
    srt, out = tmp_path / "ru.srt", tmp_path / "f.mp4"
    srt.write_text("1\n00:00:00,500 --> 00:00:01,000\nСлишком много слов за полсекунды.\n", encoding="utf8")
    ffmpeg("-i", film.path, "-i", srt, *STREAMS, "-map", "1:0", "-c", "copy", "-c:s:1", "mov_text", *TAIL, out)
    assert faults(out) == {"characters a second, most, track 2"}


@pytest.mark.parametrize(
    ("drawn", "named"),
    [
        ("drawbox=color=black:t=fill:enable='between(t,2,8)'", "black, longest, s"),
        ("loop=loop=264:size=1:start=40,trim=end_frame=336", "frozen, longest, s"),
        ("null", "hard cuts that are no key frames"),
    ],
)
def test_a_broken_picture_is_named(film: Film, tmp_path: Path, drawn: str, named: str) -> None:
    encoded = ("-c:v", "libx264", "-preset", "veryfast", "-profile:v", "high", "-bf", "0", "-g", "240")
    tagged = "setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv"
    options = ("-x264-params", "scenecut=0:cabac=1:8x8dct=1", "-c:a", "copy", "-c:s", "copy")
    ffmpeg("-i", film.path, *STREAMS, "-vf", f"{drawn},{tagged}", *encoded, *options, *TAIL, tmp_path / "f.mp4")
    found = faults(tmp_path / "f.mp4") - ({"hard cuts that are no key frames"} if drawn != "null" else set())
    assert found == {named}


def test_what_players_need_first_is_named(film: Film, tmp_path: Path) -> None:
    ffmpeg("-i", film.path, *STREAMS, "-map_chapters", "-1", "-c", "copy", tmp_path / "f.mp4")
    assert faults(tmp_path / "f.mp4") == {"faststart", "chapters"}


def test_frames_that_are_missing_are_named(film: Film, tmp_path: Path) -> None:
    skipped = "setts=ts=TS+6000*gte(N\\,100):duration=DURATION"
    ffmpeg("-i", film.path, *STREAMS, "-c", "copy", "-bsf:v", skipped, *TAIL, tmp_path / "f.mp4")
    assert "gaps between frames" in faults(tmp_path / "f.mp4")


def test_damaged_bytes_are_named(film: Film, tmp_path: Path) -> None:
    content = bytearray(film.path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 600] = bytes(600)
    (tmp_path / "f.mp4").write_bytes(content)
    assert "frames or sounds that cannot be decoded" in faults(tmp_path / "f.mp4")


def test_what_is_no_film_is_refused_in_one_line(film: Film, tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_text("once upon a time")
    (tmp_path / "b.mp4").touch()
    (tmp_path / "c.mp4").write_bytes(film.path.read_bytes()[:200])
    for path, said in {
        tmp_path / "a.mp4": "cannot be read as MP4",
        tmp_path / "b.mp4": "cannot be read as MP4",
        tmp_path / "c.mp4": "not a film",
        tmp_path / "no.mp4": "there is no such file",
        film.folder: r"it is a folder; inspect .*film\.mp4",
    }.items():
        with pytest.raises(FilmRefused, match=said) as fault:
            inspect_film(path)
        assert "\n" not in str(fault.value)


def test_places_are_told_as_a_clock_tells_them() -> None:
    assert [clock(at) for at in (0, 61.5, 3600.25)] == ["0:00:00.000", "0:01:01.500", "1:00:00.250"]
