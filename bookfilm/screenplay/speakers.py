"""Speakers: who says each reply, weighed over whole conversations.

Every reply gets a score for everybody who is about: what its tag says, who is addressed in it, who was
named last. Between replies a score says how people take turns. The best path through a conversation
(Viterbi, 1967; states are the last two speakers) names all of its speakers at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bookfilm.records.bible import Sex
from bookfilm.screenplay.passages import Passage
from bookfilm.screenplay.roster import Person
from bookfilm.screenplay.tags import Tag

_POOL = 9
_GAP_PASSAGES = 4
_LONGEST = 400
_DESCRIBED = 2.0

_State = tuple[Person | None, Person | None]


@dataclass
class Reply:
    """All that one passage says aloud by one mouth: its stretches by number, and the evidence for its speaker."""

    passage: Passage
    stretches: list[int]
    tag: Tag | None = None
    tagged: Person | None = None
    described: Person | None = None
    """The bearer of a general word in the tag ("the girl"): they, or somebody whom the word fits."""
    addressed: list[Person] = field(default_factory=list)
    named_before: list[Person] = field(default_factory=list)
    """Persons named in the narration of this passage before the words, last one last."""
    continues: bool = False
    """The speech of the paragraph before runs on into this one."""
    inside: list[Person] = field(default_factory=list)
    """Persons spoken of inside the words: seldom the speaker."""
    first_person: bool = False
    speaker: Person | None = None
    why: str = ""
    addressee: Person | None = None


@dataclass(frozen=True)
class Sight:
    """Somebody named in narration, at a place in the reading order."""

    passage: int
    person: Person


def find_speakers(replies: list[Reply], sights: list[Sight], narrator: Person | None) -> None:
    """Give every reply of the book its speaker and say why. Linear in the book's length."""
    begin, seen = 0, 0
    for end in range(1, len(replies) + 1):
        if end < len(replies) and not _parted(replies[end - 1], replies[end]) and end - begin < _LONGEST:
            continue
        talk = replies[begin:end]
        while seen < len(sights) and sights[seen].passage < talk[0].passage.index - 6:
            seen += 1
        _name_speakers(talk, _sights_of(talk, sights, seen), narrator)
        begin = end


def _parted(earlier: Reply, later: Reply) -> bool:
    apart = later.passage.index - earlier.passage.index
    return apart > _GAP_PASSAGES or later.passage.chapter != earlier.passage.chapter


def _sights_of(talk: list[Reply], sights: list[Sight], seen: int) -> list[Sight]:
    found = []
    for sight in sights[seen:]:
        if sight.passage > talk[-1].passage.index:
            break
        if sight.passage >= talk[0].passage.index - 6:
            found.append(sight)
    return found


def _name_speakers(talk: list[Reply], sights: list[Sight], narrator: Person | None) -> None:
    pools = _pools(talk, sights, narrator)
    scores = [
        {p: _own_score(reply, p, place) for place, p in enumerate(pool)}
        for reply, pool in zip(talk, pools, strict=True)
    ]
    path = _best_path(talk, scores)
    for at, (reply, person) in enumerate(zip(talk, path, strict=True)):
        reply.speaker = person
        reply.why = _why(reply, person, narrator)
        others = [p for p in path[max(0, at - 2) : at + 3] if p is not None and p is not person]
        reply.addressee = reply.addressed[0] if reply.addressed else (others[-1] if others else None)


def _pools(talk: list[Reply], sights: list[Sight], narrator: Person | None) -> list[list[Person]]:
    """Return for each reply who may say it: those tagged nearby, named lately or addressed, likeliest first."""
    tagged = [(r.passage.index, r.tagged) for r in talk if r.tagged is not None]
    addressed = [(r.passage.index, p) for r in talk for p in r.addressed]
    seen = [(sight.passage, sight.person) for sight in sights]
    pools: list[list[Person]] = []
    low_sight = low_tag = low_address = 0
    for reply in talk:
        if reply.continues and pools:
            pools.append(pools[-1])
            continue
        here = reply.passage.index
        weight: dict[Person, float] = {}
        low_tag = _forward(tagged, low_tag, here - 14)
        for index, person in _until(tagged, low_tag, here + 14):
            weight[person] = weight.get(person, 0.0) + 3.0 / (1.0 + 0.25 * abs(index - here))
        low_address = _forward(addressed, low_address, here - 8)
        for index, person in _until(addressed, low_address, here + 4):
            weight[person] = weight.get(person, 0.0) + 1.5 / (1.0 + 0.5 * abs(index - here))
        low_sight = _forward(seen, low_sight, here - 10)
        for index, person in _until(seen, low_sight, here):
            weight[person] = weight.get(person, 0.0) + 1.0 / (1.0 + 0.5 * abs(index - here))
        for place, person in enumerate(reversed(reply.named_before)):
            weight[person] = weight.get(person, 0.0) + 1.0 / (1 + place)
        if narrator is not None:
            weight[narrator] = weight.get(narrator, 0.0) + 0.8
        ranked = sorted(weight, key=lambda p: (-weight[p], p.number))[:_POOL]
        for certain in (reply.tagged, reply.described):
            if certain is not None and certain not in ranked:
                ranked.append(certain)
        pools.append(ranked)
    return pools


