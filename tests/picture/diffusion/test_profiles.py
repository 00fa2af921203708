"""Profiles: those that come with bookfilm, a user's own, and what is said of a mistake in one."""

from __future__ import annotations

import importlib.util
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookfilm.errors import EngineUnavailable, SettingsError
from bookfilm.picture.diffusion.engine import DiffusersEngine, profile_of
from bookfilm.picture.diffusion.needs import Machine, need_of, see_machine
from bookfilm.picture.diffusion.plan import plan_shot
from bookfilm.picture.diffusion.profile import load_profile, profile_names
from bookfilm.picture.diffusion.switches import check_switches, pipeline_class, require_switches
from bookfilm.picture.diffusion.tables import FrameRule
from bookfilm.records.time import FrameRate

MINE = """
about = "a model of my own"
[model]
pipeline = "WanPipeline"
id = "/models/mine"
licence = "Apache-2.0"
[clip]
sizes = ["832x480"]
frames = { step = 4, least = 5, most = 49 }
rate = "16"
[sampling]
steps = 8
[memory]
weights_gib = 3
gpu_gib = 8
offloaded_gib = 5
"""
BIG = Machine(missing=(), gpus=(80.0,), memory_gib=200, disk_gib=500)


def written(folder: Path, text: str) -> str:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf8")
    return str(path)


@pytest.mark.parametrize("name", profile_names())
def test_every_profile_says_all_about_its_model(name: str) -> None:
    profile = load_profile(name)
    assert profile.about
    assert profile.model.licence
    assert profile.model.limits or profile.model.licence == "Apache-2.0"
    assert profile.times.clip_s and profile.times.gpu and profile.times.source, "an estimate needs a figure"
    if profile.is_folder:
        assert (profile.name, profile.memory.gpu_gib, profile.clip_s()) == ("tiny", 0, 2)
        return
    assert len(profile.model.revision) == 40
    assert 0 < profile.memory.offloaded_gib <= profile.memory.gpu_gib
    assert 3 <= profile.clip_s() <= 11


def test_there_are_the_models_that_were_asked_for() -> None:
    assert set(profile_names()) >= {
        "wan2.2-t2v-a14b", "wan2.2-ti2v-5b", "wan2.1-flf2v-14b", "ltx-2", "hunyuanvideo-1.5", "cogvideox1.5-5b",
        "tiny",
    }  # fmt: skip


@pytest.mark.parametrize("name", profile_names())
def test_every_profile_names_a_pipeline_that_is_installed_and_switches_that_work(name: str) -> None:
    pytest.importorskip("diffusers", reason="the extra diffusion is not installed")
    profile = load_profile(name)
    assert check_switches(profile) == []
    for kind in filter(None, (profile.model.pipeline, profile.model.image_pipeline)):
        assert hasattr(pipeline_class(kind), "from_pretrained")


def test_a_profile_of_ones_own_is_a_path(tmp_path: Path) -> None:
    profile = load_profile(written(tmp_path, MINE))
    assert (profile.name, profile.is_folder, profile.model.revision) == ("mine", True, "")
    assert profile_of({"profile": written(tmp_path, MINE), "steps": 4}).steps == 4


@pytest.mark.parametrize(
    ("was", "now", "named"),
    [
        ("[memory]", "[memory]\nweight = 3", r"memory\.weight: there is no such key"),
        ('id = "/models/mine"', 'id = "package:no_such/weights"', r"model\.id: .*no package no_such"),
        ('id = "/models/mine"', 'id = "org/mine"', r"model\.revision: weights of a hub are pinned"),
        ('id = "/models/mine"', 'id = "o/m"\nrevision = "main"', r"model\.revision: .*a branch's name"),
        ('"832x480"', '"830x480"', "830x480 is not of multiples of 16"),
        ('"832x480"', '"big"', r"clip\.sizes"),
        ("most = 49", "most = 50", r"clip\.frames: .*of the form 4k\+1"),
        ('rate = "16"', 'rate = "0"', r"clip\.rate"),
        ('rate = "16"', 'rate = "16"\nupscale = "twice"', r"clip\.upscale"),
        ("steps = 8", 'steps = 8\nwords = "poem"', r"sampling\.words"),
        ("steps = 8", "steps = 0", r"sampling\.steps"),
        ("[memory]", "[speed]\nattention = 3\n[memory]", r"speed\.attention"),
        ("[memory]", '[speed.cache]\nkind = "fifth_block"\n[memory]', r"speed\.cache\.kind"),
        ("[memory]", "[[[", "not TOML"),
    ],
)
def test_a_mistake_is_named_with_its_profile(was: str, now: str, named: str, tmp_path: Path) -> None:
    assert was in MINE
    with pytest.raises(SettingsError, match=named) as fault:
        load_profile(written(tmp_path, MINE.replace(was, now)))
    assert "mine.toml: " in str(fault.value)
    assert "\n" not in str(fault.value)


