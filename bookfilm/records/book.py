"""The book as it was read: chapters of paragraphs, each pointing back into book.txt."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from bookfilm.records.base import Part, Record

Language = Literal["en", "ru"]
ParagraphKind = Literal["text", "heading", "verse", "break", "epigraph", "note"]


def _forward(span: tuple[int, int]) -> tuple[int, int]:
    if not 0 <= span[0] <= span[1]:
        raise ValueError(f"span {list(span)} does not run forward")
    return span


Span = Annotated[tuple[int, int], AfterValidator(_forward)]
"""[start, end) in code points of book.txt, read without newline translation."""


class Paragraph(Part):
    """A paragraph: where it stands in book.txt, and its text with hard-wrapped lines joined by one space."""

    kind: ParagraphKind = "text"
    source: Span
    text: str


class Chapter(Part):
    """A chapter: its heading, if it has one, is its first paragraphs (kind "heading").

    `title` is the heading as the book has it, on one line ("CHAPTER I. Down the Rabbit-Hole"), or None
    for what stands before the first heading. `part` names the part or volume it lies in.
    """

    title: str | None = None
    part: str | None = None
    paragraphs: tuple[Paragraph, ...]


class Book(Record):
    """book.json. The paragraphs of all chapters, in order, do not overlap."""

    SCHEMA: ClassVar[str] = "bookfilm.book/1"

    title: str
    author: str | None = None
    language: Language
    file_name: str
    file_format: Literal["txt", "markdown", "html", "epub", "fb2", "docx"]
    file_sha256: str
    text_sha256: str
    encoding: str | None = None
    chapters: tuple[Chapter, ...] = Field(min_length=1)

    def paragraphs(self) -> list[Paragraph]:
        return [paragraph for chapter in self.chapters for paragraph in chapter.paragraphs]
