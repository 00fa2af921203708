from __future__ import annotations

from bookfilm.records.direction import Casting, Direction, LineEdit, SceneEdit
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
