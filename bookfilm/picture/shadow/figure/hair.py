"""Hair, beards and moustaches as masses over the head, with a few uneven slits."""

from __future__ import annotations

import math

from bookfilm.picture.shadow.chance import sown
from bookfilm.picture.shadow.figure.knife import Knife
from bookfilm.picture.shadow.paths import oval
from bookfilm.records.bible import Look

_CAP = [
    (0.36, -0.9),
    (0.12, -1.04),
    (-0.24, -1.0),
    (-0.46, -0.78),
    (-0.44, -0.5),
    (-0.27, -0.3),
    (-0.14, -0.42),
    (-0.08, -0.62),
    (0.14, -0.8),
]


def cut_hair(knife: Knife, look: Look, sway: float) -> None:
    """Cut the hair of `look` in head units; `sway` swings what hangs."""
    covered = look.hat != "none"
    {
        "short": _short,
        "tousled": _tousled,
        "bald": _bald,
        "bun": _bun,
        "ringlets": _ringlets,
        "braids": _braids,
        "long": _long,
    }[look.hair](knife, look, sway, covered)


def _short(knife: Knife, look: Look, sway: float, covered: bool) -> None:
    lift = 0.0 if covered else sown("quiff", look.features).uniform(0.0, 0.05)
    knife.fill(
        [
            (0.37, -0.87),
            (0.42, -0.98 - lift),
            (0.28, -1.055 - lift),
            (0.06, -1.085),
            (-0.24, -1.03),
            (-0.46, -0.82),
            (-0.485, -0.62),
            (-0.43, -0.42),
            (-0.36, -0.30, 1),
            (-0.30, -0.33),
            (-0.22, -0.30, 1),
            (-0.13, -0.36),
            (-0.1, -0.62),
            (0.1, -0.80),
        ]
    )
    if not covered and knife.fine:
        knife.slit([(0.33, -0.885), (0.16, -0.80), (0.05, -0.66), (0.01, -0.50), (0.03, -0.38)], 0.014, 0.55)
        for i in range(3):
            knife.slit(
                [
                    (0.34 - 0.12 * i, -1.0 - 0.015 * i),
                    (0.14 - 0.12 * i, -0.96 + 0.02 * i),
                    (-0.1 - 0.09 * i, -0.8 + 0.07 * i),
                ],
                0.011,
                0.42,
            )


def _tousled(knife: Knife, look: Look, sway: float, covered: bool) -> None:
    rng = sown("tousled", look.features)
    points: list[tuple[float, ...]] = [(0.40, -0.84)]
    for i in range(18):
        angle = math.radians(-50 - 150 * i / 17)
        reach = 0.53 + (0.07 if i % 2 else -0.02) + rng.uniform(-0.02, 0.03)
        points.append((-0.03 + math.cos(angle) * reach * 0.98, -0.52 + math.sin(angle) * reach * 1.08))
    points += [(-0.46, -0.34), (-0.33, -0.34), (-0.16, -0.4), (-0.1, -0.62), (0.12, -0.8)]
    knife.fill(points)


def _bald(knife: Knife, look: Look, sway: float, covered: bool) -> None:
    knife.fill(
        [(-0.16, -0.72), (-0.40, -0.78), (-0.50, -0.62), (-0.49, -0.42), (-0.40, -0.26), (-0.24, -0.24), (-0.14, -0.42)]
    )


def _bun(knife: Knife, look: Look, sway: float, covered: bool) -> None:
    knife.fill(_CAP)
    high = sown("bun", look.features).uniform(-0.12, 0.14)
    knife.fill(
        [
            (-0.34, -0.98 - high),
            (-0.50, -1.08 - high),
            (-0.70, -0.98 - high),
            (-0.74, -0.80 - high),
            (-0.62, -0.66 - high),
            (-0.40, -0.70 - high),
        ]
    )
    if knife.fine:
        knife.slit([(-0.38, -0.9 - high), (-0.47, -0.82 - high), (-0.45, -0.7 - high)], 0.022, 0.8)
        for i in range(3):
            knife.slit(
                [(0.22 - 0.1 * i, -0.86 - 0.03 * i), (-0.1 - 0.06 * i, -0.9), (-0.34, -0.70 + 0.07 * i)], 0.013, 0.45
            )


