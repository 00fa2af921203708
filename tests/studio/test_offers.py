"""What may be asked for, what a film would take, and what an edit makes again: all of it told beforehand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bookfilm.errors import SettingsError
from bookfilm.pipeline.word import read_direction
from bookfilm.studio.settings import StudioSettings
from bookfilm.studio.studio import open_studio
from tests.doubles import ToneVoice
from tests.studio.desk import carry_out, film_of
from tests.studio.serving import Served, served
from tests.studio.test_problems import problem
from tests.studio.test_stages import with_keyframes


def shots_of(studio: Served, film: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = studio.client.get(f"/v1/films/{film}/shots?limit=100").json()["items"]
    return found


def test_presets_and_styles_are_offered(studio: Served) -> None:
    offers = studio.client.get("/v1/offers").raise_for_status().json()
    preview = next(one for one in offers["presets"] if one["name"] == "preview")
    assert (preview["width"], preview["height"], preview["style"]) == (1280, 720, "lantern")
    assert {"lantern", "noir"} <= {style["name"] for style in preview["styles"]}
    assert all(style["about"] for style in preview["styles"])
    assert offers["largest_book_bytes"] == studio.studio.settings.upload_bytes


def test_a_preset_of_ones_own_is_offered_by_its_files_name(tmp_path: Path, book: bytes) -> None:
    path = with_keyframes(tmp_path / "drawn.toml")
    with served(tmp_path / "data", presets=(path, "preview")) as own:
        assert [one["name"] for one in own.client.get("/v1/offers").json()["presets"]] == ["drawn", "preview"]
        schemas = own.client.get("/openapi.json").json()["components"]["schemas"]
        assert schemas["Options"]["properties"]["preset"]["anyOf"][0]["enum"] == ["drawn", "preview"]
        film = own.filmed(book, start=False, preset="drawn")
        assert (film["order"]["preset"], film["stages"][3]) == ("drawn", "keyframes")
        place = f"/v1/films/{film['id']}"
        assert own.client.get(f"{place}/estimate").raise_for_status().json()["shots"] > 5
        assert own.client.get(f"{place}/voices").raise_for_status().json()["voices"]
        assert own.client.post(f"{place}/make").raise_for_status().json()["order"]["preset"] == "drawn"
        # A driver begins in another folder.
        assert film_of(own, film["id"]).order.preset == path
        clip = own.client.post("/v1/videos", json={"prompt": "A lamp is lit.", "model": "drawn"}).raise_for_status()
        assert clip.json()["model"] == "drawn"


@pytest.mark.parametrize(
    ("presets", "says"),
    [
        (("none",), "none: no such preset"), (("/none.toml",), "/none.toml: cannot be read"), ((), "at least one"),
        (("preview", "preview"), "two presets"), (("/My%20own.toml",), "a preset's file is named"),
    ],
)  # fmt: skip
def test_presets_that_cannot_be_offered_are_refused_when_it_begins(
    tmp_path: Path, presets: tuple[str, ...], says: str
) -> None:
    with pytest.raises(SettingsError, match=says):
        open_studio(StudioSettings(data=tmp_path / "data", presets=presets))


def test_a_film_that_is_not_begun_is_estimated(studio: Served, book: bytes) -> None:
    told = studio.filmed(book, start=False)
    assert (told["state"], told["made"]) == ("new", [])
    place = f"/v1/films/{told['id']}/estimate"
    found = studio.client.get(place).raise_for_status().json()
    assert found["shots"] > 5 and found["chapters"] == 2 and 20 < found["film_s"] < 600
    assert found["gpus_a_take"] == 0 and found["usd"] is None
    for wrong in ("?runtime=soon", "?size=none", "?runtime=9", "?size=127x720"):
        problem(studio.client.get(place + wrong), "invalid")
    problem(studio.client.get(f"{place}?preset=gpu"), "refused")
    problem(studio.as_(studio.newcomer()).get(place), "not-found")


def test_what_was_made_tells_how_fast_it_is_here(studio: Served, book: bytes, film: str) -> None:
    fresh = studio.filmed(book, start=False)["id"]
    known = studio.client.get(f"/v1/films/{fresh}/estimate").json()
    assert known["measured_takes"] >= 8
    assert known["wall_s"]["low"] <= known["wall_s"]["expected"] <= known["wall_s"]["high"]
    assert known["disk_bytes"] > 0
    otherwise = studio.client.get(f"/v1/films/{fresh}/estimate?size=1080p").json()
    assert (otherwise["measured_takes"], otherwise["wall_s"]) == (0, None), "no film was made in this size"


def test_voices_are_listed_and_another_is_refused(studio: Served, film: str) -> None:
    told = studio.client.get(f"/v1/films/{film}/voices").raise_for_status().json()
    voices = {voice["id"] for voice in told["voices"]}
    assert voices and set(told["cast"].values()) <= voices and "" in told["cast"]
    place = f"/v1/films/{film}/screenplay"
    problem(studio.client.patch(place, json={"characters": [{"name": "Anna Pell", "voice": "caruso"}]}), "unknown")
    problem(studio.client.patch(place, json={"characters": [{"name": "Nobody", "hat": "fur"}]}), "unknown")
    assert read_direction(film_of(studio, film).folder).character == ()


@pytest.mark.parametrize("edit", [{"hat": "fur"}, {"voice": "high"}])
def test_a_look_or_a_voice_tells_which_shots_it_touches(
    studio: Served, book: bytes, edit: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # The desk's crew has voices of its own.
    monkeypatch.setattr("bookfilm.studio.shot_routes.voices_of", lambda *_: ToneVoice().voices("en"))
    film = str(studio.filmed(book)["id"])
    carry_out(studio, film)
    before = {shot["id"]: shot["take"] for shot in shots_of(studio, film)}
    place, body = f"/v1/films/{film}/screenplay", {"characters": [{"name": "Mr. Tolland", **edit}]}
    told = studio.client.patch(f"{place}?only_tell=true", json=body).raise_for_status().json()
    assert 0 < len(told["shots"]) < len(before)
    assert read_direction(film_of(studio, film).folder).character == (), "it was only to be told"
    assert studio.client.patch(place, json=body).json() == told
    studio.client.post(f"/v1/films/{film}/make").raise_for_status()
    carry_out(studio, film)
    changed = {shot["id"] for shot in shots_of(studio, film) if shot["take"] != before.get(shot["id"])}
    assert changed <= set(told["shots"]), "more was made again than was told"
    assert changed


def test_an_edit_of_a_shot_tells_itself_first(studio: Served, film: str) -> None:
    shot = next(one for one in shots_of(studio, film) if one["kind"] == "scene")
    place = f"/v1/films/{film}/shots/{shot['id']}"
    camera = "push" if shot["camera"] != "push" else "pull"
    told = studio.client.patch(f"{place}?only_tell=true", json={"camera": camera}).raise_for_status().json()
    assert (told["shots"], told["camera"]) == ([shot["id"]], camera)
    assert studio.client.get(place).json() == shot, "it was only to be told"
    assert studio.client.patch(place, json={"camera": shot["camera"]}).json()["shots"] == []


def test_made_again_is_made_as_it_was(studio: Served, book: bytes) -> None:
    film = str(studio.filmed(book, start=False)["id"])
    asked = studio.client.post(f"/v1/films/{film}/make", json={"size": "360p", "until": "shots"}).json()
    assert (asked["order"]["width"], asked["order"]["until"]) == (640, "shots")
    carry_out(studio, film)
    assert studio.client.get(f"/v1/films/{film}").json()["made"] == ["book", "screenplay", "shots"]
    again = studio.client.post(f"/v1/films/{film}/make").json()
    assert (again["order"]["width"], again["order"]["until"]) == (640, "shots"), "an option was lost on the way"
