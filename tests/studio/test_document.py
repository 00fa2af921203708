"""The OpenAPI document, tried out by schemathesis: what it says may be sent is taken, and answered as it says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.studio.desk import carry_out
from tests.studio.serving import Served

pytestmark = [pytest.mark.studio, pytest.mark.timeout(3600)]
EACH = int(os.environ.get("BOOKFILM_SCHEMA_CASES", "2"))
"""So many are made up of each operation and each way beside those that the schema itself names."""
ROOT = Path(__file__).parents[2]
SETTINGS = """
[parameters]
film = "{film}"
shot = "{shot}"
job = {job}
name = "film.vtt"
kind = "busy"

[checks.positive_data_acceptance]
# Which ids there are, and in which state a thing is, no schema can say.
expected-statuses = ["2xx", "404", "409"]

[checks.negative_data_rejection]
expected-statuses = ["400", "404", "405", "415", "422"]

[[operations]]
include-name = "DELETE /v1/films/{{film}}"
parameters = {{ film = "film_b0p1nYxS0m3R4nd0mW0rds" }}

[[operations]]
# A stream of news has no end that could be waited for.
include-name = "GET /v1/films/{{film}}/events"
parameters = {{ follow = false }}

[[operations]]
include-name = "POST /v1/uploads"
# It is told by headers alone, and headers that nobody knows are passed over, as HTTP has it.
checks.negative_data_rejection.expected-statuses = ["400", "422"]

[[operations]]
include-name = "PATCH /v1/films/{{film}}/screenplay"
# Which lines, scenes and people a screenplay has, no schema can say.
checks.positive_data_acceptance.expected-statuses = ["2xx", "404", "409"]
"""


def test_the_api_is_as_its_document_says(studio: Served, book: bytes, tmp_path: Path) -> None:
    film = str(studio.filmed(book)["id"])
    carry_out(studio, film)
    job = studio.client.get(f"/v1/films/{film}").json()["job"]
    shot = studio.client.get(f"/v1/films/{film}/shots").json()["items"][2]["id"]
    (tmp_path / "schemathesis.toml").write_text(SETTINGS.format(film=film, shot=shot, job=job))
    command = [
        sys.executable, "-m", "schemathesis.cli", "--config-file", str(tmp_path / "schemathesis.toml"), "run",
        f"{studio.url}/openapi.json", "--header", f"Authorization: Bearer {studio.token}", "--checks", "all",
        "--max-examples", str(EACH), "--no-color", "--request-timeout", "120", "--continue-on-failure",
        "--suppress-health-check", "all",
    ]  # fmt: skip
    environment = {**os.environ, "SCHEMATHESIS_HOOKS": "tests.studio.schema_hooks"}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=tmp_path)
    (tmp_path / "told.txt").write_text(done.stdout)
    assert done.returncode == 0, done.stdout[-12_000:] + done.stderr[-2000:]
    made = re.findall(r"([\d,]+) generated", done.stdout)
    assert made and int(made[-1].replace(",", "")) >= 2000, made
