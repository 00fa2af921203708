"""The book room: any book file becomes a Book and book.txt, the plain text that every record points into.

    bytes -> kinds (what it is) -> txt | markdown | html | epub | fb2 | docx -> Manuscript: text and blocks
          -> contents, notes, front, outline (what each block is) -> Book

`read_book` is the whole door. Everything heavy is imported when it is called.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bookfilm.records.book import Book

__all__ = ["read_book"]


def read_book(path: Path) -> tuple[Book, str]:
    """Return the Book in the file at `path` and the text of book.txt, which its sources point into.

    Reads plain text, Markdown, HTML, EPUB 2 and 3, FB2 (also zipped) and DOCX, told apart by content.
    Raises BookRefused, one line with the file and its fault, for anything that cannot become a Book.
    """
    from bookfilm.book.reading import read_manuscript_as_book

    return read_manuscript_as_book(Path(path))
