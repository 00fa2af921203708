"""A person's edits of the files between the stages: kept, carried over, or set aside, never lost."""

from __future__ import annotations

import codecs
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import pytest

from bookfilm.errors import RecordError
from bookfilm.pipeline.stages import check_edits, read_shots
from bookfilm.pipeline.word import read_direction
from bookfilm.records.cut import Cut
from bookfilm.records.screenplay import Coverage
from bookfilm.store.folder import FilmFolder
from tests.doubles import make_at_desk
from tests.pipeline.folders import Source, edited, edited_rows, first_line


def test_one_changed_line_renders_the_shots_that_hold_it(film_copy: Path) -> None:
    before = {
        shot.id for shot in read_shots(film_copy / "shots.jsonl") if any("over the wall" in u.text for u in shot.heard)
    }
    comments = (film_copy / "direction.toml").read_text()

    def change(body: dict[str, Any]) -> None:
        first_line(body, "over the wall")["text"] = "Will it come over the old grey wall before the morning?"

    edited(film_copy / "screenplay.json", change)
    run = make_at_desk(film_copy, None)
    assert run.crew.tally.spoken == ["Will it come over the old grey wall before the morning?"]
    assert set(run.crew.tally.rendered) == before
    assert run.crew.tally.adapted == 0
    assert run.notes.warnings == []
    assert "old grey wall" in (film_copy / "film.srt").read_text().replace("\n", " ")
    direction = (film_copy / "direction.toml").read_text()
    assert direction.startswith(comments)
    edit = read_direction(FilmFolder(film_copy)).line[0]
    assert (edit.was, edit.text) == (
        "Will it come over the wall tonight?",
        "Will it come over the old grey wall before the morning?",
    )
    assert make_at_desk(film_copy, None).crew.tally.nothing

    again = make_at_desk(film_copy, None, runtime_s=40, until="shots")
    assert again.crew.tally.adapted == 1
    assert "old grey wall" in (film_copy / "screenplay.json").read_text()
    assert (film_copy / "direction.toml").read_text() == direction


@pytest.mark.parametrize("meanwhile", [False, True], ids=["at once", "after a run"])
def test_an_edit_that_cannot_be_carried_over_is_set_aside(film_copy: Path, meanwhile: bool) -> None:
    def change(body: dict[str, Any]) -> None:
        body["scenes"][0]["lights"] = ["lightning"]

    edited(film_copy / "screenplay.json", change)
    theirs = (film_copy / "screenplay.json").read_bytes()
    if meanwhile:
        run = make_at_desk(film_copy, None, until="shots")
        assert (run.crew.tally.adapted, run.notes.warnings) == (0, [])
        assert make_at_desk(film_copy, None, until="shots").crew.tally.nothing
        assert (film_copy / "screenplay.json").read_bytes() == theirs
        assert "lightning" in (film_copy / "shots.jsonl").read_text()
    run = make_at_desk(film_copy, None, runtime_s=20, until="shots")
    assert (film_copy / "screenplay.yours-1.json").read_bytes() == theirs
    assert "screenplay.yours-1.json" in " ".join(run.notes.warnings)
    assert "lightning" not in (film_copy / "screenplay.json").read_text()
    assert make_at_desk(film_copy, None, runtime_s=20, until="shots").notes.warnings == []


def test_a_second_edit_goes_beside_the_first(film_copy: Path) -> None:
    for number, runtime_s in ((1, 20), (2, 15)):
        edited(film_copy / "screenplay.json", lambda body: body["scenes"][0].update(heading="EXT. MOON"))
        make_at_desk(film_copy, None, runtime_s=runtime_s, until="shots")
        assert (film_copy / f"screenplay.yours-{number}.json").exists()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda body: body["scenes"][0].update(place="the moon"), "the moon"),
        (lambda body: body["scenes"][0]["beats"][0]["lines"][0].update(speaker="nobody-known"), "nobody-known"),
        (lambda body: body["scenes"][0].update(place=body["scenes"][0]["place"], huor="noon"), "huor"),
    ],
)
def test_an_edit_that_makes_no_sense_is_refused_by_name(film_copy: Path, change: Any, named: str) -> None:
    edited(film_copy / "screenplay.json", change)
    theirs, direction = (film_copy / "screenplay.json").read_bytes(), (film_copy / "direction.toml").read_bytes()
    with pytest.raises(RecordError, match=named) as fault:
        make_at_desk(film_copy, None, until="shots")
    assert str(fault.value).startswith(str(film_copy / "screenplay.json"))
    assert (film_copy / "screenplay.json").read_bytes() == theirs
    assert (film_copy / "direction.toml").read_bytes() == direction


