"""A film in another language: its dub over the same takes, its subtitles beside the original's."""

from __future__ import annotations

import shutil
from pathlib import Path

import av
import pytest

from bookfilm.errors import RecordError, SettingsError
from bookfilm.jobs.status import film_status
from bookfilm.pipeline.dubbing import check_translations, lay_translation
from bookfilm.pipeline.order import FilmOrder
from bookfilm.pipeline.stages import read_shots
from bookfilm.records.cut import Cut
from bookfilm.records.screenplay import Screenplay
from bookfilm.records.timeline import Timeline
from bookfilm.records.translation import Translation
from bookfilm.store.folder import FilmFolder, existing_folder
from tests.doubles import DeskCrew, make_at_desk
from tests.pipeline.folders import Source, edited, first_line, stamps, streams_of

CYRILLIC = str.maketrans("abcdefghijklmnopqrstuvwxyz", "абцдефгхийклмнопярстувцхыз")


def in_russian(text: str, times: int = 1) -> str:
    """Return words of as many letters, `times` over: no translator is needed to see what becomes of them."""
    return " ".join([text.lower().translate(CYRILLIC)] * times)


def translate(folder: Path, times: int = 1) -> Path:
    laid = lay_translation(FilmFolder(folder), "ru")
    done = laid.changed(
        words=tuple(one.changed(text=in_russian(one.original)) for one in laid.words),
        lines=tuple(line.changed(text=line.text or in_russian(line.original, times)) for line in laid.lines),
    )
    path = FilmFolder(folder).translation("ru")
    path.write_text(done.to_json(), encoding="utf8")
    return path


