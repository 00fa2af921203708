"""What is printed with a story and is not the story: footnotes, captions, the words that say it is over."""

from __future__ import annotations

import re
from statistics import median

from bookfilm.book.blocks import Block
from bookfilm.book.headings import Family, Label, heading_label

_BRACKETED = re.compile(
    r"\[(?:Illustration|Footnote|Sidenote|Note|Transcriber|Иллюстрация|Примечание|Прим\.)", re.IGNORECASE
)
_NUMBERED = re.compile(r"(?:\[\d{1,3}\]|\{\d{1,3}\}|\[?[*†‡]\]?\s)\s*[\w\"“«'‘]")
_GLOSS = re.compile(
    r"\d{1,3}[.)]?\s+\S.*\((?:франц|фр|нем|лат|англ|итал|ит|исп|польск|тюрк|татарск|тат|греч|укр|Прим|прим|ред)\b[^)]*\)\.?"
    r"|\d{1,3}[.)]?\s+\S.*(?:Прим\.|Примеч\.|—\s*Ред\.)[^.]*\.?\)?",
    re.DOTALL,
)
_LONGEST_NOTE = 600
_OUTER: tuple[Family, ...] = ("volume", "part", "chapter", "special", "contents")
_ENDS = ("the end", "end", "finis", "конец")
_NONE = Label("scene")
_CAST = ("действующие лица", "лица", "dramatis personae", "dramatis personæ", "persons represented", "characters")


def mark_notes(blocks: list[Block]) -> None:
    """Set kind "note" on what is no story, in place."""
    labels = [
        heading_label(block.text) if block.kind in ("text", "heading") and block.lines <= 2 else None
        for block in blocks
    ]
    for block in blocks:
        if block.kind == "text" and _is_note(block.text):
            block.kind = "note"
    _mark_sections(blocks, labels)
    _mark_numbered(blocks, labels)
    for block, label in zip(blocks, labels, strict=True):
        if label is not None and label.family == "end" and block.kind == "text":
            block.kind = "note"
    _mark_behind_the_end(blocks, labels)


def _mark_behind_the_end(blocks: list[Block], labels: list[Label | None]) -> None:
    """What a publisher prints behind THE END, at the close of the book and under no heading, is no story."""
    ends = [
        at for at, label in enumerate(labels) if label is not None and label.family == "end" and label.word in _ENDS
    ]
    if not ends:
        return
    behind = range(ends[-1] + 1, len(blocks))
    length = sum(len(blocks[at].text) for at in behind)
    headed = any(blocks[at].level is not None or (labels[at] or _NONE).family in (*_OUTER, "roman") for at in behind)
    if headed or length > 0.1 * sum(len(block.text) for block in blocks):
        return
    for at in behind:
        if blocks[at].kind in ("text", "verse"):
            blocks[at].kind = "note"


def _is_note(text: str) -> bool:
    if text[0] == "[" and _BRACKETED.match(text):
        return True
    return len(text) <= _LONGEST_NOTE and bool(_NUMBERED.match(text) or _GLOSS.fullmatch(text))


def _mark_sections(blocks: list[Block], labels: list[Label | None]) -> None:
    """Everything under NOTES is notes up to the next heading with words; so is a play's list of persons."""
    within: str | None = None
    for place, (block, label) in enumerate(zip(blocks, labels, strict=True)):
        if label is not None and label.family == "notes" and block.lines == 1 and place > len(blocks) // 20:
            within = "notes"
        elif label is not None and label.family == "special" and label.word in _CAST and place < len(blocks) // 3:
            within = "cast"
        elif within and (block.level is not None or (label is not None and label.family in _OUTER)):
            within = None
        if within and block.kind in ("text", "verse", "heading"):
            block.kind, block.level = "note", None


def _mark_numbered(blocks: list[Block], labels: list[Label | None]) -> None:
    """A bare number over a short explanation, where longer text is not numbered so, is a footnote."""
    places = [
        place
        for place, label in enumerate(labels[:-1])
        if label is not None
        and label.family == "arabic"
        and blocks[place].kind == "text"
        and blocks[place].level is None
    ]
    if not places:
        return
    bodies = [_body(labels, blocks, place) for place in places]
    before = sum(len(block.text) for block in blocks[: places[0]])
    total = sum(len(block.text) for block in blocks)
    others = sum(label is not None and label.family in ("chapter", "roman", "part") for label in labels)
    if median(bodies) > 400 or (others < 2 and before < 0.6 * total):
        return
    for place in places:
        if (
            blocks[place + 1].kind == "text"
            and len(blocks[place + 1].text) <= _LONGEST_NOTE
            and labels[place + 1] is None
        ):
            blocks[place].kind = blocks[place + 1].kind = "note"


def _body(labels: list[Label | None], blocks: list[Block], place: int) -> int:
    total = 0
    for block, label in zip(blocks[place + 1 :], labels[place + 1 :], strict=True):
        if label is not None or total > 2000:
            break
        total += len(block.text)
    return total


def mark_epigraph(blocks: list[Block], first: int, limit: int) -> None:
    """Set kind "epigraph" on a motto that stands at blocks[first:limit], right under a heading, in place."""
    end = first
    while end < limit and end - first < 14 and (end == first or blocks[end].gap == 0) and _is_motto_line(blocks[end]):
        end += 1
    if end == first or end >= limit:
        return
    together = blocks[end].gap >= 1 and (end - first > 1 or blocks[first].kind == "verse" or blocks[first].gap == 0)
    if together and _ends_with_source(blocks[end - 1].text.split("\n")[-1]) and _has_text(blocks, end, limit):
        _set_epigraph(blocks, first, end)
    elif _is_signature(blocks[end].text) and end - first <= 3:
        _set_epigraph(blocks, first, end + 1)


def _is_motto_line(block: Block) -> bool:
    return block.kind in ("text", "verse", "break") and all(len(line) <= 80 for line in block.text.split("\n"))


def _ends_with_source(line: str) -> bool:
    words = line.split()
    return bool(words) and len(words) <= 6 and line[0] not in '—–-"“«' and (line[0].isupper() or line[0] == "(")


def _is_signature(text: str) -> bool:
    return (
        len(text) <= 80 and bool(re.match(r"(?:--|—|–)\s*[A-ZА-ЯЁ][^,!?]*$", text)) and not re.search(r"[.!?…]\s", text)
    )


def _has_text(blocks: list[Block], first: int, limit: int) -> bool:
    return any(block.kind == "text" and len(block.text) > 80 for block in blocks[first : min(limit, first + 6)])


def _set_epigraph(blocks: list[Block], first: int, end: int) -> None:
    for block in blocks[first:end]:
        if block.kind != "break":
            block.kind = "epigraph"
