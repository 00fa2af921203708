"""What a model may change, and what it may not; that the same answers give the same bytes; that no book is too long."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bookfilm.engines.protocols import AdaptRequest
from bookfilm.records.direction import Casting, Direction, LineEdit, SceneEdit
from bookfilm.records.screenplay import Screenplay
from bookfilm.shots.plan import plan_shots
from tests.screenplay.books import PACE, long_book, make_book
from tests.screenplay.llm.chat_server import Body, ChatServer, Reply, beats_of, good_answer, passage, said
from tests.screenplay.llm.writing import STORY, flags, heard, ruled, write, writer


def answering(**changes: dict[str, Any]) -> Any:
    """Return a behaviour: good answers, changed by name where the passage holds the words of that key."""

    def behave(_number: int, body: Body) -> Reply:
        answer = good_answer(body)
        for words, change in changes.items():
            if words.replace("_", " ") in passage(body):
                answer |= change
        return said(answer)

    return behave


def settings(*rows: tuple[int, str, str, str, str]) -> dict[str, Any]:
    keys = ("begins", "place", "hour", "weather", "words")
    return {"settings": [dict(zip(keys, row, strict=True)) for row in rows]}


def test_what_is_seen_felt_and_who_is_there_is_the_models(tmp_path: Path) -> None:
    with ChatServer() as server:
        screenplay = write(writer(server, tmp_path)).screenplay
    assert heard(screenplay) == heard(ruled())
    assert screenplay.scenes[0].beats[0].action == "Martha came into the"
    assert {line.emotion for line in screenplay.lines() if line.kind == "dialogue"} == {"tender"}
    assert flags(screenplay) == ["", "", ""]
    assert screenplay.writer.startswith("llm/")


def test_the_same_book_twice_gives_the_same_bytes_and_asks_once(tmp_path: Path) -> None:
    with ChatServer() as server:
        first = write(writer(server, tmp_path))
        asked = len(server.bodies)
        second = write(writer(server, tmp_path))
        assert second.screenplay.to_json() == first.screenplay.to_json()
        assert second.coverage == first.coverage
        assert len(server.bodies) == asked == 3
        other = write(writer(server, tmp_path / "other", calls_at_once=1)).screenplay
        assert other.to_json() == first.screenplay.to_json(), "whatever the order in which answers come"


def test_tokens_and_money_are_counted(tmp_path: Path) -> None:
    prices = {"usd_per_million_prompt_tokens": 2.0, "usd_per_million_completion_tokens": 10.0}
    with ChatServer() as server:
        use = write(writer(server, tmp_path, **prices)).screenplay.model_use
    assert use is not None
    assert (use.prompt_tokens, use.completion_tokens, use.usd) == (300, 60, 0.0012)
    assert use.model == "openai:tests"


def test_a_place_is_changed_by_the_books_words(tmp_path: Path) -> None:
    moved = settings((1, "shore", "dawn", "fog", "the garden lay under snow"))
    with ChatServer(answering(footprints=moved)) as server:
        screenplay = write(writer(server, tmp_path)).screenplay
    scene = screenplay.scenes[1]
    assert (scene.heading, scene.hour, scene.weather) == ("EXT. SHORE - DAWN", "dawn", "fog")
    assert screenplay.place(scene.place).kind == "shore"
    assert "garden" not in {place.kind for place in screenplay.places}, "a place where nothing plays is not kept"
    assert not scene.flag


def test_a_scene_is_cut_where_the_place_changes(tmp_path: Path) -> None:
    two = settings(
        (1, "garden", "morning", "snow", "lay under snow"),
        (3, "street", "morning", "snow", "the footprints in the snow"),
    )
    with ChatServer(answering(footprints=two)) as server:
        screenplay = write(writer(server, tmp_path)).screenplay
    assert heard(screenplay) == heard(ruled())
    assert [(s.id, s.border) for s in screenplay.scenes[1:3]] == [("c02-s01", "chapter"), ("c02-s01b", "place")]
    first, second = screenplay.scenes[1:3]
    assert (len(first.beats), len(second.beats)) == (2, 1)
    assert first.source[1] == second.source[0] and second.source[1] == ruled().scenes[1].source[1]
    assert second.cast == tuple(dict.fromkeys(who for beat in second.beats for who in beat.present))
    assert len({shot.id for shot in plan_shots(screenplay)}) == len(plan_shots(screenplay))


def test_scenes_that_are_one_are_joined(tmp_path: Path) -> None:
    text = "# One\n\n" + "Martha sat in the kitchen that night. The lamp was lit. " * 14
    text += "\n\nThe next morning Edwin came into the kitchen. “Here I am,” said Edwin.\n\n“Late,” said Martha.\n\n"
    text += "They sat at the table and looked at one another. " * 12 + "\n"
    rules = ruled(text)
    assert [scene.border for scene in rules.scenes] == ["chapter", "time"], "the rules cut here"

    def behave(_number: int, body: Body) -> Reply:
        answer = good_answer(body)
        if "goes_on" in answer:
            answer |= {"goes_on": True, **settings((1, "kitchen", "night", "clear", "Edwin came into the kitchen"))}
        return said(answer)

    with ChatServer(behave) as server:
        screenplay = write(writer(server, tmp_path), text).screenplay
    assert len(screenplay.scenes) == 1
    assert heard(screenplay) == heard(rules)
    assert screenplay.scenes[0].source == (rules.scenes[0].source[0], rules.scenes[-1].source[1])


def test_a_look_changes_with_the_books_words_and_is_remembered(tmp_path: Path) -> None:
    change = {"changes": [{"who": "edwin", "what": "hat:fur", "words": "Edwin put on his grey cloak"}]}
    text = STORY.replace("counted the masts", "counted the masts with Edwin")
    with ChatServer(answering(footprints=change)) as server:
        screenplay = write(writer(server, tmp_path, batch=1), text).screenplay
        told = {passage(body): body["messages"][1]["content"].partition("First reading")[0] for body in server.bodies}
    rules, edwin = ruled(text).character("edwin"), screenplay.character("edwin")
    at = text.index("Edwin put on his grey cloak")
    assert edwin.look_at(at - 1) == rules.look_at(at - 1)
    assert edwin.look_at(at).hat == "fur" == edwin.look_at(len(text)).hat
    for place in (at, at + 100, len(text)):
        assert edwin.look_at(place) == rules.look_at(place).changed(hat="fur"), "and nothing else"
    made = next(change for change in edwin.changes if change.why.text == "Edwin put on his grey cloak")
    assert text[slice(*made.source)] == made.why.text and made.why.source == (made.source,)
    before, after = (next(cast for words, cast in told.items() if key in words) for key in ("letter", "harbour"))
    assert "hat fur" not in before and "hat fur" in next(row for row in after.splitlines() if "edwin:" in row)


def test_the_directions_word_is_the_last(tmp_path: Path) -> None:
    direction = Direction(
        scene=(SceneEdit(begins="In the morning the garden", place="forest", hour="noon"),),
        character=(Casting(name="Edwin", dress="robe"),),
        line=(LineEdit(was="Not yet, The drawers are empty.", speaker="Martha"),),
    )
    moved = settings((1, "shore", "dawn", "fog", "the garden lay under snow")) | {
        "changes": [{"who": "edwin", "what": "dress:smock", "words": "put on his grey cloak"}]
    }
    with ChatServer(answering(footprints=moved)) as server:
        screenplay = write(writer(server, tmp_path), direction=direction).screenplay
    assert screenplay.scenes[1].heading == "EXT. FOREST - NOON"
    assert screenplay.character("edwin").changes == ruled(direction=direction).character("edwin").changes
    assert [line.speaker for line in screenplay.lines()] == [
        line.speaker for line in ruled(direction=direction).lines()
    ]


def test_a_line_of_nobodys_is_given_to_somebody_of_the_cast(tmp_path: Path) -> None:
    text = STORY + "\n“Look there!”\n"
    rules = ruled(text)
    assert rules.lines()[-1].speaker != "martha", "by turns it would be Edwin's"

    def behave(_number: int, body: Body) -> Reply:
        answer = good_answer(body)
        if "speakers" in answer:
            answer["speakers"] = ["martha"] * len(answer["speakers"])
        return said(answer)

    with ChatServer(behave) as server:
        screenplay = write(writer(server, tmp_path), text).screenplay
    line = screenplay.lines()[-1]
    assert (line.speaker, line.why, line.text) == ("martha", "model", "Look there!")
    assert "martha" in screenplay.scenes[-1].beats[-1].present
    assert screenplay.character("martha").line_count == rules.character("martha").line_count + 1
    assert heard(screenplay) == heard(rules)


def test_a_shorter_film_keeps_what_the_model_finds_needed(tmp_path: Path) -> None:
    text, wanted = long_book(4), "lantern number 13 "
    assert not any(wanted in line.text for line in ruled(text, runtime_s=170).lines())

    def behave(_number: int, body: Body) -> Reply:
        answer = good_answer(body)
        for beat, words in zip(answer["beats"], beats_of(body), strict=True):
            beat["weight"] = 3 if wanted in words else 0
        return said(answer)

    with ChatServer(behave) as server:
        adaptation = write(writer(server, tmp_path), text, runtime_s=170)
        screenplay = adaptation.screenplay
        read = "\n".join(passage(body) for body in server.bodies)
        assert read.count("lantern number") == 24, "the whole book is read"
        assert any(wanted in line.text for line in screenplay.lines())
        assert screenplay.runtime_s == 170
        assert len(screenplay.lines()) < len(ruled(text).lines()) / 2
        covered = {row.source: row.status for row in adaptation.coverage.paragraphs}
        at = text.index("Martha came into the garden that evening with lantern number 13")
        assert next(status for (start, _), status in covered.items() if start == at) in ("narrated", "condensed")
        # Told not to rank, it reads only what the rules keep.
        asked = len(server.bodies)
        plain = write(writer(server, tmp_path / "b", rank_beats=False), text, runtime_s=170).screenplay
        assert heard(plain) == heard(ruled(text, runtime_s=170))
        assert len(server.bodies) - asked <= asked


def test_the_actions_of_a_shorter_film_are_the_models_too(tmp_path: Path) -> None:
    text = long_book(4)
    with ChatServer() as server:
        screenplay = write(writer(server, tmp_path), text, runtime_s=170).screenplay
    actions = [beat.action for scene in screenplay.scenes for beat in scene.beats]
    assert all(len(action.split()) <= 4 for action in actions)


def test_no_book_is_too_long(tmp_path: Path) -> None:
    text = long_book(12)
    sizes = {"window_chars": 700, "window_beats": 5, "memory_chars": 300, "answer_tokens": 400}
    with ChatServer() as server:
        screenplay = write(writer(server, tmp_path, **sizes), text).screenplay
        lengths = [len(body["messages"][1]["content"]) for body in server.bodies]
        shown = "\n".join(passage(body) for body in server.bodies)
    assert len(server.bodies) >= 60
    assert max(lengths) < 700 + 300 + 1000
    assert flags(screenplay) == [""] * len(screenplay.scenes)
    assert heard(screenplay) == heard(ruled(text))
    for line in ruled(text).lines():
        assert line.text.split(".")[0].split(",")[0] in shown, "every line was read"


def test_a_paragraph_longer_than_a_window_is_shown_in_part_and_plays_whole(tmp_path: Path) -> None:
    text = "# One\n\n" + "Martha walked along the shore and said nothing at all. " * 60 + "\n"
    with ChatServer() as server:
        screenplay = write(writer(server, tmp_path, window_chars=500), text).screenplay
        assert all(len(passage(body)) <= 510 for body in server.bodies)
    assert heard(screenplay) == heard(ruled(text))


def test_special_characters_come_through(tmp_path: Path) -> None:
    text = "# Глава\n\nМарфа вошла в кухню ночью, и «ёлка» & <b>лампа</b> горели.\n\n— Где письмо? — спросила Марфа.\n"
    with ChatServer() as server:
        screenplay = writer(server, tmp_path).adapt(make_book(text, "ru"), text, AdaptRequest(pace=PACE)).screenplay
        assert "«ёлка» & <b>лампа</b>" in passage(server.bodies[0])
    assert screenplay.scenes[0].beats[0].action == "Марфа вошла в кухню"
    assert flags(screenplay) == [""]


def test_flags_enter_no_shot(tmp_path: Path) -> None:
    with ChatServer() as server:
        screenplay = write(writer(server, tmp_path)).screenplay
    flagged = screenplay.changed(scenes=tuple(scene.changed(flag="rules: HTTP 429") for scene in screenplay.scenes))
    assert plan_shots(flagged) == plan_shots(screenplay)


def test_an_old_screenplay_has_neither_flags_nor_use() -> None:
    body = ruled().model_dump(mode="json")
    del body["model_use"]
    for scene in body["scenes"]:
        del scene["flag"]
    old = Screenplay.from_body({"schema": Screenplay.SCHEMA, **body})
    assert old == ruled()
    assert old.model_use is None


@pytest.mark.parametrize("field", ["window_chars", "memory_chars", "quote_chars", "rank_beats", "reasks"])
def test_what_changes_the_writing_changes_the_revision(field: str, tmp_path: Path) -> None:
    revision = writer("http://127.0.0.1:1/v1", tmp_path).revision
    assert writer("http://127.0.0.1:1/v1", tmp_path, **{field: 0 if field == "rank_beats" else 3}).revision != revision
    assert writer("http://127.0.0.1:2/v1", tmp_path / "x", attempts=9, timeout_s=1.0).revision == revision
