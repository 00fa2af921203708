"""Entrances: where everybody leaves and others come, or somebody comes in and the talk is another one from then on.

A scene that is cut here keeps its setting. Most entrances turn nothing, so the evidence must be strong: who
comes in speaks soon, and of those who spoke before most fall silent.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import accumulate

from bookfilm.records.book import Language
from bookfilm.screenplay import morphology
from bookfilm.screenplay.conversation import Conversation
from bookfilm.screenplay.lexicon import load_lexicon
from bookfilm.screenplay.names import Mention
from bookfilm.screenplay.passages import Passage
from bookfilm.screenplay.scenes import Stage

_REACH = 10
"""How many passages on either side show who is there."""
_FEWEST_PEOPLE = 2
_FEWEST_REPLIES = 3
_LEAST_CHARS, _MOST_LEAST_CHARS = 500, 1200
_LEAST_SHARE = 8
"""Each part is at least this share of its chapter, within those limits."""
_NEWCOMER_REPLIES = 2
_WORD = re.compile(r"[^\W\d_]+|[.!?;]")


@dataclass(frozen=True)
class _Window:
    """Who speaks, and who is about, in a few passages: persons by number."""

    replies: Counter[int]
    about: frozenset[int]


def cut_at_entrances(stages: list[Stage], conversation: Conversation, language: Language) -> list[Stage]:
    """Return the scenes with a border "cast" where the cast changes; the parts keep their setting."""
    return _Entrances(conversation, language).cut(stages)


class _Entrances:
    def __init__(self, conversation: Conversation, language: Language) -> None:
        self._language = language
        setting = load_lexicon(language, "setting")
        self._enters, self._comes = setting.words("grammar.enters"), setting.words("grammar.comes")
        self._inwards = setting.words("grammar.inwards")
        self._named = conversation.named
        self._spoken: dict[int, list[int]] = {}
        for reply in conversation.replies:
            if reply.speaker is not None and not reply.speaker.narrator:
                self._spoken.setdefault(reply.passage.index, []).append(reply.speaker.number)

    def cut(self, stages: list[Stage]) -> list[Stage]:
        length: Counter[int] = Counter()
        for stage in stages:
            length[stage.chapter] += stage.chars
        least = {
            chapter: min(_MOST_LEAST_CHARS, max(_LEAST_CHARS, chars // _LEAST_SHARE))
            for chapter, chars in length.items()
        }
        return [part for stage in stages for part in self._parts(stage, least[stage.chapter])]

    def _parts(self, stage: Stage, least: int) -> list[Stage]:
        passages = stage.passages
        cuts, begin = [0], 0
        until = [0, *accumulate(len(passage.flat) for passage in passages)]
        for at in range(1, len(passages)):
            if min(until[at] - until[begin], until[-1] - until[at]) < least or passages[at].kind != "text":
                continue
            before = self._window(passages[max(begin, at - _REACH) : at])
            after = self._window(passages[at : at + _REACH])
            if self._all_change(before, after, passages[at]) or self._turns(before, after, passages[at]):
                cuts.append(at)
                begin = at
        return [
            replace(stage, border="cast" if first else stage.border, passages=passages[first:last])
            for first, last in zip(cuts, [*cuts[1:], len(passages)], strict=True)
        ]

    def _window(self, passages: list[Passage]) -> _Window:
        replies = Counter(number for passage in passages for number in self._spoken.get(passage.index, ()))
        named = {number for passage in passages for number in self._here(passage)}
        return _Window(replies, frozenset(replies.keys() | named))

    def _here(self, passage: Passage) -> list[int]:
        """Return who acts in the narration of a passage: no general words, and nobody who only is spoken of."""
        return [
            person.number
            for mention, person in self._named.get(passage.index, [])
            if mention.subject and not person.noun and not person.narrator
        ]

    def _all_change(self, before: _Window, after: _Window, passage: Passage) -> bool:
        """Tell whether two companies have nobody in common, and the second is there from this passage on."""
        if not before.about.isdisjoint(after.about):
            return False
        enough = all(
            len(window.replies) >= _FEWEST_PEOPLE and window.replies.total() >= _FEWEST_REPLIES
            for window in (before, after)
        )
        return enough and _opens_with_narration(passage) and bool(self._here(passage))

    def _turns(self, before: _Window, after: _Window, passage: Passage) -> bool:
        """Tell whether somebody comes in here who was not about, and most of those who spoke are silent then."""
        if not _opens_with_narration(passage):
            return False
        if before.replies.total() < _FEWEST_REPLIES or len(before.replies) < _FEWEST_PEOPLE:
            return False
        silent = [number for number in before.replies if not after.replies[number]]
        if 2 * len(silent) < len(before.replies):
            return False
        return any(
            person.number not in before.about
            and after.replies[person.number] >= _NEWCOMER_REPLIES
            and len(after.replies) >= _FEWEST_PEOPLE
            and self._comes_in(passage, mention)
            for mention, person in self._named.get(passage.index, [])
        )

    def _comes_in(self, passage: Passage, mention: Mention) -> bool:
        if not mention.subject:
            return False
        before = _WORD.findall(passage.flat[: mention.start - passage.start][-40:])[-3:]
        after = _WORD.findall(passage.flat[mention.end - passage.start :][:60])[:5]
        if self._language == "ru":
            verbs = (morphology.finite_verb(word) for word in (*before[-2:], *after[:3]))
            return any(verb is not None and verb.sex != "unknown" and verb.lemma in self._enters for verb in verbs)
        if before[-2:-1] and before[-2].lower() in ("in", "enter") and before[-1].lower() in self._comes:
            return True
        stop = next((n for n, word in enumerate(after) if word in ".!?;"), len(after))
        words = [word.lower() for word in after[:stop]]
        came = next((n for n, word in enumerate(words[:3]) if word in self._comes), None)
        return any(word in self._enters for word in words[:3]) or (
            came is not None and not self._inwards.isdisjoint(words[came + 1 : came + 3])
        )


def _opens_with_narration(passage: Passage) -> bool:
    return bool(passage.stretches) and passage.stretches[0].kind == "narration"
