from __future__ import annotations

from bookfilm.records.book import Language
from tests.screenplay.books import adapt, said


def _told(text: str, language: Language = "en") -> list[str]:
    return [line.text for line in adapt(text, language).screenplay.lines() if line.kind == "narration"]


def _play(*more: str) -> str:
    replies = ["Вера. Уже поздно?", "Егор. Одиннадцать.", "Вера. Закрой дверь.", "Егор. Сейчас."] * 4
    return "\n\n".join([*replies, *more])


def test_a_pause_or_a_floor_is_nobody() -> None:
    text = _play("Пауза. Слышно море.", "Пауза. Опять море.", "Пол. На нём ковёр.", "Почтальон. Письмо!")
    assert {name for name, _ in said(adapt(text, "ru"))} == {"Вера", "Егор", "Почтальон"}
    assert "Пауза. Слышно море." in _told(text, "ru")


def test_a_voice_is_that_of_who_is_named() -> None:
    assert said(adapt(_play("Голос Веры. Иду!"), "ru"))[-1] == ("Вера", "Иду!")
    english = "\n\n".join(["RUTH. Is it late?", "OSWALD. Past ten."] * 6)
    for label in ("VOICE OF RUTH", "RUTH’S VOICE"):
        assert said(adapt(f"{english}\n\n{label}. Coming!"))[-1] == ("Ruth", "Coming!")


def test_what_a_label_says_in_brackets_is_told() -> None:
    text = _play("Вера (встаёт). Пора.", "Егор. Прощай. (Уходит).")
    assert _told(text, "ru") == ["встаёт", "Уходит"]
    assert said(adapt(text, "ru"))[-2:] == [("Вера", "Пора."), ("Егор", "Прощай.")]


def test_a_short_play_is_one() -> None:
    text = "A kitchen. Night.\n\nRUTH. Is it late?\n\nOSWALD. Past ten.\n\nRUTH. Shut the door.\n\nOSWALD. In a moment."
    assert [name for name, _ in said(adapt(text))] == ["Ruth", "Oswald", "Ruth", "Oswald"]


def test_prose_that_begins_alike_is_no_play() -> None:
    text = "\n\n".join(
        ["Night. The rain fell.", "Ruth. Her name was on the door.", "Nobody came that night at all."] * 3
    )
    assert said(adapt(text)) == []
