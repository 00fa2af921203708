"""The tiny model is trained, broken off, gone on with, exported, and draws through the engine: on few clips."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bookfilm.errors import EXIT_INPUT, SettingsError
from bookfilm.picture.tiny.clips import FRAMES, HEIGHT, WIDTH, training_clips
from tests.picture.diffusion.asking import QUAY, WOOD, asked, drawn

torch = pytest.importorskip("torch", reason="the extra diffusion is not installed")
pytest.importorskip("diffusers", reason="the extra diffusion is not installed")

from bookfilm.picture.diffusion.engine import DiffusersEngine  # noqa: E402
from bookfilm.picture.tiny.corpus import load_corpus, psnr_of  # noqa: E402
from bookfilm.picture.tiny.denoising import DenoiserStage, Recipe  # noqa: E402
from bookfilm.picture.tiny.export import check_export, export_pipeline  # noqa: E402
from bookfilm.picture.tiny.seams import SeamsStage  # noqa: E402
from bookfilm.picture.tiny.stages import Stage, run_stage  # noqa: E402
from bookfilm.picture.tiny.text import caption_tokenizer, tokens_of  # noqa: E402
from bookfilm.picture.tiny.train import main, train  # noqa: E402

SMALL = Recipe(clips=16, channels=16, width=24, layers=1, heads=2, batch=4, warm_up=2)


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the clips drawn and nothing trained."""
    folder = tmp_path_factory.mktemp("tiny")
    load_corpus(folder, SMALL.clips, SMALL.channels, silent)
    return folder


def state_of(stage: DenoiserStage) -> bytes:
    parts = [*stage.model.state_dict().values(), *stage.average.state_dict().values()]
    return b"".join(part.numpy().tobytes() for part in (*parts, *stage.corpus.codec.state_dict().values()))


def silent(_line: str) -> None:
    """Hear nothing."""


def broken_off(stage: Stage, folder: Path, steps: int) -> None:
    """Make so many steps of `stage` and keep them."""
    run_stage(stage, folder, steps, silent)


def copied(work: Path, folder: Path) -> Path:
    for path in work.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


def test_clips_are_drawn_once_and_the_codec_gives_them_back(work: Path) -> None:
    told: list[str] = []
    clips = training_clips(work, SMALL.clips, told.append)
    assert not told
    assert clips.shape == (SMALL.clips, FRAMES, HEIGHT, WIDTH, 3)
    assert clips.std() > 20
    corpus = load_corpus(work, SMALL.clips, SMALL.channels, told.append)
    assert corpus.latents.shape == (SMALL.clips, SMALL.channels, 7, 12)
    assert float(corpus.latents.float().pow(2).mean().sqrt()) == pytest.approx(0.5, rel=0.1)
    assert psnr_of(corpus.codec, clips) > 20


def test_a_training_that_was_broken_off_goes_on_to_the_same_weights(work: Path, tmp_path: Path) -> None:
    for name in ("whole", "broken"):
        (tmp_path / name).mkdir()
    whole = train(copied(work, tmp_path / "whole"), 4, 3, SMALL)
    broken = copied(work, tmp_path / "broken")
    corpus = load_corpus(broken, SMALL.clips, SMALL.channels, silent)
    broken_off(DenoiserStage(SMALL, corpus, 4), broken, 3)
    assert state_of(train(broken, 4, 0, SMALL)) != state_of(whole)
    resumed = train(broken, 4, 0, SMALL)
    clips = training_clips(broken, SMALL.clips, silent)
    seams = SeamsStage(resumed.average.text, resumed.average.denoiser, resumed.corpus, clips, 3)
    broken_off(seams, broken, 2)
    assert state_of(train(broken, 4, 3, SMALL)) == state_of(whole)
    assert (broken / "training.tsv").read_text().startswith("3\t")


def test_seams_are_closed_anew_where_the_denoiser_was_trained_on(work: Path, tmp_path: Path) -> None:
    for name in ("whole", "longer"):
        (tmp_path / name).mkdir()
    whole = train(copied(work, tmp_path / "whole"), 4, 2, SMALL)
    longer = copied(work, tmp_path / "longer")
    corpus = load_corpus(longer, SMALL.clips, SMALL.channels, silent)
    first = DenoiserStage(SMALL, corpus, 4)
    broken_off(first, longer, 3)
    seams = SeamsStage(
        first.average.text, first.average.denoiser, corpus, training_clips(longer, SMALL.clips, silent), 2
    )
    broken_off(seams, longer, 2)
    assert state_of(train(longer, 4, 2, SMALL)) == state_of(whole)
    kept = (longer / "seams.pt").stat().st_mtime_ns
    assert state_of(train(longer, 4, 2, SMALL)) == state_of(whole)
    assert (longer / "seams.pt").stat().st_mtime_ns == kept, "of the same denoiser they are closed once"


