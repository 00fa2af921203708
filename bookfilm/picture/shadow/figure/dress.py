"""Clothes: torso, skirts, coats and cloaks, with the slits that tell them apart."""

from __future__ import annotations

from dataclasses import dataclass

from bookfilm.picture.shadow.figure.body import Body
from bookfilm.picture.shadow.figure.knife import Knife
from bookfilm.picture.shadow.figure.skeleton import Joints, Pose, Vec
from bookfilm.picture.shadow.paths import disc, polygon, spline
from bookfilm.records.bible import Look


@dataclass(frozen=True)
class Torso:
    """The torso's outline: points up its front and its back, hip first."""

    front: tuple[Vec, ...]
    back: tuple[Vec, ...]


def torso_of(body: Body, joints: Joints) -> Torso:
    """Return the torso's outline along the bent spine."""
    b, fem, chest = body.belly, body.bust, body.chest
    cb = 1 + (chest - 1) * 0.4
    tight = (0.36 - 0.09 * fem) * body.waist
    rows = [
        (-0.06, 0.40 + 0.30 * b, 0.42 + 0.14 * b + body.bustle * 0.25),
        (0.12, 0.39 + 0.52 * b, 0.38 + 0.12 * b + body.bustle * 0.2),
        (0.30, tight + 0.55 * b, (0.31 - 0.06 * fem) * body.waist + 0.08 * b),
        (0.52, 0.41 * chest + 0.16 * fem + 0.3 * b, 0.35 * cb),
        (0.66, 0.43 * chest + 0.21 * fem + 0.13 * b, 0.40 * cb),
        (0.82, 0.37 * chest + 0.05 * fem, 0.40 * cb * body.shoulders),
        (0.95, 0.27, 0.36 * body.shoulders),
        (1.06, 0.17 * body.neck_thick, 0.22 * body.neck_thick),
    ]
    if body.skirt <= 0 and body.hem > 0:
        rows[0] = (-0.06, 0.20 + 0.34 * b, 0.20 + 0.14 * b)
        rows[1] = (0.12, 0.30 + 0.50 * b, 0.285 + 0.12 * b)
    front, back = [], []
    for t, ahead, behind in rows:
        (x, y), (nx, ny) = joints.along_spine(t)
        front.append((x + nx * ahead, y + ny * ahead))
        back.append((x - nx * behind, y - ny * behind))
    return Torso(tuple(front), tuple(back))


def cut_clothes(knife: Knife, look: Look, body: Body, pose: Pose, joints: Joints, seated: bool) -> None:
    """Cut torso and skirt or coat, then their slits."""
    torso = torso_of(body, joints)
    if body.skirt > 0:
        _skirt(knife, body, pose, joints, torso, seated)
    elif body.hem > 0:
        _coat(knife, look, body, pose, joints, torso, seated)
    knife.fill([*torso.front, *torso.back[::-1]])
    if knife.fine:
        _front_slits(knife, look, body, joints, torso)


def _skirt(knife: Knife, body: Body, pose: Pose, joints: Joints, torso: Torso, seated: bool) -> None:
    wf, wb = torso.front[2], torso.back[2]
    hip, (near, far) = joints.hip, (joints.near_leg, joints.far_leg)
    w, hem = body.skirt, -(1 - body.hem) * 3.2 - 0.03
    if seated:
        _seated_skirt(knife, body, joints, torso)
        return
    knees = (near.mid[0] + far.mid[0]) / 2 * 0.25
    fx = hip[0] + w + pose.sway * 0.55 + knees
    bx = hip[0] - w - body.bustle * 0.55 + pose.sway + knees
    share, rise = {"bell": (0.78, 0.5), "dome": (0.97, 0.42), "straight": (0.6, 0.5)}[body.skirt_shape]
    mf = (fx * share + wf[0] * (1 - share), hem + (wf[1] - hem) * rise)
    mb = (bx * share + wb[0] * (1 - share), hem + (wb[1] - hem) * rise)
    round_hips = 0.0 if body.skirt_shape == "straight" else min(1.0, w)
    hf = (wf[0] + 0.18 + 0.25 * round_hips, wf[1] + 0.38)
    hb = (wb[0] - 0.2 - 0.22 * round_hips - body.bustle * 0.55, wb[1] + 0.36)
    count = max(3, round((fx - bx) / 0.42))
    scallops: list[tuple[float, ...]] = []
    for i in range(count + 1):
        t = i / count
        x, y = fx + (bx - fx) * t, hem - 0.12 * (2 * t - 1) ** 2 * min(1.0, w)
        scallops.append((x, y - 0.03, 1))
        if i < count:
            scallops.append((x + (bx - fx) / count * 0.5, y + 0.05))
    knife.fill([(wf[0] - 0.02, wf[1] - 0.1), hf, mf, *scallops, mb, hb, (wb[0] + 0.02, wb[1] - 0.1)])
    if knife.fine:
        _skirt_slits(knife, body, (fx, bx, hem), (wf, wb), (mf, mb))


