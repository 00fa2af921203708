"""A shot in words: what a text-to-video model is told of it.

The words for every value that a picture can have stand in a versioned file; nothing here draws by chance, so that the
same picture is always told in the same words.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from bookfilm.records.bible import INDOORS, Look
from bookfilm.records.shots import InFrame, Picture

PROMPT_VERSION = "shot.v1"
"""Part of the engine's revision: other words, other pixels."""

Words = dict[str, dict[str, str]]


@cache
def prompt_words() -> Words:
    """Return the words of `PROMPT_VERSION`, by field and value."""
    text = files(__package__).joinpath("prompts", f"{PROMPT_VERSION}.toml").read_text(encoding="utf8")
    return tomllib.loads(text)


def write_prompt(picture: Picture, style: str, most_chars: int) -> str:
    """Return what a model is told of `picture` in `style`: at most `most_chars` characters, whole sentences.

    What matters most stands first; what does not fit is left out from the end, and the style is always told.
    """
    words = prompt_words()
    closing = words["style"].get(style, f"In the style of {style.replace('_', ' ')}.")
    told = [_scene(picture, words), *_people(picture, words), *_things(picture, words)]
    told += [_sky(picture, words), words["camera"][picture.camera], _sentence(picture.action)]
    room, kept = most_chars - len(closing) - 1, ""
    for sentence in _sentences(told):
        if len(kept) + len(sentence) + 1 > room:
            break
        kept = f"{kept} {sentence}" if kept else sentence
    return f"{kept} {closing}".strip()[:most_chars]


def _scene(picture: Picture, words: Words) -> str:
    setting = picture.setting
    place = words["place"][setting.kind]
    shown = words["size"][picture.size].format(place=place)
    lights = [words["light"][light] for light in setting.lights]
    lit = f", lit by {_listed(lights)}" if lights else ""
    name = f", {setting.name}" if setting.name else ""
    return f"{shown}{name}, {words['hour'][setting.hour]}{lit}."


def _sky(picture: Picture, words: Words) -> str:
    setting = picture.setting
    table = "weather_indoors" if setting.kind in INDOORS else "weather"
    return " ".join(filter(None, (words[table][setting.weather], words["season"][setting.season])))


def _people(picture: Picture, words: Words) -> list[str]:
    told = [_person(person, words) for person in picture.cast]
    if picture.crowd:
        told.append(words["crowd"]["few" if picture.crowd < 5 else "many"])
    return told or (["Nobody is in sight."] if picture.size == "wide" else [])


def _person(person: InFrame, words: Words) -> str:
    """Return a sentence of `person`: how they look, what they do, where they stand, whom they face."""
    mood = words["emotion"][person.emotion]
    where = "near" if person.near else "left" if person.mark < 40 else "right" if person.mark > 60 else "middle"
    look = describe_look(person.look)
    facing = "" if person.near else f", facing {person.facing}"
    seen = f"{look}, {mood}," if mood else look
    return _sentence(f"{seen} {words['stance'][person.stance]} {words['where'][where]}{facing}")


def describe_look(look: Look) -> str:
    """Return `look` in words, without a name: the same words for the same look, wherever it is seen."""
    words = prompt_words()
    if look.creature != "human":
        animal = words["creature"][look.creature]
        return f"{animal}, {look.words}" if look.words else animal
    who = words["person"][f"{look.sex}_{look.age}"]
    build, height = words["build"][look.build], "tall" if look.stature > 106 else "short" if look.stature < 94 else ""
    adjectives = ", ".join(filter(None, (height, build)))
    if adjectives:
        article, noun = who.split(" ", 1)
        who = f"a {adjectives} {noun}" if article in ("a", "an") else who
    has = [words["hair"][look.hair], words["beard"][look.beard]]
    wears = [words["dress"][look.dress], words["hat"][look.hat]]
    carried = words["carries"][look.carries]
    told = f"{who} with {_listed(has)}, wearing {_listed(wears)}"
    told += f", carrying {carried}" if carried else ""
    return f"{told}, {look.words}" if look.words else told


def _things(picture: Picture, words: Words) -> list[str]:
    if not picture.props:
        return []
    things = _listed([f"a {thing}" if thing[0] not in "aeiou" else f"an {thing}" for thing in picture.props])
    return [f"The frame is filled by {things}." if picture.size == "insert" else f"There is {things}."]


def _listed(words: list[str]) -> str:
    told = [word for word in words if word]
    return " and ".join(filter(None, (", ".join(told[:-1]), told[-1]))) if told else ""


def _sentence(words: str) -> str:
    """Return `words` as a sentence: a capital in front, a full stop at the end."""
    told = " ".join(words.split())
    if not told:
        return ""
    return told[0].upper() + told[1:] + ("" if told[-1] in ".!?…" else ".")


def _sentences(told: list[str]) -> list[str]:
    """Return `told` sentence by sentence, so that what is left out for room is not a half of one."""
    return [part for text in told for part in re.split(r"(?<=[.!?…])\s+", text.strip()) if part]
