"""A line's new words are heard in the shots that it had, and no other shot is new."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bookfilm.records.screenplay import Line
from bookfilm.records.shots import Shot
from bookfilm.shots.rewording import as_first_written
from tests.shots.scenes import plan, said, scene_of, told

LONG = "He told her of the harbour, of the two brothers, and of the winter in which neither of them came home. "
WORDS = (
    "Yes.",
    "Why?",
    "Never!",
    "It is late…",
    "Anna wept.",
    "He rode away on a horse.",
    "A crowd stood there.",
    LONG,
    LONG * 3,
)


def _lines() -> st.SearchStrategy[list[Line]]:
    text = st.sampled_from(WORDS)
    spoken = st.builds(said, st.sampled_from(("anna", "boris")), text)
    return st.lists(st.one_of(spoken, st.builds(told, text)), min_size=1, max_size=9)


def _content(shots: list[Shot]) -> list[str]:
    """Return what each shot's take is made of: all but its number and the note why it is so."""
    return [shot.changed(id="", reason="").to_json() for shot in shots]


@given(lines=_lines(), at=st.integers(0, 8), words=st.sampled_from(WORDS))
def test_only_the_shots_that_hold_a_changed_line_are_new(lines: list[Line], at: int, words: str) -> None:
    before = scene_of(*lines)
    at %= len(lines)
    after = scene_of(*(line.changed(text=words) if n == at else line for n, line in enumerate(lines)))
    # What is seen is not what is said: the beats' action stays as it was.
    after = after.changed(
        beats=tuple(new.changed(action=old.action) for new, old in zip(after.beats, before.beats, strict=True))
    )
    was, now = plan(before), plan(after, first_words={f"l{at}": lines[at].text})
    held = {heard.line for shot in was if any(u.line == f"l{at}" for u in shot.heard) for heard in shot.heard}
    kept = set(_content(was))
    for shot, content in zip(now, _content(now), strict=True):
        assert content in kept or any(heard.line in held for heard in shot.heard)
    assert [u.text for s in now for u in s.heard] == [u.text for s in plan(after) for u in s.heard]


def test_the_answer_to_a_question_stays_as_it_was_seen_when_the_question_is_one_no_more() -> None:
    lines = [said("anna", "Which of the two is the older one?"), said("boris", "Neither."), told("It rained.")]
    was = plan(scene_of(*lines))
    after = scene_of(lines[0].changed(text="You know which of the two is the older one."), *lines[1:])
    now = plan(after, first_words={"l0": lines[0].text})
    assert _content(now)[-2:] == _content(was)[-2:]


def test_a_line_that_has_grown_fills_shots_of_its_own() -> None:
    lines = [said("anna", "Go on."), said("boris", LONG), said("anna", "And then?")]
    grown = scene_of(lines[0], lines[1].changed(text=LONG * 4), lines[2])
    was, now = plan(scene_of(*lines)), plan(grown, first_words={"l1": LONG})
    assert len(now) > len(was)
    assert " ".join(u.text for shot in now for u in shot.heard if u.line == "l1") == (LONG * 4).strip()
    assert max(len(u.text) for shot in now for u in shot.heard) <= 140


def test_without_changed_words_a_scene_is_itself() -> None:
    scene = scene_of(said("anna", "Yes."))
    assert as_first_written(scene, {"another": "No."}) is scene
