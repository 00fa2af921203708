"""The words as they are said: where a tag ("he said") is not heard, what stands around it is one sentence or two.

The author's words stay as they are in the screenplay and the shot list; only a comma becomes a full stop, or goes, for
voices and subtitles alone: “I know,” he said. “The road is shut.” is heard as "I know. The road is shut.", and
“The ford,” he said, “is deep.” as "The ford is deep."
"""

from __future__ import annotations

from collections.abc import Sequence

from bookfilm.pipeline.seams import mark_between
from bookfilm.records.book import Language
from bookfilm.records.screenplay import Line, Screenplay
from bookfilm.records.shots import Shot, Utterance

_MARKS = "\"'“”‘’«»„—–-() \n\t"


def as_said(shots: Sequence[Shot], screenplay: Screenplay, text: str) -> list[Shot]:
    """Return `shots` with what is heard as it is said; `text` is book.txt, which the lines' sources point into."""
    breaks = {line.id: found for line in screenplay.lines() if (found := _breaks(line, text, screenplay.language))}
    said = []
    for shot in shots:
        heard = tuple(_said(one, breaks.get(one.line, ())) for one in shot.heard)
        said.append(shot if heard == shot.heard else shot.changed(heard=heard))
    return said


def _breaks(line: Line, text: str, language: Language) -> tuple[tuple[str, str, str], ...]:
    """Return the words before and after each tag that is left out of `line`, and the words that are said before it."""
    if line.kind != "dialogue":
        return ()
    found = []
    for (start, end), (following, last) in zip(line.source, line.source[1:], strict=False):
        first, second = text[start:end].rstrip(_MARKS), text[following:last].lstrip(_MARKS)
        before, after, tag = first.split(), second.split(), text[end:following].strip(_MARKS)
        if before and after and tag and (before[-1][-1].isalnum() or before[-1].endswith(",")):
            said = before[-1].rstrip(",") + mark_between(first, tag, second, language)
            if said != before[-1]:
                found.append((before[-1], after[0], said))
    return tuple(found)


def _said(utterance: Utterance, breaks: Sequence[tuple[str, str, str]]) -> Utterance:
    words = utterance.text
    for before, after, said in breaks:
        words = words.replace(f"{before} {after}", f"{said} {after}", 1)
        if words.endswith(before) and not utterance.ends_line:
            words = words[: -len(before)] + said
    if utterance.kind == "dialogue" and utterance.ends_line and words.endswith(","):
        words = words[:-1] + "."
    return utterance if words == utterance.text else utterance.changed(text=words)