def _ringlets(knife: Knife, look: Look, sway: float, covered: bool) -> None:
    knife.fill(_CAP)
    knife.fill([(-0.36, -0.62), (-0.52, -0.66), (-0.68, -0.54), (-0.66, -0.36), (-0.52, -0.28), (-0.36, -0.34)])
    for x in (0.03, -0.08, -0.2):
        points = [(x + 0.05 * math.sin(i * 1.6 + x * 9) - sway * 0.02 * i, -0.52 + i * 0.1) for i in range(7)]
        knife.band(points, [0.035, 0.05, 0.052, 0.05, 0.045, 0.035, 0.01])


def _braids(knife: Knife, look: Look, sway: float, covered: bool) -> None:
    knife.fill(
        [
            (0.40, -0.84),
            (0.30, -0.98),
            (0.05, -1.04),
            (-0.26, -0.99),
            (-0.47, -0.74),
            (-0.43, -0.44),
            (-0.26, -0.26),
            (-0.12, -0.4),
            (-0.06, -0.6),
            (0.16, -0.74),
        ]
    )
    x, y = -0.32, -0.34
    for i in range(6):
        t = i / 6
        knife.path(oval(x, y, 0.108 * (1 - 0.35 * t), 0.125))
        if knife.fine:
            knife.slit([(x - 0.08, y - 0.02), (x + 0.03, y + 0.06)], 0.016, 0.6)
        x += -0.08 * math.cos(t * 2.0) + 0.03 * t - sway * 0.06
        y += 0.185
    knife.fill(
        [
            (x, y - 0.02),
            (x + 0.16, y - 0.12),
            (x + 0.13, y + 0.09),
            (x, y + 0.02),
            (x - 0.15, y + 0.1),
            (x - 0.16, y - 0.1),
        ]
    )
    knife.fill([(x - 0.04, y), (x - 0.10, y + 0.24), (x, y + 0.18), (x + 0.06, y + 0.25), (x + 0.05, y)])


def _long(knife: Knife, look: Look, sway: float, covered: bool) -> None:
    rng = sown("long", look.features)
    # A man's reaches his collar and shoulders: a mantle to the waist is a woman's.
    end, s = rng.uniform(0.5, 0.8) if look.sex == "male" else rng.uniform(1.5, 2.3), -sway * 0.5
    points: list[tuple[float, ...]] = [
        (0.375, -0.87),
        (0.26, -1.01),
        (0.02, -1.075),
        (-0.28, -1.02),
        (-0.50, -0.80),
        (-0.54, -0.45),
        (-0.51, -0.1),
        (-0.57, 0.3),
    ]
    points += [
        (-0.70 + s * 0.4, end * 0.42),
        (-0.72 + s * 0.6, end * 0.7),
        (-0.70 + s, end * 0.92),
        (-0.58 + s, end * 1.03),
        (-0.40 + s, end * 0.98),
        (-0.30 + s * 0.7, end * 0.8),
    ]
    points += [
        (-0.20 + s * 0.4, end * 0.45),
        (-0.22, 0.12),
        (-0.235, -0.12),
        (-0.16, -0.34),
        (-0.03, -0.52),
        (0.13, -0.74),
    ]
    knife.fill(points)
    for i in range(7):
        t = i / 6
        a = (-0.64 + 0.36 * t + s * 0.7, end * 0.8)
        b = (-0.70 + 0.40 * t + s * 1.2 + rng.uniform(-0.04, 0.04), end * rng.uniform(1.06, 1.16))
        knife.band([a, ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2), b], [0.055, 0.04, 0.003])
    if knife.fine:
        for i in range(5):
            t = (i + 0.5) / 5
            top = (0.08 - 0.30 * t, -0.98 + 0.12 * t) if i % 2 == 0 else (-0.24 - 0.24 * t, -0.35)
            knife.slit(
                [
                    top,
                    (-0.24 - 0.26 * t, -0.3),
                    (-0.30 - 0.30 * t + s * 0.3, end * 0.4),
                    (-0.34 - 0.32 * t + s * 0.8, end * rng.uniform(0.75, 0.92)),
                ],
                0.012,
                0.4,
            )
        if not covered:
            knife.slit([(0.20, -0.90), (0.02, -0.76), (-0.10, -0.58), (-0.20, -0.32)], 0.016, 0.7)