def _forward(rows: list[tuple[int, Person]], low: int, first: int) -> int:
    while low < len(rows) and rows[low][0] < first:
        low += 1
    return low


def _until(rows: list[tuple[int, Person]], low: int, last: int) -> list[tuple[int, Person]]:
    found = []
    while low < len(rows) and rows[low][0] <= last:
        found.append(rows[low])
        low += 1
    return found


def _own_score(reply: Reply, person: Person, place: int) -> float:
    """Score `person` for one reply by what the reply itself shows; `place` is their rank in the pool."""
    score = -0.35 * place
    tag = reply.tag
    if tag is not None:
        if reply.tagged is not None:
            score += 1.6 * tag.strength if person is reply.tagged else 0.0
        elif reply.described is not None:
            score += _described_score(reply, person)
        elif tag.kind == "first":
            score += 1.6 * tag.strength if person.narrator else 0.0
        elif person.narrator and tag.kind == "pronoun":
            score -= 8.0
        else:
            score += _sex_score(tag.sex, person.sex, tag.strength)
            if tag.kind == "pronoun" and person in reply.named_before[-2:]:
                score += 1.5
    if person in reply.addressed:
        score -= 5.0
    if person in reply.inside:
        score -= 1.5
    if person.narrator:
        score -= 0.5
    return score


def _described_score(reply: Reply, person: Person) -> float:
    """Score `person` for a tag with a general word: it may point to anybody it fits, most to who was named last."""
    described, tag = reply.described, reply.tag
    assert described is not None and tag is not None
    if person is described:
        return _DESCRIBED
    if person.narrator:
        return -4.0
    return _sex_score(described.sex, person.sex, tag.strength) + _fits_word(described, person)


def _fits_word(described: Person, person: Person) -> float:
    """Words for family and age fit some people better: a wife or mother is a married woman."""
    if described.kin and described.sex == "female":
        return 1.0 if person.married else -1.0 if person.maiden else 0.0
    return 0.0


def _sex_score(wanted: Sex, sex: Sex, strength: int) -> float:
    if wanted == "unknown":
        return 0.0
    if sex == "unknown":
        return -0.8
    return 0.15 * strength if sex == wanted else -0.9 * strength


def _turn_score(
    reply: Reply, before: Reply, last: Person | None, person: Person | None, earlier: Person | None
) -> float:
    """Score `person` speaking after `last`, who spoke after `earlier`."""
    apart = reply.passage.index - before.passage.index
    if reply.continues:
        return 12.0 if person is last else 0.0
    if person is last:
        if apart == 0:
            return 2.0
        return -4.0 if apart == 1 and not _narration_between(before, reply) else -1.0
    score = 0.0
    if person is earlier and person is not None:
        score += 1.8 if apart <= 2 else 0.8
    if person is not None and person in before.addressed:
        score += 2.5
    return score


def _narration_between(before: Reply, reply: Reply) -> bool:
    """Tell whether the earlier passage ends, or the later one begins, with the author's own words."""
    return before.passage.stretches[-1].kind == "narration" and before.tag is None


def _best_path(talk: list[Reply], scores: list[dict[Person, float]]) -> list[Person | None]:
    """Return the best speaker for each reply: Viterbi over pairs (speaker before, speaker)."""
    states: dict[_State, float] = {(None, p): s for p, s in scores[0].items()} or {(None, None): 0.0}
    backs: list[dict[_State, _State]] = [{}]
    for at in range(1, len(talk)):
        now: dict[_State, float] = {}
        back: dict[_State, _State] = {}
        options: list[tuple[Person | None, float]] = [*scores[at].items()] or [(None, 0.0)]
        for (earlier, last), value in states.items():
            for person, own in options:
                total = value + own + _turn_score(talk[at], talk[at - 1], last, person, earlier)
                key = (last, person)
                if key not in now or total > now[key]:
                    now[key], back[key] = total, (earlier, last)
        states = now
        backs.append(back)
    state = max(states, key=lambda key: states[key])
    path: list[Person | None] = []
    for at in range(len(talk) - 1, -1, -1):
        path.append(state[1])
        if at:
            state = backs[at][state]
    return path[::-1]


def _why(reply: Reply, person: Person | None, narrator: Person | None) -> str:
    if person is None:
        return "nobody is named near"
    if reply.continues:
        return "goes on"
    if reply.tag is not None:
        if person is reply.tagged:
            return "acts beside the words" if reply.tag.kind == "beat" else "named"
        if person is narrator and reply.tag.kind == "first":
            return "narrator"
        if reply.tag.kind in ("pronoun", "verb") and reply.tag.sex in (person.sex, "unknown"):
            return "pronoun"
    return "turn"
