"""Gives every character a voice: the same one in every film of the book, by what the book says of them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from bookfilm.engines.protocols import VoiceSpec
from bookfilm.errors import EngineError, SettingsError
from bookfilm.records.bible import Age, Character, Sex
from bookfilm.records.book import Language

OTHER_SEX, OTHER_AGE, CHILD_OR_NOT, NARRATOR_S_OWN, ALREADY_CAST = 8.0, 1.0, 3.0, 2.5, 1.6
"""What a voice costs a character; the cheapest is theirs. A shared voice is better than one of the other sex."""


@dataclass
class _Stage:
    """The casting under way: the voices at hand and how often each has been given."""

    voices: Sequence[VoiceSpec]
    narrator: VoiceSpec
    given: dict[str, int] = field(default_factory=dict)

    def best_for(self, character: Character) -> VoiceSpec:
        return min(self.voices, key=lambda voice: (self._cost(voice, character), _lot(character.name, voice.id)))

    def _cost(self, voice: VoiceSpec, character: Character) -> float:
        sex, age = _sex_of(character), character.look.age
        cost = ALREADY_CAST * self.given.get(voice.id, 0)
        cost += NARRATOR_S_OWN if voice.id == self.narrator.id else 0.0
        cost += OTHER_SEX if sex != "unknown" and voice.sex != sex else 0.0
        return cost + _age_cost(voice.age, age)


def cast_voices(
    characters: Sequence[Character],
    language: Language,
    voices: Sequence[VoiceSpec],
    narrator_override: str | None = None,
) -> dict[str | None, str]:
    """Return a voice's id for each character's id, and under None the narrator's.

    Leading characters choose first. A first-person narrator speaks with the narrator's voice. The author's wish
    (`Character.voice`, `narrator_override`) always wins. Raises SettingsError that lists the voices for an
    unknown wish, EngineError if there is no voice for the language at all.
    """
    speaking = [voice for voice in voices if voice.language == language]
    if not speaking:
        raise EngineError("the voice engine has no voice for this language", subject=language)
    by_id = {voice.id: voice for voice in speaking}
    narrator = _narrator(characters, speaking, by_id, narrator_override)
    stage = _Stage(speaking, narrator)
    cast: dict[str | None, str] = {None: narrator.id}
    for character in characters:
        if character.voice is not None:
            cast[character.id] = _wished(character.voice, by_id, character.name).id
        elif character.narrator:
            cast[character.id] = narrator.id
    for id in cast.values():
        stage.given[id] = stage.given.get(id, 0) + 1
    stage.given[narrator.id] -= 1
    for character in sorted(characters, key=lambda one: (-one.line_count, -one.mention_count, one.name)):
        if character.id not in cast:
            voice = stage.best_for(character)
            cast[character.id] = voice.id
            stage.given[voice.id] = stage.given.get(voice.id, 0) + 1
    return cast


def _narrator(
    characters: Sequence[Character], voices: Sequence[VoiceSpec], by_id: dict[str, VoiceSpec], override: str | None
) -> VoiceSpec:
    if override is not None:
        return _wished(override, by_id, "narrator")
    person = next((character for character in characters if character.narrator), None)
    if person is not None and person.voice is not None:
        return _wished(person.voice, by_id, person.name)
    able = [voice for voice in voices if voice.narrates] or list(voices)
    sex = _sex_of(person) if person is not None else "unknown"
    return next((voice for voice in able if voice.sex == sex), able[0])


def _wished(wish: str, by_id: dict[str, VoiceSpec], who: str) -> VoiceSpec:
    voice = by_id.get(wish)
    if voice is None:
        raise SettingsError(f"no voice is called {wish!r}; there are: {', '.join(by_id)}", subject=who)
    return voice


def _sex_of(character: Character) -> Sex:
    return character.sex if character.sex != "unknown" else character.look.sex


def _age_cost(voice: Age, character: Age) -> float:
    if voice == character:
        return 0.0
    return CHILD_OR_NOT if "child" in (voice, character) else OTHER_AGE


def _lot(name: str, voice: str) -> str:
    """Decide between equal voices by the character's name alone."""
    return hashlib.sha256(f"{name}\0{voice}".encode()).hexdigest()
