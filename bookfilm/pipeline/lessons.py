"""Lessons from a film: the portraits of a character, and takes in which they are seen, each with its caption.

What a person then leaves in the folder is what a LoRA is taught from (`bookfilm.picture.training`).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from bookfilm.errors import SettingsError, StoreError
from bookfilm.picture.diffusion.profile import Profile
from bookfilm.picture.diffusion.prompting import describe_look, write_prompt
from bookfilm.picture.tiny.captions import write_caption
from bookfilm.pipeline.stages import read_shots
from bookfilm.records.cut import Choice, Cut
from bookfilm.records.shots import Picture, Shot
from bookfilm.records.storyboard import Storyboard
from bookfilm.records.takes import Take
from bookfilm.store.folder import FilmFolder

MOST_TAKES = 40
NEAR = ("close_up", "over_shoulder", "medium", "full")
"""Shots in which somebody can be made out, the nearest first."""


def lay_lessons(folder: FilmFolder, who: str, out: Path, profile: Profile, style: str) -> list[Path]:
    """Copy the pictures and clips of the character `who` (an id) into `out`, with captions for the model of `profile`.

    Portraits first; then the nearest takes, those most like the portrait first, MOST_TAKES at most. Left out are slates
    and what a judge found fault with. Returns the pictures and clips. Raises SettingsError that names who is known
    where `who` is not, or is seen nowhere; StoreError where `out` cannot be written.
    """
    shots = read_shots(folder.shots)
    known = sorted({person.name for shot in shots for person in shot.picture.cast})
    if who not in known:
        raise SettingsError(f"nobody of that id is in the shot list; there are: {', '.join(known)}", subject=who)
    laid = []
    try:
        out.mkdir(parents=True, exist_ok=True)
        for source, name, caption in (*_portraits(folder, who), *_takes(folder, shots, who, profile, style)):
            laid.append(Path(shutil.copyfile(source, out / name)))
            (out / name).with_suffix(".txt").write_text(caption + "\n", encoding="utf8")
    except OSError as error:
        raise StoreError(f"lessons cannot be laid there: {error.strerror}", subject=out) from None
    if not laid:
        raise SettingsError("no portrait of them was drawn, and no take shows them near enough", subject=who)
    return laid


def _portraits(folder: FilmFolder, who: str) -> Iterator[tuple[Path, str, str]]:
    if not folder.storyboard.exists():
        return
    store = folder.keyframes()
    theirs = [one for one in Storyboard.read(folder.storyboard).portraits if one.who == who and one.key]
    for number, one in enumerate(theirs, 1):
        if one.key and store.find(one.key) is not None:
            look = describe_look(one.look)
            told = f"Portrait, head and shoulders, on a plain ground. {look[0].upper()}{look[1:]}."
            yield store.file(one.key), f"{who}_portrait_{number:02}.png", told


def _takes(
    folder: FilmFolder, shots: list[Shot], who: str, profile: Profile, style: str
) -> Iterator[tuple[Path, str, str]]:
    if not folder.cut.exists():
        return
    cut, store = Cut.read(folder.cut), folder.takes()
    found: list[tuple[tuple[int, float], Shot, Choice]] = []
    for shot in shots:
        choice, size = cut.of(shot.id), shot.picture.size
        if choice is None or choice.slate or size not in NEAR or not _seen(shot.picture, who):
            continue
        take = store.find(choice.take)
        if take is not None and not take.flags:
            found.append(((NEAR.index(size), -_like(take, who)), shot, choice))
    chosen = sorted(found, key=lambda one: one[0])[:MOST_TAKES]
    missing = set(store.fetch([choice.take for _, _, choice in chosen]))
    for _, shot, choice in chosen:
        if choice.take in missing:
            continue
        yield store.file(choice.take), f"{who}_{shot.id}.mp4", _caption(shot.picture, profile, style)


def _seen(picture: Picture, who: str) -> bool:
    return picture.kind == "scene" and any(one.name == who and not one.near for one in picture.cast)


def _like(take: Take, who: str) -> float:
    return next((one.score for one in take.likeness if one.who == who), 0.0)


def _caption(picture: Picture, profile: Profile, style: str) -> str:
    if profile.sampling.words == "caption":
        return write_caption(picture)
    return write_prompt(picture, style, profile.sampling.prompt_chars)
