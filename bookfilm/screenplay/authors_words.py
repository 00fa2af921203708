"""Author's words: whether what stands after a dash inside a reply is the author's, or more of the reply."""

from __future__ import annotations

import re
from collections.abc import Callable

from bookfilm.records.book import Language
from bookfilm.screenplay import morphology
from bookfilm.screenplay.lexicon import load_lexicon

_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_TOKEN = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*|[,;:(]")
_HEAD_END = re.compile(r"[.!?…](?:\s|$)|\s?[—–]|\s-\s|--|[»”]")
_LEADS_ON = re.compile(r"(?P<told>[А-ЯЁ][^.!?…—–:]*):\s*[—–]")
_CALLS = re.compile(r"[^.!?…—–]*[!?]")
"""Words that end in a call or a question: an author's sentence inside a reply does not."""
_REACH = 12
_NEAR = 3
_LONGEST_NAME = 3


def author_test(language: Language) -> Callable[[str], bool]:
    """Return the test of `language`: it is given the words after a dash."""
    return _is_russian_author if language == "ru" else _is_english_author


def _is_russian_author(after: str) -> bool:
    """Tell whether words after a dash are the author's: they begin small and hold a verb that tells, or they are a
    sentence of their own that leads on to more speech.

    The verb stands in the main clause, and nobody is spoken to before it: "когда я тебе сказал" is a reply.
    """
    lexicon = load_lexicon("ru", "speech")
    if _leads_on(after, lexicon.words("say")):
        return True
    tokens = _TOKEN.findall(_HEAD_END.split(after, maxsplit=1)[0])[:_REACH]
    if _is_name_and_deed(tokens) and not _CALLS.match(after):
        return True
    if _is_gesture(tokens, lexicon.words("gestures")) and not _CALLS.match(after):
        return True
    if not tokens or not tokens[0][0].islower() or not lexicon.words("reported").isdisjoint(tokens):
        return False
    say, in_replies = lexicon.words("say"), lexicon.words("spoken_to") | lexicon.words("subordinate")
    if morphology.lemma(tokens[0]) in lexicon.words("heard"):
        return in_replies.isdisjoint(tokens[:_NEAR])  # "послышался голос": whose, comes later, or never.
    for place, word in enumerate(tokens):
        if word in in_replies:
            return False
        verb = morphology.finite_verb(word) if word[0].isalpha() else None
        if verb is None:
            continue
        if verb.person == 2:
            return False
        clause = _clause(tokens, place)
        if verb.lemma in say and _tells(verb, clause, tokens[:place]):
            return True
        if place < 3 and verb.past and not verb.plural and (_has_subject(clause, word) or _is_deed(clause, word, verb)):
            return True
    return False


def _leads_on(after: str, say: frozenset[str]) -> bool:
    """Tell whether a sentence comes to a verb of speech and a colon: "Анна вскочила и крикнула: — Ах!"."""
    told = _LEADS_ON.match(after)
    verbs = [morphology.finite_verb(word) for word in _WORD.findall(told["told"])] if told else []
    return any(verb is not None and verb.past and verb.lemma in say for verb in verbs)


def _is_name_and_deed(tokens: list[str]) -> bool:
    """Tell whether a person's name begins the words, and what this one did follows it: "Анна Сергеевна вздохнула"."""
    name = next((tokens[:at] for at, token in enumerate(tokens) if not token[0].isupper()), [])
    if not 1 <= len(name) <= _LONGEST_NAME or not all(word[0].isalpha() for word in name):
        return False
    read = morphology.read_name(tuple(name))
    verb = next(filter(None, map(morphology.finite_verb, tokens[len(name) : len(name) + 2])), None)
    known = any(read.roles) or len(name) > 1
    return known and read.nominative and verb is not None and verb.past and not verb.plural and verb.sex == read.sex


def _is_gesture(tokens: list[str], gestures: frozenset[str]) -> bool:
    """Tell whether a sentence of its own says what "he" or "she" does beside the words: "Он махнул рукой"."""
    sex = {"Он": "male", "Она": "female"}.get(tokens[0]) if tokens else None
    verbs = [morphology.finite_verb(word) for word in tokens[1:_NEAR] if word[0].isalpha()]
    verb = next(filter(None, verbs), None)
    return sex is not None and verb is not None and verb.past and verb.sex == sex and verb.lemma in gestures


def _tells(verb: morphology.Verb, clause: list[str], before: list[str]) -> bool:
    """Tell whether a verb of speech is the author's: in the past, or the present of somebody else or of an "I"."""
    if verb.person == 1:
        return "я" in clause
    if not (verb.past or verb.person == 3):
        return False
    # "Она сама здесь, при всех сказала": a subject so far ahead of its verb belongs to a reply.
    return "," not in before or not {"он", "она", "я", "они"} & set(before[: before.index(",")])


def _clause(tokens: list[str], place: int) -> list[str]:
    """Return the words of the clause around tokens[place], between the commas."""
    stops = [at for at, token in enumerate(tokens) if not token[0].isalpha()]
    begin = max((at + 1 for at in stops if at < place), default=0)
    end = min((at for at in stops if at > place), default=len(tokens))
    return tokens[begin:end]


def _has_subject(clause: list[str], verb: str) -> bool:
    place = clause.index(verb)
    near = clause[max(0, place - 2) : place] + clause[place + 1 : place + 4]
    return any(word in ("он", "она") or word[0].isupper() for word in near)


def _is_deed(clause: list[str], word: str, verb: morphology.Verb) -> bool:
    """Tell whether somebody without a name does something ("старик всплеснул руками"): a noun right beside the verb.

    Of father and brother one speaks in replies as well.
    """
    kin = load_lexicon("ru", "people").words("nouns.kin")
    place = clause.index(word)
    near = clause[max(0, place - 1) : place] + clause[place + 1 : place + 2]
    return any(
        noun.islower() and morphology.lemma(noun) not in kin and morphology.living_subject(noun) == verb.sex
        for noun in near
    )


def _is_english_author(after: str) -> bool:
    words = _WORD.findall(re.split(r"[.!?]\s", after[:100])[0])[:5]
    say = load_lexicon("en", "speech").words("say")
    return any(word.lower() in say for word in words)
