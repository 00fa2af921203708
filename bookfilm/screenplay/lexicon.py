"""Word lists: the TOML files beside this module, one a language and subject, read once a process."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from bookfilm.records.book import Language


class Lexicon:
    """The word lists of one language and subject. Keys are dotted paths into the TOML file."""

    def __init__(self, tables: dict[str, Any]) -> None:
        self._tables = tables
        self._sets: dict[str, frozenset[str]] = {}

    def raw(self, key: str) -> Any:
        """Return what stands at `key`, or an empty string where the language has none."""
        node: Any = self._tables
        for part in key.split("."):
            node = node.get(part, "") if isinstance(node, dict) else ""
        return node

    def words(self, key: str) -> frozenset[str]:
        """Return the words at `key`; a list of words in TOML is one string, split at white space."""
        if key not in self._sets:
            node = self.raw(key)
            self._sets[key] = frozenset(node.split() if isinstance(node, str) else node)
        return self._sets[key]

    def phrases(self, key: str) -> tuple[str, ...]:
        """Return the phrases at `key`: a TOML array, or one string split at `|` and line ends."""
        node = self.raw(key)
        if isinstance(node, str):
            node = [part.strip() for line in node.splitlines() for part in line.split("|")]
        return tuple(part for part in node if part)

    def labels(self, table: str) -> dict[str, tuple[str, ...]]:
        """Return, for each word of `table`, the labels it stands under, in the file's order."""
        found: dict[str, list[str]] = {}
        for label, words in self.raw(table).items():
            for word in words.split():
                found.setdefault(word, []).append(label)
        return {word: tuple(labels) for word, labels in found.items()}

    def mapping(self, table: str) -> dict[str, str]:
        """Return a table of word to word."""
        return dict(self.raw(table) or {})


@cache
def load_lexicon(language: Language, subject: str) -> Lexicon:
    """Return the word lists of `language` on `subject`: "speech", "people", "setting" or "looks"."""
    path = files("bookfilm.screenplay") / "words" / f"{language}_{subject}.toml"
    return Lexicon(tomllib.loads(path.read_text(encoding="utf-8")))
