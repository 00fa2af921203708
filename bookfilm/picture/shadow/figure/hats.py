"""Hats: they sit at y -0.70 to -0.80 of the head."""

from __future__ import annotations

import math

from bookfilm.picture.shadow.chance import sown
from bookfilm.picture.shadow.figure.knife import Knife
from bookfilm.picture.shadow.paths import disc, polygon
from bookfilm.records.bible import Look


def cut_hat(knife: Knife, look: Look) -> None:
    """Cut the hat of `look` onto the head."""
    if look.hat != "none":
        {
            "top": _top,
            "soft": _soft,
            "bowler": _bowler,
            "officer": _officer,
            "boy_cap": _boy_cap,
            "bonnet": _bonnet,
            "hood": _hood,
            "fur": _fur,
            "kerchief": _kerchief,
            "tiara": _tiara,
        }[look.hat](knife, look)


def _top(knife: Knife, look: Look) -> None:
    tall = sown("hat", look.features).uniform(-0.08, 0.14)
    knife.fill(
        [
            (0.60, -0.84),
            (0.66, -0.88),
            (0.44, -0.82),
            (0, -0.84),
            (-0.44, -0.79),
            (-0.64, -0.86),
            (-0.60, -0.77),
            (-0.3, -0.72),
            (0.2, -0.76),
        ]
    )
    knife.fill(
        [
            (0.40, -0.79, 1),
            (0.37, -1.2),
            (0.44, -1.62 - tall, 1),
            (0.0, -1.68 - tall),
            (-0.46, -1.62 - tall, 1),
            (-0.42, -1.2),
            (-0.44, -0.76, 1),
        ]
    )
    knife.slit([(0.385, -0.93), (0, -0.98), (-0.425, -0.9)], 0.03, 0.85)


def _soft(knife: Knife, look: Look) -> None:
    knife.fill(
        [
            (0.66, -0.72),
            (0.70, -0.78),
            (0.44, -0.84),
            (0, -0.86),
            (-0.44, -0.80),
            (-0.66, -0.84),
            (-0.66, -0.76),
            (-0.3, -0.72),
            (0.2, -0.76),
        ]
    )
    knife.fill(
        [
            (0.40, -0.80, 1),
            (0.44, -1.05),
            (0.34, -1.26),
            (0.12, -1.18),
            (-0.16, -1.27),
            (-0.38, -1.14),
            (-0.45, -0.78, 1),
        ]
    )
    knife.slit([(0.40, -0.92), (0, -0.97), (-0.43, -0.89)], 0.033, 0.85)


def _bowler(knife: Knife, look: Look) -> None:
    knife.fill(
        [
            (0.54, -0.80),
            (0.58, -0.86),
            (0.40, -0.80),
            (0, -0.82),
            (-0.40, -0.76),
            (-0.58, -0.80),
            (-0.54, -0.70),
            (-0.2, -0.74),
            (0.3, -0.77),
        ]
    )
    knife.fill([(0.39, -0.78, 1), (0.36, -1.08), (0.12, -1.24), (-0.22, -1.2), (-0.41, -0.98), (-0.43, -0.74, 1)])
    knife.slit([(0.38, -0.9), (0, -0.94), (-0.41, -0.86)], 0.025, 0.8)


def _officer(knife: Knife, look: Look) -> None:
    knife.fill(
        [
            (0.40, -0.74, 1),
            (0.41, -0.92),
            (0.60, -1.14),
            (0.56, -1.24),
            (0.1, -1.22),
            (-0.40, -1.18),
            (-0.62, -1.06),
            (-0.60, -0.98),
            (-0.455, -0.90),
            (-0.47, -0.68, 1),
            (0, -0.76),
        ]
    )
    knife.fill([(0.36, -0.80), (0.55, -0.755), (0.70, -0.655), (0.69, -0.625), (0.52, -0.675), (0.36, -0.71)])
    knife.slit([(0.405, -0.90), (0, -0.95), (-0.455, -0.87)], 0.026, 0.9)
    knife.slit([(0.41, -0.755), (0, -0.80), (-0.46, -0.73)], 0.018, 0.7)
    knife.hole(disc(0.37, -1.01, 0.05), 0.95)


