"""The files of other programs, in both formats."""

from __future__ import annotations

from pathlib import Path

import pytest

from bookfilm.errors import RecordError
from bookfilm.script.elements import (
    Action,
    Element,
    Heading,
    Note,
    PageBreak,
    Script,
    Section,
    Speech,
    SpeechPart,
    Synopsis,
    Transition,
)
from bookfilm.script.fdx import read_fdx, write_fdx
from bookfilm.script.fountain import write_fountain
from bookfilm.script.fountain_reading import read_fountain

SHARED = Path(__file__).parents[3] / "shared" / "formats" / "fountain"


def read_shared(name: str) -> Script:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{path} is not here")
    content = path.read_bytes()
    return read_fdx(content) if path.suffix == ".fdx" else read_fountain(content.decode())


def kinds(script: Script) -> list[str]:
    return [type(element).__name__ for element in script.elements]


def speech(name: str, *said: str, dual: bool = False) -> Speech:
    parts = [SpeechPart("parenthetical", s[1:-1]) if s.startswith("(") else SpeechPart("words", s) for s in said]
    return Speech(name, (), tuple(parts), dual)


@pytest.mark.parametrize("ending", ["fountain", "fdx"])
@pytest.mark.parametrize(
    ("name", "elements"),
    [
        ("dialogue", (speech("GIRL", "Let me tell you something."), speech("GUY", "I don't wanna."))),
        ("dual-dialogue", (speech("GIRL", "Hey!"), speech("GUY", "Hello!", dual=True))),
        ("parenthetical", (speech("JOHN DOE", "(screaming)", "Hello!!!"),)),
        ("forced-action", (Action("THIS IS FORCED ACTION\nThis is another line of action!"),)),
        ("extended-characters", (Action("Hello\nこんにちは\nпривет\n你好\n안녕하세요\nأهلا"),)),
    ],
)
def test_both_formats_say_the_same(name: str, elements: tuple[Element, ...], ending: str) -> None:
    assert read_shared(f"{name}.{ending}").elements == elements


@pytest.mark.parametrize("name", ["simple.fountain", "utf-8-bom.fountain", "simple.fdx", "utf-8-bom.fdx"])
def test_a_simple_scene_with_and_without_a_byte_order_mark(name: str) -> None:
    script = read_shared(name)
    assert kinds(script) == ["Heading", "Action", "Action", "Speech", "Speech", "Speech"]
    assert script.elements[0] == Heading("EXT. SOMEWHERE - DAY")
    assert script.elements[4] == speech("GURL", "Nothing much.", "Just thinking.", "And you?")


def test_a_whole_short_script() -> None:
    script = read_shared("brick_and_steel.fountain")
    assert script.title_page[0] == ("Title", ("BRICK & STEEL", "FULL RETIRED"))
    assert script.title_page[-1][1] == ("Next Level Productions", "1588 Mission Dr.", "Solvang, CA 93463")
    assert {"Heading", "Action", "Speech", "Transition"} <= set(kinds(script))
    assert any(isinstance(e, Speech) and e.dual for e in script.elements)
    assert any(isinstance(e, Action) and e.centred for e in script.elements)
    assert Heading("SNIPER SCOPE POV") in script.elements
    assert speech("JACK", "(in Vietnamese, subtitled)", "Did you know Brick and Steel are retired?") in script.elements


def test_every_kind_of_element() -> None:
    script = read_shared("Simple.fountain")
    assert script.omitted == 2
    for wanted in (
        Heading("INT. OFFICE - MORNING"),
        Heading("FORCED SCENE HEADING"),
        Transition("Burn to White."),
        Action("THE END", centred=True),
        Note("Comment"),
        Synopsis("Synopsis"),
        Section(1, "Section 1"),
        Section(2, "Section 1-1"),
        PageBreak(),
        Action("CUT TO:"),
        Speech("MAN", ("V.O.",), (SpeechPart("parenthetical", "passionately"), SpeechPart("words", "I'm writing."))),
    ):
        assert wanted in script.elements


def test_slug_lines_and_what_is_none() -> None:
    script = read_shared("SceneHeaders.fountain")
    assert kinds(script).count("Heading") == 16
    assert [e.text for e in script.elements if isinstance(e, Action)] == [
        "... not a scene header.",
        "INT. HOUSE - DAY\nEXT. HOUSE - DAY",
        "ESTABLISHING",
    ]
    numbers = [e.number for e in read_shared("SceneNumbers.fountain").elements if isinstance(e, Heading)]
    assert numbers == ["1", "1A", "1a", "A1", "I-1-A", "1.", "110A"]


