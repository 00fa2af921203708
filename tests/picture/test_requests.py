"""A take's key: all that decides its pixels, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from bookfilm.engines.protocols import VideoCapabilities, Voiced
from bookfilm.picture.requests import EngineFacts, TakeOrder, order_take
from bookfilm.records.bible import Look
from bookfilm.records.shots import InFrame, Picture, Setting, Shot
from bookfilm.records.time import FrameRate
from bookfilm.settings import Encoding, PictureSettings

ANNA = InFrame(name="anna", look=Look(sex="female", dress="bell_skirt", words="a woman in grey"), mark=30)
PICTURE = Picture(
    setting=Setting(kind="harbour", features=7, name="the quay", hour="dusk", lights=("lamp",)),
    cast=(ANNA,),
    props=("boat",),
    action="Anna laughs.",
)
SHOT = Shot(id="c01-s01-h001", scene="c01-s01", chapter=0, picture=PICTURE, hold_ms=500, reason="she speaks")
MOUTH = Voiced(speaker="anna", start_frame=2, loudness=(0, 90, 255))
PLAIN = EngineFacts(name="e", revision="1")
READS = PLAIN.changed(capabilities=VideoCapabilities(reads_words=True))


SIZE, ENCODING = PictureSettings(), Encoding()


def ordered(
    shot: Shot = SHOT, frames: int = 48, voices: tuple[Voiced, ...] = (MOUTH,), engine: EngineFacts = PLAIN,
    picture: PictureSettings = SIZE, encoding: Encoding = ENCODING,
) -> TakeOrder:  # fmt: skip
    return order_take(shot, frames, voices, engine, picture, encoding)


def pictured(**fields: Any) -> Shot:
    return SHOT.changed(picture=PICTURE.changed(**fields))


def set_in(**fields: Any) -> Shot:
    return pictured(setting=PICTURE.setting.changed(**fields))


DECIDES: dict[str, dict[str, Any]] = {
    "frames": {"frames": 49},
    "voices": {"voices": (MOUTH.changed(loudness=(0, 91, 255)),)},
    "voice start": {"voices": (MOUTH.changed(start_frame=3),)},
    "no voices": {"voices": ()},
    "engine": {"engine": PLAIN.changed(name="f")},
    "revision": {"engine": PLAIN.changed(revision="2")},
    "settings": {"engine": PLAIN.changed(settings={"steps": 4})},
    "width": {"picture": PictureSettings(width=1282)},
    "height": {"picture": PictureSettings(height=722)},
    "rate": {"picture": PictureSettings(rate=FrameRate(num=25))},
    "style": {"picture": PictureSettings(style="sepia")},
    "crf": {"encoding": Encoding(crf=21)},
    "x264's preset": {"encoding": Encoding(preset="slow")},
    "threads": {"encoding": Encoding(threads=2)},
    "kind": {"shot": pictured(kind="slate")},
    "size": {"shot": pictured(size="wide")},
    "camera": {"shot": pictured(camera="push")},
    "crowd": {"shot": pictured(crowd=3)},
    "props": {"shot": pictured(props=("horse",))},
    "card": {"shot": pictured(card=("A title",))},
    "fade in": {"shot": pictured(fade_in=True)},
    "fade out": {"shot": pictured(fade_out=True)},
    "place": {"shot": set_in(kind="street")},
    "which place": {"shot": set_in(features=8)},
    "hour": {"shot": set_in(hour="night")},
    "weather": {"shot": set_in(weather="rain")},
    "season": {"shot": set_in(season="winter")},
    "lights": {"shot": set_in(lights=("moon",))},
    "who": {"shot": pictured(cast=())},
    "mark": {"shot": pictured(cast=(ANNA.changed(mark=31),))},
    "facing": {"shot": pictured(cast=(ANNA.changed(facing="left"),))},
    "stance": {"shot": pictured(cast=(ANNA.changed(stance="sit"),))},
    "emotion": {"shot": pictured(cast=(ANNA.changed(emotion="joy"),))},
    "look": {"shot": pictured(cast=(ANNA.changed(look=ANNA.look.changed(hat="bonnet")),))},
    "features": {"shot": pictured(cast=(ANNA.changed(look=ANNA.look.changed(features=9)),))},
}
WORDS = {
    "action": pictured(action="Anna weeps."),
    "place's name": set_in(name="the pier"),
    "look in words": pictured(cast=(ANNA.changed(look=ANNA.look.changed(words="a woman in red")),)),
}


@pytest.mark.parametrize("change", DECIDES.values(), ids=DECIDES)
@pytest.mark.parametrize("engine", [PLAIN, READS], ids=["plain", "reads words"])
def test_what_decides_pixels_is_in_the_key(change: dict[str, Any], engine: EngineFacts) -> None:
    if "engine" in change:
        change = {"engine": change["engine"].changed(capabilities=engine.capabilities)}
    assert ordered(**{"engine": engine, **change}).key != ordered(engine=engine).key


def test_all_the_keys_differ() -> None:
    keys = [ordered(**change).key for change in DECIDES.values()]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(
    "shot",
    [
        SHOT.changed(id="c09-s09-h009"),
        SHOT.changed(scene=None, chapter=5),
        SHOT.changed(reason="another"),
        SHOT.changed(hold_ms=900),
    ],
)
@pytest.mark.parametrize("engine", [PLAIN, READS], ids=["plain", "reads words"])
def test_what_does_not_is_not(shot: Shot, engine: EngineFacts) -> None:
    order = ordered(shot, engine=engine)
    assert order.key == ordered(engine=engine).key
    assert order.request == ordered(engine=engine).request
    assert order.shot == shot.id


@pytest.mark.parametrize("shot", WORDS.values(), ids=WORDS)
def test_words_count_for_those_who_read_them(shot: Shot) -> None:
    assert ordered(shot).key == ordered().key
    assert ordered(shot).request == ordered().request
    assert ordered(shot, engine=READS).key != ordered(engine=READS).key


def test_an_engine_that_reads_words_is_given_them() -> None:
    assert ordered(engine=READS).request.picture == PICTURE
    assert ordered().request.picture.action == ""


def test_the_seed_follows_from_the_key() -> None:
    seeds = {ordered(**change).request.seed for change in DECIDES.values()}
    assert len(seeds) == len(DECIDES)
    assert ordered().request.seed == ordered(SHOT.changed(id="other")).request.seed


def test_an_order_travels_as_json() -> None:
    order = ordered(engine=READS.changed(settings={"steps": 4, "scale": 1.5}))
    assert TakeOrder.model_validate_json(order.model_dump_json()) == order
