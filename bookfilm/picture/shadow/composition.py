"""Where people stand in the frame, after the shot's size: heads' height, the eyes' line, the floor."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from bookfilm.picture.shadow.chance import sown
from bookfilm.picture.shadow.figure.body import Body, body_of
from bookfilm.picture.shadow.figure.skeleton import Joints
from bookfilm.picture.shadow.paper import Frame
from bookfilm.picture.shadow.sets.scenery import FEET
from bookfilm.records.bible import Look
from bookfilm.records.shots import InFrame, Picture, ShotSize, Stance


@dataclass(frozen=True)
class Framing:
    """A shot size: an adult's head in design units, the floor or the eyes' line, how near the set is taken."""

    head: float
    feet: float | None
    """Height of the feet as a share of the frame; None: the eyes are placed instead."""
    eyes: float
    zoom: float
    blur: float
    """Of the set behind, in design units: nearer shots have less depth of field."""
    lower: float = 0.0
    """How far the set is brought down, a share of the frame's height: behind a head is what is as high as a head."""


FRAMINGS: dict[ShotSize, Framing] = {
    "wide": Framing(50, FEET, 0.42, 1.0, 0.0),
    "full": Framing(66, 0.895, 0.25, 1.3, 0.0),
    "medium": Framing(106, None, 0.36, 1.5, 0.9, 0.13),
    "over_shoulder": Framing(120, None, 0.36, 1.7, 1.4, 0.19),
    "close_up": Framing(186, None, 0.47, 2.1, 2.2, 0.3),
    "insert": Framing(236, None, -0.34, 1.9, 2.2, 0.08),
}
_ASIDE = 0.22
"""How far to its side the set is looked at where one of two is seen: shares of its width."""
_NEAREST = 1.4
_SHOULDERS = 1.75
"""How wide somebody in a coat stands, in heads, with room for the arms."""
_HORSE = 6.0
"""How wide somebody on horseback is."""
_FULLEST = 0.96
"""How much of the frame's width a row of people may take."""
LYING_EYES = 2.0
"""How high the eyes of one who lies on a bed are, in heads."""
_SOLES = 6.75
"""How far an adult's soles are below the eyes, in heads."""
_SHORTER = 1.1
"""An adult's soles so far down the frame, and a child's are in sight."""
_NEAR_FEET = 0.96
"""The floor line of those who are seen to their shoes in a nearer shot, a share of the frame's height."""
EYE = 0.575
"""The eyes' height above the jaw's base, in heads."""
VANISH = 0.62
"""Where people on the floor would be too far to be seen, a share of the frame's height: how fast they shrink."""
_ROWS: dict[int, tuple[float, ...]] = {2: (0.018, -0.016), 3: (0.014, -0.022, 0.022)}
_ZIGZAG = (0.022, -0.024)
"""How much lower than the shot's floor line people's feet are, from left to right: shares of the frame's height."""


@dataclass(frozen=True)
class Placed:
    """Where one figure stands: `x`, `ground` in design units, one of its heads in design units, `face` 1 for right."""

    x: float
    ground: float
    unit: float
    face: int


def aim_of(picture: Picture) -> float:
    """Return about which point across the set a shot of this size is enlarged, as a share of the width.

    Who stands on the left has the left of the set behind them, wherever in the frame they are put.
    """
    far = [person for person in picture.cast if not person.near]
    if picture.size in ("wide", "insert") or len(far) != 1 or far[0].stance in ("walk", "ride", "enter", "leave"):
        return 0.5
    return _ASIDE if far[0].facing == "right" else 1 - _ASIDE


def fit_framing(framing: Framing, widths: tuple[float, ...], frame: Frame) -> Framing:
    """Return `framing` with people small enough to stand side by side, each `widths` heads wide.

    In an upright frame one alone is taken nearer: its height would else show them from head to foot in every shot.
    """
    if len(widths) == 1 and framing.feet is None:
        return replace(framing, head=framing.head * min(max(frame.h / frame.w, 1.0), _NEAREST))
    fitted = replace(framing, head=min(framing.head, _FULLEST * frame.w / max(sum(widths), 0.1)))
    soles = framing.eyes + _SOLES * fitted.head / frame.h
    # Where their shoes come into sight they stand on one floor: eyes on one line would have a child hang in the air.
    near = framing == FRAMINGS["medium"] and soles < _SHORTER
    return replace(fitted, feet=_NEAR_FEET) if near else fitted


