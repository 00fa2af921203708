"""`python -m bookfilm.studio.intake BOOK`: reads a book that a stranger sent, in a process of its own, within limits.

Prints what it is as JSON and ends with 0, or why it is none on one line and ends with 2.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

from bookfilm.errors import EXIT_INPUT, BookfilmError
from bookfilm.records.base import Part
from bookfilm.records.book import Language
from bookfilm.studio.problems import Refusal
from bookfilm.studio.turns import Turns

MOST_MEMORY_BYTES = 4 * 1024**3
MOST_CPU_S = 120
PATIENCE_S = 300
_READING = Turns(2)
"""So many strangers' books are read at once: each may take gigabytes."""
_ASKING = Turns(8, spare=2)
"""So many are read or wait: each holds one of the threads that every other request needs for a moment."""
OTHERS = "other books are being read"
WORDS = 200


class BookFacts(Part):
    """What a book says of itself."""

    title: str
    author: str | None
    language: Language
    chapters: int
    words: int
    sha256: str
    format: str


def book_facts(path: Path, team: str, niceness: int) -> BookFacts:
    """Return what the book at `path`, which `team` has sent, is. Raises Refusal for one that cannot be filmed."""
    return BookFacts.model_validate_json(read_apart("bookfilm.studio.intake", [str(path)], team, niceness, "read"))


def read_apart(module: str, args: list[str], team: str, niceness: int, done: str) -> bytes:
    """Run `module` on a book of `team` in a process of its own and return what it prints. Raises Refusal where it does
    not.

    `done` says in one word what is done there with the book.
    """
    command = ["nice", "-n", str(niceness), sys.executable, "-m", module, *args]
    # Without this process's environment: it may hold keys of engines, and none is needed to read.
    environment = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "LANG", "HOME") if name in os.environ}
    with _ASKING.held(team, 0, OTHERS), _READING.held(team, PATIENCE_S, OTHERS):
        try:
            ended = subprocess.run(
                command, capture_output=True, check=False, timeout=PATIENCE_S, stdin=subprocess.DEVNULL, env=environment
            )
        except subprocess.TimeoutExpired:
            raise Refusal("refused", f"the book takes too long to be {done}") from None
    if ended.returncode == 0:
        return ended.stdout
    if ended.returncode == EXIT_INPUT:
        said = ended.stdout.decode(errors="replace").strip()[:WORDS]
        raise Refusal("refused", f"the book cannot be {done}: {said}")
    raise Refusal("refused", f"the book cannot be {done}: it takes more memory or time than a book may")


def limit_process() -> None:
    """Let this process take no more memory and time than a stranger's book may."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_S, MOST_CPU_S))


def main() -> int:
    """Read the book that the command line names."""
    limit_process()
    from bookfilm.book import read_book

    try:
        book, text = read_book(Path(sys.argv[1]))
    except BookfilmError as error:
        print(error.message)
        return EXIT_INPUT
    facts = BookFacts(
        title=book.title,
        author=book.author,
        language=book.language,
        chapters=len(book.chapters),
        words=len(text.split()),
        sha256=book.file_sha256,
        format=book.file_format,
    )
    print(json.dumps(facts.model_dump(mode="json")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
