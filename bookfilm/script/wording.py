"""Wording: how cues, parentheticals and slug lines say what the records hold, and what they mean when read."""

from __future__ import annotations

import re
from typing import get_args

from bookfilm.records.bible import INDOORS, Hour, PlaceKind, Weather
from bookfilm.records.book import Language
from bookfilm.records.screenplay import Emotion, LineKind
from bookfilm.script.elements import plain_words

NARRATOR: dict[Language, str] = {"en": "NARRATOR", "ru": "РАССКАЗЧИК"}
NOBODY: dict[Language, str] = {"en": "SOMEBODY", "ru": "КТО-ТО"}

_EXTENSIONS: dict[Language, dict[LineKind, str]] = {
    "en": {"thought": "V.O.", "narration": "NARRATION", "letter": "LETTER", "quote": "QUOTE", "verse": "VERSE"},
    "ru": {"thought": "З.К.", "narration": "РАССКАЗ", "letter": "ПИСЬМО", "quote": "ЦИТАТА", "verse": "СТИХИ"},
}
_KINDS: dict[str, LineKind] = {
    words.casefold(): kind for table in _EXTENSIONS.values() for kind, words in table.items()
} | {"vo": "thought", "v.o": "thought", "voice over": "thought", "за кадром": "thought", "зк": "thought"}
_CONTINUED = re.compile(r"cont.{0,2}d\.?|continued|more|прод\S*", re.IGNORECASE)

_MANNERS: dict[Language, dict[Emotion, str]] = {
    "en": {
        "joy": "joyfully",
        "anger": "angrily",
        "fear": "fearfully",
        "sorrow": "sorrowfully",
        "surprise": "surprised",
        "tender": "tenderly",
        "whisper": "whispering",
        "shout": "shouting",
    },
    "ru": {
        "joy": "радостно",
        "anger": "гневно",
        "fear": "испуганно",
        "sorrow": "печально",
        "surprise": "удивлённо",
        "tender": "нежно",
        "whisper": "шёпотом",
        "shout": "крича",
    },
}
_STEMS: dict[str, Emotion] = {
    "neutral": "neutral", "calm": "neutral", "спокойн": "neutral",
    "joy": "joy", "happ": "joy", "glad": "joy", "cheer": "joy", "laugh": "joy", "радост": "joy", "весел": "joy",
    "anger": "anger", "angr": "anger", "furious": "anger", "гнев": "anger", "сердит": "anger", "зло": "anger",
    "fear": "fear", "afraid": "fear", "scared": "fear", "terrifi": "fear", "испуг": "fear", "страх": "fear",
    "sorrow": "sorrow", "sad": "sorrow", "weep": "sorrow", "cry": "sorrow", "печал": "sorrow", "грус": "sorrow",
    "surpris": "surprise", "amazed": "surprise", "astonish": "surprise", "удивл": "surprise", "изумл": "surprise",
    "tender": "tender", "gently": "tender", "loving": "tender", "нежн": "tender", "ласков": "tender",
    "whisper": "whisper", "шепо": "whisper", "шёпо": "whisper", "шепч": "whisper", "тихо": "whisper",
    "shout": "shout", "yell": "shout", "scream": "shout", "крич": "shout", "кри": "shout",
}  # fmt: skip
_HOURS: dict[str, Hour] = {hour: hour for hour in get_args(Hour)} | {
    "sunrise": "dawn", "daybreak": "dawn", "midday": "noon", "evening": "dusk", "sunset": "dusk", "midnight": "night",
    "рассвет": "dawn", "утро": "morning", "полдень": "noon", "день": "afternoon", "вечер": "dusk", "сумерки": "dusk",
    "ночь": "night", "day": "afternoon",
}  # fmt: skip
_DAYTIME = ("morning", "noon", "afternoon")
_SAME = {"continuous", "later", "moments later", "same", "same time", "позже", "там же"}


def name_words(name: str) -> str:
    """Return `name` as cues write it."""
    return plain_words(name).upper()