def test_a_profile_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"wan3: no such profile; there are: .*wan2\.2-ti2v-5b"):
        load_profile("wan3")
    with pytest.raises(SettingsError, match=r"no\.toml: cannot be read"):
        load_profile(str(tmp_path / "no.toml"))


SWITCHES: dict[str, tuple[dict[str, Any], str, str]] = {
    "xformers": ({"attention": "xformers"}, "speed.attention: xformers does not work here", "xformers"),
    "eyes": ({"attention": "eyes"}, "speed.attention: diffusers .* has no eyes; it has .*native", ""),
    "another's value": (
        {"cache": {"kind": "first_block", "interval": 3}},
        r"speed\.cache\.interval: first_block does not read it",
        "",
    ),
    "mag": ({"cache": {"kind": "mag"}}, r"speed\.cache\.ratios: mag needs the model's magnitudes", ""),
    "int8": ({"quantisation": "int8"}, "speed.quantisation: int8 needs pip install 'torchao", "torchao"),
    "lora": ({"lora": {"id": "o/l", "revision": "0" * 40, "steps": 4}}, "speed.lora: needs pip install peft", "peft"),
    "offload": ({"offload": "model"}, "speed.offload: .*torch sees no GPU here", ""),
    "parallel": ({"ring": 2}, "speed.ring: native attention cannot", ""),
}
"""What is asked for, what is said of it, and the package whose absence that is."""


@pytest.mark.parametrize("switch", SWITCHES)
def test_a_switch_that_cannot_be_thrown_here_is_named_before_weights_are_loaded(switch: str) -> None:
    torch = pytest.importorskip("torch", reason="the extra diffusion is not installed")
    pytest.importorskip("diffusers", reason="the extra diffusion is not installed")
    speed, said, package = SWITCHES[switch]
    if torch.cuda.is_available() or (package and importlib.util.find_spec(package)):
        pytest.skip("this machine has what the test says it lacks")
    settings = {"profile": "wan2.2-t2v-a14b", "speed": speed}
    with pytest.raises((SettingsError, EngineUnavailable), match=rf"^profile wan2\.2-t2v-a14b: {said}") as fault:
        DiffusersEngine(**settings)
    assert "\n" not in str(fault.value)
    with pytest.raises((SettingsError, EngineUnavailable)):
        require_switches(profile_of(settings))


MISFITS: list[tuple[str, dict[str, Any], str]] = [
    (
        "cogvideox1.5-5b",
        {"cache": {"kind": "sea"}},
        r"speed\.cache\.kind: CogVideoXPipeline cannot have sea: .*no.* steps",
    ),
    ("wan2.1-flf2v-14b", {"cache": {"kind": "sea"}}, r"speed\.cache\.kind: WanImageToVideoPipeline cannot have sea"),
    ("hunyuanvideo-1.5", {"cache": {"kind": "sea"}}, r"cannot have sea: .*; it can have taylor_seer, pyramid"),
    ("wan2.2-t2v-a14b", {"cache": {"kind": "faster"}}, r"WanPipeline cannot have faster: it needs both halves"),
    ("hunyuanvideo-1.5", {"cache": {"kind": "faster"}}, "cannot have faster"),
    ("ltx-2", {"cache": {"kind": "faster"}}, "cannot have faster"),
    ("tiny", {"cache": {"kind": "faster"}}, "cannot have faster"),
    ("ltx-2", {"cache": {"kind": "pyramid"}}, "cannot have pyramid: it keeps one attention"),
    ("wan2.2-ti2v-5b", {"cache": {"kind": "pyramid"}}, "can have pyramid without guidance only"),
    ("hunyuanvideo-1.5", {"cache": {"kind": "pyramid"}}, "can have pyramid without guidance only"),
    ("ltx-2", {"cache": {"kind": "first_block"}}, "cannot have first_block: its blocks are not"),
    ("hunyuanvideo-1.5", {"attention": "_native_flash"}, r"speed\.attention: HunyuanVideo15Pipeline masks words"),
    ("ltx-2", {"attention": "sage"}, r"speed\.attention: LTX2ConditionPipeline masks words, which sage cannot"),
    (
        "cogvideox1.5-5b",
        {"attention": "_native_math"},
        r"speed\.attention: CogVideoXPipeline has an attention of its own",
    ),
]


@pytest.mark.parametrize(("profile", "speed", "said"), MISFITS)
def test_a_switch_that_does_not_go_with_the_pipeline_is_refused(profile: str, speed: dict[str, Any], said: str) -> None:
    """Else it would fail shot by shot, or do nothing and not say so."""
    pytest.importorskip("diffusers", reason="the extra diffusion is not installed")
    with pytest.raises(SettingsError, match=said) as fault:
        DiffusersEngine(profile=profile, speed=speed)
    assert "\n" not in str(fault.value)


