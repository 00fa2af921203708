"""Own words: what a reply itself shows of who says it and to whom: the sex that Russian verbs show."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from bookfilm.records.bible import Sex
from bookfilm.records.book import Language
from bookfilm.screenplay import morphology
from bookfilm.screenplay.lexicon import load_lexicon

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*|[.!?…;:—]")
_REACH = 4


def read_sexes(words: str, language: Language) -> tuple[Sex, Sex]:
    """Return the sex that `words`, one reply, show of who says them ("я пришла") and of who is meant ("No, sir")."""
    called = _called_sex(words, language)
    if language != "ru":
        return "unknown", called
    votes = _vote_by_verbs(_WORD.findall(words.lower()))
    return _lead(votes["я"]), called if called != "unknown" else _lead(votes["ты"])


def _called_sex(words: str, language: Language) -> Sex:
    found: Counter[Sex] = Counter()
    for match in _calls(language).finditer(words):
        found["male" if match.group("male") else "female"] += 1
    return _lead(found)


@cache
def _calls(language: Language) -> re.Pattern[str]:
    """Return the pattern of words by which somebody is called: between stops, or at either end."""
    lexicon = load_lexicon(language, "speech")
    male, female = ("|".join(map(re.escape, lexicon.phrases(f"called_{sex}"))) for sex in ("male", "female"))
    return re.compile(rf"(?:(?<=[,!?;—-] )|^)(?:(?P<male>{male})|(?P<female>{female}))(?=[,.!?;—]|$)", re.IGNORECASE)


def _vote_by_verbs(tokens: list[str]) -> dict[str, Counter[Sex]]:
    lexicon = load_lexicon("ru", "speech")
    male, female = lexicon.words("shows_own_male"), lexicon.words("shows_own_female")
    votes: dict[str, Counter[Sex]] = {"я": Counter(), "ты": Counter()}
    for at, token in enumerate(tokens):
        if token not in votes:
            continue
        for near in _clause_around(tokens, at):
            verb = morphology.finite_verb(near)
            if verb is not None:
                if verb.past and not verb.plural and verb.sex != "unknown":
                    votes[token][verb.sex] += 1
                break  # "Я думаю, он ушёл": what follows is another's doing.
            if near in male or near in female:
                votes[token]["male" if near in male else "female"] += 1
                break
    return votes


def _clause_around(tokens: list[str], at: int) -> list[str]:
    """Return the words after tokens[at] as far as its clause goes."""
    after = tokens[at + 1 : at + 1 + _REACH]
    stop = next((n for n, word in enumerate(after) if not word[0].isalpha() or word in _OTHERS), len(after))
    return after[:stop]


_OTHERS = frozenset(
    ["он", "она", "оно", "они", "вы", "мы", "ты", "я", "кто", "что", "который", "которая", "чтобы", "как"]
)


def _lead(votes: Counter[Sex]) -> Sex:
    if votes["male"] == votes["female"]:
        return "unknown"
    return "male" if votes["male"] > votes["female"] else "female"
