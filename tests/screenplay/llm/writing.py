"""What the tests of the writing with a language model share: a story of three scenes, and a writer for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bookfilm.engines.protocols import Adaptation, AdaptRequest
from bookfilm.records.direction import Direction
from bookfilm.records.screenplay import Line, Screenplay
from bookfilm.screenplay.llm.writer import LlmScreenwriter
from bookfilm.screenplay.rules import RulesScreenwriter
from tests.screenplay.books import PACE, make_book
from tests.screenplay.llm.chat_server import ChatServer

STORY = """# Chapter One. The Kitchen

Martha came into the kitchen at night with a lantern in her hand. The table was bare.

“Have you found the letter, Edwin?” asked Martha.

“Not yet,” said Edwin slowly. “The drawers are empty.”

# Chapter Two. The Garden

In the morning the garden lay under snow. Edwin put on his grey cloak and went out to the wall.

“Come in,” Martha called to Edwin, “before you freeze.”

Edwin did not answer. He looked at the footprints in the snow.

# Chapter Three. The Harbour

The harbour was full of ships at dusk. Martha stood on the quay and counted the masts.

“Seven,” said Martha, “and one of them is his.”
"""


def writer(server: ChatServer | str, cache: Path | str, **settings: Any) -> LlmScreenwriter:
    """Return a writer that asks `server`, impatient unless told otherwise."""
    patience = {"timeout_s": 5.0, "attempts": 3, "longest_wait_s": 0.05, "reasks": 1}
    url = server if isinstance(server, str) else server.url
    return LlmScreenwriter(
        **{"backend": "openai", "model": "tests", "base_url": url, "cache": str(cache), **patience, **settings}
    )


def write(
    engine: LlmScreenwriter | RulesScreenwriter,
    text: str = STORY,
    *,
    runtime_s: int | None = None,
    direction: Direction | None = None,
) -> Adaptation:
    request = AdaptRequest(runtime_s=runtime_s, pace=PACE, direction=direction or Direction())
    return engine.adapt(make_book(text), text, request)


def ruled(text: str = STORY, **options: Any) -> Screenplay:
    """Return the rules' version."""
    return write(RulesScreenwriter(), text, **options).screenplay


def heard(screenplay: Screenplay) -> list[tuple[object, ...]]:
    """Return all that no model may touch: the words that are heard, where they stand, their kind and their order."""
    return [untouchable(line) for line in screenplay.lines()]


def untouchable(line: Line) -> tuple[object, ...]:
    return (line.id, line.kind, line.text, line.source)


def flags(screenplay: Screenplay) -> list[str]:
    return [scene.flag for scene in screenplay.scenes]


def names(screenplay: Screenplay) -> set[str]:
    """Return the ids of everybody in the cast, on stage or speaking."""
    found = {character.id for character in screenplay.characters}
    for scene in screenplay.scenes:
        found |= set(scene.cast) | {who for beat in scene.beats for who in beat.present}
        found |= {who for line in scene.lines() for who in (line.speaker, line.addressee) if who is not None}
    return found
