"""Exchanges: which utterances share a shot. A shot holds about 3 to 8 seconds of speech."""

from __future__ import annotations

from dataclasses import dataclass

from bookfilm.records.screenplay import Beat, LineKind, Scene
from bookfilm.records.shots import Utterance
from bookfilm.shots.utterances import split_line

_FULL_CHARS = 115
_SHORT_NARRATION_CHARS = 40
_SHORT_REPLY_CHARS = 34
_TAG_CHARS = 48
"""A "said he" of this length is no picture of its own: whoever speaks stays in frame."""
SPOKEN: tuple[LineKind, ...] = ("dialogue", "thought")


@dataclass
class Take:
    """The utterances of one shot and the beat they begin in. `spoken`: somebody's words, not the narrator's."""

    heard: list[Utterance]
    beat: Beat
    spoken: bool
    part: int = 0
    """Which stretch of its line it begins with: 0 where the line begins here."""

    @property
    def text(self) -> str:
        return " ".join(utterance.text for utterance in self.heard)

    @property
    def words(self) -> str:
        """What is told of here: of somebody's words without the narrator's "said he"."""
        own = [u.text for u in self.heard if u.kind in SPOKEN]
        return " ".join(own) if self.spoken and own else self.text

    @property
    def first(self) -> Utterance:
        """The utterance by which the shot is framed: the first that somebody says, else the first."""
        return next((u for u in self.heard if u.kind in SPOKEN), self.heard[0])

    @property
    def last(self) -> Utterance:
        """The last that somebody says, else the last."""
        return next((u for u in reversed(self.heard) if u.kind in SPOKEN), self.heard[-1])

    @property
    def speakers(self) -> list[str]:
        return list(dict.fromkeys(u.speaker for u in self.heard if u.speaker is not None))


def group_utterances(scene: Scene) -> list[Take]:
    """Return the scene's utterances grouped into shots, in order."""
    takes: list[Take] = []
    for beat in scene.beats:
        for at, line in enumerate(beat.lines):
            for part, utterance in enumerate(split_line(line, ends_paragraph=at == len(beat.lines) - 1)):
                spoken = utterance.kind in SPOKEN
                if takes and _joins(takes[-1], utterance, spoken, beat):
                    takes[-1].heard.append(utterance)
                    takes[-1].spoken |= spoken
                else:
                    takes.append(Take([utterance], beat, spoken, part))
    return takes


def _joins(take: Take, utterance: Utterance, spoken: bool, beat: Beat) -> bool:
    chars = sum(len(u.text) for u in take.heard) + len(utterance.text)
    if chars > _FULL_CHARS:
        return False
    if spoken != take.spoken or take.heard[-1].kind == "narration" != utterance.kind:
        return take.beat is beat and _is_tagged(take, utterance, spoken)
    last = take.heard[-1]
    if not spoken:
        return utterance.kind == last.kind and (take.beat is beat or len(last.text) < _SHORT_NARRATION_CHARS)
    if utterance.speaker == last.speaker:
        return utterance.kind == last.kind and utterance.emotion == last.emotion
    short = max(len(utterance.text), len(last.text)) < _SHORT_REPLY_CHARS
    return short and len({*take.speakers, utterance.speaker}) <= 2 and len(take.heard) < 4


def _is_tagged(take: Take, utterance: Utterance, spoken: bool) -> bool:
    """Tell whether a speech and the few words that say whose it is belong to one shot."""
    if not spoken:
        return utterance.kind == "narration" and len(utterance.text) <= _TAG_CHARS and len(take.speakers) == 1
    if not take.spoken:
        return take.heard[0].kind == "narration" and len(take.text) <= _TAG_CHARS and take.part == 0
    return take.speakers == [utterance.speaker] and take.last.kind == utterance.kind
