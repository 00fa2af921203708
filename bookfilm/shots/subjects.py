"""Subjects: whom the narrator's words are about, by name, by pronoun, or because a sentence goes on."""

from __future__ import annotations

from bookfilm.records.bible import Character
from bookfilm.records.book import Language
from bookfilm.shots.exchanges import Take
from bookfilm.shots.staging import Blocking
from bookfilm.shots.wordlists import load_words


class Subjects:
    """Follows one scene from take to take, and knows who was spoken of or spoke last."""

    def __init__(self, blocking: Blocking, characters: dict[str, Character], language: Language) -> None:
        self._blocking = blocking
        self._characters = characters
        self._words = load_words(language)
        self._recent: list[str] = []
        self._about: tuple[str, ...] = ()

    def about(self, take: Take) -> tuple[str, ...]:
        """Return whom `take` is about, of those on stage; it must be asked of each take of the scene, in order."""
        if take.spoken:
            self._remember(tuple(who for who in take.speakers if who in self._blocking.rank))
            return self._about
        people = tuple(who for who in take.beat.present if who in self._blocking.rank)
        named = self._blocking.named(take.text, people)
        if not named and take.part:
            return self._about
        self._remember(named or self._by_pronoun(take.text, people))
        return self._about

    def _remember(self, about: tuple[str, ...]) -> None:
        self._about = about
        self._recent = list(dict.fromkeys((*reversed(about), *self._recent)))

    def _by_pronoun(self, text: str, people: tuple[str, ...]) -> tuple[str, ...]:
        labels = self._words.labels("pronoun", text)
        if not labels:
            return ()
        on_stage = [who for who in dict.fromkeys((*self._recent, *people)) if who in people]
        if labels[0] == "many":
            return tuple(on_stage[:2])
        return next(((who,) for who in on_stage if self._sex(who) in (labels[0], "unknown")), ())

    def _sex(self, who: str) -> str:
        character = self._characters[who]
        return character.sex if character.sex != "unknown" else character.look.sex
