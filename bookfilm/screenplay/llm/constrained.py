"""Constrained decoding: of every next token, only those that can still end in JSON of the schema are left."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import llguidance.hf
import llguidance.numpy
import numpy as np
import torch
from llguidance import LLMatcher

from bookfilm.errors import EngineError


class SchemaMask:
    """A logits processor for transformers' generate: row n of a batch is held to schema n.

    It is llguidance's parser (https://github.com/guidance-ai/llguidance) through numpy: its torch module compiles a
    kernel for many seconds first. Good for one call of generate.
    """

    def __init__(self, tokenizer: Any, schemas: Sequence[dict[str, Any]], eos_token_id: int) -> None:
        """`tokenizer` is an llguidance.LLTokenizer. Raises EngineError for a schema that it cannot hold to."""
        self._matchers = [_matcher(tokenizer, schema) for schema in schemas]
        self._eos = eos_token_id
        self._mask = llguidance.numpy.allocate_token_bitmask(len(schemas), tokenizer.vocab_size)
        self._read = -1

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """Take the tokens of `input_ids` (batch, so far) that are new, and rule out in `scores` (batch, vocabulary)."""
        if self._read >= 0:
            for matcher, token in zip(self._matchers, input_ids[:, -1].tolist(), strict=True):
                if not matcher.is_stopped():
                    matcher.consume_token(token)
        self._read = input_ids.shape[1]
        for row, matcher in enumerate(self._matchers):
            if matcher.is_stopped():
                self._mask[row] = 0
                self._mask[row, self._eos // 32] = np.int64(1 << (self._eos % 32)).astype(np.int32)
            else:
                llguidance.numpy.fill_next_token_bitmask(matcher, self._mask, row)
        bits = np.unpackbits(self._mask.view(np.uint8), axis=1, bitorder="little")
        allowed = np.zeros(tuple(scores.shape), dtype=bool)
        width = min(bits.shape[1], scores.shape[1])
        allowed[:, :width] = bits[:, :width].astype(bool)
        return scores.masked_fill(~torch.from_numpy(allowed).to(scores.device), float("-inf"))


def _matcher(tokenizer: Any, schema: dict[str, Any]) -> LLMatcher:
    # Without free white space: a small model would else write spaces for ever.
    grammar = LLMatcher.grammar_from_json_schema(json.dumps(schema), overrides={"whitespace_flexible": False})
    matcher = LLMatcher(tokenizer, grammar, log_level=0)
    if matcher.is_error():
        raise EngineError(f"the schema cannot be held to: {matcher.get_error()}", subject="llguidance")
    return matcher
