"""Lines: a passage's stretches as the lines that are heard, in order, each with its words and its place."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bookfilm.records.book import Language, Span
from bookfilm.records.screenplay import Emotion, LineKind
from bookfilm.screenplay.bare_tags import is_bare_tag
from bookfilm.screenplay.lexicon import load_lexicon
from bookfilm.screenplay.morphology import lemma
from bookfilm.screenplay.passages import Passage, Stretch
from bookfilm.screenplay.persons import Person
from bookfilm.screenplay.replies import Reply
from bookfilm.screenplay.sentences import breathe

_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")


@dataclass(frozen=True)
class Draft:
    """A line before it has an id."""

    kind: LineKind
    text: str
    source: tuple[Span, ...]
    speaker: Person | None = None
    addressee: Person | None = None
    emotion: Emotion = "neutral"
    why: str = ""


class LineWriter:
    """Writes the lines of one book's passages."""

    def __init__(self, language: Language, replies: dict[tuple[int, int], Reply]) -> None:
        self.language = language
        self.replies = replies
        lexicon = load_lexicon(language, "speech")
        self.emotions: dict[str, Emotion] = {}
        for emotion in lexicon.raw("emotions"):
            for word in lexicon.words(f"emotions.{emotion}"):
                self.emotions.setdefault(word, emotion)

    def write(self, passage: Passage) -> list[Draft]:
        """Return the lines of `passage`; none for a heading or a break."""
        drafts: list[Draft] = []
        placed: dict[int, int] = {}
        for number, stretch in enumerate(passage.stretches):
            if not any(char.isalnum() for char in passage.words(stretch.start, stretch.end)):
                continue
            if stretch.kind in ("dialogue", "thought"):
                self._speak(passage, number, stretch, drafts, placed)
            elif not self._is_bare_tag(passage, number, stretch):
                drafts += self._tell(passage, stretch)
        return drafts

    def _speak(
        self, passage: Passage, number: int, stretch: Stretch, drafts: list[Draft], placed: dict[int, int]
    ) -> None:
        """Add a stretch of speech to `drafts`, and to `placed`, by its number, in which of them it is."""
        reply = self.replies.get((passage.index, number))
        person = reply.speaker if reply else None
        words = passage.words(stretch.start, stretch.end)
        at = self._begun(passage, number, stretch, person, drafts, placed)
        placed[number] = len(drafts) if at is None else at
        if at is not None:
            whole = drafts[at]
            drafts[at] = replace(
                whole, text=f"{whole.text} {words}", source=(*whole.source, (stretch.start, stretch.end))
            )
            return
        emotion = self._emotion(reply, passage, number, words)
        addressee = reply.addressee if reply else None
        why = reply.why if reply else "nobody is named near"
        drafts.append(Draft(stretch.kind, words, ((stretch.start, stretch.end),), person, addressee, emotion, why))

    def _begun(
        self,
        passage: Passage,
        number: int,
        stretch: Stretch,
        person: Person | None,
        drafts: list[Draft],
        placed: dict[int, int],
    ) -> int | None:
        """Return the draft that `stretch` goes on with: the same mouth, broken only by a tag."""
        if number < 2 or person is None:
            return None
        between, first = passage.stretches[number - 1], passage.stretches[number - 2]
        if between.kind != "narration" or first.kind != stretch.kind:
            return None
        at = placed.get(number - 2)
        if at is None or drafts[at].speaker is not person:
            return None
        unfinished = passage.words(first.start, first.end)[-1:] not in ".!?…"
        return at if unfinished or self._is_bare_tag(passage, number - 1, between) else None

    def _tell(self, passage: Passage, stretch: Stretch) -> list[Draft]:
        a, b = stretch.start - passage.start, stretch.end - passage.start
        drafts = []
        for c, d in breathe(passage.flat, a, b, self.language):
            span = (passage.start + c, passage.start + d)
            words = passage.words(*span)
            if any(char.isalnum() for char in words):
                drafts.append(Draft(stretch.kind, words, (span,)))
        return drafts

    def _is_bare_tag(self, passage: Passage, number: int, stretch: Stretch) -> bool:
        """Tell whether narration only names a speaker who is known anyway: it need not be heard."""
        if stretch.kind != "narration" or len(passage.stretches) < 2:
            return False
        beside = [self.replies.get((passage.index, n)) for n in (number - 1, number + 1)]
        if not any(reply is not None and reply.speaker is not None for reply in beside):
            return False
        told = passage.words(stretch.start, stretch.end)
        return is_bare_tag(told, self.language, joined=_is_joined(passage, number))

    def _emotion(self, reply: Reply | None, passage: Passage, number: int, words: str) -> Emotion:
        """Return how the words are said: by the tag's words, then by the reply's own marks."""
        if reply is not None:
            for n in (number + 1, number - 1):
                if 0 <= n < len(passage.stretches) and passage.stretches[n].kind == "narration":
                    stretch = passage.stretches[n]
                    tag = passage.words(stretch.start, stretch.end)
                    for word in _WORD.findall(tag[:90] if n > number else tag[-90:]):
                        low = lemma(word) if self.language == "ru" else word.lower()
                        found = self.emotions.get(low) or self.emotions.get(word.lower())
                        if found is not None:
                            return found
        if words.endswith("!") and (words.count("!") >= 2 or words.isupper()):
            return "shout"
        return "neutral"


def _is_joined(passage: Passage, number: int) -> bool:
    """Tell whether narration makes one sentence with the reply before it, or leads up to the one after it."""
    stretch = passage.stretches[number]
    told = passage.words(stretch.start, stretch.end)
    if number == 0:
        return told[-1:] in ":,"
    before = passage.stretches[number - 1]
    return told[:1].islower() or passage.words(before.start, before.end)[-1:] not in ".!?…"
