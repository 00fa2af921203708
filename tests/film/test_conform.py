"""The film itself: every frame of every take, at its time, with sound, subtitles and chapters beside it."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from shutil import disk_usage

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from bookfilm.engines.protocols import Clip
from bookfilm.errors import FilmError, StoreFull
from bookfilm.film.conform import FilmTags, Piece, conform_film
from bookfilm.film.subtitles import lay_subtitles
from bookfilm.picture.encode import encode_clip
from bookfilm.picture.requests import EngineFacts, order_take
from bookfilm.picture.takes import make_take
from bookfilm.records.shots import Picture, Setting, Shot
from bookfilm.records.takes import Take
from bookfilm.records.time import FrameRate
from bookfilm.records.timeline import ChapterMark, Cue, Slot, Timeline
from bookfilm.settings import Encoding, PictureSettings
from bookfilm.sound import soundtrack
from bookfilm.store.files import write_file
from bookfilm.store.media import MediaStore
from tests.doubles import StripesEngine

LENGTHS = (7, 1, 24, 13)
TAGS = FilmTags("The Tide = Table; #1", "A. Nonymous", "en", "By the author's own right.")
ODD = ("One = two; three # four \\ five", "Глава вторая. «Вода»", "Line\nbreak", "'quotes' \"and\" [END]")


def noise(count: int) -> NDArray[np.float64]:
    """Return sound that is like itself at one place only."""
    return np.convolve(np.random.default_rng(1).uniform(-1, 1, count), np.ones(8) / 8, mode="same")


class Reel:
    """A small film's parts in `folder`, ready to be conformed."""

    def __init__(
        self, folder: Path, rate: str = "24", titles: Sequence[str] = ("I", "II"), spoken: bool = True
    ) -> None:
        self.folder, self.rate = folder, FrameRate.parse(rate)
        self.store = MediaStore(folder / "takes", ".mp4", Take)
        self.takes = [self._take(number, frames) for number, frames in enumerate(LENGTHS)]
        self.timeline = self._timeline(titles, spoken)
        self.soundtrack, self.subtitles = folder / "soundtrack.m4a", folder / "film.srt"
        write_file(self.subtitles, lay_subtitles(self.timeline, {}).to_string("srt"))
        self._write_sound()

    def conformed(self, tags: FilmTags = TAGS, pieces: Sequence[Piece] | None = None) -> Path:
        film = self.folder / "film.mp4"
        pieces = pieces or [Piece(self.store.file(take.key), 0, take.frames) for take in self.takes]
        conform_film(
            self.timeline, pieces, self.soundtrack, [(tags.language, self.subtitles)], tags, self.folder / ".work", film
        )
        return film

    def _take(self, number: int, frames: int) -> Take:
        setting = Setting(kind="harbour", features=number, hour="dusk")
        picture = PictureSettings(width=128, height=128, rate=self.rate)
        facts = EngineFacts(name="stripes", revision="1")
        shot = Shot(id=f"s{number}", picture=Picture(setting=setting))
        order = order_take(shot, frames, (), facts, picture, Encoding(preset="ultrafast"))
        return make_take(StripesEngine(), order, self.store)

    def _timeline(self, titles: Sequence[str], spoken: bool) -> Timeline:
        slots, at = [], 0
        for number, frames in enumerate(LENGTHS):
            cue = Cue(
                line="l", kind="narration", text="All was quiet & dark.", speech="k", start_frame=at, samples=9600
            )
            slots.append(Slot(shot=f"s{number}", start_frame=at, frames=frames, cues=(cue,) if spoken else ()))
            at += frames
        marks = tuple(ChapterMark(title=title, start_frame=slots[n].start_frame) for n, title in enumerate(titles))
        return Timeline(rate=self.rate, slots=tuple(slots), chapters=marks)

    def _write_sound(self) -> None:
        count = self.rate.samples(self.timeline.frames, 48_000)
        tone = (3000 * noise(count)).astype("<i2")
        master = self.folder / "master.pcm"
        master.write_bytes(np.repeat(tone[:, None], 2, axis=1).tobytes())
        soundtrack._encode(master, 48_000, self.soundtrack)


