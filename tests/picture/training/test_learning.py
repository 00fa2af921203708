"""Every profile's own pipeline class is taught, on a tiny random checkpoint; and wears what it was taught."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bookfilm.errors import EngineError, EngineUnavailable, SettingsError
from bookfilm.picture.diffusion.profile import profile_names
from bookfilm.picture.requests import EngineFacts, TakeOrder, order_take
from bookfilm.picture.takes import make_take
from bookfilm.picture.training.lessons import read_lessons
from bookfilm.picture.training.plan import TrainingPlan
from bookfilm.records.shots import Shot
from bookfilm.settings import Encoding, PictureSettings
from bookfilm.store.folder import FilmFolder
from tests.picture.diffusion.asking import QUAY, WOOD, asked, drawn
from tests.picture.diffusion.test_engine import pictures_for

pytest.importorskip("diffusers", reason="the extra diffusion is not installed")
pytest.importorskip("peft", reason="the extra train is not installed")

from bookfilm.picture.diffusion.engine import DiffusersEngine
from bookfilm.picture.training.learning import Learner
from bookfilm.picture.training.teaching import start_learner, teach
from tests.picture.diffusion.checkpoints import small

Checkpoint = Callable[[str], Path]
QUICK: dict[str, Any] = {
    "rank": 4,
    "steps": 24,
    "learning_rate": 5e-3,
    "every": 12,
    "right": "ours",
    "dtype": "float32",
}


def plan_for(profile: str, folder: Path, lessons: Path, **more: Any) -> TrainingPlan:
    size = small(profile, folder)["size"]
    told = {"lessons": str(lessons), "profile": profile, "model": str(folder), "size": size, **QUICK, **more}
    return TrainingPlan.model_validate(told)


def learner_of(plan: TrainingPlan) -> Learner:
    return start_learner(plan, read_lessons(Path(plan.lessons)), "cpu", lambda _: None)


@pytest.mark.parametrize("profile", profile_names())
def test_every_profile_is_taught_and_wears_it_where_it_is_meant(
    profile: str, checkpoint: Checkpoint, lessons: Path, tmp_path: Path
) -> None:
    folder, out = checkpoint(profile), tmp_path / "lora"
    plan = plan_for(profile, folder, lessons)
    learner = learner_of(plan)
    before = learner.examined()
    assert learner.examined() == before
    teach(plan, learner, 0, lambda _: None)
    assert learner.examined() < 0.97 * before
    out.mkdir()
    learner.write(out)

    bare = DiffusersEngine(**small(profile, folder))
    taught = DiffusersEngine(**small(profile, folder), loras=[{"id": str(out), "character": "anna"}])
    hers, others = asked(QUAY, **pictures_for(profile, tmp_path)), asked(WOOD, **pictures_for(profile, tmp_path))
    with_her, without = drawn(taught, hers), drawn(taught, others)
    assert not np.array_equal(with_her, drawn(bare, hers))
    assert np.array_equal(without, drawn(bare, others))
    assert np.array_equal(with_her, drawn(taught, hers))


def test_a_training_gone_on_with_is_the_one_not_broken_off(checkpoint: Checkpoint, lessons: Path) -> None:
    import torch

    plan = plan_for("wan2.2-t2v-a14b", checkpoint("wan2.2-t2v-a14b"), lessons)
    whole, first, second = learner_of(plan), learner_of(plan), learner_of(plan)
    teach(plan, whole, 0, lambda _: None)
    for number in range(15):
        first.step(number)
    second.restore(first.state())
    teach(plan, second, 15, lambda _: None)
    for lora, other in zip(whole.state()["loras"], second.state()["loras"], strict=True):
        assert lora.keys() == other.keys()
        assert all(torch.equal(lora[name], other[name]) for name in lora)


def test_each_expert_is_taught_in_its_half_and_at_its_own_noise(checkpoint: Checkpoint, lessons: Path) -> None:
    plan = plan_for("wan2.2-t2v-a14b", checkpoint("wan2.2-t2v-a14b"), lessons)
    learner = learner_of(plan)

    def moved() -> list[float]:
        # What goes out of a LoRA is nothing before it is taught.
        return [
            sum(float(value.abs().sum()) for name, value in lora.items() if "lora_B" in name)
            for lora in learner.state()["loras"]
        ]

    assert moved() == [0, 0]
    for number in range(12):
        learner.step(number)
    half = moved()
    assert half[0] > 0
    assert half[1] == 0
    for number in range(12, 24):
        learner.step(number)
    assert moved()[0] == half[0]
    assert moved()[1] > 0


def test_who_is_taught_anew_makes_new_takes_of_their_own_shots_only(
    checkpoint: Checkpoint, lessons: Path, tmp_path: Path
) -> None:
    folder = checkpoint("tiny")
    plan = plan_for("tiny", folder, lessons, steps=2)
    learner, keys = learner_of(plan), []
    out = tmp_path / "lora"
    out.mkdir()
    learner.write(out)
    theirs, style = {"id": str(out), "character": "anna"}, {"id": str(out)}
    for loras in ([], [theirs], [theirs | {"scale": 0.5}], [theirs, style]):
        settings = small("tiny", folder, **({"loras": loras} if loras else {}))
        engine = DiffusersEngine(**settings)
        facts = EngineFacts(
            name=engine.name, revision=engine.revision, settings=settings, capabilities=engine.capabilities
        )
        keys.append([_key(facts, picture) for picture in (QUAY, WOOD)])
    (bare_hers, bare), (hers, same), (weaker, still_same), (both, styled) = keys
    assert bare == same == still_same != styled
    assert len({bare_hers, hers, weaker, both}) == 4


def test_what_lies_beside_the_weights_makes_no_other_take(
    checkpoint: Checkpoint, lessons: Path, tmp_path: Path
) -> None:
    plan = plan_for("tiny", checkpoint("tiny"), lessons, steps=1)
    learner_of(plan).write(tmp_path)
    told = small("tiny", checkpoint("tiny"), loras=[{"id": str(tmp_path), "character": "anna"}])
    before = DiffusersEngine(**told).capabilities.taught
    (tmp_path / "lora.json").write_text("{}", encoding="utf8")
    (tmp_path / "training").mkdir()
    (tmp_path / "training" / "progress.jsonl").write_text("more", encoding="utf8")
    assert DiffusersEngine(**told).capabilities.taught == before


def test_a_replica_that_knows_somebody_otherwise_files_nothing_under_the_jobs_key(
    checkpoint: Checkpoint, lessons: Path, tmp_path: Path
) -> None:
    plan = plan_for("tiny", checkpoint("tiny"), lessons, steps=1)
    learner_of(plan).write(tmp_path)
    told = small("tiny", checkpoint("tiny"))
    bare = DiffusersEngine(**told)
    knows = DiffusersEngine(**told, loras=[{"id": str(tmp_path), "character": "anna"}])
    assert knows.revision == bare.revision
    facts = EngineFacts(name=knows.name, revision=knows.revision, capabilities=knows.capabilities)
    store = FilmFolder(tmp_path / "film").takes()
    for number, (picture, fits) in enumerate(((QUAY, False), (WOOD, True))):
        order = TakeOrder(
            key=f"{number:040x}", shot="c01-s01-h001", engine=facts, request=asked(picture), encoding=Encoding()
        )
        if fits:
            assert make_take(bare, order, store).key == order.key
            continue
        with pytest.raises(EngineError, match="another LoRA than the job means"):
            make_take(bare, order, store)
        assert store.find(order.key) is None


def _key(facts: EngineFacts, picture: Any) -> str:
    shot = Shot(id="c01-s01-h001", scene="c01-s01", picture=picture)
    return order_take(shot, 10, (), facts, PictureSettings(), Encoding()).key


def test_a_lora_that_is_not_there_or_of_another_model_is_told(
    checkpoint: Checkpoint, lessons: Path, tmp_path: Path
) -> None:
    told = small("tiny", checkpoint("tiny"))
    with pytest.raises(EngineUnavailable, match="loras: in all shots"):
        DiffusersEngine(**told, loras=[{"id": str(tmp_path / "no")}])
    plan = plan_for("ltx-2", checkpoint("ltx-2"), lessons, steps=1)
    learner_of(plan).write(tmp_path)
    for profile in ("tiny", "hunyuanvideo-1.5"):
        with pytest.raises(EngineUnavailable, match=r"loras: anna: .* does not load: "):
            wrong = [{"id": str(tmp_path), "character": "anna"}]
            DiffusersEngine(**small(profile, checkpoint(profile)), loras=wrong)
    with pytest.raises(SettingsError, match="pinned by the whole commit"):
        DiffusersEngine(**told, loras=[{"id": "somebody/anna-lora"}])