def cut_beard(knife: Knife, look: Look, jaw: float) -> None:
    """Cut whiskers, moustache or beard; a beard follows the jaw."""
    kind = look.beard
    if kind == "none" or look.age == "child":
        return
    drop = jaw * 0.006
    if kind in ("moustache", "full", "short"):
        _moustache(knife, kind)
    if kind == "whiskers":
        _whiskers(knife, drop)
    if kind in ("short", "full"):
        _chin_beard(knife, look, drop)


def _moustache(knife: Knife, kind: str) -> None:
    """Cut a wing above the lip, its tail swept up."""
    sweep = 0.12 if kind == "moustache" else 0.03
    out = 0.06 if kind == "moustache" else 0.0
    wing: list[tuple[float, ...]] = [
        (0.47 + out, -0.355),
        (0.51 + out * 1.4, -0.305),
        (0.46 + out, -0.255),
        (0.34, -0.258),
    ]
    wing += [(0.20, -0.29 - sweep), (0.14, -0.38 - sweep, 1), (0.26, -0.34), (0.36, -0.36)]
    knife.fill(wing)
    if knife.fine and kind == "moustache":
        knife.slit([(0.44, -0.245), (0.33, -0.245), (0.20, -0.275 - sweep), (0.15, -0.35 - sweep)], 0.018, 0.6)


def _whiskers(knife: Knife, drop: float) -> None:
    tufts: list[tuple[float, ...]] = [
        (0.0, -0.56),
        (0.12, -0.40),
        (0.22, -0.18),
        (0.28, 0.10 + drop),
        (0.17, 0.28 + drop, 1),
    ]
    tufts += [
        (0.09, 0.13 + drop),
        (-0.01, 0.30 + drop, 1),
        (-0.08, 0.11),
        (-0.19, 0.22, 1),
        (-0.17, -0.2),
        (-0.1, -0.5),
    ]
    knife.fill(tufts)
    if knife.fine:
        knife.slit([(0.06, -0.40), (0.12, -0.15), (0.15, 0.12 + drop)], 0.016, 0.6)
        knife.slit([(-0.03, -0.36), (0.01, -0.1), (0.0, 0.14 + drop)], 0.016, 0.5)


def _chin_beard(knife: Knife, look: Look, drop: float) -> None:
    kind = look.beard
    long = 0.10 if kind == "short" else sown("beard", look.features).uniform(0.45, 0.95)
    mass: list[tuple[float, ...]] = [(0.41, -0.20 + drop), (0.50, -0.06 + drop), (0.54, 0.08 + drop)]
    mass += [
        (0.52, 0.06 + long * 0.5 + drop),
        (0.40, 0.08 + long * 0.86 + drop),
        (0.30, 0.12 + long + drop, 1),
        (0.26, 0.06 + long * 0.84),
    ]
    mass += [
        (0.14, 0.10 + long * 0.8, 1),
        (0.06, 0.06 + long * 0.5),
        (-0.04, 0.08 + long * 0.3, 1),
        (-0.12, -0.02),
        (-0.16, -0.24),
        (-0.10, -0.54),
        (0.06, -0.38),
        (0.22, -0.27),
    ]
    knife.fill(mass)
    if knife.fine and kind == "full":
        for i, share in enumerate((0.3, 0.62, 0.45, 0.75)):
            x = 0.33 - 0.085 * i
            knife.slit(
                [(x, -0.04 + 0.03 * i), (x + 0.01, 0.1 + long * share * 0.5), (x - 0.03, 0.08 + long * share)],
                0.016,
                0.6,
            )
