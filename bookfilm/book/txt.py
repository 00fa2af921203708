"""Plain text files: book.txt is the file, its blocks are found by their layout."""

from __future__ import annotations

from bookfilm.book.blocks import Manuscript
from bookfilm.book.encoding import decode
from bookfilm.book.gutenberg import unwrapped
from bookfilm.book.limits import MOST_LINES, TooMuchText
from bookfilm.book.lines import blocks_of_text


def read_txt(data: bytes) -> Manuscript:
    """Return the manuscript in `data`. Raises Undecodable, TooMuchText."""
    decoded, encoding = decode(data)
    text = with_plain_line_ends(decoded)
    if text.count("\n") > MOST_LINES:
        raise TooMuchText("it has more lines than a book may")
    wrapping = unwrapped(text)
    return Manuscript(
        text=text,
        blocks=blocks_of_text(text, wrapping.start, wrapping.end),
        title=wrapping.title,
        author=wrapping.author,
        language=wrapping.language,
        encoding=encoding,
    )


def with_plain_line_ends(text: str) -> str:
    """Return `text` with every line end as a single line feed."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
