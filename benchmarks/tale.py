"""A tale of any length, drawn from a seed: scenes at many places and hours, people who come and go, lines that differ.

It is no literature. It gives every stage of the film what a novel gives it, and grows as a novel grows: with the length
come more chapters, places and people, and a longer tale begins with the shorter one.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

Person = tuple[str, str]
"""A name and a look."""
Scenes = Callable[[str, list[Person], list[Person], random.Random], Iterator[str]]
"""Write a scene: its place, the two who meet there, all leads, and chance."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


PLACES = {
    "kitchen": "the fire and the kettle", "harbour": "the ropes and the tarred boats", "forest": "the wet trunks",
    "street": "the lamps and the closed shutters", "church": "the cold pews", "garden": "the hedge and the bare beds",
    "tavern": "the barrels and the benches", "market": "the stalls and the baskets", "study": "the desk and the books",
    "field": "the furrows and the gate", "bedroom": "the bed and the candle", "castle": "the broken tower",
    "shop": "the counter and the scales", "office": "the ledgers and the high stools", "school": "the slates in rows",
    "shore": "the shells and the weed", "village": "the well and the barns", "mountain": "the loose stones of the pass",
    "graveyard": "the leaning stones", "railway station": "the rails and the clock", "river": "the reeds and the raft",
    "cave": "the dripping roof", "prison": "the bars and the straw", "hospital": "the white beds in two rows",
    "library": "the ladders and the shelves", "square": "the statue and the pigeons", "ship": "the mast and the deck",
}  # fmt: skip
HOURS = ("At dawn", "In the morning", "At noon", "In the afternoon", "At dusk", "At night", "Towards midnight")
WEATHERS = (
    "in a thin rain",
    "under a clear sky",
    "in thick fog",
    "in the snow",
    "while a storm came up",
    "in the wind",
)
MEN = _words(
    "Adam Basil Conrad Daniel Edgar Felix Gilbert Hugh Ivor Jasper Lewis Martin Noel Oscar Philip Robert Simon "
    "Thomas Victor Walter"
)
WOMEN = _words(
    "Agnes Beatrice Clara Dora Edith Flora Grace Helen Ida Julia Laura Mabel Nora Olive Phoebe Rose Sarah Tessa "
    "Ursula Winifred"
)
FAMILIES = _words(
    "Aldous Barrow Carver Denholm Easter Farrow Garland Hollis Ingram Jessop Kettle Lorimer Marsh Northcote "
    "Orchard Penrose Quarles Radley Sallow Thorne Underhill Varley Wexford Yarrow"
)
LOOKS = ("an old {} with a white beard", "a young {} in a grey cloak", "a stout {} in a soft hat",
         "a tall {} with a stick", "a slender {} in a shawl", "a broad {} with a lantern")  # fmt: skip
THINGS = _words(
    "letter lantern key ladder basket candle book purse watch map bell sack cup chain box portrait ring knife "
    "ticket coat"
)
OF_THINGS = _words("cold broken heavy little borrowed silver forgotten hollow painted stolen rusty precious cracked")
DEEDS = ("set the {} down", "looked at the {}", "turned the {} over", "held out the {}", "hid the {}", "lifted the {}")
SAID = _words("said asked answered cried whispered murmured replied")
LINES = (
    "I have counted {number} of them, and not one is a {quality} {thing}",
    "Nobody has touched the {quality} {thing} since {name} went away",
    "You told me of a {thing}, and now you tell me of a {quality} {other}",
    "If {name} comes before {number} o'clock, give back the {thing}",
    "My father paid {number} shillings for that {quality} {thing}",
    "I would sooner lose the {thing} than ask {name} for a {other}",
    "The {thing} is yours; the {quality} {other} was never mine",
    "They say that {name} sold the {quality} {thing} for {number} pounds",
    "Where is the {other}, then, and who has seen the {quality} {thing}",
    "Wait here with the {thing}, and speak to nobody but {name}",
)
NUMBERS = _words(
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety"
)
BRIEF_LINES = (
    "Give me the {quality} {thing}", "Who has the {thing}", "Not that {quality} {thing}", "I sold the {thing}",
    "Take the {quality} {thing}", "Where is my {thing}", "Hide the {thing}", "This {thing} is {quality}",
)  # fmt: skip
LEADS = 4
SCENES = (2, 3)
"""How many scenes a chapter has."""
EXCHANGES = (2, 4)
BRIEF_EXCHANGES = (6, 10)


