from __future__ import annotations

import pytest

from bookfilm.records.book import Language
from bookfilm.records.shots import Setting
from bookfilm.shots.things import count_crowd, find_props
from tests.screenplay.books import adapt

ROOM = Setting(kind="room", hour="noon")
FAIR = Setting(kind="market", hour="noon")


@pytest.mark.parametrize(
    ("text", "language", "props"),
    [
        ("She laid the letter beside the candle.", "en", ("letter", "candle")),
        ("A horse, a boat, a gun and a key.", "en", ("horse", "boat", "gun")),
        ("На столе лежало письмо, горела свеча.", "ru", ("table", "letter", "candle")),
        ("Nothing stirred.", "en", ()),
    ],
)
def test_props_are_named_by_the_words(text: str, language: Language, props: tuple[str, ...]) -> None:
    assert find_props(text, language) == props


def test_crowds_come_from_words_and_places() -> None:
    assert count_crowd("He was alone.", ROOM, "en") == 0
    assert count_crowd("A crowd had gathered.", ROOM, "en") > count_crowd("The guests sat down.", ROOM, "en") > 0
    assert count_crowd("He was alone.", FAIR, "en") > 0
    assert count_crowd("Собралась толпа.", ROOM, "ru") == 10


def test_postures_belong_to_who_is_named() -> None:
    from bookfilm.shots.staging import Blocking

    screenplay = adapt("Martha laughed. Edwin sat down by Martha.\n\nMartha laughed at Edwin.").screenplay
    characters = {character.id: character for character in screenplay.characters}
    blocking = Blocking(screenplay.scenes[0], characters, "en")
    assert blocking.stances("Martha laughed. Edwin sat down.", ("martha", "edwin")) == {"edwin": "sit"}
    assert blocking.stances("She knelt.", ("martha", "edwin")) == {"martha": "kneel"}