def _skirt_slits(
    knife: Knife, body: Body, hem: tuple[float, float, float], waist: tuple[Vec, Vec], middle: tuple[Vec, Vec]
) -> None:
    (fx, bx, y), (wf, wb), (mf, mb) = hem, waist, middle
    folds = 5 if body.skirt < 1 else 7
    for i in range(folds):
        t = (i + 0.5) / folds
        top = (wf[0] + (wb[0] - wf[0]) * t, wf[1] + (wb[1] - wf[1]) * t + 0.12)
        mid = (mf[0] + (mb[0] - mf[0]) * t, mf[1] + (mb[1] - mf[1]) * t)
        start = ((top[0] * 0.55 + mid[0] * 0.45), (top[1] * 0.55 + mid[1] * 0.45)) if i % 2 else top
        foot = fx + (bx - fx) * t
        knife.slit([start, mid, (mid[0] * 0.35 + foot * 0.65, y - (0.42 if body.skirt >= 1 else 0.24))], 0.017, 0.5)
    if body.skirt >= 1:
        count = max(5, int((fx - bx) / 0.24))
        for i in range(1, count):
            t = i / count
            x = fx + (bx - fx) * t * 0.98
            at = y - 0.24 - 0.12 * (2 * t - 1) ** 2
            knife.hole(polygon([(x - 0.045, at), (x, at - 0.08), (x + 0.045, at), (x, at + 0.08)]), 0.85)


def _seated_skirt(knife: Knife, body: Body, joints: Joints, torso: Torso) -> None:
    knee = max((joints.near_leg.mid, joints.far_leg.mid), key=lambda point: point[0])
    ankle = max((joints.near_leg.end, joints.far_leg.end), key=lambda point: point[0])
    wf, wb = torso.front[2], torso.back[2]
    full = 0.12 + 0.2 * body.skirt
    points: list[tuple[float, ...]] = [
        (wf[0], wf[1] - 0.1),
        (joints.hip[0] + 0.7, knee[1] - 0.38),
        (knee[0] + 0.1, knee[1] - 0.3),
        (knee[0] + 0.3, knee[1] + 0.1),
    ]
    points += [
        (ankle[0] + full + 0.1, -0.06, 1),
        (ankle[0] - 0.5, 0.0),
        (joints.hip[0] - 0.1, -0.12, 1),
        (joints.hip[0] - full - 0.3, joints.hip[1] + 0.9),
        (joints.hip[0] - full - 0.36, joints.hip[1] + 0.1),
        (wb[0], wb[1] - 0.1),
    ]
    knife.fill(points)
    if knife.fine:
        knife.slit(
            [(joints.hip[0] + 0.3, knee[1] - 0.1), (knee[0] - 0.1, knee[1] + 0.2), (ankle[0] - 0.1, -0.4)], 0.018, 0.5
        )
        knife.slit(
            [(joints.hip[0], joints.hip[1] + 0.3), (joints.hip[0] + 0.5, joints.hip[1] + 0.9), (ankle[0] - 0.5, -0.4)],
            0.018,
            0.5,
        )


