"""Plain text becomes blocks: hard-wrapped lines joined, one line a paragraph, first-line indents, verse, breaks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from bookfilm.book.blocks import Block
from bookfilm.book.headings import heading_label, is_capitals
from bookfilm.book.joining import WordsSeen, joined
from bookfilm.book.limits import MOST_PARAGRAPHS, TooMuchText

_BREAK = re.compile(r"[\s*·•–—\-_=~#⁂+.…◆■x]*", re.IGNORECASE)
_TERMINAL = ".!?…:;»”\"’')]"


@dataclass(slots=True)
class Line:
    """A line that is not blank: `text`, without white space on either side, is [start:end) of the whole.

    `start` and `end` are code points; `indent` is how many characters of white space stand before the text.
    """

    start: int
    end: int
    text: str
    indent: int


@dataclass(slots=True)
class Layout:
    """How a text is set: `wrapped` lines at `width`, paragraphs told by blank lines or also by `indented` firsts."""

    wrapped: bool
    indented: bool
    width: int


def split_lines(text: str, start: int, end: int) -> tuple[list[list[Line]], list[int]]:
    """Return the runs of lines of text[start:end] without a blank one, and how many blank ones stand before each."""
    groups: list[list[Line]] = []
    gaps: list[int] = []
    blank, position = 1, start
    while position <= end:
        stop = text.find("\n", position, end)
        stop = end if stop < 0 else stop
        raw = text[position:stop]
        if stripped := raw.strip():
            if blank:
                groups.append([])
                gaps.append(blank)
            first = position + len(raw) - len(raw.lstrip())
            groups[-1].append(Line(first, first + len(stripped), stripped, first - position))
            blank = 0
        else:
            blank += 1
        position = stop + 1
    return groups, gaps


def _forced(line: Line, following: Line, width: int) -> bool:
    """Return whether `following` began a line because its first word would not fit behind `line`."""
    return line.indent + len(line.text) + 1 + len(following.text.split(maxsplit=1)[0]) > width


def tell_layout(groups: list[list[Line]]) -> Layout:
    """Return how the whole text is set, from its line lengths and indents."""
    lengths = sorted(len(line.text) + line.indent for group in groups for line in group)
    if not lengths:
        return Layout(False, False, 0)
    width = lengths[int(len(lengths) * 0.95)]
    in_long_lines = sum(length for length in lengths if length > 110)
    pairs = [pair for group in groups for pair in pairwise(group)]
    forced = sum(_forced(line, following, int(width * 0.9)) for line, following in pairs)
    wrapped = in_long_lines < 0.3 * sum(lengths) and bool(pairs) and forced >= 0.5 * len(pairs)
    steps = sum(following.indent >= 2 > line.indent for line, following in pairs)
    return Layout(wrapped, wrapped and steps >= 0.05 * len(lengths), width)


def is_break(text: str) -> bool:
    """Return whether a line is an ornament that parts two scenes."""
    marks = re.sub(r"\s", "", text)
    if not marks or not _BREAK.fullmatch(text):
        return False
    if re.fullmatch(r"[xX]+", marks):
        return len(marks) == 3 and " " in text
    if set(marks) <= set(".…"):
        return len(marks) >= 6
    return marks in ("*", "**", "⁂", "#", "~") or (len(marks) >= 3 and not re.search(r"[xX]", marks))


def is_verse(lines: list[Line], layout: Layout) -> bool:
    """Return whether the breaks between `lines` are the poet's and not the wrapping's."""
    if len(lines) < 2:
        return False
    longest = max(len(line.text) + line.indent for line in lines)
    if longest > 75 or any(line.text[0] in "—–" and layout.indented for line in lines):
        return False
    base = min(line.indent for line in lines)
    pairs = list(pairwise(lines))
    free = sum(not _forced(line, following, longest) for line, following in pairs)
    capitals = sum(line.text.lstrip("\"“‘'«_([").strip()[:1].isupper() for line in lines)
    if base >= 2 or (base >= 1 and layout.width < 60):
        narrow = longest < (0.75 if capitals == len(lines) else 0.6) * layout.width
        return narrow or free >= 0.5 * len(pairs)
    loose = sum(not _forced(line, following, int(layout.width * 0.85)) for line, following in pairs)
    return len(lines) >= 4 and loose >= 0.8 * len(pairs) and capitals >= 0.75 * len(lines)


def _is_stanza(lines: list[Line]) -> bool:
    """Return whether `lines`, in a text of one line a paragraph, read as verse."""
    if len(lines) < 4 or any(line.text[0] in "—–-" or len(line.text) > 60 for line in lines):
        return False
    running = sum(line.text[-1] not in '.!?…»”"' for line in lines)
    return running >= 0.5 * len(lines) and all(line.text.lstrip('«"“(')[:1].isupper() for line in lines)


def blocks_of_text(text: str, start: int = 0, end: int | None = None) -> list[Block]:
    """Return the blocks of text[start:end] in order."""
    groups, gaps = split_lines(text, start, len(text) if end is None else end)
    layout = tell_layout(groups)
    seen = WordsSeen(text)
    blocks: list[Block] = []
    for group, gap in zip(groups, gaps, strict=True):
        for place, piece in enumerate(_pieces(group, layout)):
            if (block := _block(piece, layout, 0 if place else gap, seen)).text:
                blocks.append(block)
        if len(blocks) > MOST_PARAGRAPHS:
            raise TooMuchText("it has more paragraphs than a book may")
    return blocks


def _pieces(group: list[Line], layout: Layout) -> list[list[Line]]:
    """Cut a run of lines without a blank one into paragraphs, stanzas, breaks and heading lines."""
    pieces: list[list[Line]] = []
    for place in range(len(group)):
        if not is_break(group[place].text) and not _heads_group(group[place : place + 6], layout):
            group = group[place:]
            break
        pieces.append([group[place]])
    else:
        return pieces
    if not layout.wrapped:
        return pieces + _unwrapped(group)
    if layout.indented:
        return pieces + _by_indents(group, layout)
    return pieces + _by_short_lines(group, layout)


def _heads_group(group: list[Line], layout: Layout) -> bool:
    label = heading_label(group[0].text)
    if label is None:
        return False
    if layout.wrapped and len(group) > 1 and label.title and _forced(group[0], group[1], int(layout.width * 0.9)):
        return len(group) <= 4 and is_capitals(group[0].text)
    if len(group) == 1 or label.family not in ("titled", "roman", "arabic", "special"):
        return True
    if label.family == "titled":
        return False
    return heading_label(group[1].text) is None or label.family == "special"


def _unwrapped(group: list[Line]) -> list[list[Line]]:
    """One line a paragraph, but a stanza stays together: a run of short lines between longer ones."""
    pieces: list[list[Line]] = []
    run: list[Line] = []
    for line in group:
        if (
            len(line.text) <= 60
            and line.text[0] not in "—–-"
            and not is_break(line.text)
            and not heading_label(line.text)
            and not is_capitals(line.text)
        ):
            run.append(line)
            continue
        pieces += [run] if _is_stanza(run) else [[one] for one in run]
        run = []
        pieces.append([line])
    return pieces + ([run] if _is_stanza(run) else [[one] for one in run])


def _by_indents(group: list[Line], layout: Layout) -> list[list[Line]]:
    pieces: list[list[Line]] = []
    base = min(line.indent for line in group)
    if len(group) > 1 and base >= 2 and is_verse(group, layout):
        return [group]
    for line in group:
        own = line.indent - base >= 2 or is_break(line.text) or (base >= 2 and bool(pieces))
        if own or not pieces or is_break(pieces[-1][-1].text) or _heads_group([line], layout):
            pieces.append([line])
        else:
            pieces[-1].append(line)
    return _stanzas_gathered(pieces, layout)


def _stanzas_gathered(pieces: list[list[Line]], layout: Layout) -> list[list[Line]]:
    """Put back together the single indented lines that make one stanza."""
    gathered: list[list[Line]] = []
    run: list[Line] = []
    for piece in [*pieces, []]:
        short = len(piece) == 1 and piece[0].indent >= 6 and len(piece[0].text) < 0.7 * layout.width
        if short and not is_break(piece[0].text):
            run.append(piece[0])
            continue
        gathered += [run] if len(run) >= 3 else [[line] for line in run]
        run = []
        if piece:
            gathered.append(piece)
    return gathered


def _by_short_lines(group: list[Line], layout: Layout) -> list[list[Line]]:
    if is_verse(group, layout):
        return [group]
    pieces: list[list[Line]] = [[group[0]]]
    for line, following in pairwise(group):
        ends_early = not _forced(line, following, int(layout.width * 0.7)) and line.text[-1] in _TERMINAL
        begins = following.text[0].isupper() or following.text[0] in '"“«‘—–'
        if is_break(following.text) or is_break(line.text) or (ends_early and begins):
            pieces.append([following])
        else:
            pieces[-1].append(following)
    return pieces


def _block(lines: list[Line], layout: Layout, gap: int, seen: WordsSeen) -> Block:
    block = Block(lines[0].start, lines[-1].end, "", gap=gap, lines=len(lines))
    texts = [line.text for line in lines]
    if len(lines) == 1 and is_break(texts[0]):
        block.kind, block.text = "break", texts[0]
    elif (layout.wrapped and is_verse(lines, layout)) or (not layout.wrapped and len(lines) > 1):
        block.kind, block.text = "verse", "\n".join(joined([text], seen) for text in texts)
    else:
        block.text = joined(texts, seen)
    return block
