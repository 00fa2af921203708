"""A service for the tests of the studio."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import STORY
from tests.studio.desk import carry_out
from tests.studio.serving import Served, served


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service that a file's tests share; nobody makes films here."""
    limits = {"reads_a_minute": 10**6, "writes_a_minute": 10**6, "failures_a_minute": 10**6}
    allowance = {"films": 1000, "jobs": 1000}
    with served(tmp_path_factory.mktemp("studio") / "data", **limits, allowance=allowance) as running:
        yield running


@pytest.fixture(scope="session")
def book() -> bytes:
    """A small book."""
    return STORY.encode()


@pytest.fixture(scope="module")
def film(studio: Served, book: bytes) -> str:
    """The id of a finished film of the studio's first team."""
    ident = str(studio.filmed(book)["id"])
    carry_out(studio, ident)
    return ident
