"""Speakers: who says each reply, weighed over whole conversations.

Every reply gets a score for everybody who is about: what its tag says, who is addressed in it, who was
named last. Between replies a score says how people take turns. The best path through a conversation
(Viterbi, 1967; states are the last two speakers) names all of its speakers at once.
"""

from __future__ import annotations

from bookfilm.screenplay.persons import Person
from bookfilm.screenplay.replies import Reply, Sight
from bookfilm.screenplay.scoring import own_score, turn_back_score, turn_score

_POOL = 9
_GAP_PASSAGES = 4
_LONGEST = 400
_RECENT = 6
_FRESH_PASSAGES = 12

_State = tuple[Person | None, Person | None]


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
    recent = _recent(talk, sights)
    scores = [
        {p: own_score(reply, p, place, named) for place, p in enumerate(pool)}
        for reply, pool, named in zip(talk, pools, recent, strict=True)
    ]
    path = _best_path(talk, scores)
    for at, (reply, person) in enumerate(zip(talk, path, strict=True)):
        reply.speaker = person
        reply.why = _why(reply, person, narrator)
        others = [p for p in path[max(0, at - 2) : at + 3] if p is not None and p is not person]
        reply.addressee = reply.addressed[0] if reply.addressed else (others[-1] if others else None)


def _recent(talk: list[Reply], sights: list[Sight]) -> list[list[Person]]:
    """Return for each reply who was named in narration before it, the latest first."""
    found: list[list[Person]] = []
    seen: list[Person] = []
    at = 0
    for reply in talk:
        while at < len(sights) and sights[at].passage < reply.passage.index:
            seen.append(sights[at].person)
            at += 1
        latest = [*reversed(reply.named_before), *reversed(seen[-_RECENT:])]
        found.append(list(dict.fromkeys(latest)))
    return found


def _pools(talk: list[Reply], sights: list[Sight], narrator: Person | None) -> list[list[Person]]:
    """Return for each reply who may say it: those tagged nearby, named lately or addressed, likeliest first."""
    nearby = _Nearby(talk, sights)
    # Somebody without a name is not taken for a speaker unless the book says so near by, or has just brought them in.
    told = {p for r in talk for p in (r.tagged, r.described) if p is not None}
    pools: list[list[Person]] = []
    for reply in talk:
        if reply.continues and pools:
            new = [p for p in (reply.tagged, reply.described) if p is not None and p not in pools[-1]]
            pools.append([*pools[-1], *new])
            continue
        here = reply.passage.index
        weight = dict(nearby.weigh(here))
        for place, person in enumerate(reversed(reply.named_before)):
            weight[person] = weight.get(person, 0.0) + 1.0 / (1 + place)
        for person, score in reply.in_mind[:6]:
            weight[person] = weight.get(person, 0.0) + score
        if narrator is not None:
            weight[narrator] = weight.get(narrator, 0.0) + 0.8
        here_fresh = here - _FRESH_PASSAGES
        able = [p for p in weight if not p.noun or p.capital or p in told or p.fresh >= here_fresh]
        ranked = sorted(able, key=lambda p: (-weight[p], p.number))[:_POOL]
        for certain in (reply.tagged, reply.described):
            if certain is not None and certain not in ranked:
                ranked.append(certain)
        pools.append(ranked)
    return pools


class _Nearby:
    """Who is tagged, addressed or named around each passage of a talk: weighed once a passage, however many replies
    it holds."""

    def __init__(self, talk: list[Reply], sights: list[Sight]) -> None:
        self._tagged = [(r.passage.index, r.tagged) for r in talk if r.tagged is not None]
        self._addressed = [(r.passage.index, p) for r in talk for p in r.addressed]
        self._seen = [(sight.passage, sight.person) for sight in sights]
        self._low_tag = self._low_address = self._low_sight = 0
        self._at = -1
        self._weight: dict[Person, float] = {}

    def weigh(self, here: int) -> dict[Person, float]:
        """Return the weights at passage `here`, which never goes back."""
        if here == self._at:
            return self._weight
        self._at = here
        weight = self._weight = {}
        self._low_tag = _forward(self._tagged, self._low_tag, here - 14)
        for index, person in _until(self._tagged, self._low_tag, here + 14):
            weight[person] = weight.get(person, 0.0) + 3.0 / (1.0 + 0.25 * abs(index - here))
        self._low_address = _forward(self._addressed, self._low_address, here - 8)
        for index, person in _until(self._addressed, self._low_address, here + 4):
            weight[person] = weight.get(person, 0.0) + 1.5 / (1.0 + 0.5 * abs(index - here))
        self._low_sight = _forward(self._seen, self._low_sight, here - 10)
        for index, person in _until(self._seen, self._low_sight, here):
            weight[person] = weight.get(person, 0.0) + 1.0 / (1.0 + 0.5 * abs(index - here))
        return weight


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


def _best_path(talk: list[Reply], scores: list[dict[Person, float]]) -> list[Person | None]:
    """Return the best speaker for each reply: Viterbi over pairs (speaker before, speaker)."""
    states: dict[_State, float] = {(None, p): s for p, s in scores[0].items()} or {(None, None): 0.0}
    backs: list[dict[_State, _State]] = [{}]
    for at in range(1, len(talk)):
        options: list[tuple[Person | None, float]] = [*scores[at].items()] or [(None, 0.0)]
        states, back = _step(states, options, talk[at], talk[at - 1])
        backs.append(back)
    state = max(states, key=lambda key: states[key])
    path: list[Person | None] = []
    for at in range(len(talk) - 1, -1, -1):
        path.append(state[1])
        if at:
            state = backs[at][state]
    return path[::-1]


def _step(
    states: dict[_State, float], options: list[tuple[Person | None, float]], reply: Reply, before: Reply
) -> tuple[dict[_State, float], dict[_State, _State]]:
    """Return the best way to each pair (speaker of `before`, speaker of `reply`), and the pair it comes from.

    Whoever spoke before both counts only where they speak again: so each pair asks for the best of all ways to
    its first, and for the way on which its second spoke before. That is the square of those about, not the cube.
    """
    ways: dict[Person | None, dict[Person | None, float]] = {}
    for (earlier, last), value in states.items():
        ways.setdefault(last, {})[earlier] = value
    returning = turn_back_score(reply, before)
    now: dict[_State, float] = {}
    back: dict[_State, _State] = {}
    for last, values in ways.items():
        likeliest = max(values, key=lambda earlier: values[earlier])
        place = {earlier: number for number, earlier in enumerate(values)}
        for person, own in options:
            turn = turn_score(reply, before, last, person)
            total, earlier = values[likeliest] + own + turn, likeliest
            if person in values and person is not last and person is not None:
                again = values[person] + own + (turn + returning)
                if again > total or (again == total and place[person] < place[likeliest]):
                    total, earlier = again, person
            now[last, person], back[last, person] = total, (earlier, last)
    return now, back


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
