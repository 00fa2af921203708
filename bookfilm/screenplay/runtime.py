"""Runtime: the lines that fit a wanted length, and what becomes of the rest."""

from __future__ import annotations

from bookfilm.engines.protocols import Pace
from bookfilm.screenplay.lines import Draft
from bookfilm.screenplay.weights import DraftBeat, mark_essential, weigh


def line_ms(draft: Draft, pace: Pace) -> float:
    """Return how long a line is heard, its pause included, in milliseconds."""
    rate = pace.dialogue_chars_per_s if draft.kind == "dialogue" else pace.narrator_chars_per_s
    return 1000.0 * len(draft.text) / rate + pace.line_pause_ms


def predicted_ms(beats: list[DraftBeat], cards: int, pace: Pace) -> float:
    """Return the predicted length of the film that plays `beats` under `cards` chapter cards."""
    heard = sum(line_ms(draft, pace) for beat in beats for draft in beat.played())
    scenes = len({beat.scene for beat in beats if beat.played()})
    return heard + scenes * pace.scene_pause_ms + cards * pace.card_ms + pace.frame_ms


def fit_runtime(beats: list[DraftBeat], runtime_s: int, cards: int, pace: Pace) -> None:
    """Choose the lines of each beat so that the film comes as near `runtime_s` as its lines allow.

    First the shortest form of all that is essential; then whole beats in the order of weight for their
    length, chapter by chapter in proportion; then narration is filled up sentence by sentence.
    """
    weigh(beats)
    mark_essential(beats)
    target = 1000.0 * runtime_s
    for beat in beats:
        beat.kept = [] if not beat.must else _shortest(beat)
    left = target - predicted_ms(beats, cards, pace)
    if left < 0:
        _shrink(beats, -left, pace)
        return
    shown = {beat.scene for beat in beats if beat.played()}
    for beat in _by_worth(beats, pace):
        for form in (list(range(len(beat.drafts))), _condensed(beat)):
            cost = _cost(beat, form, pace) + (0 if beat.scene in shown else pace.scene_pause_ms)
            if form != beat.kept and 0 <= cost <= left:
                beat.kept = form
                shown.add(beat.scene)
                left -= cost
                break


def _shortest(beat: DraftBeat) -> list[int]:
    """Return the least that stands for a beat: all its dialogue if short, else its first line."""
    if beat.directed == "keep":
        return list(range(len(beat.drafts)))
    return [0] if beat.drafts else []


def _condensed(beat: DraftBeat) -> list[int]:
    """Return the beat with its speech whole and of its narration only the first stretch before each reply."""
    spoken = [n for n, draft in enumerate(beat.drafts) if draft.kind == "dialogue"]
    if spoken:
        return spoken
    return list(range((len(beat.drafts) + 1) // 2))


def _cost(beat: DraftBeat, form: list[int], pace: Pace) -> float:
    now = sum(line_ms(draft, pace) for draft in beat.played())
    then = sum(line_ms(beat.drafts[n], pace) for n in form)
    return then - now


def _by_worth(beats: list[DraftBeat], pace: Pace) -> list[DraftBeat]:
    """Return the beats that may come in, best first, every chapter getting its share of the best."""
    chapters: dict[int, list[DraftBeat]] = {}
    for beat in beats:
        if beat.drafts and beat.directed != "cut":
            chapters.setdefault(beat.passage.chapter, []).append(beat)
    ranked: list[tuple[float, int, DraftBeat]] = []
    for members in chapters.values():
        members = sorted(members, key=lambda b: (-b.weight, b.passage.index))
        whole = sum(line_ms(d, pace) for b in members for d in b.drafts) or 1.0
        run = 0.0
        for beat in members:
            ranked.append((run / whole, beat.passage.index, beat))
            run += sum(line_ms(d, pace) for d in beat.drafts)
    return [beat for _, _, beat in sorted(ranked, key=lambda row: row[:2])]


def _shrink(beats: list[DraftBeat], over_ms: float, pace: Pace) -> None:
    """Too little room even for openings and closings: closings go first, last chapters' first; openings stay."""
    seen: set[int] = set()
    for beat in beats:
        if not beat.played():
            continue
        if beat.passage.chapter in seen and beat.directed != "keep" and over_ms > 0:
            over_ms -= sum(line_ms(draft, pace) for draft in beat.played())
            beat.kept = []
        seen.add(beat.passage.chapter)
