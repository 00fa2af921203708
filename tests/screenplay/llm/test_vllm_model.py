"""vLLM needs a GPU, so that a double stands in for its offline engine: what it is asked, and how it is read."""

from __future__ import annotations

import json
import sys
import types
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bookfilm.screenplay.llm.writer import LlmScreenwriter
from tests.screenplay.llm.chat_server import good_answer
from tests.screenplay.llm.writing import flags, heard, ruled, write


@dataclass
class Sampling:
    """vllm.SamplingParams."""

    temperature: float
    max_tokens: int
    structured_outputs: Any


@dataclass
class Structured:
    """vllm.sampling_params.StructuredOutputsParams."""

    json: dict[str, Any]


@dataclass
class Engine:
    """vllm.LLM: refuses a batch that holds a prompt of more than `room` characters, as vLLM does."""

    model: str
    seed: int = -1
    room: int = 10_000
    batches: list[int] = field(default_factory=list)
    chars: list[int] = field(default_factory=list)

    def chat(self, turns: list[list[dict[str, str]]], sampling: list[Sampling], use_tqdm: bool) -> list[Any]:
        assert not use_tqdm and self.seed == 0
        self.chars += [sum(len(turn["content"]) for turn in chat) for chat in turns]
        if max(self.chars[-len(turns) :]) > self.room:
            raise ValueError("The decoder prompt is longer than the maximum model length")
        self.batches.append(len(turns))
        return [self._written(chat, asked) for chat, asked in zip(turns, sampling, strict=True)]

    def _written(self, chat: list[dict[str, str]], asked: Sampling) -> Any:
        assert asked.temperature == 0.0
        schema = {"json_schema": {"schema": asked.structured_outputs.json}}
        text = json.dumps(good_answer({"messages": chat, "response_format": schema}))
        said = types.SimpleNamespace(text=text, token_ids=[0] * 20, finish_reason="stop")
        return types.SimpleNamespace(outputs=[said], prompt_token_ids=[0] * 100)


@pytest.fixture
def vllm(monkeypatch: pytest.MonkeyPatch) -> None:
    module: Any = types.ModuleType("vllm")
    module.LLM, module.SamplingParams = Engine, Sampling
    parameters: Any = types.ModuleType("vllm.sampling_params")
    parameters.StructuredOutputsParams = Structured
    monkeypatch.setitem(sys.modules, "vllm", module)
    monkeypatch.setitem(sys.modules, "vllm.sampling_params", parameters)


@pytest.mark.usefixtures("vllm")
def test_a_batch_goes_in_at_once_and_is_read(tmp_path: Path) -> None:
    engine = LlmScreenwriter(backend="vllm", model="org/model", cache=str(tmp_path))
    screenplay = write(engine).screenplay
    assert flags(screenplay) == ["", "", ""]
    assert heard(screenplay) == heard(ruled())
    assert engine._model._llm.batches == [3]  # type: ignore[attr-defined]
    use = screenplay.model_use
    assert use is not None and (use.model, use.prompt_tokens, use.completion_tokens) == ("vllm:org/model", 300, 60)


@pytest.mark.usefixtures("vllm")
def test_one_that_is_too_long_costs_only_itself() -> None:
    asked = LlmScreenwriter(backend="vllm", model="m", cache="off")
    write(asked)
    longest = max(asked._model._llm.chars)  # type: ignore[attr-defined]
    engine = LlmScreenwriter(backend="vllm", model="m", cache="off", load={"room": longest - 1})
    assert sorted(flags(write(engine).screenplay)) == ["", "", "rules: longer than the model's context"]
