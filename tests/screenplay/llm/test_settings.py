"""Settings are refused by name, what is missing is said with what to install, and a prompt is never changed unseen."""

from __future__ import annotations

import hashlib
import re
import sys
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from bookfilm.engines.registry import build_screenwriter
from bookfilm.errors import EngineUnavailable, SettingsError
from bookfilm.screenplay.llm.questions import PROMPTS
from bookfilm.screenplay.llm.settings import LlmSettings
from bookfilm.settings import Preset, load_preset

ROOT = Path(__file__).parents[3]

HERE = {"backend": "openai", "model": "m", "base_url": "http://127.0.0.1:1/v1", "cache": "off"}


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({**HERE, "windo_chars": 5}, "windo_chars"),
        ({**HERE, "window_chars": 0}, "window_chars"),
        ({**HERE, "backend": "abacus"}, "backend"),
        ({**HERE, "temperature": "hot"}, "temperature"),
        ({**HERE, "base_url": "127.0.0.1"}, "BOOKFILM_LLM_URL"),
        ({**HERE, "base_url": ""}, "BOOKFILM_LLM_URL"),
        ({**HERE, "model": ""}, "BOOKFILM_LLM_MODEL"),
        ({**HERE, "budget_usd": 1.0}, "usd_per_million"),
        ({"backend": "transformers"}, "model"),
        ({}, "backend"),
    ],
)
def test_a_wrong_setting_is_named(settings: dict[str, Any], named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BOOKFILM_LLM_URL", "BOOKFILM_LLM_MODEL"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(SettingsError, match=named) as fault:
        build_screenwriter("llm", settings)
    assert "\n" not in str(fault.value)


def test_the_environment_fills_what_a_preset_leaves_open(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BOOKFILM_LLM_URL", "http://127.0.0.1:2/v1")
    monkeypatch.setenv("BOOKFILM_LLM_MODEL", "from-outside")
    monkeypatch.setenv("BOOKFILM_LLM_CACHE", str(tmp_path))
    engine: Any = build_screenwriter("llm", {"backend": "openai"})
    assert "openai:from-outside" in engine.revision
    assert engine.settings.base_url == "http://127.0.0.1:2/v1"
    assert engine.settings.cache_folder() == tmp_path
    assert build_screenwriter("llm", HERE).revision != engine.revision


@pytest.mark.parametrize(
    ("settings", "module", "said"),
    [
        (HERE, "openai", r"pip install 'bookfilm\[remote\]'"),
        ({"backend": "transformers", "model": "smollm2"}, "llguidance", r"pip install 'bookfilm\[llm\]'"),
        ({"backend": "transformers", "model": "smollm2"}, "torch", r"pip install 'bookfilm\[llm\]'"),
        ({"backend": "vllm", "model": "m"}, "vllm", "pip install 'vllm"),
    ],
)
def test_what_is_not_installed_is_one_line_that_says_what_to_type(
    settings: dict[str, Any], module: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(EngineUnavailable, match=said) as fault:
        build_screenwriter("llm", settings)
    assert str(fault.value).startswith("screenwriter engine llm: ") and "\n" not in str(fault.value)


def test_a_model_that_is_not_there_is_said(tmp_path: Path) -> None:
    pytest.importorskip("llguidance")
    with pytest.raises(EngineUnavailable, match="does not load"):
        build_screenwriter("llm", {"backend": "transformers", "model": str(tmp_path)})


DOCUMENTED = re.findall(r"```toml\n(# gpu-writer.*?)```", (ROOT / "docs" / "engines.md").read_text("utf8"), re.DOTALL)


@pytest.mark.parametrize(
    "preset", [load_preset("tiny"), load_preset("remote"), *(Preset(name="x", **tomllib.loads(t)) for t in DOCUMENTED)]
)
def test_presets_say_only_what_there_is(preset: Preset) -> None:
    assert len(DOCUMENTED) == 1
    told = LlmSettings.model_validate(preset.screenwriter.settings)
    assert told.backend in ("openai", "transformers", "vllm")


PRINTED = {
    "again.v1.md": "d1398031f610",
    "task.v1.md": "5e4d1d0265d5",
    "window.v1.md": "10209967eaa5",
}


@pytest.mark.parametrize("name", PRINTED)
def test_a_prompt_is_changed_only_with_its_version(name: str) -> None:
    """If this fails you have changed a prompt: give it a new file and PROMPTS a new number instead."""
    assert name.split(".")[1] == f"v{PROMPTS}"
    body = files("bookfilm.screenplay.llm").joinpath("prompts", name).read_bytes()
    assert hashlib.sha256(body).hexdigest()[:12] == PRINTED[name]
