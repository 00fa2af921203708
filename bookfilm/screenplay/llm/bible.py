"""The bible after the model: places that it found, and looks that change on the way, each with the book's words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bookfilm.records.base import content_key, seed_of
from bookfilm.records.bible import Character, LookChange, Place, PlaceKind
from bookfilm.records.direction import Direction
from bookfilm.records.screenplay import Scene, Screenplay
from bookfilm.screenplay.llm.checks import Change


class Places:
    """The places of a screenplay. A kind that is asked for is the one that is there already, if there is one."""

    def __init__(self, places: Sequence[Place]) -> None:
        self._places = {place.id: place for place in places}

    def get(self, ident: str) -> Place:
        return self._places[ident]

    def kind(self, ident: str) -> PlaceKind:
        return self._places[ident].kind

    def of_kind(self, kind: PlaceKind) -> Place:
        """Return the first place of `kind`, a new one without a name where there is none."""
        for place in self._places.values():
            if place.kind == kind:
                return place
        place = Place(id=kind, kind=kind, features=seed_of(content_key("place", {"kind": kind})))
        return self._places.setdefault(kind, place)

    def used(self, scenes: Sequence[Scene]) -> tuple[Place, ...]:
        """Return the places that `scenes` play in."""
        wanted = {scene.place for scene in scenes}
        return tuple(place for place in self._places.values() if place.id in wanted)


def change_looks(
    screenplay: Screenplay, scenes: Sequence[Scene], changes: Sequence[Change], direction: Direction
) -> tuple[Character, ...]:
    """Return the characters of `screenplay` with `changes` and the number of lines that they have in `scenes`.

    What the author's direction says of a look, no model changes.
    """
    before = Counter(line.speaker for line in screenplay.lines())
    now = Counter(line.speaker for scene in scenes for line in scene.lines())
    characters = []
    for character in screenplay.characters:
        mine = [change for change in changes if change.who == character.id]
        free = [change for change in mine if change.field not in _directed(character, direction)]
        count = character.line_count + now[character.id] - before[character.id]
        if free or count != character.line_count:
            character = character.changed(changes=_with_changes(character, free), line_count=max(0, count))
        characters.append(character)
    return tuple(characters)


def _with_changes(character: Character, changes: Sequence[Change]) -> tuple[LookChange, ...]:
    """Return the rules' changes with the model's among them.

    The rules' say the whole look, the model's one field, which holds until the rules tell of that field again.
    """
    worn: dict[str, str] = {}
    made: list[LookChange] = []
    events: list[LookChange | Change] = [*character.changes, *changes]
    for event in sorted(events, key=lambda e: e.source[0] if isinstance(e, LookChange) else e.why.source[0][0]):
        if isinstance(event, LookChange):
            before = character.look_at(event.source[0] - 1)
            told = {field for field in worn if getattr(event.look, field) != getattr(before, field)}
            left = {field: value for field, value in worn.items() if field not in told}
            made.append(event.changed(look=event.look.changed(**left)))
            worn = worn if event.until is not None else left
            continue
        at = event.why.source[0][0]
        if getattr(character.look_at(at).changed(**worn), event.field) == event.value:
            continue
        worn[event.field] = event.value
        made += _changed_at(character, event, worn)
    return tuple(made)


def _changed_at(character: Character, change: Change, worn: dict[str, str]) -> list[LookChange]:
    """Return the change for good and, where the rules' look of the moment ends again, the one until then over it."""
    source = change.why.source[0]
    lasting = character.changed(changes=tuple(c for c in character.changes if c.until is None)).look_at(source[0])
    made = [LookChange(source=source, look=lasting.changed(**worn), why=change.why)]
    begun = [c for c in character.changes if c.source[0] <= source[0] and (c.until is None or source[0] < c.until)]
    if begun and begun[-1].until is not None:
        look = begun[-1].look.changed(**worn)
        made.append(LookChange(source=source, look=look, why=change.why, until=begun[-1].until))
    return made


def _directed(character: Character, direction: Direction) -> set[str]:
    names = {same_words(name) for name in (character.name, *character.aliases)}
    return {field for casting in direction.character if same_words(casting.name) in names
            for field in casting.look_fields()}  # fmt: skip


def same_words(words: str) -> str:
    """Return `words` in the form in which direction.toml's words are compared."""
    return " ".join(words.casefold().split())
