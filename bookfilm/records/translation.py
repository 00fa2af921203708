"""The words of a film in another language, beside those of the original: what a translator fills in."""

from __future__ import annotations

from typing import ClassVar

from bookfilm.records.base import Part, Record
from bookfilm.records.book import Language


class TranslatedWords(Part):
    """Words that are seen, or name somebody: a title, a chapter's heading, a character's name, a credit."""

    original: str
    text: str = ""
    """Empty until somebody has translated it."""


class TranslatedLine(TranslatedWords):
    """A line of the screenplay."""

    line: str
    """The line's id."""
    speaker: str = ""
    """Who says it, by name, for the translator's eyes only; empty for the narrator."""


class Translation(Record):
    """translation.LANGUAGE.json. It holds words alone: what is seen and when is the original's."""

    SCHEMA: ClassVar[str] = "bookfilm.translation/1"

    language: Language
    """Into which it is translated."""
    words: tuple[TranslatedWords, ...]
    """An empty `text`: the original's stands."""
    lines: tuple[TranslatedLine, ...]
    unused: tuple[TranslatedWords, ...] = ()
    """What was translated from words that the film no longer has. Nothing is lost: should they return, so does this."""
