"""The film's theme: eight bars of melody over a progression, drawn from a seed, and how it is played when.

The melody is kept as steps of a scale, so that the same theme is heard in major by day and in minor by
night: a listener knows it again, and the mood has changed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bookfilm.records.bible import Hour
from bookfilm.records.screenplay import Emotion
from bookfilm.sound.instruments import Instrument

SCALES: dict[str, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "minor": (0, 2, 3, 5, 7, 8, 10),
}
PROGRESSIONS = (
    (0, 5, 3, 4, 0, 5, 4, 0),
    (0, 3, 4, 0, 5, 3, 4, 0),
    (0, 2, 3, 0, 5, 1, 4, 0),
    (0, 4, 5, 3, 0, 3, 4, 0),
    (0, 3, 0, 4, 5, 3, 4, 0),
)
RHYTHMS: dict[int, tuple[tuple[float, ...], ...]] = {
    3: ((1.0, 1.0, 1.0), (2.0, 1.0), (1.5, 0.5, 1.0), (1.0, 0.5, 0.5, 1.0)),
    4: ((1.0, 1.0, 2.0), (2.0, 1.0, 1.0), (1.5, 0.5, 2.0), (1.0, 0.5, 0.5, 1.0, 1.0)),
}
BARS = 8


@dataclass(frozen=True)
class Theme:
    """`root` is a MIDI note; `melody` holds for each bar its (beats, step above the root) in order."""

    root: int
    beats_a_bar: int
    progression: tuple[int, ...]
    melody: tuple[tuple[tuple[float, int], ...], ...]


@dataclass(frozen=True)
class Colour:
    """How a scene sounds: which scale, how fast, and who leads."""

    scale: str
    beats_per_minute: int
    lead: Instrument
    warmth: float = 1.0
    """Level of the pad."""


MOOD_COLOURS: dict[Emotion, Colour] = {
    "joy": Colour("major", 88, "pluck"),
    "anger": Colour("minor", 84, "piano", 1.3),
    "fear": Colour("minor", 54, "bell", 1.4),
    "sorrow": Colour("minor", 56, "piano"),
    "surprise": Colour("lydian", 80, "bell", 0.8),
    "tender": Colour("major", 62, "pluck"),
    "whisper": Colour("dorian", 54, "bell", 0.8),
    "shout": Colour("minor", 84, "piano", 1.3),
}
HOUR_COLOURS: dict[Hour, Colour] = {
    "dawn": Colour("lydian", 62, "piano"),
    "morning": Colour("major", 72, "pluck"),
    "noon": Colour("major", 76, "pluck", 0.8),
    "afternoon": Colour("mixolydian", 70, "pluck"),
    "dusk": Colour("dorian", 62, "piano"),
    "night": Colour("minor", 58, "piano", 1.1),
}
TITLE_COLOUR = Colour("major", 72, "piano", 1.2)


def colour_of(mood: Emotion, hour: Hour | None) -> Colour:
    """Return the colour of a scene; of a card or the credits where `hour` is None and the mood neutral."""
    if mood != "neutral":
        return MOOD_COLOURS[mood]
    return HOUR_COLOURS[hour] if hour is not None else TITLE_COLOUR


def compose_theme(seed: int) -> Theme:
    """Return the theme of the film with this seed."""
    rng = np.random.default_rng([seed, 0x7E3E])
    beats = int(rng.choice([3, 4]))
    progression = PROGRESSIONS[int(rng.integers(len(PROGRESSIONS)))]
    rhythm = [RHYTHMS[beats][index] for index in rng.permutation(len(RHYTHMS[beats]))]
    melody: list[tuple[tuple[float, int], ...]] = []
    step = 7
    for bar in range(BARS):
        if bar in (4, 5):
            # The second half begins as the first did: what returns is remembered.
            melody.append(melody[bar - 4])
            continue
        cell = (float(beats),) if bar == BARS - 1 else rhythm[bar % 2 if bar < 6 else 2]
        phrase, step = _phrase(rng, cell, progression[bar], step)
        melody.append(phrase)
    melody[-1] = ((float(beats), 7),)
    return Theme(int(rng.integers(50, 58)), beats, progression, tuple(melody))


def _phrase(
    rng: np.random.Generator, cell: tuple[float, ...], chord: int, step: int
) -> tuple[tuple[tuple[float, int], ...], int]:
    """Walk through one bar: strong beats on tones of the chord, the others a step or two away."""
    notes: list[tuple[float, int]] = []
    for place, beats in enumerate(cell):
        if place == 0:
            tones = [chord + third + 7 * octave for third in (0, 2, 4) for octave in (0, 1)]
            step = min(tones, key=lambda tone: (abs(tone - step - int(rng.integers(-1, 2))), tone))
        else:
            step += int(rng.choice([-2, -1, -1, 1, 1, 2]))
        step = min(12, max(3, step))
        notes.append((beats, step))
    return tuple(notes), step


@dataclass(frozen=True)
class Note:
    """A note of a bar: where it begins and how long it is held in beats, its pitch and how hard it is played."""

    beat: float
    beats: float
    midi: int
    velocity: float
    instrument: Instrument


def pitch(theme: Theme, colour: Colour, step: int, octave: int = 0) -> int:
    """Return the MIDI note `step` steps of the colour's scale above the theme's root."""
    above, degree = divmod(step, 7)
    return theme.root + 12 * (above + octave) + SCALES[colour.scale][degree]


def full_bar(theme: Theme, colour: Colour, bar: int, melody: list[Note] | None = None) -> list[Note]:
    """The theme with everybody playing: titles and credits. `melody` takes the place of the theme's."""
    return [
        *(melody_notes(theme, colour, bar, 0.9) if melody is None else melody),
        *_bass(theme, colour, bar),
        *_arpeggio(theme, colour, bar, 0.32),
        *chord_notes(theme, colour, bar, 0.30),
    ]


