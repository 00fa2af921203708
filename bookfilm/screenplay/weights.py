"""Weights: how much each beat of the book matters, for choosing what a shorter film keeps."""

from __future__ import annotations

from dataclasses import dataclass

from bookfilm.screenplay.lines import Draft
from bookfilm.screenplay.passages import Passage


@dataclass
class DraftBeat:
    """One passage's lines before ids. `kept`: indices of the lines that are played."""

    passage: Passage
    scene: int
    drafts: list[Draft]
    weight: float = 0.0
    must: bool = False
    kept: list[int] | None = None
    directed: str = ""
    """"keep" or "cut" where the author's direction says so."""
    struck: tuple[Draft, ...] = ()
    """Its lines that the author's direction cut."""
    leaning: float = 0.0
    """What another reader of the book adds to the weight."""

    def played(self) -> list[Draft]:
        return self.drafts if self.kept is None else [self.drafts[n] for n in self.kept]


def weigh(beats: list[DraftBeat]) -> None:
    """Set each beat's weight: speech, several mouths, leading characters and turns of the story weigh more."""
    spoken: dict[int, int] = {}
    for beat in beats:
        for draft in beat.drafts:
            if draft.speaker is not None:
                spoken[draft.speaker.number] = spoken.get(draft.speaker.number, 0) + 1
    most = max(spoken.values(), default=1)
    for at, beat in enumerate(beats):
        dialogue = [draft for draft in beat.drafts if draft.kind == "dialogue"]
        leads = max((spoken[d.speaker.number] / most for d in dialogue if d.speaker is not None), default=0.0)
        mouths = {d.speaker.number for b in beats[max(0, at - 2) : at + 3] for d in b.drafts if d.speaker is not None}
        moved = any(draft.emotion != "neutral" for draft in beat.drafts)
        beat.weight = 1.0 + 1.2 * bool(dialogue) + 0.8 * leads + 0.25 * min(4, len(mouths)) + 0.5 * moved
        beat.weight += beat.leaning


def mark_essential(beats: list[DraftBeat]) -> None:
    """Mark what no cut takes: each chapter's opening and closing, and what the author's direction keeps."""
    by_chapter: dict[int, list[DraftBeat]] = {}
    for beat in beats:
        if beat.drafts:
            by_chapter.setdefault(beat.passage.chapter, []).append(beat)
    for members in by_chapter.values():
        story = [beat for beat in members if beat.directed != "cut"]
        for beat in (*story[:1], *story[-1:]):
            beat.must = True
    for beat in beats:
        if beat.directed == "keep":
            beat.must = True
