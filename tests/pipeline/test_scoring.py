"""Who leads a film, and where the composer is told that they come into sight."""

from __future__ import annotations

from bookfilm.engines.protocols import LEADS, Entrance
from bookfilm.pipeline.scoring import AWAY_S, leading, score_request
from bookfilm.records.bible import Look
from bookfilm.records.screenplay import Screenplay
from bookfilm.records.shots import InFrame, Picture, Setting, Shot, Utterance
from bookfilm.records.time import FILM_RATE
from bookfilm.records.timeline import Slot, Timeline

PLACE = Setting(kind="garden", hour="noon")


def shot(number: int, scene: str | None, cast: str, said: dict[str, int] | None = None) -> Shot:
    """A shot of `scene` with those people in it, a letter each, who say so many characters."""
    heard = tuple(
        Utterance(line=f"{number}-{who}", kind="dialogue", speaker=who, text="x" * count)
        for who, count in (said or {}).items()
    )
    people = tuple(InFrame(name=who, look=Look()) for who in cast)
    picture = Picture(kind="title" if scene is None else "scene", setting=PLACE, cast=people)
    return Shot(id=f"s{number}", scene=scene, picture=picture, heard=heard)


def timeline_of(shots: list[Shot], seconds: float) -> Timeline:
    """Every shot so long."""
    frames = round(24 * seconds)
    slots = tuple(Slot(shot=one.id, start_frame=at * frames, frames=frames) for at, one in enumerate(shots))
    return Timeline(rate=FILM_RATE, sample_rate=48_000, slots=slots)


def test_who_says_most_and_is_seen_leads() -> None:
    shots = [
        shot(0, "1", "abcdef", {"a": 100, "b": 300, "c": 90, "d": 80, "e": 70}),
        # The narrator says most, and is never seen; who says a word leads nothing.
        shot(1, "1", "f", {"n": 900, "f": 1}),
    ]
    assert leading(shots) == ("b", "a", "c", "d")
    assert len(leading(shots)) == LEADS
    assert leading([shot(0, "1", "ab")]) == ()


def test_a_lead_appears_in_each_scene_and_after_a_while_away() -> None:
    shots = [
        shot(0, None, ""),
        shot(1, "1", "az", {"a": 50, "b": 50}),
        shot(2, "1", "a"),
        shot(3, "1", "b"),
        shot(4, "1", "b"),
        shot(5, "1", "ab"),
        shot(6, "2", "a"),
    ]
    seconds = AWAY_S / 2
    screenplay = Screenplay(title="T", language="en", writer="rules", places=(), scenes=())
    request = score_request(screenplay, shots, timeline_of(shots, seconds))
    at = [round(24 * seconds) * number for number in range(len(shots))]
    assert request.leads == ("a", "b")
    title, first, second = request.scenes
    assert title.entrances == ()
    assert first.entrances == (
        Entrance(who="a", frame=at[1]),
        Entrance(who="b", frame=at[3]),
        Entrance(who="a", frame=at[5]),
    )
    assert second.entrances == (Entrance(who="a", frame=at[6]),)