def write_tale(words: int, seed: int = 1, brief: bool = False) -> str:
    """Return a book of whole chapters: as many as it takes to hold `words` words.

    In a `brief` one everybody says and does little at a time: it gives three times as many shots a word, of some three
    seconds each.
    """
    tale, count = ["THE LONG ROAD HOME", "by the bookfilm authors"], 0
    for chapter in _chapters(random.Random(seed), _brief_scene if brief else _scene):
        if count >= words:
            break
        tale += chapter
        count += sum(len(paragraph.split()) for paragraph in chapter)
    return "\n\n".join(tale) + "\n"


def _chapters(chance: random.Random, scenes: Scenes) -> Iterator[list[str]]:
    """Yield chapters without end, each as its heading and paragraphs."""
    people = [_person(chance) for _ in range(LEADS)]
    number = 0
    while True:
        number += 1
        comer = _person(chance)
        places = chance.sample(sorted(PLACES), chance.randint(*SCENES))
        chapter = [f"Chapter {number}. The {chance.choice(OF_THINGS).title()} {chance.choice(THINGS).title()}"]
        for scene, place in enumerate(places):
            two = chance.sample(people, 2)
            # Somebody new in each chapter: the cast grows with the book.
            if scene == 0:
                chapter.append(f"{comer[0]} was {comer[1]}, whom nobody in those parts had met before.")
                two[1] = comer
            chapter += scenes(place, two, people, chance)
        yield chapter


def _person(chance: random.Random) -> Person:
    """Return a name and a look."""
    woman = chance.random() < 0.5
    name = f"{chance.choice(WOMEN if woman else MEN)} {chance.choice(FAMILIES)}"
    look = chance.choice(LOOKS if not woman else LOOKS[1:]).format("woman" if woman else "man")
    return name, look


def _scene(place: str, two: list[Person], people: list[Person], chance: random.Random) -> Iterator[str]:
    (one, _), (other, look) = two
    thing = chance.choice(THINGS)
    yield (
        f"{chance.choice(HOURS)}, {chance.choice(WEATHERS)}, {one} came to the {place} with a {thing}. There were "
        f"{PLACES[place]}, and beside them stood {other}, {look}, and waited."
    )
    for _ in range(chance.randint(*EXCHANGES)):
        first, second = (one, other) if chance.random() < 0.5 else (other, one)
        yield f"“{_line(people, chance)},” {chance.choice(SAID)} {first.split()[0]}."
        yield f"“{_line(people, chance)}.” {second.split()[0]} {_deed(chance)}."
        yield (
            f"{first.split()[0]} {_deed(chance)} and thought of the {chance.choice(OF_THINGS)} {chance.choice(THINGS)} "
            f"that {chance.choice(people)[0]} had left in the {chance.choice(sorted(PLACES))} "
            f"{chance.choice(NUMBERS)} years ago."
        )
    yield f"Then {one} went out of the {place}, and the {chance.choice(OF_THINGS)} {thing} stayed with {other}."


def _brief_scene(place: str, two: list[Person], _people: list[Person], chance: random.Random) -> Iterator[str]:
    (one, _), (other, look) = two
    yield f"{chance.choice(HOURS)} {one} came to the {place}. There stood {other}, {look}."
    for _ in range(chance.randint(*BRIEF_EXCHANGES)):
        first, second = (one, other) if chance.random() < 0.5 else (other, one)
        said = chance.choice(BRIEF_LINES).format(quality=chance.choice(OF_THINGS), thing=chance.choice(THINGS))
        yield f"“{said},” {chance.choice(SAID)} {first.split()[0]}."
        yield f"{second.split()[0]} {_deed(chance)}."


def _line(people: list[Person], chance: random.Random) -> str:
    thing, other = chance.sample(THINGS, 2)
    quality, number, name = chance.choice(OF_THINGS), chance.choice(NUMBERS), chance.choice(people)[0]
    return chance.choice(LINES).format(thing=thing, other=other, quality=quality, number=number, name=name)


def _deed(chance: random.Random) -> str:
    return chance.choice(DEEDS).format(f"{chance.choice(OF_THINGS)} {chance.choice(THINGS)}")
