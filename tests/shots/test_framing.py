"""Two shots in a row never look alike, and what is done about it stays where it is."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from bookfilm.shots.framing import Frame, vary

WORDS = [f"words {n}" for n in range(12)]
FRAMES = st.lists(
    st.builds(
        Frame,
        st.sampled_from(["wide", "full", "medium", "close_up", "insert"]),
        st.just("static"),
        st.sampled_from([(), ("a",), ("b",), ("a", "b"), ("a", "b", "c")]),
        st.just("why"),
    ),
    min_size=1,
    max_size=12,
)


@settings(deadline=None)
@given(FRAMES)
def test_no_two_shots_in_a_row_look_alike(frames: list[Frame]) -> None:
    shown = vary(frames, WORDS[: len(frames)])
    assert all((a.size, set(a.people), a.near) != (b.size, set(b.people), b.near) for a, b in pairwise(shown))
    assert all(set(after.people) <= set(before.people) for before, after in zip(frames, shown, strict=True))


@settings(deadline=None)
@given(FRAMES)
def test_a_frame_that_looks_like_none_beside_it_is_kept(frames: list[Frame]) -> None:
    kept = [at for at, (a, b) in enumerate(pairwise(frames), 1) if (a.size, a.people) != (b.size, b.people)]
    shown = vary(frames, WORDS[: len(frames)])
    assert all(shown[at] is frames[at] for at in (0, *kept))


def test_over_the_same_shoulder_twice_is_the_speaker_alone() -> None:
    across = Frame("over_shoulder", "static", ("a", "b"), "why", near="b", toward="b")
    first, second = vary([across, across], ["", ""])
    assert first is across
    assert (second.size, second.people, second.near, second.toward) == ("medium", ("a",), None, "b")
    assert second.reason.startswith("why; ")
    other = replace(across, near="a", toward="a", people=("b", "a"))
    assert vary([across, other], ["", ""]) == [across, other], "the other shoulder is another shot"