def at_depth(framing: Framing, feet: float) -> Framing:
    """Return `framing` for those whose feet are at `feet`, a share of the frame's height: nearer ones are larger."""
    if framing.feet is None:
        return framing
    return replace(framing, feet=feet, head=framing.head * (feet - VANISH) / (framing.feet - VANISH))


def depths_of(people: tuple[InFrame, ...], framing: Framing) -> list[Framing]:
    """Return each one's framing: in a wide shot people stand nearer and farther, elsewhere on one line.

    Who stands where follows from those who are there, and from their order: it stays as long as they do.
    """
    if framing.feet is None or framing.zoom > 1 or len(people) < 2:
        return [framing] * len(people)
    order = sorted(range(len(people)), key=lambda i: (people[i].mark, i))
    rows = _ROWS.get(len(people), tuple(_ZIGZAG[i % 2] for i in range(len(people))))
    if sown("depth", *(people[i].look.features for i in order)).random() < 0.5:
        rows = rows[::-1]
    framings = [framing] * len(people)
    for i, lower in zip(order, rows, strict=True):
        framings[i] = at_depth(framing, framing.feet + (0.0 if people[i].stance == "lie" else lower))
    return framings


def spread_marks(
    marks: tuple[int, ...], framing: Framing, frame: Frame, widths: tuple[float, ...] | None = None
) -> list[float]:
    """Return where people stand across the frame, in design units, from their marks in percent.

    Marks are honoured as far as nobody is cut by the frame's sides and nobody stands inside another; `widths` are how
    wide they are, in heads.
    """
    if not marks:
        return []
    wide = [one * framing.head for one in (widths or (_SHOULDERS,) * len(marks))]
    order = sorted(range(len(marks)), key=lambda i: (marks[i], i))
    edge = min(max(0.125 * frame.w, framing.head * 0.95), 0.30 * frame.w)
    gaps = [(wide[a] + wide[b]) / 2 for a, b in pairwise(order)]
    room = frame.w - 2 * edge
    if sum(gaps) > room:
        gaps = [gap * room / sum(gaps) for gap in gaps]
    xs = [min(max(marks[i] / 100 * frame.w, edge), frame.w - edge) for i in order]
    for _ in range(24):
        for i, gap in enumerate(gaps):
            lack = gap - (xs[i + 1] - xs[i])
            if lack > 0:
                xs[i], xs[i + 1] = max(xs[i] - lack / 2, edge), min(xs[i + 1] + lack / 2, frame.w - edge)
    placed = [0.0] * len(marks)
    for position, i in enumerate(order):
        placed[i] = xs[position]
    return placed


def width_of(look: Look, framing: Framing, stance: Stance = "stand") -> float:
    """Return how wide somebody stands, in heads: skirts are cut by the frame where it is near."""
    if stance == "ride" and framing.feet is not None:
        return _HORSE
    if look.creature != "human":
        return 3.4 if look.creature in ("horse", "beast") else 2.2
    body = body_of(look)
    skirt = 2 * body.skirt * (1.0 if framing.feet is not None else 0.8)
    return max(_SHOULDERS + 0.5 * body.belly, skirt) * body.stature


def fit_people(
    people: tuple[InFrame, ...], framing: Framing, frame: Frame
) -> tuple[Framing, list[Framing], tuple[float, ...]]:
    """Return the framing that all have room in, each one's own at their depth, and how wide each is.

    Widths are in heads of the first.
    """
    shares = [one.head / framing.head for one in depths_of(people, framing)]
    widths = tuple(
        width_of(person.look, framing, person.stance) * share for person, share in zip(people, shares, strict=True)
    )
    fitted = fit_framing(framing, widths, frame)
    return fitted, depths_of(people, fitted), widths


def place_figure(
    body: Body, joints: Joints, x: float, face: int, framing: Framing, frame: Frame, lying: bool = False
) -> Placed:
    """Return where a figure stands whose still pose has `joints`.

    In wide and full shots its feet are on the floor; in nearer ones its eyes are brought to the shot's line, a shorter
    person's somewhat lower.
    """
    if framing.feet is not None:
        return Placed(x, framing.feet * frame.h, framing.head, face)
    eyes = (EYE * body.head - joints.head[1]) * body.stature if not lying else LYING_EYES
    lower = min(max(_SOLES - eyes, -0.4) * framing.head * 0.22, 0.12 * frame.h) if not lying else 0.1 * frame.h
    line = framing.eyes * frame.h + lower
    unit = framing.head * (1.0 if not body.child else 1.12)
    return Placed(x, line + eyes * unit, unit, face)
