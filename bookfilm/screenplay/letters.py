"""Letters: paragraphs that are a letter's own words, from its salutation to its signature, quoted or not."""

from __future__ import annotations

import re

from bookfilm.records.book import Language
from bookfilm.screenplay.lexicon import load_lexicon
from bookfilm.screenplay.passages import Passage, Stretch

_LONGEST_PASSAGES = 40
_SALUTATION_CHARS = 70
_SIGNATURE_CHARS = 220
_SIGNED_CHARS = 80
_SHORTEST_QUOTED = 120
_LEAD_IN_CHARS = 90
_WORD = re.compile(r"[^\W\d_]+")


def mark_letters(passages: list[Passage], language: Language) -> None:
    """Make a letter's words "letter": it begins with a salutation on its own or before a comma or dash.

    A letter without a signature within reach is its first paragraph only. Words in quotation marks are a letter,
    and not somebody's speech, where they are signed or the narration before them speaks of something written.
    """
    reader = _Letters(passages, language)
    at = 0
    while at < len(passages):
        at = (reader.mark_told(at) or reader.mark_quoted(at) or at) + 1


class _Letters:
    def __init__(self, passages: list[Passage], language: Language) -> None:
        self._passages, self._language = passages, language
        lexicon = load_lexicon(language, "speech")
        self._written, self._spoken_to = lexicon.words("written"), lexicon.words("spoken_to")
        openings, bare = _either(lexicon.phrases("letter_openings")), _either(lexicon.phrases("letter_openings_bare"))
        self._opens = re.compile(
            rf"[\s_“\"«‘]*(?:(?:{openings})(?!\w)[^.!?]{{0,{_SALUTATION_CHARS}}}?|(?P<bare>{bare}))(?P<stop>[,!:—–-])",
            re.IGNORECASE,
        )
        closings = _either(lexicon.phrases("letter_closings"))
        self._closes = re.compile(rf"\b(?:{closings})", re.IGNORECASE)
        self._signed = re.compile(rf"\b(?:{closings})[^.!?]{{0,{_SIGNED_CHARS}}}[.!]?[\s_”\"»’]*$", re.IGNORECASE)

    def mark_told(self, first: int) -> int | None:
        """Mark the letter that narration begins with at passage `first`; return the index of its last passage."""
        passage = self._passages[first]
        if not _is_told(passage):
            return None
        greeting = self._opens.match(passage.flat)
        if greeting is None or not self._greets(greeting, passage.flat):
            return None
        end = self._signature(first)
        if greeting["bare"] and end == first and self._closes.search(passage.flat[greeting.end() :]) is None:
            return None  # "Gentlemen, …" may be said to the reader.
        for inside in self._passages[first : end + 1]:
            _turn(inside.stretches, "narration")
        return end

    def mark_quoted(self, first: int) -> int | None:
        """Mark the letter in quotation marks that begins in passage `first`; return the index of its last passage."""
        passage = self._passages[first]
        for number, stretch in enumerate(passage.stretches):
            if stretch.kind != "dialogue":
                continue
            words = passage.words(stretch.start, stretch.end)
            greeting = self._opens.match(words)
            if greeting is None or not self._greets(greeting, words):
                continue
            last = number + 1 == len(passage.stretches)
            end = self._quoted_end(first) if last else first
            tail = " ".join(inside.flat.strip(' “"«‘') for inside in self._passages[max(first, end - 1) : end + 1])
            signed = last and self._signed.search(tail) is not None
            long = end > first or len(words) >= _SHORTEST_QUOTED
            if not ((signed and long and number == 0) or self._is_read(first, number)):
                continue
            _turn(passage.stretches[number : number + 1], "dialogue")
            for inside in self._passages[first + 1 : end + 1]:
                _turn(inside.stretches, "dialogue")
            for inside in self._passages[first : end + 1]:
                inside.runs_on = False
            return end
        return None

    def _greets(self, greeting: re.Match[str], words: str) -> bool:
        """Tell whether a salutation is one. A Russian one has an exclamation mark, stands alone, or speaks to somebody:
        its adjectives begin sentences of narration as well."""
        rest = words[greeting.end() :]
        if self._language == "en" or greeting["stop"] == "!" or not rest.strip():
            return True
        head = re.split(r"[.?]", rest, maxsplit=1)[0]
        return "!" in head[:_SALUTATION_CHARS] or not self._spoken_to.isdisjoint(_WORD.findall(rest.lower()))

    def _quoted_end(self, first: int) -> int:
        """Return the index of the last passage of the quotation that is open at the end of passage `first`."""
        at = first
        while self._passages[at].runs_on and at + 1 < min(len(self._passages), first + _LONGEST_PASSAGES):
            following = self._passages[at + 1]
            if following.kind != "text" or not following.stretches or following.stretches[0].kind != "dialogue":
                break
            at += 1
        return at

    def _is_read(self, first: int, number: int) -> bool:
        """Tell whether the narration before a quotation speaks of something written ("The note said:")."""
        if number > 0:
            passage, before = self._passages[first], self._passages[first].stretches[number - 1]
        elif first > 0 and self._passages[first - 1].stretches:
            passage = self._passages[first - 1]
            before = passage.stretches[-1]
        else:
            return False
        told = passage.words(before.start, before.end)
        if before.kind != "narration" or told[-1:] not in (":", ",", "—"):
            return False
        return not self._written.isdisjoint(_WORD.findall(told[-_LEAD_IN_CHARS:].lower()))

    def _signature(self, first: int) -> int:
        """Return the index of the passage that signs the letter begun at `first`; `first` itself where none does."""
        passages = self._passages
        for at in range(first, min(len(passages), first + _LONGEST_PASSAGES)):
            if passages[at].kind == "heading" or passages[at].chapter != passages[first].chapter:
                break
            if not passages[at].spoken() and self._closes.search(passages[at].flat[-_SIGNATURE_CHARS:]):
                signed = at + 1
                follows = signed < len(passages) and passages[signed].kind == "text" and len(passages[signed].flat) < 40
                return signed if follows and _is_told(passages[signed]) else at
        return first


def _either(phrases: tuple[str, ...]) -> str:
    return "|".join(re.escape(phrase) for phrase in phrases)


def _is_told(passage: Passage) -> bool:
    return passage.kind == "text" and [s.kind for s in passage.stretches][:1] == ["narration"]


def _turn(stretches: list[Stretch], kind: str) -> None:
    for stretch in stretches:
        if stretch.kind == kind:
            stretch.kind = "letter"
