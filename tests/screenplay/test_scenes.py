from __future__ import annotations

import pytest

from bookfilm.records.book import Language
from bookfilm.records.screenplay import Scene
from tests.screenplay.books import adapt, long_book

STAY = "There she stayed for a long while, and listened, and was not sorry that she had come so far alone. " * 2
FILLER = "She looked about her for a while and thought of nothing in particular, and so the time went by. " * 18
CASES: list[tuple[Language, str, str, str]] = [
    ("en", "She entered the kitchen at midnight. The kitchen was dark.", "kitchen", "night"),
    ("en", "They walked in the forest until sunset, and the forest was silent.", "forest", "dusk"),
    ("en", "In the morning he went down to the harbour. Boats lay along the quay.", "harbour", "morning"),
    ("ru", "Ночью он вошёл в кухню. В кухне было темно.", "kitchen", "night"),
    ("ru", "Утром они пошли в лес. В лесу пели птицы.", "forest", "morning"),
]


@pytest.mark.parametrize(("language", "text", "place", "hour"), CASES)
def test_place_and_hour_are_read(language: Language, text: str, place: str, hour: str) -> None:
    (scene,) = adapt(text, language).screenplay.scenes
    assert (scene.place.split("-")[0], scene.hour) == (place, hour)


@pytest.mark.parametrize(
    "text",
    [
        "He was as silent as a church. He sat in the kitchen by the kitchen table.",
        "“I was in church,” he said. He stood in the kitchen, by the kitchen stove.",
    ],
)
def test_similes_and_talk_weigh_less(text: str) -> None:
    assert adapt(text).screenplay.scenes[0].heading.startswith("INT. KITCHEN")


def _scenes(text: str) -> list[Scene]:
    return list(adapt(text).screenplay.scenes)


def test_a_break_begins_a_scene() -> None:
    scenes = _scenes("She sat in the kitchen.\n\n***\n\nHe stood in the forest, and the forest was still.")
    assert [(scene.border, scene.heading) for scene in scenes] == [
        ("chapter", "INT. KITCHEN - AFTERNOON"), ("break", "EXT. FOREST - AFTERNOON")
    ]  # fmt: skip


def test_a_move_begins_a_scene_once_the_last_is_long_enough() -> None:
    kitchen = "She sat in the kitchen. The kitchen was warm."
    forest = "Then she walked into the forest. The forest was dark, and in the forest nothing stirred. " + STAY
    assert [s.border for s in _scenes(f"{kitchen}\n\n{FILLER}\n\n{forest}")] == ["chapter", "place"]
    assert [s.border for s in _scenes(f"{kitchen}\n\n{forest}")] == ["chapter"]


def test_a_later_time_begins_a_scene() -> None:
    scenes = _scenes(
        f"She sat in the kitchen. It was morning.\n\n{FILLER}\n\nThat night she sat in the kitchen again. {STAY}"
    )
    assert [(s.border, s.hour) for s in scenes] == [("chapter", "morning"), ("time", "night")]


def test_the_same_place_is_the_same_place() -> None:
    places = adapt(long_book(9)).screenplay.places
    assert len({place.id for place in places}) == len(places)
    assert all(0 <= place.features < 2**31 for place in places)


@pytest.mark.parametrize(
    ("language", "text", "heading"),
    [
        ("en", "He held a kitchen lamp over the rail. Fog lay on the sea, and they heard oars under the wall.", "EXT."),
        ("en", "The church bell rang, and the shop window shook. She sat in the garden.", "EXT. GARDEN"),
        ("en", "He knew the harbour master. He sat at the table by the window, in his chair.", "INT. ROOM "),
        ("en", "Stars filled the sky, and the wind shook the trees along the hedge.", "EXT. "),
        ("en", "At dawn he sat in Mrs. Carter’s kitchen, wrapped in a blanket.", "INT. KITCHEN - DAWN"),
        ("ru", "Она вошла в гостиную. В гостиной никого не было.", "INT. ROOM RICH"),
        ("ru", "Церковный колокол смолк. Он сидел на стуле у окна, за столом.", "INT. ROOM"),
    ],
)
def test_things_tell_indoors_from_outdoors(language: Language, text: str, heading: str) -> None:
    assert adapt(text, language).screenplay.scenes[0].heading.startswith(heading)


