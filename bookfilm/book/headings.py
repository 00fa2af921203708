"""The grammar of headings: what a line says it heads, in English and Russian.

A line is read on its own here; whether it is believed depends on its neighbours (see `outline`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from bookfilm.book.numerals import number_value

Family = Literal[
    "volume", "part", "chapter", "scene", "roman", "arabic", "titled", "special", "notes", "contents", "end"
]

LONGEST_HEADING = 150

_RANKED: dict[str, Family] = {
    "volume": "volume", "vol": "volume", "том": "volume",
    "part": "part", "book": "part", "часть": "part", "книга": "part", "отдел": "part", "раздел": "part",
    "chapter": "chapter", "chap": "chapter", "letter": "chapter", "adventure": "chapter", "stave": "chapter",
    "canto": "chapter", "act": "chapter", "episode": "chapter", "tale": "chapter", "story": "chapter",
    "night": "chapter", "evening": "chapter", "глава": "chapter", "письмо": "chapter", "действие": "chapter",
    "акт": "chapter", "песнь": "chapter", "песня": "chapter", "ночь": "chapter", "вечер": "chapter",
    "рассказ": "chapter", "повесть": "chapter", "тетрадь": "chapter", "день": "chapter",
    "scene": "scene", "section": "scene", "сцена": "scene", "явление": "scene", "картина": "scene",
}  # fmt: skip

_WORDS = "|".join(sorted(_RANKED, key=len, reverse=True))
_NUMBER = (
    r"\d{1,3}(?:-?(?:ая|я|й|ый|ой|ое|е)\b|st\b|nd\b|rd\b|th\b)?|[IVXLCХІС]+\b|[ivxlc]+\b"
    r"|(?:the\s+)?[a-z]+(?:[- ](?:one|two|three|four|five|six|seven|eight|nine|first|second|third|fourth|fifth"
    r"|sixth|seventh|eighth|ninth))?\b|(?:(?:двадцать|тридцать|сорок|пятьдесят|сто)\s+)?[а-яё]+\b"
)
_WORD_FIRST = re.compile(rf"(?P<word>{_WORDS})\.?\s+(?:№\s*)?(?P<number>{_NUMBER})(?P<rest>.*)", re.IGNORECASE)
_NUMBER_FIRST = re.compile(rf"(?:the\s+)?(?P<number>[a-z]+|[а-яё]+)\s+(?P<word>{_WORDS})\b(?P<rest>.*)", re.IGNORECASE)
_BARE_ROMAN = re.compile(r"[-–—\[( ]*(?P<number>[IVXLCХІС]+)[-–—\]) ]*\.?")
_BARE_ARABIC = re.compile(r"[-–—(\[ ]*(?P<number>\d{1,3})[-–—)\] ]*\.?")
_TITLED = re.compile(r"(?P<number>[IVXLCХІС]+|\d{1,3})(?P<dot>\s*[.:)—–-]|\s)\s*(?P<rest>\S.{1,100})")
_SEPARATED = re.compile(r"\s*(?:[.:;,–—(\[-]|$)")

_SENTENCES = re.compile(r"[a-zа-яё]{2}[.!?…][\"”»’]?\s+[\"“«A-ZА-ЯЁ—–-]")
_ABBREVIATION = re.compile(r"\b(?:Mr|Mrs|Messrs|Dr|St|Ms|Mme|Mlle|Capt|Col|Gen|Rev|Esq|Lt|Sgt|Prof|No|Vol)\.")

_SPECIAL = re.compile(
    r"(?:the\s+)?(?:prologue|epilogue|preface|introduction|introductory|foreword|afterword|conclusion|prelude|interlude"
    r"|finale|postscript|author.?s (?:note|preface|introduction)|preface to .{3,40}|etymology|extracts"
    r"|pro[oe]mium|l.?envoi|envoi)"
    r"|пролог|эпилог|предисловие|послесловие|введение|вступление|заключение|от автора|от издателя|от редактора"
    r"|вместо (?:введения|предисловия|эпилога|заключения)(?:[:.].{3,60})?|интермедия|приложение|предисловие автора"
    r"|действующие лица|лица|dramatis person(?:ae|æ)|persons represented|characters",
    re.IGNORECASE,
)
_NOTES = re.compile(r"(?:foot|end)?notes|примечани[ея]|сноски|комментари[ий]|transcriber.?s notes?", re.IGNORECASE)
_CONTENTS = re.compile(
    r"(?:table of )?contents|list of (?:illustrations|chapters|plates)|illustrations|оглавление|содержание",
    re.IGNORECASE,
)
_END = re.compile(
    r"(?:the )?end(?: of (?:the )?(?:\w+ )?(?:book|part|vol(?:ume)?|act|chapter|story)\b.{0,12})?|finis"
    r"|конец(?: \w+ (?:части|книги|тома|главы|действия))?|занавес|curtain",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Label:
    """What a heading line says: `word` chapter, `value` 3, `title` what stands after them on the line."""

    family: Family
    word: str = ""
    value: int = 0
    title: str = ""


def bare(text: str) -> str:
    """Return `text` without emphasis marks, note references and the decoration around a heading."""
    text = re.sub(r"\[\d{1,3}\]|\{\d{1,3}\}", "", text)
    return text.replace("_", "").strip(" \t*=~#|+\u00a0")


def is_capitals(text: str) -> bool:
    """Return whether `text` is set in capitals, small emphasised parts aside."""
    letters = [letter for letter in re.sub(r"_[^_]*_", "", text) if letter.isalpha()]
    return len(letters) >= 2 and sum(letter.isupper() for letter in letters) >= 0.85 * len(letters)


def looks_like_a_title(text: str) -> bool:
    """Return whether `text` could be a heading's own words: short, no sentence, no speech."""
    text = bare(text)
    if not text or len(text) > LONGEST_HEADING or text[0] in "—–-…•":
        return False
    if not any(letter.isalpha() for letter in text) or text[0].islower():
        return False
    if is_capitals(text):
        return text[-1] not in ",;:"
    return len(text) <= 90 and text[-1] not in ".,;:!…" and text[0] not in "\"“«„'‘("


