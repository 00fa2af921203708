"""report.html: the film on paper. One frame a shot with its lines; one file, readable without a network."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from bookfilm.records.book import Book
from bookfilm.records.cut import Cut
from bookfilm.records.screenplay import Coverage, Screenplay
from bookfilm.records.shots import Shot
from bookfilm.records.takes import Take
from bookfilm.records.time import FrameRate
from bookfilm.records.timeline import Timeline
from bookfilm.store.media import MediaStore


def lay_report(
    book: Book,
    screenplay: Screenplay,
    coverage: Coverage,
    shots: list[Shot],
    timeline: Timeline,
    cut: Cut,
    takes: MediaStore[Take],
    facts: Mapping[str, str],
) -> str:
    """Return report.html. `facts` are shown as they are: engines, right, what failed."""
    environment = Environment(
        loader=PackageLoader("bookfilm.film", "."),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    names = {character.id: character.name for character in screenplay.characters}
    return environment.get_template("report.html").render(
        title=screenplay.title,
        author=screenplay.author,
        language=screenplay.language,
        length=clock(timeline.frames, timeline.rate),
        facts=facts,
        cast=_cast(screenplay),
        coverage=_coverage(book, coverage),
        scenes=_scenes(screenplay, shots, timeline, cut, takes, names),
        shot_count=len(shots),
        slates=sum(choice.slate for choice in cut.choices),
    )


def clock(frames: int, rate: FrameRate) -> str:
    """Return a frame's time as ``h:mm:ss`` or ``m:ss``."""
    seconds = int(rate.seconds(frames))
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours}:{minutes:02}:{seconds % 60:02}" if hours else f"{minutes}:{seconds % 60:02}"


def _cast(screenplay: Screenplay) -> list[dict[str, Any]]:
    counted = Counter(line.speaker for line in screenplay.lines() if line.speaker)
    rows = [
        {"name": character.name, "lines": counted[character.id], "aliases": ", ".join(character.aliases)}
        for character in screenplay.characters
        if counted[character.id]
    ]
    return sorted(rows, key=lambda row: (-int(row["lines"]), str(row["name"])))


def _coverage(book: Book, coverage: Coverage) -> list[dict[str, Any]]:
    """Return per chapter what share of its characters was played, narrated, condensed or cut, in percent."""
    status = {entry.source: entry.status for entry in coverage.paragraphs}
    rows = []
    for number, chapter in enumerate(book.chapters):
        weight: Counter[str] = Counter()
        for paragraph in chapter.paragraphs:
            weight[status.get(paragraph.source, "cut")] += len(paragraph.text)
        whole = sum(weight.values()) or 1
        shares = {name: round(100 * weight[name] / whole, 1) for name in ("played", "narrated", "condensed", "cut")}
        rows.append({"title": chapter.title or f"({number + 1})", **shares})
    return rows


def _scenes(
    screenplay: Screenplay,
    shots: list[Shot],
    timeline: Timeline,
    cut: Cut,
    takes: MediaStore[Take],
    names: dict[str, str],
) -> list[dict[str, Any]]:
    headings = {scene.id: scene.heading for scene in screenplay.scenes}
    slots = {slot.shot: slot for slot in timeline.slots}
    choices = {choice.shot: choice for choice in cut.choices}
    scenes: list[dict[str, Any]] = []
    for shot in shots:
        heading = headings.get(shot.scene or "", "")
        if not scenes or scenes[-1]["id"] != shot.scene:
            scenes.append({"id": shot.scene, "heading": heading, "shots": []})
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
                "frame": _inlined(takes.thumbnail(choice.take)) if choice else "",
                "lines": [
                    {"speaker": names.get(said.speaker or "", ""), "text": said.text, "kind": said.kind}
                    for said in shot.heard
                ],
            }
        )
    return scenes


def _inlined(path: Path) -> str:
    try:
        return "data:image/jpeg;base64," + base64.b64encode(path.read_bytes()).decode()
    except OSError:
        return ""
