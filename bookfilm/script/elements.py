"""What a script is made of, whichever format it is in. `line` is where in the file an element begins, from 1."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Literal

# What XML 1.0 cannot hold (section 2.2 of its recommendation), but for the white space that joins words.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def plain_words(text: str) -> str:
    """Return `text` as words one space apart, composed (NFC), without what no XML file can hold."""
    return " ".join(unicodedata.normalize("NFC", _UNWRITABLE.sub("", text)).split())


def without_controls(text: str) -> str:
    """Return `text` with Unix line ends, without a byte order mark and without what no XML file can hold."""
    return _UNWRITABLE.sub("", text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))


def _where() -> int:
    return field(default=0, compare=False)


@dataclass(frozen=True)
class Section:
    """A heading of the story's own: a part or a chapter. `depth` counts from 1."""

    depth: int
    text: str
    line: int = _where()


@dataclass(frozen=True)
class Synopsis:
    """What a stretch is about, for the writer's eyes."""

    text: str
    line: int = _where()


@dataclass(frozen=True)
class Heading:
    """A slug line: it opens a scene."""

    text: str
    number: str = ""
    line: int = _where()


@dataclass(frozen=True)
class Action:
    """What is seen. Line breaks within it are kept."""

    text: str
    centred: bool = False
    line: int = _where()


@dataclass(frozen=True)
class SpeechPart:
    """One line of a speech: words, words that are sung, or a parenthetical (without its parentheses)."""

    kind: Literal["words", "lyric", "parenthetical"]
    text: str
    line: int = _where()


@dataclass(frozen=True)
class Speech:
    """A character cue and what stands under it. `dual`: at the same time as the speech before."""

    name: str
    extensions: tuple[str, ...] = ()
    parts: tuple[SpeechPart, ...] = ()
    dual: bool = False
    line: int = _where()

    @property
    def cue(self) -> str:
        """The whole cue, such as "ANNA (V.O.)"."""
        return " ".join((self.name, *(f"({extension})" for extension in self.extensions)))


@dataclass(frozen=True)
class Transition:
    """How one scene becomes the next: CUT TO:."""

    text: str
    line: int = _where()


@dataclass(frozen=True)
class PageBreak:
    """A new page."""

    line: int = _where()


@dataclass(frozen=True)
class Note:
    """A remark between writers."""

    text: str
    line: int = _where()


Element = Section | Synopsis | Heading | Action | Speech | Transition | PageBreak | Note


@dataclass(frozen=True)
class Script:
    """A whole script. `title_page` gives each key's lines, in order; `omitted` counts the passages struck out."""

    elements: tuple[Element, ...]
    title_page: tuple[tuple[str, tuple[str, ...]], ...] = ()
    omitted: int = field(default=0, compare=False)

    def title_words(self, key: str) -> str:
        """Return the words under `key` of the title page, whatever its case; empty where there are none."""
        return next((plain_words(" ".join(rows)) for name, rows in self.title_page if name.casefold() == key), "")
