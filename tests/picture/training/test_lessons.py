"""The folder of lessons: what is read of it, and what is said of a fault in it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookfilm.errors import SettingsError
from bookfilm.picture.diffusion.profile import load_profile
from bookfilm.picture.training.lessons import Lesson, frames_of, lessons_digest, read_lessons
from tests.picture.training.conftest import write_clip, write_still

WAN = load_profile("wan2.2-t2v-a14b")


def test_pictures_and_clips_are_read_by_name_with_their_captions(lessons: Path) -> None:
    read = read_lessons(lessons)
    assert [(one.path.name, one.still) for one in read] == [
        ("blue.png", True),
        ("moving.mp4", False),
        ("red.png", True),
    ]
    assert read[0].caption == "A wide shot of a harbour at dusk."


def test_captions_can_stand_in_one_file(lessons: Path) -> None:
    (lessons / "red.txt").unlink()
    line = json.dumps({"file_name": "red.png", "text": "A red wall,\n and a man."})
    (lessons / "metadata.jsonl").write_text(f"{line}\n\n", encoding="utf8")
    assert read_lessons(lessons)[2].caption == "A red wall, and a man."


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (lambda folder: (folder / "red.txt").unlink(), "red.png: no caption: write what is to be seen into red.txt"),
        (lambda folder: (folder / "red.txt").write_text(" \n"), "red.png: the caption is empty"),
        (lambda folder: (folder / "red.txt").write_text("a" * 3000), "red.png: the caption has 3000 letters, 2000"),
        (lambda folder: (folder / "red.txt").write_bytes(b"\xff\xfe"), "red.txt: the caption cannot be read"),
        (lambda folder: (folder / "metadata.jsonl").write_text("{}"), "metadata.jsonl: line 1 is not"),
        (
            lambda folder: (folder / "metadata.jsonl").write_text('{"file_name": "x.png", "text": "x"}'),
            "metadata.jsonl: names x.png, which is no picture",
        ),
        (
            lambda folder: (folder / "metadata.jsonl").write_text('{"file_name": "red.png", "text": 3}'),
            "metadata.jsonl: line 1: file_name and text are words",
        ),
    ],
)
def test_a_fault_is_told_with_the_files_name(lessons: Path, fault: object, said: str) -> None:
    fault(lessons)  # type: ignore[operator]
    with pytest.raises(SettingsError) as told:
        read_lessons(lessons)
    assert said in str(told.value)


def test_a_folder_that_is_not_there_or_empty_is_told(tmp_path: Path) -> None:
    for folder, said in ((tmp_path / "no", "no such folder"), (tmp_path, "no pictures or clips in it")):
        with pytest.raises(SettingsError, match=said):
            read_lessons(folder)


@pytest.mark.parametrize("name", ["red.png", "moving.mp4"])
def test_a_file_that_is_none_is_told(lessons: Path, name: str) -> None:
    (lessons / name).write_bytes(b"no picture at all")
    with pytest.raises(SettingsError, match=name):
        frames_of(Lesson(lessons / name, "x"), WAN)


def test_frames_have_the_models_size_shape_and_rate(lessons: Path) -> None:
    still, clip = (frames_of(Lesson(lessons / name, "x"), WAN) for name in ("red.png", "moving.mp4"))
    assert still.shape == (1, 480, 832, 3)
    # A second of it is 16 frames of this model's, of which 13 are a length that it has.
    assert clip.shape == (13, 480, 832, 3)
    assert np.abs(still[0, 10, 10].astype(int) - (200, 40, 40)).max() <= 3
    assert len(frames_of(Lesson(lessons / "moving.mp4", "x"), WAN, most_frames=6)) == 5


def test_what_is_upright_stays_upright_and_nothing_is_stretched(tmp_path: Path) -> None:
    from PIL import Image

    disc = np.zeros((300, 200, 3), np.uint8)
    rows, columns = np.mgrid[:300, :200]
    disc[(rows - 150) ** 2 + (columns - 100) ** 2 < 60**2] = 255
    Image.fromarray(disc).save(tmp_path / "disc.png")
    frame = frames_of(Lesson(tmp_path / "disc.png", "x"), WAN)[0]
    assert frame.shape[0] > frame.shape[1]
    seen = frame[..., 0] > 128
    height, width = int(seen.any(1).sum()), int(seen.any(0).sum())
    assert abs(height / width - 1) < 0.02


def test_a_telephones_picture_is_turned_as_it_says(tmp_path: Path) -> None:
    from PIL import Image

    lying = np.zeros((90, 160, 3), np.uint8)
    lying[:, :40] = 255
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter to the right, to be seen upright
    Image.fromarray(lying).save(tmp_path / "upright.jpg", exif=exif)
    frame = frames_of(Lesson(tmp_path / "upright.jpg", "x"), WAN)[0]
    assert frame.shape[0] > frame.shape[1]
    assert frame[20].mean() > 200
    assert frame[-20].mean() < 50


def test_a_model_that_ends_on_a_picture_is_taught_a_still_that_stands(lessons: Path) -> None:
    frames = frames_of(Lesson(lessons / "red.png", "x"), load_profile("wan2.1-flf2v-14b"))
    assert len(frames) == 5
    assert (frames == frames[0]).all()


@pytest.mark.parametrize("name", ["wan2.2-ti2v-5b", "ltx-2", "hunyuanvideo-1.5", "cogvideox1.5-5b", "tiny"])
@given(tenths=st.integers(1, 40))
def test_every_length_is_one_that_the_model_has(name: str, tenths: int) -> None:
    from bookfilm.picture.training.lessons import _length

    rule = load_profile(name).clip.frames
    length = _length(rule, tenths * 3, least=1)
    assert (length - rule.first) % rule.step == 0
    assert 1 <= length <= rule.most
    assert length <= max(tenths * 3, rule.first or rule.step)


def test_the_digest_tells_pictures_and_captions_and_no_names(lessons: Path, tmp_path: Path) -> None:
    before = lessons_digest(read_lessons(lessons))
    (lessons / "red.png").rename(lessons / "rot.png")
    (lessons / "red.txt").rename(lessons / "rot.txt")
    assert lessons_digest(read_lessons(lessons)) == before
    (lessons / "rot.txt").write_text("A woman.", encoding="utf8")
    changed = lessons_digest(read_lessons(lessons))
    assert changed != before
    write_still(lessons, "rot", (200, 40, 41), "A woman.")
    assert lessons_digest(read_lessons(lessons)) not in (before, changed)


def test_a_clip_of_another_rate_is_read_at_the_models(tmp_path: Path) -> None:
    write_clip(tmp_path, "slow", "x", rate=8, seconds=2)
    assert len(frames_of(Lesson(tmp_path / "slow.mp4", "x"), WAN)) == 29
