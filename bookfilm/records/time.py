"""Rational time: frames at a rate, never float seconds."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated

from pydantic import Field

from bookfilm.records.base import Part


class FrameRate(Part):
    """Frames per second as a fraction: 24/1, 30000/1001."""

    num: Annotated[int, Field(gt=0)] = 24
    den: Annotated[int, Field(gt=0)] = 1

    @property
    def per_second(self) -> Fraction:
        return Fraction(self.num, self.den)

    def seconds(self, frames: int) -> Fraction:
        """Return how long `frames` last, in seconds, exactly."""
        return Fraction(frames) / self.per_second

    def frames_to_hold(self, seconds: Fraction | float) -> int:
        """Return the least number of whole frames that hold `seconds`."""
        exact = Fraction(seconds) * self.per_second
        return -((-exact.numerator) // exact.denominator)

    def nearest_frame(self, seconds: Fraction | float) -> int:
        """Return the frame that begins nearest to `seconds`."""
        return round(Fraction(seconds) * self.per_second)

    def samples(self, frames: int, sample_rate: int) -> int:
        """Return how many samples at `sample_rate` (Hz) the first `frames` take, rounded down."""
        return int(self.seconds(frames) * sample_rate)

    def __str__(self) -> str:
        return f"{self.num}/{self.den}"

    @classmethod
    def parse(cls, text: str) -> FrameRate:
        """Read ``24``, ``23.976`` or ``30000/1001``. Raises ValueError."""
        known = {"23.976": (24000, 1001), "23.98": (24000, 1001), "29.97": (30000, 1001), "59.94": (60000, 1001)}
        if text.strip() in known:
            num, den = known[text.strip()]
            return cls(num=num, den=den)
        try:
            rate = Fraction(text)
        except ZeroDivisionError:
            raise ValueError(f"{text!r} is no rate") from None
        return cls(num=rate.numerator, den=rate.denominator)


FILM_RATE = FrameRate(num=24, den=1)
