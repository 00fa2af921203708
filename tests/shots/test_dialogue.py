"""How an exchange is covered: what each reply's own words and its neighbours make of it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookfilm.records.screenplay import Emotion, Line
from bookfilm.records.shots import Shot, ShotSize
from tests.shots.scenes import plan, said, scene_of, told

OPENING = said("boris", "They have all gone down to the water to look at it, and nobody is left but us.")
PLAIN = "I have seen what there was to see down there, and I came back up by the lower road."
LAST = told("The wind went on over the roofs and the long wet fields until the evening of that day came.")


def _shot_of(shots: list[Shot], words: str) -> Shot:
    return next(shot for shot in shots if any(heard.text.startswith(words) for heard in shot.heard))


def _framed(reply: Line) -> Shot:
    """Return the shot of `reply`, which stands in the middle of an exchange of plain replies."""
    between = (said("anna", f"So. {PLAIN}"), said("boris", f"No. {PLAIN}"))
    lines = (told(LAST.text), OPENING, *between, reply, said("boris", PLAIN), said("anna", PLAIN), LAST)
    return _shot_of(plan(scene_of(*lines)), reply.text[:20])


def test_the_master_shows_all_who_are_in_the_exchange() -> None:
    shots = plan(scene_of(LAST, OPENING, said("anna", PLAIN), cast=("anna", "boris", "clara")))
    master = _shot_of(shots, OPENING.text[:20])
    assert master.picture.size == "full"
    assert {person.name for person in master.picture.cast} == {"anna", "boris", "clara"}
    assert "master" in master.reason


@pytest.mark.parametrize(
    ("text", "emotion", "size"),
    [
        (PLAIN, "neutral", "over_shoulder"),
        ("Did you see them go down to the water and come back again?", "neutral", "over_shoulder"),
        ("By the lower road.", "neutral", "medium"),
        (PLAIN, "fear", "close_up"),
        ("He is dead!", "neutral", "close_up"),
        ("Come back up here, all of you, and bring the long ladder with you when you come", "shout", "full"),
        ("Stay here with me, and let them go down to the water without us this one time.", "tender", "medium"),
    ],
)
def test_a_reply_is_framed_by_what_is_said(text: str, emotion: Emotion, size: ShotSize) -> None:
    shot = _framed(said("anna", text, emotion=emotion))
    assert shot.picture.size == size, shot.reason


def test_the_line_that_matters_says_what_it_is_of() -> None:
    assert "death" in _framed(said("anna", "He is dead!")).reason


def test_intimate_words_show_both() -> None:
    shot = _framed(said("anna", "Stay here with me, and let them go down without us this one time.", emotion="tender"))
    assert [person.name for person in shot.picture.cast] == ["anna", "boris"]


def test_replies_go_over_both_shoulders_in_turn() -> None:
    shots = plan(scene_of(LAST, OPENING, said("anna", PLAIN), said("boris", f"No. {PLAIN}"), said("anna", PLAIN), LAST))
    across = [shot.picture for shot in shots if shot.picture.size == "over_shoulder"]
    assert [next(one.name for one in picture.cast if one.near) for picture in across][:2] == ["boris", "anna"]
    assert all([one.name for one in picture.cast] == ["anna", "boris"] for picture in across)


def test_nobody_looks_past_a_dog() -> None:
    shots = plan(scene_of(LAST, said("anna", PLAIN), said("anna", f"So. {PLAIN}"), LAST, cast=("anna", "rex")))
    assert all(not one.near for shot in shots for one in shot.picture.cast)


def test_somebody_who_comes_brings_the_master_back() -> None:
    first = scene_of(LAST, OPENING, said("anna", PLAIN), cast=("anna", "boris", "clara"), present=("anna", "boris"))
    came = scene_of(said("clara", PLAIN), said("boris", PLAIN), cast=("anna", "boris", "clara")).beats[1:]
    shots = plan(first.changed(beats=(*first.beats, came[0].changed(lines=(came[0].lines[0].changed(id="n"),)))))
    again = shots[-1]
    assert "somebody has come" in again.reason
    assert {one.name for one in again.picture.cast} == {"anna", "boris", "clara"}
    assert again.picture.camera == "pan_left", "toward who has come: she stands between the two"


def test_a_long_exchange_comes_back_to_its_master() -> None:
    replies = [said("anna" if n % 2 else "boris", f"{PLAIN} That was number {n}.") for n in range(24)]
    shots = plan(scene_of(LAST, *replies, LAST))
    again = [at for at, shot in enumerate(shots) if "for long" in shot.reason]
    assert 1 <= len(again) <= 6
    assert all({one.name for one in shots[at].picture.cast} == {"anna", "boris"} for at in again)


def test_a_long_speech_shows_how_it_is_taken() -> None:
    shots = plan(scene_of(LAST, OPENING, said("anna", " ".join([PLAIN] * 8)), LAST))
    taken = [shot for shot in shots if "how it is taken" in shot.reason]
    assert taken
    for shot in taken:
        assert next(one.name for one in shot.picture.cast if one.near) == "anna"


def test_a_said_he_is_no_shot_of_its_own() -> None:
    scene = scene_of(LAST, OPENING)
    tagged = scene.beats[1].changed(
        lines=(
            said("anna", PLAIN).changed(id="a"),
            told("said Anna.").changed(id="b"),
            said("anna", "So.").changed(id="c"),
        )
    )
    shots = plan(scene.changed(beats=(*scene.beats, tagged)))
    assert [heard.text for heard in shots[-1].heard] == [PLAIN, "said Anna.", "So."]


NAMES = ("anna", "boris", "clara", "dmitri")
REPLIES = st.lists(
    st.tuples(
        st.sampled_from(NAMES),
        st.one_of(st.none(), st.sampled_from(NAMES)),
        st.sampled_from(
            [PLAIN, "Why?", "He is dead!", "By the lower road.", " ".join([PLAIN] * 4), f"{PLAIN} Is it so?"]
        ),
        st.sampled_from(["neutral", "anger", "tender", "shout"]),
        st.booleans(),
    ),
    min_size=1,
    max_size=14,
)


@settings(max_examples=60, deadline=None)
@given(REPLIES)
def test_nobody_crosses_the_line(replies: list[tuple[str, str | None, str, Emotion, bool]]) -> None:
    """The 180-degree rule: whoever is left of another stays so, and who is alone has room to look into."""
    lines: list[Line] = []
    for who, to, text, emotion, silence in replies:
        lines += [said(who, text, to, emotion), *([LAST] if silence else [])]
    shots = plan(scene_of(*lines, cast=NAMES))
    left_of: set[tuple[str, str]] = set()
    for shot in shots:
        cast = shot.picture.cast
        assert [one.mark for one in cast] == sorted(one.mark for one in cast)
        left_of |= {(a.name, b.name) for n, a in enumerate(cast) for b in cast[n + 1 :]}
        if len(cast) == 1:
            assert (cast[0].mark < 50) == (cast[0].facing == "right"), "looking room is before the face"
        elif len(cast) == 2:
            assert [one.facing for one in cast] == ["right", "left"]
    assert all((b, a) not in left_of for a, b in left_of)


@settings(max_examples=60, deadline=None)
@given(REPLIES)
def test_each_line_is_heard_exactly_once(replies: list[tuple[str, str | None, str, Emotion, bool]]) -> None:
    lines = [said(who, text, to, emotion) for who, to, text, emotion, _ in replies]
    heard = [one for shot in plan(scene_of(*lines, cast=NAMES)) for one in shot.heard]
    words: dict[str, list[str]] = {}
    for one in heard:
        words.setdefault(one.line, []).append(one.text)
    assert [" ".join(parts) for parts in words.values()] == [line.text for line in lines]
    assert sum(one.begins_line for one in heard) == sum(one.ends_line for one in heard) == len(lines)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([PLAIN, "Why?", "By the lower road."]), min_size=2, max_size=10))
def test_singles_of_an_exchange_look_at_each_other(texts: list[str]) -> None:
    lines = [said("anna" if n % 2 else "clara", text) for n, text in enumerate(texts)]
    for shot in plan(scene_of(LAST, *lines, cast=("anna", "boris", "clara"))):
        if len(shot.picture.cast) == 1 and shot.heard and shot.heard[0].speaker:
            (one,) = shot.picture.cast
            assert one.facing == {"anna": "right", "clara": "left"}[one.name]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 23), st.sampled_from(["Why?", "He is dead!", "By the lower road."]))
def test_a_changed_reply_changes_no_shot_far_from_it(at: int, words: str) -> None:
    texts = [f"{PLAIN} That was number {n}." for n in range(24)]
    changed = [words if n == at else text for n, text in enumerate(texts)]
    before, after = (
        plan(scene_of(LAST, *[said("anna" if n % 2 else "boris", text) for n, text in enumerate(each)], LAST))
        for each in (texts, changed)
    )
    pictures = [
        {u.line: shot.picture.changed(action="") for shot in shots for u in shot.heard} for shots in (before, after)
    ]
    touched = [int(line[1:]) - 1 for line in pictures[0] if pictures[0][line] != pictures[1][line]]
    assert all(abs(one - at) <= 5 for one in touched)
