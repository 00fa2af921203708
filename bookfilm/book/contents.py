"""Tables of contents, wherever they stand, are found and left out."""

from __future__ import annotations

import re

from bookfilm.book.blocks import Block
from bookfilm.book.headings import Label, bare, heading_label

_LONGEST_ENTRY = 160
_Places = dict[tuple[str, int], int]
_LEADER = re.compile(r"[\s.…·_]*\d{0,4}\s*$")


def without_contents(blocks: list[Block]) -> list[Block]:
    """Return `blocks` without tables of contents and their headings."""
    listed = [_entries(block) for block in blocks]
    dropped = _labelled(blocks, listed) | _unlabelled(blocks, listed)
    return [block for index, block in enumerate(blocks) if index not in dropped]


def _entries(block: Block) -> list[str]:
    """Return the lines of a block that could belong to a table of contents, or none."""
    if block.kind not in ("text", "verse", "heading"):
        return []
    lines = block.text.split("\n")
    return lines if all(len(line) <= _LONGEST_ENTRY for line in lines) else []


def _key(line: str) -> str:
    """Return `line` as it would stand over its chapter: without leader dots, page number and case."""
    return re.sub(r"[\W_]+", " ", _LEADER.sub("", bare(line))).strip().casefold()


def _number_key(label: Label) -> tuple[str, int]:
    return (label.word or label.family, label.value)


def _labelled(blocks: list[Block], listed: list[list[str]]) -> set[int]:
    """Find what follows a line that says CONTENTS, up to where its first entry stands again."""
    dropped: set[int] = set()
    last_at = {key: index for index, entries in enumerate(listed) if entries for key in _keys(entries[0])}
    for index, block in enumerate(blocks):
        label = heading_label(block.text) if block.kind != "verse" and block.lines == 1 else None
        glued = heading_label(listed[index][0]) if len(listed[index]) > 2 else None
        if label is None or label.family != "contents":
            if glued is not None and glued.family == "contents":
                dropped.add(index)
            continue
        if index in dropped:
            continue
        end = _end_of_contents(blocks, listed, index + 1, last_at)
        if end > index + 1 or not label.word.endswith("illustrations"):
            dropped.update(range(index, end))
    return dropped


def _end_of_contents(blocks: list[Block], listed: list[list[str]], first: int, last_at: _Places) -> int:
    """Return the end of the entries that begin at `first`: behind the last that stands again further on."""
    seen: set[tuple[str, int]] = set()
    end = first
    for index in range(first, len(blocks)):
        entries = listed[index]
        keys = [key for line in entries for key in _keys(line)]
        if not entries or _is_prose(blocks[index], entries) or not seen.isdisjoint(_keys(entries[0])):
            break
        seen.update(keys)
        if any(last_at.get(key, -1) > index for key in keys):
            end = index + 1
    return end


def _is_prose(block: Block, entries: list[str]) -> bool:
    """Return whether a block is the book's text or a heading of its own, and no entry."""
    if block.level is not None:
        return True
    if block.kind != "text" or _many_headings(entries) or heading_label(entries[0]) is not None:
        return False
    return len(block.text) > 120 or (len(block.text) > 50 and block.text[-1] in '.!?"”»')


def _keys(line: str) -> list[tuple[str, int]]:
    """Return by what an entry is known again: its words, and its number where that says what it counts."""
    entry = _LEADER.sub("", line)
    keys = [(words, 0)] if (words := _key(line)) else []
    label = heading_label(entry) or heading_label(line)
    if label is not None and label.value and label.family != "arabic":
        keys.append(_number_key(label))
    return keys


def _many_headings(lines: list[str]) -> bool:
    return len(lines) >= 3 and sum(heading_label(_LEADER.sub("", line)) is not None for line in lines) >= 0.6 * len(
        lines
    )


def _counts_up(keys: list[tuple[str, int]]) -> bool:
    """Return whether three or more of `keys` are of one kind: one part, one book and one chapter are no list."""
    kinds = [kind for kind, _ in keys]
    return any(kinds.count(kind) >= 3 for kind in kinds)


def _unlabelled(blocks: list[Block], listed: list[list[str]]) -> set[int]:
    """Find runs of three or more headings without text between, whose numbers stand elsewhere with text behind."""
    dropped: set[int] = set()
    run: list[int] = []
    keys: list[tuple[str, int]] = []
    known: set[tuple[str, int]] = set()
    everywhere: dict[tuple[str, int], int] = {}
    for block, entries in zip(blocks, listed, strict=True):
        for line in entries if block.lines > 2 or len(entries) > 1 else entries[:1]:
            if (label := heading_label(line)) is not None and label.value:
                everywhere[_number_key(label)] = everywhere.get(_number_key(label), 0) + 1
    for index in range(len(blocks) + 1):
        entries = listed[index] if index < len(blocks) else []
        labels = [label for line in entries if (label := heading_label(line)) is not None and label.value]
        fresh = [_number_key(label) for label in labels]
        short = bool(entries) and len(blocks[index].text) < 90 and blocks[index].text[-1] not in '.!?"”»'
        if labels and known.isdisjoint(fresh) and (len(entries) == 1 or _many_headings(entries)):
            run.append(index)
            keys += fresh
            known.update(fresh)
            continue
        if short and run and not labels:
            run.append(index)
            continue
        if (
            _counts_up(keys)
            and sum(everywhere[key] > 1 for key in keys) >= 0.6 * len(keys)
            and len(keys) * 3 >= len(run)
        ):
            dropped.update(run)
        run, keys = ([index], fresh) if labels else ([], [])
        known = set(keys)
    return dropped
