"""Takes held to their prompts by models of words and pictures: real ones, small and random, on disk as theirs are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bookfilm.engines.protocols import AdherenceEngine
from bookfilm.errors import EngineUnavailable, SettingsError
from bookfilm.picture.diffusion.adherence import PromptReader, prompt_reader
from bookfilm.picture.diffusion.engine import DiffusersEngine, profile_of
from bookfilm.picture.diffusion.needs import Machine, need_of
from bookfilm.picture.requests import EngineFacts, TakeOrder
from bookfilm.picture.takes import TRIES, make_take
from bookfilm.settings import Encoding
from bookfilm.store.folder import FilmFolder
from tests.picture.diffusion.asking import QUAY, WOOD, asked

MakeEngine = Callable[..., DiffusersEngine]
COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture(scope="module", params=["clip", "siglip"])
def reading(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small random model of words and pictures, as its real ones are saved."""
    torch = pytest.importorskip("torch", reason="the extra diffusion is not installed")
    transformers = pytest.importorskip("transformers", reason="the extra diffusion is not installed")
    from tests.picture.diffusion.checkpoints import _tokenizer

    torch.manual_seed(7)
    sees = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "image_size": 56, "patch_size": 7}
    reads = {"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 1, "num_attention_heads": 2}
    reads |= {"vocab_size": 150, "max_position_embeddings": 24, "pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 1}
    told = {"vision_config": {**sees, "intermediate_size": 48}, "text_config": reads}
    size: dict[str, Any] = {"size": {"height": 56, "width": 56}}
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "clip":
        model = transformers.CLIPModel(transformers.CLIPConfig(**told, projection_dim=16))
        processor = transformers.CLIPImageProcessor(**size, do_center_crop=False)
    else:
        model = transformers.SiglipModel(transformers.SiglipConfig(**told))
        processor = transformers.SiglipImageProcessor(**size)
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    _tokenizer().save_pretrained(folder)
    return folder


def reader_of(folder: Path) -> PromptReader:
    reader = prompt_reader(profile_of({"profile": "tiny", "adherence": {"id": str(folder)}}), "cpu")
    assert reader is not None
    return reader


def test_the_score_is_clipscore_in_the_middle_of_the_frames(reading: Path) -> None:
    import torch
    import transformers
    from PIL import Image

    reader = reader_of(reading)
    rng = np.random.default_rng(3)
    frames = [rng.integers(0, 255, (60, 100, 3), dtype=np.uint8) for _ in range(5)]
    words = "A wide shot of a harbour at dusk."
    model = transformers.AutoModel.from_pretrained(str(reading)).eval()
    processor = transformers.AutoImageProcessor.from_pretrained(str(reading))
    tokenizer = transformers.AutoTokenizer.from_pretrained(str(reading))
    with torch.no_grad():
        told = tokenizer(words, padding="max_length", max_length=24, truncation=True, return_tensors="pt")
        made = model(**told, **processor(images=[Image.fromarray(one) for one in frames], return_tensors="pt"))
    cosines = torch.nn.functional.cosine_similarity(made.image_embeds, made.text_embeds)
    assert reader.adherence(frames, words) == pytest.approx(min(1, max(0, 2.5 * float(cosines.median()))), abs=1e-5)
    assert reader.adherence(frames[::-1], words) == pytest.approx(reader.adherence(frames, words), abs=1e-5)
    # More words than it reads are no error.
    assert 0 <= reader.adherence(frames, words * 50) <= 1


def test_takes_are_scored_and_below_the_floor_made_again(reading: Path, engine_of: MakeEngine, tmp_path: Path) -> None:
    scored, strict = (engine_of("tiny", adherence={"id": str(reading), "floor": floor}) for floor in (0.0, 0.999))
    assert isinstance(scored, AdherenceEngine)
    assert (engine_of("tiny").capabilities.adherence_floor, scored.capabilities.adherence_floor) == (None, 0.0)
    assert scored.revision != strict.revision != engine_of("tiny").revision
    store = FilmFolder(tmp_path).takes()
    tries = []
    for number, engine in enumerate((scored, strict)):
        facts = EngineFacts(name=engine.name, revision=engine.revision, capabilities=engine.capabilities)
        key = f"{number:040x}"
        order = TakeOrder(key=key, shot="c01-s01-h001", engine=facts, request=asked(QUAY), encoding=Encoding())
        take = make_take(engine, order, store)
        assert take.adherence is not None
        assert 0 <= take.adherence <= 1
        tries.append((take.tries, any("prompt: " in flag for flag in take.flags)))
    assert tries == [(1, False), (TRIES, True)]
    frames = [np.full((56, 96, 3), 90, np.uint8)]
    assert scored.adherence(frames, asked(QUAY)) != scored.adherence(frames, asked(WOOD))


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"floor": 0.4}, r"adherence\.floor: without a model nothing is scored"),
        ({"id": "org/reader"}, r"adherence\.revision: weights of a hub are pinned"),
        ({"id": "./reader", "floor": 1.0}, r"adherence\.floor"),
    ],
)
def test_a_mistake_is_named(told: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        profile_of({"profile": "tiny", "adherence": told})


def test_weights_that_are_not_here_or_read_no_words_are_named(tmp_path: Path) -> None:
    transformers = pytest.importorskip("transformers", reason="the extra diffusion is not installed")
    machine = Machine(missing=(), gpus=(80.0,), memory_gib=200, disk_gib=500)
    profile = profile_of({"profile": "tiny", "adherence": {"id": "no-such-org/reader", "revision": COMMIT}})
    fetch = f"adherence.id: its weights are not here: hf download no-such-org/reader --revision {COMMIT}"
    assert fetch in need_of(profile, machine).lacks
    with pytest.raises(EngineUnavailable, match=r"^profile tiny: adherence\.id: .* does not load"):
        reader_of(tmp_path)
    small = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "image_size": 56, "patch_size": 7}
    transformers.Dinov2Model(transformers.Dinov2Config(**small)).save_pretrained(tmp_path)
    transformers.BitImageProcessor().save_pretrained(tmp_path)
    with pytest.raises(EngineUnavailable, match="Dinov2Model reads no words"):
        reader_of(tmp_path)


def test_a_profile_without_the_table_keeps_its_keys() -> None:
    assert profile_of({"profile": "tiny"}).digest() == profile_of({"profile": "tiny", "adherence": {}}).digest()
