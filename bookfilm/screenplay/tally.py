"""The tally: how often each capitalised word of a book stands where only a name would."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from bookfilm.records.book import Language
from bookfilm.screenplay.lexicon import load_lexicon
from bookfilm.screenplay.passages import Passage

_FEWEST_INITIAL = 4
_FEWEST_TITLED = 3
_TITLED = re.compile(r"\b(?:(?:Mr|Mrs|Miss|Dr)\.?|(?P<given>[A-Z][a-z]+))\s$")
SENTENCE_START = re.compile(r"(?:^|[.!?…:;»”\"“‘«(—–-]|--|_)\s*$")


@dataclass
class WordTally:
    """How often each capitalised word of a book stands inside a sentence, at its start, and uncapitalised."""

    inside: Counter[str] = field(default_factory=Counter)
    initial: Counter[str] = field(default_factory=Counter)
    small: Counter[str] = field(default_factory=Counter)
    titled: Counter[str] = field(default_factory=Counter)
    """How often a word stands right after a title that only names follow ("Mr. Hall")."""

    def follows_title(self, word: str) -> bool:
        """Tell whether the book puts a title or a given name before `word`, so that it is a surname."""
        return self.titled[word] >= _FEWEST_TITLED

    def is_name(self, word: str, known: bool) -> bool:
        """Tell whether `word` is more a name than a common word of this book."""
        inside, small = self.inside[word], self.small[word.lower()]
        if known:
            return inside + self.initial[word] > 0 and small <= 3 * (inside + self.initial[word])
        if inside == 0:
            return small == 0 and self.initial[word] >= _FEWEST_INITIAL
        return small <= inside // 2


def tally_words(passages: list[Passage], language: Language) -> WordTally:
    """Count the words of all passages. One pass, linear."""
    tally = WordTally()
    people = load_lexicon(language, "people")
    abbreviated, given = people.words("titles.abbreviated"), people.words("given.male") | people.words("given.female")
    word = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
    for passage in passages:
        if passage.kind != "text":
            continue
        for match in word.finditer(passage.flat):
            token = match.group()
            if token[0].islower():
                tally.small[token] += 1
                continue
            token = re.sub(r"[’']s$", "", token)
            near = _TITLED.search(passage.flat[max(0, match.start() - 16) : match.start()])
            tally.titled[token] += near is not None and (near.group("given") or "").lower() in given | {""}
            before = passage.flat[max(0, match.start() - 16) : match.start()]
            starts = SENTENCE_START.search(before) is not None and not _after_title(before, abbreviated)
            (tally.initial if starts else tally.inside)[token] += 1
    return tally


def _after_title(before: str, abbreviated: frozenset[str]) -> bool:
    match = re.search(r"(\w+)\.\s*$", before)
    return match is not None and match.group(1).lower() in abbreviated
