"""Names: what is somebody's, and what only looks so."""

from __future__ import annotations

import pytest

from bookfilm.records.book import Language
from bookfilm.screenplay.morphology import read_name
from tests.screenplay.books import adapt


@pytest.mark.parametrize(
    ("text", "language", "names"),
    [
        ("Ruth came from St. Aubin Street. She saw St. Aubin Street again. “Well,” said Ruth.", "en", {"Ruth"}),
        ("Ruth lived in Amos Lane. Ruth said, “It is late.” Ruth laughed.", "en", {"Ruth"}),
        ("Ruth sat in Amos’s House. Amos laughed. “Well,” said Ruth.", "en", {"Ruth", "Amos"}),
        (
            "Ruth knelt. She prayed silently: Lord, keep us this night.\n\n“Come!” said he.\n\n“No,” said Ruth.",
            "en",
            {"Ruth"},
        ),
        ("Dear Ruth came in. “Come,” said Ruth.", "en", {"Ruth"}),
        ("Анна жила на улице Егора Лукина. — Пора, — сказала Анна. Анна ушла.", "ru", {"Анна"}),
        ("Дорогая Анна вошла в сад. Анна села.\n\n— Господи, — сказала Анна. — Боже мой!", "ru", {"Анна"}),
    ],
)
def test_places_and_heaven_are_nobody(text: str, language: Language, names: set[str]) -> None:
    assert {character.name for character in adapt(text, language).screenplay.characters} == names


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (("Фёдор", "Ильич", "Луков"), ("Фёдор", "Ильич", "Луков")),
        (("Фёдору", "Лукову"), ("Фёдор", "Луков")),
        (("Пётр", "Зайцев"), ("Пётр", "Зайцев")),
        (("Пётр", "Столов"), ("Пётр", "Столов")),
    ],
)
def test_a_surname_like_a_plural_stays_whole(words: tuple[str, ...], shown: tuple[str, ...]) -> None:
    assert read_name(words).words == shown