def test_an_export_removes_nothing_but_a_pipeline_of_its_own(work: Path, tmp_path: Path) -> None:
    def exported(folder: Path) -> int:
        stage = DenoiserStage(SMALL, load_corpus(work, SMALL.clips, SMALL.channels, silent), 1)
        return export_pipeline(stage.average.text, stage.average.denoiser, stage.corpus.codec, folder)

    home, others, mine = (tmp_path / name for name in ("home", "others", "mine"))
    (home / "photographs").mkdir(parents=True)
    (others / "transformer").mkdir(parents=True)
    (others / "model_index.json").write_text('{"_class_name": "WanPipeline", "transformer": ["diffusers", "Wan"]}')
    for folder in (home, others):
        for refuses in (exported, check_export):
            with pytest.raises(SettingsError, match=rf"{folder.name}: holds something else"):
                refuses(folder)
    assert (home / "photographs").is_dir() and (others / "transformer").is_dir()
    assert main(["--work", str(tmp_path / "never begun"), "--out", str(home)]) == EXIT_INPUT
    assert not (tmp_path / "never begun").exists()
    check_export(mine)
    size = exported(mine)
    (mine / "notes").mkdir()
    (mine / "README.md").write_text("the card")
    (mine / "transformer" / "left.safetensors").write_bytes(b"of an older one")
    assert exported(mine) == size + len("the card")
    assert (mine / "notes").is_dir() and (mine / "README.md").read_text() == "the card"


def test_another_recipe_does_not_go_on_where_this_one_was(work: Path, tmp_path: Path) -> None:
    train(copied(work, tmp_path), 1, 0, SMALL)
    other = Recipe(clips=16, channels=16, width=24, layers=2, heads=2, batch=4)
    with pytest.raises(ValueError, match=r"training\.pt: it is of another recipe"):
        train(tmp_path, 2, 0, other)


def test_it_learns(work: Path) -> None:
    corpus = load_corpus(work, SMALL.clips, SMALL.channels, silent)
    stage, losses = DenoiserStage(SMALL, corpus, 1000), []
    for stage.step in range(120):
        losses.append(stage.learn())
    assert np.mean(losses[-20:]) < 0.7 * np.mean(losses[:20])


def test_seams_are_closed(work: Path) -> None:
    corpus = load_corpus(work, SMALL.clips, SMALL.channels, silent)
    denoising = DenoiserStage(SMALL, corpus, 1000)
    for denoising.step in range(60):
        denoising.learn()
    clips = training_clips(work, SMALL.clips, silent)
    stage = SeamsStage(denoising.average.text, denoising.average.denoiser, corpus, clips, 200)
    before = stage.learn()
    for stage.step in range(1, 40):
        stage.learn()
    stage.step = 0
    assert stage.learn() < 0.97 * before, "the same clips and the same noise as at the beginning"


def test_words_are_tokens_and_strange_words_are_unknown() -> None:
    tokens = tokens_of(caption_tokenizer(), ["wide shot. forest. at night.", "", "A zebra."])
    assert tokens.shape == (3, 16)
    assert int((tokens[0] > 1).sum()) == 5
    assert not tokens[1].any()
    assert set(tokens[2].tolist()) == {0, 1}


def test_what_was_trained_draws_shots_through_the_engine(work: Path, tmp_path: Path) -> None:
    trainer = train(copied(work, tmp_path), 3, 1, SMALL)
    torch.nn.init.normal_(trainer.average.denoiser.clip.weight)
    size = export_pipeline(trainer.average.text, trainer.average.denoiser, trainer.corpus.codec, tmp_path / "out")
    assert 0 < size < 1 << 20
    engine = DiffusersEngine(profile="tiny", model=str(tmp_path / "out"), steps=4, device="cpu", threads=1)
    first = drawn(engine, asked(frames=50, height=72))
    assert first.shape == (50, 72, 128, 3)
    assert not np.array_equal(drawn(engine, asked(WOOD, frames=50, height=72)), first)
    assert np.array_equal(drawn(engine, asked(QUAY, frames=50, height=72)), first)
    assert not np.array_equal(drawn(engine, asked(frames=50, height=72, seed=8)), first)
    again = DiffusersEngine(profile="tiny", model=str(tmp_path / "out"), steps=4, device="cpu", threads=1)
    assert np.array_equal(drawn(again, asked(frames=50, height=72)), first)
    assert again.revision == engine.revision
