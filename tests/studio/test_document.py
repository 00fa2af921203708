"""The OpenAPI document, tried out by schemathesis: what it says may be sent is taken, and answered as it says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.studio.desk import carry_out
from tests.studio.serving import Served

pytestmark = [pytest.mark.studio, pytest.mark.timeout(3600)]
CASES = int(os.environ.get("BOOKFILM_SCHEMA_CASES", "6"))
"""So many are tried of each operation and each way; `BOOKFILM_SCHEMA_CASES=40` makes some thousands."""
SETTINGS = """
[parameters]
film = "{film}"
shot = "{shot}"
name = "film.vtt"
kind = "busy"

[checks.positive_data_acceptance]
# A precondition that fails, a range that is none, an allowance that is used up: no schema can say so.
expected-statuses = ["2xx", "3xx", "401", "403", "404", "409", "412", "416", "429"]

[[operations]]
include-name = "DELETE /v1/films/{{film}}"
parameters = {{ film = "film_b0p1nYxS0m3R4nd0mW0rds" }}

[[operations]]
include-name = "POST /v1/uploads"
# It is told by headers alone, and headers that nobody knows are passed over, as HTTP has it.
checks.negative_data_rejection.expected-statuses = ["2xx", "4xx"]
"""


def test_the_api_is_as_its_document_says(studio: Served, book: bytes, tmp_path: Path) -> None:
    film = str(studio.filmed(book)["id"])
    carry_out(studio, film)
    shot = studio.client.get(f"/v1/films/{film}/shots").json()["items"][2]["id"]
    (tmp_path / "schemathesis.toml").write_text(SETTINGS.format(film=film, shot=shot))
    command = [
        sys.executable, "-m", "schemathesis.cli", "--config-file", str(tmp_path / "schemathesis.toml"), "run",
        f"{studio.url}/openapi.json", "--header", f"Authorization: Bearer {studio.token}", "--checks", "all",
        "--exclude-checks", "ignored_auth", "--max-examples", str(CASES), "--no-color", "--request-timeout", "60",
    ]  # fmt: skip
    environment = {**os.environ, "SCHEMATHESIS_HOOKS": "tests.studio.schema_hooks"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    (tmp_path / "told.txt").write_text(done.stdout)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
