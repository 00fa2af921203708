"""Which headings are believed, and which of them open chapters.

A heading's shape (see `headings`) is only a claim. It is believed for its company: words with a number stand
alone, bare numerals count up from one, names in capitals stand apart as the other chapters do.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from bookfilm.book.blocks import Block
from bookfilm.book.headings import Family, Label, bare, heading_label, is_capitals, looks_like_a_title

NUMERALS: tuple[Family, ...] = ("titled", "roman", "arabic")
ABOVE: tuple[Family, ...] = ("volume", "part")


@dataclass(slots=True)
class Heading:
    """A believed heading: the blocks it stands on, from `first` up to but without `after`."""

    first: int
    after: int
    label: Label
    opens: str = "section"
    """What it opens: "part", "chapter" or "section" (within a chapter)."""


@dataclass(slots=True)
class Outline:
    """The believed headings in order."""

    headings: list[Heading] = field(default_factory=list)


def labels_of(blocks: list[Block]) -> list[Label | None]:
    """Return what each block says as a heading, on its own."""
    return [
        heading_label(block.text) if block.kind in ("text", "heading") and block.lines <= 3 else None
        for block in blocks
    ]


def outline_of(blocks: list[Block]) -> Outline:
    """Return the outline of a book whose blocks come from plain text."""
    labels = labels_of(blocks)
    believed = _believed(blocks, labels)
    family = _chapter_family(blocks, believed)
    headings = _with_titles(blocks, believed)
    headings = _with_named(blocks, headings, family) if family is not None else _only_named(blocks, headings)
    _decide(blocks, headings, family)
    return Outline(headings)


def _believed(blocks: list[Block], labels: list[Label | None]) -> dict[int, Label]:
    believed = {
        index: label
        for index, label in enumerate(labels)
        if label is not None and label.family not in NUMERALS and label.family not in ("contents", "notes", "end")
    }
    believed = dict(sorted((believed | _continued(labels, believed)).items()))
    for family in NUMERALS:
        for kind in ("roman", "arabic") if family == "titled" else ("",):
            candidates = [
                (index, label)
                for index, label in enumerate(labels)
                if label is not None and label.family == family and label.word == kind
            ]
            believed.update(_counted(blocks, candidates, believed))
    return dict(sorted(believed.items()))


def _continued(labels: list[Label | None], believed: dict[int, Label]) -> dict[int, Label]:
    """Return numbered titles that go on counting where headings with the word chapter left off."""
    continued: dict[int, Label] = {}
    expected = 0
    for index, label in enumerate(labels):
        if label is None:
            continue
        if label.family == "chapter":
            expected = label.value + 1
        elif label.family == "titled" and expected > 2 and label.value == expected and index not in believed:
            continued[index] = Label("chapter", label.word, label.value, label.title)
            expected += 1
    return continued


def _counted(blocks: list[Block], candidates: list[tuple[int, Label]], believed: dict[int, Label]) -> dict[int, Label]:
    """Keep of one family of numerals those that count up from one, each with text behind it."""
    kept: dict[int, Label] = {}
    prose: list[int] = []
    expected = 1
    for place, (index, label) in enumerate(candidates):
        following = candidates[place + 1] if place + 1 < len(candidates) else (len(blocks), Label(label.family))
        starts = label.value == 1 and (following[1].value == 2 or index - 1 in believed)
        if not starts and not (label.value in (expected, expected + 1) and expected > 1):
            continue
        behind = sum(len(block.text) for block in blocks[index + 1 : following[0]] if block.kind in ("text", "verse"))
        if not behind:
            continue
        kept[index] = label
        prose.append(behind)
        expected = label.value + 1
    if len(kept) < 2 or (candidates[0][1].family == "titled" and median(prose) < 200):
        return {}
    return kept


def _chapter_family(blocks: list[Block], believed: dict[int, Label]) -> Family | None:
    """Return the family whose members open the chapters; None where only names could."""
    counts: dict[Family, int] = {}
    for label in believed.values():
        counts[label.family] = counts.get(label.family, 0) + 1
    if counts.get("chapter", 0) >= 2 or (counts.get("chapter") and not any(counts.get(one) for one in NUMERALS)):
        return "chapter"
    numerals = [family for family in NUMERALS if counts.get(family, 0) >= 2]
    if "titled" in numerals and len(numerals) > 1:
        nested = next(family for family in numerals if family != "titled")
        order = [label.family for label in believed.values()]
        titled = [place for place, family in enumerate(order) if family == "titled"]
        parents = sum(place + 1 < len(order) and order[place + 1] == nested for place in titled)
        return nested if parents >= 0.8 * len(titled) else "titled"
    if numerals:
        return max(numerals, key=lambda family: _covered(believed, family))
    for family in ("part", "volume", "scene"):
        if counts.get(family):
            return family
    return None


def _covered(believed: dict[int, Label], family: Family) -> int:
    places = [index for index, label in believed.items() if label.family == family]
    return places[-1] - places[0]


def _with_titles(blocks: list[Block], believed: dict[int, Label]) -> list[Heading]:
    """Give each heading without words of its own the title on the line below it, where the book has such titles."""
    titled: dict[Family, list[bool]] = {}
    for index, label in believed.items():
        if not label.title:
            titled.setdefault(label.family, []).append(_title_below(blocks, believed, index, loose=True))
    usual = {family: sum(found) >= 0.6 * len(found) for family, found in titled.items()}
    headings = []
    taken = -1
    for index, label in believed.items():
        if index == taken:
            continue
        after = index + 1
        if not label.title and _special_below(blocks, believed, index):
            taken, after = after, after + 1
        elif label.title:
            if after < len(blocks) and blocks[after].gap == 0 and after not in believed and _continues(blocks, after):
                after += 1
        elif label.family != "special" and _title_below(blocks, believed, index, loose=usual.get(label.family, False)):
            after += 1
        headings.append(Heading(index, after, label))
    return headings


def _special_below(blocks: list[Block], believed: dict[int, Label], index: int) -> bool:
    """Return whether the line below a number is a title such as EPILOGUE, with text right behind it."""
    below = believed.get(index + 1)
    if below is None or below.family != "special" or believed[index].family in ("special", *ABOVE):
        return False
    return index + 2 < len(blocks) and index + 2 not in believed


def _continues(blocks: list[Block], index: int) -> bool:
    """Return whether blocks[index], right under a heading in capitals, is the heading's second line."""
    block = blocks[index]
    return is_capitals(blocks[index - 1].text) and is_capitals(block.text) and len(block.text) < 200


