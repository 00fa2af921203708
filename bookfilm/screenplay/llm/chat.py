"""Chat models: what is asked of one, what it answers, and how a preset's backend is built."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Protocol

from bookfilm.records.base import Part, content_key
from bookfilm.screenplay.llm.settings import LlmSettings


class Message(Part):
    """One turn of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


class ChatRequest(Part):
    """One question. `answer_schema` is the JSON schema (draft 2020-12) that the answer is held to."""

    messages: tuple[Message, ...]
    answer_schema: dict[str, Any]
    max_tokens: int

    def key(self, model: str) -> str:
        """Return the content address of the answer that `model` gives to this."""
        return content_key("answer", {"model": model, **self.model_dump(mode="json")})

    def chars(self) -> int:
        return sum(len(message.content) for message in self.messages)


class ChatAnswer(Part):
    """What a model said, and how many tokens it read and wrote. `cut_short`: it was stopped before its end."""

    text: str
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cut_short: bool = False
    attempts: int = 1


class NoAnswer(Part):
    """A question that got no answer, and why, in a few words that hold nothing of the server's own."""

    reason: str
    attempts: int = 1


class ChatModel(Protocol):
    """A language model that answers in JSON. `name` goes into the revision and into every answer's key."""

    name: str

    def ask(self, requests: Sequence[ChatRequest]) -> list[ChatAnswer | NoAnswer]:
        """Answer all `requests`, in their order, as many at once as it can.

        Raises EngineUnavailable where no question could ever be answered: a wrong key, no such model.
        """
        ...


def build_chat_model(settings: LlmSettings) -> ChatModel:
    """Build the model of `settings`. Raises EngineUnavailable that says what to install."""
    if settings.backend == "openai":
        from bookfilm.screenplay.llm.endpoint import EndpointModel

        return EndpointModel(settings)
    if settings.backend == "vllm":
        from bookfilm.screenplay.llm.vllm_model import VllmModel

        return VllmModel(settings)
    from bookfilm.screenplay.llm.local import LocalModel

    return LocalModel(settings)
