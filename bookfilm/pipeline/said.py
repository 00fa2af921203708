"""The words as they are said and read: where a tag ("he said") is not heard, what stood before it ends as a sentence.

The author's words stay as they are in the screenplay and the shot list; only a comma becomes a full stop, for voices
and subtitles alone: “I know,” he said. “The road is shut.” is heard as "I know. The road is shut."
"""

from __future__ import annotations

from collections.abc import Sequence

from bookfilm.records.screenplay import Line, Screenplay
from bookfilm.records.shots import Shot, Utterance

_MARKS = "\"'“”‘’«»„—–-() \n\t"


def as_said(shots: Sequence[Shot], screenplay: Screenplay, text: str) -> list[Shot]:
    """Return `shots` with what is heard as it is said; `text` is book.txt, which the lines' sources point into."""
    breaks = {line.id: found for line in screenplay.lines() if (found := _breaks(line, text))}
    said = []
    for shot in shots:
        heard = tuple(_said(one, breaks.get(one.line, ())) for one in shot.heard)
        said.append(shot if heard == shot.heard else shot.changed(heard=heard))
    return said


def _breaks(line: Line, text: str) -> tuple[tuple[str, str], ...]:
    """Return the words before and after each tag that is left out of `line` and was a sentence's end."""
    if line.kind != "dialogue":
        return ()
    found = []
    for (start, end), (following, last) in zip(line.source, line.source[1:], strict=False):
        before, after = text[start:end].split(), text[following:last].split()
        # The author went on after a full stop: «— Знаю, — сказал он. — Дорогу замело.»
        ended = text[end:following].rstrip(_MARKS)[-1:] in tuple(".!?…")
        if before and after and ended:
            word, opening = before[-1].rstrip(_MARKS), after[0].lstrip(_MARKS)
            if word.endswith(",") and opening[:1].isupper():
                found.append((word, opening))
    return tuple(found)


def _said(utterance: Utterance, breaks: Sequence[tuple[str, str]]) -> Utterance:
    words = utterance.text
    for before, after in breaks:
        words = words.replace(f"{before} {after}", f"{before[:-1]}. {after}", 1)
        if words.endswith(before) and not utterance.ends_line:
            words = words[:-1] + "."
    if utterance.kind == "dialogue" and utterance.ends_line and words.endswith(","):
        words = words[:-1] + "."
    return utterance if words == utterance.text else utterance.changed(text=words)
