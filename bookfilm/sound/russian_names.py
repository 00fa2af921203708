"""What a Russian abbreviation before a name stands for, and the letter ё where a word has no other reading."""

from __future__ import annotations

import functools
import re
from typing import Any

_PLACE_BEFORE = {
    **dict.fromkeys(("в", "во"), "городе"),
    **dict.fromkeys(("из", "близ", "около", "до", "от", "возле", "вблизи", "из-под"), "города"),
    **dict.fromkeys(("под", "над", "за", "перед"), "городом"),
}
_SIR = {
    "nomn": "господин", "gent": "господина", "accs": "господина", "datv": "господину", "ablt": "господином",
    "loct": "господине",
}  # fmt: skip
_TOWN = {"nomn": "город", "gent": "города", "accs": "город", "datv": "городу", "ablt": "городом", "loct": "городе"}
_GOVERNS = {
    **dict.fromkeys(("у", "от", "для", "без", "до", "из", "около", "после", "против"), "gent"),
    **dict.fromkeys(("к", "ко"), "datv"),
    **dict.fromkeys(("с", "со", "над", "под", "перед", "между"), "ablt"),
    **dict.fromkeys(("о", "об", "при"), "loct"),
}
_SURNAME = re.compile(r"(?:[оеё]в|[иы]н|ск|цк)(?:а|у|ым|е|ий|ого|ому|ом|им)?$|(?:енко|ейко|ич[аеу]?|ичем)$")


@functools.cache
def analyser() -> Any:
    """Return pymorphy3's analyser, loaded where it is first asked."""
    import pymorphy3

    return pymorphy3.MorphAnalyzer()


def sir_or_town(before: str, name: str) -> str:
    """Return what "г." stands for between the words `before` (may be empty) and `name`: a form of господин or город.

    A town by the dictionary is a town, a surname a person. What may be both, or is neither, is a town after a
    preposition of place, else a person if it ends as surnames do or is unknown.
    """
    tags = [parse.tag for parse in analyser().parse(name.lower())]
    town = any("Geox" in tag for tag in tags)
    surname = any("Surn" in tag for tag in tags) or _SURNAME.search(name) is not None
    placed = _PLACE_BEFORE.get(before.lower())
    if placed is not None and (town or not surname or before.lower() in ("в", "во", "близ", "вблизи")):
        return placed
    if town and not (surname and before.lower() in _GOVERNS):
        return _TOWN[_case(before, [tag for tag in tags if "Geox" in tag], _TOWN)]
    return _SIR[_case(before, [tag for tag in tags if "Surn" in tag and "femn" not in tag] or tags, _SIR)]


def _case(before: str, tags: list[Any], forms: dict[str, str]) -> str:
    found = [str(tag.case) for tag in tags if tag.number != "plur" and str(tag.case) in forms]
    asked = _GOVERNS.get(before.lower())
    return asked if asked is not None else found[0] if found else "nomn"


@functools.lru_cache(maxsize=50_000)
def with_yo(word: str) -> str:
    """Return `word` with ё for е where the dictionary has it in no other way: еще is ещё, but все stays."""
    small = word.lower()
    if "е" not in small or "ё" in small:
        return word
    readings = {str(parse.word) for parse in analyser().parse(small) if parse.is_known}
    if len(readings) != 1:
        return word
    reading = readings.pop()
    if reading.replace("ё", "е") != small:
        return word
    return "".join(
        "ё" if new == "ё" and old == "е" else "Ё" if new == "ё" else old for old, new in zip(word, reading, strict=True)
    )
