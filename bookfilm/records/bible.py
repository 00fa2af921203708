"""The bible: who is in the story and how they look, where it plays, and what changes when."""

from __future__ import annotations

from typing import Literal

from bookfilm.records.base import Part
from bookfilm.records.book import Span

Sex = Literal["female", "male", "unknown"]
Age = Literal["child", "young", "adult", "old"]
Build = Literal["slight", "plain", "broad", "stout"]
Hair = Literal["short", "tousled", "bald", "bun", "ringlets", "braids", "long"]
Beard = Literal["none", "moustache", "whiskers", "short", "full"]
Hat = Literal["none", "top", "soft", "bowler", "officer", "boy_cap", "bonnet", "hood", "fur", "kerchief", "tiara"]
Dress = Literal[
    "coat",
    "tailcoat",
    "uniform",
    "frock",
    "shirt",
    "dome_skirt",
    "bell_skirt",
    "straight_skirt",
    "smock",
    "cloak",
    "robe",
]
Carries = Literal["nothing", "stick", "lamp", "book", "basket", "bag", "umbrella", "letter", "sword", "fan"]
Creature = Literal["human", "cat", "dog", "rabbit", "mouse", "bird", "horse", "beast"]

PlaceKind = Literal[
    "room",
    "room_poor",
    "room_rich",
    "bedroom",
    "kitchen",
    "study",
    "ballroom",
    "hall",
    "street",
    "market",
    "square",
    "village",
    "church",
    "castle",
    "tavern",
    "shop",
    "office",
    "school",
    "hospital",
    "prison",
    "railway",
    "carriage",
    "ship",
    "harbour",
    "shore",
    "sea",
    "river",
    "road",
    "forest",
    "garden",
    "field",
    "mountain",
    "desert",
    "cave",
    "graveyard",
    "battlefield",
    "sky",
]
INDOORS: frozenset[str] = frozenset(
    {
        "room",
        "room_poor",
        "room_rich",
        "bedroom",
        "kitchen",
        "study",
        "ballroom",
        "hall",
        "church",
        "tavern",
        "shop",
        "office",
        "school",
        "hospital",
        "prison",
        "carriage",
        "cave",
    }
)
AT_HOME: frozenset[str] = frozenset({"room", "room_poor", "room_rich", "bedroom", "kitchen", "study", "ballroom"})
Hour = Literal["dawn", "morning", "noon", "afternoon", "dusk", "night"]
Weather = Literal["clear", "rain", "snow", "fog", "storm", "wind"]
Season = Literal["spring", "summer", "autumn", "winter", "unknown"]
Light = Literal["lamp", "candle", "fire", "moon", "sun", "lightning"]


class Fact(Part):
    """What the book itself says: the author's words and where they stand."""

    text: str
    source: tuple[Span, ...]


class Look(Part):
    """How a character is seen. Every field decides pixels; none holds a name, an id or an offset.

    `features` is a seed for what the fields leave open (the nose's length, the brow): a hash of the
    character's name, so that the same person looks the same in every film of the book.
    `words` is the look in words, for engines that read prompts.
    """

    creature: Creature = "human"
    sex: Sex = "unknown"
    age: Age = "adult"
    build: Build = "plain"
    hair: Hair = "short"
    beard: Beard = "none"
    hat: Hat = "none"
    dress: Dress = "coat"
    carries: Carries = "nothing"
    stature: int = 100
    """Height in percent of what is usual for the age."""
    features: int = 0
    words: str = ""


class LookChange(Part):
    """From `source` on, `look` is how the character is seen (age, costume, a wound, what they carry).

    `until` is where in book.txt it ends again; None: it holds for good.
    """

    source: Span
    look: Look
    why: Fact
    until: int | None = None


class Character(Part):
    """Somebody who acts or speaks. `id` is a slug of the name, stable as long as the name is."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    sex: Sex = "unknown"
    kind: Literal["person", "crowd", "letter"] = "person"
    narrator: bool = False
    """True for a first-person narrator who is a person of the story."""
    line_count: int = 0
    mention_count: int = 0
    look: Look = Look()
    changes: tuple[LookChange, ...] = ()
    facts: tuple[Fact, ...] = ()
    voice: str | None = None
    """A voice asked for by name in direction.toml; None leaves it to casting."""

    def look_at(self, offset: int) -> Look:
        """Return the look at `offset` of book.txt: the last change that has begun by then and has not ended."""
        look = self.look
        for change in self.changes:
            if change.source[0] <= offset and (change.until is None or offset < change.until):
                look = change.look
        return look


class Place(Part):
    """A place of the story. `features` is a seed by name and kind: two forests differ, the same returns."""

    id: str
    kind: PlaceKind
    name: str = ""
    features: int = 0
    facts: tuple[Fact, ...] = ()
