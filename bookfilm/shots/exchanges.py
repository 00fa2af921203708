"""Exchanges: which utterances share a shot. A shot holds about 3 to 12 seconds of speech."""

from __future__ import annotations

from dataclasses import dataclass

from bookfilm.records.screenplay import Beat, Scene
from bookfilm.records.shots import Utterance
from bookfilm.shots.utterances import split_line

_FULL_CHARS = 190
_SHORT_NARRATION_CHARS = 60
_SHORT_REPLY_CHARS = 34


@dataclass
class Take:
    """The utterances of one shot and the beat they begin in. `spoken`: somebody's words, not the narrator's."""

    heard: list[Utterance]
    beat: Beat
    spoken: bool

    @property
    def text(self) -> str:
        return " ".join(utterance.text for utterance in self.heard)

    @property
    def speakers(self) -> list[str]:
        return list(dict.fromkeys(u.speaker for u in self.heard if u.speaker is not None))


def group_utterances(scene: Scene) -> list[Take]:
    """Return the scene's utterances grouped into shots, in order."""
    takes: list[Take] = []
    for beat in scene.beats:
        for at, line in enumerate(beat.lines):
            for utterance in split_line(line, ends_paragraph=at == len(beat.lines) - 1):
                spoken = utterance.kind in ("dialogue", "thought")
                if takes and _joins(takes[-1], utterance, spoken, beat):
                    takes[-1].heard.append(utterance)
                else:
                    takes.append(Take([utterance], beat, spoken))
    return takes


def _joins(take: Take, utterance: Utterance, spoken: bool, beat: Beat) -> bool:
    chars = sum(len(u.text) for u in take.heard) + len(utterance.text)
    if spoken != take.spoken or chars > _FULL_CHARS:
        return False
    last = take.heard[-1]
    if not spoken:
        return take.beat is beat or len(last.text) < _SHORT_NARRATION_CHARS
    if utterance.speaker == last.speaker:
        return utterance.kind == last.kind and utterance.emotion == last.emotion
    short = max(len(utterance.text), len(last.text)) < _SHORT_REPLY_CHARS
    return short and len({*take.speakers, utterance.speaker}) <= 2 and len(take.heard) < 4