@pytest.fixture(scope="module")
def dubbed(film_made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film with its dub of the same length. Look, do not touch."""
    folder = tmp_path_factory.mktemp("dub") / "copy.film"
    shutil.copytree(film_made, folder)
    translate(folder)
    run = make_at_desk(folder, None, dub="ru")
    assert run.made.film == "film-ru.mp4"
    return folder


def test_a_dub_has_the_words_of_the_translation_and_the_cut_of_the_original(dubbed: Path) -> None:
    spoken = Screenplay.read(dubbed / "screenplay-ru.json")
    original = Screenplay.read(dubbed / "screenplay.json")
    assert spoken.language == "ru"
    assert spoken.title == in_russian(original.title)
    assert [line.text for line in spoken.lines()] == [in_russian(line.text) for line in original.lines()]
    shots, there = read_shots(dubbed / "shots.jsonl"), read_shots(dubbed / "shots-ru.jsonl")
    assert [shot.id for shot in there] == [shot.id for shot in shots]
    assert there[0].picture.card[0] == in_russian(original.title)
    heard = " ".join(one.text for shot in there for one in shot.heard)
    assert heard == " ".join(line.text for line in spoken.lines())


def test_a_dub_keeps_the_takes_whose_picture_does_not_change(dubbed: Path) -> None:
    first, second = Cut.read(dubbed / "cut.json"), Cut.read(dubbed / "cut-ru.json")
    shots = read_shots(dubbed / "shots.jsonl")
    slots = [Timeline.read(dubbed / f"timeline{of}.json").slots for of in ("", "-ru")]
    assert [slot.frames for slot in slots[0]] == [slot.frames for slot in slots[1]]
    for shot, before, after in zip(shots, first.choices, second.choices, strict=True):
        in_frame = {person.name for person in shot.picture.cast}
        changes = bool(shot.picture.card) or any(one.speaker in in_frame for one in shot.heard)
        # A face that speaks other words moves otherwise, and a card is read: all else is the same picture.
        assert (before.take == after.take) or changes, shot.id
    kept = sum(a.take == b.take for a, b in zip(first.choices, second.choices, strict=True))
    assert kept >= len(shots) // 3


def test_the_dub_says_its_language(dubbed: Path) -> None:
    with av.open(str(dubbed / "film-ru.mp4")) as film:
        said = [(stream.type, stream.metadata.get("language")) for stream in film.streams if stream.type != "data"]
        assert ("audio", "rus") in said and ("subtitle", "rus") in said
        frames = film.streams.video[0].frames
    assert frames == Timeline.read(dubbed / "timeline-ru.json").frames
    assert in_russian("You are late") in (dubbed / "film-ru.srt").read_text(encoding="utf8").lower()


def test_the_status_names_the_film_that_was_asked_for_last(dubbed: Path, film_made: Path) -> None:
    assert film_status(existing_folder(dubbed)).film == str(dubbed / "film-ru.mp4")
    assert film_status(existing_folder(film_made)).film == str(film_made / "film.mp4")


def test_the_original_stays_as_it_was(dubbed: Path, film_made: Path) -> None:
    assert streams_of(dubbed / "film.mp4") == streams_of(film_made / "film.mp4")
    assert (dubbed / "cut.json").read_bytes() == (film_made / "cut.json").read_bytes()


def test_the_same_dub_again_makes_nothing(dubbed: Path) -> None:
    before = stamps(dubbed)
    again = make_at_desk(dubbed, None, dub="ru")
    assert again.crew.tally.nothing
    assert stamps(dubbed) == before


def test_longer_words_take_longer_shots(film_copy: Path) -> None:
    translate(film_copy, times=3)
    make_at_desk(film_copy, None, dub="ru", until="sound")
    first, second = (Timeline.read(film_copy / f"timeline{of}.json") for of in ("", "-ru"))
    assert second.frames > first.frames
    assert all(b.frames >= a.frames for a, b in zip(first.slots, second.slots, strict=True))
    for slot in second.slots:
        ends = [cue.start_frame + second.rate.frames_to_hold(cue.samples / second.sample_rate) for cue in slot.cues]
        assert all(end <= slot.start_frame + slot.frames for end in ends), slot.shot


def test_subtitles_in_another_language_are_a_track_beside_the_film_s_own(film_copy: Path) -> None:
    translate(film_copy)
    run = make_at_desk(film_copy, None, subtitles="ru")
    assert (run.crew.tally.rendered, run.crew.tally.spoken) == ([], [])
    with av.open(str(film_copy / "film.mp4")) as film:
        tracks = [stream.metadata.get("language") for stream in film.streams if stream.type == "subtitle"]
        assert tracks == ["eng", "rus"]
        assert film.streams.audio[0].metadata.get("language") == "eng"
    text = (film_copy / "film.ru.srt").read_text(encoding="utf8")
    assert in_russian("You are late") in text.lower()
    starts = [row.split(" --> ")[0] for row in text.splitlines() if "-->" in row]
    own = (film_copy / "film.srt").read_text(encoding="utf8")
    assert starts[0] in own
    assert (film_copy / "film.ru.vtt").exists()


# --- the translation itself -------------------------------------------------------------------


def test_what_is_not_translated_is_named_before_anything_is_made(film_copy: Path) -> None:
    folder = FilmFolder(film_copy)
    with pytest.raises(RecordError, match=r"there is no translation yet; `bookfilm translate '.*copy\.film' --to ru`"):
        check_translations(folder, FilmOrder(dub="ru"))
    laid = lay_translation(folder, "ru")
    with pytest.raises(RecordError, match=rf"{len(laid.lines)} of {len(laid.lines)} lines are not translated"):
        check_translations(folder, FilmOrder(subtitles="ru"))
    with pytest.raises(SettingsError, match="its language is en already"):
        lay_translation(folder, "en")
    for order in (FilmOrder(dub="en"), FilmOrder(subtitles="en")):
        with pytest.raises(SettingsError, match="its language is en already"):
            check_translations(folder, order)


def test_a_missing_translation_is_noticed_before_a_line_is_spoken(story: Source, tmp_path: Path) -> None:
    for order in ({"dub": "ru"}, {"subtitles": "ru"}):
        crew = DeskCrew()
        with pytest.raises(RecordError, match="there is no translation yet"):
            make_at_desk(tmp_path / "new.film", story, crew, **order)
        assert (crew.tally.spoken, crew.tally.rendered) == ([], [])


def test_an_edited_line_asks_for_its_translation_again_and_keeps_the_rest(film_copy: Path) -> None:
    path = translate(film_copy)
    first = path.read_bytes()
    was = next(line.text for line in Screenplay.read(film_copy / "screenplay.json").lines() if "The tide" in line.text)
    edited(film_copy / "screenplay.json", lambda body: first_line(body, "The tide").update(text="The tide is early,"))
    make_at_desk(film_copy, None)
    with pytest.raises(RecordError, match="'The tide is early,' now, and was translated from other words"):
        check_translations(FilmFolder(film_copy), FilmOrder(dub="ru"))
    lay_translation(FilmFolder(film_copy), "ru")
    left = [line for line in Translation.read(path).lines if not line.text]
    assert [line.original for line in left] == ["The tide is early,"]
    edited(film_copy / "screenplay.json", lambda body: first_line(body, "The tide").update(text=was))
    make_at_desk(film_copy, None)
    lay_translation(FilmFolder(film_copy), "ru")
    check_translations(FilmFolder(film_copy), FilmOrder(dub="ru"))
    assert path.read_bytes() == first


def test_words_are_taken_from_a_translated_screenplay(dubbed: Path, film_copy: Path) -> None:
    lay_translation(FilmFolder(film_copy), "ru", dubbed / "screenplay-ru.json")
    check_translations(FilmFolder(film_copy), FilmOrder(dub="ru"))
    taken = Translation.read(FilmFolder(film_copy).translation("ru"))
    with pytest.raises(RecordError, match="its language is en, not ru"):
        lay_translation(FilmFolder(film_copy), "ru", film_copy / "screenplay.json")
    assert taken.words == Translation.read(FilmFolder(dubbed).translation("ru")).words