def cue_of(kind: LineKind, name: str | None, language: Language) -> tuple[str, tuple[str, ...]]:
    """Return the name and the extensions of the cue over a line of `kind` that `name` speaks, or nobody."""
    if kind == "dialogue":
        return name_words(name) if name else NOBODY[language], ()
    if kind == "narration" and name is None:
        return NARRATOR[language], (_EXTENSIONS[language]["thought"],)
    nobody = NOBODY[language] if kind == "thought" else NARRATOR[language]
    return name_words(name) if name else nobody, (_EXTENSIONS[language][kind],)


def read_cue(name: str, extensions: tuple[str, ...]) -> tuple[str | None, LineKind]:
    """Return who a cue names (None: nobody) and of what kind the lines under it are."""
    plain = plain_words(name).casefold()
    said = [plain_words(extension).casefold() for extension in extensions]
    kind = next((_KINDS[words] for words in said if words in _KINDS), None)
    if plain in {words.casefold() for words in NARRATOR.values()}:
        return None, "narration" if kind in (None, "thought") else kind or "narration"
    nobody = plain in {words.casefold() for words in NOBODY.values()}
    return None if nobody else plain_words(name), kind or "dialogue"


def cue_key(name: str, extensions: tuple[str, ...]) -> str:
    """Return what two cues that mean the same have in common: (CONT'D) and capitals mean nothing."""
    meant = [words for words in map(plain_words, extensions) if not _CONTINUED.fullmatch(words)]
    return " ".join((plain_words(name), *(f"({words})" for words in meant))).casefold()


def spoken_name(cue: str) -> str:
    """Return the name that a cue in capitals stands for: ANNA O'NEIL is Anna O'Neil. Another stays as it is."""
    if not cue.isupper():
        return cue
    return re.sub(r"[^\W\d_]+(?:['’][^\W\d_]{1,2}(?![^\W\d_]))?", lambda m: m.group()[0] + m.group()[1:].lower(), cue)


def manner_of(emotion: Emotion, language: Language) -> str:
    """Return the parenthetical for `emotion`; empty for a neutral one."""
    return _MANNERS[language].get(emotion, "")


def read_manner(words: str) -> Emotion | None:
    """Return the emotion that a parenthetical asks for; None where it asks for something else."""
    plain = plain_words(words).casefold()
    if not plain:
        return "neutral"
    for word in re.findall(r"[^\W\d_]+", plain):
        for stem, emotion in _STEMS.items():
            if word.startswith(stem):
                return emotion
    return None


def heading_of(place: PlaceKind, hour: Hour, weather: Weather) -> str:
    """Return the slug line: EXT. HARBOUR - NIGHT, and the weather after it where it is not clear."""
    inside = "INT." if place in INDOORS else "EXT."
    sky = "" if weather == "clear" else f" - {weather.upper()}"
    return f"{inside} {place.replace('_', ' ').upper()} - {hour.upper()}{sky}"


def read_heading(text: str, hour: Hour) -> tuple[PlaceKind | None, Hour, Weather, str]:
    """Return place, hour and weather of a slug line, and what in it says none of them (empty: all is understood).

    `hour` is the scene's own: a DAY that it already lies in, or a CONTINUOUS, does not change it.
    """
    words = re.sub(
        r"^\W*(?:(?:INT|EXT|EST|I|E|ИНТ|НАТ|ЭКСТ)\b\.?[\s/–—-]*)+", "", plain_words(text), flags=re.IGNORECASE
    )
    place: PlaceKind | None = None
    weather: Weather = "clear"
    for part in re.split(r"\s+[-–—]+\s+|\s*[,.()]\s*", words):
        said = " ".join(part.casefold().replace("_", " ").split())
        if not said or said in _SAME:
            continue
        if said in _HOURS:
            found = _HOURS[said]
            hour = hour if said in ("day", "день") and hour in _DAYTIME else found
        elif said in get_args(Weather):
            weather = next(known for known in get_args(Weather) if known == said)
        elif (kind := _place(said)) is not None and place is None:
            place = kind
        else:
            return place, hour, weather, part
    return place, hour, weather, "" if place is not None else "no place"


def _place(said: str) -> PlaceKind | None:
    wanted = sorted(said.split())
    return next((kind for kind in get_args(PlaceKind) if sorted(kind.split("_")) == wanted), None)