def light_bar(theme: Theme, colour: Colour, bar: int, melody: list[Note] | None = None) -> list[Note]:
    """The theme played softly between replies. `melody` takes the place of the theme's."""
    return [
        *(melody_notes(theme, colour, bar, 0.6) if melody is None else melody),
        *_bass(theme, colour, bar)[:1],
        *chord_notes(theme, colour, bar, 0.24),
    ]


def under_speech(theme: Theme, colour: Colour, bar: int) -> list[Note]:
    """Hardly more than harmony: a voice is speaking."""
    notes = chord_notes(theme, colour, bar, 0.20)
    if bar % 2 == 0:
        notes += _bass(theme, colour, bar)[:1]
    if bar % 4 == 2:
        notes.append(Note(theme.beats_a_bar / 2, 2.0, pitch(theme, colour, theme.progression[bar] + 9), 0.22, "pluck"))
    return notes


def chord_notes(theme: Theme, colour: Colour, bar: int, velocity: float) -> list[Note]:
    """Return the bar's triad on the pad, held through the bar; `velocity` is scaled by the colour's warmth."""
    chord = theme.progression[bar]
    # Thirds are folded into one octave so that chords move by small steps.
    return [
        Note(0.0, float(theme.beats_a_bar), pitch(theme, colour, (chord + third) % 7), velocity * colour.warmth, "pad")
        for third in (0, 2, 4)
    ]


def melody_notes(theme: Theme, colour: Colour, bar: int, velocity: float) -> list[Note]:
    """Return the bar's melody on the leading instrument; `velocity` is the first note's, the others are softer."""
    notes: list[Note] = []
    beat = 0.0
    for beats, step in theme.melody[bar]:
        softer = 1.0 if beat == 0 else 0.85
        notes.append(Note(beat, beats, pitch(theme, colour, step), velocity * softer, colour.lead))
        beat += beats
    return notes


def _bass(theme: Theme, colour: Colour, bar: int) -> list[Note]:
    half = theme.beats_a_bar / 2
    low = pitch(theme, colour, theme.progression[bar] % 7, octave=-1)
    fifth = pitch(theme, colour, (theme.progression[bar] + 4) % 7, octave=-1)
    return [Note(0.0, half, low, 0.5, "bass"), Note(half, half, fifth, 0.35, "bass")]


def _arpeggio(theme: Theme, colour: Colour, bar: int, velocity: float) -> list[Note]:
    chord = theme.progression[bar]
    steps = [(chord + third) % 7 + 7 for third in (0, 2, 4, 2)]
    count = theme.beats_a_bar * 2
    return [
        Note(
            index / 2, 0.5, pitch(theme, colour, steps[index % 4]), velocity * (1 if index % 2 == 0 else 0.75), "pluck"
        )
        for index in range(count)
    ]


def cadence(theme: Theme, colour: Colour, last: bool) -> list[Note]:
    """The film's end: the dominant, and when `last` the tonic, let ring."""
    chord, beats = (0, 2.0 * theme.beats_a_bar) if last else (4, float(theme.beats_a_bar))
    notes = [Note(0.0, beats, pitch(theme, colour, (chord + third) % 7), 0.3, "pad") for third in (0, 2, 4)]
    notes.append(Note(0.0, beats, pitch(theme, colour, chord % 7, octave=-1), 0.55, "bass"))
    if last:
        steps = (0, 2, 4, 7)
        notes += [
            Note(0.35 * place, beats, pitch(theme, colour, step), 0.6, "piano") for place, step in enumerate(steps)
        ]
    else:
        notes.append(Note(0.0, beats, pitch(theme, colour, 8), 0.6, "piano"))
    return notes