def _boy_cap(knife: Knife, look: Look) -> None:
    knife.fill(
        [
            (0.42, -0.74),
            (0.50, -0.92),
            (0.36, -1.10),
            (0, -1.17),
            (-0.38, -1.08),
            (-0.58, -0.86),
            (-0.50, -0.70),
            (-0.1, -0.76),
        ]
    )
    knife.fill([(0.34, -0.80), (0.56, -0.79), (0.68, -0.70), (0.50, -0.70), (0.34, -0.71)])
    knife.slit([(0.46, -0.79), (0, -0.86), (-0.5, -0.76)], 0.025, 0.7)
    knife.path(disc(-0.04, -1.17, 0.045))


def _bonnet(knife: Knife, look: Look) -> None:
    knife.fill(
        [
            (0.70, -1.12),
            (0.74, -1.0),
            (0.58, -0.80),
            (0.36, -0.62),
            (0.16, -0.34),
            (0.10, -0.06, 1),
            (-0.06, -0.02),
            (-0.20, -0.16),
            (-0.28, -0.30),
            (-0.50, -0.36),
            (-0.66, -0.60),
            (-0.62, -0.92),
            (-0.40, -1.08),
            (-0.10, -1.06),
            (0.20, -1.14),
            (0.48, -1.24),
        ]
    )
    knife.slit([(0.30, -1.14), (0.08, -0.8), (-0.12, -0.10)], 0.026, 0.85)
    knife.slit([(0.56, -1.16), (0.26, -0.75), (0.02, -0.10)], 0.014, 0.5)
    if sown("flowers", look.features).random() < 0.6:
        knife.fill(
            [(-0.14, -1.02), (-0.24, -1.24), (-0.04, -1.30), (0.04, -1.17), (0.18, -1.36), (0.34, -1.26), (0.28, -1.10)]
        )
        for x, y in ((-0.13, -1.21), (0.14, -1.24)):
            knife.hole(disc(x, y, 0.028), 0.8)
    knife.fill(
        [
            (0.06, -0.08),
            (0.16, 0.06),
            (0.26, 0.12),
            (0.18, 0.22),
            (0.1, 0.12),
            (0.16, 0.42),
            (0.02, 0.30),
            (-0.02, 0.05),
        ]
    )


def _hood(knife: Knife, look: Look) -> None:
    knife.fill(
        [
            (0.30, -0.98),
            (0.40, -0.93),
            (0.34, -0.80),
            (0.24, -0.60),
            (0.17, -0.35),
            (0.16, -0.08),
            (0.24, 0.18),
            (0.05, 0.42),
            (-0.30, 0.45),
            (-0.52, 0.2),
            (-0.56, -0.2),
            (-0.60, -0.62),
            (-0.66, -0.92),
            (-0.42, -1.10),
            (-0.05, -1.14),
        ]
    )
    knife.slit([(0.28, -0.9), (0.12, -0.5), (0.12, 0.1)], 0.022, 0.7)
    knife.slit([(-0.56, -0.84), (-0.3, -0.4), (-0.2, 0.2)], 0.014, 0.45)


def _kerchief(knife: Knife, look: Look) -> None:
    knife.fill(
        [
            (0.40, -0.86),
            (0.30, -1.0),
            (0, -1.06),
            (-0.30, -1.0),
            (-0.50, -0.72),
            (-0.46, -0.4),
            (-0.62, -0.05),
            (-0.40, 0.02),
            (-0.28, -0.12),
            (-0.1, 0.0),
            (0.08, 0.02),
            (0.16, 0.0),
            (0.06, -0.26),
            (0.14, -0.6),
        ]
    )
    knife.slit([(0.33, -0.88), (0.08, -0.5), (0.06, -0.06)], 0.018, 0.7)
    knife.slit([(0.05, -0.98), (-0.2, -0.7), (-0.3, -0.3)], 0.013, 0.45)


def _tiara(knife: Knife, look: Look) -> None:
    for i in range(5):
        x, y = 0.30 - 0.12 * i, -0.96 - 0.02 * i
        tall = 0.19 if i == 2 else 0.13
        knife.path(polygon([(x, y), (x - 0.04, y - tall), (x - 0.10, y - 0.01)]))
        knife.path(disc(x - 0.04, y - tall, 0.022))


def _fur(knife: Knife, look: Look) -> None:
    rng = sown("fur", look.features)
    points: list[tuple[float, ...]] = []
    for i in range(36):
        a = 2 * math.pi * i / 36
        ragged = 1.0 + (0.05 if i % 2 else -0.04) * rng.uniform(0.5, 1.2)
        points.append(
            (
                -0.03 + 0.50 * math.cos(a) * ragged,
                -0.98 + 0.28 * math.sin(a) * ragged * (1.15 if math.sin(a) < 0 else 0.8),
            )
        )
    knife.fill(points)
