"""The first lines of a book that say who wrote it and what it is called."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePath

from bookfilm.book.blocks import Block
from bookfilm.book.headings import bare, heading_label, is_capitals

_BY = re.compile(r"(?:by|written by|авторы?:?|authors:|сочинение|написали?:?)\s+(?P<name>\S.{1,80})", re.IGNORECASE)
_COLLECTIVE = re.compile(r"авторы\s+[^:\s]", re.IGNORECASE)
_FIELD = re.compile(r"(?P<field>title|authors?|название|авторы?)\s*:\s*(?P<value>\S.{0,200})", re.IGNORECASE)
_PART_OF_NAME = r"(?:[A-ZА-ЯЁ][\w’'-]*\.?|de|von|van|фон|де|of)"
_NAME = re.compile(rf"{_PART_OF_NAME}(?:\s+{_PART_OF_NAME}){{1,3}}|(?:[A-ZА-ЯЁ]\.\s*){{1,3}}[A-ZА-ЯЁ][\w’'-]+")
_PATRONYMIC = re.compile(r"(?:ович|евич|ич|овна|евна|ична)\b", re.IGNORECASE)
_GENRE = re.compile(
    r"\b(?:роман|повесть|рассказы?|поэма|комедия|драма|пьеса|сказка|новелла|очерк|трагедия|novel|novella|story|tale"
    r"|romance|play|comedy|tragedy|poem|study)\b|(?:To|In|Of|The|A|An|For|With|From|And)\b",
    re.IGNORECASE,
)
_GENRE_ALONE = re.compile(
    r"\(?(?:an?\s+)?(?:(?:short|fairy|маленьк\w+|святочн\w+|коротк\w+)\s+)?(?:роман|повесть|рассказ|поэма|сказка|новелла|очерк"
    r"|novel|novella|story|tale|romance|sketch)\)?[.:]?",
    re.IGNORECASE,
)
_BOTH = re.compile(rf"(?P<author>{_NAME.pattern})\s*[.—–]\s+(?P<title>[A-ZА-ЯЁ«\"].{{1,80}})")
_LONGEST_LINE = 90


@dataclass(slots=True)
class Front:
    """What the first lines say. `lines` is how many blocks they are."""

    title: str | None = None
    author: str | None = None
    lines: int = 0


def front_of(blocks: list[Block], first_heading: int | None) -> Front:
    """Read title and author off the blocks before the first heading, or before the first running text."""
    limit = len(blocks) if first_heading is None else first_heading
    lines: list[str] = []
    for block in blocks[: min(limit, 8)]:
        if not _may_be_front(block):
            break
        lines.append(bare(block.text))
    if first_heading is None:
        lines = lines[:3]
    front = _fields(lines) or _by_line(lines) or _both_on_one(lines) or _two_lines(lines, cyrillic=_is_cyrillic(lines))
    if front is None or not any(block.kind in ("text", "verse") for block in blocks[front.lines :]):
        return Front()
    return front


def lone_headings(blocks: list[Block], first: int) -> list[Block]:
    """Return the blocks that stand over a story from blocks[first] on and count or name nothing but it: "I", "A Tale".

    A numeral that counts on is a chapter's, and in the outline already.
    """
    found: list[Block] = []
    for block in blocks[first : first + 3]:
        if block.kind != "text" or block.lines > 1 or not _stands_over_a_story(block.text):
            break
        found.append(block)
    behind = first + len(found)
    return found if any(block.kind in ("text", "verse") for block in blocks[behind:]) else []


def _stands_over_a_story(text: str) -> bool:
    label = heading_label(text)
    return (label is not None and label.family in ("roman", "arabic") and label.value == 1) or bool(
        _GENRE_ALONE.fullmatch(bare(text))
    )


def _may_be_front(block: Block) -> bool:
    text = bare(block.text)
    return (
        block.kind in ("text", "heading")
        and 0 < len(text) <= _LONGEST_LINE
        and block.lines <= 3
        and text[0] not in '—–-"“‘'
    )


def _is_cyrillic(lines: list[str]) -> bool:
    return bool(lines) and bool(re.search(r"[а-яё]", " ".join(lines), re.IGNORECASE))


def _fields(lines: list[str]) -> Front | None:
    front = Front()
    for place, line in enumerate(lines):
        if match := _FIELD.fullmatch(line):
            name = match["field"].lower()
            if name in ("title", "название"):
                front.title = match["value"]
            else:
                front.author = match["value"]
                front.title = front.title or (_whole_title(lines[:place]) if place else None)
            front.lines = place + 1
    return front if front.lines else None


def _by_line(lines: list[str]) -> Front | None:
    for place, line in enumerate(lines[:5]):
        match = _BY.fullmatch(line)
        if match and place > 0:
            # «Авторы журнала»: a body of people, named by the whole line; «Авторы Иван Ершов»: by what follows.
            whole = _COLLECTIVE.match(line) and not _is_name(match["name"])
            return Front(_whole_title(lines[:place]), line if whole else _title_case(match["name"]), place + 1)
        if line.lower() in ("by", "автор") and place > 0 and place + 1 < len(lines):
            return Front(_whole_title(lines[:place]), _title_case(lines[place + 1]), place + 2)
        if match := re.fullmatch(r"(?P<title>.{2,60}?),? by (?P<name>[A-Z][\w. ]{3,40})", line):
            return Front(_title_case(match["title"]), match["name"], place + 1)
    return None


def _whole_title(lines: list[str]) -> str:
    """Return a title with the lines that go on from it: those behind a semicolon or a comma."""
    title = lines[0]
    for line in lines[1:]:
        if title[-1] not in ",;:":
            break
        title = f"{title} {line}"
    return _title_case(title)


def _both_on_one(lines: list[str]) -> Front | None:
    match = _BOTH.fullmatch(lines[0]) if lines else None
    if match and (not _is_name(match["author"]) or len(match["author"].split()[-1]) < 3):
        return None
    return Front(match["title"].rstrip("."), match["author"], 1) if match else None


def _two_lines(lines: list[str], *, cyrillic: bool) -> Front | None:
    """Two lines that open a book: Russian books name the author first, English ones the title."""
    if not lines or not _is_title(lines[0]) or _is_numeral(lines[0]):
        return None
    if len(lines) > 1 and _is_title(lines[1]):
        first_is_name, second_is_name = _is_name(lines[0]), _is_name(lines[1])
        if first_is_name and (cyrillic or not second_is_name) and not is_capitals_only_first(lines):
            return Front(_title_case(lines[1]), _title_case(lines[0]), 2)
        if second_is_name and not (cyrillic and first_is_name):
            return Front(_title_case(lines[0]), _title_case(lines[1]), 2)
    return Front(_title_case(lines[0]), None, 1)


def _is_numeral(text: str) -> bool:
    label = heading_label(text)
    return label is not None and label.family in ("roman", "arabic")


def _is_name(text: str) -> bool:
    """Return whether a line could be a person's name; one in capitals must show it by initials or a patronymic."""
    if (
        not _NAME.fullmatch(text)
        or _GENRE.match(text)
        or re.search(_GENRE.pattern.split("|(?:To")[0], text, re.IGNORECASE)
    ):
        return False
    return not is_capitals(text) or "." in text or bool(_PATRONYMIC.search(text))


