"""Seams: which mark is left between two parts of a reply where the tag between them ("he said") is not heard.

A full stop where a sentence ended there, nothing where one clause goes on as if nobody had broken it, else the comma.
"""

from __future__ import annotations

import re

from bookfilm.records.book import Language
from bookfilm.screenplay import morphology

_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")


def _words_of(words: str) -> frozenset[str]:
    return frozenset(words.split())


_OPENS_SENTENCE = _words_of("""
    a an the this that these those them they he she it we you his her its our your their my there here and but or so
    what when where who why how which if no not yes don't do is are was were in on at as come go let oh well now then
    он она оно они мы вы ты я и а но да нет не ни это что как где куда когда если кто ну вот так там тут теперь
    """)
"""Words that bear a capital only where a sentence begins."""
_PREDICATES = _words_of("""
    is are was were am has have had will would shall should can could may might must does did isn't aren't wasn't
    weren't hasn't haven't hadn't won't wouldn't can't cannot couldn't shouldn't doesn't didn't that than of to
    """)
_LINKS = _words_of("is are was were am be been has have had will would shall should can could may might must")
_AFTER_LINK = _words_of("a an the my your his her its our their not no never very too quite only so of to in on")
_PLACES = _words_of("in on at by with from into upon under over through about without of to")
_SUBJECTS = _words_of("i he she we they it you who")
_CLAUSES = _words_of("and but or so for yet if though although because when while then unless who which what")
_CALLS = _words_of("""
    yes no oh ah well now then why sir madam ma'am nay aye ay indeed come hush there look see listen stop never
    perhaps certainly surely please thanks good
    """)
_RUSSIAN_PLACES = _words_of("в во на с со к ко из от до у по за под над о об при для без через между")
_RUSSIAN_SUBJECTS = _words_of("я ты он она оно мы вы они это кто всё все")


def mark_between(first: str, tag: str, second: str, language: Language) -> str:
    """Return the mark after `first` where `second` follows and `tag`, all that the book has between, is not heard.

    `first` ends with a comma or with no mark at all; the answer is ".", "," or "".
    """
    stopped = tag[-1:] in tuple(".!?…")
    before, after = _words(re.split(r"[.!?;:…]", first.rstrip(","))[-1]), _words(re.split(r"[.!?;:…]", second)[0])
    if not before or not after:
        return "," if first.endswith(",") else ""
    opening = _WORD.search(second)
    capital = opening is not None and opening[0][0].isupper()
    if capital and (stopped or (after[0] in _OPENS_SENTENCE and opening is not None and opening[0] != "I")):
        return "."
    written = first.endswith(",") or tag.startswith(",")
    asked = re.match(r"[^.!?…]*\?", second) is not None
    if not written or stopped or capital or asked or "," in re.split(r"[.!?;:…]", first.rstrip(","))[-1]:
        return "," if written else ""
    goes_on = _goes_on_in_russian if language == "ru" else _goes_on_in_english
    return "" if goes_on(before, after) else ","


def _words(text: str) -> list[str]:
    return [word.lower().replace("’", "'") for word in _WORD.findall(text)]


def _goes_on_in_english(before: list[str], after: list[str]) -> bool:
    """Tell whether a subject waits for its verb, a verb for what it says, or what follows hangs on what was said."""
    if before[0] in _CALLS or after[:2] == ["of", "course"] or after[:2] == ["to", "be"]:
        return False
    if after[0] in _PREDICATES:
        return before[-1] not in _CLAUSES
    if before[-1] in _LINKS:
        return after[0] in _AFTER_LINK or after[0].endswith(("ing", "ed", "en"))
    if before[-1] in _SUBJECTS and len(before) <= 2:
        return after[0] not in _SUBJECTS | _CLAUSES
    return after[0] in _PLACES and any(word in _LINKS | _SUBJECTS for word in before)


def _goes_on_in_russian(before: list[str], after: list[str]) -> bool:
    """Tell the same of Russian: a pronoun or a thing before its verb, or a verb before a preposition."""
    verb = after[1] if after[0] in ("не", "уже", "ещё", "еще") and len(after) > 1 else after[0]
    told = morphology.finite_verb(verb)
    if before[-1] in _RUSSIAN_SUBJECTS and len(before) <= 2:
        return told is not None
    if after[0] in _RUSSIAN_PLACES:
        return any(morphology.finite_verb(word) is not None for word in before)
    subject = len(before) <= 2 and all(morphology.finite_verb(word) is None for word in before)
    third = told is not None and told.person != 2 and (told.past or told.person == 3)
    return subject and third and _is_thing(before[-1])


def _is_thing(word: str) -> bool:
    """Tell whether `word` can only be a thing in the nominative: a person there may be whom the words call."""
    return morphology.nominative_noun(word) is not None and not morphology.read_name((word.capitalize(),)).roles[0]