def _coat(knife: Knife, look: Look, body: Body, pose: Pose, joints: Joints, torso: Torso, seated: bool) -> None:
    hx, hy = joints.hip
    long = (body.thigh + body.shin) * body.hem * (0.62 if seated else 1.0)
    foot = hy + long + 0.1
    knees = (joints.near_leg.mid[0], joints.far_leg.mid[0])
    ankles = (joints.near_leg.end[0], joints.far_leg.end[0])

    def reach(pick: int) -> float:
        at_knee = (max if pick > 0 else min)(knees)
        at_ankle = (max if pick > 0 else min)(ankles)
        if body.hem <= 0.5:
            return hx + (at_knee - hx) * body.hem / 0.5
        return at_knee + (at_ankle - at_knee) * (body.hem - 0.5) / 0.5

    b, flare = body.belly, body.flare
    fx = max(
        hx + 0.36 + flare * 0.9 * (0.4 + body.hem) + 0.42 * b, (hx + 0.5 if seated else reach(1)) + 0.18 + flare * 0.3
    )
    bx = min(
        hx - 0.42 - flare * 1.3 * (0.4 + body.hem) - 0.12 * b, (hx - 0.2 if seated else reach(-1)) - 0.22 - flare * 0.4
    )
    fx, bx = fx + pose.sway * 0.25, bx + pose.sway * 0.55
    front, back = torso.front, torso.back
    if look.dress == "tailcoat":
        knife.fill(
            [
                front[2],
                (front[1][0] - 0.02, front[1][1] - 0.05, 1),
                (hx + 0.05, hy + 0.12),
                (bx + 0.62, foot - 0.1),
                (bx + 0.5, foot, 1),
                (bx, foot - 0.06, 1),
                (back[1][0] - 0.1, hy + 0.4),
                back[1],
                back[2],
            ]
        )
        return
    qf, qb = (front[1][0] + 0.03, front[1][1] + 0.22), (back[1][0] - 0.05, back[1][1] + 0.24)
    hem: list[tuple[float, ...]] = [
        (fx, foot - 0.12, 1),
        (fx * 0.7 + bx * 0.3, foot - 0.02),
        ((fx + bx) / 2, foot + 0.03),
        (bx * 0.8 + fx * 0.2, foot),
        (bx, foot - 0.10, 1),
    ]
    points = [(front[2][0] - 0.06, front[2][1], 1), qf, (qf[0] * 0.55 + fx * 0.45, hy + long * 0.42), *hem]
    points += [(qb[0] * 0.58 + bx * 0.42, hy + long * 0.40), qb, (back[2][0] + 0.06, back[2][1], 1)]
    knife.fill(points)
    if knife.fine and body.hem > 0.2:
        knife.slit(
            [
                (front[1][0] - 0.2, front[1][1]),
                (qf[0] * 0.55 + fx * 0.45 - 0.26, hy + long * 0.42),
                (fx - 0.24, foot - 0.06),
            ],
            0.018,
            0.6,
        )
        knife.slit([(hx - 0.02, hy - 0.02), (hx + 0.22, hy + 0.06)], 0.022, 0.65)


def _front_slits(knife: Knife, look: Look, body: Body, joints: Joints, torso: Torso) -> None:
    """Front edge, lapel, buttons, belt, after the dress."""

    def at(t: float, ahead: float) -> Vec:
        (x, y), (nx, ny) = joints.along_spine(t)
        return x + nx * ahead, y + ny * ahead

    b = body.belly
    if look.dress == "uniform" and not body.woman:
        for i in range(6):
            t = 0.92 - 0.62 * i / 5
            knife.hole(disc(*at(t, 0.24 + 0.16 * (0.92 - t) * (1 - t) * 4 + 0.5 * b * (i / 5)), 0.036), 0.95)
        knife.slit([torso.front[2], torso.back[2]], 0.03, 0.9)
        knife.slit(
            [(torso.front[2][0], torso.front[2][1] + 0.1), (torso.back[2][0], torso.back[2][1] + 0.1)], 0.02, 0.7
        )
    elif body.skirt > 0:
        knife.slit(
            [(torso.front[2][0], torso.front[2][1] - 0.02), (torso.back[2][0], torso.back[2][1] - 0.02)], 0.03, 0.8
        )
        knife.slit([at(0.98, 0.10), at(0.8, 0.22), at(0.55, 0.30 + 0.2 * b), at(0.34, 0.2 + 0.3 * b)], 0.018, 0.6)
    else:
        edge = 0.34 + 0.3 * b
        knife.slit([at(1.0, 0.12), at(0.80, 0.16), at(0.62, 0.27), at(0.5, edge)], 0.02, 0.75)
        if look.dress != "shirt":
            z = [at(1.0, 0.08), at(0.84, 0.10), (*at(0.74, 0.08), 1), (*at(0.72, 0.18), 1), at(0.5, edge)]
            knife.slit(z, 0.016, 0.6)
        for i in range(3):
            knife.hole(disc(*at(0.46 - 0.17 * i, 0.22 + 0.36 * b), 0.028), 0.85)


