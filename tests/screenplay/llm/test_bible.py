"""Looks that rules and model both change: each has the last word on what it told last."""

from __future__ import annotations

from bookfilm.records.bible import Character, Fact, Look, LookChange
from bookfilm.records.direction import Casting, Direction
from bookfilm.records.screenplay import Screenplay
from bookfilm.screenplay.llm.bible import change_looks
from bookfilm.screenplay.llm.checks import Change
from tests.screenplay.llm.writing import ruled

BASE = Look(hat="none", dress="coat", carries="nothing")


def told(at: int, until: int | None = None, **fields: str) -> LookChange:
    why = Fact(text="told", source=((at, at + 4),))
    return LookChange(source=(at, at + 4), look=BASE.changed(**fields), why=why, until=until)


def said(at: int, field: str, value: str) -> Change:
    return Change("anna", field, value, Fact(text="said", source=((at, at + 4),)))


def looks(rules: tuple[LookChange, ...], *changes: Change, direction: Direction | None = None) -> Character:
    anna = Character(id="anna", name="Anna", look=BASE, changes=rules)
    screenplay = Screenplay.from_body({"schema": Screenplay.SCHEMA, **ruled().model_dump(mode="json")})
    (character,) = change_looks(
        screenplay.changed(characters=(anna,)), screenplay.scenes, changes, direction or Direction()
    )
    return character


def test_a_field_holds_until_the_rules_tell_of_it_again() -> None:
    anna = looks((told(50, dress="cloak"), told(90, dress="cloak", hat="top")), said(20, "hat", "fur"))
    assert [anna.look_at(at).hat for at in (19, 20, 50, 89, 90)] == ["none", "fur", "fur", "fur", "top"]
    assert [anna.look_at(at).dress for at in (20, 50, 90)] == ["coat", "cloak", "cloak"]


def test_what_is_only_for_a_while_ends_under_it() -> None:
    anna = looks((told(10, until=60, carries="lamp"),), said(30, "hat", "fur"))
    assert [anna.look_at(at).carries for at in (9, 10, 30, 59, 60)] == ["nothing", "lamp", "lamp", "lamp", "nothing"]
    assert [anna.look_at(at).hat for at in (29, 30, 59, 60)] == ["none", "fur", "fur", "fur"]


def test_what_is_so_already_or_directed_changes_nothing() -> None:
    assert looks((), said(5, "dress", "coat")).changes == ()
    directed = Direction(character=(Casting(name="ANNA", hat="top"),))
    assert looks((), said(5, "hat", "fur"), direction=directed).changes == ()
