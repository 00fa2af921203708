"""How the narrator's words are seen."""

from __future__ import annotations

import pytest

from bookfilm.records.book import Language
from bookfilm.records.screenplay import Line
from bookfilm.records.shots import Camera, Shot, ShotSize
from bookfilm.shots.moves import move_over
from tests.shots.scenes import plan, said, scene_of, told

OPENING = told("Nothing was as it had been, and yet nothing that one could point at was otherwise than before.")


def _told(text: str, *, cast: tuple[str, ...] = ("anna", "boris"), language: Language = "en") -> Shot:
    between = said("clara", "So it is, and so it was.")
    return plan(scene_of(OPENING, between, told(text), cast=cast), language)[2]


@pytest.mark.parametrize(
    ("text", "size", "people"),
    [
        ("Anna smiled, and her eyes grew bright, though there was little enough to smile at.", "close_up", ["anna"]),
        ("Boris thought of the years that had gone.", "close_up", ["boris"]),
        ("Boris took the rope and held it with both hands, as he had been told to do by her.", "medium", ["boris"]),
        ("Boris walked the whole way round the yard.", "full", ["boris"]),
        (f"Anna was the oldest in the town, {'small and upright, ' * 3}or so it was said.", "full", ["anna"]),
        ("Anna wore a bonnet and a blue gown.", "full", ["anna"]),
        ("Anna and Boris had nothing more to say.", "medium", ["anna", "boris"]),
        ("The key lay on the step.", "insert", []),
        ("Over the hills and the fields lay the mist.", "wide", ["anna", "boris"]),
        ("A crowd had come in from the road.", "wide", ["anna", "boris"]),
    ],
)  # fmt: skip
def test_what_is_told_decides_how_near_we_are(text: str, size: ShotSize, people: list[str]) -> None:
    shot = _told(text)
    assert (shot.picture.size, [one.name for one in shot.picture.cast]) == (size, people), shot.reason
    assert shot.reason


def test_nobody_on_stage_shows_the_place_and_moves_over_it() -> None:
    shot = _told("Over the hills the wind went on.", cast=())
    assert (shot.picture.size, shot.picture.cast) == ("wide", ())
    assert shot.picture.camera != "static"


def test_a_crowd_stays_once_it_has_come() -> None:
    shots = plan(
        scene_of(OPENING, told("A crowd had come in from the road."), told("Anna was not to be seen among them."))
    )
    assert [shot.picture.crowd > 0 for shot in shots] == [False, True]


def test_a_letter_is_its_page_and_who_reads_it() -> None:
    text = "I have been here for nine weeks and nobody has written to me from the town. " * 5
    shots = plan(scene_of(OPENING, told(text.strip(), kind="letter")))[1:]
    assert [shot.picture.size for shot in shots[:2]] == ["insert", "close_up"]
    assert shots[0].picture.props == ("letter",)


def test_a_sentence_that_goes_on_stays_with_whom_it_is_about() -> None:
    long = f"Anna had ten fields by the river; {'and none of them was worth the walk, ' * 5}so that was that."
    shots = plan(scene_of(OPENING, told(long)))[1:]
    assert len(shots) > 1
    assert all([one.name for one in shot.picture.cast] == ["anna"] for shot in shots)


@pytest.mark.parametrize(("pronoun", "who"), [("She", "anna"), ("He", "boris")])
def test_a_pronoun_is_whom_it_can_be(pronoun: str, who: str) -> None:
    lines: list[Line] = [
        OPENING,
        said("boris", "So it is."),
        said("anna", "So it was."),
        told(f"{pronoun} had no more to say."),
    ]
    shot = plan(scene_of(*lines))[-1]
    assert [one.name for one in shot.picture.cast] == [who]


@pytest.mark.parametrize(
    ("text", "language", "cameras"),
    [
        ("The tower stood black.", "en", {"tilt_up"}),
        ("The road lay open.", "en", {"pan_left", "pan_right"}),
        ("It was lonely.", "en", {"pull"}),
        ("Вдали горел огонь.", "ru", {"pull"}),
        ("В комнате было тихо.", "ru", {"push"}),
    ],
)
def test_the_camera_goes_where_the_words_go(text: str, language: Language, cameras: set[Camera]) -> None:
    camera, why = move_over(text, language)
    assert camera in cameras and why
