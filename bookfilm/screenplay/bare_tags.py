"""Bare tags: narration that only gives a reply to its speaker ("said he"), and tells nothing that must be heard."""

from __future__ import annotations

import re
from functools import cache

from bookfilm.records.book import Language
from bookfilm.screenplay import morphology
from bookfilm.screenplay.lexicon import load_lexicon

_TOKEN = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*|[,;:.!?…—]")
_STOPS = frozenset(".;!?…")
_MOST_WORDS = 4


def is_bare_tag(told: str, language: Language, *, joined: bool) -> bool:
    """Tell whether `told`, narration beside a reply, holds a verb of speech and no other event.

    `joined`: it is one sentence with the reply. A verb that also tells of deeds ("struck", "бросил") is one of
    speech only there.
    """
    tokens = _TOKEN.findall(told.rstrip(' .!?…:;,—–-”’"»'))
    words = [token for token in tokens if token[0].isalpha()]
    if len(words) > _MOST_WORDS or any(token in _STOPS for token in tokens):
        return False
    lexicon = load_lexicon(language, "speech")
    keys = [morphology.lemma(word) if language == "ru" else word.lower() for word in words]
    said = lexicon.words("say") if joined else lexicon.words("say") - lexicon.words("weak")
    if said.isdisjoint(keys):
        return False
    return not (_tells_more_in_russian(tokens) if language == "ru" else _tells_more_in_english(tokens))


def _tells_more_in_russian(tokens: list[str]) -> bool:
    """Tell whether a second finite verb stands behind a comma or "and"."""
    verbs = [at for at, token in enumerate(tokens) if token.islower() and morphology.finite_verb(token) is not None]
    if len(verbs) < 2 or all(morphology.lemma(tokens[at]) in _says_only("ru") for at in verbs):
        return False
    return any(token == "," or token in _joining("ru") for token in tokens[verbs[0] + 1 : verbs[-1]])


def _tells_more_in_english(tokens: list[str]) -> bool:
    """Tell whether "and" is followed by what can be a verb: no name, no word of the grammar, no adverb, nobody."""
    for at, token in enumerate(tokens[:-1]):
        if token not in _joining("en"):
            continue
        rest = [word for word in tokens[at + 1 :] if word.isalpha() and not _leads_to_verb(word)]
        if rest and rest[0].islower() and rest[0] not in _no_verbs() | _says_only("en"):
            return True
    return False


def _leads_to_verb(word: str) -> bool:
    return word.endswith("ly") or word in load_lexicon("en", "speech").words("adverbs")


def _says_only(language: Language) -> frozenset[str]:
    lexicon = load_lexicon(language, "speech")
    return lexicon.words("say") - lexicon.words("weak")


def _joining(language: Language) -> frozenset[str]:
    return load_lexicon(language, "speech").words("joining")


@cache
def _no_verbs() -> frozenset[str]:
    """Return the English words that stand after "and" without a verb ("said he and the boy")."""
    speech, people = load_lexicon("en", "speech"), load_lexicon("en", "people")
    people_words = (people.words(f"nouns.{table}") for table in ("male", "female", "any"))
    pronouns = (speech.words(f"pronouns.{table}") for table in ("male", "female", "first", "plural", "things"))
    grammar = speech.words("parting") | speech.words("relative") | speech.words("no_verbs")
    return grammar.union(*people_words, *pronouns)
