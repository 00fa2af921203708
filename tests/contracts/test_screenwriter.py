"""What every Screenwriter must do, whichever engine it is."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest

from bookfilm.engines.protocols import Adaptation, AdaptRequest, Screenwriter
from bookfilm.errors import EngineError
from bookfilm.records.book import Language
from bookfilm.records.direction import Casting, Direction, LineEdit, NewLineEdit, SceneEdit
from bookfilm.records.screenplay import Coverage, Screenplay
from bookfilm.screenplay.llm.writer import LlmScreenwriter
from bookfilm.screenplay.rules import RulesScreenwriter
from tests.screenplay.books import PACE, long_book, make_book
from tests.screenplay.llm.chat_server import Body, ChatServer, Reply, failed, good
from tests.screenplay.llm.writing import STORY

ENGINES = ("rules", "llm", "llm that is rarely answered")
RUSSIAN = """# Глава первая

Марфа вошла ночью в кухню с фонарём в руке. На столе ничего не было.

— Ты нашёл письмо, Егор? — спросила Марфа.

— Нет ещё, — сказал Егор медленно. — Ящики пусты.

# Глава вторая

Утром сад лежал под снегом. Егор смотрел на следы.
"""
BOOKS: dict[str, tuple[str, Language]] = {
    "english": (STORY, "en"),
    "russian": (RUSSIAN, "ru"),
    "long": (long_book(5), "en"),
}


def rarely(number: int, body: Body) -> Reply:
    return good(number, body) if number % 3 == 0 else failed(500)


@pytest.fixture(scope="module", params=ENGINES)
def writer(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screenwriter]:
    if request.param == "rules":
        yield RulesScreenwriter()
        return
    with ChatServer(good if request.param == "llm" else rarely) as server:
        cache = str(tmp_path_factory.mktemp("cache")) if request.param == "llm" else "off"
        quick = {"attempts": 1, "calls_at_once": 1, "window_beats": 5, "window_chars": 1500}
        yield LlmScreenwriter(backend="openai", model="m", base_url=server.url, cache=cache, **quick)


@pytest.fixture(params=BOOKS)
def book(request: pytest.FixtureRequest) -> tuple[str, Language]:
    return BOOKS[request.param]


def adapt(
    writer: Screenwriter, book: tuple[str, Language], runtime_s: int | None = None, direction: Direction | None = None
) -> Adaptation:
    text, language = book
    request = AdaptRequest(runtime_s=runtime_s, pace=PACE, direction=direction or Direction())
    return writer.adapt(make_book(text, language), text, request)


def test_words_are_the_authors_and_stand_where_they_are_said_to(
    writer: Screenwriter, book: tuple[str, Language]
) -> None:
    for line in adapt(writer, book).screenplay.lines():
        assert line.source
        told = iter(letters(" ".join(book[0][slice(*span)] for span in line.source)))
        said = letters(line.text)
        assert said and all(word in told for word in said), "the same words in the same order"


def letters(words: str) -> list[str]:
    return "".join(char if char.isalnum() else " " for char in words.casefold()).split()


def test_each_paragraph_is_covered_once(writer: Screenwriter, book: tuple[str, Language]) -> None:
    text, language = book
    wanted = [paragraph.source for paragraph in make_book(text, language).paragraphs()]
    for runtime_s in (None, 60):
        coverage = adapt(writer, book, runtime_s).coverage
        assert [row.source for row in coverage.paragraphs] == wanted
        assert all(row.why for row in coverage.paragraphs)


def test_whoever_and_wherever_is_named_is_in_the_bible(writer: Screenwriter, book: tuple[str, Language]) -> None:
    screenplay = adapt(writer, book).screenplay
    characters = {character.id for character in screenplay.characters}
    assert len(characters) == len(screenplay.characters)
    assert {scene.place for scene in screenplay.scenes} <= {place.id for place in screenplay.places}
    for scene in screenplay.scenes:
        assert scene.beats and all(beat.lines for beat in scene.beats)
        assert {who for beat in scene.beats for who in beat.present} <= set(scene.cast) <= characters
        named = {who for line in scene.lines() for who in (line.speaker, line.addressee) if who is not None}
        assert named <= characters


def test_ids_are_given_once_and_scenes_come_in_the_books_order(
    writer: Screenwriter, book: tuple[str, Language]
) -> None:
    screenplay = adapt(writer, book).screenplay
    for ids in ([scene.id for scene in screenplay.scenes], [line.id for line in screenplay.lines()]):
        assert len(set(ids)) == len(ids)
    spans = [scene.source for scene in screenplay.scenes]
    assert spans == sorted(spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert [scene.chapter for scene in screenplay.scenes] == sorted(scene.chapter for scene in screenplay.scenes)


def test_it_reads_back_as_it_was_written(writer: Screenwriter, book: tuple[str, Language]) -> None:
    adaptation = adapt(writer, book)
    assert Screenplay.from_json(adaptation.screenplay.to_json()) == adaptation.screenplay
    assert Coverage.from_json(adaptation.coverage.to_json()) == adaptation.coverage
    assert adaptation.screenplay.writer == f"{writer.name}/{writer.revision}"


def test_the_same_book_gives_the_same_bytes_whatever_was_written_between(
    writer: Screenwriter, request: pytest.FixtureRequest
) -> None:
    if "rarely" in request.node.name:
        pytest.skip("what is not answered cannot be the same")
    first = adapt(writer, BOOKS["english"])
    adapt(writer, BOOKS["russian"])
    assert adapt(writer, BOOKS["english"]) == first


def test_a_shorter_film_is_shorter(writer: Screenwriter) -> None:
    whole, short = (adapt(writer, BOOKS["long"], runtime_s).screenplay for runtime_s in (None, 200))
    heard = [sum(len(line.text) for line in screenplay.lines()) / 14 for screenplay in (whole, short)]
    assert heard[0] > 400 and 100 < heard[1] < 200
    assert (whole.runtime_s, short.runtime_s) == (None, 200)
    assert {scene.chapter for scene in short.scenes} == {scene.chapter for scene in whole.scenes}


def test_the_directions_word_is_the_last(writer: Screenwriter) -> None:
    direction = Direction(
        title="Another Title",
        character=(Casting(name="edwin", hat="top", voice="bass"),),
        line=(LineEdit(was="Seven, and one of them is his.", text="Six.", speaker="Edwin"),),
        scene=(SceneEdit(begins="the harbour was full", place="desert", hour="noon", weather="storm"),),
        cut=("Chapter One. The Kitchen",),
    )
    screenplay = adapt(writer, BOOKS["english"], direction=direction).screenplay
    assert screenplay.title == "Another Title"
    edwin = screenplay.character("edwin")
    assert edwin.voice == "bass" and {look.hat for look in (edwin.look, edwin.look_at(10**6))} == {"top"}
    line = next(line for line in screenplay.lines() if line.text == "Six.")
    assert (line.speaker, line.why) == ("edwin", "direction")
    last = screenplay.scenes[-1]
    assert (screenplay.place(last.place).kind, last.hour, last.weather) == ("desert", "noon", "storm")
    assert 0 not in {scene.chapter for scene in screenplay.scenes}


def test_what_the_direction_adds_is_there_and_no_model_changes_it(writer: Screenwriter) -> None:
    was = "Seven, and one of them is his."
    direction = Direction(
        line=(LineEdit(was=was, emotion="fear", seen="Edwin shuts the drawer."),),
        insert=(NewLineEdit(after=was, text="Or mine.", speaker="Edwin", emotion="whisper"),),
    )
    scenes = adapt(writer, BOOKS["english"], direction=direction).screenplay.scenes
    beats = [beat for scene in scenes for beat in scene.beats]
    at = next(n for n, beat in enumerate(beats) if any(line.text == was for line in beat.lines))
    assert beats[at].action == "Edwin shuts the drawer."
    assert next(line for line in beats[at].lines if line.text == was).emotion == "fear"
    added = [line for beat in beats for line in beat.lines if not line.source]
    assert [(line.text, line.speaker, line.emotion) for line in added] == [("Or mine.", "edwin", "whisper")]


def test_a_book_with_nothing_to_play_is_refused_by_name(writer: Screenwriter) -> None:
    with pytest.raises(EngineError, match=r"book\.txt"):
        adapt(writer, ("# One\n\n***\n", "en"))
