"""Fountain read: struck-out passages and notes are taken out, then block after block is told apart."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bookfilm.errors import RecordError
from bookfilm.script.elements import (
    Action,
    Element,
    Heading,
    Note,
    PageBreak,
    Script,
    Section,
    Speech,
    SpeechPart,
    Synopsis,
    Transition,
    without_controls,
)
from bookfilm.script.escapes import hide_escapes, show_plain
from bookfilm.script.fountain import opens_scene

_TITLE_KEY = re.compile(r"([^\s:][^:]*):[ \t]*(.*)")
_TITLE_KEYS = {
    "title", "credit", "author", "authors", "source", "notes", "draft", "draft date", "date", "contact", "copyright",
    "language", "revision", "format", "font", "written by", "based on",
}  # fmt: skip
_NUMBER = re.compile(r"(.*?)\s*#([^\s#]*)#\s*")
_EXTENSION = re.compile(r"(.*?)\s*\(([^()]*)\)\s*")
_TRANSITION = re.compile(r"(?!!)[^a-z]*TO:")
_TAKEN_OUT = "\x1b"
"""Stands for a line end within what was taken out, so that lines are still counted. No escape is hidden as it."""


@dataclass(frozen=True)
class _Row:
    text: str
    line: int

    @property
    def blank(self) -> bool:
        return not self.text.strip()


def read_fountain(text: str, subject: object = None) -> Script:
    """Return the script in `text`. Whatever the text, it is a script; only a passage struck out without an end is not.

    Raises RecordError that names `subject` and the line where such a passage begins.
    """
    body, omitted = _without_boneyard(without_controls(text), subject)
    body, notes = _without_notes(hide_escapes(body))
    rows = _number_rows(body)
    title_page, rows = _read_title_page(rows)
    elements: list[Element] = [*notes, *_read_body(rows)]
    elements.sort(key=lambda element: element.line)
    return Script(tuple(elements), title_page, omitted)


def _without_boneyard(text: str, subject: object) -> tuple[str, int]:
    kept, at, count = [], 0, 0
    while (start := text.find("/*", at)) >= 0:
        end = text.find("*/", start + 2)
        if end < 0:
            line = text.count("\n", 0, start) + 1
            raise RecordError(f"line {line}: a passage is struck out with /* and no */ ends it", subject=subject)
        kept += [text[at:start], _TAKEN_OUT * text.count("\n", start, end)]
        at, count = end + 2, count + 1
    return "".join((*kept, text[at:])), count


def _without_notes(text: str) -> tuple[str, list[Note]]:
    kept, notes, at, line, counted = [], list[Note](), 0, 1, 0
    while (start := text.find("[[", at)) >= 0 and (end := text.find("]]", start + 2)) >= 0:
        empty = text.find("\n\n", start, end)
        if empty >= 0:
            # An empty line ends a note that nobody closed: these brackets are words.
            kept.append(text[at:empty])
            at = empty
            continue
        line += sum(text.count(mark, counted, start) for mark in ("\n", _TAKEN_OUT))
        counted = start
        notes.append(Note(show_plain(text[start + 2 : end].replace(_TAKEN_OUT, "\n")), line))
        # A line that held nothing but a note is no empty line: it would end a speech.
        alone = text[at:start].rsplit("\n", 1)[-1].strip() == "" and text[end + 2 :].split("\n", 1)[0].strip() == ""
        kept += [text[at:start], _TAKEN_OUT * text.count("\n", start, end)]
        at = end + 2
        if alone and text.find("\n", at) >= 0:
            at = text.find("\n", at) + 1
            kept.append(_TAKEN_OUT)
    return "".join((*kept, text[at:])), notes


def _number_rows(text: str) -> list[_Row]:
    rows, line = [], 1
    for row in text.split("\n"):
        bare = row.lstrip(_TAKEN_OUT)
        first = line + len(row) - len(bare)
        rows.append(_Row(bare.replace(_TAKEN_OUT, ""), first))
        line += row.count(_TAKEN_OUT) + 1
    return rows


def _read_title_page(rows: list[_Row]) -> tuple[tuple[tuple[str, tuple[str, ...]], ...], list[_Row]]:
    entries: list[tuple[str, list[str]]] = []
    length = 0
    for row in rows:
        if row.blank:
            break
        match = None if row.text[:1].isspace() else _TITLE_KEY.fullmatch(row.text.rstrip())
        if match is not None and (entries or match.group(1).strip().casefold() in _TITLE_KEYS):
            entries.append((match.group(1).strip(), [match.group(2)] if match.group(2) else []))
        elif entries and row.text[:1].isspace():
            entries[-1][1].append(row.text.strip())
        else:
            return (), rows
        length += 1
    return tuple((show_plain(key), tuple(show_plain(row) for row in said)) for key, said in entries), rows[length:]


def _read_body(rows: list[_Row]) -> list[Element]:
    elements: list[Element] = []
    at = 0
    fresh = True
    """Nothing stands right above."""
    while at < len(rows):
        if rows[at].blank:
            at, fresh = at + 1, True
            continue
        element = _read_mark(rows[at])
        if element is not None:
            elements.append(element)
            at, fresh = at + 1, True
            continue
        element, at = _read_block(rows, at, fresh)
        elements.append(element)
        fresh = False
    return elements


def _read_mark(row: _Row) -> Element | None:
    """Return the element that one line is, whatever stands around it."""
    text = row.text.strip()
    if re.fullmatch(r"={3,}", text):
        return PageBreak(row.line)
    if text.startswith("="):
        return Synopsis(show_plain(text[1:].strip()), row.line)
    if text.startswith("#"):
        words = text.lstrip("#")
        return Section(len(text) - len(words), show_plain(words.strip()), row.line)
    if re.match(r"\.[^\W_]", text):
        return _heading(text[1:], row.line)
    if text.startswith(">"):
        if text.endswith("<") and len(text) > 1:
            return Action(show_plain(text[1:-1].strip()), True, row.line)
        return Transition(show_plain(text[1:].strip()), row.line)
    return None


def _read_block(rows: list[_Row], at: int, fresh: bool) -> tuple[Element, int]:
    """Return the element that begins at row `at`, and the row after it."""
    row = rows[at]
    text = row.text.strip()
    ends = at + 1 == len(rows) or rows[at + 1].blank
    if fresh and ends and opens_scene(text):
        return _heading(text, row.line), at + 1
    if fresh and ends and _TRANSITION.fullmatch(row.text.lstrip()) and text.isupper():
        return Transition(show_plain(text), row.line), at + 1
    if fresh and not ends and _is_cue(text):
        return _read_speech(rows, at)
    end = at + 1
    while end < len(rows) and not rows[end].blank and _read_mark(rows[end]) is None:
        end += 1
    words = "\n".join(show_plain(other.text.strip().removeprefix("!")) for other in rows[at:end])
    return Action(words, False, row.line), end


def _heading(text: str, line: int) -> Heading:
    match = _NUMBER.fullmatch(text)
    words, number = match.groups() if match is not None else (text, "")
    return Heading(show_plain(words.strip()), show_plain(number), line)


def _is_cue(text: str) -> bool:
    if text.startswith("@"):
        return len(text) > 1
    name = text.partition("(")[0].rstrip(" ^")
    return name.isupper() and not text.startswith("!") and not opens_scene(text)


def _read_speech(rows: list[_Row], at: int) -> tuple[Element, int]:
    cue = rows[at].text.strip().removeprefix("@").strip()
    dual = cue.endswith("^")
    name = cue.rstrip("^").rstrip()
    extensions: list[str] = []
    while (match := _EXTENSION.fullmatch(name)) is not None and match.group(1):
        name = match.group(1)
        extensions.insert(0, show_plain(match.group(2).strip()))
    parts: list[SpeechPart] = []
    end = at + 1
    while end < len(rows) and not _ends_speech(rows, end):
        if not rows[end].blank:
            parts.append(_speech_part(rows[end]))
        end += 1
    return Speech(show_plain(name.strip()), tuple(extensions), tuple(parts), dual, rows[at].line), end


def _ends_speech(rows: list[_Row], at: int) -> bool:
    """An empty line ends a speech. One of spaces keeps it going, unless what follows plainly begins something else:
    programs that leave spaces behind do not mean it."""
    if not rows[at].blank:
        return False
    if len(rows[at].text) < 2 or at + 1 == len(rows):
        return True
    after = rows[at + 1]
    is_cue = _is_cue(after.text.strip()) and at + 2 < len(rows) and not rows[at + 2].blank
    return is_cue or opens_scene(after.text.strip()) or _read_mark(after) is not None


def _speech_part(row: _Row) -> SpeechPart:
    text = row.text.strip()
    if text.startswith("(") and text.endswith(")"):
        return SpeechPart("parenthetical", show_plain(text[1:-1].strip()), row.line)
    if text.startswith("~"):
        return SpeechPart("lyric", show_plain(text[1:].strip()), row.line)
    return SpeechPart("words", show_plain(text), row.line)
