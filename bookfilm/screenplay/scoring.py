"""Scoring: how well a person fits one reply, and how well one reply follows another."""

from __future__ import annotations

from dataclasses import dataclass

from bookfilm.records.bible import Sex
from bookfilm.screenplay.persons import Person
from bookfilm.screenplay.replies import Reply


@dataclass(frozen=True)
class Scores:
    """The weights of the evidence, in one unit (about one bit of belief), found by search over annotated novels."""

    rank: float = 0.5
    tag: float = 1.6
    sex_fits: float = 0.15
    sex_contradicts: float = 0.9
    sex_unknown: float = 0.8
    pronoun: float = 4.0
    latest: float = 0.7
    described: float = 2.0
    described_elder: float = 1.0
    described_new: float = 2.0
    described_in_mind: float = 3.0
    bearer: float = 4.0
    pointing: float = 4.0
    other_than_last: float = 3.0
    noun: float = 1.0
    addressed: float = 3.4
    spoken_of: float = 1.5
    narrator: float = 0.5
    same_again: float = 2.7
    same_after_narration: float = 0.5
    same_paragraph: float = 2.0
    turn_back: float = 1.2
    turn_back_later: float = 0.5
    called_answers: float = 2.5
    own_sex: float = 4.0
    their_sex: float = 1.5
    answers: float = 3.0
    goes_on: float = 1.0
    asked: float = 2.0


SCORES = Scores()
_FRESH_PASSAGES = 60


def own_score(reply: Reply, person: Person, place: int, recent: list[Person]) -> float:
    """Score `person` for one reply by what the reply itself shows.

    `place` is their rank among those about; `recent` those named before it, the latest first.
    """
    tag = reply.tag
    if reply.continues and tag is None:
        return 0.0  # Only where the speech began is it weighed who is about.
    score = -SCORES.rank * place * (not reply.continues)
    if tag is not None and reply.tagged is not None:
        score += SCORES.tag * tag.strength if person is reply.tagged else 0.0
    elif tag is not None and reply.described is not None:
        score += _described_score(reply, person)
    elif tag is not None and tag.kind == "first":
        score += SCORES.tag * tag.strength if person.narrator else 0.0
    elif tag is not None and person.narrator and tag.kind == "pronoun":
        score -= 8.0
    elif tag is not None:
        score += _sex_score(tag.sex, person.sex, tag.strength)
        if tag.kind == "pronoun":
            score += SCORES.pronoun * _in_mind(reply, person, tag.sex)
    else:
        score += SCORES.latest * _in_mind(reply, person, "unknown")
    if reply.own_sex != "unknown" and person.sex not in ("unknown", reply.own_sex):
        score -= SCORES.own_sex
    score -= SCORES.addressed * (person in reply.addressed) + SCORES.spoken_of * (person in reply.inside)
    score -= SCORES.noun * (person.generic and person is not reply.tagged and person is not reply.described)
    return score - SCORES.narrator * person.narrator


def _in_mind(reply: Reply, person: Person, sex: Sex) -> float:
    """Return how much `person` is in mind beside the first of those whom a pronoun of `sex` fits: 1 for that one."""
    fitting = [(one, score) for one, score in reply.in_mind if sex in (one.sex, "unknown") or one.sex == "unknown"]
    fitting = [(one, score) for one, score in fitting if not one.narrator]
    if not fitting:
        return 0.0
    most = max(score for _, score in fitting)
    return next((score / most for one, score in fitting if one is person), 0.0)


def _described_score(reply: Reply, person: Person) -> float:
    """Score `person` for a tag with a general word: it means whom it fits and the story has in mind.

    Or the one whom the word itself has brought in ("a girl"), if that was not long ago.
    """
    described, tag = reply.described, reply.tag
    if described is None or tag is None:
        return 0.0
    if described.pointing:
        return -SCORES.pointing if person is described else 0.0
    if person is described:
        new = 0 <= reply.passage.index - person.fresh <= _FRESH_PASSAGES
        return SCORES.described + SCORES.described_new * new
    if person.narrator:
        return -4.0
    score = _sex_score(described.sex, person.sex, tag.strength) + SCORES.described_in_mind * _in_mind(
        reply, person, described.sex
    )
    score += SCORES.bearer * reply.bearers.get(person, 0.0)
    if described.kin and described.sex == "female":
        score += SCORES.described_elder * (person.married - person.maiden)
    return score


def _sex_score(wanted: Sex, sex: Sex, strength: int) -> float:
    if wanted == "unknown":
        return 0.0
    if sex == "unknown":
        return -SCORES.sex_unknown
    return SCORES.sex_fits * strength if sex == wanted else -SCORES.sex_contradicts * strength


def turn_back_score(reply: Reply, before: Reply) -> float:
    """Score whoever spoke last but one speaking again, after somebody else."""
    if reply.continues:
        return 0.0
    return SCORES.turn_back if reply.passage.index - before.passage.index <= 2 else SCORES.turn_back_later


def turn_score(reply: Reply, before: Reply, last: Person | None, person: Person | None) -> float:
    """Score `person` speaking after `last`."""
    apart = reply.passage.index - before.passage.index
    if reply.described is not None and reply.described.pointing and person is last:
        return -SCORES.other_than_last
    if reply.continues:
        return 12.0 if person is last else 0.0
    if person is last:
        if apart == 0:
            return SCORES.same_paragraph
        again = SCORES.goes_on * (reply.manner == "goes on") - SCORES.answers * (reply.manner == "answers")
        again -= SCORES.asked * (before.asks and apart == 1)
        told = before.passage.stretches[-1].kind == "narration" and before.tag is None
        return again - (SCORES.same_again if apart == 1 and not told else SCORES.same_after_narration)
    score = 0.0
    if person is not None and person in before.addressed:
        score += SCORES.called_answers
    if apart <= 1 and _contradicts(reply.their_sex, last) + _contradicts(before.their_sex, person):
        score -= SCORES.their_sex
    return score


def _contradicts(sex: Sex, person: Person | None) -> bool:
    return person is not None and "unknown" not in (sex, person.sex) and sex != person.sex
