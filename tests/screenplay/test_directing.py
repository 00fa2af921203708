from __future__ import annotations

from bookfilm.records.direction import Casting, Direction, LineEdit, NewLineEdit, SceneEdit
from tests.screenplay.books import adapt, long_book, said

TEXT = "# One\n\nMartha sat in the kitchen.\n\n“Yes,” said Martha.\n\n“Yes,” said Edwin.\n\n# Two\n\nThe rain fell.\n"


def test_casting_lies_over_the_look() -> None:
    casting = Casting(name="edwin", show_as="Old Edwin", beard="full", hat="top", voice="bass", sex="male")
    characters = adapt(TEXT, direction=Direction(character=(casting,))).screenplay.characters
    edwin = next(c for c in characters if c.name == "Old Edwin")
    assert (edwin.look.beard, edwin.look.hat, edwin.voice) == ("full", "top", "bass")
    assert "Edwin" in edwin.aliases


def test_a_line_is_found_by_its_words_nearest_to_a_place() -> None:
    near = TEXT.index("“Yes,” said Edwin")
    edit = LineEdit(was="yes,", text="No.", speaker="Martha", near=near)
    assert said(adapt(TEXT, direction=Direction(line=(edit,)))) == [("Martha", "Yes,"), ("Martha", "No.")]


def test_a_line_can_be_nobodys_or_somebody_news() -> None:
    nobody = LineEdit(was="Yes,", speaker="")
    assert said(adapt(TEXT, direction=Direction(line=(nobody,))))[0] == (None, "Yes,")
    new = LineEdit(was="The rain fell.", speaker="A Ghost")
    assert ("A Ghost", "The rain fell.") in said(adapt(TEXT, direction=Direction(line=(new,))))


def test_a_scene_is_set_as_the_author_wants() -> None:
    edit = SceneEdit(begins="martha sat", place="forest", hour="night", weather="snow")
    screenplay = adapt(TEXT, direction=Direction(scene=(edit,))).screenplay
    scene = screenplay.scenes[0]
    assert (scene.heading, scene.weather, screenplay.place(scene.place).kind) == (
        "EXT. FOREST - NIGHT",
        "snow",
        "forest",
    )


def test_passages_are_kept_and_cut() -> None:
    text = long_book(3)
    at = text.index("# Chapter 2")
    kept = (text.index("She counted 5 steps") - 5, text.index("She counted 5 steps") + 5)
    adaptation = adapt(text, runtime_s=120, direction=Direction(cut=("chapter 3",), keep=(kept,)))
    assert {scene.chapter for scene in adaptation.screenplay.scenes} == {0, 1}
    assert any("She counted 5 steps" in line.text for line in adaptation.screenplay.lines() if line.source[0][0] < at)


def test_title_author_and_credits() -> None:
    direction = Direction(title="The Film", author="Me", credits=("With thanks",))
    screenplay = adapt(TEXT, direction=direction).screenplay
    assert (screenplay.title, screenplay.author, screenplay.credits) == ("The Film", "Me", ("With thanks",))


def test_a_line_that_is_cut_is_out_and_its_paragraph_says_so() -> None:
    cut = LineEdit(was="Yes,", near=TEXT.index("“Yes,” said Edwin"), cut=True)
    adaptation = adapt(TEXT, direction=Direction(line=(cut,)))
    assert said(adaptation) == [("Martha", "Yes,")]
    assert [row.why for row in adaptation.coverage.paragraphs].count("the author's direction") == 1


def test_a_scene_is_found_though_its_first_line_was_cut() -> None:
    cut = LineEdit(was="Martha sat in the kitchen.", cut=True)
    setting = SceneEdit(begins="Martha sat in the kitchen.", place="forest")
    screenplay = adapt(TEXT, direction=Direction(line=(cut,), scene=(setting,))).screenplay
    assert screenplay.place(screenplay.scenes[0].place).kind == "forest"


def test_a_line_has_the_kind_and_emotion_and_its_beat_shows_what_the_author_says() -> None:
    edit = LineEdit(was="Yes,", kind="thought", emotion="fear", seen="She hides.")
    scene = adapt(TEXT, direction=Direction(line=(edit,))).screenplay.scenes[0]
    beat = next(beat for beat in scene.beats if beat.lines[0].text == "Yes,")
    assert (beat.lines[0].kind, beat.lines[0].emotion, beat.action) == ("thought", "fear", "She hides.")


def test_new_lines_stand_where_they_are_wanted() -> None:
    first = NewLineEdit(after="Yes,", near=TEXT.index("“Yes,” said Edwin"), text="No?", speaker="Martha")
    second = NewLineEdit(after="No?", text="Who asks?", speaker="A Ghost", emotion="whisper")
    before = NewLineEdit(before="The rain fell.", text="Later.", kind="narration")
    out = NewLineEdit(after="Yes,", text="Never.", cut=True)
    screenplay = adapt(TEXT, direction=Direction(insert=(first, second, before, out))).screenplay
    texts = [line.text for line in screenplay.lines()]
    assert texts == ["Martha sat in the kitchen.", "Yes,", "Yes,", "No?", "Who asks?", "Later.", "The rain fell."]
    ghost = next(line for line in screenplay.lines() if line.text == "Who asks?")
    assert (ghost.speaker, ghost.source, ghost.emotion) == ("a-ghost", (), "whisper")
    assert "a-ghost" in screenplay.scenes[0].cast
    assert screenplay.character("a-ghost").line_count == 1
    assert len({line.id for line in screenplay.lines()}) == len(texts)


def test_a_new_line_keeps_its_place_though_its_neighbour_is_gone_and_goes_with_its_scene() -> None:
    near = TEXT.index("“Yes,” said Edwin")
    new = NewLineEdit(after="Yes,", near=near, text="No?", speaker="Martha")
    cut = tuple(LineEdit(was="Yes,", near=at, cut=True) for at in (TEXT.index("“Yes,”"), near))
    texts = [line.text for line in adapt(TEXT, direction=Direction(insert=(new,), line=cut)).screenplay.lines()]
    assert texts == ["Martha sat in the kitchen.", "No?", "The rain fell."]
    gone = adapt(TEXT, direction=Direction(insert=(new,), cut=("one",))).screenplay
    assert [line.text for line in gone.lines()] == ["The rain fell."]
