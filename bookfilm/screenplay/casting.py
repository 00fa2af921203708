"""Casting: the roster's persons as the characters of the bible, in order of first appearance."""

from __future__ import annotations

from bookfilm.records.bible import Character
from bookfilm.records.book import Language
from bookfilm.records.screenplay import Scene
from bookfilm.screenplay.conversation import Conversation
from bookfilm.screenplay.lexicon import load_lexicon
from bookfilm.screenplay.looks import LookFinder
from bookfilm.screenplay.names import Form
from bookfilm.screenplay.passages import Passage
from bookfilm.screenplay.persons import Person
from bookfilm.screenplay.slugs import slug
from bookfilm.screenplay.states import StateReader

_PET_NAME_SHARE = 50


def cast_characters(
    conversation: Conversation, passages: list[Passage], language: Language, links: dict[int, Person]
) -> tuple[list[Character], dict[int, str]]:
    """Return the characters and, by person number, their ids. Who neither speaks nor is named twice is left out."""
    crowds = load_lexicon(language, "people").words("nouns.crowds")
    pet_names = frozenset(load_lexicon(language, "people").mapping("nicknames"))
    finder = LookFinder(language, passages, conversation, links)
    characters: list[Character] = []
    ids: dict[int, str] = {}
    taken: set[str] = set()
    for person in conversation.roster.people:
        if not person.first_forms or not (person.spoken or person.mentions >= 2 or person.narrator):
            continue
        name = person.name
        ident = _free_id(slug(name), taken)
        taken.add(ident)
        ids[person.number] = ident
        characters.append(
            Character(
                id=ident,
                name=name,
                aliases=_aliases(person, name, pet_names),
                sex=person.sex,
                kind="crowd" if _is_crowd(person, crowds) else "person",
                narrator=person.narrator,
                line_count=person.spoken,
                mention_count=person.mentions,
                look=finder.find(person, name),
            )
        )
    reader = StateReader(language, finder)
    return reader.add_states(characters, ids, passages, conversation, links), ids


def drop_unseen(characters: list[Character], scenes: list[Scene], doubtful: set[str]) -> list[Character]:
    """Return the characters without those in `doubtful` who neither speak nor come on stage."""
    needed = {who for scene in scenes for who in scene.cast}
    needed |= {who for scene in scenes for line in scene.lines() for who in (line.speaker, line.addressee) if who}
    return [character for character in characters if character.id in needed or character.id not in doubtful]


def _is_crowd(person: Person, crowds: frozenset[str]) -> bool:
    return person.noun and all(form.names[-1].lower() in crowds for form in person.forms)


def _free_id(wanted: str, taken: set[str]) -> str:
    number, ident = 2, wanted
    while ident in taken:
        ident, number = f"{wanted}-{number}", number + 1
    return ident


def _aliases(person: Person, name: str, pet_names: frozenset[str]) -> tuple[str, ...]:
    """Return the other names of `person`, without pet names that are hardly ever heard: they may be another's."""
    least = person.mentions / _PET_NAME_SHARE
    kept = [form for form in person.forms if person.forms[form] >= least or form.names[0].lower() not in pet_names]
    ranked = sorted(kept, key=lambda form: (-person.forms[form], form.shown))
    shown = [alias for form in ranked for alias in _ways(form)]
    return tuple(dict.fromkeys(alias for alias in shown if alias != name))


def _ways(form: Form) -> list[str]:
    return [form.shown, f"The {form.shown}"] if form.det else [form.shown]