def boxes(film: Path) -> list[str]:
    """Return the names of the top-level boxes of an MP4 file, in order."""
    content, at, found = film.read_bytes(), 0, []
    while at < len(content):
        size, name = struct.unpack(">I4s", content[at : at + 8])
        found.append(name.decode())
        at += size
    return found


@pytest.mark.parametrize("rate", ["24", "25", "30000/1001", "24000/1001"])
def test_every_frame_of_every_take_at_its_time(rate: str, tmp_path: Path) -> None:
    reel = Reel(tmp_path, rate)
    with av.open(str(reel.conformed())) as film:
        video, audio = film.streams.video[0], film.streams.audio[0]
        assert video.average_rate == reel.rate.per_second
        assert video.time_base is not None
        packets = [packet for packet in film.demux(video) if packet.size]
        times = [packet.pts * video.time_base for packet in packets if packet.pts is not None]
        assert times == [reel.rate.seconds(number) for number in range(sum(LENGTHS))]
        assert [number for number, packet in enumerate(packets) if packet.is_keyframe] == [0, 7, 8, 32]
        assert audio.duration is not None
        assert audio.time_base is not None
        film_s = reel.rate.seconds(sum(LENGTHS))
        assert abs(audio.duration * audio.time_base - film_s) <= reel.rate.seconds(1)
        assert video.duration is not None
        assert abs(video.duration * video.time_base - film_s) <= Fraction(1, 1000)
    with av.open(str(tmp_path / "film.mp4")) as film:
        assert sum(1 for _ in film.decode(video=0)) == sum(LENGTHS)


def test_sound_and_picture_begin_together(tmp_path: Path) -> None:
    reel = Reel(tmp_path)
    with av.open(str(reel.conformed())) as film:
        audio = film.streams.audio[0]
        assert audio.time_base is not None
        frames = list(film.decode(audio))
        heard = np.concatenate([np.asarray(frame.to_ndarray())[0] for frame in frames])
        start = frames[0].pts
        assert start is not None
        first = start * audio.time_base
    tone = noise(30_000)
    place = max(range(-4000, 4000), key=lambda by: float(heard[5000 + by : 25_000 + by] @ tone[5000:25_000]))
    assert abs(place / 48_000 + float(first)) < 0.002
    assert abs(len(heard) / 48_000 - float(reel.rate.seconds(sum(LENGTHS)))) <= float(reel.rate.seconds(1))


def test_the_picture_is_copied_not_encoded_again(tmp_path: Path) -> None:
    reel = Reel(tmp_path)
    taken = b""
    for take in reel.takes:
        with av.open(str(reel.store.file(take.key))) as clip:
            taken += b"".join(bytes(packet)[-64:] for packet in clip.demux(video=0) if packet.size)
    with av.open(str(reel.conformed())) as film:
        assert b"".join(bytes(packet)[-64:] for packet in film.demux(video=0) if packet.size) == taken


@pytest.mark.parametrize("rate", ["24", "30000/1001", "23.976"])
def test_a_clip_is_cut_at_the_frames_that_are_asked_for(rate: str, tmp_path: Path) -> None:
    reel = Reel(tmp_path, rate)
    long = tmp_path / "long.mp4"
    shades = [np.full((128, 128, 3), 30 + 4 * number, np.uint8) for number in range(50)]
    clip = Clip(128, 128, reel.rate, 50, iter(shades))
    encode_clip(clip, long, Encoding(preset="ultrafast"), key_frames=(11, 20))
    pieces = [Piece(long, 0, 7), Piece(long, 20, 1), Piece(long, 11, 24), Piece(long, 20, 13)]
    wanted = [*range(7), 20, *range(11, 35), *range(20, 33)]
    with av.open(str(reel.conformed(pieces=pieces))) as film:
        found = [float(frame.to_ndarray(format="rgb24").mean()) for frame in film.decode(video=0)]
    assert [round((value - 30) / 4) for value in found] == wanted


