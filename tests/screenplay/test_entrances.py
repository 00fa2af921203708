"""Scenes that begin because the cast changes, and entrances that turn nothing."""

from __future__ import annotations

from bookfilm.records.book import Language
from tests.screenplay.books import adapt

STAY = "The rain went on, and the clock went on, and the two at the table were in no hurry to be done with it. " * 6


def _borders(text: str, language: Language = "en") -> list[str]:
    return [scene.border for scene in adapt(text, language).screenplay.scenes]


def _talk(one: str, other: str, times: int = 3) -> str:
    turn = f"“The {{}} is late,” said {one}.\n\n“It was late before,” said {other}."
    return "\n\n".join(turn.format(word) for word in ("coach", "post", "tide", "hay", "boat")[:times])


def test_other_people_begin_a_scene() -> None:
    first = f"Martha and Edwin sat at the table. {STAY}\n\n{_talk('Martha', 'Edwin')}\n\n{STAY}\n\n{STAY}"
    others = f"Ruth and Harkness had been silent all this while. {STAY}\n\n{_talk('Ruth', 'Harkness')}"
    assert _borders(f"{first}\n\n{others}") == ["chapter", "cast"]


def test_who_comes_in_and_takes_up_the_talk_begins_a_scene() -> None:
    first = f"Martha and Edwin sat at the table. {STAY}\n\n{_talk('Martha', 'Edwin')}"
    others = f"Then Harkness came in. {STAY}\n\n{_talk('Harkness', 'Martha', 5)}"
    assert _borders(f"{first}\n\n{others}") == ["chapter", "cast"]


def test_who_comes_in_and_joins_the_talk_begins_none() -> None:
    first = f"Martha and Edwin sat at the table. {STAY}\n\n{_talk('Martha', 'Edwin')}"
    joined = f"Then Harkness came in. {STAY}\n\n{_talk('Harkness', 'Martha', 2)}\n\n{_talk('Edwin', 'Martha', 2)}"
    assert _borders(f"{first}\n\n{joined}") == ["chapter"]


def test_who_only_stands_up_begins_none() -> None:
    first = f"Martha and Edwin sat at the table. {STAY}\n\n{_talk('Martha', 'Edwin')}"
    assert _borders(f"{first}\n\nHarkness stood up. {STAY}\n\n{_talk('Harkness', 'Martha', 5)}") == ["chapter"]


def test_an_entrance_makes_no_splinter() -> None:
    first = _talk("Martha", "Edwin")
    assert _borders(f"{first}\n\nThen Harkness came in.\n\n{_talk('Harkness', 'Martha', 5)}") == ["chapter"]


def test_a_new_cast_keeps_the_setting() -> None:
    first = f"At midnight Martha and Edwin sat in the kitchen. {STAY}\n\n{_talk('Martha', 'Edwin')}"
    others = f"Then Harkness came in. {STAY}\n\n{_talk('Harkness', 'Martha', 5)}"
    headings = {scene.heading for scene in adapt(f"{first}\n\n{others}").screenplay.scenes}
    assert headings == {"INT. KITCHEN - NIGHT"}


def test_entrances_are_read_in_russian() -> None:
    stay = "Дождь всё шёл, часы всё стучали, и никто из них никуда не спешил в этот поздний час. " * 7
    first = f"Лев и Вера сидели за столом. {stay}\n\n" + "— Дождь, — сказал Лев.\n\n— Опять, — сказала Вера.\n\n" * 2
    others = f"Вошёл Павел. {stay}\n\n" + "— Почта, — сказал Павел.\n\n— Мне? — спросила Вера.\n\n" * 4
    assert _borders(first + others, "ru") == ["chapter", "cast"]
