"""The text encoder: a caption's words, each with its place in the caption."""

from __future__ import annotations

import torch
import transformers
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.modeling_utils import ModelMixin
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
from torch import nn

from bookfilm.picture.tiny.captions import caption_words

MOST_WORDS = 16
PAD, UNKNOWN = "<pad>", "<unk>"


def caption_tokenizer() -> transformers.PreTrainedTokenizerFast:
    """Return the tokenizer: a word is a token, and a word that no caption has is unknown."""
    words = {word: at for at, word in enumerate((PAD, UNKNOWN, *caption_words()))}
    made = Tokenizer(models.WordLevel(words, unk_token=UNKNOWN))
    made.normalizer = normalizers.Sequence([normalizers.Lowercase(), normalizers.Replace(".", "")])
    made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return transformers.PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=made, pad_token=PAD, unk_token=UNKNOWN, model_max_length=MOST_WORDS
    )


def tokens_of(tokenizer: transformers.PreTrainedTokenizerFast, captions: list[str]) -> torch.Tensor:
    """Return the tokens of `captions`, shape (n, MOST_WORDS); an empty caption is nothing but padding."""
    told = tokenizer(captions, padding="max_length", truncation=True, max_length=MOST_WORDS, return_tensors="pt")
    return torch.as_tensor(told["input_ids"])


class CaptionEncoder(ModelMixin, ConfigMixin):  # type: ignore[misc]
    """Words and their places as vectors of unit size, each word by itself; padding is zero."""

    config_name = "config.json"

    @register_to_config  # type: ignore[untyped-decorator]
    def __init__(self, vocabulary: int = 64, width: int = 192, most_words: int = MOST_WORDS) -> None:
        super().__init__()
        self.vectors = nn.Embedding(vocabulary, width)
        self.places = nn.Parameter(torch.randn(most_words, width))
        self.mix = nn.Sequential(nn.Linear(width, 2 * width), nn.SiLU(), nn.Linear(2 * width, width))

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """Return the words' vectors, shape (n, words, width), for tokens of shape (n, words)."""
        told: torch.Tensor = self.vectors(tokens) + self.places[: tokens.shape[1]]
        mixed: torch.Tensor = told + self.mix(told)
        return mixed * (tokens != 0).unsqueeze(-1)