def test_an_edited_shot_list_is_kept(film_copy: Path) -> None:
    def change(rows: list[dict[str, Any]]) -> None:
        rows[0]["hold_ms"] += 500
        rows[2]["picture"]["camera"] = "pan_left" if rows[2]["picture"]["camera"] != "pan_left" else "push"

    shots = [shot.id for shot in read_shots(film_copy / "shots.jsonl")]
    edited_rows(film_copy / "shots.jsonl", change)
    theirs = (film_copy / "shots.jsonl").read_bytes()
    run = make_at_desk(film_copy, None)
    assert run.crew.tally.rendered == [shots[0], shots[2]]
    assert run.crew.tally.spoken == []
    assert run.notes.warnings == []
    assert (film_copy / "shots.jsonl").read_bytes() == theirs
    assert make_at_desk(film_copy, None).crew.tally.nothing

    camera = json.loads(theirs.splitlines()[2])["picture"]["camera"]
    run = make_at_desk(film_copy, None, runtime_s=20, until="shots")
    after = {shot.id: shot for shot in read_shots(film_copy / "shots.jsonl")}
    assert after[shots[0]].hold_ms == json.loads(theirs.splitlines()[0])["hold_ms"]
    assert after[shots[2]].picture.camera == camera and run.notes.warnings == []


def test_words_may_hold_breaks_that_are_no_lines_of_the_shot_list(film_copy: Path) -> None:
    text = "Will it\u2028come over\u2029the wall\x85tonight?"
    edited(film_copy / "screenplay.json", lambda body: first_line(body, "over the wall").update(text=text))
    make_at_desk(film_copy, None, until="shots")
    said = [one.text for shot in read_shots(film_copy / "shots.jsonl") for one in shot.heard]
    assert [one for one in said if "tonight" in one]
    edited_rows(film_copy / "shots.jsonl", lambda rows: rows[0].update(hold_ms=4321))
    make_at_desk(film_copy, None)
    assert read_shots(film_copy / "shots.jsonl")[0].hold_ms == 4321


def test_two_shots_that_show_the_same_share_a_take(film_copy: Path) -> None:
    edited_rows(film_copy / "shots.jsonl", lambda rows: [*rows, {**rows[-1], "id": "credits-again"}])
    run = make_at_desk(film_copy, None)
    assert run.crew.tally.rendered == []
    choices = Cut.read(film_copy / "cut.json").choices
    assert choices[-1].take == choices[-2].take
    assert run.made.film_s > 0


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda rows: [*rows, rows[-1]], "two shots have the id 'credits'"),
        (lambda rows: [{**rows[0], "sise": "wide"}], "line 1: sise"),
        (lambda rows: [rows[0], {**rows[1], "picture": {}}], "line 2: picture"),
    ],
)
def test_a_shot_list_that_makes_no_sense_is_refused(film_copy: Path, change: Any, named: str) -> None:
    edited_rows(film_copy / "shots.jsonl", change)
    with pytest.raises(RecordError, match=named):
        make_at_desk(film_copy, None)


def test_an_empty_shot_list_is_refused(film_copy: Path) -> None:
    (film_copy / "shots.jsonl").write_text("\n")
    with pytest.raises(RecordError, match="it has no shots"):
        make_at_desk(film_copy, None)


