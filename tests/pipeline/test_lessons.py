"""What is laid out of a film for a LoRA to be taught from."""

from __future__ import annotations

from pathlib import Path

import pytest

from bookfilm.errors import SettingsError
from bookfilm.picture.diffusion.profile import load_profile
from bookfilm.picture.shadow import ShadowEngine
from bookfilm.picture.training.lessons import read_lessons
from bookfilm.pipeline.lessons import NEAR, lay_lessons
from bookfilm.pipeline.stages import read_shots
from bookfilm.records.cut import Cut
from bookfilm.records.storyboard import Storyboard
from bookfilm.records.takes import Take
from bookfilm.store.folder import FilmFolder
from tests.doubles import DeskCrew, make_at_desk
from tests.pipeline.test_portraits import Knowing

WAN, TINY = load_profile("wan2.2-t2v-a14b"), load_profile("tiny")


def who_is_seen(folder: FilmFolder) -> dict[str, int]:
    """Return in how many near shots each character is seen, not over the shoulder of."""
    seen: dict[str, int] = {}
    for shot in read_shots(folder.shots):
        for one in shot.picture.cast:
            near = shot.picture.kind == "scene" and shot.picture.size in NEAR and not one.near
            seen[one.name] = seen.get(one.name, 0) + near
    return seen


def test_takes_that_show_them_are_laid_with_the_models_words(film_copy: Path, tmp_path: Path) -> None:
    folder = FilmFolder(film_copy)
    who, times = max(who_is_seen(folder).items(), key=lambda one: one[1])
    assert times > 1
    laid = lay_lessons(folder, who, tmp_path / "lessons", WAN, "cinematic")
    assert len(laid) == times
    read = read_lessons(tmp_path / "lessons")
    assert [one.path for one in read] == sorted(laid)
    cut = Cut.read(folder.cut)
    for one in read:
        choice = cut.of(one.path.stem.removeprefix(f"{who}_"))
        assert choice is not None
        assert one.path.read_bytes() == folder.takes().file(choice.take).read_bytes()
        assert len(one.caption) > 40
    lay_lessons(folder, who, tmp_path / "tiny", TINY, "lantern")
    assert all(
        one.caption.endswith(("still.", "in.", "out.", "left.", "right.")) for one in read_lessons(tmp_path / "tiny")
    )


def test_portraits_come_first_and_what_a_judge_found_fault_with_is_left_out(film_copy: Path, tmp_path: Path) -> None:
    crew = DeskCrew(engine=Knowing(fallible=False), artist=ShadowEngine())
    make_at_desk(film_copy, None, crew, style="lantern")
    folder = FilmFolder(film_copy)
    who = Storyboard.read(folder.storyboard).portraits[0].who
    before = [path.name for path in lay_lessons(folder, who, tmp_path / "before", WAN, "lantern")]
    pictures = [name for name in before if name.endswith(".png")]
    assert pictures == before[: len(pictures)] == [f"{who}_portrait_{n + 1:02}.png" for n in range(len(pictures))]
    assert pictures
    faulty = before[-1]
    choice = Cut.read(folder.cut).of(faulty.removeprefix(f"{who}_").removesuffix(".mp4"))
    assert choice is not None
    record = folder.takes().folder / f"{choice.take}.json"
    record.write_text(Take.read(record).changed(flags=("frozen",)).to_json(), encoding="utf8")
    after = [path.name for path in lay_lessons(folder, who, tmp_path / "after", WAN, "lantern")]
    assert after == before[:-1]
    captions = {one.path.name: one.caption for one in read_lessons(tmp_path / "after")}
    assert captions[pictures[0]].startswith("Portrait, head and shoulders, on a plain ground. A")


def test_who_is_not_known_is_told_with_who_is(film_copy: Path, tmp_path: Path) -> None:
    folder = FilmFolder(film_copy)
    with pytest.raises(SettingsError, match="nobody of that id is in the shot list; there are: ") as told:
        lay_lessons(folder, "nobody", tmp_path / "lessons", WAN, "lantern")
    assert all(name in str(told.value) for name in who_is_seen(folder))
    assert not (tmp_path / "lessons").exists()
