"""Several processes that make a clip together: the clip of one, stopped together; what is said where one has gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from bookfilm.engines.protocols import no_progress
from bookfilm.errors import EngineError, EngineUnavailable, RenderCancelled, SettingsError
from bookfilm.picture.diffusion.engine import DiffusersEngine
from tests.picture.diffusion.asking import QUAY, WOOD, asked, drawn

MakeEngine = Callable[..., DiffusersEngine]


@pytest.fixture
def together(engine_of: MakeEngine) -> Iterator[DiffusersEngine]:
    """An engine of two processes."""
    engine = engine_of("wan2.2-t2v-a14b", speed={"ulysses": 2})
    assert engine.group is not None
    yield engine
    engine.group.end()


def test_two_make_the_clip_of_one_and_stop_together(together: DiffusersEngine, engine_of: MakeEngine) -> None:
    alone = engine_of("wan2.2-t2v-a14b")
    assert together.revision != alone.revision
    quay, wood = drawn(together, asked(QUAY)), drawn(together, asked(WOOD))
    # One in a thousand values by 1 of 255: sums come in another order.
    for shared, own in ((quay, drawn(alone, asked(QUAY))), (wood, drawn(alone, asked(WOOD)))):
        off = np.abs(shared.astype(int) - own)
        assert off.max() <= 1
        assert (off > 0).mean() < 1e-3
    steps: list[object] = []
    with pytest.raises(RenderCancelled):
        clip = together.render(asked(QUAY, frames=10), steps.append, lambda: len(steps) >= 1)
        list(clip.pixels)
    assert len(steps) == 1
    assert np.array_equal(drawn(together, asked(QUAY)), quay)


def test_where_one_has_gone_the_shot_fails_and_says_so(together: DiffusersEngine) -> None:
    assert together.group is not None
    (other,) = together.group.others
    other.kill()
    other.wait()
    for _ in range(2):
        with pytest.raises(EngineError, match="process 1 of 2 has ended with -9"):
            list(together.render(asked(QUAY), no_progress, lambda: False).pixels)


@pytest.mark.parametrize(
    ("profile", "speed", "said"),
    [
        ("tiny", {"ulysses": 2}, "cannot be shared; Wan… can"),
        ("ltx-2", {"ulysses": 2}, "LTX2ConditionPipeline cannot be shared"),
        ("wan2.2-t2v-a14b", {"ulysses": 2, "cache": {"kind": "sea"}}, r"speed\.cache: sea looks at a whole clip"),
        ("wan2.2-t2v-a14b", {"ring": 2}, r"speed\.ring: native attention cannot"),
        ("wan2.2-t2v-a14b", {"ulysses": 2, "batch": 2}, r"speed\.batch: clips that several GPUs make"),
    ],
)
def test_what_cannot_be_shared_is_named(profile: str, speed: dict[str, Any], said: str, engine_of: MakeEngine) -> None:
    with pytest.raises((EngineUnavailable, SettingsError), match=said):
        engine_of(profile, speed=speed)


def test_more_gpus_than_the_replica_has_are_named(engine_of: MakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    torch = pytest.importorskip("torch", reason="the extra diffusion is not installed")
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    with pytest.raises(EngineUnavailable, match=r"4 GPUs are wanted, 2 seen: num_gpus = 4 in \[video\.replicas\]"):
        engine_of("wan2.2-t2v-a14b", speed={"ulysses": 4})


def test_one_that_ends_while_it_loads_is_named_at_once(engine_of: MakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other process finds no weights where this one has found them."""
    from bookfilm.picture.diffusion import engine, group

    def elsewhere(size: int, settings: dict[str, Any], device: str) -> group.Group:
        return group.start_group(size, {**settings, "model": "/nowhere"}, device)

    monkeypatch.setattr(engine, "start_group", elsewhere)
    with pytest.raises(EngineUnavailable, match="process 1 of 2 has ended with 1"):
        engine_of("wan2.2-t2v-a14b", speed={"ulysses": 2})


def test_heads_that_cannot_be_shared_evenly_are_told(engine_of: MakeEngine) -> None:
    with pytest.raises(SettingsError, match="the model has 2 heads, which 3 cannot share evenly"):
        engine_of("wan2.2-t2v-a14b", speed={"ulysses": 3})
