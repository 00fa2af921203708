"""A file becomes a Book: its bytes are read within limits, told apart, and read as what they are."""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path

from bookfilm.book.blocks import Manuscript
from bookfilm.book.chapters import gather_chapters, has_words
from bookfilm.book.contents import without_contents
from bookfilm.book.encoding import Undecodable
from bookfilm.book.front import front_of, title_from_name
from bookfilm.book.gutenberg import is_credit
from bookfilm.book.language import OtherLanguage, tell_language
from bookfilm.book.limits import LARGEST_FILE_BYTES
from bookfilm.book.notes import mark_epigraph, mark_notes
from bookfilm.book.outline import outline_of
from bookfilm.book.txt import read_txt
from bookfilm.errors import BookRefused
from bookfilm.records.book import Book


def read_manuscript_as_book(path: Path) -> tuple[Book, str]:
    """Return the Book and book.txt's text. Raises BookRefused."""
    data = _bytes_of(path)
    try:
        manuscript = read_txt(data)
        return _book(path, data, "txt", manuscript), manuscript.text
    except (Undecodable, OtherLanguage) as error:
        raise BookRefused(str(error), subject=path) from None


def _bytes_of(path: Path) -> bytes:
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise BookRefused("it is a folder, not a book file", subject=path)
        if not stat.S_ISREG(status.st_mode):
            raise BookRefused("it is not a regular file", subject=path)
        if status.st_size > LARGEST_FILE_BYTES:
            raise BookRefused(
                f"it is {status.st_size / 2**20:,.0f} MB; a book may have {LARGEST_FILE_BYTES // 2**20} MB",
                subject=path,
            )
        data = path.read_bytes()
    except FileNotFoundError:
        raise BookRefused("there is no such file", subject=path) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise BookRefused(f"it cannot be read: {reason or error}", subject=path) from None
    if not data.strip():
        raise BookRefused("it is empty", subject=path)
    return data


def _book(path: Path, data: bytes, file_format: str, manuscript: Manuscript) -> Book:
    blocks = [block for block in without_contents(manuscript.blocks) if not is_credit(block.text)]
    mark_notes(blocks)
    outline = outline_of(blocks)
    first = outline.headings[0].first if outline.headings else None
    front = front_of(blocks, first)
    for block in blocks[: front.lines]:
        block.kind = "heading"
    starts = [heading.first for heading in outline.headings] + [len(blocks)]
    for heading, limit in zip(outline.headings, starts[1:], strict=True):
        mark_epigraph(blocks, heading.after, limit)
    chapters = gather_chapters(blocks, outline)
    if not has_words(chapters):
        raise BookRefused("it has no text to film", subject=path)
    played = "\n".join(paragraph.text for chapter in chapters for paragraph in chapter.paragraphs)
    return Book.model_validate(
        {
            "title": manuscript.title or front.title or title_from_name(path.name),
            "author": manuscript.author or front.author,
            "language": tell_language(played, manuscript.language),
            "file_name": path.name,
            "file_format": file_format,
            "file_sha256": hashlib.sha256(data).hexdigest(),
            "text_sha256": hashlib.sha256(manuscript.text.encode()).hexdigest(),
            "encoding": manuscript.encoding,
            "chapters": chapters,
        }
    )
