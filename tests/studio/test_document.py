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
# A range that is none, an allowance that is used up: no schema can say so.
expected-statuses = ["2xx", "3xx", "401", "403", "404", "409", "416"]

[checks.negative_data_rejection]
expected-statuses = ["400", "401", "403", "404", "405", "409", "415", "422"]

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
checks.negative_data_rejection.expected-statuses = ["2xx", "4xx"]

[[operations]]
include-name = ["HEAD /v1/uploads/{{upload}}", "PATCH /v1/uploads/{{upload}}", "DELETE /v1/uploads/{{upload}}"]
# tus 1.0.0 answers another version of itself with 412, though Tus-Resumable is no precondition of RFC 9110.
checks.negative_data_rejection.expected-statuses = ["400", "401", "403", "404", "405", "409", "412", "415", "422"]

[[operations]]
include-name = "PATCH /v1/films/{{film}}/screenplay"
# Which lines, scenes and people a screenplay has, no schema can say: what is well-formed and cannot be carried out is
# 422 (RFC 9110, 15.5.21), of the kind `unknown` or `refused`. And If-Match may not hold: 412 (15.5.13).
checks.positive_data_acceptance.expected-statuses = ["2xx", "401", "403", "404", "409", "412", "422"]
checks.negative_data_rejection.expected-statuses = ["400", "401", "403", "404", "405", "409", "412", "415", "422"]
"""


def test_the_api_is_as_its_document_says(studio: Served, book: bytes, tmp_path: Path) -> None:
    film = str(studio.filmed(book)["id"])
    carry_out(studio, film)
    job = studio.client.get(f"/v1/films/{film}").json()["job"]
    shot = studio.client.get(f"/v1/films/{film}/shots").json()["items"][2]["id"]
    (tmp_path / "schemathesis.toml").write_text(SETTINGS.format(film=film, shot=shot, job=job))
    # To put it together takes long on a busy machine, and it is waited for ten seconds only.
    studio.client.get("/openapi.json").raise_for_status()
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
