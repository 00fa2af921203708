"""The lengths of shots before anything is spoken, beside those that they then have."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.orders import order_film
from bookfilm.book import read_book
from bookfilm.pipeline.estimating import planned_lengths
from bookfilm.settings import load_preset
from tests.conftest import STORY


def test_planned_lengths_are_near_those_of_the_film(tmp_path: Path) -> None:
    book = tmp_path / "tide.txt"
    book.write_text(STORY, encoding="utf8")
    lengths, film_s = planned_lengths(read_book(book), load_preset("preview"), None)
    orders = order_film(book, 640, 360)
    made_s = [order.request.frames / 24 for order in orders]
    assert len(lengths) == len(orders)
    assert sum(length.clip_s for length in lengths) == pytest.approx(sum(made_s), rel=0.15)
    assert film_s <= sum(length.clip_s for length in lengths) + 1e-6, "handles lie beyond slots"
    chapters = list(dict.fromkeys(length.chapter for length in lengths))
    assert chapters[-2:] == ["CHAPTER I. The Wall", "CHAPTER II. The Water"], chapters
