"""The engine on real tensors: each profile's own pipeline class, with a tiny random checkpoint of its own form."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

from bookfilm.engines.protocols import never_cancelled, no_progress
from bookfilm.errors import EngineError, EngineUnavailable, RenderCancelled, SettingsError, TakeRejected
from bookfilm.picture.diffusion.engine import DiffusersEngine
from bookfilm.picture.diffusion.given import read_keyframe
from bookfilm.picture.diffusion.profile import profile_names
from bookfilm.picture.diffusion.prompting import write_prompt
from bookfilm.picture.diffusion.tables import CacheKind
from bookfilm.records.shots import Picture, Setting
from tests.picture.diffusion.asking import QUAY, WOOD, asked, drawn, keyframe

MakeEngine = Callable[..., DiffusersEngine]
CACHES: dict[str, tuple[str, dict[str, Any]]] = {
    "first_block": ("wan2.2-t2v-a14b", {"kind": "first_block", "threshold": 10.0}),
    "taylor_seer": ("wan2.2-t2v-a14b", {"kind": "taylor_seer", "interval": 3, "warm_up": 2, "order": 1}),
    "taylor_seer, hunyuan": ("hunyuanvideo-1.5", {"kind": "taylor_seer", "interval": 3, "warm_up": 2}),
    "mag": ("wan2.2-ti2v-5b", {"kind": "mag", "threshold": 0.5, "ratios": [1.0] * 8}),
    "sea": ("wan2.2-t2v-a14b", {"kind": "sea", "threshold": 5.0}),
    "pyramid": ("cogvideox1.5-5b", {"kind": "pyramid", "interval": 2}),
    "first_block, cogvideo": ("cogvideox1.5-5b", {"kind": "first_block", "threshold": 10.0}),
    "faster": ("cogvideox1.5-5b", {"kind": "faster", "interval": 2}),
    "first_block, tiny": ("tiny", {"kind": "first_block", "threshold": 10.0}),
    "taylor_seer, tiny": ("tiny", {"kind": "taylor_seer", "interval": 2, "warm_up": 2}),
    "mag, tiny": ("tiny", {"kind": "mag", "threshold": 0.5, "ratios": [1.0] * 8}),
    "sea, tiny": ("tiny", {"kind": "sea", "threshold": 5.0}),
}


def pictures_for(profile: str, folder: Path) -> dict[str, Any]:
    both = profile == "wan2.1-flf2v-14b"
    return {"first_frame": keyframe(folder, 1), "last_frame": keyframe(folder, 2)} if both else {}


@pytest.mark.parametrize("profile", profile_names())
def test_every_profile_renders_through_its_own_pipeline(profile: str, engine_of: MakeEngine, tmp_path: Path) -> None:
    engine = engine_of(profile)
    shares: list[Fraction] = []
    request = asked(**pictures_for(profile, tmp_path))
    clip = engine.render(request, shares.append, never_cancelled)
    pixels = np.stack([frame.copy() for frame in clip.pixels])
    assert pixels.shape == (10, 128, 128, 3)
    assert pixels.std() > 1
    assert shares == [Fraction(1, 3), Fraction(2, 3), 1, 1]
    assert np.array_equal(drawn(engine, request), pixels)
    assert not np.array_equal(drawn(engine, request.changed(seed=8)), pixels)


@pytest.mark.parametrize("profile", ["wan2.2-t2v-a14b", "hunyuanvideo-1.5", "cogvideox1.5-5b"])
def test_the_frames_are_the_bare_pipelines(
    profile: str, engine_of: MakeEngine, checkpoint: Callable[[str], Path]
) -> None:
    import diffusers
    import torch

    engine = engine_of(profile)
    native = engine._profile.clip
    width, height = native.sizes[0]
    request = asked(width=128, height=64, rate=int(native.rate.per_second), frames=17)
    request = request.model_copy(update={"width": width, "height": height})
    pipe = getattr(diffusers, engine._profile.model.pipeline).from_pretrained(checkpoint(profile), dtype=torch.float32)
    pipe.set_progress_bar_config(disable=True)
    guidance = {} if profile == "hunyuanvideo-1.5" else {"guidance_scale": engine._profile.guidance}
    made = pipe(
        prompt=write_prompt(QUAY, "cinematic", engine._profile.sampling.prompt_chars),
        negative_prompt=engine._profile.sampling.negative_prompt,
        width=width,
        height=height,
        num_frames=17,
        num_inference_steps=3,
        generator=torch.Generator("cpu").manual_seed(7),
        output_type="np",
        **guidance,
        **engine._profile.sampling.call,
    ).frames[0]
    assert np.array_equal(drawn(engine, request), (made * 255).round().astype(np.uint8))


@pytest.mark.parametrize("cache", CACHES)
def test_a_cache_keeps_nothing_for_the_next_shot(cache: str, engine_of: MakeEngine) -> None:
    profile, told = CACHES[cache]
    engine, plain = engine_of(profile, steps=8, speed={"cache": told}), engine_of(profile, steps=8)
    first, other = asked(frames=6), asked(WOOD, frames=5, seed=3)
    before = drawn(engine, first)
    assert not np.array_equal(before, drawn(plain, first)), "the cache saves nothing here, and proves nothing"
    drawn(engine, other)
    assert np.array_equal(drawn(engine, first), before)
    stopped_after(engine, other, steps=4)
    assert np.array_equal(drawn(engine, first), before)


UNGUIDED = {"call": {"guidance_scale": 1.0}}
BEGUN = {
    "first_block": {"threshold": 10.0},
    "taylor_seer": {"interval": 2, "warm_up": 2},
    "mag": {"threshold": 0.5, "ratios": [1.0] * 8},
    "pyramid": {"interval": 2},
}
"""The caches that save something in clips that begin with a picture."""


@pytest.mark.parametrize("kind", BEGUN)
def test_a_cache_works_in_clips_that_begin_with_a_picture(kind: str, engine_of: MakeEngine, tmp_path: Path) -> None:
    """They are made by another pipeline over the same model: it knows at which step it is, and not the other."""
    more = UNGUIDED if kind == "pyramid" else {}
    told = {"cache": {"kind": kind, **BEGUN[kind]}}
    engine = engine_of("wan2.2-ti2v-5b", steps=8, speed=told, **more)
    plain = engine_of("wan2.2-ti2v-5b", steps=8, **more)
    begun = asked(frames=6, first_frame=keyframe(tmp_path))
    before = drawn(engine, begun)
    assert not np.array_equal(before, drawn(plain, begun)), "the cache saves nothing here"
    drawn(engine, asked(WOOD, frames=5))
    assert np.array_equal(drawn(engine, begun), before)


def stopped_after(engine: DiffusersEngine, request: Any, steps: int) -> int:
    """Render until `steps` were made, ask to stop, and return how many were made."""
    shares: list[Fraction] = []
    with pytest.raises(RenderCancelled):
        list(engine.render(request, shares.append, lambda: len(shares) >= steps).pixels)
    return len(shares)


def test_no_cache_that_a_profile_can_name_is_left_out() -> None:
    assert {told["kind"] for _, told in CACHES.values()} == set(get_args(CacheKind)) - {"none"}


@pytest.mark.parametrize("profile", ["wan2.2-t2v-a14b", "hunyuanvideo-1.5", "tiny"])
def test_it_stops_within_a_step(profile: str, engine_of: MakeEngine) -> None:
    engine = engine_of(profile, steps=6)
    before = drawn(engine, asked())
    assert stopped_after(engine, asked(), 2) == 2
    assert np.array_equal(drawn(engine, asked()), before)


def test_it_stops_between_the_two_halves_of_a_step(engine_of: MakeEngine) -> None:
    engine, forwards = engine_of(steps=6), []
    engine._sampler._loaded.of_text.transformer.register_forward_hook(lambda *_: forwards.append(1))
    with pytest.raises(RenderCancelled):
        list(engine.render(asked(), no_progress, lambda: len(forwards) >= 3).pixels)
    assert len(forwards) == 3


def test_words_are_encoded_once(engine_of: MakeEngine) -> None:
    engine = engine_of()
    kept = engine._sampler._texts
    drawn(engine, asked())
    assert kept.encoded == 2, "the prompt and the negative prompt"
    drawn(engine, asked(seed=8))
    assert kept.encoded == 2
    drawn(engine, asked(WOOD))
    assert kept.encoded == 3
    little = engine_of(text_cache_mib=0)
    assert np.array_equal(drawn(little, asked(WOOD)), drawn(engine, asked(WOOD)))


@pytest.mark.parametrize(("profile", "looped"), [("wan2.2-ti2v-5b", False), ("wan2.2-t2v-a14b", True)])
def test_a_shot_longer_than_a_clip_has_no_seam(profile: str, looped: bool, engine_of: MakeEngine) -> None:
    engine = engine_of(profile)
    native = int(engine._profile.clip.rate.per_second)
    clip = engine.render(asked(frames=40, rate=native), no_progress, never_cancelled)
    assert bool(clip.notes) == looped
    pixels = np.stack([frame.copy() for frame in clip.pixels]).astype(np.int16)
    steps = np.abs(np.diff(pixels, axis=0)).mean(axis=(1, 2, 3))
    joins = [16, 32] if not looped else [8, 9, 16, 17, 24, 25, 32]
    inside = np.delete(steps, joins)
    assert steps[joins].max() <= inside.max() + 1


@pytest.mark.parametrize("profile", ["wan2.1-flf2v-14b", "tiny"])
def test_a_longer_shot_is_filled_between_its_keyframes(profile: str, engine_of: MakeEngine, tmp_path: Path) -> None:
    """It is made twice to the same bytes, tells of all its steps, and shows its keyframes at both ends."""
    engine = engine_of(profile, longer="fill", steps=2)
    native, ends = engine._profile.clip, {"first_frame": keyframe(tmp_path, 1), "last_frame": keyframe(tmp_path, 2)}
    (width, height), frames = native.sizes[0], 2 * native.frames.most
    request = asked(frames=frames, rate=int(native.rate.per_second), **ends)
    request = request.model_copy(update={"width": width, "height": height})
    shares: list[Fraction] = []
    made = np.stack([f.copy() for f in engine.render(request, shares.append, never_cancelled).pixels])
    # Three clips, and the one that they hang on, of two steps each; then the last frame is read.
    assert (len(shares), shares[-1]) == (2 * 4 + 1, 1)
    for at, given in ((0, "first_frame"), (-1, "last_frame")):
        wanted = read_keyframe(ends[given], width, height)
        assert wanted is not None
        assert np.abs(made[at].astype(int) - wanted).max() <= 1
    assert np.array_equal(drawn(engine, request), made)


def test_a_model_without_a_last_frame_fills_nothing(engine_of: MakeEngine) -> None:
    with pytest.raises(SettingsError, match=r"clip.longer: fill needs a model that takes a first and a last frame"):
        engine_of("wan2.2-t2v-a14b", longer="fill")


def test_titles_are_drawn_not_dreamt(engine_of: MakeEngine) -> None:
    engine = engine_of()
    title = Picture(kind="title", setting=Setting(kind="sea", hour="night"), card=("THE TIDE TABLE",))
    letters = drawn(engine, asked(title, frames=3))
    assert letters.shape[:3] == (3, 128, 128)
    assert engine._sampler._texts.encoded == 0


def test_a_model_that_needs_pictures_says_which(engine_of: MakeEngine, tmp_path: Path) -> None:
    engine = engine_of("wan2.1-flf2v-14b")
    with pytest.raises(SettingsError, match=r"profile wan2.1-flf2v-14b: .*first and the last frame of each shot"):
        engine.render(asked(), no_progress, never_cancelled)
    with pytest.raises(SettingsError, match="needs the last frame"):
        engine.render(asked(first_frame=keyframe(tmp_path)), no_progress, never_cancelled)
    with pytest.raises(SettingsError, match="cannot begin with"):
        engine_of().render(asked(first_frame=keyframe(tmp_path)), no_progress, never_cancelled)


def test_a_keyframe_that_is_another_picture_is_refused(engine_of: MakeEngine, tmp_path: Path) -> None:
    engine = engine_of("wan2.2-ti2v-5b")
    path, digest = keyframe(tmp_path)
    assert drawn(engine, asked(first_frame=(path, digest))).std() > 1
    Path(path).write_bytes(b"no picture")
    with pytest.raises(EngineError, match=r"keyframe0\.png: the keyframe is no picture, or not the one"):
        drawn(engine, asked(first_frame=(path, digest)))
    with pytest.raises(EngineError, match="cannot be read"):
        drawn(engine, asked(first_frame=(str(tmp_path / "gone.png"), digest)))


def test_pixels_that_are_no_numbers_are_no_picture(engine_of: MakeEngine) -> None:
    import torch

    engine = engine_of()
    with torch.no_grad():
        next(engine._sampler._loaded.of_text.transformer.parameters()).fill_(float("nan"))
    with pytest.raises(TakeRejected, match="no numbers"):
        drawn(engine, asked())


def test_the_revision_follows_whatever_changes_pixels(engine_of: MakeEngine, tmp_path: Path) -> None:
    plain = engine_of().revision
    assert engine_of().revision == plain
    assert engine_of(threads=1, text_cache_mib=1).revision == plain
    others = [
        engine_of(steps=4).revision,
        engine_of(size="48x32").revision,
        engine_of("wan2.2-ti2v-5b").revision,
        engine_of(speed={"cache": {"kind": "first_block"}}).revision,
        engine_of(speed={"quantisation": "fp8_storage"}).revision,
    ]
    assert len({plain, *others}) == 6


@pytest.mark.parametrize(
    "speed", [{"vae_tiling": True, "vae_slicing": True}, {"quantisation": "fp8_storage"}, {"attention": "_native_math"}]
)
def test_switches_that_need_nothing_work_here(speed: dict[str, Any], engine_of: MakeEngine) -> None:
    assert drawn(engine_of(speed=speed), asked()).std() > 1


@pytest.mark.parametrize("profile", ["wan2.2-t2v-a14b", "wan2.1-flf2v-14b"])
def test_compiled_blocks_are_warm_before_it_says_ready(
    profile: str, engine_of: MakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A compiler works when a block is first used; what stands for it here only counts, as compiling takes minutes."""
    from diffusers import WanTransformer3DModel

    lengths = list[int]()

    def compiling(model: Any) -> None:
        model.register_forward_hook(lambda _model, _told, made: lengths.append(made[0].shape[2]))

    monkeypatch.setattr(WanTransformer3DModel, "compile_repeated_blocks", compiling)
    engine = engine_of(profile, speed={"compile": True})
    # Two lengths, in latent frames; three steps each, and both halves of guidance.
    least = engine._profile.clip.frames.least
    assert sorted(set(lengths)) == sorted(
        {(least - 1) // 4 + 1, (engine._profile.clip.frames.fitting(least + 1) - 1) // 4 + 1}
    )
    assert len(lengths) == len(set(lengths)) * 6


def test_blocks_that_do_not_compile_are_told_before_any_shot(
    engine_of: MakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    from diffusers import WanTransformer3DModel

    def compiling(model: Any) -> None:
        def fail(*_: Any) -> None:
            raise RuntimeError("backend='inductor' raised: no such header\nmore of it")

        model.register_forward_pre_hook(fail)

    monkeypatch.setattr(WanTransformer3DModel, "compile_repeated_blocks", compiling)
    with pytest.raises(
        EngineUnavailable, match=r"speed\.compile: RuntimeError: backend='inductor' raised: no such"
    ) as told:
        engine_of(speed={"compile": True})
    assert "\n" not in str(told.value)