def test_out_of_doors_without_a_name_is_where_it_was_last() -> None:
    quay = "# One\n\nThey stood on the quay. The quay was wet."
    fog = "# Two\n\nFog hid the sky, and the wind had dropped. They heard oars among the stones."
    assert [scene.heading[:12] for scene in _scenes(f"{quay}\n\n{fog}")] == ["EXT. HARBOUR", "EXT. HARBOUR"]


def test_a_short_chapter_may_change_place() -> None:
    out = (
        "At noon, under a clear sky, two men took down the post, and she watched them from the chain in the wind. " * 3
    )
    home = f"She ran with it up the street and into the kitchen, where her aunt was peeling potatoes. {STAY}"
    assert [s.border for s in _scenes(f"{out}\n\n{home}\n\n{STAY}")] == ["chapter", "place"]


def test_the_same_evening_is_no_new_scene() -> None:
    text = f"At dusk they came down the quay. {FILLER}\n\nThat evening somebody was waiting on the quay. {STAY}"
    assert [s.border for s in _scenes(text)] == ["chapter"]


def test_an_hour_does_not_go_back_over_a_break() -> None:
    scenes = _scenes("She sat in the kitchen.\n\n***\n\nAt midnight he stood in the forest. The forest was dark.")
    assert [scene.hour for scene in scenes] == ["afternoon", "night"]


def test_an_hour_goes_back_over_a_change_of_place() -> None:
    kitchen = f"She sat in the kitchen. The kitchen was warm.\n\n{FILLER}"
    forest = "Then she walked into the forest. The forest was dark, the midnight forest, and in it nothing stirred. "
    assert [(s.border, s.hour) for s in _scenes(f"{kitchen}\n\n{forest}{STAY}")] == [
        ("chapter", "night"), ("place", "night")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "text", "hour"),
    [
        ("en", "At 7 o'clock in the morning she sat in the kitchen.", "morning"),
        ("en", "It was half past nine o’clock at night, and she sat in the kitchen.", "night"),
        ("en", "She lighted the gas in the kitchen. At 7 o'clock the coffee was made.", "dusk"),
        ("en", "By ten o’clock that evening she sat in the kitchen.", "night"),
        ("en", "At seven o'clock the coffee was made in the kitchen.", "afternoon"),
        ("ru", "В семь часов вечера она сидела в кухне.", "dusk"),
        ("ru", "Было около двенадцати часов ночи. Она сидела в кухне.", "night"),
        ("ru", "В восьмом часу утра она сидела в кухне.", "morning"),
    ],
)
def test_the_clock_tells_the_hour(language: Language, text: str, hour: str) -> None:
    assert adapt(text, language).screenplay.scenes[0].hour == hour


def test_what_the_clock_tells_later_does_not_go_back() -> None:
    kitchen = f"She sat in the kitchen. The kitchen was warm.\n\n{FILLER}"
    street = f"Then she ran into the street. The street was long, and in the street nobody stirred. {STAY}"
    room = f"She walked back into the room and lit a lamp; the room was dark. {STAY}"
    scenes = _scenes(f"{kitchen}\n\n{street}\n\n{FILLER}\n\n{room}\n\nAt 9 o'clock the tea was made.")
    assert [(s.border, s.hour) for s in scenes] == [
        ("chapter", "afternoon"), ("place", "afternoon"), ("place", "night")
    ]  # fmt: skip


def test_who_comes_home_comes_to_the_room_that_was_named_before() -> None:
    flat = f"She sat in the parlour. The parlour was warm.\n\n{FILLER}"
    street = f"Then she fluttered out of the door to the street. The street was long and the street was dark. {STAY}"
    home = f"When she reached home she sat down and counted what was left. {STAY}"
    scenes = _scenes(f"{flat}\n\n{street}\n\n{FILLER}\n\n{home}\n\n{FILLER}")
    assert [scene.place.split("-")[0] for scene in scenes] == ["room", "street", "room"]
    assert scenes[0].place == scenes[2].place
