from __future__ import annotations

import pytest

from bookfilm.screenplay.passages import Passage, read_passages
from bookfilm.screenplay.speech import find_speech
from tests.screenplay.books import make_book

CASES = [
    ("“Come in,” said Ruth.", [("dialogue", "Come in,"), ("narration", "said Ruth.")]),
    ("He was, as they say, a “character” in our street.", [("narration", None)]),
    ("They sang “The Long Road” until dawn.", [("narration", None)]),
    (
        "Ruth stammered a “No.” and fled.",
        [("narration", "Ruth stammered a"), ("dialogue", "No."), ("narration", "and fled.")],
    ),
    (
        "“It is late,” said Tom, who thought it best.",
        [("dialogue", "It is late,"), ("narration", "said Tom, who thought it best.")],
    ),
    (
        "“It is late,” she said, and thought so.",
        [("dialogue", "It is late,"), ("narration", "she said, and thought so.")],
    ),
    (
        "Tom, who thought it best, said: “It is late.”",
        [("narration", "Tom, who thought it best, said:"), ("dialogue", "It is late.")],
    ),
    ("‘’Tis a fine day,’ said he.", [("dialogue", "’Tis a fine day,"), ("narration", "said he.")]),
    (
        "Ruth looked up. “Never”, she said. He read “Sea Air”, and slept.",
        [
            ("narration", "Ruth looked up."),
            ("dialogue", "Never"),
            ("narration", "she said. He read “Sea Air”, and slept."),
        ],
    ),
    (
        "—Come in, said Ruth. It is late.",
        [("dialogue", "Come in,"), ("narration", "said Ruth."), ("dialogue", "It is late.")],
    ),
    (
        "—I never, she said, saw such a wind!",
        [("dialogue", "I never,"), ("narration", "she said,"), ("dialogue", "saw such a wind!")],
    ),
    (
        "—Late? asked the old porter, shutting the door. Go home.",
        [
            ("dialogue", "Late?"),
            ("narration", "asked the old porter, shutting the door."),
            ("dialogue", "Go home."),
        ],
    ),
    ("—Yes, he said so, and Ruth said nothing of it.", [("dialogue", "Yes, he said so, and Ruth said nothing of it.")]),
    ("“Never again,” thought Ruth.", [("thought", "Never again,"), ("narration", "thought Ruth.")]),
    (
        "“I must hurry,” she said to herself in a low voice.",
        [("dialogue", "I must hurry,"), ("narration", "she said to herself in a low voice.")],
    ),
    (
        "“It is late,” she said to herself, and called out, “Come in!”",
        [
            ("thought", "It is late,"),
            ("narration", "she said to herself, and called out,"),
            ("dialogue", "Come in!"),
        ],
    ),
    (
        '" Stay here, he told me. I stayed."',
        [("dialogue", "Stay here, he told me. I stayed.")],
    ),
    (
        'Ruth stopped. "The upper window " she began.',
        [("narration", "Ruth stopped."), ("dialogue", "The upper window"), ("narration", "she began.")],
    ),
    ("“I must hurry,” she said to herself.", [("thought", "I must hurry,"), ("narration", "she said to herself.")]),
]


def _read(text: str) -> list[Passage]:
    passages = read_passages(make_book(text), text)
    find_speech(passages, "en")
    return passages


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_what_is_speech(text: str, expected: list[tuple[str, str | None]]) -> None:
    stretches = _read(text)[0].stretches
    assert [(s.kind, text[s.start : s.end] if words is not None else None)
            for s, (_, words) in zip(stretches, expected, strict=True)] == expected  # fmt: skip


def test_a_quotation_over_paragraphs_runs_on() -> None:
    first, second, third = _read("“It began in May.\n\n“Then came the flood.”\n\nNobody spoke.")
    assert first.runs_on
    assert not second.runs_on
    assert [s.kind for s in (*first.stretches, *second.stretches, *third.stretches)] == [
        "dialogue",
        "dialogue",
        "narration",
    ]


def test_offsets_hold_over_hard_line_ends() -> None:
    text = "“Come\nin,” said\nRuth. “It is\r\nlate.”"
    assert [text[s.start : s.end] for s in _read(text)[0].spoken()] == ["Come\nin,", "It is\r\nlate."]
