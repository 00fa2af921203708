"""report.html: the film on paper. Its cast, its scenes, what became of the book, and one frame a shot with its lines.

One file, readable without a network.
"""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from bookfilm.film.adaptation import lay_cast, lay_coverage, lay_scenes
from bookfilm.film.likeness import lay_likeness
from bookfilm.records.book import Book
from bookfilm.records.cut import Cut
from bookfilm.records.screenplay import Coverage, Screenplay
from bookfilm.records.shots import Shot
from bookfilm.records.takes import Take
from bookfilm.records.time import FrameRate
from bookfilm.records.timeline import Timeline
from bookfilm.store.media import MediaStore


@dataclass(frozen=True)
class Filmed:
    """What there is of the film beside its screenplay."""

    shots: list[Shot]
    timeline: Timeline
    cut: Cut
    takes: MediaStore[Take]


def lay_report(
    book: Book, screenplay: Screenplay, coverage: Coverage, filmed: Filmed | None, facts: Mapping[str, str]
) -> str:
    """Return report.html. `facts` are shown as they are: engines, right, what failed.

    With `filmed` None it is the screenplay's page alone: cast, scenes, and what became of the book.
    """
    environment = Environment(
        loader=PackageLoader("bookfilm.film", "."),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html").render(
        title=screenplay.title,
        author=screenplay.author,
        language=screenplay.language,
        summary=_summary(screenplay, filmed),
        flagged=sum(bool(_flags(filmed.takes, choice.take)) for choice in filmed.cut.choices) if filmed else 0,
        slates=sum(choice.slate for choice in filmed.cut.choices) if filmed else 0,
        facts=facts,
        cast=lay_cast(screenplay),
        scenes=lay_scenes(screenplay, _times(filmed) if filmed else {}),
        coverage=lay_coverage(book, coverage),
        storyboard=_storyboard(screenplay, filmed) if filmed else [],
        likeness=_likeness(screenplay, filmed) if filmed else None,
    )


def _likeness(screenplay: Screenplay, filmed: Filmed) -> dict[str, Any] | None:
    names = {character.id: character.name for character in screenplay.characters}
    return lay_likeness(filmed.shots, filmed.timeline, filmed.cut, filmed.takes, names)


def _summary(screenplay: Screenplay, filmed: Filmed | None) -> str:
    counted = [f"{len(screenplay.scenes)} scenes", f"{len(screenplay.lines())} lines"]
    if filmed:
        counted = [clock(filmed.timeline.frames, filmed.timeline.rate), *counted, f"{len(filmed.shots)} shots"]
    return " · ".join(counted)


def _times(filmed: Filmed) -> dict[str, tuple[str, str]]:
    """Return when each scene begins and how long it is, by the scene's id."""
    rate, slots = filmed.timeline.rate, {slot.shot: slot for slot in filmed.timeline.slots}
    begins: dict[str, int] = {}
    frames: Counter[str] = Counter()
    for shot in filmed.shots:
        if shot.scene:
            begins.setdefault(shot.scene, slots[shot.id].start_frame)
            frames[shot.scene] += slots[shot.id].frames
    return {scene: (clock(start, rate), clock(frames[scene], rate)) for scene, start in begins.items()}


def clock(frames: int, rate: FrameRate) -> str:
    """Return a frame's time as ``h:mm:ss`` or ``m:ss``."""
    seconds = int(rate.seconds(frames))
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours}:{minutes:02}:{seconds % 60:02}" if hours else f"{minutes}:{seconds % 60:02}"


def _storyboard(screenplay: Screenplay, filmed: Filmed) -> list[dict[str, Any]]:
    """Return the shots by scene, each with its frame, its reason and its lines."""
    timeline, takes = filmed.timeline, filmed.takes
    names = {character.id: character.name for character in screenplay.characters}
    headings = {scene.id: scene.heading for scene in screenplay.scenes}
    slots = {slot.shot: slot for slot in timeline.slots}
    choices = {choice.shot: choice for choice in filmed.cut.choices}
    scenes: list[dict[str, Any]] = []
    seen: set[str | None] = set()
    for shot in filmed.shots:
        heading = headings.get(shot.scene or "", "")
        if not scenes or scenes[-1]["id"] != shot.scene:
            scenes.append({"id": shot.scene, "heading": heading, "first": shot.scene not in seen, "shots": []})
            seen.add(shot.scene)
        slot, choice = slots[shot.id], choices.get(shot.id)
        scenes[-1]["shots"].append(
            {
                "id": shot.id,
                "at": clock(slot.start_frame, timeline.rate),
                "seconds": f"{float(timeline.rate.seconds(slot.frames)):.1f}",
                "size": shot.picture.size.replace("_", " "),
                "camera": shot.picture.camera.replace("_", " "),
                "reason": shot.reason,
                "card": " / ".join(shot.picture.card),
                "slate": choice.slate if choice else False,
                "flags": _flags(takes, choice.take) if choice else (),
                "frame": _inlined(takes.thumbnail(choice.take)) if choice else "",
                "lines": [
                    {"speaker": names.get(said.speaker or "", ""), "text": said.text, "kind": said.kind}
                    for said in shot.heard
                ],
            }
        )
    return scenes


def _flags(takes: MediaStore[Take], key: str) -> tuple[str, ...]:
    take = takes.find(key)
    return take.flags if take else ()


def _inlined(path: Path) -> str:
    try:
        return "data:image/jpeg;base64," + base64.b64encode(path.read_bytes()).decode()
    except OSError:
        return ""
