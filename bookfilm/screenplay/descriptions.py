"""Descriptions: the words close to somebody's mentions that can tell how they look, with the stops between them."""

from __future__ import annotations

import re

from bookfilm.records.book import Language
from bookfilm.screenplay.conversation import Conversation
from bookfilm.screenplay.leaps import find_leaps
from bookfilm.screenplay.lexicon import load_lexicon
from bookfilm.screenplay.names import Mention
from bookfilm.screenplay.passages import Passage
from bookfilm.screenplay.persons import Person

_BEFORE, _AFTER = 45, 230
_MOST_WORDS = 500
_TOKEN = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*|[.,;:!?—()]")
_SENTENCE_END = re.compile(r"(?<!Mr)(?<!Mrs)(?<!Dr)[.!?;…]+[”’\"»]?\s")
_CLAUSE_END = re.compile(r"[.!?;:…,—”\"»]+\s")
# "Rob the smith", "Rob, a stout old man"
_BESIDE = re.compile(r"\s*|,\s+(?:[^\W\d_]+\s+){0,2}")


def words_near(
    passages: list[Passage], conversation: Conversation, language: Language, links: dict[int, Person]
) -> dict[int, list[str]]:
    """Return, by person, the tokens near their mentions in the chapter of first appearance.

    Only the author's telling counts, not talk. `links` gives the bearers of general words, whose
    descriptions are theirs.
    """
    pronouns = load_lexicon(language, "looks").words("grammar.goes_on")
    near: dict[int, list[str]] = {}
    leaps, met = find_leaps(passages, language), dict[int, int]()
    for index, named in conversation.named.items():
        passage = passages[index]
        people = _own_mentions(passage, named, links)
        told = _told(passage)
        for at, (mention, person) in enumerate(people):
            tokens = near.setdefault(person.number, [])
            first = met.setdefault(person.number, mention.start)
            aged = first < leaps.get(passage.chapter, 0) <= mention.start
            if passage.chapter != person.first or len(tokens) > _MOST_WORDS or aged:
                continue
            left = people[at - 1][0].end if at else passage.start
            right = people[at + 1][0].start if at + 1 < len(people) else passage.end
            tokens += [*_stretch(told, passage.start, mention, left, right, pronouns), "."]
    return near


def _own_mentions(
    passage: Passage, named: list[tuple[Mention, Person]], links: dict[int, Person]
) -> list[tuple[Mention, Person]]:
    """Return the mentions that part descriptions: no general words, and no trade beside a name ("Rob the smith")."""
    kept: list[tuple[Mention, Person]] = []
    for mention, person in named:
        bearer = links.get(person.number) if person.generic else person
        if bearer is None:
            continue
        gap = passage.flat[kept[-1][0].end - passage.start : mention.start - passage.start] if kept else "."
        if person.noun and kept and not kept[-1][1].noun and _BESIDE.fullmatch(gap):
            continue
        kept.append((mention, bearer))
    return kept


def _told(passage: Passage) -> str:
    """Return the passage with its talk blotted out, at the same length."""
    flat = passage.flat
    for stretch in passage.spoken():
        a, b = stretch.start - passage.start, stretch.end - passage.start
        flat = flat[:a] + ". ".ljust(b - a)[: b - a] + flat[b:]
    return flat


def _stretch(told: str, offset: int, mention: Mention, left: int, right: int, pronouns: frozenset[str]) -> list[str]:
    begin = max(left, mention.start - _BEFORE) - offset
    for clause in _CLAUSE_END.finditer(told, begin, mention.start - offset):
        begin = clause.end()
    limit = min(right, mention.end + _AFTER) - offset
    end = mention.end - offset
    while end < limit:
        stop = _SENTENCE_END.search(told, end, limit)
        words = _TOKEN.findall(told[end : stop.start() if stop else limit])
        if end > mention.end - offset and not pronouns & {word.lower() for word in words}:
            break
        end = stop.end() if stop else limit
    return _TOKEN.findall(told[begin:end])