def cut_collar(knife: Knife, body: Body, joints: Joints, near_hat: bool) -> None:
    """Cut neck and collar; they overlap the jaw so that no head floats."""
    (ax, ay), (bx, by) = joints.neck, joints.head
    length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5 or 1.0
    dx, dy = (bx - ax) / length, (by - ay) / length
    nx, ny = -dy, dx
    w = 0.20 * body.neck_thick

    def at(ahead: float, up: float) -> Vec:
        return ax + nx * ahead + dx * up, ay + ny * ahead + dy * up

    mid = ((ax + bx) / 2, (ay + by) / 2)
    end = (bx + dx * 0.18, by + dy * 0.18)
    knife.band(
        [at(0, -0.22), (ax, ay), mid, (bx, by), end],
        [(0.34, 0.30), (w * 1.6, w * 1.15), (w * 1.1, w), (w * 1.15, w * 1.02), (w * 1.2, w)],
    )
    if body.collar == "high":
        knife.fill([(*at(w, -0.14), 1), (*at(w * 0.95, 0.17), 1), (*at(-w * 1.5, 0.17), 1), (*at(-w * 1.8, -0.14), 1)])
        knife.slit([at(-w * 1.68, -0.06), at(w * 1.1, -0.06)], 0.02, 0.8)
    elif body.collar == "up":
        knife.fill([at(0.30, -0.2), at(0.24, 0.10), at(-0.02, 0.04), at(-0.27, 0.20), at(-0.33, -0.05), at(0, -0.3)])
    elif body.collar == "cravat":
        knife.fill([at(0.20, 0.12), at(0.34, -0.05), at(0.42, -0.32), at(0.2, -0.3), at(0, 0)])
        knife.slit([at(w * 1.15, 0.02), at(0, 0.08), at(-w * 1.4, 0.1)], 0.03, 0.8)
    elif body.collar == "open":
        knife.slit([at(w * 1.15, 0.04), at(0, 0.06), at(-w * 1.4, 0.1)], 0.045, 0.95)


def cut_cloak(knife: Knife, body: Body, pose: Pose, joints: Joints) -> None:
    """Cut a long cloak over everything but the near arm."""
    (nx, ny), (hx, hy) = joints.neck, joints.hip
    s, w, foot = pose.sway, body.flare, -0.28
    points: list[tuple[float, ...]] = [
        (nx + 0.20, ny + 0.02),
        (nx + 0.50, ny + 0.55),
        (nx + 0.58, hy - 0.2),
        (hx + 0.62 + 0.2 * w, hy + 1.2),
        (hx + 0.80 + 0.3 * w, foot, 1),
        (hx + 0.35, foot + 0.10),
        (hx - 0.1, foot + 0.02),
        (hx - 0.62, foot + 0.12),
        (hx - 1.2 - w + s, foot - 0.04, 1),
    ]
    points += [
        (hx - 1.0 - w * 0.6 + s * 0.7, hy + 1.6),
        (hx - 0.72, hy + 0.2),
        (nx - 0.52, ny + 0.8),
        (nx - 0.42, ny + 0.3),
        (nx - 0.22, ny + 0.0),
    ]
    knife.fill(points)
    if knife.fine:
        for (x0, y0), (x1, y1) in (
            ((nx - 0.30, ny + 0.6), (hx - 0.8 - w * 0.5 + s * 0.7, foot - 0.2)),
            ((nx - 0.12, ny + 0.9), (hx - 0.35 + s * 0.4, foot - 0.25)),
            ((nx + 0.12, ny + 0.5), (hx + 0.15 + s * 0.2, foot - 0.2)),
        ):
            knife.slit_path(spline([(x0, y0), ((x0 + x1) / 2 + 0.06, (y0 + y1) / 2), (x1, y1)], False), 0.02, 0.55)


def cut_epaulette(knife: Knife, joints: Joints) -> None:
    """Cut a fringed epaulette on the near shoulder."""
    x, y = joints.near_arm.root
    knife.fill(
        [
            (x - 0.44, y - 0.10),
            (x - 0.30, y - 0.27),
            (x, y - 0.33),
            (x + 0.26, y - 0.24),
            (x + 0.30, y - 0.08),
            (x, y - 0.06),
            (x - 0.30, y - 0.02),
        ]
    )
    for i in range(8):
        t = i / 7
        knife.band(
            [(x - 0.42 + 0.66 * t, y - 0.10), (x - 0.46 + 0.68 * t, y + 0.05), (x - 0.47 + 0.68 * t, y + 0.19)],
            [0.045, 0.045, 0.03],
        )
    if knife.fine:
        knife.slit([(x - 0.40, y - 0.09), (x - 0.10, y - 0.05), (x + 0.27, y - 0.08)], 0.03, 0.95)
        for i in range(7):
            t = (i + 0.5) / 7
            knife.slit([(x - 0.42 + 0.66 * t, y - 0.03), (x - 0.45 + 0.68 * t, y + 0.15)], 0.016, 0.75)
