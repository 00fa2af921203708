from __future__ import annotations

import pytest

from bookfilm.records.bible import Character, Look
from bookfilm.records.book import Language
from bookfilm.screenplay.looks import name_seed
from bookfilm.screenplay.slugs import slug
from tests.screenplay.books import adapt, long_book

CASES: list[tuple[Language, str, dict[str, str]]] = [
    (
        "en",
        "Edwin, a stout old man with a white beard, took off his bowler.",
        {"build": "stout", "age": "old", "beard": "full", "hat": "bowler"},
    ),
    ("en", "Martha wore a bonnet and carried a basket.", {"hat": "bonnet", "carries": "basket", "sex": "female"}),
    ("en", "Captain Rook raised his sabre.", {"dress": "uniform", "carries": "sword"}),
    ("en", "The Rabbit looked at its watch. The Rabbit ran.", {"creature": "rabbit"}),
    (
        "ru",
        "Егор, толстый старик с бородой, снял картуз.",
        {"build": "stout", "age": "old", "beard": "full", "hat": "boy_cap"},
    ),
]  # fmt: skip


def _first(text: str, language: Language) -> Character:
    return adapt(f"{text}\n\n{text}", language).screenplay.characters[0]


def test_what_would_have_been_is_no_look() -> None:
    text = (
        "Martin, a young fellow, laughed. "
        "If a king had lived there, Martin would have shown his watch, just to see him pluck at his beard."
    )
    assert _first(text, "en").look.beard == "none"


@pytest.mark.parametrize(("language", "text", "expected"), CASES)
def test_looks_are_read_from_the_words(language: Language, text: str, expected: dict[str, str]) -> None:
    look = _first(text, language).look
    assert {key: getattr(look, key) for key in expected} == expected


def test_features_belong_to_the_name() -> None:
    character = _first("Martha laughed.", "en")
    assert character.look.features == name_seed("Martha")
    assert character.id == "martha"


def test_leading_characters_differ_at_a_glance() -> None:
    names = ["Arthur", "Basil", "Cecil", "Donald", "Edgar", "Felix", "George", "Henry", "Isaac", "Jasper"]
    text = "\n\n".join(f"“Good day,” said {name}." for name in names * 2)
    looks = [character.look for character in adapt(text).screenplay.characters]
    outlines = {(x.build, x.hair, x.beard, x.hat, x.dress) for x in looks}
    assert len(looks) == len(outlines) == 10


def test_later_chapters_change_no_look() -> None:
    text = long_book(4)
    changed = text.replace(
        "Edwin sat down by the door of the forest", "Old bearded Edwin in a crown sat down by the forest"
    )
    assert changed != text
    one, other = adapt(text).screenplay, adapt(changed).screenplay
    assert {c.id: c.look for c in one.characters} == {c.id: c.look for c in other.characters}


def test_a_look_is_valid_in_words_too() -> None:
    look = _first("Martha wore a bonnet.", "en").look
    assert isinstance(look, Look)
    assert "bonnet" in look.words


@pytest.mark.parametrize(
    ("name", "expected"), [("Пётр Ильич", "pyotr-ilich"), ("Mr. O’Hara", "mr-ohara"), ("中", "nobody")]
)
def test_slugs(name: str, expected: str) -> None:
    assert slug(name) == expected


def test_a_description_goes_on_past_the_name_and_the_trade() -> None:
    text = "It was Captain Vane, the new harbour master, a young, narrow man with a black moustache. Rain ran off "
    text += "his cloak."
    look = _first(text, "en").look
    assert (look.age, look.build, look.beard, look.dress) == ("young", "slight", "moustache", "cloak")


def test_what_others_say_and_carry_is_nobodys_look() -> None:
    text = "Old Ezra Reed came down the road with a child behind him. “Give me the lamp, child,” said Ezra."
    look = _first(text, "en").look
    assert (look.age, look.carries) == ("old", "nothing")


def test_voices_and_crowds_do_not_stand_in_the_picture() -> None:
    text = "Martha sat by the fire. “Who is it?” called a voice. The crowd moved. The others waited. Martha rose."
    assert [scene.cast for scene in adapt(text).screenplay.scenes] == [("martha",)]


@pytest.mark.parametrize(
    ("text", "language", "looks"),
    [
        ("The rider, a young woman in a red hat, came up.\n\n“Open!” cried the rider.", "en", ("female", "young")),
        ("Вошёл Антип, маленький старичок в тулупе.\n\n— Кто там? — спросил Антип.", "ru", ("male", "old")),
        ("Вошла Варя. Ей было шесть лет.\n\n— Кто там? — спросила Варя.", "ru", ("female", "child")),
    ],
)
def test_an_apposition_shows_sex_and_age(text: str, language: Language, looks: tuple[str, str]) -> None:
    (who,) = adapt(text, language).screenplay.characters
    assert (who.look.sex, who.look.age) == looks


def test_a_name_is_shown_before_a_trade() -> None:
    text = "A thin schoolmaster called Pym came in.\n\n“Well,” said Pym.\n\nIt rained. The thin schoolmaster sat."
    assert [who.name for who in adapt(text).screenplay.characters] == ["Pym"]
