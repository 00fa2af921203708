"""Runtime: the lines that fit a wanted length, and what becomes of the rest."""

from __future__ import annotations

from bookfilm.engines.protocols import Pace
from bookfilm.screenplay.lines import Draft
from bookfilm.screenplay.weights import DraftBeat, mark_essential, weigh

_WITH_CLOSINGS, _OPENINGS = 0.6, 0.65
"""Of the film's length: what openings, closings and cards may take; what openings and cards alone may."""
_MOMENTS = 8
"""How many of a chapter's weightiest beats say what it is worth."""


def line_ms(draft: Draft, pace: Pace) -> float:
    """Return how long a line is heard, its pause included, in milliseconds."""
    rate = pace.dialogue_chars_per_s if draft.kind in ("dialogue", "thought") else pace.narrator_chars_per_s
    return 1000.0 * len(draft.text) / rate + pace.line_pause_ms


def predicted_ms(beats: list[DraftBeat], titled: frozenset[int], pace: Pace) -> float:
    """Return the predicted length of the film that plays `beats`; chapters in `titled` that are played show a card."""
    shown = [beat for beat in beats if beat.played()]
    heard = sum(line_ms(draft, pace) for beat in shown for draft in beat.played())
    scenes = len({beat.scene for beat in shown})
    cards = len({beat.passage.chapter for beat in shown} & titled)
    return heard + scenes * pace.scene_pause_ms + cards * pace.card_ms + pace.frame_ms


def fit_runtime(beats: list[DraftBeat], runtime_s: int, titled: frozenset[int], pace: Pace) -> None:
    """Choose the lines of each beat so that the film comes as near `runtime_s` as its lines allow.

    `titled` are the chapters that have a card. First the shortest form of all that is essential, as far as that
    leaves room for the story itself; then whole beats in the order of weight for their length, chapter by chapter
    in proportion; then narration is filled up sentence by sentence.
    """
    weigh(beats)
    mark_essential(beats)
    target = 1000.0 * runtime_s
    _thin_essentials(beats, target, titled, pace)
    left = target - predicted_ms(beats, titled, pace)
    if left < 0:
        return
    played = {beat.passage.chapter for beat in beats if beat.must}
    shown = {beat.scene for beat in beats if beat.played()}
    for beat in _by_worth([beat for beat in beats if beat.passage.chapter in played], pace):
        for form in (list(range(len(beat.drafts))), _condensed(beat)):
            cost = _cost(beat, form, pace) + (0 if beat.scene in shown else pace.scene_pause_ms)
            if form != beat.kept and 0 <= cost <= left:
                beat.kept = form
                shown.add(beat.scene)
                left -= cost
                break


def _thin_essentials(beats: list[DraftBeat], target: float, titled: frozenset[int], pace: Pace) -> None:
    """Keep openings and closings to their share of the film: closings go first, then whole chapters.

    The first and the last chapter stay, and of the others those whose best moments weigh most. What the author's
    direction keeps stays in any case.
    """

    def fits(share: float) -> bool:
        for beat in beats:
            beat.kept = _shortest(beat) if beat.must else []
        return predicted_ms(beats, titled, pace) <= share * target

    if fits(_WITH_CLOSINGS):
        return
    opened: set[int] = set()
    for beat in beats:
        if beat.must and beat.directed != "keep":
            beat.must = beat.passage.chapter not in opened
            opened.add(beat.passage.chapter)
    for chapter in _by_moments(beats):
        if fits(_OPENINGS):
            return
        for beat in beats:
            if beat.passage.chapter == chapter and beat.directed != "keep":
                beat.must = False
    fits(_OPENINGS)


def _by_moments(beats: list[DraftBeat]) -> list[int]:
    """Return the chapters that may go, those whose best moments weigh least first."""
    weights: dict[int, list[float]] = {}
    for beat in beats:
        if beat.drafts and beat.directed != "cut":
            weights.setdefault(beat.passage.chapter, []).append(beat.weight)
    inner = sorted(weights)[1:-1]
    best = {chapter: sum(sorted(weights[chapter], reverse=True)[:_MOMENTS]) for chapter in inner}
    return sorted(inner, key=lambda chapter: (best[chapter], -chapter))


def _shortest(beat: DraftBeat) -> list[int]:
    """Return the least that stands for a beat: its first line, but no "she said:" without what she said."""
    if beat.directed == "keep":
        return list(range(len(beat.drafts)))
    first = next((n for n, draft in enumerate(beat.drafts) if not _leads_in(draft)), 0)
    return [first] if beat.drafts else []


def _leads_in(draft: Draft) -> bool:
    return draft.kind == "narration" and draft.text[-1:] in ",:—–"


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
