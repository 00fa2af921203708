"""The screenwriter's replica: an engine that cannot start is told to who asks, and only then is the replica ill."""

from __future__ import annotations

import asyncio
import sys

import pytest

from bookfilm.engines.protocols import AdaptRequest
from bookfilm.errors import EngineUnavailable, SettingsError
from deployments.screenwriter import ScreenwriterReplica
from tests.screenplay.books import PACE, long_book, make_book


def test_an_engine_that_cannot_start_is_told_in_its_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vllm", None)
    replica = ScreenwriterReplica("llm", {"backend": "vllm", "model": "m"})
    replica.check_health()
    with pytest.raises(EngineUnavailable, match="pip install 'vllm"):
        asyncio.run(replica.facts())
    with pytest.raises(EngineUnavailable):
        replica.check_health()


def test_wrong_settings_are_told_too() -> None:
    replica = ScreenwriterReplica("llm", {"backend": "openai", "windo": 1})
    with pytest.raises(SettingsError, match="windo"):
        asyncio.run(replica.facts())


def test_one_that_starts_is_well_and_writes() -> None:
    replica, text = ScreenwriterReplica("rules", {}), long_book(1)
    replica.check_health()
    assert asyncio.run(replica.facts())[0] == "rules"
    adaptation = asyncio.run(replica.adapt(make_book(text), text, AdaptRequest(pace=PACE)))
    assert adaptation.screenplay.scenes
