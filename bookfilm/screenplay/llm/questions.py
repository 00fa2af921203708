"""Questions: one window as messages and a schema. The wording lies in `prompts/`, a version in each file's name."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from typing import Any, get_args

import jinja2

from bookfilm.records.bible import Hour, PlaceKind, Weather
from bookfilm.records.screenplay import Emotion, Line, Screenplay
from bookfilm.screenplay.llm.answers import NOBODY
from bookfilm.screenplay.llm.chat import ChatRequest, Message
from bookfilm.screenplay.llm.checks import CHANGES, MOST_CHANGES, MOST_SETTINGS
from bookfilm.screenplay.llm.memory import Memory
from bookfilm.screenplay.llm.settings import LlmSettings
from bookfilm.screenplay.llm.windows import Window

PROMPTS = "1"
"""The version of the prompts. A change of a prompt is a new file and a new version: answers are kept by it."""
_LINE_CHARS = 60


def ask_about(window: Window, draft: Screenplay, memory: Memory, settings: LlmSettings, weigh: bool) -> ChatRequest:
    """Return the question about `window`; with `weigh` it also asks how much the story needs each beat."""
    scene = draft.scenes[window.scene]
    place = draft.place(scene.place).kind
    doubtful = {line.id for _, line in window.doubtful()}
    names = {character.id: character.name for character in draft.characters}
    asked = {"goes_on": window.may_go_on, "weigh": weigh, "spoken": bool(window.spoken()), "doubtful": bool(doubtful)}
    text = "\n".join(f"[{number}] {beat.text}" for number, beat in enumerate(window.beats, 1))
    told = prompt("window").render(
        cast=memory.told(window),
        before=memory.before(window),
        setting=f"{place}, {scene.hour}, {scene.weather}",
        mark=_mark(text),
        text=text,
        present=[", ".join(beat.beat.present) or NOBODY for beat in window.beats],
        lines=[_shown_line(n, line, names, line.id in doubtful) for n, line in window.spoken()],
        **asked,
    )
    system = prompt("task").render(quote_chars=settings.quote_chars, **asked)
    return ChatRequest(
        messages=(Message(role="system", content=system), Message(role="user", content=told)),
        answer_schema=answer_schema(window, settings.quote_chars, weigh),
        max_tokens=settings.answer_tokens,
    )


def ask_again(asked: ChatRequest, said: str, faults: tuple[str, ...]) -> ChatRequest:
    """Return the question that sends a faulty answer back."""
    told = prompt("again").render(faults=faults)
    more = (Message(role="assistant", content=said), Message(role="user", content=told))
    return asked.changed(messages=(*asked.messages, *more))


@cache
def prompt(name: str) -> jinja2.Template:
    """Return the prompt `name` of the present version."""
    source = files("bookfilm.screenplay.llm").joinpath("prompts", f"{name}.v{PROMPTS}.md").read_text(encoding="utf8")
    # Not HTML: an escaped quotation mark would no longer be the author's.
    return jinja2.Environment(autoescape=False, trim_blocks=True, undefined=jinja2.StrictUndefined).from_string(source)


def _mark(text: str) -> str:
    """Return the mark around the book's words: one that follows from them, so that they cannot hold it."""
    return "BOOK " + hashlib.sha256(text.encode()).hexdigest()[:8]


def _shown_line(beat: int, line: Line, names: dict[str, str], doubtful: bool) -> str:
    words = line.text if len(line.text) <= _LINE_CHARS else line.text[:_LINE_CHARS].rsplit(" ", 1)[0] + "…"
    who = names.get(line.speaker or "", NOBODY)
    return f"in [{beat + 1}] {'? ' if doubtful else ''}{who}, {line.emotion}: {words}"


def answer_schema(window: Window, quote_chars: int, weigh: bool) -> dict[str, Any]:
    """Return the JSON schema of an answer about `window`: fixed counts, and the cast as the only names."""
    quote = {"type": "string", "maxLength": quote_chars}
    one_of_cast = {"type": "string", "enum": [*window.cast]}
    beat: dict[str, Any] = {"seen": quote}
    if window.cast:
        beat["present"] = {"type": "array", "items": one_of_cast, "maxItems": min(6, len(window.cast))}
    if weigh:
        beat["weight"] = {"type": "integer", "enum": [0, 1, 2, 3]}
    setting = {
        "begins": {"type": "integer", "enum": list(range(1, len(window.beats) + 1))},
        "place": {"type": "string", "enum": list(get_args(PlaceKind))},
        "hour": {"type": "string", "enum": list(get_args(Hour))},
        "weather": {"type": "string", "enum": list(get_args(Weather))},
        "words": quote,
    }
    parts: dict[str, Any] = {"goes_on": {"type": "boolean"}} if window.may_go_on else {}
    parts["settings"] = _array(_object(setting), 1, min(MOST_SETTINGS, len(window.beats)))
    parts["beats"] = _array(_object(beat), len(window.beats), len(window.beats))
    if spoken := len(window.spoken()):
        parts["emotions"] = _array({"type": "string", "enum": list(get_args(Emotion))}, spoken, spoken)
    if doubtful := len(window.doubtful()):
        names = {"type": "string", "enum": [*window.cast, NOBODY]}
        parts["speakers"] = _array(names, doubtful, doubtful)
    if window.cast:
        change = {"who": one_of_cast, "what": {"type": "string", "enum": list(CHANGES)}, "words": quote}
        parts["changes"] = _array(_object(change), 0, MOST_CHANGES)
    return _object(parts)


def _array(items: dict[str, Any], least: int, most: int) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": least, "maxItems": most}


def _object(parts: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": parts, "required": list(parts), "additionalProperties": False}
