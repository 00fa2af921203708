"""Telling: how the narrator's words are seen: places wide, faces close, hands and things as inserts."""

from __future__ import annotations

from dataclasses import dataclass

from bookfilm.records.book import Language
from bookfilm.records.shots import ShotSize, Stance
from bookfilm.shots.exchanges import Take
from bookfilm.shots.framing import Frame
from bookfilm.shots.moves import move_over
from bookfilm.shots.things import dwells_on
from bookfilm.shots.wordlists import load_words

_LONG_CHARS = 90


@dataclass(frozen=True)
class Told:
    """What the words of one take tell: whom of those on stage they are about, how those move, whether many are by."""

    people: tuple[str, ...]
    about: tuple[str, ...]
    stances: dict[str, Stance]
    crowd: bool


def frame_narration(take: Take, told: Told, language: Language, *, first: bool) -> Frame:
    """Frame the narrator's words; `first`: they open the scene."""
    if first:
        camera, why = move_over(take.text, language)
        return Frame("wide", camera, told.people[:4], f"establishes the place: {why}")
    if take.heard[0].kind == "letter":
        return _frame_letter(take, told)
    thing = dwells_on(take.text, language)
    if thing:
        return Frame("insert", "push", (), f"the words dwell on the {thing}", thing=thing)
    if told.crowd:
        size: ShotSize = "full" if told.about else "wide"
        return Frame(size, "static", told.about[:3] or told.people[:2], "told of many: they are about")
    if not told.people:
        camera, why = move_over(take.text, language)
        return Frame("wide", camera, (), f"nobody is named: the place itself, {why}")
    moving = next((who for who in (*told.about, *told.people) if told.stances.get(who) in ("walk", "ride")), None)
    if moving is not None:
        return Frame("full", "follow", (moving,), "follows who moves")
    return _frame_people(take, told, language)


def _frame_letter(take: Take, told: Told) -> Frame:
    """Frame a letter that is read: the page, then who reads it, in turn."""
    reader = take.heard[0].speaker
    if take.part % 2 == 0 or not told.people:
        return Frame("insert", "push" if take.part == 0 else "static", (), "a letter is read: its page", thing="letter")
    who = next((one for one in told.people if one != reader), told.people[0])
    return Frame("close_up", "static", (who,), "a letter is read: how it is taken")


def _frame_people(take: Take, told: Told, language: Language) -> Frame:
    """Frame what is told of those present: how near, by whether it is a face, a hand, a thought or a deed."""
    labels = load_words(language).labels("tells", take.text)
    long = len(take.text) > _LONG_CHARS
    about = told.about
    other = next((who for who in told.people if who not in about[:1]), None)
    if len(about) > 2:
        return Frame("full", "static", about[:4], "told of several: all of them")
    if len(about) == 2:
        if "face" in labels or "hand" in labels or not long:
            return Frame("medium", "static", about, "told of two: both in frame")
        return Frame("full", "static", about, "told of two at length: both in the place")
    if len(about) == 1:
        who = about[0]
        if "face" in labels:
            return Frame("close_up", "push" if long else "static", about, "told of a face: close on it", toward=other)
        if "mind" in labels:
            return Frame("close_up", "push", about, "told of what goes on in somebody: close on them", toward=other)
        if told.stances.get(who) in ("enter", "leave"):
            return Frame("full", "static", tuple(dict.fromkeys((who, *told.people)))[:3], "somebody comes or goes")
        if "looks" in labels and not take.part:
            return Frame("full", "tilt_up", about, "told of how somebody looks: from foot to head", toward=other)
        if "hand" in labels:
            return Frame("medium", "push" if long else "static", about, "told of what hands do: near", toward=other)
        if not long:
            return Frame("medium", "static", about, "few words told of one: near", toward=other)
        return Frame("full", "static", about, "told of one at length: alone in the place", toward=other)
    camera, why = move_over(take.text, language)
    if "land" in labels or long:
        return Frame("wide", camera, told.people[:4], f"nobody is named: told from afar, {why}")
    return Frame("full", "static", told.people[:3], "told with those present")
