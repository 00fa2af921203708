"""Fountain, the plain text format of screenplays: written and read. After the syntax at fountain.io, version 1.1.

Other programs' dialects are taken: byte order marks, Windows line ends, indented elements, cues in any alphabet that
has capitals, `INT`/`EXT` without a full stop, and Russian slug lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bookfilm.script.elements import (
    Action,
    Element,
    Heading,
    PageBreak,
    Script,
    Section,
    Speech,
    SpeechPart,
    Synopsis,
    Transition,
    plain_words,
)
from bookfilm.script.escapes import escape_line, escape_words

_PLAIN_CUE = re.compile(r"[A-Z][A-Z0-9 .,'’-]*")
_PLAIN_ACTION = re.compile(r"[^\W_]")
HEADING = re.compile(
    r"(?:INT|EXT|EST|I|E)\.?(?:\s*/\s*(?:INT|EXT|E|I)\.?)?(?:[\s.]|$)|(?:ИНТ|НАТ|ЭКСТ)\.?(?:\s*/\s*(?:ИНТ|НАТ|ЭКСТ)\.?)?[\s.]",
    re.IGNORECASE,
)
"""How a slug line begins. A bare I or E is one only with its other half: see `opens_scene`."""


def opens_scene(text: str) -> bool:
    """Tell whether `text` begins as a slug line does."""
    match = HEADING.match(text)
    return match is not None and (len(re.sub(r"\W", "", match.group())) > 1)


def write_fountain(script: Script) -> str:
    """Return `script` as Fountain text. What is read from it again is the same script, word for word."""
    blocks = ["\n".join(_title_rows(script))] if script.title_page else []
    blocks += ["\n".join(rows) for element in script.elements if (rows := list(_rows(element)))]
    return "\n\n".join(blocks) + "\n"


def _title_rows(script: Script) -> Iterator[str]:
    for key, rows in script.title_page:
        shown = [escape_words(words) for row in rows if (words := plain_words(row))]
        if len(shown) == 1:
            yield f"{key}: {shown[0]}"
        elif shown:
            yield f"{key}:"
            yield from (f"    {row}" for row in shown)


def _rows(element: Element) -> Iterator[str]:
    match element:
        case Section():
            yield f"{'#' * element.depth} {escape_line(plain_words(element.text))}"
        case Synopsis():
            yield f"= {escape_line(plain_words(element.text))}"
        case Heading():
            yield _heading(element)
        case Action():
            yield from _action_rows(element)
        case Speech():
            yield _cue(element)
            yield from (_part(part) for part in element.parts if plain_words(part.text))
        case Transition():
            yield f"> {escape_words(plain_words(element.text))}"
        case PageBreak():
            yield "==="
        case _:
            yield f"[[{plain_words(element.text)}]]"


def _heading(element: Heading) -> str:
    words = plain_words(element.text)
    number = f" #{element.number}#" if element.number else ""
    return f"{'' if opens_scene(words) else '.'}{escape_words(words)}{number}"


def _action_rows(element: Action) -> Iterator[str]:
    rows = [words for row in element.text.split("\n") if (words := plain_words(row))]
    for number, row in enumerate(rows):
        if element.centred:
            yield f"> {escape_words(row)} <"
            continue
        plain = _PLAIN_ACTION.match(row) and not row.isupper() and not opens_scene(row) and not row.endswith(":")
        yield escape_words(row) if number or plain else f"!{escape_words(row)}"


def _cue(element: Speech) -> str:
    name = plain_words(element.name)
    extensions = "".join(f" ({escape_words(plain_words(extension))})" for extension in element.extensions)
    if not _PLAIN_CUE.fullmatch(name) or opens_scene(name):
        name = "@" + re.sub(r"[()^]", r"\\\g<0>", escape_words(name))
    return f"{name}{extensions}{' ^' if element.dual else ''}"


def _part(part: SpeechPart) -> str:
    words = plain_words(part.text)
    if part.kind == "parenthetical":
        return f"({escape_words(words)})"
    return f"~{escape_words(words)}" if part.kind == "lyric" else escape_line(words)
