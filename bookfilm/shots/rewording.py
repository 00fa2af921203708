"""Rewording: a line whose words a person has changed is said in the shots that it had, and no other shot is new.

How words are seen depends on those near them (a reply to a question, the line that matters). So shots are planned by
the words that were there first, and only those that hold a changed line are planned by the new ones too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bookfilm.records.screenplay import Scene
from bookfilm.records.shots import Utterance
from bookfilm.shots.exchanges import Take
from bookfilm.shots.utterances import split_line


@dataclass(frozen=True)
class Retold:
    """A take as it is now, and which of the takes as they first were it is; None where its words are others."""

    take: Take
    first: int | None


def as_first_written(scene: Scene, first_words: Mapping[str, str]) -> Scene:
    """Return `scene` with the words that its lines had before a person changed them; `first_words` are by line id."""
    if not any(line.id in first_words for line in scene.lines()):
        return scene
    beats = tuple(
        beat.changed(lines=tuple(line.changed(text=first_words.get(line.id, line.text)) for line in beat.lines))
        for beat in scene.beats
    )
    return scene.changed(beats=beats)


def retell(takes: list[Take], scene: Scene, first_words: Mapping[str, str]) -> list[Retold]:
    """Return `takes`, grouped by the first words, with the words that `scene` has now, each in the take that held it.

    What a line has gained fills takes of its own after that; a take whose words are all gone goes too.
    """
    words = {
        line.id: split_line(line, ends_paragraph=at == len(beat.lines) - 1)
        for beat in scene.beats
        for at, line in enumerate(beat.lines)
        if line.id in first_words
    }
    retold: list[Retold] = []
    for at, take in enumerate(takes):
        if not any(heard.line in words for heard in take.heard):
            retold.append(Retold(take, at))
            continue
        retold += [Retold(changed, None) for changed in _changed(take, words)]
    return retold


def _changed(take: Take, words: dict[str, list[Utterance]]) -> list[Take]:
    """Return what becomes of one take. It uses up the `words` that it says."""
    groups: list[list[Utterance]] = [[]]
    for heard in take.heard:
        left = words.get(heard.line)
        if left is None:
            groups[-1].append(heard)
        elif left:
            groups[-1].append(left.pop(0))
            if heard.ends_line:
                groups += [[other] for other in left]
                left.clear()
    return [replace(take, heard=group, part=take.part + number) for number, group in enumerate(groups) if group]
