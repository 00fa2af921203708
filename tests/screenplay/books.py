"""Small books written for the tests, built as records without the book room."""

from __future__ import annotations

import hashlib
import re

from bookfilm.engines.protocols import Adaptation, AdaptRequest, Pace
from bookfilm.records.book import Book, Chapter, Language, Paragraph
from bookfilm.records.direction import Direction
from bookfilm.screenplay.rules import RulesScreenwriter

PACE = Pace(narrator_chars_per_s=15.0, dialogue_chars_per_s=14.0)


def make_book(text: str, language: Language = "en") -> Book:
    """Return a Book of `text`: paragraphs by empty lines, a chapter at each line that begins with "# "."""
    chapters: list[tuple[str | None, list[Paragraph]]] = []
    for match in re.finditer(r"\S(?:.|\n(?!\s*\n))*", text):
        words = " ".join(match.group().split())
        heading = words.startswith("# ")
        kind = "heading" if heading else "break" if words == "***" else "text"
        if heading or not chapters:
            chapters.append((words.removeprefix("# ") if heading else None, []))
        chapters[-1][1].append(Paragraph(kind=kind, source=match.span(), text=words))
    return Book(
        title="A Book",
        author="A. Writer",
        language=language,
        file_name="book.txt",
        file_format="txt",
        file_sha256=hashlib.sha256(text.encode()).hexdigest(),
        text_sha256=hashlib.sha256(text.encode()).hexdigest(),
        chapters=tuple(Chapter(title=title, paragraphs=tuple(members)) for title, members in chapters),
    )


def adapt(
    text: str, language: Language = "en", *, runtime_s: int | None = None, direction: Direction | None = None
) -> Adaptation:
    request = AdaptRequest(runtime_s=runtime_s, pace=PACE, direction=direction or Direction())
    return RulesScreenwriter().adapt(make_book(text, language), text, request)


def said(adaptation: Adaptation) -> list[tuple[str | None, str]]:
    """Return (speaker's name, words) of each line of dialogue."""
    names = {character.id: character.name for character in adaptation.screenplay.characters}
    return [
        (names.get(line.speaker or ""), line.text) for line in adaptation.screenplay.lines() if line.kind == "dialogue"
    ]


def long_book(chapters: int = 9, language: Language = "en") -> str:
    """Return a novel of `chapters` chapters in which Martha and Edwin talk, walk and wait."""
    places = ("kitchen", "garden", "harbour", "forest", "street", "church", "library", "shop", "meadow")
    hours = ("morning", "evening", "night")
    parts = []
    for n in range(chapters):
        place, hour = places[n % len(places)], hours[n % len(hours)]
        parts.append(f"# Chapter {n + 1}")
        for k in range(6):
            parts.append(
                f"Martha came into the {place} that {hour} with lantern number {n * 10 + k} in her hand. "
                f"The wind had dropped, and nothing stirred but a moth about the glass. She counted {k + 2} steps."
            )
            parts.append(f"“Have you found letter {n * 10 + k}, Edwin?” asked Martha.")
            parts.append(f"“Not yet,” said Edwin slowly. “The {k + 3} drawers are empty, and so is the box.”")
            parts.append("“Then we must look again before they come,” she said.")
        parts.append(
            f"Edwin sat down by the door of the {place} and listened to the rain until the clock struck {n + 1}."
        )
    return "\n\n".join(parts) + "\n"
