"""Edits of a film between its runs: they land where a person's own do, and say which shots will be made again."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bookfilm.pipeline.asides import digest, text_of
from bookfilm.pipeline.carrying import carry
from bookfilm.pipeline.lifting import lift_edits
from bookfilm.pipeline.retouching import Plan
from bookfilm.pipeline.stages import carry_retouches, read_shots, write_shots
from bookfilm.pipeline.word import read_direction, right_line
from bookfilm.records.cut import Choice, Cut
from bookfilm.records.screenplay import Screenplay
from bookfilm.records.shots import Shot
from bookfilm.records.takes import Take
from bookfilm.screenplay.directing import first_words
from bookfilm.script.changes import Changes
from bookfilm.shots.plan import plan_shots
from bookfilm.store.files import write_file, write_if_changed
from bookfilm.store.folder import FilmFolder, held_folder
from bookfilm.store.ledger import Ledger
from bookfilm.studio.directing import directed
from bookfilm.studio.problems import NOT_YET, Fault, Refusal

CARDS = ("title", "credits")


@dataclass(frozen=True)
class Comes:
    """What comes of an edit: the ids of the `shots` that are made otherwise, or anew, and of those of which a change
    that somebody made by hand is laid aside."""

    shots: list[str]
    laid_aside: list[str]


@dataclass(frozen=True)
class Cast:
    """How characters are to look and sound: `looks` by their names, with a voice that is one of `voices`."""

    looks: dict[str, dict[str, Any]]
    voices: Sequence[str]


def read_screenplay(folder: FilmFolder) -> Screenplay:
    """Return the film's screenplay. Raises Refusal where there is none yet."""
    if not folder.screenplay.exists():
        raise Refusal("not-found", "the film has no screenplay yet", then=NOT_YET)
    return Screenplay.read(folder.screenplay)


def edit_screenplay(
    folder: FilmFolder,
    ledger: Ledger,
    changes: Changes,
    only_tell: bool,
    check: Callable[[Screenplay], None] = lambda _: None,
    cast: Cast | None = None,
) -> Comes:
    """Carry `changes` into screenplay.json and `cast` into direction.toml, or `only_tell`; return what comes of it.

    The next run lifts the changes into direction.toml too, as it does what is edited by hand. `check` looks at what is
    edited, and nobody else edits, and no driver begins, until all of it is written. Raises what that does, Refusal for
    what is not there, FolderBusy while a driver is at work.
    """
    with held_folder(folder, sweep=False):
        current = read_screenplay(folder)
        check(current)
        _check_known(current, changes)
        touched = shots_of_cast(folder, cast.looks, cast.voices) if cast else []
        edited = carry(current, changes)
        told = _comes_of(folder, ledger, edited)
        direction = directed(folder, characters=cast.looks) if cast else ""
        if not only_tell and edited != current:
            write_file(folder.screenplay, edited.to_json())
        if not only_tell and cast:
            write_if_changed(folder.direction, direction)
    return Comes(list(dict.fromkeys([*told.shots, *touched])), told.laid_aside)


def _check_known(screenplay: Screenplay, changes: Changes) -> None:
    """Raise Refusal that names what the screenplay does not have: an edit that goes nowhere must not look done."""
    lines = {line.id for line in screenplay.lines()}
    beside = {name for new in changes.new for name in (new.after, new.before) if name is not None}
    unknown = [("lines", one) for one in (*changes.lines, *changes.seen, *sorted(beside)) if one not in lines]
    scenes = {scene.id for scene in screenplay.scenes}
    unknown += [("scenes", one) for one in changes.scenes if one not in scenes]
    people = {character.id for character in screenplay.characters}
    unknown += [("names", one) for one in changes.names if one not in people]
    if unknown:
        faults = [Fault(where=f"body.{where}", what=f"there is no {one!r} in the screenplay") for where, one in unknown]
        raise Refusal("unknown", faults[0].what, errors=faults[:20])