def test_compiling_needs_a_compiler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch = pytest.importorskip("torch", reason="the extra diffusion is not installed")
    if torch.cuda.is_available():
        pytest.skip("triton is asked for first")
    profile = profile_of({"profile": "wan2.2-t2v-a14b", "speed": {"compile": True}})
    monkeypatch.setenv("PATH", str(tmp_path))
    for unnamed in ("", " "):
        monkeypatch.setenv("CXX", unnamed)
        assert check_switches(profile) == ["speed.compile: needs a compiler, and there is no g++: apt-get install g++"]
    monkeypatch.setenv("CXX", "clang++-99 -O2")
    (said,) = check_switches(profile)
    assert said.startswith("speed.compile: needs a compiler, and CXX names clang++-99 -O2, which is not here")
    (tmp_path / "clang++-99").write_text("#!/bin/sh\n")
    (tmp_path / "clang++-99").chmod(0o755)
    assert check_switches(profile) == []


def test_mag_is_refused_to_two_experts(checkpoint: Callable[[str], Path]) -> None:
    speed = {"cache": {"kind": "mag", "ratios": [1.0] * 8}}
    told: dict[str, Any] = {"profile": "wan2.2-t2v-a14b", "model": str(checkpoint("wan2.2-t2v-a14b")), "speed": speed}
    (said,) = check_switches(profile_of(told))
    assert said.startswith("speed.cache.kind: mag counts a model's steps")
    assert (
        check_switches(profile_of(told | {"profile": "wan2.2-ti2v-5b", "model": str(checkpoint("wan2.2-ti2v-5b"))}))
        == []
    )


def test_weights_that_are_not_here_say_how_to_fetch_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("diffusers", reason="the extra diffusion is not installed")
    (tmp_path / "empty").mkdir()
    with pytest.raises(EngineUnavailable, match="does not load: ") as fault:
        DiffusersEngine(profile="wan2.2-t2v-a14b", model=str(tmp_path / "empty"), device="cpu")
    assert "\n" not in str(fault.value)
    with pytest.raises(SettingsError, match="no such folder"):
        DiffusersEngine(profile="wan2.2-t2v-a14b", model=str(tmp_path / "none"))


