"""States: facts with their sources, and what changes when."""

from __future__ import annotations

import pytest

from bookfilm.records.bible import Character
from bookfilm.records.book import Language
from bookfilm.records.direction import Casting, Direction
from bookfilm.shots.plan import plan_shots
from tests.screenplay.books import adapt

STORY: dict[Language, str] = {
    "en": (
        "# One\n\nMartha Quill was a stout old woman. Martha came into the kitchen.\n\n“It is late,” said Martha.\n\n"
        "{change}\n\n“So it is,” said Martha.\n\n# Two\n\nMartha stood by the window.\n\n“It is morning,” said Martha."
    ),
    "ru": (
        "# Один\n\nМарфа была толстая старуха. Марфа вошла на кухню.\n\n— Поздно, — сказала Марфа.\n\n"
        "{change}\n\n— И правда, — сказала Марфа.\n\n# Два\n\nМарфа стояла у окна.\n\n— Утро, — сказала Марфа."
    ),
}


def _martha(change: str, language: Language = "en", direction: Direction | None = None) -> Character:
    found = adapt(STORY[language].replace("{change}", change), language, direction=direction or Direction())
    return next(c for c in found.screenplay.characters if c.name.startswith(("Martha", "Марфа")))


CHANGES: list[tuple[Language, str, dict[str, str]]] = [
    ("en", "Martha took up the lamp.", {"carries": "lamp"}),
    ("en", "Martha picked a basket up.", {"carries": "basket"}),
    ("en", "Martha put on her bonnet, and sighed.", {"hat": "bonnet"}),
    ("en", "Martha put her bonnet on.", {"hat": "bonnet"}),
    ("en", "Martha sighed. She threw a cloak on.", {"dress": "cloak"}),
    ("ru", "Марфа взяла фонарь.", {"carries": "lamp"}),
    ("ru", "Марфа надела чепец.", {"hat": "bonnet"}),
]  # fmt: skip


@pytest.mark.parametrize(("language", "told", "shown"), CHANGES)
def test_what_is_put_on_or_taken_up_holds_to_the_end_of_the_chapter(
    language: Language, told: str, shown: dict[str, str]
) -> None:
    martha = _martha(told, language)
    (change,) = martha.changes
    text = STORY[language].replace("{change}", told)
    at = change.source[0]
    assert text[at : change.source[1]] in told
    assert change.why.text in told
    assert {name: getattr(martha.look_at(at), name) for name in shown} == shown
    assert {name: getattr(martha.look, name) for name in shown} != shown
    assert martha.look_at(at - 1) == martha.look
    assert martha.look_at(text.index("Two" if language == "en" else "Два") + 10) == martha.look


@pytest.mark.parametrize(
    "told",
    [
        "Martha did not take up the lamp.",
        "Martha would put on her bonnet.",
        "Martha put her bonnet on the table.",
        "Martha saw a man wrapped in a cloak.",
        "Martha felt the hand which held the lamp.",
        "“Take up the lamp,” said Martha.",
    ],
)
def test_what_did_not_happen_to_her_changes_nothing(told: str) -> None:
    assert _martha(told).changes == ()


def test_what_is_laid_down_is_carried_no_more() -> None:
    martha = _martha("Martha took up the lamp. She put down the lamp.")
    assert [change.look.carries for change in martha.changes] == ["lamp", "nothing"]


def test_a_beard_shaved_off_is_gone_for_good() -> None:
    text = (
        "# One\n\nRob Hale was a man with a full beard. Rob came in.\n\n“Good day,” said Rob.\n\n"
        "Rob shaved off his beard.\n\n“Better,” said Rob.\n\n# Two\n\nRob went out.\n\n“Good night,” said Rob."
    )
    rob = adapt(text).screenplay.characters[0]
    assert (rob.look.beard, rob.look_at(len(text)).beard) == ("full", "none")
    assert rob.changes[0].until is None


def test_a_wound_is_in_the_words() -> None:
    martha = _martha("Martha had an arm in a sling.")
    assert martha.changes[0].look.words == martha.look.words + ", an arm in a sling"


def test_facts_are_the_books_own_sentences() -> None:
    martha = _martha("Martha sighed.")
    text = STORY["en"].replace("{change}", "Martha sighed.")
    assert [fact.text for fact in martha.facts] == ["Martha Quill was a stout old woman."]
    (((start, end),),) = [fact.source for fact in martha.facts]
    assert text[start:end] == martha.facts[0].text


def test_shots_know_the_state_of_their_moment() -> None:
    found = adapt(STORY["en"].replace("{change}", "Martha took up the lamp."))
    carried = [
        (shot.chapter, person.look.carries)
        for shot in plan_shots(found.screenplay)
        for person in shot.picture.cast
        if person.name == "martha-quill"
    ]
    assert {carries for chapter, carries in carried if chapter == 0} == {"nothing", "lamp"}
    assert {carries for chapter, carries in carried if chapter == 1} == {"nothing"}
    first = carried.index((0, "lamp"))
    assert all(carries == "lamp" for chapter, carries in carried[first:] if chapter == 0)


def test_the_author_has_the_last_word_over_changes() -> None:
    direction = Direction(character=(Casting(name="Martha", carries="book"),))
    martha = _martha("Martha took up the lamp.", direction=direction)
    assert martha.look.carries == "book"
    assert {change.look.carries for change in martha.changes} == {"book"}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (
            "Mr. Alder was an old man with a beard. He wore a bandage.\n\n“Good,” said Mr. Alder.\n\nTen years passed. "
            "Mr. Alder was bald now, and wore a helmet.\n\n“Good,” said Mr. Alder.",
            "en",
        ),
        (
            "Лукин был длинноволосый старик. Он ходил в повязке.\n\n— Хорошо, — сказал Лукин.\n\nПрошло десять лет. "
            "Лукин был теперь лысый и носил каску.\n\n— Хорошо, — сказал Лукин.",
            "ru",
        ),
    ],
)
def test_what_years_have_done_holds_only_after_them(text: str, language: Language) -> None:
    (who,) = adapt(text, language).screenplay.characters
    bandaged, after = text.index("\n\n"), len(text) - 2
    assert "bandaged" in who.look_at(bandaged).words
    assert who.look.hair != "bald"
    assert who.look.hat != "officer"
    assert (who.look_at(after).hair, who.look_at(after).hat) == ("bald", "officer")
    assert "bandaged" not in who.look_at(after).words
