from __future__ import annotations

from bookfilm.records.book import Language
from tests.screenplay.books import adapt


def _kinds(text: str, language: Language = "en") -> list[str]:
    return [line.kind for line in adapt(text, language).screenplay.lines()]


def test_a_letter_runs_from_salutation_to_signature() -> None:
    text = (
        "The post had come.\n\nMy dear Ruth,\n\nThe roof is mended at last.\n\nYours ever,\n\nHollis\n\nShe folded it."
    )
    assert _kinds(text) == ["narration", "letter", "letter", "letter", "letter", "narration"]


def test_a_letter_without_a_signature_is_one_paragraph() -> None:
    assert _kinds("Dear Ruth, come soon.\n\nShe folded it and went out.") == ["letter", "narration"]


def test_speech_to_a_dear_one_is_no_letter() -> None:
    assert _kinds("“Dear Ruth,” said Hollis warmly, “come soon.”") == ["dialogue"]


def test_a_salutation_may_be_one_word() -> None:
    text = "The post had come.\n\nSir,\n\nThe roof is mended.\n\nYours faithfully,\n\nHollis\n\nShe folded it."
    assert _kinds(text) == ["narration", "letter", "letter", "letter", "letter", "narration"]


def test_who_is_told_a_story_gets_no_letter() -> None:
    assert _kinds("Gentlemen, the tale is short.\n\nRuth laughed.") == ["narration", "narration"]


def test_a_signed_letter_in_quotation_marks_is_nobodys_speech() -> None:
    text = (
        "Ruth broke the seal, and Oswald looked over her shoulder.\n\n“My dear Ruth,\n\n“The roof is mended.\n\n"
        "“Yours ever,\n\n“Hollis.”\n\n“Well?” said Oswald."
    )
    assert _kinds(text) == ["narration", "letter", "letter", "letter", "letter", "dialogue"]


def test_a_quotation_that_the_narration_calls_a_note_is_a_letter() -> None:
    assert _kinds("On the table lay a note: “Dear Ruth, come soon.”") == ["narration", "letter"]
    assert _kinds("On the table lay a note:\n\n“Dear Ruth, come soon.”\n\n“Go,” said Oswald.") == [
        "narration", "letter", "dialogue"
    ]  # fmt: skip


def test_a_polite_reply_is_no_letter() -> None:
    assert _kinds("“Sir, I am your humble servant,” said Hollis.\n\n“Dear Ruth, come in!”") == ["dialogue", "dialogue"]


def test_russian_letters_greet_anybody() -> None:
    letter = "Милая тётушка Вера!\n\nКрышу починили.\n\nЛюбящий тебя\n\nЕгор"
    assert _kinds(f"Пришла почта.\n\n{letter}\n\nОна сложила лист.", "ru") == [
        "narration", "letter", "letter", "letter", "letter", "narration"
    ]  # fmt: skip
    assert _kinds("Дорогая Вера, приезжай, мы тебя ждём.", "ru") == ["letter"]


def test_russian_adjectives_that_open_narration_greet_nobody() -> None:
    assert _kinds("Дорогой он молчал, и лошади шли шагом.\n\nМилый старик, он всем помогал.", "ru") == [
        "narration", "narration"
    ]  # fmt: skip
