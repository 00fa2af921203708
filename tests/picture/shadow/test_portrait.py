"""The portrait shows all by which somebody is told from another: what is worn on the head, too."""

from __future__ import annotations

from typing import get_args

import pytest

from bookfilm.engines.protocols import PortraitRequest, never_cancelled
from bookfilm.picture.identity import figure_of
from bookfilm.picture.shadow import ShadowEngine
from bookfilm.records.bible import Age, Hat, Look


@pytest.mark.parametrize("hat", get_args(Hat))
def test_no_hat_is_cut_off(hat: Hat) -> None:
    engine = ShadowEngine()
    for age in get_args(Age):
        for features in (0, 77, 4_000_000_007):
            look = Look(age=age, hat=hat, hair="tousled", features=features)
            request = PortraitRequest(look=look, width=192, height=192, style="lantern")
            figure = figure_of(engine.portrait(request, never_cancelled))
            assert not figure[0].any(), (age, features)
            # Head and bust, and not some small thing.
            assert 0.1 < figure.mean() < 0.6 and figure[-1].any()
