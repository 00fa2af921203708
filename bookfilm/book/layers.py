"""The outline of a book whose format names its headings: HTML, EPUB, FB2, DOCX, Markdown.

Levels say what is a heading and how deep it lies; the words and numbers in it still say what it opens.
"""

from __future__ import annotations

from collections import Counter

from bookfilm.book.blocks import Block
from bookfilm.book.headings import Label, bare, heading_label
from bookfilm.book.outline import ABOVE, NUMERALS, Heading, Outline


def layered_outline(blocks: list[Block], title: str | None) -> Outline | None:
    """Return the outline by levels and marks, or None where there are too few of them to go by."""
    _level_marked(blocks)
    runs = _runs(blocks)
    headings = [heading for run in runs for heading in _headings_of(run, blocks)]
    headings = [one for one in headings if not _is_book_title(one, blocks, title)]
    headings = _with_marks(headings, blocks)
    story = [one for one in headings if one.label.family not in ("notes", "contents", "end")]
    if len(story) < 2 and not any(one.label.family == "chapter" for one in story):
        return None if not story or _unnamed_would_do(blocks) else Outline(_decided(story, blocks))
    return Outline(_decided(story, blocks))


def _unnamed_would_do(blocks: list[Block]) -> bool:
    """Return whether the words alone show chapters that the format does not mark."""
    labels = [heading_label(block.text) for block in blocks if block.level is None and block.kind == "text"]
    return sum(label is not None and label.family in ("chapter", "part", *NUMERALS) for label in labels) >= 2


def _key(text: str) -> str:
    return " ".join("".join(letter if letter.isalnum() else " " for letter in text.casefold()).split())


def _level_marked(blocks: list[Block]) -> None:
    """A paragraph that says what the table of contents says of it is a heading, however it is set."""
    for index, block in enumerate(blocks):
        if block.mark is None or block.level is not None or block.kind not in ("text", "verse"):
            continue
        wanted = _key(block.mark)
        for length in (1, 2, 3):
            together = blocks[index : index + length]
            if _key(" ".join(one.text for one in together)) == wanted and all(one.kind == "text" for one in together):
                for one in together:
                    one.kind, one.level = "heading", 2
                break


def _runs(blocks: list[Block]) -> list[list[int]]:
    """Return the headings that stand together, without text between them."""
    runs: list[list[int]] = []
    for index, block in enumerate(blocks):
        if block.level is None:
            continue
        if runs and runs[-1][-1] == index - 1:
            runs[-1].append(index)
        else:
            runs.append([index])
    return runs


def _headings_of(run: list[int], blocks: list[Block]) -> list[Heading]:
    """Cut a run of headings into parts, chapters and their titles."""
    found: list[Heading] = []
    for index in run:
        label = heading_label(blocks[index].text) or Label("special", "named", 0, bare(blocks[index].text))
        last = found[-1] if found else None
        if last is not None and label.word == "named" and _wants_title(last, blocks, index, ends=index == run[-1]):
            last.after = index + 1
            last.label = Label(last.label.family, last.label.word, last.label.value, bare(blocks[index].text))
        else:
            found.append(Heading(index, index + 1, label))
    return found


def _wants_title(last: Heading, blocks: list[Block], index: int, *, ends: bool) -> bool:
    """Return whether the nameless heading at `index` is the title of `last`; a part's first chapter `ends` a run."""
    deeper = (blocks[index].level or 9) >= (blocks[last.first].level or 9)
    if last.label.family in ABOVE and ends and (blocks[index].level or 9) > (blocks[last.first].level or 9):
        return False
    if last.label.word == "named":
        return last.after - last.first < 3 and blocks[index].level == blocks[last.first].level
    return deeper and not last.label.title and last.label.family != "special"


def _is_book_title(heading: Heading, blocks: list[Block], title: str | None) -> bool:
    """Return whether a heading before all text only repeats the book's title or its author."""
    if heading.label.word != "named" or any(_is_text(block) for block in blocks[: heading.first]):
        return False
    behind = next((at for at in range(heading.after, len(blocks)) if blocks[at].level is not None), None)
    lone = title is None and sum(block.level is not None for block in blocks) == 1
    named = title is not None and _key(blocks[heading.first].text) == _key(title)
    if (blocks[heading.first].level or 9) > 1 or behind is None:
        return lone or named
    between = [block for block in blocks[heading.after : behind] if _is_text(block)]
    return lone or named or all(len(block.text) < 100 and block.text[-1] not in '.!?…”»"' for block in between)


def _is_text(block: Block) -> bool:
    return block.kind in ("text", "verse") and bool(block.text)


def _with_marks(headings: list[Heading], blocks: list[Block]) -> list[Heading]:
    """Add entries of the table of contents that point at text with no heading on it."""
    taken = {index for one in headings for index in range(one.first - 1, one.after)}
    marked = [index for index, block in enumerate(blocks) if block.mark and block.level is None and index not in taken]
    missing = [index for index in marked if not any(block.level is not None for block in blocks[index : index + 2])]
    added = [
        Heading(
            index,
            index,
            heading_label(blocks[index].mark or "") or Label("special", "named", 0, blocks[index].mark or ""),
        )
        for index in missing
        if _is_text(blocks[index])
    ]
    return sorted(headings + added, key=lambda one: one.first)


def _decided(headings: list[Heading], blocks: list[Block]) -> list[Heading]:
    counts = Counter(one.label.family for one in headings)
    if counts["chapter"] or sum(counts[family] for family in NUMERALS) >= 2:
        wanted = {"chapter"} if counts["chapter"] else set(NUMERALS)
        level = min(_level(one, blocks) for one in headings if one.label.family in wanted)
    else:
        wanted = set()
        level = _chapter_level(headings, blocks)
    for place, heading in enumerate(headings):
        following = headings[place + 1] if place + 1 < len(headings) else None
        directly = following is not None and not any(_is_text(one) for one in blocks[heading.after : following.first])
        leads = directly and following is not None and _level(following, blocks) >= _level(heading, blocks)
        if heading.label.family in wanted:
            heading.opens = (
                "chapter" if _level(heading, blocks) <= level + (0 if "chapter" not in wanted else 9) else "section"
            )
        elif heading.label.family in ABOVE:
            heading.opens = (
                "part" if leads or _level(heading, blocks) < level else "chapter" if not wanted else "section"
            )
            if not directly and _level(heading, blocks) >= level and not wanted:
                heading.opens = "chapter"
        elif _level(heading, blocks) <= level:
            outer = _level(heading, blocks) < level
            heading.opens = "part" if leads and outer else "chapter"
    return headings


def _level(heading: Heading, blocks: list[Block]) -> int:
    return (blocks[heading.first].level if heading.first < len(blocks) else None) or 2


def _chapter_level(headings: list[Heading], blocks: list[Block]) -> int:
    """Return the level that opens chapters where only names do: the outermost that is not mere parts."""
    levels = sorted({_level(one, blocks) for one in headings})
    for place, level in enumerate(levels[:-1]):
        here = [index for index, one in enumerate(headings) if _level(one, blocks) == level]
        if len(here) < 2 and len(headings) - len(here) >= 2:
            continue
        leading = 0
        for index in here:
            following = headings[index + 1] if index + 1 < len(headings) else None
            if following is not None and _level(following, blocks) > level:
                leading += not any(_is_text(one) for one in blocks[headings[index].after : following.first])
        deeper = sum(_level(one, blocks) == levels[place + 1] for one in headings)
        if leading < 0.6 * len(here) or deeper <= len(here):
            return level
    return levels[-1]
