"""Presence: who is on stage in a passage: who speaks there, and who is named as doing something."""

from __future__ import annotations

import re

from bookfilm.records.book import Language
from bookfilm.screenplay import morphology
from bookfilm.screenplay.conversation import Conversation
from bookfilm.screenplay.lexicon import load_lexicon
from bookfilm.screenplay.names import Mention
from bookfilm.screenplay.passages import Passage
from bookfilm.screenplay.weights import DraftBeat

_WORD = re.compile(r"[^\W\d_]+")


class Presence:
    """Tells who is seen in each passage of one book."""

    def __init__(self, conversation: Conversation, language: Language) -> None:
        self.named = conversation.named
        self.language = language
        people, speech = load_lexicon(language, "people"), load_lexicon(language, "speech")
        self.verbs = people.words("not_names.verbs") | speech.words("say")

    def on_stage(self, beat: DraftBeat, ids: dict[int, str]) -> list[str]:
        """Return the ids of those on stage, speakers first."""
        people = [draft.speaker for draft in beat.played() if draft.speaker is not None]
        for mention, person in self.named.get(beat.passage.index, []):
            if mention.subject and (not person.noun or self._acts(beat.passage, mention)):
                people.append(person)
        return list(dict.fromkeys(ids[person.number] for person in people if person.number in ids))

    def _acts(self, passage: Passage, mention: Mention) -> bool:
        """Tell whether a common noun ("the mouse") is somebody here: a verb stands beside it."""
        after = passage.flat[mention.end - passage.start :][:30]
        words = _WORD.findall(after.split(".")[0])[:2]
        if self.language == "en":
            return any(word.lower() in self.verbs or word.endswith("ed") for word in words)
        before = _WORD.findall(passage.flat[: mention.start - passage.start][-30:])[-1:]
        return any(morphology.finite_verb(word) is not None for word in (*before, *words))
