"""Two real films, as a newcomer makes them: the default preset, through Ray, from book to MP4, and then measured."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pyloudnorm
import pytest

from bookfilm.records.timeline import Timeline
from bookfilm.sound.limiter import true_peaks

pytestmark = pytest.mark.film

ENGLISH = """The Ferryman's Bell

by The bookfilm authors

Chapter One. The River

At dusk the ferryman, old Tobias Reed, sat in his boat on the river and mended a net. It was raining.

“Will you take me over?” asked a girl in a red cloak.

“Not before the bell,” said Tobias. “Nobody crosses before the bell.”

Chapter Two. The Kitchen

That night she sat in the kitchen by the fire, and the ferryman's wife gave her soup.

“Who rings the bell?” asked the girl.

“The dead do, my dear,” said the ferryman's wife.
"""

RUSSIAN = """Колокол паромщика

Авторы bookfilm

Глава первая. Река

В сумерках старый паромщик Тимофей сидел в лодке на реке и чинил сеть. Шел дождь.

— Перевезете меня? — спросила девочка в красном платке.

— Не раньше колокола, — сказал Тимофей. — Никто не едет раньше колокола.

Глава вторая. Кухня

Ночью она сидела на кухне у огня, и жена паромщика налила ей супу.

— Кто звонит в колокол? — спросила девочка.
"""


@pytest.fixture(scope="module", params=["en", "ru"])
def film(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp(request.param)
    book = folder / "bell.txt"
    book.write_text(ENGLISH if request.param == "en" else RUSSIAN, encoding="utf8")
    command = [sys.executable, "-m", "bookfilm", "make", str(book), "--out", str(folder / "film"), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, timeout=500)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["slates"] == []
    return folder / "film"


def test_streams_are_as_promised(film: Path) -> None:
    with av.open(str(film / "film.mp4")) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        context = video.codec_context
        assert (context.name, context.profile, context.pix_fmt) == ("h264", "High", "yuv420p")
        assert (context.width, context.height, video.average_rate) == (1280, 720, 24)
        assert (context.color_primaries, context.color_trc, context.colorspace) == (1, 1, 1)
        assert (audio.codec_context.name, audio.codec_context.sample_rate) == ("aac", 48_000)
        assert [stream.codec_context.name for stream in container.streams.subtitles] == ["mov_text"]
        # Players of one family read chapters from a track of their own.
        assert len(container.streams.data) == 1
        titles = [chapter["metadata"]["title"] for chapter in container.chapters()]
    book = json.loads((film / "book.json").read_text(encoding="utf8"))
    assert titles == [chapter["title"] for chapter in book["chapters"]]
    head = (film / "film.mp4").read_bytes()
    assert head.index(b"moov") < head.index(b"mdat")


def test_picture_and_sound_end_together(film: Path) -> None:
    timeline = Timeline.read(film / "timeline.json")
    with av.open(str(film / "film.mp4")) as container:
        frames = sum(1 for packet in container.demux(video=0) if packet.pts is not None)
    samples = sum(block.shape[1] for block in _sound(film))
    assert frames == timeline.frames
    assert abs(Fraction(samples, 48_000) - timeline.rate.seconds(frames)) <= timeline.rate.seconds(1)


def test_each_subtitle_starts_with_its_voice(film: Path) -> None:
    timeline = Timeline.read(film / "timeline.json")
    starts = _subtitle_starts(film / "film.srt")
    frame = float(timeline.rate.seconds(1))
    sound = np.concatenate(list(_sound(film)), axis=1).mean(axis=0)
    for cue in timeline.cues():
        at = float(timeline.rate.seconds(cue.start_frame))
        assert min(abs(at - start) for start in starts) <= frame, cue.text
        begin = int(at * 48_000)
        voice = float(np.sqrt(np.mean(sound[begin : begin + cue.samples] ** 2)))
        assert voice > 0.01, f"nothing is heard at {at:.2f} s: {cue.text}"


def test_loudness_is_as_promised(film: Path) -> None:
    sound = np.concatenate(list(_sound(film)), axis=1).T
    assert abs(pyloudnorm.Meter(48_000).integrated_loudness(sound.astype(np.float64)) + 16) <= 0.5
    assert 20 * np.log10(float(true_peaks(sound.astype(np.float32)).max())) <= -1.0


def test_the_report_needs_no_network(film: Path) -> None:
    page = (film / "report.html").read_text(encoding="utf8")
    assert page.count("data:image/jpeg;base64,") == len((film / "shots.jsonl").read_text(encoding="utf8").splitlines())
    assert not re.search(r"""(?:src|href)\s*=\s*["'](?!data:|#)""", page)


def _sound(film: Path):
    with av.open(str(film / "film.mp4")) as container:
        for frame in container.decode(audio=0):
            yield frame.to_ndarray()


def _subtitle_starts(path: Path) -> list[float]:
    found = re.findall(r"(\d\d):(\d\d):(\d\d),(\d\d\d) -->", path.read_text(encoding="utf8"))
    return [int(h) * 3600 + int(m) * 60 + int(s) + int(ms) / 1000 for h, m, s, ms in found]
