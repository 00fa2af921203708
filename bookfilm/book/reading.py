"""A file becomes a Book: its bytes are read within limits, told apart, and read as what they are."""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path

from bookfilm.book.archive import Archive, ArchiveRefused
from bookfilm.book.blocks import Block, Manuscript
from bookfilm.book.chapters import gather_chapters, has_words
from bookfilm.book.contents import without_contents
from bookfilm.book.encoding import Undecodable
from bookfilm.book.front import front_of, lone_headings, title_from_name
from bookfilm.book.gutenberg import is_credit, unwrapped_blocks
from bookfilm.book.kinds import Kind, NotABook, tell_kind
from bookfilm.book.language import OtherLanguage, tell_language
from bookfilm.book.layers import layered_outline
from bookfilm.book.limits import (
    LARGEST_FB2_BYTES,
    LARGEST_FILE_BYTES,
    LARGEST_MARKDOWN_BYTES,
    LARGEST_MARKUP_BYTES,
    LARGEST_TEXT_BYTES,
    TooMuchText,
)
from bookfilm.book.markup import MarkupRefused
from bookfilm.book.notes import mark_epigraph, mark_notes
from bookfilm.book.outline import Outline, outline_of
from bookfilm.errors import BookRefused
from bookfilm.records.book import Book

_LARGEST: dict[Kind, int] = {"txt": LARGEST_TEXT_BYTES, "html": LARGEST_MARKUP_BYTES * 2, "fb2": LARGEST_FB2_BYTES}
_REFUSALS = (Undecodable, OtherLanguage, NotABook, ArchiveRefused, MarkupRefused, TooMuchText)


def read_manuscript_as_book(path: Path) -> tuple[Book, str]:
    """Return the Book and book.txt's text. Raises BookRefused."""
    shown = str(path).encode(errors="replace").decode()
    if shown != str(path):
        raise BookRefused("its name is no text in UTF-8; rename it", subject=shown)
    try:
        data = _bytes_of(path)
        kind, archive = tell_kind(data, path.name)
        manuscript = _manuscript(kind, data, archive)
        return _book(path, data, "fb2" if kind == "fb2.zip" else kind, manuscript), manuscript.text
    except _REFUSALS as error:
        raise BookRefused(_on_one_line(str(error)), subject=path) from None
    except (UnicodeError, RecursionError):
        # lxml decodes names and text when they are asked for, and a mended tree can hold what is no text.
        raise BookRefused("its markup is broken beyond mending", subject=path) from None


def _on_one_line(message: str) -> str:
    shown = "".join(letter if letter.isprintable() else " " for letter in message)
    return " ".join(shown.split())[:300]


def _bytes_of(path: Path) -> bytes:
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise BookRefused("it is a folder, not a book file", subject=path)
        if not stat.S_ISREG(status.st_mode):
            raise BookRefused("it is not a regular file", subject=path)
        with path.open("rb") as file:
            start = file.read(4)
            limit = LARGEST_FILE_BYTES if start[:2] == b"PK" else LARGEST_FB2_BYTES
            if status.st_size > limit:
                size = f"{status.st_size / 2**20:,.0f} MB"
                raise BookRefused(f"it is {size}; such a book may have {limit // 2**20} MB", subject=path)
            data = start + file.read(limit)
    except FileNotFoundError:
        raise BookRefused("there is no such file", subject=path) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise BookRefused(f"it cannot be read: {reason or error}", subject=path) from None
    if not data.strip():
        raise BookRefused("it is empty", subject=path)
    return data


def _manuscript(kind: Kind, data: bytes, archive: Archive | None) -> Manuscript:
    if len(data) > _LARGEST.get(kind, LARGEST_FILE_BYTES):
        raise TooMuchText(f"it is {len(data) / 2**20:,.0f} MB; a {kind} book may have {_LARGEST[kind] // 2**20} MB")
    if kind == "epub" and archive is not None:
        from bookfilm.book.epub import read_epub

        return read_epub(archive)
    if kind == "docx" and archive is not None:
        from bookfilm.book.docx import read_docx

        return read_docx(archive)
    if kind in ("fb2", "fb2.zip"):
        from bookfilm.book.fb2 import read_fb2

        return read_fb2(_fb2_within(archive) if archive is not None else data)
    if kind == "html":
        from bookfilm.book.html import read_html

        return read_html(data)
    if kind == "markdown" and len(data) <= LARGEST_MARKDOWN_BYTES:
        from bookfilm.book.markdown import read_markdown

        return read_markdown(data)
    from bookfilm.book.txt import read_txt

    return read_txt(data)


def _fb2_within(archive: Archive) -> bytes:
    name = next(name for name in archive.names if name.lower().endswith(".fb2"))
    return archive.read(name, LARGEST_FB2_BYTES)


def _outline(manuscript: Manuscript, blocks: list[Block]) -> Outline:
    if manuscript.layered and (found := layered_outline(blocks, manuscript.title)) is not None:
        return found
    return outline_of(blocks)


def _book(path: Path, data: bytes, file_format: str, manuscript: Manuscript) -> Book:
    blocks = unwrapped_blocks(manuscript.blocks) if manuscript.layered else manuscript.blocks
    blocks = [block for block in without_contents(blocks) if not is_credit(block.text)]
    mark_notes(blocks)
    outline = _outline(manuscript, blocks)
    starts = [heading.first for heading in outline.headings] + [len(blocks)]
    for heading, limit in zip(outline.headings, starts[1:], strict=True):
        mark_epigraph(blocks, heading.after, limit)
    front = front_of(blocks, starts[0] if outline.headings else None)
    for block in (*blocks[: front.lines], *lone_headings(blocks, front.lines)):
        block.kind = "heading"
    chapters = gather_chapters(blocks, outline)
    if not has_words(chapters):
        raise BookRefused("it has no text to film", subject=path)
    played = "\n".join(one.text for chapter in chapters for one in chapter.paragraphs if one.kind != "note")
    return Book.model_validate(
        {
            "title": _clean(manuscript.title) or front.title or title_from_name(path.name),
            "author": _clean(manuscript.author) or front.author,
            "language": tell_language(played, manuscript.language),
            "file_name": path.name,
            "file_format": file_format,
            "file_sha256": hashlib.sha256(data).hexdigest(),
            "text_sha256": hashlib.sha256(manuscript.text.encode()).hexdigest(),
            "encoding": manuscript.encoding,
            "chapters": chapters,
        }
    )


def _clean(name: str | None) -> str | None:
    """Return a name from the metadata on one line, without what cannot be printed; None if nothing is left."""
    if name is None:
        return None
    return " ".join("".join(letter if letter.isprintable() else " " for letter in name).split())[:300] or None
