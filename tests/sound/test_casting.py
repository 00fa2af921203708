from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookfilm.engines.protocols import VoiceSpec
from bookfilm.errors import EngineError, SettingsError
from bookfilm.records.bible import Age, Character, Look, Sex
from bookfilm.sound.casting import cast_voices
from bookfilm.sound.speakers import ENGLISH, RUSSIAN

VOICES = [speaker.spec for speaker in (*ENGLISH, *RUSSIAN)]
BY_ID = {voice.id: voice for voice in VOICES}


def person(
    name: str,
    sex: Sex = "unknown",
    age: Age = "adult",
    lines: int = 10,
    narrator: bool = False,
    voice: str | None = None,
) -> Character:
    look = Look(sex=sex, age=age)
    return Character(id=name.lower(), name=name, sex=sex, look=look, line_count=lines, narrator=narrator, voice=voice)


COMPANY = [
    person("Ada", "female", lines=90),
    person("Bertram", "male", lines=80),
    person("Cecily", "female", "young", lines=70),
    person("Dunstan", "male", "old", lines=60),
    person("Ezra", "male", "child", lines=50),
    person("Flora", "female", "old", lines=40),
]


def test_leading_characters_have_different_voices_of_their_sex_and_age() -> None:
    cast = cast_voices(COMPANY, "en", VOICES)
    assert len(set(cast.values())) == len(COMPANY) + 1
    for character in COMPANY:
        voice = BY_ID[cast[character.id]]
        assert (voice.language, voice.sex) == ("en", character.sex)
        assert (voice.age == "child") == (character.look.age == "child")
        assert voice.id != cast[None]


def test_the_cast_does_not_depend_on_the_order_of_the_characters() -> None:
    assert cast_voices(COMPANY, "ru", VOICES) == cast_voices(COMPANY[::-1], "ru", VOICES)


def test_a_newcomer_with_few_lines_changes_nobody_s_voice() -> None:
    before = cast_voices(COMPANY, "en", VOICES)
    after = cast_voices([*COMPANY, person("Zed", "male", lines=1)], "en", VOICES)
    assert {id: after[id] for id in before} == before


def test_a_first_person_narrator_speaks_with_the_narrator_s_voice_of_their_sex() -> None:
    for sex in ("male", "female"):
        cast = cast_voices([person("Nell", sex, narrator=True), *COMPANY], "en", VOICES)
        narrator = cast[None]
        assert cast["nell"] == narrator
        assert (BY_ID[narrator].sex, BY_ID[narrator].narrates) == (sex, True)


def test_the_author_s_wish_wins() -> None:
    cast = cast_voices([person("Ada", "female", voice="george"), person("Bob", "male")], "en", VOICES, "walter")
    assert (cast["ada"], cast[None]) == ("george", "walter")
    assert cast["bob"] != "george"


@pytest.mark.parametrize("wish", ["nobody", "vera"])
def test_an_unknown_wish_names_the_voices(wish: str) -> None:
    with pytest.raises(SettingsError, match=r"Ada: .*clara, edmund"):
        cast_voices([person("Ada", voice=wish)], "en", VOICES)
    with pytest.raises(SettingsError, match=r"clara, edmund"):
        cast_voices([], "en", VOICES, narrator_override=wish)


def test_no_voice_at_all_is_an_engine_error() -> None:
    with pytest.raises(EngineError, match="ru"):
        cast_voices(COMPANY, "ru", [speaker.spec for speaker in ENGLISH])


def test_one_voice_is_enough() -> None:
    only = VoiceSpec(id="solo", language="en", sex="female", chars_per_s=14.0)
    assert set(cast_voices(COMPANY, "en", [only]).values()) == {"solo"}


@given(
    st.lists(
        st.tuples(
            st.text("abcdef", min_size=1, max_size=6),
            st.sampled_from(["female", "male", "unknown"]),
            st.sampled_from(["child", "young", "adult", "old"]),
            st.integers(0, 50),
        ),
        unique_by=lambda one: one[0],
        max_size=40,
    )
)
def test_everybody_of_known_sex_is_spoken_by_that_sex(people: list[tuple[str, Sex, Age, int]]) -> None:
    characters = [person(*fields) for fields in people]
    cast = cast_voices(characters, "en", VOICES)
    assert set(cast) == {None, *(character.id for character in characters)}
    leading = [character for character in characters if character.sex != "unknown"]
    if len(leading) <= 12:
        assert all(BY_ID[cast[character.id]].sex == character.sex for character in leading)
