"""Retouching: what a person has changed of planned shots is laid over the plan that is made anew.

A shot is known again by what is heard in it, in the words that its lines had first, and by what happens where nobody
speaks: so a changed line, a new one or one that is cut leaves the others' retouches where they were.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bookfilm.errors import RecordError
from bookfilm.records.shots import Shot

CHOSEN = frozenset({"size", "camera", "hold_ms"})
"""Of these a person's word stands, whatever the plan says now; of the rest, while the plan says what it did."""
_KNOWN_BY = frozenset({"id", "scene", "chapter", "picture"})


@dataclass(frozen=True)
class Plan:
    """Shots as they were planned, and the words that reworded lines had first, by line id."""

    shots: Sequence[Shot]
    first_words: Mapping[str, str]

    def to_text(self) -> str:
        """Return it as the ledger keeps it: the words in the first line, a shot in each that follows."""
        return f"{json.dumps(dict(self.first_words), ensure_ascii=False)}\n{rows_of(self.shots)}"

    @classmethod
    def from_text(cls, text: str) -> Plan | None:
        """Return the plan that was kept as `text`; None for one that an earlier version did not keep."""
        words, *rows = text.split("\n")
        try:
            return cls([Shot.from_json(row) for row in rows if row], json.loads(words))
        except (ValueError, RecordError):
            return None


@dataclass(frozen=True)
class Retouched:
    """The shots of the new plan with a person's retouches; `lost` are the shots of which one could not be carried."""

    shots: list[Shot]
    lost: list[str]


def rows_of(shots: Sequence[Shot]) -> str:
    """Return `shots` as shots.jsonl has them, a line each."""
    bodies = ({"schema": Shot.SCHEMA, **shot.model_dump(mode="json")} for shot in shots)
    return "".join(json.dumps(body, ensure_ascii=False) + "\n" for body in bodies)


def retouch(plan: Plan, before: Plan, theirs: Sequence[Shot]) -> Retouched:
    """Lay over `plan` what somebody made of `before` in `theirs`."""
    merged = {shot.id: shot for shot in plan.shots}
    was_by = {shot.id: shot for shot in before.shots}
    if _without_credits(plan.shots) == _without_credits(before.shots):
        # Whatever they have added, taken out or moved stands where it stood.
        return Retouched([_with_new_credits(shot, was_by, merged) for shot in theirs], [])
    places = _places(before, plan)
    lost = _moved(was_by, merged, theirs)
    for shot in theirs:
        was = was_by.get(shot.id)
        if was is None or was == shot:
            continue
        there = places.get(shot.id)
        if there is None:
            lost.append(shot.id)
            continue
        merged[there], whole = _laid_over(merged[there], was, shot)
        if not whole:
            lost.append(shot.id)
    return Retouched([merged[shot.id] for shot in plan.shots], list(dict.fromkeys(lost)))


def _without_credits(shots: Sequence[Shot]) -> list[Shot]:
    return [shot for shot in shots if shot.picture.kind != "credits"]


def _with_new_credits(theirs: Shot, before: Mapping[str, Shot], plan: Mapping[str, Shot]) -> Shot:
    was, now = before.get(theirs.id), plan.get(theirs.id)
    return theirs if was == now or was is None or now is None else _laid_over(now, was, theirs)[0]


def _moved(before: Mapping[str, Shot], plan: Mapping[str, Shot], theirs: Sequence[Shot]) -> list[str]:
    """Return the shots that somebody has added, taken out or put elsewhere: the plan is not what it was around them."""
    here = {shot.id for shot in theirs}
    lost = [shot.id for shot in theirs if shot.id not in before and plan.get(shot.id) != shot]
    lost += [ident for ident in before if ident not in here and ident in plan]
    theirs_order = [shot.id for shot in theirs if shot.id in before]
    order = [ident for ident in before if ident in here]
    return lost + [one for one, other in zip(theirs_order, order, strict=True) if one != other]


def _places(before: Plan, plan: Plan) -> dict[str, str]:
    """Return which shot of `plan` each shot of `before` is, by id, where that can be told."""
    found: dict[str, str] = {}
    now = _by_content(plan)
    for key, mine in _by_content(before).items():
        there = now.get(key, [])
        # As many as there were: one by one. Else who has kept their id is known by that.
        pairs = (
            zip(mine, there, strict=True) if len(mine) == len(there) else ((one, one) for one in mine if one in there)
        )
        found.update(pairs)
    return found


def _by_content(plan: Plan) -> dict[Hashable, list[str]]:
    words: dict[str, list[str]] = defaultdict(list)
    for shot in plan.shots:
        for said in shot.heard:
            words[said.line].append(said.text)
    first = {line: plan.first_words.get(line, " ".join(texts)) for line, texts in words.items()}
    found: dict[Hashable, list[str]] = defaultdict(list)
    for shot in plan.shots:
        lines = tuple(first[line] for line in dict.fromkeys(said.line for said in shot.heard))
        silent = () if lines else (shot.picture.action, shot.picture.card if shot.picture.kind == "chapter" else ())
        found[shot.picture.kind, lines, silent].append(shot.id)
    return found


def _laid_over(now: Shot, was: Shot, theirs: Shot) -> tuple[Shot, bool]:
    """Return `now` with what `theirs` has otherwise than `was`, and whether all of that could be."""
    fields, whole = _fields(dict(now), dict(was), dict(theirs), frozenset(dict(now)) - _KNOWN_BY)
    picture, seen = _fields(dict(now.picture), dict(was.picture), dict(theirs.picture), frozenset(dict(now.picture)))
    return now.changed(picture=now.picture.changed(**picture), **fields), whole and seen


def _fields(
    now: dict[str, Any], was: dict[str, Any], theirs: dict[str, Any], names: frozenset[str]
) -> tuple[dict[str, Any], bool]:
    changed = {name for name in names if theirs[name] != was[name] and theirs[name] != now[name]}
    kept = {name for name in changed if name in CHOSEN or now[name] == was[name]}
    return {name: theirs[name] for name in kept}, kept == changed
