"""The compose file: its commands, run as plain processes, make a film; and it says what chart and images say."""

from __future__ import annotations

import re
import shutil
from contextlib import closing
from pathlib import Path

import pyarrow.fs
import pytest
import yaml

from bookfilm import __version__
from bookfilm.film.inspection import inspect_film
from bookfilm.store.ledger import Ledger
from tests.helm.charts import objects_of, only, render, values_of
from tests.helm.composed import COMPOSE, SECRETS, TOKEN, Composition, read_compose
from tests.studio.test_killed import connected, heard_until_done, made


@pytest.mark.chart
@pytest.mark.timeout(1500)
def test_its_commands_make_films(tmp_path: Path, story_file: Path) -> None:
    """One asked for by a command, one over HTTP; both have their jobs in PostgreSQL, and their takes in the bucket."""
    composition = Composition(tmp_path)
    (tmp_path / "films" / "books").mkdir(parents=True)
    shutil.copy(story_file, tmp_path / "films" / "books" / "book.txt")
    composition.services["film"]["command"] += ["--size", "256x144"]
    with composition.up():
        code, told = composition.run("film")
        assert code == 0, told
        over_http(composition, story_file.read_bytes(), tmp_path / "fetched.mp4")
        environment = composition.environment("film")
        with closing(Ledger(environment["BOOKFILM_LEDGER"])) as ledger:
            assert [job.state for job in ledger.jobs()] == ["done", "done"]
        kept = takes_in(environment, "films/takes")
    assert inspect_film(tmp_path / "films" / "film" / "film.mp4").ok
    assert inspect_film(tmp_path / "fetched.mp4").ok
    here = {path.name for path in (tmp_path / "films" / "film" / "takes").glob("*.json")}
    assert here and here <= kept


def over_http(composition: Composition, book: bytes, into: Path) -> None:
    """Have the studio make a film of `book`, and fetch it."""
    url = f"http://127.0.0.1:{composition.variables['STUDIO_PORT']}"
    with connected(url, TOKEN) as client:
        film = made(client, book)
        heard_until_done(client, film, None)
        into.write_bytes(client.get(f"/v1/films/{film}/files/film.mp4").raise_for_status().content)


def takes_in(environment: dict[str, str], place: str) -> set[str]:
    """Return the names of the objects below `place`."""
    files = pyarrow.fs.S3FileSystem(
        access_key=environment["AWS_ACCESS_KEY_ID"],
        secret_key=environment["AWS_SECRET_ACCESS_KEY"],
        region=environment["AWS_REGION"],
        endpoint_override=environment["AWS_ENDPOINT_URL"].removeprefix("http://"),
        scheme="http",
    )
    found = files.get_file_info(pyarrow.fs.FileSelector(place, recursive=True))
    return {one.base_name for one in found}


@pytest.mark.parametrize("left_out", sorted(SECRETS))
def test_without_a_secret_nothing_starts(left_out: str) -> None:
    with pytest.raises(KeyError, match=left_out):
        read_compose({name: told for name, told in SECRETS.items() if name != left_out})


def test_the_serve_config_is_the_charts() -> None:
    kept = yaml.safe_load((COMPOSE.parent / "serve.yaml").read_text(encoding="utf8"))
    rendered = only(objects_of(render(values_of("laptop"))), "RayService")["spec"]["serveConfigV2"]
    assert kept == yaml.safe_load(rendered)


@pytest.mark.parametrize("name", read_compose(SECRETS))
def test_no_service_may_more_than_it_needs(name: str) -> None:
    service = read_compose(SECRETS)[name]
    ours = service["image"].startswith("bookfilm:")
    assert service["image"] == f"bookfilm:{__version__}-cpu" if ours else re.search(r":v?\d+\.\d+", service["image"])
    assert service["read_only"] is True and service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert "healthcheck" in service
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))