def test_cues_and_what_is_none() -> None:
    script = read_shared("Dialogue.fountain")
    cues = [element.cue for element in script.elements if isinstance(element, Speech)]
    assert cues == ["ADAM", "EVE (O.S.)", "ADAM", "EVE", "EVE (cont'd)", "ADAM", "EVE", "ADAM", "EVE", "R2D2", "ADAM",
                    "EVE"]  # fmt: skip
    assert Action("23 (O.S.)\nCharacter name must include a letter") in script.elements
    assert read_shared("ForcedElements.fountain").elements[1:] == (
        speech("McDUCK", "I'm vegan."),
        Speech("SINGER", (), (SpeechPart("lyric", "These are the songs"), SpeechPart("lyric", "That I sing."))),
    )
    assert [e.text for e in read_shared("Transitions.fountain").elements if isinstance(e, Action)] == [
        "FADE TO BLACK.",
        "CUT TO:",
    ]
    assert [e.text for e in read_shared("Notes.fountain").elements if isinstance(e, Note)] == [
        "A note.", "This line spans\n  multiple lines.", "internal",
    ]  # fmt: skip


def test_every_shared_file_is_written_and_read_again_as_it_was() -> None:
    if not SHARED.exists():
        pytest.skip(f"{SHARED} is not here")
    for path in sorted(SHARED.iterdir()):
        script = read_shared(path.name)
        kept = tuple(e for e in script.elements if not isinstance(e, Note))
        again = read_fountain(write_fountain(Script(kept, script.title_page)))
        assert [_words(e) for e in again.elements] == [_words(e) for e in kept], path.name


def _words(element: Element) -> object:
    if isinstance(element, Speech):
        return element.cue, [(part.kind, " ".join(part.text.split())) for part in element.parts if part.text]
    return type(element).__name__, " ".join(getattr(element, "text", "").split())


def test_lines_are_counted_over_what_is_taken_out() -> None:
    text = "Title: T\n\n/* one\ntwo\n*/\nANNA\nHello [[a\nb]] there\n\nBOB\nYes\n"
    spoken = [e for e in read_fountain(text).elements if isinstance(e, Speech)]
    assert [(e.line, e.name) for e in spoken] == [(6, "ANNA"), (10, "BOB")]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not xml",
        b"<a/>",
        b"<FinalDraft><Content></FinalDraft>",
        b'<?xml version="1.0" encoding="no-such"?><FinalDraft/>',
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><FinalDraft>&b;</FinalDraft>',
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><FinalDraft/>',
    ],
)
def test_what_is_no_fdx_is_refused_in_one_line(content: bytes) -> None:
    with pytest.raises(RecordError) as fault:
        read_fdx(content, "mine.fdx")
    assert str(fault.value).startswith("mine.fdx: ")
    assert "\n" not in str(fault.value)


def test_final_drafts_notes_and_summaries_are_not_words() -> None:
    content = (
        '<FinalDraft><Content><Paragraph Type="Scene Heading" Number="7"><SceneProperties><Summary><Paragraph>'
        "<Text>About it</Text></Paragraph></Summary></SceneProperties><Text>INT. </Text><Text>ROOM</Text></Paragraph>"
        '<Paragraph Type="Action"><ScriptNote><Paragraph><Text>Why?</Text></Paragraph></ScriptNote>'
        '<Text Style="Bold">She</Text><Text> waits.</Text></Paragraph></Content></FinalDraft>'
    )
    assert read_fdx(content.encode()).elements == (Heading("INT. ROOM", "7"), Action("She waits."))


def test_a_title_page_is_read_back_from_both() -> None:
    page = (("Title", ("A *Star* is_born_",)), ("Credit", ("by",)), ("Author", ("A. B.",)))
    script = Script((speech("ANNA", "Yes."),), page)
    assert read_fountain(write_fountain(script)).title_page == page
    assert read_fdx(write_fdx(script).encode()).title_page == page


@pytest.mark.parametrize(
    ("page", "keys"),
    [
        (("A Title", "rules/6", "en"), ["Title", "Notes", "Notes"]),
        (("A Title", "Written by", "A. B.", "Second draft"), ["Title", "Credit", "Author", "Notes"]),
    ],
)
def test_a_page_that_aligns_nothing_names_an_author_only_after_a_credit(page: tuple[str, ...], keys: list[str]) -> None:
    rows = "".join(f'<Paragraph Type="General"><Text>{words}</Text></Paragraph>' for words in page)
    content = f"<FinalDraft><TitlePage><Content>{rows}</Content></TitlePage></FinalDraft>"
    assert [key for key, _ in read_fdx(content.encode()).title_page] == keys


def test_no_author_is_made_of_what_else_a_title_page_says() -> None:
    page = (("Title", ("A Title",)), ("Draft", ("rules/6",)), ("Language", ("ru",)), ("Notes", ("Edit the words.",)))
    script = read_fdx(write_fdx(Script((speech("ANNA", "Yes."),), page)).encode())
    assert (script.title_words("title"), script.title_words("author")) == ("A Title", "")
