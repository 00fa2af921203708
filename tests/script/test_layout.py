"""A screenplay laid out as a script reads back as the same scenes, speakers, kinds and words."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookfilm.book import read_book
from bookfilm.engines.protocols import AdaptRequest
from bookfilm.errors import RecordError
from bookfilm.records.bible import Character, Place
from bookfilm.records.screenplay import Beat, Line, Scene, Screenplay
from bookfilm.screenplay.rules import RulesScreenwriter
from bookfilm.script.changes import Changes, compare
from bookfilm.script.elements import plain_words
from bookfilm.script.fdx import read_fdx, write_fdx
from bookfilm.script.fountain import write_fountain
from bookfilm.script.fountain_reading import read_fountain
from bookfilm.script.layout import lay_out, read_pieces
from bookfilm.script.wording import read_cue, read_heading, read_manner
from tests.screenplay.books import PACE

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.txt"))
TRICKS = (
    "INT. HOUSE - DAY", "CUT TO:", "NOTHING LEFT", "(he said)", "(both of them", ".5 of it", "...and so", "! stop",
    "@home", "~ song", "# one", "= two", "> right", "> mid <", "===", "*star* and **two**", "_under_ a_b_c", "\\*",
    "\\", "a\\", "[[note]]", "[", "[[[", "/* gone */", "*/", "Title: x", "first\n\nsecond", "tab\there", "ЭТО ВСЁ",
    "Ни за что", "(V.O.)", "^", "a ^", "Anna (the elder)", "e\u0301", "\u00a0", "\x00\x1b\x07", "INT", "I", "O'Neil",
    "McDuck", "#1#", "NARRATOR", "SOMEBODY", "FADE IN:", "CUT.", "  ", "\u2028", "Est. 1900",
)  # fmt: skip
words = st.one_of(st.sampled_from(TRICKS), st.text(max_size=30), st.lists(st.sampled_from(TRICKS)).map(" ".join))
said = words.filter(lambda text: plain_words(text) != "")
emotions = st.sampled_from(["neutral", "joy", "anger", "fear", "sorrow", "surprise", "tender", "whisper", "shout"])
line_kinds = st.sampled_from(["dialogue", "narration", "thought", "letter", "quote", "verse"])


@st.composite
def screenplays(draw: st.DrawFn) -> Screenplay:
    language = draw(st.sampled_from(["en", "ru"]))
    names = draw(st.lists(said, min_size=1, max_size=3, unique_by=lambda name: plain_words(name).upper().casefold()))
    characters = tuple(Character(id=f"who-{n}", name=name) for n, name in enumerate(names))
    places = (Place(id="a", kind="room_poor"), Place(id="b", kind="sea"))
    scenes = []
    for n in range(draw(st.integers(1, 3))):
        beats = []
        for b in range(draw(st.integers(1, 3))):
            lines = tuple(
                Line(
                    id=f"{n}-{b}-{at}",
                    kind=draw(line_kinds),
                    speaker=draw(st.sampled_from([None, *(c.id for c in characters)])),
                    text=draw(said),
                    source=((n, n + 1),),
                    emotion=draw(emotions),
                )
                for at in range(draw(st.integers(1, 3)))
            )
            beats.append(Beat(lines=lines, action=draw(words)))
        scenes.append(
            Scene(
                id=f"s{n}", chapter=draw(st.integers(0, 1)), chapter_title=draw(st.none() | words),
                part=draw(st.none() | words), heading="", place=draw(st.sampled_from("ab")),
                hour=draw(st.sampled_from(["dawn", "noon", "night"])), weather=draw(st.sampled_from(["clear", "fog"])),
                beats=tuple(beats), source=(0, 9),
            )
        )  # fmt: skip
    return Screenplay(
        title=draw(words), author=draw(st.none() | words), language=language, writer="rules/4", characters=characters,
        places=places, scenes=tuple(scenes),
    )  # fmt: skip


quietly = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quietly
@given(screenplays())
def test_any_screenplay_reads_back_from_fountain(screenplay: Screenplay) -> None:
    layout = lay_out(screenplay)
    found = read_fountain(write_fountain(layout.script))
    assert [(p.role, p.words, p.cue, p.manner) for p in read_pieces(found)] == [
        (p.role, p.words, p.cue, p.manner) for p in layout.pieces
    ]
    assert compare(screenplay, found) == Changes()


@pytest.mark.parametrize("action", ["CUT.", "FADE AWAY!", "DISSOLVE THE UNION!", "ЗТМ."])
def test_an_action_that_would_be_read_as_a_transition_is_not_shown(action: str) -> None:
    line = Line(id="l", kind="narration", speaker=None, text="It rained.", source=((0, 1),))
    scene = Scene(
        id="s", chapter=0, heading="", place="a", hour="noon", weather="rain", source=(0, 9),
        beats=(Beat(lines=(line,), action=action),),
    )  # fmt: skip
    screenplay = Screenplay(
        title="T", language="en", writer="rules/4", characters=(), places=(Place(id="a", kind="sea"),), scenes=(scene,)
    )
    layout = lay_out(screenplay)
    assert [piece.role for piece in layout.pieces] == ["heading", "heard"]
    assert compare(screenplay, read_fountain(write_fountain(layout.script))) == Changes()


@quietly
@given(screenplays())
def test_any_screenplay_reads_back_from_fdx(screenplay: Screenplay) -> None:
    layout = lay_out(screenplay)
    found = read_fdx(write_fdx(layout.script).encode())
    assert [(p.role, p.words, p.cue, p.manner) for p in read_pieces(found)] == [
        (p.role, p.words, p.cue, p.manner) for p in layout.pieces
    ]
    changes = compare(screenplay, found)
    changes.title = changes.author = None
    assert changes == Changes()


@quietly
@given(st.one_of(st.text(), st.lists(st.sampled_from([*TRICKS, "\n", "\n\n", "ANNA\n", "/*", "[["])).map("".join)))
def test_any_text_is_a_script_or_is_refused(text: str) -> None:
    try:
        script = read_fountain(text, "x")
    except RecordError as fault:
        assert "/*" in str(fault)
        return
    write_fountain(script)


@quietly
@given(st.one_of(st.binary(), st.text().map(lambda text: f"<FinalDraft><Content>{text}</Content></FinalDraft>".encode(
    errors="replace"))))  # fmt: skip
def test_any_bytes_are_an_fdx_script_or_are_refused(content: bytes) -> None:
    try:
        write_fdx(read_fdx(content, "x"))
    except RecordError as fault:
        assert str(fault).startswith("x: ")


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_screenplain_reads_the_same_scenes_speakers_and_lines(path: Path) -> None:
    fountain = pytest.importorskip("screenplain.parsers.fountain")
    types = pytest.importorskip("screenplain.types")
    book, text = read_book(path)
    screenplay = RulesScreenwriter().adapt(book, text, AdaptRequest(pace=PACE)).screenplay
    layout = lay_out(screenplay)
    read = fountain.parse(io.StringIO(write_fountain(layout.script)))
    assert read.title_page["Title"] == [screenplay.title]
    heard, scene = [], -1
    headings = []
    for paragraph in read:
        if isinstance(paragraph, types.Slug):
            scene += 1
            headings.append((str(paragraph.line), str(paragraph.scene_number)))
        if isinstance(paragraph, types.Dialog):
            cue = str(paragraph.character)
            heard += [(scene, cue, str(line)) for is_manner, line in paragraph.blocks if not is_manner]
    names = {character.id: character.name for character in screenplay.characters}
    assert [(n, words) for n, _, words in heard] == [
        (n, line.text) for n, scene_ in enumerate(screenplay.scenes) for line in scene_.lines()
    ]
    for (_, cue, _), line in zip(heard, screenplay.lines(), strict=True):
        bare, _, extension = cue.partition(" (")
        name, kind = read_cue(bare, (extension.rstrip(")"),) if extension else ())
        assert (name or "").casefold() == names.get(line.speaker or "", "").casefold()
        assert kind == line.delivery
    assert headings == [
        (piece.words, str(n)) for n, piece in enumerate((p for p in layout.pieces if p.role == "heading"), 1)
    ]
    assert len([p for p in read if isinstance(p, types.Section)]) == len({s.chapter for s in screenplay.scenes})


@pytest.mark.parametrize(
    ("heading", "read"),
    [
        ("INT. KITCHEN - NIGHT", ("kitchen", "night", "clear", "")),
        ("ext harbour - day - fog", ("harbour", "morning", "fog", "")),
        ("INT./EXT. Poor room — EVENING", ("room_poor", "dusk", "clear", "")),
        ("EXT. SEA - CONTINUOUS", ("sea", "morning", "clear", "")),
        ("INT. LIGHTHOUSE - NIGHT", (None, "morning", "clear", "LIGHTHOUSE")),
        ("EXT. - NIGHT", (None, "night", "clear", "no place")),
    ],
)
def test_a_slug_line_is_understood_or_says_what_is_not(heading: str, read: tuple[object, ...]) -> None:
    assert read_heading(heading, "morning") == read


def test_parentheticals_are_emotions_or_nothing() -> None:
    assert [read_manner(words) for words in ("", "whispers", "in anger", "гневно", "to Anna")] == [
        "neutral", "whisper", "anger", "anger", None,
    ]  # fmt: skip
