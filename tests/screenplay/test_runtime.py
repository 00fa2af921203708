from __future__ import annotations

import pytest

from bookfilm.engines.protocols import Adaptation, AdaptRequest
from bookfilm.screenplay.rules import RulesScreenwriter
from tests.screenplay.books import PACE, adapt, long_book, make_book


def _length_s(adaptation: Adaptation, cards: int) -> float:
    """Return the length by the pace alone, counted from the screenplay."""
    total = 0.0
    for line in adaptation.screenplay.lines():
        rate = PACE.dialogue_chars_per_s if line.kind == "dialogue" else PACE.narrator_chars_per_s
        total += len(line.text) / rate + PACE.line_pause_ms / 1000
    silent = len(adaptation.screenplay.scenes) * PACE.scene_pause_ms + cards * PACE.card_ms + PACE.frame_ms
    return total + silent / 1000


@pytest.mark.parametrize("share", [0.2, 0.35, 0.5, 0.8, 0.95])
def test_a_wanted_runtime_is_met(share: float) -> None:
    text = long_book(9)
    whole = adapt(text)
    wanted = round(_length_s(whole, 9) * share)
    fitted = adapt(text, runtime_s=wanted)
    assert _length_s(fitted, 9) == pytest.approx(wanted, rel=0.05)
    assert {scene.chapter for scene in fitted.screenplay.scenes} == set(range(9))
    assert fitted.screenplay.runtime_s == wanted


def test_each_chapter_keeps_its_opening_and_closing() -> None:
    text = long_book(4)
    fitted = adapt(text, runtime_s=170)
    for chapter in range(4):
        words = [line.text for scene in fitted.screenplay.scenes if scene.chapter == chapter for line in scene.lines()]
        assert words[0].startswith("Martha came into")
        assert "Edwin sat down by the door" in words[-1] or words[-1].startswith("Edwin sat down")


def test_no_tag_stands_for_what_was_said() -> None:
    opening = "Then Martha said once more, as she did every morning: “Come in, all of you, and sit down.”"
    text = "\n\n".join(f"# {n}\n\n{opening}\n\n{'The rain fell on the roof. ' * 40}" for n in range(3))
    lines = [line.text for line in adapt(text, runtime_s=20).screenplay.lines()]
    assert "Come in, all of you, and sit down." in lines


def test_more_runtime_than_words_plays_all() -> None:
    text = long_book(2)
    assert adapt(text, runtime_s=36_000).screenplay.scenes == adapt(text).screenplay.scenes


def test_coverage_says_what_was_cut() -> None:
    rows = adapt(long_book(4), runtime_s=170).coverage.paragraphs
    assert {row.status for row in rows} >= {"played", "cut"}
    assert all(row.why for row in rows)


def test_without_a_runtime_everything_is_in() -> None:
    rows = adapt(long_book(4)).coverage.paragraphs
    assert {row.status for row in rows} == {"played", "narrated"}


def test_another_readers_leaning_decides_what_comes_in() -> None:
    text = long_book(4)
    book, request = make_book(text), AdaptRequest(runtime_s=170, pace=PACE)
    at = text.index("Martha came into the garden that evening with lantern number 13")
    asked = RulesScreenwriter()
    assert not any("number 13 " in line.text for line in asked.adapt(book, text, request).screenplay.lines())
    leant = asked.adapt_leaning(book, text, request, {at: 9.0})
    assert any("number 13 " in line.text for line in leant.screenplay.lines())
    assert asked.adapt_leaning(book, text, request, {}) == asked.adapt(book, text, request)


def test_too_little_room_for_every_chapter_leaves_out_whole_chapters_cards_included() -> None:
    text = long_book(30)
    fitted = adapt(text, runtime_s=240)
    chapters = {scene.chapter for scene in fitted.screenplay.scenes}
    assert {0, 29} <= chapters and len(chapters) < 20
    assert _length_s(fitted, len(chapters)) == pytest.approx(240, rel=0.05)
    spoken = sum(line.kind == "dialogue" for line in fitted.screenplay.lines())
    assert spoken >= len(chapters)
    book = make_book(text)
    for number, chapter in enumerate(book.chapters):
        heading = next(row for row in fitted.coverage.paragraphs if row.source == chapter.paragraphs[0].source)
        assert (heading.status == "played") == (number in chapters)