def _title_below(blocks: list[Block], believed: dict[int, Label], index: int, *, loose: bool) -> bool:
    if index + 2 >= len(blocks) or index + 1 in believed:
        return False
    below, next_one = blocks[index + 1], blocks[index + 2]
    if (
        below.kind != "text"
        or below.lines > 4
        or (next_one.gap == 0 and below.gap > 0 and below.lines == 1 and not loose)
    ):
        return False
    if is_capitals(below.text):
        return len(below.text) <= 300 and bare(below.text)[-1:] not in ",;" and _is_spaced(below, next_one)
    return loose and looks_like_a_title(below.text) and _is_spaced(below, next_one)


def _is_spaced(below: Block, next_one: Block) -> bool:
    return next_one.gap >= 1 or below.gap == 0 or below.lines == 1


def _named_candidates(blocks: list[Block], taken: set[int], gap: int) -> list[int]:
    found = []
    for index, block in enumerate(blocks[:-1]):
        if index in taken or block.kind != "text" or block.lines > 2 or block.gap < gap or blocks[index + 1].gap < 1:
            continue
        text = bare(block.text)
        letters = sum(letter.isalpha() for letter in text)
        if (
            is_capitals(block.text)
            and letters >= 4
            and len(text) <= 80
            and text[0] not in '"“«[(—–-'
            and text[-1] not in ",;:!"
        ):
            found.append(index)
    return found


def _with_named(blocks: list[Block], headings: list[Heading], family: Family) -> list[Heading]:
    """Add names in capitals that stand as far apart from the text as the chapters of `family` do."""
    gaps = [blocks[one.first].gap for one in headings if one.label.family == family and one.first > 0]
    apart = max(3, min(gaps, default=0))
    taken = {index for one in headings for index in range(one.first, one.after)}
    first = headings[0].first
    named = [index for index in _named_candidates(blocks, taken, apart) if index > first]
    if len(named) > max(2, len(gaps) // 2):
        return headings
    added = [Heading(index, index + 1, Label("special", "named", 0, bare(blocks[index].text))) for index in named]
    return sorted(headings + added, key=lambda one: one.first)


def _only_named(blocks: list[Block], headings: list[Heading]) -> list[Heading]:
    """Find chapters that have names in capitals and no numbers."""
    taken = {index for one in headings for index in range(one.first, one.after)}
    named = [index for index in _named_candidates(blocks, taken, 2) if index > 0]
    bounds = [*named, len(blocks)]
    prose = [sum(len(block.text) for block in blocks[here + 1 : there]) for here, there in pairwise(bounds)]
    if len(named) < 2 or median(prose) < 600:
        return headings
    added = [Heading(index, index + 1, Label("special", "named", 0, bare(blocks[index].text))) for index in named]
    return sorted(headings + added, key=lambda one: one.first)


def _decide(blocks: list[Block], headings: list[Heading], family: Family | None) -> None:
    """Say of each heading whether it opens a part, a chapter or a section."""
    for place, heading in enumerate(headings):
        following = headings[place + 1] if place + 1 < len(headings) else None
        directly = following is not None and not _text_between(blocks, heading.after, following.first)
        kind = heading.label.family
        if kind == family:
            heading.opens = "chapter"
        elif kind == "special":
            begins = following is not None and following.label.family == family and following.label.value == 1
            again = heading.label.word == "named" and directly
            heading.opens = "section" if again else "part" if directly and begins and place > 0 else "chapter"
        elif kind in ABOVE or (kind == "titled" and family in ("roman", "arabic")):
            restarts = following is not None and following.label.value == 1
            heading.opens = "part" if directly or restarts else "section"


def _text_between(blocks: list[Block], first: int, after: int) -> bool:
    return sum(len(block.text) for block in blocks[first:after] if block.kind in ("text", "verse")) > 0
