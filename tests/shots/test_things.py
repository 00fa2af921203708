from __future__ import annotations

import pytest

from bookfilm.records.book import Language
from bookfilm.records.shots import Setting
from bookfilm.shots.things import count_crowd, dwells_on, find_props, props_in
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


@pytest.mark.parametrize(
    ("text", "language", "thing"),
    [
        ("The letter lay on the floor.", "en", "letter"),
        ("He cut the paper with his scissors, and laid a candle by the book.", "en", ""),
        ("The horse stopped.", "en", ""),
        ("Письмо лежало на полу.", "ru", "letter"),
        ("Лука взялся за ножницы и поправил картуз.", "ru", ""),
    ],
)
def test_an_insert_shows_what_the_words_dwell_on(text: str, language: Language, thing: str) -> None:
    assert dwells_on(text, language) == thing


def test_scissors_are_no_sword_and_a_cap_no_map() -> None:
    assert find_props("Он взял ножницы и надел картуз.", "ru") == ()
    assert find_props("He wore a gold band and looked through the glass.", "en") == ()


def test_what_is_spoken_of_in_a_room_is_not_in_it_if_it_has_no_room() -> None:
    text = "His boat and his horse were gone, and the lamp with them."
    assert props_in(Setting(kind="kitchen", hour="night"), text, "en") == ("lamp",)
    assert set(props_in(Setting(kind="harbour", hour="night"), text, "en")) == {"boat", "horse", "lamp"}
