"""Which sounds a shot tells of: by the narrator's words and by what is seen, never by what is only spoken of."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookfilm.records.bible import Look, PlaceKind, Season
from bookfilm.records.book import Language
from bookfilm.records.screenplay import LineKind
from bookfilm.records.shots import InFrame, Picture, Setting, Shot, Stance
from bookfilm.records.time import FILM_RATE
from bookfilm.records.timeline import Cue, Effect, Slot
from bookfilm.sound.telling import effects_of, told_sounds


def heard(text: str, language: Language) -> list[str]:
    return [told.sound for told in told_sounds(text, language)]


@pytest.mark.parametrize(
    ("text", "sounds"),
    [
        ("She knocked twice at the door.", ["knock"]),
        ("Far off a church bell rang, and the wind howled.", ["bell", "gust"]),
        ("The horses galloped by.", ["hooves"]),
        ("The clock on the stairs struck twelve.", ["chime"]),
        ("He shut the door and walked down the road.", ["door", "steps"]),
        ("The kettle hissed upon the coals.", ["hiss"]),
        ("The waves broke on the shore; a dog barked.", ["wave", "bark"]),
        ("Small wonder that she was glad.", []),
        ("The door was green.", []),
        ("She laughed at him.", []),
    ],
)
def test_english(text: str, sounds: list[str]) -> None:
    assert heard(text, "en") == sounds


@pytest.mark.parametrize(
    ("text", "sounds"),
    [
        ("Он постучал в дверь.", ["knock"]),
        ("За окном выл ветер.", ["gust"]),
        ("Прогремел гром, и залаяла собака.", ["thunder", "bark"]),
        ("Где-то вдали свистнул поезд.", ["train"]),
        ("Часы пробили полночь.", ["chime"]),
        ("Толпа хохочет.", ["laughter"]),
        ("Скрипка лежала на столе.", []),
        ("Дверь была зелёная.", []),
    ],
)
def test_russian(text: str, sounds: list[str]) -> None:
    assert heard(text, "ru") == sounds


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Nobody knocked at the door.", "en"),
        ("He had knocked at the door.", "en"),
        ("The drum rolled like thunder.", "en"),
        ("Никто не постучал в дверь.", "ru"),
        ("Зал загудел, будто прогремел гром.", "ru"),
    ],
)
def test_what_is_not_so_is_not_heard(text: str, language: Language) -> None:
    assert heard(text, language) == []


@given(st.text(max_size=300), st.sampled_from(["en", "ru"]))
def test_any_text_can_be_listened_to(text: str, language: Language) -> None:
    told = told_sounds(text, language)
    assert len({one.sound for one in told}) == len(told)
    assert all(0 <= one.share < 1 and one.words for one in told)


# --- in a shot --------------------------------------------------------------------------------


def effects(
    text: str = "",
    kind: LineKind = "narration",
    place: PlaceKind = "hall",
    season: Season = "unknown",
    stance: Stance | None = None,
    start: int = 0,
    crowd: int = 0,
) -> tuple[Effect, ...]:
    cast = (InFrame(name="a", look=Look(), stance=stance),) if stance else ()
    picture = Picture(setting=Setting(kind=place, hour="noon", season=season), size="full", cast=cast, crowd=crowd)
    cues = (Cue(line="l", kind=kind, text=text, speech="k", start_frame=start + 6, samples=240_000),) if text else ()
    slot = Slot(shot="s", start_frame=start, frames=144, cues=cues)
    return effects_of(Shot(id="s", picture=picture), slot, FILM_RATE, 48_000, "en")


def test_an_effect_lies_at_the_words_that_tell_of_it() -> None:
    (early,), (late,) = (
        effects("The door closed, and all was as it was before."),
        effects("All was still till the door closed."),
    )
    assert 6 <= early.start_frame < 6 + 30
    assert 6 + 60 < late.start_frame < 6 + 120
    assert early.reason == "the words “door closed”"


def test_what_is_only_spoken_of_is_not_heard() -> None:
    assert effects("The bell rang.")
    for kind in ("dialogue", "thought", "letter", "verse"):
        assert effects("The bell rang.", kind=kind) == ()


@pytest.mark.parametrize(
    ("place", "season", "sound"),
    [
        ("hall", "winter", "steps"),
        ("street", "summer", "steps"),
        ("forest", "summer", "steps_soft"),
        ("street", "winter", "steps_snow"),
    ],
)
def test_steps_sound_as_the_ground_is(place: PlaceKind, season: Season, sound: str) -> None:
    (seen,) = effects(place=place, season=season, stance="walk")
    assert (seen.sound, seen.reason) == (sound, "somebody is seen walking")
    assert seen.start_frame > 3
    assert [one.sound for one in effects("She walked along.", place=place, season=season)] == [sound]


def test_there_is_nothing_to_walk_on_at_sea() -> None:
    assert effects("She walked up and down.", place="sea", stance="walk") == ()


def test_riders_and_crowds_are_heard_where_they_are_seen() -> None:
    assert [one.sound for one in effects(stance="ride", place="road")] == ["hooves"]
    assert [one.sound for one in effects(crowd=6)] == ["murmur"]
    assert effects(crowd=2) == ()


def test_a_shot_has_few_effects_each_once_and_apart() -> None:
    many = effects("The bell rang, a dog barked, the wind howled, the bell rang, thunder rolled, glass shattered.")
    assert 1 < len(many) <= 3
    frames = [one.start_frame for one in many]
    assert all(after - before >= 28 for before, after in itertools.pairwise(frames))
    assert len({one.sound for one in many}) == len(many)


def test_the_same_shot_has_the_same_effects_wherever_it_stands() -> None:
    here, there = effects("The bell rang."), effects("The bell rang.", start=1000)
    assert [(one.sound, one.seed, one.reason) for one in here] == [(one.sound, one.seed, one.reason) for one in there]
    assert there[0].start_frame - here[0].start_frame == 1000
    assert effects("The bell rang again.")[0].seed != here[0].seed
