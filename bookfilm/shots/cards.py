"""Cards: title, chapter cards and credits."""

from __future__ import annotations

from bookfilm.records.screenplay import Scene, Screenplay
from bookfilm.records.shots import Picture, Setting, Shot
from bookfilm.shots.wordlists import load_words

TITLE_MS = 3500
CHAPTER_MS = 4000
_CREDITS_BASE_MS, _CREDITS_LINE_MS = 1500, 600


def title_shot(screenplay: Screenplay, setting: Setting) -> Shot:
    """Return the film's first shot: title and author over the first place."""
    lines = (screenplay.title, *([screenplay.author] if screenplay.author else []))
    picture = Picture(
        kind="title", setting=setting, size="wide", camera="push", card=lines, fade_in=True, fade_out=True
    )
    return Shot(id="title", picture=picture, hold_ms=TITLE_MS, reason="the film's title")


def chapter_shot(scene: Scene, setting: Setting, part: str | None) -> Shot | None:
    """Return the card of the chapter that `scene` opens; None for a chapter without a heading.

    `part` is named above it where a new part begins.
    """
    lines = (*([part] if part else []), *([scene.chapter_title] if scene.chapter_title else []))
    if not lines:
        return None
    picture = Picture(kind="chapter", setting=setting, size="wide", card=lines, fade_in=True, fade_out=True)
    return Shot(
        id=f"c{scene.chapter + 1:02d}-card",
        chapter=scene.chapter,
        picture=picture,
        hold_ms=CHAPTER_MS,
        reason="a chapter begins",
    )


def credits_shot(screenplay: Screenplay, setting: Setting, right_line: str, makers: tuple[str, ...]) -> Shot:
    """Return the film's last shot: author, the right by which the book is filmed, and who made it."""
    lines = credit_lines(screenplay, right_line, makers)
    picture = Picture(kind="credits", setting=setting, size="wide", card=lines, fade_in=True, fade_out=True)
    return Shot(id="credits", picture=picture, hold_ms=credits_ms(len(lines)), reason="the credits")


def credit_lines(screenplay: Screenplay, right_line: str, makers: tuple[str, ...]) -> tuple[str, ...]:
    """Return the lines of the credits; empty ones are left out."""
    made = load_words(screenplay.language).text("cards", "made_with")
    wanted = (screenplay.title, screenplay.author or "", *screenplay.credits, right_line, made, *makers)
    return tuple(line for line in wanted if line.strip())


def credits_ms(lines: int) -> int:
    """Return how long credits of so many lines are shown."""
    return _CREDITS_BASE_MS + _CREDITS_LINE_MS * lines
