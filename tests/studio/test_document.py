"""The OpenAPI document, tried out by schemathesis: what it says may be sent is taken, and answered as it says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from benchmarks.fuzzing import fuzz
from tests.studio.serving import Served
from tests.studio.test_keyframes import drawn_by

pytestmark = [pytest.mark.studio, pytest.mark.timeout(3600)]
EACH = int(os.environ.get("BOOKFILM_SCHEMA_CASES", "2"))
"""So many are made up of each operation and each way beside those that the schema itself names."""


def test_the_api_is_as_its_document_says(studio: Served, book: bytes, tmp_path: Path) -> None:
    film = str(studio.filmed(book)["id"])
    drawn_by(studio, film)
    job = int(studio.client.get(f"/v1/films/{film}").json()["job"])
    shot = str(studio.client.get(f"/v1/films/{film}/shots").json()["items"][2]["id"])
    # To put it together takes long on a busy machine, and it is waited for ten seconds only.
    studio.client.get("/openapi.json").raise_for_status()
    found = fuzz(studio.url, studio.token, (film, shot, job), EACH, tmp_path)
    (tmp_path / "told.txt").write_text(found.told)
    assert found.failures == 0, found.told[-14_000:]
    assert found.cases >= 2000, found.cases
