"""A film says, signed, where it comes from; and it shows where one byte of it was changed since."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bookfilm.errors import FilmError, SettingsError
from bookfilm.film.inspection import inspect_film
from bookfilm.film.provenance import KEY, SIGNING, SOURCE_TYPE, Provenance, make_credentials, read_provenance, sign_film
from bookfilm.records.book import Book
from bookfilm.store.folder import FilmFolder
from tests.doubles import make_at_desk

pytest.importorskip("c2pa", reason="c2pa-python is not installed here: pip install 'bookfilm[studio]'")
FACTS = Provenance(title='A "<b>" Tide', author=None, right="Public.", book_sha256="ab" * 32, engines=("Picture: x",))


@pytest.fixture(scope="module")
def credentials(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("signing")
    make_credentials(folder, "The tests")
    return folder


@pytest.fixture
def film(tmp_path: Path, film_made: Path) -> Path:
    return Path(shutil.copy(film_made / "film.mp4", tmp_path / "film.mp4"))


def test_a_film_says_where_it_comes_from(film: Path, credentials: Path) -> None:
    assert read_provenance(film) is None
    sign_film(film, FACTS, credentials)
    found = read_provenance(film)
    assert found is not None
    assert (found.state, found.signer, found.source_type, found.facts) == ("Valid", "The tests", SOURCE_TYPE, FACTS)
    assert found.faults == ()
    section = inspect_film(film).sections[-1]
    assert (section.title, section.ok) == ("Provenance", True)


def test_one_byte_is_seen(film: Path, credentials: Path) -> None:
    sign_film(film, FACTS, credentials)
    body = bytearray(film.read_bytes())
    body[-200] ^= 1
    film.write_bytes(body)
    found = read_provenance(film)
    assert found is not None and found.state == "Invalid" and found.faults
    assert not inspect_film(film).sections[-1].ok


def test_the_picture_stays_as_it_is(film: Path, credentials: Path) -> None:
    before = list(inspect_film(film).sections)
    sign_film(film, FACTS, credentials)
    assert list(inspect_film(film).sections[:-1]) == before


def test_credentials_are_made_once_and_are_the_owners_alone(tmp_path: Path) -> None:
    make_credentials(tmp_path / "signing", "x")
    key = (tmp_path / "signing" / KEY).read_bytes()
    make_credentials(tmp_path / "signing", "y")
    assert (tmp_path / "signing" / KEY).read_bytes() == key
    assert (tmp_path / "signing" / KEY).stat().st_mode & 0o077 == 0


def test_what_cannot_be_signed_is_told_and_stays(film: Path, credentials: Path, tmp_path: Path) -> None:
    body = film.read_bytes()
    with pytest.raises(SettingsError, match=r"certificate\.pem"):
        sign_film(film, FACTS, tmp_path)
    shutil.copytree(credentials, tmp_path / "broken")
    (tmp_path / "broken" / KEY).write_text("no key")
    with pytest.raises(FilmError, match="cannot be signed"):
        sign_film(film, FACTS, tmp_path / "broken")
    assert film.read_bytes() == body


def test_a_run_signs_where_it_is_told_to(
    tmp_path: Path, story: tuple[Book, str], credentials: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SIGNING, str(credentials))
    folder = FilmFolder(tmp_path / "film")
    make_at_desk(folder.path, story, right="public domain")
    found = read_provenance(folder.film)
    assert found is not None and found.facts is not None
    assert found.facts.book_sha256 == story[0].file_sha256
    assert found.facts.engines
    at = folder.film.stat().st_mtime_ns
    make_at_desk(folder.path, story, right="public domain")
    assert folder.film.stat().st_mtime_ns == at, "the same film is not signed again"
