"""What the author says outright: who is the vicar, who is otherwise called what, who makes himself known as whom."""

from __future__ import annotations

import pytest

from bookfilm.records.book import Language
from tests.screenplay.books import adapt, said

ONE = [
    "Mr. Orme, the vicar, came in.",
    "Then came Mr. Orme, the vicar of the parish.",
    "They sent for Orme the vicar. Mr. Orme came.",
    "The door let in the vicar, Mr. Orme.",
    "Mr. Orme, the parish vicar, came in.",
]
TWO = [
    "Mr. Orme, the vicar, and the cook came in.",
    "Mr. Hale, Mr. Orme, the vicar, and the cook came in.",
    "On the way to the vicar, Mr. Orme lost his hat.",
    "Mr. Orme, a vicar of old, came in.",
    "Mr. Orme and the vicar came in.",
]


def _speakers(text: str, language: Language = "en") -> set[str | None]:
    return {name for name, _ in said(adapt(text, language))}


@pytest.mark.parametrize("told", ONE)
def test_a_trade_beside_a_name_is_that_persons(told: str) -> None:
    assert _speakers(f"{told}\n\n“Late,” said Mr. Orme.\n\nIt rained.\n\n“Very late,” said the vicar.") == {"Mr. Orme"}


@pytest.mark.parametrize("told", TWO)
def test_a_trade_in_a_list_is_somebody_elses(told: str) -> None:
    names = _speakers(f"{told}\n\n“Late,” said Mr. Orme.\n\nIt rained.\n\n“Very late,” said the vicar.")
    assert len(names) == 2


def test_a_trade_of_two_people_is_neithers() -> None:
    told = "Mr. Orme, the vicar, came in. After him came Mr. Hale, the vicar."
    assert "The vicar" in _speakers(f"{told}\n\n“Late,” said Mr. Orme.\n\nIt rained.\n\n“Very,” said the vicar.")


def test_who_talks_with_the_vicar_is_not_the_vicar() -> None:
    turn = "“Late?” asked Mr. Orme.\n\n“Very,” said the vicar."
    text = "\n\n".join(["Mr. Orme, the vicar, came in.", *[turn] * 3])
    assert _speakers(text) == {"Mr. Orme", "The vicar"}


def test_otherwise_joins_two_names() -> None:
    text = (
        "Mr. Silas Orme, otherwise Captain Flood, rose.\n\n“Late,” said Mr. Orme.\n\n"
        "He sat.\n\n“Very,” said Captain Flood."
    )
    assert len(_speakers(text)) == 1


def test_who_is_called_something_by_somebody_is_not_joined_to_him() -> None:
    text = "Mr. Hale called Orme. Mr. Orme came.\n\n“Late,” said Mr. Orme.\n\n“Very,” said Mr. Hale."
    assert _speakers(text) == {"Mr. Orme", "Mr. Hale"}


def test_a_voice_that_tells_its_name_is_known_from_then_on() -> None:
    text = (
        "“Let me in,” said the sailor.\n\nMartha held up the lamp.\n\n“Who is it?” asked Martha.\n\n"
        "“My name is Orme,” said the sailor.\n\nMr. Orme came in. Orme sat down.\n\n“Thank you,” said Orme."
    )
    assert len(_speakers(text)) == 2


def test_who_cries_her_name_and_goes_on_is_known() -> None:
    text = "“Halt!” cried the rider. “I am Ann Orme. Let me in.”\n\nIt rained. Ann sat down.\n\n“Thank you,” said Ann."
    assert _speakers(text) == {"Ann Orme"}


def test_who_says_what_he_is_not_keeps_his_name() -> None:
    text = (
        "Mr. Hale came in. Mr. Orme rose.\n\n“I am Orme’s brother,” said Mr. Hale.\n\n“Late,” said Mr. Orme.\n\n"
        "“I am sorry,” said Mr. Hale."
    )
    assert _speakers(text) == {"Mr. Orme", "Mr. Hale"}


def test_who_dreams_of_being_another_keeps_her_name() -> None:
    text = (
        "Mabel Hale came by. Ann Orme sat alone.\n\n“I must be changed,” said Ann. “If I am Mabel, I stay. I am Mabel.”"
        "\n\n"
        "“Late,” said Mabel."
    )
    assert len(_speakers(text)) == 2


@pytest.mark.parametrize(
    ("told", "language"),
    [
        (
            "An old sailor, whose name was Amos Orme, sat there.\n\n“Late,” said Orme.\n\n“Yes!” cried the old sailor.",
            "en",
        ),
        (
            "The constable, a stout man named Orme, came.\n\n“Late,” said Orme.\n\nRain.\n\n“Yes,” said the constable.",
            "en",
        ),
        ("A sailor named Orme came.\n\n“Late,” said Orme.\n\nIt rained.\n\n“Yes,” said the sailor.", "en"),
        ("Капитан наш, Лука Ремез, вышел.\n\n— Пора, — сказал Ремез.\n\nДождь.\n\n— Да, — сказал капитан.", "ru"),
    ],
)
def test_who_is_named_in_passing_is_one_person(told: str, language: Language) -> None:
    assert len(_speakers(told, language)) == 1
