"""The studio's OpenAPI document, tried out by schemathesis: what it says may be sent is taken, and answered as it says.

What no schema can say (which lines a screenplay has, whether a range is in the file) is said here.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
HOOKS = "benchmarks.schema_hooks"
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
include-name = [
    "GET /v1/films/{{film}}/files/{{name}}", "GET /v1/films/{{film}}/screenplay", "GET /v1/videos/{{video}}/content",
]
# If-Match may not hold (RFC 9110, 15.5.13).
checks.positive_data_acceptance.expected-statuses = ["2xx", "3xx", "401", "403", "404", "409", "412", "416"]

[[operations]]
include-name = [
    "GET /v1/films", "GET /v1/audit", "GET /v1/films/{{film}}/shots", "GET /v1/films/{{film}}/keyframes",
    "POST /v1/films/{{film}}/keyframes/approve", "POST /v1/films/{{film}}/keyframes/unlock",
    "POST /v1/films/{{film}}/keyframes/redraw",
]
# Which cursors were given out, and of what there are keyframes, no schema can say: 422 (RFC 9110, 15.5.21).
checks.positive_data_acceptance.expected-statuses = ["2xx", "401", "403", "404", "409", "422"]

[[operations]]
include-name = "PATCH /v1/films/{{film}}/screenplay"
# Which lines, scenes and people a screenplay has, no schema can say: what is well-formed and cannot be carried out is
# 422 (RFC 9110, 15.5.21), of the kind `unknown` or `refused`. And If-Match may not hold: 412 (15.5.13).
checks.positive_data_acceptance.expected-statuses = ["2xx", "401", "403", "404", "409", "412", "422"]
checks.negative_data_rejection.expected-statuses = ["400", "401", "403", "404", "405", "409", "412", "415", "422"]
"""
_GENERATED = re.compile(r"([\d,]+) generated")
_FAILED = re.compile(r"^_{3,} .* _{3,}$", re.MULTILINE)


@dataclass(frozen=True)
class Fuzzed:
    """What came of it: how many requests were made up, how many operations broke their word, and all that was told."""

    cases: int
    failures: int
    told: str


def fuzz(url: str, token: str, film: tuple[str, str, int], each: int, folder: Path) -> Fuzzed:
    """Try the service at `url` out, with all checks, from `folder`.

    `film` names a finished film, one of its shots and its job, so that not all that is asked for is missing; `each` is
    how many requests are made up of each operation and each way, beside those that the document itself names.
    """
    ident, shot, job = film
    (folder / "schemathesis.toml").write_text(SETTINGS.format(film=ident, shot=shot, job=job))
    command = [
        sys.executable, "-m", "schemathesis.cli", "--config-file", str(folder / "schemathesis.toml"), "run",
        f"{url}/openapi.json", "--header", f"Authorization: Bearer {token}", "--checks", "all",
        "--max-examples", str(each), "--no-color", "--request-timeout", "120", "--continue-on-failure",
        "--suppress-health-check", "all",
    ]  # fmt: skip
    environment = {**os.environ, "SCHEMATHESIS_HOOKS": HOOKS}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=folder)
    cases = sum(int(found.replace(",", "")) for found in _GENERATED.findall(done.stdout)[-1:])
    failures = len(_FAILED.findall(done.stdout)) or 1 if done.returncode else 0
    return Fuzzed(cases, failures, f"{done.stdout}{done.stderr}")
