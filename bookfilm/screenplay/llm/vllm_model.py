"""A model in this process, through vLLM, for a machine with a GPU: whole batches at once, held to the schema."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bookfilm.errors import EngineUnavailable
from bookfilm.screenplay.llm.chat import ChatAnswer, ChatRequest, NoAnswer
from bookfilm.screenplay.llm.settings import LlmSettings

_SUBJECT = "screenwriter engine llm"


class VllmModel:
    """`settings.model` in vLLM's offline engine; `settings.load` are further keywords of vllm.LLM."""

    def __init__(self, settings: LlmSettings) -> None:
        try:
            import vllm
            from vllm.sampling_params import StructuredOutputsParams
        except ImportError as error:
            raise EngineUnavailable(
                "needs vLLM and a GPU: pip install 'vllm>=0.27,<0.33', which goes with torch 2.13", subject=_SUBJECT
            ) from error
        self._sampling, self._structured = vllm.SamplingParams, StructuredOutputsParams
        self.name = f"vllm:{settings.model}"
        try:
            self._llm: Any = vllm.LLM(model=settings.model, **{"seed": 0, **settings.load})
        except (OSError, ValueError, RuntimeError) as error:
            raise EngineUnavailable(f"{settings.model} does not load: {error}", subject=_SUBJECT) from error

    def ask(self, requests: Sequence[ChatRequest]) -> list[ChatAnswer | NoAnswer]:
        """Answer all `requests`: vLLM batches them as its memory allows."""
        turns = [[message.model_dump() for message in request.messages] for request in requests]
        sampling = [
            self._sampling(
                temperature=0.0,
                max_tokens=request.max_tokens,
                structured_outputs=self._structured(json=request.answer_schema),
            )
            for request in requests
        ]
        try:
            written = self._llm.chat(turns, sampling, use_tqdm=False)
        except ValueError:
            # vLLM refuses a batch for one prompt that is too long; the others need not pay for it.
            if len(requests) == 1:
                return [NoAnswer(reason="longer than the model's context")]
            return [answer for request in requests for answer in self.ask([request])]
        return [_read(output) for output in written]


def _read(output: Any) -> ChatAnswer:
    said = output.outputs[0]
    return ChatAnswer(
        text=said.text,
        prompt_tokens=len(output.prompt_token_ids or ()),
        completion_tokens=len(said.token_ids),
        cut_short=said.finish_reason == "length",
    )