def test_sound_subtitles_and_tags(tmp_path: Path) -> None:
    with av.open(str(Reel(tmp_path).conformed())) as film:
        assert [stream.type for stream in film.streams][:3] == ["video", "audio", "subtitle"]
        audio, subtitles = film.streams.audio[0], film.streams.subtitles[0]
        context = audio.codec_context
        assert (context.name, context.profile, context.sample_rate, context.channels) == ("aac", "LC", 48_000, 2)
        assert subtitles.codec_context.name == "mov_text"
        assert (audio.language, subtitles.language) == ("eng", "eng")
        assert film.metadata["title"] == TAGS.title
        assert film.metadata["artist"] == TAGS.author
        assert film.metadata["comment"] == TAGS.comment
        words = [bytes(packet)[2:] for packet in film.demux(subtitles) if packet.size > 2]
    assert words.count(b"All was quiet & dark.") >= 3


def test_a_russian_film_says_so(tmp_path: Path) -> None:
    tags = FilmTags("Прилив\nи отлив", None, "ru", "Книга в общественном достоянии.")
    with av.open(str(Reel(tmp_path).conformed(tags))) as film:
        assert (film.streams.audio[0].language, film.streams.subtitles[0].language) == ("rus", "rus")
        assert film.metadata["title"] == "Прилив и отлив"
        assert "artist" not in film.metadata


def test_chapters_are_as_they_were_given(tmp_path: Path) -> None:
    reel = Reel(tmp_path, "30000/1001", ODD)
    with av.open(str(reel.conformed())) as film:
        found = [(mark["metadata"]["title"], mark["start"] * (mark["time_base"] or 0)) for mark in film.chapters()]
    assert [title for title, _ in found] == [" ".join(title.split()) for title in ODD]
    for (_, start), mark in zip(found, reel.timeline.chapters, strict=True):
        assert abs(start - reel.rate.seconds(mark.start_frame)) <= Fraction(1, 1000)


@pytest.mark.parametrize("titles", [(), ("The only one",)])
def test_a_film_with_few_chapters_or_none(titles: tuple[str, ...], tmp_path: Path) -> None:
    with av.open(str(Reel(tmp_path, titles=titles).conformed())) as film:
        assert [mark["metadata"]["title"] for mark in film.chapters()] == list(titles)


def test_a_film_in_which_nobody_speaks(tmp_path: Path) -> None:
    with av.open(str(Reel(tmp_path, spoken=False).conformed())) as film:
        assert film.streams.video[0].frames == sum(LENGTHS)


def test_players_can_begin_before_it_is_loaded(tmp_path: Path) -> None:
    found = boxes(Reel(tmp_path).conformed())
    assert found.index("moov") < found.index("mdat")


def test_the_same_parts_give_the_same_bytes(tmp_path: Path) -> None:
    reel = Reel(tmp_path)
    assert reel.conformed().read_bytes() == reel.conformed().read_bytes()


@pytest.mark.parametrize("name", ['it\'s a "film"', "два слова", "a,b;c#d%20 [e] $HOME *", "-y", "a\\b"])
def test_any_folder_name(name: str, tmp_path: Path) -> None:
    assert Reel(tmp_path / name).conformed().stat().st_size > 0


def test_a_take_of_another_length_is_refused(tmp_path: Path) -> None:
    reel = Reel(tmp_path)
    reel.takes[2] = reel.takes[3]
    with pytest.raises(FilmError, match="its picture has 34 frames, the timeline 45"):
        reel.conformed()
    assert not (tmp_path / "film.mp4").exists()


def test_what_ffmpeg_cannot_read_is_an_error_and_the_old_film_stays(tmp_path: Path) -> None:
    reel = Reel(tmp_path)
    before = reel.conformed().read_bytes()
    reel.soundtrack.write_bytes(b"this is no sound")
    with pytest.raises(FilmError, match=r"film\.mp4: ffmpeg could not make the film: ") as fault:
        reel.conformed()
    assert "\n" not in str(fault.value)
    assert (tmp_path / "film.mp4").read_bytes() == before
    assert not list(tmp_path.glob("*.partial"))


def test_a_full_disk_is_told_from_other_faults(small_disk: Path) -> None:
    reel = Reel(small_disk)
    (small_disk / "ballast").write_bytes(bytes(disk_usage(small_disk).free - 20_000))
    with pytest.raises(StoreFull, match="no space is left"):
        reel.conformed()
    (small_disk / "ballast").unlink()
    assert reel.conformed().stat().st_size > 0