def test_the_authors_word_lies_over_the_film_and_keeps_its_comments(film_copy: Path, story: Source) -> None:
    theirs = '# mine\ntitle = "High Water" # better\n[right]\nbasis = "author" # me\nholder = "A. N."\n# end\n'
    (film_copy / "direction.toml").write_text(theirs)
    run = make_at_desk(film_copy, story)
    assert (film_copy / "direction.toml").read_text() == theirs
    assert run.crew.tally.adapted == 1
    assert run.crew.tally.spoken == []
    assert set(run.crew.tally.rendered) <= {"title", "credits"}
    with av.open(str(film_copy / "film.mp4")) as film:
        assert film.metadata["title"] == "High Water"
        assert film.metadata["comment"] == "By the author's own right, A. N.."
    assert "High Water" in (film_copy / "report.html").read_text()


# --- losses and damage ------------------------------------------------------------------------


def test_a_scene_taken_out_by_hand_is_cut_in_the_coverage_and_may_come_back(film_copy: Path) -> None:
    path, said = film_copy / "screenplay.json", film_copy / "coverage.json"
    whole, before = path.read_bytes(), said.read_bytes()
    edited(path, lambda body: body["scenes"].pop())
    make_at_desk(film_copy, None, until="shots")
    statuses = Counter(one.why for one in Coverage.read(said).paragraphs if one.status == "cut")
    assert set(statuses) == {"taken out of screenplay.json by hand"}
    path.write_bytes(whole)
    edited(path, lambda body: body["scenes"][-1].update(heading="EXT. MOON"))
    make_at_desk(film_copy, None, until="shots")
    assert not [one for one in Coverage.read(said).paragraphs if one.status == "cut"]
    assert len(Coverage.read(said).paragraphs) == len(json.loads(before)["paragraphs"])


@pytest.mark.parametrize(
    ("slip", "named"),
    [
        (lambda body: body["scenes"].append(body["scenes"][0]), "two scenes have the id"),
        (lambda body: body["characters"].append(body["characters"][0]), "two characters have the id"),
        (lambda body: first_line(body, "over the wall").update(text=" "), "has no words"),
        (lambda body: body["scenes"][0].update(chapter=77), "is of chapter 77, which the book lacks"),
        (lambda body: body["scenes"][0].update(chapter=-1), "chapter"),
    ],
)
def test_slips_in_the_screenplay_are_named_before_anything_is_made(
    slip: Callable[[dict[str, Any]], Any], named: str, film_copy: Path
) -> None:
    edited(film_copy / "screenplay.json", slip)
    with pytest.raises(RecordError, match=named) as fault:
        check_edits(FilmFolder(film_copy))
    assert "screenplay.json" in str(fault.value)


def test_an_editors_byte_order_mark_is_no_fault(film_copy: Path) -> None:
    path = film_copy / "screenplay.json"
    path.write_bytes(codecs.BOM_UTF8 + path.read_bytes())
    assert make_at_desk(film_copy, None).crew.tally.nothing


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ('[[character]]\nname = "Marry"\nvoice = "x"', "nobody is called 'Marry'"),
        ('[[line]]\nwas = "Whose there?"\ntext = "Who?"', "no line reads 'Whose there?'"),
        ('[[scene]]\nbegins = "It was evning"\nhour = "night"', "no scene begins with 'It was evning'"),
        ('[[insert]]\nafter = "nope"\ntext = "Ah!"', "no line reads 'nope'"),
        ('[[insert]]\ntext = "Ah!"', "it is not said where 'Ah!' stands"),
    ],
)
def test_what_the_direction_names_and_nobody_has_is_told(word: str, said: str, film_copy: Path) -> None:
    path = film_copy / "direction.toml"
    path.write_text(f"{path.read_text()}\n{word}\n")
    assert said in " ".join(make_at_desk(film_copy, None, until="screenplay").notes.warnings)


@pytest.mark.parametrize(
    ("word", "said"), [('"No such chapter"', "no chapter is called"), ("[9999999, 9999999]", "it ends at")]
)
def test_passages_that_the_book_lacks_are_told(word: str, said: str, film_copy: Path) -> None:
    path = film_copy / "direction.toml"
    path.write_text(f"cut = [{word}]\n{path.read_text()}")
    assert said in " ".join(make_at_desk(film_copy, None, until="screenplay").notes.warnings)