def is_capitals_only_first(lines: list[str]) -> bool:
    """Return whether the first line shouts and the second does not: a title over a name."""
    return is_capitals(lines[0]) and not is_capitals(lines[1])


def _is_title(text: str) -> bool:
    return text[-1:] not in ",;:" and len(text.split()) <= 12 and not (text[-1:] == "." and len(text.split()) > 6)


def _title_case(text: str) -> str:
    """Return a line set in capitals as one would write it; leave other lines as they are."""
    text = " ".join(text.split()).rstrip(".") if text.count(".") == 1 else " ".join(text.split())
    if not is_capitals(text) or len(text) < 4:
        return text
    if re.search(r"[А-ЯЁ]", text):
        words = text.lower().split()
        named = [word.capitalize() for word in words] if _NAME.fullmatch(text.title()) and "." in text else words
        return " ".join([named[0].capitalize(), *named[1:]])
    small = {"a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"}
    words = text.lower().split()
    return " ".join(
        word if place and word in small else word[:1].upper() + word[1:] for place, word in enumerate(words)
    )


def title_from_name(file_name: str) -> str:
    """Return a readable title made from a file's name: ``11_a_small_tale.txt`` gives ``A small tale``."""
    stem = PurePath(file_name).name
    for _ in range(2):
        if re.search(r"\.(?:txt|text|md|markdown|html?|xhtml|epub|fb2|zip|docx)$", stem, re.IGNORECASE):
            stem = stem.rpartition(".")[0]
    words = re.sub(r"^\d+[\s_-]+", "", re.sub(r"[_\s]+", " ", stem)).strip(" -_.") or stem.strip() or "Untitled"
    words = "".join(letter for letter in words if letter.isprintable())
    return words[:1].upper() + words[1:] if words else "Untitled"
