"""Plays: speaker labels before the words ("ANNA. Come in." / "АННА. Войдите.")."""

from __future__ import annotations

import re
from collections import Counter

from bookfilm.records.book import Language
from bookfilm.screenplay import morphology
from bookfilm.screenplay.lexicon import load_lexicon
from bookfilm.screenplay.passages import Passage

_LABEL = re.compile(
    r"\s*(?P<name>[A-ZА-ЯЁ][\w’'-]*(?:\s+[A-ZА-ЯЁ][\w’'-]*){0,3})(?:\s*\((?P<how>[^)]*)\))?\s*[.:]\s+(?=\S)"
)
_KINDS_OF_PLAY = ((12, 4, 1, 0.5), (4, 2, 2, 0.6))
"""Fewest labelled paragraphs, fewest of a label, fewest labels, least share of all paragraphs. Few replies must be
nearly all there is."""


def mark_play(passages: list[Passage], language: Language) -> None:
    """Set `label` of each reply if the book is a play: most paragraphs begin with one of a few labels.

    A label that stands once is one where it is written in capitals as the others are, or names somebody.
    """
    lexicon = load_lexicon(language, "speech")
    never = lexicon.words("not_labels")
    prose = [passage for passage in passages if passage.kind == "text"]
    found = {p.index: match for p in prose if (match := _LABEL.match(p.flat)) and match["name"].lower() not in never}
    counts = Counter(match["name"] for match in found.values())
    common = _common_labels(counts, len(prose))
    if not common:
        return
    capitals = all(name.isupper() for name in common)
    known = {
        name
        for name, count in counts.items()
        if count >= 2 or (capitals and name.isupper()) or _names_somebody(name, language)
    }
    for passage in prose:
        match = found.get(passage.index)
        if match is not None and match["name"] in known:
            passage.label = _without_voice(match["name"], lexicon.words("voices"))
            passage.label_end = match.end()
            passage.label_how = match.span("how") if match["how"] else None


def _common_labels(counts: Counter[str], paragraphs: int) -> set[str]:
    for fewest, times, several, share in _KINDS_OF_PLAY:
        common = {name for name, count in counts.items() if count >= times}
        labelled = sum(counts[name] for name in common)
        if labelled >= fewest and labelled >= share * paragraphs and len(common) >= several:
            return common
    return set()


def _names_somebody(label: str, language: Language) -> bool:
    people, voices = load_lexicon(language, "people"), load_lexicon(language, "speech").words("voices")
    words = [word.lower() for word in label.split() if word.lower() not in voices]
    if language == "ru" and any(morphology.animate(word) for word in words):
        return True
    tables = ("given.male", "given.female", "nouns.male", "nouns.female", "nouns.any", "titles.male", "titles.female")
    somebody = frozenset[str]().union(*(people.words(table) for table in tables))
    return any((morphology.lemma(word) if language == "ru" else word) in somebody for word in words)


def _without_voice(label: str, voices: frozenset[str]) -> str:
    """Return whose voice a label names: "Голос Веры", "VOICE OF ANN", "ANN’S VOICE"."""
    words = label.split()
    if len(words) > 1 and words[0].lower() in voices:
        kept = words[1:] if words[1].lower() != "of" else words[2:]
    elif len(words) > 1 and words[-1].lower() in voices:
        kept = [*words[:-2], re.sub(r"[’']s$", "", words[-2], flags=re.IGNORECASE)]
    else:
        return label
    return " ".join(kept) or label
