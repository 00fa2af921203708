"""Draws a whole figure: far arm, far leg, near leg, clothes, neck, head, near arm."""

from __future__ import annotations

import math
from typing import Any

import skia

from bookfilm.picture.shadow.colour import Colour
from bookfilm.picture.shadow.figure.body import body_of
from bookfilm.picture.shadow.figure.dress import cut_cloak, cut_clothes, cut_collar, cut_epaulette
from bookfilm.picture.shadow.figure.hair import cut_beard, cut_hair
from bookfilm.picture.shadow.figure.hats import cut_hat
from bookfilm.picture.shadow.figure.knife import Knife
from bookfilm.picture.shadow.figure.limbs import cut_arm, cut_carried, cut_foot, cut_leg
from bookfilm.picture.shadow.figure.profile import face_outline
from bookfilm.picture.shadow.figure.skeleton import Joints, Pose, solve
from bookfilm.picture.shadow.paths import disc, spline
from bookfilm.records.bible import Look

JAW_STEPS = 6
JAW_WIDEST = 15.0


class FigureArtist:
    """Cuts one person in any pose. Heads are recorded once for each opening of the jaw and then only re-posed."""

    def __init__(self, look: Look, ink: Colour, far: Colour, head_px: float, strength: float = 0.75) -> None:
        self.look = look
        self.body = body_of(look)
        self.ink, self.far, self.head_px, self.strength = ink, far, head_px * self.body.stature, strength
        self._heads: dict[tuple[int, bool, int], Any] = {}

    def joints(self, pose: Pose) -> Joints:
        return solve(self.body, pose)

    def draw(self, canvas: Any, pose: Pose, seated: bool = False, carries: bool = True) -> Joints:
        """Draw the figure with its feet at (0, 0), one unit a head; slits are cut straight out of the canvas."""
        body, look = self.body, self.look
        canvas.save()
        canvas.scale(body.stature, body.stature)
        knife = Knife(canvas, self.ink, self.far, self.head_px, self.strength)
        joints = self.joints(pose)
        cut_arm(knife, body, joints.far_arm, pose.far_arm.hand, pose.far_arm.wrist, True)
        if body.skirt > 0 and body.hem > 0.8:
            cut_foot(knife, body, joints.far_leg.end, pose.far_foot.pitch, True)
            cut_foot(knife, body, joints.near_leg.end, pose.near_foot.pitch, False)
        else:
            cut_leg(knife, body, joints.far_leg, pose.far_foot, True)
            cut_leg(knife, body, joints.near_leg, pose.near_foot, False)
        cut_clothes(knife, look, body, pose, joints, seated)
        cut_collar(knife, body, joints, look.hat == "hood")
        self._draw_head(canvas, pose, joints)
        if look.dress == "cloak" and not seated:
            cut_cloak(knife, body, pose, joints)
        carried = look.carries if carries else "nothing"
        if carried != "nothing":
            cut_carried(knife, carried, joints.near_arm.end, 0.0)
        cut_arm(knife, body, joints.near_arm, pose.near_arm.hand, pose.near_arm.wrist, False)
        if look.dress == "uniform" and not body.woman and not body.child:
            cut_epaulette(knife, joints)
        canvas.restore()
        return joints

    def _draw_head(self, canvas: Any, pose: Pose, joints: Joints) -> None:
        jaw = min(max(round(pose.jaw / JAW_WIDEST * JAW_STEPS), 0), JAW_STEPS)
        sway = round(pose.sway * 8)
        key = (jaw, pose.blink, sway)
        if key not in self._heads:
            if len(self._heads) > 64:
                self._heads.clear()
            self._heads[key] = self._record_head(jaw * JAW_WIDEST / JAW_STEPS, pose.blink, sway / 8)
        size = self.body.head
        canvas.save()
        canvas.translate(*joints.head)
        canvas.rotate(pose.head + math.degrees(joints.chest_angle) * 0.25)
        canvas.scale(size, size)
        canvas.translate(-0.02, 0.05)
        canvas.drawPicture(self._heads[key])
        canvas.restore()

    def _record_head(self, jaw: float, blink: bool, sway: float) -> Any:
        recorder = skia.PictureRecorder()
        canvas = recorder.beginRecording(skia.Rect.MakeLTRB(-3, -4, 3, 5))
        knife = Knife(canvas, self.ink, self.far, self.head_px * self.body.head, self.strength)
        knife.fill(face_outline(self.body, jaw))
        cut_hair(knife, self.look, sway)
        self._cut_features(knife, jaw, blink)
        cut_beard(knife, self.look, jaw)
        cut_hat(knife, self.look)
        if self.body.spectacles:
            ring = skia.Paint(knife.ink)
            ring.setStyle(skia.Paint.kStroke_Style)
            ring.setStrokeWidth(0.035)
            canvas.drawCircle(0.37, -0.565, 0.105, ring)
            knife.hole(disc(0.37, -0.565, 0.085), 0.95)
            knife.line([(0.28, -0.58), (-0.05, -0.6)], 0.03)
        return recorder.finishRecordingAsPicture()

    def _cut_features(self, knife: Knife, jaw: float, blink: bool) -> None:
        """Cut eye, brow, nostril, mouth and ear."""
        if not knife.fine:
            return
        child, woman = self.body.child, self.body.woman
        x, y = (0.30, -0.49) if child else (0.315, -0.575)
        wide = 0.042 if child else 0.030
        if blink:
            knife.slit([(x + 0.075, y + 0.012), (x, y + 0.026), (x - 0.075, y + 0.008)], 0.014, 0.9)
        else:
            eye = skia.Path()
            eye.moveTo(x + 0.075, y + 0.012)
            eye.quadTo(x + 0.02, y - wide * 1.5, x - 0.075, y + 0.008)
            eye.quadTo(x, y + wide * 0.9, x + 0.075, y + 0.012)
            knife.hole(eye)
            if knife.head_px > 90:
                knife.path(disc(x + 0.028, y - 0.001, wide * 0.72))
        if woman and knife.head_px > 50:
            knife.slit([(x + 0.06, y - 0.012), (x + 0.11, y - 0.028), (x + 0.135, y - 0.06)], 0.014, 0.8)
        if knife.head_px > 70:
            knife.slit(
                [(x + 0.105, y - 0.085), (x + 0.02, y - 0.125 - self.body.brow), (x - 0.10, y - 0.085)], 0.017, 0.55
            )
            knife.slit([(0.445, -0.405), (0.425, -0.43), (0.40, -0.395)], 0.014, 0.6)
        if jaw < 2 and self.look.beard not in ("full", "short", "moustache"):
            level = -0.205 if child else -0.242
            knife.slit([(0.405, level), (0.35, level + 0.006), (0.30, level + 0.02)], 0.014, 0.8)
        if self.look.hair not in ("long",) and self.look.hat not in ("bonnet", "hood", "kerchief", "fur"):
            ear = [(-0.075, -0.36), (-0.16, -0.48), (-0.12, -0.58), (-0.03, -0.58), (-0.01, -0.50), (-0.045, -0.43)]
            knife.slit_path(spline(ear, False), 0.02, 0.7)
