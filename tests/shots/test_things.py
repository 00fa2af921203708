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
        ("When he rose, Ann rose from the chair. The old man rose up.", "en", ("chair",)),
        ("She laughed and rose to watch the fire.", "en", ("fire",)),
        ("The rose lay by Ann’s watch.", "en", ("flower", "watch")),
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
    assert blocking.stances("She knelt.", ("edwin", "martha")) == {"martha": "kneel"}
    assert blocking.stances("On the sofa sat old Edwin.", ("martha", "edwin")) == {"edwin": "sit"}
    assert blocking.stances("The letter lay on the table.", ("martha", "edwin")) == {}
    assert blocking.stances("Martha held the profile, and the fan lay on the floor.", ("martha", "edwin")) == {}
    assert blocking.stances("Martha laughed, and then sat down.", ("martha", "edwin")) == {"martha": "sit"}
    assert blocking.stances("There lay the combs that for years Martha had wished for.", ("martha", "edwin")) == {}


def test_a_name_inside_a_longer_one_names_nobody_else() -> None:
    from bookfilm.shots.staging import Blocking

    screenplay = adapt("Captain Reed sat down. Mrs. Reed laughed. Reed laughed at Mrs. Reed.").screenplay
    characters = {character.id: character for character in screenplay.characters}
    captain, wife = (
        next(c.id for c in characters.values() if c.name == name) for name in ("Captain Reed", "Mrs. Reed")
    )
    blocking, both = Blocking(screenplay.scenes[0], characters, "en"), (captain, wife)
    assert blocking.stances("Mrs. Reed knelt.", both) == {wife: "kneel"}
    assert blocking.stances("Reed knelt.", both) == {captain: "kneel"}
    assert blocking.named("The Reedhams came.", both) == ()


def test_russian_postures_agree_with_who_takes_them() -> None:
    from bookfilm.shots.staging import Blocking

    screenplay = adapt("Анна засмеялась. Рядом сел Борис.\n\nАнна смотрела на Бориса.", "ru").screenplay
    characters = {character.id: character for character in screenplay.characters}
    blocking, both = Blocking(screenplay.scenes[0], characters, "ru"), ("anna", "boris")
    assert blocking.stances("Через пять минут она держала письмо, а веер лежал на полу.", both) == {}
    assert blocking.stances("Анна держала письмо, и веер лежал на полу.", both) == {}
    assert blocking.stances("На диване лежала Анна, и он вошёл не сразу.", both) == {"anna": "lie"}
    assert blocking.stances("Анна обернулась, когда он вошёл.", both) == {"boris": "enter"}


def test_a_drawing_room_holds_no_guests_by_its_name() -> None:
    assert count_crowd("Крыльцо вело в гостиную, и в гостиной было тихо.", ROOM, "ru") == 0
    assert count_crowd("В гостиной сидели гости.", ROOM, "ru") > 0


def test_a_bonnet_is_laid_aside_at_home_unless_it_is_put_on_there() -> None:
    from bookfilm.shots.staging import Blocking

    text = "Martha Crane wore a bonnet. {place}\n\nMartha laughed.\n\nMartha put on a bonnet. Martha laughed at it."
    hats = {}
    for place in ("She sat in the kitchen.", "She stood in the street."):
        screenplay = adapt(text.format(place=place)).screenplay
        scene = screenplay.scenes[0]
        characters = {character.id: character for character in screenplay.characters}
        (who,) = characters
        home = scene.heading.startswith("INT. KITCHEN")
        blocking = Blocking(scene, characters, "en", at_home=home)
        hats[home] = blocking.look_of(who, scene.source[0]).hat
    assert hats == {True: "none", False: "bonnet"}


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
