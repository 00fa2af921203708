"""What a preset may say of the screenwriter that asks a language model."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from bookfilm.errors import SettingsError
from bookfilm.records.base import Part, content_key, first_fault

Positive = Annotated[int, Field(ge=1)]

_NOT_IN_THE_REVISION = {
    "base_url",
    "api_key_env",
    "calls_at_once",
    "timeout_s",
    "attempts",
    "longest_wait_s",
    "give_up_after",
    "cache",
    "threads",
}
"""Where and how patiently the model is asked; everything else can change what is written."""


class LlmSettings(Part):
    """The keywords of the engine `llm`. Sizes of text are in characters: about four of them are a token in English."""

    backend: Literal["transformers", "vllm", "openai"]
    model: str = ""
    """transformers, vllm: a folder, a hub's name, or "smollm2", the one that a package carries. openai: the server's
    name for it; empty: BOOKFILM_LLM_MODEL."""
    gguf_file: str | None = None
    load: dict[str, Any] = Field(default={})
    """Further keywords for from_pretrained (transformers) or LLM (vllm)."""
    threads: Positive | None = None
    """transformers: CPU threads; None leaves torch's own choice."""
    base_url: str = ""
    """openai: such as http://127.0.0.1:8000/v1; empty: BOOKFILM_LLM_URL."""
    api_key_env: str = "BOOKFILM_LLM_KEY"
    """openai: the environment variable that holds the key. The key itself never stands in a preset."""
    temperature: float | None = 0.0
    """openai: None says nothing of it, for models that refuse the word. In process it is always the likeliest token."""
    max_tokens_field: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    extra_body: dict[str, Any] = Field(default={})

    inner_speech: Literal["thought", "dialogue"] = "thought"
    rank_beats: bool = True
    """Where a runtime is asked for: read the whole book and weigh each beat. False: read only what the rules keep."""
    window_chars: Positive = 6000
    window_beats: Positive = 12
    memory_chars: Positive = 1500
    quote_chars: Positive = 160
    answer_tokens: Positive = 2000
    batch: Positive = 8
    """Windows that are asked about together; the memory is that of the batches before."""

    calls_at_once: Positive = 4
    timeout_s: Annotated[float, Field(gt=0)] = 120.0
    attempts: Positive = 4
    longest_wait_s: Annotated[float, Field(gt=0)] = 60.0
    """The most that is waited between attempts, whatever the server's Retry-After says."""
    reasks: Annotated[int, Field(ge=0, le=3)] = 1
    """How often a faulty answer is sent back with its faults."""
    give_up_after: Positive = 8
    """Calls in a row without an answer, after which the rest of the book is not asked about."""
    budget_tokens: Positive | None = None
    budget_usd: Annotated[float, Field(gt=0)] | None = None
    usd_per_million_prompt_tokens: Annotated[float, Field(ge=0)] = 0.0
    usd_per_million_completion_tokens: Annotated[float, Field(ge=0)] = 0.0
    cache: str = ""
    """A folder; "off"; empty: BOOKFILM_LLM_CACHE, else bookfilm/llm in the user's cache folder."""

    def usd(self, prompt_tokens: int, completion_tokens: int) -> float:
        """Return what so many tokens cost."""
        paid = prompt_tokens * self.usd_per_million_prompt_tokens
        return (paid + completion_tokens * self.usd_per_million_completion_tokens) / 1e6

    def digest(self) -> str:
        """Return eight digits that change with every setting that can change what is written."""
        return content_key("llm settings", self.model_dump(mode="json", exclude=_NOT_IN_THE_REVISION))[:8]

    def cache_folder(self) -> Path | None:
        """Return where answers are kept, None for nowhere."""
        told = self.cache or os.environ.get("BOOKFILM_LLM_CACHE", "")
        if told == "off":
            return None
        return Path(told).expanduser() if told else _user_cache() / "llm"

    def weights_folder(self) -> Path | None:
        """Return where unpacked weights are kept, None for nowhere."""
        return None if self.cache_folder() is None else _user_cache() / "weights"


def _user_cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "bookfilm"


def read_settings(told: dict[str, Any]) -> LlmSettings:
    """Return the settings in `told`, an endpoint's gaps filled from the environment. Raises SettingsError."""
    try:
        settings = LlmSettings.model_validate(told)
    except ValidationError as error:
        raise SettingsError(first_fault(error), subject="screenwriter engine llm") from None
    if settings.backend == "openai":
        settings = settings.changed(
            model=settings.model or os.environ.get("BOOKFILM_LLM_MODEL", ""),
            base_url=settings.base_url or os.environ.get("BOOKFILM_LLM_URL", ""),
        )
        if not settings.base_url.startswith(("http://", "https://")):
            raise SettingsError(
                "needs the address of a chat endpoint, such as http://127.0.0.1:8000/v1: "
                "base_url in the preset, or BOOKFILM_LLM_URL",
                subject="screenwriter engine llm",
            )
    if not settings.model:
        where = ", or BOOKFILM_LLM_MODEL" if settings.backend == "openai" else ""
        raise SettingsError(f"needs the name of a model: model in the preset{where}", subject="screenwriter engine llm")
    if (settings.budget_usd is not None) and not settings.usd(1, 1):
        raise SettingsError(
            "a budget in dollars needs usd_per_million_prompt_tokens and usd_per_million_completion_tokens",
            subject="screenwriter engine llm",
        )
    return settings
