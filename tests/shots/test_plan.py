"""The shot list of whole small films: what it shows, what is heard, and what a change may touch."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

import pytest

from bookfilm.records.base import canonical_json
from bookfilm.records.screenplay import Screenplay
from bookfilm.records.shots import Shot
from bookfilm.shots.cards import credits_ms
from bookfilm.shots.plan import plan_shots
from tests.screenplay.books import adapt, long_book


@pytest.fixture(scope="module")
def screenplay() -> Screenplay:
    return adapt(long_book(9)).screenplay


@pytest.fixture(scope="module")
def shots(screenplay: Screenplay) -> list[Shot]:
    return plan_shots(screenplay, "In the public domain", ("Voices by somebody",))


def test_title_first_credits_last(shots: list[Shot]) -> None:
    assert [shots[0].picture.kind, shots[-1].picture.kind] == ["title", "credits"]
    assert shots[0].picture.card == ("A Book", "A. Writer")
    assert "In the public domain" in shots[-1].picture.card
    assert shots[-1].picture.card[-1] == "Voices by somebody"
    assert shots[-1].hold_ms == credits_ms(len(shots[-1].picture.card))


def test_every_chapter_has_its_card(shots: list[Shot]) -> None:
    assert [s.picture.card for s in shots if s.picture.kind == "chapter"] == [(f"Chapter {n}",) for n in range(1, 10)]


def test_a_book_without_headings_has_no_cards() -> None:
    kinds = [shot.picture.kind for shot in plan_shots(adapt("It rained.\n\nNobody came.").screenplay)]
    assert set(kinds) == {"title", "scene", "credits"}


def test_every_word_is_heard_once_in_order(screenplay: Screenplay, shots: list[Shot]) -> None:
    heard = [utterance for shot in shots for utterance in shot.heard]
    parts: dict[str, list[str]] = defaultdict(list)
    for utterance in heard:
        assert utterance.begins_line == (utterance.line not in parts)
        parts[utterance.line].append(utterance.text)
    assert {line.id: line.text for line in screenplay.lines()} == {k: " ".join(v) for k, v in parts.items()}
    assert list(parts) == [line.id for line in screenplay.lines()]
    assert sum(utterance.ends_line for utterance in heard) == len(parts)


def test_ids_are_unique_and_scenes_known(screenplay: Screenplay, shots: list[Shot]) -> None:
    assert len({shot.id for shot in shots}) == len(shots)
    assert {shot.scene for shot in shots if shot.scene} == {scene.id for scene in screenplay.scenes}


def test_the_line_of_action_holds(shots: list[Shot]) -> None:
    left_of: dict[str | None, set[tuple[str, str]]] = defaultdict(set)
    for shot in shots:
        marks = [person.mark for person in shot.picture.cast]
        assert marks == sorted(marks)
        assert all(b - a >= 20 for a, b in pairwise(marks))
        names = [person.name for person in shot.picture.cast]
        assert len(names) == len(set(names)) <= 4
        left_of[shot.scene] |= {(a, b) for n, a in enumerate(names) for b in names[n + 1 :]}
    assert all((b, a) not in pairs for pairs in left_of.values() for a, b in pairs)


def test_listeners_face_who_speaks(shots: list[Shot]) -> None:
    checked = 0
    for shot in shots:
        speakers = {utterance.speaker for utterance in shot.heard if utterance.speaker}
        cast = shot.picture.cast
        if len(speakers) == 1 and len(cast) == 2 and speakers <= {person.name for person in cast}:
            assert [person.facing for person in cast] == ["right", "left"]
            checked += 1
    assert checked > 5


def test_who_speaks_is_in_frame(shots: list[Shot]) -> None:
    for shot in shots:
        speakers = {u.speaker for u in shot.heard if u.kind == "dialogue" and u.speaker}
        assert speakers <= {person.name for person in shot.picture.cast}


def test_over_the_shoulder_of_who_listens(shots: list[Shot]) -> None:
    across = [shot for shot in shots if shot.picture.size == "over_shoulder"]
    for shot in across:
        near = [person for person in shot.picture.cast if person.near]
        far = [person for person in shot.picture.cast if not person.near]
        assert len(near) == len(far) == 1
        assert {said.speaker for said in shot.heard} == {far[0].name}
        assert (near[0].mark < 20, near[0].facing) in ((True, "right"), (False, "left"))
        assert near[0].mark < 20 or near[0].mark > 80
    assert across
    assert not any(person.near for shot in shots if shot not in across for person in shot.picture.cast)


def test_fades_stand_at_chapter_edges(shots: list[Shot]) -> None:
    scenes = [shot for shot in shots if shot.picture.kind == "scene"]
    for at, shot in enumerate(scenes):
        opens = at == 0 or scenes[at - 1].chapter != shot.chapter
        closes = at + 1 == len(scenes) or scenes[at + 1].chapter != shot.chapter
        assert (shot.picture.fade_in, shot.picture.fade_out) == (opens, closes)


def test_each_scene_begins_wide(shots: list[Shot]) -> None:
    first: dict[str, Shot] = {}
    for shot in shots:
        if shot.scene is not None:
            first.setdefault(shot.scene, shot)
    assert {shot.picture.size for shot in first.values()} == {"wide"}


def test_shots_are_varied_and_say_why(shots: list[Shot]) -> None:
    scenes = [shot for shot in shots if shot.picture.kind == "scene"]
    assert {"wide", "full", "medium", "over_shoulder", "close_up"} <= {shot.picture.size for shot in scenes}
    assert len({shot.picture.camera for shot in scenes}) >= 3
    assert all(shot.reason for shot in shots)


def _pictures(screenplay: Screenplay) -> dict[int | None, list[bytes]]:
    found: dict[int | None, list[bytes]] = defaultdict(list)
    for shot in plan_shots(screenplay):
        found[shot.chapter].append(canonical_json(shot.picture))
    return found


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a moth about the glass", "a bat about the glass"),
        ("slowly", "loudly"),
        ("listened to the rain", "saw the sun"),
    ],
)
def test_a_word_changed_in_one_chapter_changes_no_other(screenplay: Screenplay, old: str, new: str) -> None:
    text = long_book(9)
    at = text.index("# Chapter 9")
    changed = text[:at] + text[at:].replace(old, new)
    assert changed != text
    before, after = _pictures(screenplay), _pictures(adapt(changed).screenplay)
    assert {n: p for n, p in before.items() if n not in (8, None)} == {
        n: p for n, p in after.items() if n not in (8, None)
    }


def test_an_inserted_paragraph_changes_only_its_neighbours(screenplay: Screenplay) -> None:
    text = long_book(9)
    at = text.index("Edwin sat down by the door of the kitchen")
    longer = f"{text[:at]}A cart went by on the road, and then it was still again.\n\n{text[at:]}"
    before, after = _pictures(screenplay), _pictures(adapt(longer).screenplay)
    assert len(set(before[0]) - set(after[0])) <= 3
    assert {n: p for n, p in before.items() if n} == {n: p for n, p in after.items() if n}


def test_nobody_named_shows_the_place() -> None:
    text = "# One\n\n" + "\n\n".join(
        f"Over the hills the wind went on, and cloud {n} came and passed." for n in range(30)
    )
    scenes = [shot.picture for shot in plan_shots(adapt(text).screenplay) if shot.picture.kind == "scene"]
    assert all(not picture.cast for picture in scenes)
    assert len({picture.camera for picture in scenes}) >= 3
