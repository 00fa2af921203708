"""What a book file may cost to read. The longest novels are 15 MB of text; a common one is under 2 MB."""

from __future__ import annotations

LARGEST_FILE_BYTES = 200 * 1024 * 1024
"""Of a zipped file on disk: an EPUB with its pictures."""

LARGEST_TEXT_BYTES = 16 * 1024 * 1024
"""Of a plain text file, or of the characters of a book in any format."""

LARGEST_MARKUP_BYTES = 12 * 1024 * 1024
"""Of one piece of markup; its tree takes some ten times as much memory."""

LARGEST_FB2_BYTES = 96 * 1024 * 1024
"""Of an FB2 file with the pictures that stand in it as text."""

LARGEST_MARKDOWN_BYTES = 4 * 1024 * 1024
"""Longer Markdown is read as plain text."""

LARGEST_INFLATED_BYTES = 64 * 1024 * 1024
"""Of everything that is read out of one archive."""

LARGEST_DIRECTORY_BYTES = 4 * 1024 * 1024
MOST_ENTRIES = 20_000
"""Of one archive."""

LARGEST_CLAIM_BYTES = 1024 * 1024 * 1024
GREATEST_RATIO = 100
"""An archive that claims to hold more than both is no book with pictures: those hardly shrink."""

MOST_LINES = 300_000
"""Of a plain text file."""

MOST_PARAGRAPHS = 120_000
"""Of a book; the longest novels have some 40,000."""

MOST_TAGS = 400_000
"""Of one piece of markup."""


class TooMuchText(ValueError):
    """More text, or more pieces of it, than a book may hold."""
