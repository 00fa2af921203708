"""Word lists of the shots room: TOML files beside this module, one a language."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from bookfilm.records.book import Language

_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")


class WordList:
    """Labels for words: whole words in English, beginnings of words in Russian, whose words change at their ends.

    A beginning after "=" is a whole word: guests ("=гости") are not a drawing room ("гостиная").
    """

    def __init__(self, tables: dict[str, dict[str, str]], *, by_beginning: bool) -> None:
        self._by_beginning = by_beginning
        self._tables = {
            name: {word: label for label, words in table.items() for word in words.split()}
            for name, table in tables.items()
        }
        self._texts = tables

    def text(self, table: str, key: str) -> str:
        return self._texts[table][key]

    def label(self, table: str, word: str) -> str | None:
        """Return what `word` (lower case) stands for in `table`."""
        words = self._tables[table]
        if not self._by_beginning:
            return words.get(word)
        whole = words.get(f"={word}")
        return whole or next((words[word[:n]] for n in range(len(word), 2, -1) if word[:n] in words), None)

    def labels(self, table: str, text: str) -> list[str]:
        """Return the labels that the words of `text` stand for, each once, in the order of the text."""
        words = [match.group() for match in _WORD.finditer(text)]
        found = [self.label(table, word.lower()) for at, word in enumerate(words) if not self._is_verb(words, at)]
        return list(dict.fromkeys(label for label in found if label is not None))

    def _is_verb(self, words: list[str], at: int) -> bool:
        """Tell whether a word that can be a thing is what somebody does here: "he rose", "Ann rose", "to watch"."""
        subjects = self._texts.get("verbs", {}).get(words[at].lower())
        if subjects is None:
            return False
        before, after = words[at - 1] if at else "", words[at + 1].lower() if at + 1 < len(words) else ""
        named = (
            before[:1].isupper()
            and not before.endswith(("'s", "’s"))
            and before.lower() not in self._texts["verbs"]["no_name"].split()
        )
        return named or before.lower() in subjects.split() or after in self._texts["verbs"]["leads_on"].split()


@cache
def load_words(language: Language) -> WordList:
    """Return the word list of `language`."""
    path = files("bookfilm.shots") / "words" / f"{language}.toml"
    return WordList(tomllib.loads(path.read_text(encoding="utf-8")), by_beginning=language == "ru")