@lru_cache(maxsize=20_000)
def heading_label(line: str) -> Label | None:
    """Return what `line`, taken alone, says as a heading, or None if its shape is no heading's."""
    text = bare(line)
    if not text or len(text) > LONGEST_HEADING:
        return None
    return _worded(text) or _plain(text) or _titled(text)


def _worded(text: str) -> Label | None:
    for pattern in (_WORD_FIRST, _NUMBER_FIRST):
        match = pattern.fullmatch(text)
        if not match:
            continue
        value = number_value(match["number"])
        rest = match["rest"]
        if value is None or (match["word"].islower() and match["word"] != text):
            continue
        if not _heads(rest, text):
            continue
        word = match["word"].lower()
        return Label(_RANKED[word], word, value, rest.strip(" .:;,–—-[]()"))
    return None


def _heads(rest: str, text: str) -> bool:
    """Return whether what follows the number can be a heading's title, not the rest of a sentence."""
    if not rest.strip(" ."):
        return True
    if _SENTENCES.search(_ABBREVIATION.sub("", rest)) and not is_capitals(text):
        return False
    words = rest.strip(" .:;,–—-[](){}\"“«'‘_")
    if not words:
        return True
    if _SEPARATED.match(rest):
        return (
            len(rest) <= LONGEST_HEADING
            and not (words[0].islower() and rest.lstrip()[:1] in ",;(")
            and rest[-1] not in ",;"
        )
    return words[0].isupper() and rest[-1] not in ".,;:"


def _plain(text: str) -> Label | None:
    for family, pattern in (("roman", _BARE_ROMAN), ("arabic", _BARE_ARABIC)):
        if (match := pattern.fullmatch(text)) and (value := number_value(match["number"])) is not None:
            return Label("roman" if family == "roman" else "arabic", "", value)
    named = text.rstrip(" .:")
    if _SPECIAL.fullmatch(named):
        return Label("special", named.lower(), 0, "")
    if _NOTES.fullmatch(named):
        return Label("notes", named.lower())
    if _CONTENTS.fullmatch(named):
        return Label("contents", named.lower())
    if named.lower() in ("note", "p. s", "p.s", "p.s."):
        return Label("scene", "note", 0)
    if _END.fullmatch(named.rstrip("!")):
        return Label("end", named.lower())
    return None


def _titled(text: str) -> Label | None:
    match = _TITLED.fullmatch(text)
    if not match:
        return None
    value = number_value(match["number"])
    rest = match["rest"].strip()
    if value is None or not looks_like_a_title(rest):
        return None
    dotted = bool(match["dot"].strip())
    if not dotted and not is_capitals(rest):
        return None
    return Label("titled", "arabic" if match["number"].isdigit() else "roman", value, rest)
