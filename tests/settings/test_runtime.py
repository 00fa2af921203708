"""Runtimes as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookfilm.errors import SettingsError
from bookfilm.settings import parse_runtime


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", 90),
        ("90s", 90),
        ("20m", 1200),
        ("20min", 1200),
        ("1h", 3600),
        ("1h50m", 6600),
        ("110m30s", 6630),
        ("1h5s", 3605),
        ("1:50:00", 6600),
        ("20:30", 1230),
        (" 2H ", 7200),
    ],
)
def test_what_people_write(text: str, seconds: int) -> None:
    assert parse_runtime(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "0", "9", "-90", "1.5h", "soon", "20m1h", "m", "h", "1:5", "1h50", "20m30", "1e3", "9" * 9999, "٢٠m"]
)
def test_what_nobody_can_mean_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="a runtime is"):
        parse_runtime(text)


@given(st.integers(0, 99), st.integers(0, 59), st.integers(0, 59))
def test_all_ways_of_writing_agree(hours: int, minutes: int, seconds: int) -> None:
    whole = hours * 3600 + minutes * 60 + seconds
    ways = [f"{hours}h{minutes}m{seconds}s", f"{hours}:{minutes:02}:{seconds:02}", str(whole), f"{whole}s"]
    if whole < 10:
        for way in ways:
            with pytest.raises(SettingsError):
                parse_runtime(way)
    else:
        assert {parse_runtime(way) for way in ways} == {whole}


@given(st.text(max_size=20))
def test_any_text_is_seconds_or_refused(text: str) -> None:
    try:
        assert parse_runtime(text) >= 10
    except SettingsError as error:
        assert error.subject == text
