"""Families: "the Ormes" and "the Miss Ormes" are several people, and nobody who could stand in a picture as one."""

from __future__ import annotations

from bookfilm.screenplay.persons import Person
from bookfilm.screenplay.replies import Reply
from bookfilm.screenplay.roster import Roster


def find_families(roster: Roster, replies: list[Reply]) -> set[Person]:
    """Return those of the roster who are only the plural of a surname that somebody bears, and who never speak."""
    bearers = {person.surname for person in roster.people if person.surname and not person.noun}
    speaking = {person for reply in replies for person in (reply.tagged, reply.described) if person is not None}
    return {
        person
        for person in roster.people
        if person.forms and person not in speaking and not (person.noun or person.narrator)
        if all(_is_plural(form.names[-1].lower(), bearers) for form in person.forms)
    }


def _is_plural(name: str, bearers: set[str]) -> bool:
    """Tell whether `name` is the plural of one of `bearers`, and not borne itself ("Edwards", beside "Edward")."""
    stems = [name.removesuffix(ending) for ending in ("es", "s") if name.endswith(ending)]
    return any(stem in bearers for stem in stems)
