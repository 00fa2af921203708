"""Frames as the engine's revision draws them, kept at 64 x 36.

``python -m tests.picture.shadow.test_golden`` writes them anew. Takes are kept by `revision`: whoever changes pixels on
purpose raises it, and writes these again.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from bookfilm.engines.protocols import RenderRequest
from bookfilm.picture.shadow import ShadowEngine
from tests.picture.shadow.shots_for_tests import GIRL, LADY, OFFICER, frames_of, person, picture, request, spoken

FOLDER = Path(__file__).parent / "golden"
TWO = (person("anna", LADY, mark=34, emotion="tender"), person("oleg", OFFICER, mark=66, facing="left"))
SHOTS: dict[str, RenderRequest] = {
    "street": request(picture("street", "dusk", *TWO, weather="rain", crowd=5), frames=3),
    "room": request(
        picture("room_poor", "night", *TWO, size="medium"), frames=3, voices=(spoken("anna", 250, 250, 250),)
    ),
    "over_shoulder": request(
        picture("room", "night", TWO[0].changed(mark=11, near=True), TWO[1].changed(mark=66), size="over_shoulder"),
        frames=3,
    ),
    "forest": request(
        picture("forest", "night", person("lena", GIRL, mark=50, stance="walk"), camera="push"), frames=3
    ),
    "crowd": request(picture("square", "noon", person("oleg", OFFICER, mark=42), size="close_up", crowd=9), frames=3),
    "card": request(picture("sea", "afternoon", kind="title", card=("Title", "Название")), frames=3),
}


def thumbnail(asked: RenderRequest) -> NDArray[np.uint8]:
    frame = frames_of(ShadowEngine(), asked)[-1]
    return np.asarray(cv2.resize(frame[:, :, 2::-1], (64, 36), interpolation=cv2.INTER_AREA), np.uint8)


@pytest.mark.parametrize("name", SHOTS)
def test_frames_are_those_of_this_revision(name: str) -> None:
    assert (FOLDER / "revision.txt").read_text().strip() == ShadowEngine.revision
    kept = cv2.imread(str(FOLDER / f"{name}.png"))
    assert kept is not None
    apart = np.abs(thumbnail(SHOTS[name]).astype(int) - kept)
    assert apart.mean() < 0.5 and apart.max() < 24, (
        "pixels changed: raise ShadowEngine.revision and write the golden frames"
    )


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for each, shot in SHOTS.items():
        cv2.imwrite(str(FOLDER / f"{each}.png"), thumbnail(shot))
    (FOLDER / "revision.txt").write_text(ShadowEngine.revision + "\n")