def test_what_a_machine_lacks_is_told_with_what_to_type(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("diffusers", reason="the extra diffusion is not installed")
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    profile = load_profile("wan2.2-ti2v-5b")
    bare = need_of(profile, Machine(missing=("torch",), memory_gib=8, disk_gib=9))
    assert bare.lacks[0] == "needs torch: pip install 'bookfilm[diffusion]'"
    assert bare.lacks[1] == "no GPU: needs one of 32 GiB", "one lack hides no other"
    assert bare.lacks[2].startswith("its weights are not here: hf download Wan-AI/")
    small = need_of(profile, BIG.changed(gpus=(24.0,), disk_gib=2))
    assert "the largest GPU has 24 GiB, needs 32" in small.lacks[0]
    assert "offload" in small.lacks[0]
    assert f"hf download {profile.model.id} --revision {profile.model.revision}" in small.lacks[1]
    assert "15.9 GiB of disk" in small.lacks[1]
    assert need_of(profile, BIG.changed(gpus=())).lacks[0] == "no GPU: needs one of 32 GiB"
    offloads = profile_of({"profile": "wan2.2-ti2v-5b", "speed": {"offload": "model"}})
    assert any("15.9 GiB of weights lie in main memory" in one for one in need_of(offloads, bare_memory(8)).lacks)


def bare_memory(gib: float) -> Machine:
    return BIG.changed(memory_gib=gib)


def test_weights_that_are_here_in_part_are_not_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("diffusers", reason="the extra diffusion is not installed")
    from tests.picture.diffusion.checkpoints import MAKERS

    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    profile = load_profile("wan2.2-ti2v-5b")
    kept = tmp_path / "models--Wan-AI--Wan2.2-TI2V-5B-Diffusers" / "snapshots" / profile.model.revision
    kept.mkdir(parents=True)
    (kept / "model_index.json").write_text("{}")
    assert "its weights are not here" in need_of(profile, BIG).lacks[0]
    MAKERS["wan2.2-ti2v-5b"]().save_pretrained(kept, max_shard_size="20KB")
    assert need_of(profile, BIG).can_run
    shards = sorted((kept / "transformer").glob("*-of-*.safetensors"))
    assert len(shards) > 2
    fetch = f"hf download {profile.model.id} --revision {profile.model.revision}"
    for count, lost in enumerate(((shards[1],), (kept / "tokenizer",), (kept / "vae" / "config.json",)), 1):
        for path in lost:
            path.rename(tmp_path / f"lost{count}")
        (lack,) = need_of(profile, BIG).lacks
        assert lack.startswith("its weights are not whole, they lack ") and lack.endswith(fetch)
        assert f"transformer/{shards[1].name}" in lack or "more" in lack
    index = next((kept / "transformer").glob("*.index.json"))
    index.unlink()
    assert "transformer/weights" in need_of(profile, BIG).lacks[0], "shards without their index are not all"


def test_a_lora_that_is_not_here_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("peft", reason="the extra train is not installed")
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    fast = {"id": "o/fast", "revision": "0" * 40, "weight_name": "high/a.safetensors", "steps": 4}
    profile = profile_of({"profile": "tiny", "speed": {"lora": fast}, "loras": [{"id": str(tmp_path / "anna")}]})
    lacks = need_of(profile, BIG).lacks
    assert f"speed.lora: it is not here: hf download o/fast high/a.safetensors --revision {'0' * 40}" in lacks
    assert f"loras: no file {tmp_path / 'anna' / 'pytorch_lora_weights.safetensors'}" in lacks


def test_gpus_are_seen_where_torch_is_not_there_to_ask(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    told = tmp_path / "nvidia-smi"
    told.write_text("#!/bin/sh\necho 81559\necho 24564\n")
    told.chmod(0o755)
    monkeypatch.setattr("bookfilm.picture.diffusion.needs.missing_packages", lambda: ("torch",))
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert see_machine().gpus == (79.6, 24.0)
    monkeypatch.setenv("PATH", "")
    assert see_machine().gpus == ()


@given(
    step=st.integers(1, 16), first=st.integers(0, 1), least=st.integers(0, 5), more=st.integers(0, 20),
    frames=st.integers(1, 500),
)  # fmt: skip
def test_a_fitting_length_is_legal_and_holds_what_it_can(
    step: int, first: int, least: int, more: int, frames: int
) -> None:
    shortest = first + step * (least + (first == 0))
    rule = FrameRule(step=step, first=first, least=shortest, most=shortest + step * more)
    length = rule.fitting(frames)
    assert rule.least <= length <= rule.most
    assert (length - first) % step == 0
    assert length >= min(frames, rule.most)
    assert length < frames + step or length == rule.least


@given(width=st.integers(64, 4000), height=st.integers(64, 4000))
def test_a_size_has_the_films_shape(width: int, height: int) -> None:
    chosen = load_profile("wan2.2-t2v-a14b").clip.size_for(width, height)
    assert (chosen[0] > chosen[1]) == (width > height) or abs(width / height - 1) < 0.1


def test_a_size_is_no_larger_than_needed() -> None:
    clip = load_profile("wan2.2-t2v-a14b").clip
    assert clip.size_for(1920, 1080) == (1280, 720)
    assert clip.size_for(640, 360) == (832, 480)
    assert clip.size_for(720, 1280) == (720, 1280)


def test_the_digest_leaves_out_what_changes_no_pixel(tmp_path: Path) -> None:
    plain = load_profile(written(tmp_path, MINE)).digest()
    for same in (MINE.replace("gpu_gib = 8", "gpu_gib = 9"), MINE.replace("a model of", "the model of")):
        assert load_profile(written(tmp_path, same)).digest() == plain
    others = ("steps = 9", 'steps = 8\nwords = "caption"')
    upscaled = MINE.replace('rate = "16"', 'rate = "16"\nupscale = "realesrgan"')
    for other in (*(MINE.replace("steps = 8", o) for o in others), MINE.replace("most = 49", "most = 53"), upscaled):
        assert load_profile(written(tmp_path, other)).digest() != plain


def test_what_was_always_so_is_not_in_the_digest() -> None:
    """Profiles from before there were captions and upscalers keep their digest, and with it every take made so far."""
    assert load_profile("wan2.2-ti2v-5b").digest() == "e1735a66"


def test_the_example_in_the_page_is_a_profile(tmp_path: Path) -> None:
    page = (Path(__file__).parents[3] / "docs" / "diffusion.md").read_text(encoding="utf8")
    body = page.split("```toml\n")[1].split("```")[0]
    assert tomllib.loads(body)["model"]
    assert load_profile(written(tmp_path, body)).features.first_frame


@pytest.mark.parametrize("most_frames", [1, 4])
def test_clips_of_one_frame_cannot_go_on_from_one_another(most_frames: int) -> None:
    with pytest.raises(SettingsError, match=r"clip\.frames: where a clip begins with the last frame of the one before"):
        profile_of({"profile": "wan2.2-ti2v-5b", "most_frames": most_frames})
    assert profile_of({"profile": "wan2.2-ti2v-5b", "most_frames": 5}).clip.frames.most == 5
    looped = profile_of({"profile": "wan2.2-ti2v-5b", "most_frames": most_frames, "longer": "loop"})
    assert plan_shot(looped, 20, FrameRate.parse("24")).asked == 1
