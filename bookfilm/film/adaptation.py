"""The screenplay's part of the report: who is in it, what scenes it has, and what became of the book."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, get_args

from bookfilm.records.bible import Character, Look
from bookfilm.records.book import Book
from bookfilm.records.screenplay import Coverage, ParagraphStatus, Scene, Screenplay

STATUSES: tuple[str, ...] = get_args(ParagraphStatus)
OPENING_CHARS = 90
MOST_FACTS = 6
PLAIN_LOOK = Look()
IN_WORDS = {
    ("hair", "tousled"): "tousled hair",
    ("hair", "long"): "long hair",
    ("hair", "bun"): "hair in a bun",
    ("beard", "short"): "short beard",
    ("beard", "full"): "full beard",
    ("hat", "top"): "top hat",
    ("hat", "soft"): "soft hat",
    ("hat", "fur"): "fur hat",
    ("hat", "officer"): "officer's cap",
    ("carries", "letter"): "a letter in hand",
}


def lay_cast(screenplay: Screenplay) -> list[dict[str, Any]]:
    """Return those who speak or are on stage, by their lines: name, aliases, look, share of all dialogue in percent."""
    spoken = Counter(line.speaker for line in screenplay.lines() if line.speaker)
    staged = Counter(name for scene in screenplay.scenes for name in scene.cast)
    most = max(spoken.values(), default=0) or 1
    rows = [
        {
            "name": person.name,
            "aliases": ", ".join(other_names(person)),
            "lines": spoken[person.id],
            "scenes": staged[person.id],
            "share": round(100 * spoken[person.id] / most, 1),
            "look": look_in_words(person),
            "facts": [fact.text for fact in person.facts][:MOST_FACTS],
            "changes": [change.why.text for change in person.changes][:MOST_FACTS],
        }
        for person in screenplay.characters
        if spoken[person.id] or staged[person.id]
    ]
    return sorted(rows, key=lambda row: (-int(row["lines"]), -int(row["scenes"]), str(row["name"])))


def look_in_words(person: Character) -> str:
    """Return what tells this character apart at a glance: only what differs from the plain figure."""
    look = person.look
    told = ["narrator"] if person.narrator else []
    told += [] if person.kind == "person" else [person.kind]
    told += [value for value in (look.creature, look.sex, look.age) if value not in ("human", "unknown", "adult")]
    for name in ("build", "hair", "beard", "hat", "dress", "carries"):
        value = getattr(look, name)
        if value != getattr(PLAIN_LOOK, name):
            told.append(IN_WORDS.get((name, value), value).replace("_", " "))
    return ", ".join(told)


def other_names(person: Character) -> list[str]:
    """Return the aliases that are more than the name in another case or with an article."""
    told = {_bare(person.name): ""}
    for alias in person.aliases:
        told.setdefault(_bare(alias), alias)
    return [alias for alias in told.values() if alias]


def _bare(name: str) -> str:
    return name.casefold().removeprefix("the ")


def lay_scenes(screenplay: Screenplay, times: Mapping[str, tuple[str, str]]) -> list[dict[str, Any]]:
    """Return the scene list. `times` gives a scene's clock time and length where the film is that far."""
    names = {person.id: person.name for person in screenplay.characters}
    rows: list[dict[str, Any]] = []
    for number, scene in enumerate(screenplay.scenes, 1):
        lines = scene.lines()
        at, length = times.get(scene.id, ("", ""))
        rows.append(
            {
                "id": scene.id,
                "number": number,
                "chapter": _chapter_title(scene) if not rows or _begins_chapter(screenplay, number - 1) else "",
                "heading": scene.heading,
                "at": at,
                "length": length,
                "lines": len(lines),
                "cast": [names[one] for one in scene.cast if one in names],
                "opening": shortened(lines[0].text if lines else ""),
                "border": scene.border,
                "flag": scene.flag,
            }
        )
    return rows


def _begins_chapter(screenplay: Screenplay, index: int) -> bool:
    return index == 0 or screenplay.scenes[index].chapter != screenplay.scenes[index - 1].chapter


def _chapter_title(scene: Scene) -> str:
    return " · ".join(part for part in (scene.part, scene.chapter_title or f"({scene.chapter + 1})") if part)


def shortened(text: str) -> str:
    """Return the first words of `text`, at most OPENING_CHARS characters, broken at a word."""
    if len(text) <= OPENING_CHARS:
        return text
    return text[:OPENING_CHARS].rsplit(" ", 1)[0].rstrip(" ,;:—–-") + "…"


def lay_coverage(book: Book, coverage: Coverage) -> dict[str, Any]:
    """Return what share of each chapter was played, narrated, condensed or cut, in percent of its characters.

    "total" is the whole book; "reasons" lists why paragraphs were condensed or cut, with how many, most first.
    """
    status = {entry.source: entry.status for entry in coverage.paragraphs}
    total: Counter[str] = Counter()
    rows = []
    for number, chapter in enumerate(book.chapters):
        weight: Counter[str] = Counter()
        for paragraph in chapter.paragraphs:
            weight[status.get(paragraph.source, "cut")] += len(paragraph.text)
        total += weight
        rows.append({"title": chapter.title or f"({number + 1})", **_shares(weight)})
    reasons = Counter((one.status, one.why) for one in coverage.paragraphs if one.status in ("condensed", "cut"))
    return {
        "chapters": rows,
        "total": _shares(total),
        "reasons": [{"status": of, "why": why, "count": count} for (of, why), count in reasons.most_common()],
    }


def _shares(weight: Counter[str]) -> dict[str, float]:
    whole = sum(weight.values()) or 1
    return {name: round(100 * weight[name] / whole, 1) for name in STATUSES}