def _comes_of(folder: FilmFolder, ledger: Ledger, edited: Screenplay) -> Comes:
    """Return what comes of it, cards apart, once `edited` is the screenplay."""
    if not folder.shots.exists():
        return Comes([], [])
    with tempfile.TemporaryDirectory() as name:
        # The edits as they will stand in direction.toml: by them the plan knows which words a line had before.
        beside = FilmFolder(Path(name))
        if folder.direction.exists():
            shutil.copyfile(folder.direction, beside.direction)
        row = ledger.stage("screenplay.json")
        if row is not None and row.body:
            lift_edits(beside, Screenplay.from_json(row.body), edited)
        direction = read_direction(beside)
    words = first_words(edited, direction)
    plan = Plan(plan_shots(edited, right_line(direction, edited.language), (), words), words)
    planned, lost = _retouched(folder, ledger, plan)
    before = {shot.id: shot for shot in read_shots(folder.shots)}
    changed = [shot.id for shot in planned if shot.picture.kind not in CARDS and _differs(shot, before.get(shot.id))]
    return Comes(changed, lost)


def _retouched(folder: FilmFolder, ledger: Ledger, plan: Plan) -> tuple[Sequence[Shot], list[str]]:
    """Return the shots of `plan` with a person's retouches, as the next run will, and whose retouches are lost."""
    row, found = ledger.stage("shots.jsonl"), text_of(folder.shots)
    if row is None or found is None or digest(found) == row.output:
        return plan.shots, []
    done = carry_retouches(plan, row, folder)
    theirs = read_shots(folder.shots)
    # Who is named in the credits is known only when the film is made.
    cards = {shot.id for shot in theirs if shot.picture.kind == "credits"}
    if done is None:
        fresh = {shot.id: shot for shot in plan.shots}
        lost = [shot.id for shot in theirs if _differs(shot, fresh.get(shot.id))]
    else:
        lost = done.lost
    return (done.shots if done else plan.shots), [ident for ident in lost if ident not in cards]


def _differs(shot: Shot, before: Shot | None) -> bool:
    return before is None or (shot.picture, shot.heard, shot.hold_ms) != (before.picture, before.heard, before.hold_ms)


def shots_of_cast(folder: FilmFolder, cast: Mapping[str, Mapping[str, Any]], voices: Sequence[str]) -> list[str]:
    """Return the ids of the shots that show, or let speak, those whose look or voice `cast` changes, by their names.

    Raises Refusal for a name that nobody in the film has, and for a voice that is none of `voices` (none known: any).
    """
    screenplay = read_screenplay(folder)
    seen: set[str] = set()
    heard: set[str] = set()
    for name, fields in cast.items():
        same = name.casefold()
        found = [one for one in screenplay.characters if same in {word.casefold() for word in (one.name, *one.aliases)}]
        if not found:
            said = f"nobody in the film is called {name!r}"
            raise Refusal("unknown", said, errors=[Fault(where="body.characters.name", what=said)])
        if voices and fields.get("voice", voices[0]) not in voices:
            said = f"no voice is called {fields['voice']!r}; there are: {', '.join(voices)}"
            raise Refusal("unknown", said, errors=[Fault(where="body.characters.voice", what=said)])
        (seen if set(fields) - {"voice"} else set()).add(found[0].id)
        (heard if "voice" in fields else set()).add(found[0].id)
    shots = read_shots(folder.shots) if folder.shots.exists() else []
    return [
        shot.id
        for shot in shots
        if any(one.name in seen for one in shot.picture.cast) or any(said.speaker in heard for said in shot.heard)
    ]


@dataclass(frozen=True)
class TakeOf:
    """One take of a shot."""

    take: Take
    chosen: bool


def all_shots(folder: FilmFolder) -> list[Shot]:
    """Return the film's shots. Raises Refusal where they are not planned yet."""
    if not folder.shots.exists():
        raise Refusal("not-found", "the film's shots are not planned yet", then=NOT_YET)
    return read_shots(folder.shots)


def shot_of(folder: FilmFolder, ident: str) -> Shot:
    """Return a shot of the film. Raises Refusal where there is none such."""
    found = next((shot for shot in all_shots(folder) if shot.id == ident), None)
    if found is None:
        raise Refusal("not-found", "the film has no such shot")
    return found


