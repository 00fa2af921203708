"""Inline marks of Fountain: emphasis, and backslashes before what would be read as a mark.

Fountain's syntax (fountain.io, 1.1) lets a backslash stand before `*` and `_`. Here it may stand before every sign
that begins an element too, for the words of a book may begin with any of them; a program that does not know this
shows the backslash and loses no word.
"""

from __future__ import annotations

import re

_MARKS = "*_\\[()!@.>~#=^"
"""What a backslash may stand before."""
_OPENERS = "(!@>~#=."
_ESCAPED = re.compile("\\\\([" + re.escape(_MARKS) + "])")
# An escaped mark is kept as a control character (none that is white space) while emphasis is looked for; a script
# holds none of its own.
_CONTROLS = [chr(code) for code in (*range(0x01, 0x09), *range(0x0E, 0x1B))]
_HIDDEN = dict(zip(_MARKS, _CONTROLS, strict=False))
_SHOWN = {hidden: mark for mark, hidden in _HIDDEN.items()}
_SHOWING = re.compile("[" + "".join(_SHOWN) + "]")
_EMPHASIS = tuple(
    re.compile(pattern)
    for pattern in (
        r"\*\*\*(?=[^\s*])([^*\n]*)(?<=[^\s*])\*\*\*",
        r"\*\*(?=[^\s*])([^*\n]*)(?<=[^\s*])\*\*",
        r"\*(?=[^\s*])([^*\n]*)(?<=[^\s*])\*",
        r"(?<!\w)_(?=[^\s_])([^\n]*?)(?<=\S)_(?!\w)",
        r"\*\*(?=[^\s*])([^*\n]*)(?<=[^\s*])\*\*",
        r"\*(?=[^\s*])([^*\n]*)(?<=[^\s*])\*",
    )
)


def hide_escapes(text: str) -> str:
    """Return `text` with its escaped marks made control characters, which no syntax looks at."""
    return _ESCAPED.sub(lambda match: _HIDDEN[match.group(1)], text)


def show_plain(text: str) -> str:
    """Return the words of `text`, escapes hidden: without emphasis, and with the marks that were escaped."""
    if "*" in text or "_" in text:
        for pattern in _EMPHASIS:
            text = pattern.sub(r"\1", text)
    return _SHOWING.sub(lambda match: _SHOWN[match.group()], text)


def escape_words(words: str) -> str:
    """Return `words` so that nothing within them is read as a mark: emphasis, a note, a passage struck out."""
    return "".join(_escaped(words, at) for at in range(len(words)))


def _escaped(words: str, at: int) -> str:
    char = words[at]
    if char in "*_" or (char == "[" and words[at - 1 : at] == "["):
        return "\\" + char
    if char == "\\" and words[at + 1 : at + 2] and words[at + 1] in _MARKS:
        return "\\\\"
    return char


def escape_line(words: str) -> str:
    """Return `words` so that neither the line nor anything within it is read as something else."""
    escaped = escape_words(words)
    if escaped[:1] in _OPENERS and not words.startswith(".."):
        return "\\" + escaped
    return escaped
