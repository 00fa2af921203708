"""Memory: the bible, carried forward through the book, and told to the model within bounds.

It begins as the rules' bible. What was accepted of earlier windows is added; what a window is told is only of the
people who may be in it, so that the length of the book does not matter.
"""

from __future__ import annotations

from collections.abc import Sequence

from bookfilm.records.bible import Character
from bookfilm.records.screenplay import Screenplay
from bookfilm.screenplay.llm.checks import Change, Revision
from bookfilm.screenplay.llm.windows import Window

_SHOWN_ALIASES = 2


class Memory:
    """What is known as of the last finished batch. `most_chars` bounds what one window is told."""

    def __init__(self, draft: Screenplay, most_chars: int) -> None:
        self.most_chars = most_chars
        self._draft = draft
        self._characters = {character.id: character for character in draft.characters}
        self._changed: dict[str, dict[str, str]] = {}

    def add(self, windows: Sequence[Window], revisions: Sequence[Revision | None]) -> None:
        """Remember a finished batch, in the book's order, whatever the order in which its answers came."""
        for _, revision in zip(windows, revisions, strict=True):
            for change in revision.changes if revision is not None else ():
                self._remember(change)

    def _remember(self, change: Change) -> None:
        self._changed.setdefault(change.who, {})[change.field] = change.value

    def told(self, window: Window) -> list[str]:
        """Return a line for each character of the window's cast, as many as there is room for."""
        lines: list[str] = []
        left = self.most_chars
        for who in window.cast:
            line = self._line(self._characters[who], window.beats[0].source[0])
            left -= len(line) + 1
            if left < 0:
                # The ids alone are short, and an answer may name them all.
                lines.append(f"{who}: {self._characters[who].name}"[: max(20, self.most_chars // 10)])
                continue
            lines.append(line)
        return lines

    def before(self, window: Window) -> str:
        """Return the heading of the scene before, for windows that begin one."""
        return self._draft.scenes[window.scene - 1].heading if window.scene and window.first == 0 else ""

    def _line(self, character: Character, at: int) -> str:
        look = character.look_at(at).changed(**self._changed.get(character.id, {}))
        aliases = [f"“{alias}”" for alias in character.aliases[:_SHOWN_ALIASES]]
        known = [character.name, *aliases, look.creature if look.creature != "human" else "", look.sex, look.age]
        worn = [f"{name} {value}" for name, value in (("hat", look.hat), ("carries", look.carries))
                if value not in ("none", "nothing")]  # fmt: skip
        return f"{character.id}: " + ", ".join(part for part in (*known, f"dress {look.dress}", *worn) if part)
