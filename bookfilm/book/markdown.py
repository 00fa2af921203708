"""Markdown (CommonMark) becomes blocks; a metadata block at its head gives title and author."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bookfilm.book.blocks import Manuscript
from bookfilm.book.composing import Composer
from bookfilm.book.encoding import decode
from bookfilm.book.txt import read_txt, with_plain_line_ends
from bookfilm.records.book import ParagraphKind

if TYPE_CHECKING:
    from markdown_it.token import Token

_LONGEST_PARAGRAPH = 100_000
_FRONT = re.compile(r"\A---[ \t]*\n(?P<body>.{0,20000}?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FIELD = re.compile(
    r"^(?P<name>title|author|authors|lang|language)\s*:\s*(?P<value>\S.*?)\s*$", re.IGNORECASE | re.MULTILINE
)
_NOTE = re.compile(r"\[\^[^\]]{1,40}\]:")
_NOTE_MARK = re.compile(r"\[\^[^\]]{1,40}\]")
_LINK_LINE = re.compile(r"^(?:[-*+]|\d+[.)])\s+\[[^\]]+\]\(#[^)]*\)\s*$", re.MULTILINE)


def read_markdown(data: bytes) -> Manuscript:
    """Return the manuscript in a Markdown file. Raises Undecodable, TooMuchText."""
    from markdown_it import MarkdownIt

    decoded, encoding = decode(data)
    source = with_plain_line_ends(decoded)
    fields: dict[str, str] = {}
    if front := _FRONT.match(source):
        fields = {match["name"].lower(): match["value"].strip("\"'[] ") for match in _FIELD.finditer(front["body"])}
        source = source[front.end() :]
    if _is_one_piece(source):
        return read_txt(data)
    if len(_LINK_LINE.findall(source)) >= 3:
        source = _LINK_LINE.sub("", source)
    composer = Composer()
    _write(MarkdownIt("commonmark").parse(source), composer)
    return Manuscript(
        composer.text(),
        composer.blocks,
        fields.get("title"),
        fields.get("author") or fields.get("authors"),
        fields.get("lang") or fields.get("language"),
        encoding,
        layered=True,
    )


def _is_one_piece(source: str) -> bool:
    """Return whether a paragraph is so long that no person wrote it: marks in it could take minutes to pair."""
    return any(len(piece) > _LONGEST_PARAGRAPH for piece in re.split(r"\n[ \t]*\n", source))


def _write(tokens: list[Token], composer: Composer) -> None:
    level: int | None = None
    for token in tokens:
        if token.type == "heading_open":
            level = int(token.tag[1])
        elif token.type == "heading_close":
            level = None
        elif token.type == "hr":
            composer.add("* * *", "break")
        elif token.type == "inline":
            _inline(token, level, composer)
        elif token.type in ("fence", "code_block"):
            composer.add(token.content, "verse")


def _inline(token: Token, level: int | None, composer: Composer) -> None:
    words: list[str] = []
    for child in token.children or []:
        if child.type in ("text", "code_inline"):
            words.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            words.append(" " if child.type == "softbreak" else "\n")
    text = "".join(words)
    kind: ParagraphKind = "text" if level is None else "heading"
    if _NOTE.match(text):
        kind = "note"
    text = _NOTE_MARK.sub("", text)
    lines = [line for line in text.split("\n") if line.strip()]
    if kind == "text" and len(lines) >= 2 and all(len(line.strip()) <= 70 for line in lines):
        kind = "verse"
    composer.add(text, kind, level=level)
