from __future__ import annotations

from tests.screenplay.books import adapt


def _kinds(text: str) -> list[str]:
    return [line.kind for line in adapt(text).screenplay.lines()]


def test_a_letter_runs_from_salutation_to_signature() -> None:
    text = (
        "The post had come.\n\nMy dear Ruth,\n\nThe roof is mended at last.\n\nYours ever,\n\nHollis\n\nShe folded it."
    )
    assert _kinds(text) == ["narration", "letter", "letter", "letter", "letter", "narration"]


def test_a_letter_without_a_signature_is_one_paragraph() -> None:
    assert _kinds("Dear Ruth, come soon.\n\nShe folded it and went out.") == ["letter", "narration"]


def test_speech_to_a_dear_one_is_no_letter() -> None:
    assert _kinds("“Dear Ruth,” said Hollis warmly, “come soon.”") == ["dialogue"]