def takes_of(folder: FilmFolder, ledger: Ledger, shot: str) -> list[TakeOf]:
    """Return the takes that a shot was ever shown with and that are still there, the newest job's last."""
    choice = _cut(folder).of(shot)
    keys: dict[str, None] = {}
    for job in ledger.own_jobs():
        if (known := ledger.shot_states(job.id).get(shot)) is not None:
            keys[known[1]] = None
    if choice is not None:
        keys[choice.take] = None
    found = ((key, folder.takes().find_here(key)) for key in keys)
    return [TakeOf(take, choice is not None and choice.take == key) for key, take in found if take is not None]


def edit_shot(
    folder: FilmFolder, ident: str, picture: dict[str, Any], fields: dict[str, Any], only_tell: bool = False
) -> Shot:
    """Change a shot in shots.jsonl, or `only_tell`; return what it is then.

    Raises Refusal where there is none such, FolderBusy while a driver is at work.
    """
    with held_folder(folder, sweep=False):
        shot = shot_of(folder, ident)
        changed = shot.changed(picture=shot.picture.changed(**picture), **fields)
        if changed != shot and not only_tell:
            write_shots(folder.shots, [changed if one.id == ident else one for one in all_shots(folder)])
    return changed


def retake_shot(folder: FilmFolder, ident: str, picture: dict[str, Any], fields: dict[str, Any]) -> Shot:
    """Change a shot as `edit_shot` does, and let go of the take that it is held with.

    Raises Refusal where it is so already: the take would be the same.
    """
    with held_folder(folder, sweep=False):
        shot, cut = shot_of(folder, ident), _cut(folder)
        changed = shot.changed(picture=shot.picture.changed(**picture), **fields)
        if changed == shot:
            said, then = "the shot is so already: the same request gives the same take", "Say what is to be otherwise."
            raise Refusal("conflict", said, then=then)
        choice = cut.of(ident)
        # First what does no harm by itself, should somebody be killed between.
        if choice is not None and choice.locked:
            _write_choice(folder, cut, choice.changed(locked=False))
        write_shots(folder.shots, [changed if one.id == ident else one for one in all_shots(folder)])
    return changed


def choose_take(folder: FilmFolder, ledger: Ledger, ident: str, key: str) -> Choice:
    """Have a shot shown with another of its takes, locked. Raises Refusal for a take that is none of its own."""

    def chosen(choice: Choice) -> Choice:
        takes = {one.take.key: one.take for one in takes_of(folder, ledger, ident)}
        take, shown = takes.get(key), takes.get(choice.take)
        if take is None:
            raise Refusal("not-found", "the shot has no such take")
        if shown is not None and (take.frames, take.width, take.rate) != (shown.frames, shown.width, shown.rate):
            raise Refusal(
                "conflict",
                "the take has not the length, size or rate that the shot has in the film now",
                then="Choose another take, or have one made with `POST …/retake`.",
            )
        return choice.changed(take=key, locked=True, slate=False)

    return _change_choice(folder, ident, chosen)


def lock_shot(folder: FilmFolder, ident: str, locked: bool) -> Choice:
    """Hold a shot's take for good, or let later ones replace it."""
    return _change_choice(folder, ident, lambda choice: choice.changed(locked=locked))


def _change_choice(folder: FilmFolder, ident: str, change: Callable[[Choice], Choice]) -> Choice:
    with held_folder(folder, sweep=False):
        shot_of(folder, ident)
        cut = _cut(folder)
        before = cut.of(ident)
        if before is None:
            raise Refusal("conflict", "the shot has no take yet", then=NOT_YET)
        after = change(before)
        if after != before:
            _write_choice(folder, cut, after)
    return after


def _write_choice(folder: FilmFolder, cut: Cut, after: Choice) -> None:
    kept = tuple(after if choice.shot == after.shot else choice for choice in cut.choices)
    write_file(folder.cut, Cut(choices=kept).to_json())


def _cut(folder: FilmFolder) -> Cut:
    return Cut.read(folder.cut) if folder.cut.exists() else Cut()
