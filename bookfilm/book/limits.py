"""What a book file may cost to read. A long novel is 3 MB of text; these are far above any book."""

from __future__ import annotations

LARGEST_FILE_BYTES = 200 * 1024 * 1024
"""Of the file on disk: an EPUB with its pictures."""

LARGEST_TEXT_BYTES = 24 * 1024 * 1024
"""Of text or markup, once inflated, in one piece."""

LARGEST_INFLATED_BYTES = 48 * 1024 * 1024
"""Of everything inflated from one archive."""

MOST_ENTRIES = 20_000
"""Of one archive."""

GREATEST_RATIO = 200
"""Of inflated to stored bytes, for entries above `RATIO_FROM_BYTES`."""

RATIO_FROM_BYTES = 1024 * 1024

DEEPEST_MARKUP = 250
"""Elements within elements. libxml2 itself stops at 256."""
