from __future__ import annotations

import pytest

from bookfilm.records.shots import ShotSize
from bookfilm.shots.framing import Frame, stir, vary


@pytest.mark.parametrize("size", ["wide", "full", "medium", "close_up"])
@pytest.mark.parametrize("people", [(), ("a",), ("a", "b")])
def test_the_same_framing_twice_is_varied(size: ShotSize, people: tuple[str, ...]) -> None:
    frame = Frame(size, "static", people, "why")
    varied = vary(frame, frame, "some words")
    assert (varied.size, varied.people, varied.camera) != (frame.size, frame.people, frame.camera)
    assert set(varied.people) <= set(people)


def test_another_framing_is_kept() -> None:
    frame = Frame("medium", "push", ("a",), "why")
    assert vary(frame, Frame("full", "push", ("a",), "why"), "some words") is frame
    assert vary(frame, None, "some words") is frame


def test_the_camera_is_not_the_same_twice_on_the_same_people() -> None:
    frame = Frame("medium", "push", ("a", "b"), "why")
    assert stir(frame, frame, "some words").camera != "push"
    assert stir(frame, Frame("medium", "static", ("a", "b"), "why"), "some words") is frame
