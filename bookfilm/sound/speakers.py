"""The speakers that come with the program: how each is made, and how fast it was measured to speak.

English speakers are shapes of one model (`vocoder.Throat`); Russian ones are espeak-ng voices with a
variant. `chars_per_s` was measured by `tests/sound/test_packaged.py`, which measures it again.
"""

from __future__ import annotations

from dataclasses import dataclass

from bookfilm.engines.protocols import VoiceSpec
from bookfilm.records.bible import Age, Sex
from bookfilm.records.screenplay import Emotion, LineKind
from bookfilm.sound.vocoder import Throat


@dataclass(frozen=True)
class Speaker:
    """A voice: `throat` for the English model, or an espeak-ng `variant` with its `pitch` and `swing` (0-99).

    `tempo` is a factor on the engine's own speed.
    """

    spec: VoiceSpec
    tempo: float = 1.0
    throat: Throat | None = None
    variant: str = ""
    pitch: int = 50
    swing: int = 50


@dataclass(frozen=True)
class Manner:
    """What an emotion does to a voice: factors on tempo, pitch, the pitch's swing and pauses, and a change of level."""

    tempo: float = 1.0
    pitch: float = 1.0
    swing: float = 1.0
    gain_db: float = 0.0
    pause: float = 1.0


MANNERS: dict[Emotion, Manner] = {
    "neutral": Manner(),
    "joy": Manner(1.05, 1.06, 1.2, 1.0, 0.9),
    "anger": Manner(1.05, 1.03, 1.2, 2.5, 0.8),
    "fear": Manner(1.08, 1.07, 1.1, -1.0, 0.85),
    "sorrow": Manner(0.90, 0.95, 0.8, -2.0, 1.35),
    "surprise": Manner(1.02, 1.09, 1.35, 1.0),
    "tender": Manner(0.93, 0.98, 0.9, -2.5, 1.2),
    "whisper": Manner(0.95, 1.0, 0.8, -5.0, 1.15),
    "shout": Manner(0.98, 1.15, 1.25, 4.0),
}
KIND_TEMPO: dict[LineKind, float] = {"verse": 0.92, "letter": 0.97, "thought": 0.97}


def _english(
    id: str, sex: Sex, age: Age, chars_per_s: float, throat: Throat, tempo: float = 1.0, narrates: bool = False
) -> Speaker:
    spec = VoiceSpec(id=id, language="en", sex=sex, age=age, chars_per_s=chars_per_s, narrates=narrates)
    return Speaker(spec, tempo=tempo, throat=throat)


def _russian(
    id: str,
    sex: Sex,
    age: Age,
    chars_per_s: float,
    variant: str,
    pitch: int = 50,
    swing: int = 50,
    tempo: float = 1.0,
    narrates: bool = False,
) -> Speaker:
    spec = VoiceSpec(id=id, language="ru", sex=sex, age=age, chars_per_s=chars_per_s, narrates=narrates)
    return Speaker(spec, tempo=tempo, variant=variant, pitch=pitch, swing=swing)


ENGLISH = (
    _english("clara", "female", "adult", 14.9, Throat(), narrates=True),
    _english("edmund", "male", "adult", 15.0, Throat(0.58, 0.86, 0.95), narrates=True),
    _english("margaret", "female", "old", 13.3, Throat(0.90, 0.97, 0.9, 3.0, 0.025), tempo=0.90),
    _english("walter", "male", "old", 13.3, Throat(0.56, 0.84, 0.9, 4.0, 0.03), tempo=0.89, narrates=True),
    _english("rose", "female", "young", 16.4, Throat(1.11, 1.03, 1.1), tempo=1.04),
    _english("henry", "male", "young", 16.5, Throat(0.68, 0.90, 1.05), tempo=1.04),
    _english("harriet", "female", "adult", 13.8, Throat(0.82, 0.94, 0.8), tempo=0.98),
    _english("george", "male", "adult", 13.8, Throat(0.47, 0.82, 0.9), tempo=0.97),
    _english("lily", "female", "child", 15.0, Throat(1.36, 1.06, 1.15), tempo=1.0),
    _english("tom", "male", "child", 16.3, Throat(1.22, 1.08, 1.3), tempo=1.03),
    _english("agnes", "female", "young", 14.9, Throat(0.97, 1.05, 0.75, 2.0)),
    _english("silas", "male", "adult", 13.7, Throat(0.62, 0.80, 0.7, 2.0), tempo=0.95),
)
RUSSIAN = (
    _russian("nikolai", "male", "adult", 15.1, "", pitch=42, swing=46, narrates=True),
    _russian("vera", "female", "adult", 15.0, "f2", pitch=48, narrates=True),
    _russian("anton", "male", "young", 15.9, "m3", pitch=62, swing=60, tempo=1.04),
    _russian("sonya", "female", "young", 15.4, "f4", pitch=64, swing=62, tempo=1.04),
    _russian("zakhar", "male", "old", 13.8, "m1", pitch=30, swing=40, tempo=0.9),
    _russian("agafya", "female", "old", 13.7, "f5", pitch=34, swing=60, tempo=0.9),
    _russian("matvei", "male", "adult", 14.6, "m7", pitch=22, swing=40, tempo=0.96),
    _russian("larisa", "female", "adult", 14.9, "f3", pitch=38, swing=40, tempo=0.98),
    _russian("petya", "male", "child", 15.3, "f1", pitch=80, swing=65, tempo=1.04),
    _russian("dasha", "female", "child", 15.3, "f2", pitch=97, swing=60, tempo=1.02),
)
SPEAKERS = {speaker.spec.id: speaker for speaker in (*ENGLISH, *RUSSIAN)}
