"""The proportions of one person, decided by their Look."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bookfilm.picture.shadow.chance import sown
from bookfilm.records.bible import Look

_SKIRTS = {
    "dome_skirt": ("dome", 1.45, 0.0, 1.0),
    "bell_skirt": ("bell", 1.0, 0.0, 1.0),
    "straight_skirt": ("straight", 0.70, 0.5, 1.0),
    "smock": ("bell", 0.95, 0.0, 0.70),
    "cloak": ("bell", 0.72, 0.0, 1.0),
    "robe": ("straight", 0.72, 0.0, 1.0),
}
_COAT_HEMS = {"coat": 0.52, "tailcoat": 0.46, "uniform": 0.38, "frock": 0.68, "shirt": 0.17}


@dataclass(frozen=True)
class Body:
    """Lengths and widths in heads, or factors about the usual adult (1). Angles in degrees."""

    stature: float = 1.0
    head: float = 1.0
    legs: float = 1.0
    torso: float = 1.0
    arms: float = 1.0
    limb: float = 1.0
    belly: float = 0.0
    bust: float = 0.0
    waist: float = 1.0
    chest: float = 1.0
    shoulders: float = 1.0
    stoop: float = 0.0
    neck_long: float = 1.0
    neck_thick: float = 1.0
    nose: float = 0.12
    nose_up: float = 0.0
    hook: float = 0.0
    brow: float = 0.0
    slope: float = 0.0
    chin: float = 0.0
    jowl: float = 0.0
    child: bool = False
    woman: bool = False
    skirt: float = 0.0
    skirt_shape: str = "bell"
    bustle: float = 0.0
    hem: float = 0.0
    """Where skirt or coat ends: 0 the hip, 1 the ankle."""
    flare: float = 0.22
    puffed: bool = False
    collar: str = "plain"
    spectacles: bool = False

    @property
    def thigh(self) -> float:
        return 1.72 * self.legs

    @property
    def shin(self) -> float:
        return 1.66 * self.legs

    @property
    def hip_height(self) -> float:
        return (self.thigh + self.shin) * 0.985 + ANKLE


ANKLE = 0.3


def is_womanly(look: Look) -> bool:
    """True where the look is cut as a woman's: by sex, or by dress where the book does not say."""
    if look.sex != "unknown":
        return look.sex == "female"
    return look.dress in ("dome_skirt", "bell_skirt", "straight_skirt") or look.hat in ("bonnet", "kerchief", "tiara")


def body_of(look: Look) -> Body:
    """Return the body of `look`; its `features` decide nose, brow, chin and cut within what the fields allow."""
    rng = sown("body", look.features)
    woman = is_womanly(look)
    body = Body(
        nose=rng.choice((0.10, 0.13, 0.16, 0.20, 0.24)) if not woman else rng.uniform(0.085, 0.14),
        nose_up=rng.uniform(-0.015, 0.03),
        hook=rng.uniform(-0.01, 0.05) if not woman else 0.0,
        brow=rng.uniform(0.0, 0.03),
        slope=rng.uniform(0.0, 0.05),
        chin=rng.uniform(-0.035, 0.035),
        flare=rng.uniform(0.08, 0.32),
        neck_long=rng.uniform(0.9, 1.2),
        stature=rng.uniform(0.97, 1.03),
        woman=woman,
        collar=rng.choice(("plain", "up", "cravat")),
        puffed=rng.random() < 0.35,
        spectacles=rng.random() < 0.14 and not woman and look.dress in ("coat", "frock", "tailcoat"),
    )
    body = _by_sex(body, look)
    body = _by_build(body, look, rng.uniform(0.9, 1.15))
    body = _by_age(body, look)
    return replace(_by_dress(body, look), stature=body.stature * look.stature / 100)


def _by_sex(body: Body, look: Look) -> Body:
    if not body.woman:
        return body
    return replace(
        body,
        stature=body.stature * 0.95,
        head=0.97,
        limb=0.78,
        bust=0.62,
        waist=0.82,
        chest=0.89,
        neck_thick=0.74,
        neck_long=body.neck_long * 1.1,
        shoulders=0.94,
        brow=0.0,
        slope=0.0,
    )


def _by_build(body: Body, look: Look, much: float) -> Body:
    if look.build == "slight":
        return replace(body, limb=body.limb * 0.84, chest=body.chest * 0.87, waist=body.waist * 0.88, shoulders=0.88)
    if look.build == "broad":
        return replace(
            body, limb=body.limb * 1.16, chest=body.chest * 1.14, shoulders=1.14, neck_thick=body.neck_thick * 1.25
        )
    if look.build == "stout":
        return replace(
            body,
            belly=(0.8 if body.woman else 1.35) * much,
            limb=body.limb * 1.18,
            chest=body.chest * 1.16,
            jowl=0.9,
            neck_thick=body.neck_thick * 1.35,
            neck_long=body.neck_long * 0.65,
            stature=body.stature * 0.97,
        )
    return body


def _by_age(body: Body, look: Look) -> Body:
    if look.age == "child":
        return replace(
            body,
            stature=body.stature * 0.71,
            head=1.3,
            legs=0.86,
            torso=0.85,
            arms=0.87,
            limb=min(body.limb * 1.02, 0.92),
            bust=0.0,
            waist=0.95,
            chest=0.94,
            child=True,
            nose=0.10,
            hook=0.0,
            chin=0.0,
            belly=body.belly * 0.4,
            neck_thick=0.8,
            jowl=0.0,
            spectacles=False,
            puffed=False,
        )
    if look.age == "young":
        return replace(body, stature=body.stature * 0.99, limb=body.limb * 0.94, waist=body.waist * 0.95)
    if look.age == "old":
        return replace(
            body,
            stature=body.stature * 0.95,
            stoop=0.42 if body.woman else 0.55,
            nose=body.nose + 0.04,
            hook=body.hook + 0.02,
            chin=body.chin + 0.02,
            bust=body.bust * 0.7,
            waist=max(body.waist, 0.98),
        )
    return body


def _by_dress(body: Body, look: Look) -> Body:
    dress = look.dress
    if body.woman and dress in _COAT_HEMS:
        dress = "smock" if body.child else "straight_skirt"
    if dress in _SKIRTS:
        shape, skirt, bustle, hem = _SKIRTS[dress]
        if body.child and hem == 1.0 and dress not in ("cloak", "robe"):
            hem = 0.68
        small = 0.92 if body.child else 1.0
        return replace(body, skirt=skirt * small, skirt_shape=shape, bustle=bustle * small, hem=hem)
    hem = _COAT_HEMS[dress]
    collar = "high" if dress == "uniform" else "open" if dress == "shirt" else body.collar
    return replace(body, hem=min(hem, 0.4) if body.child else hem, collar=collar)
