"""What the crew says of a preset before it works."""

from __future__ import annotations

from pathlib import Path

import pytest

from bookfilm.engines.protocols import VideoCapabilities
from bookfilm.errors import BucketError, ClusterError, ClusterRefused, StoreFull
from bookfilm.picture.requests import EngineFacts
from bookfilm.pipeline.crew import Done
from bookfilm.settings import load_preset
from cluster import deploying
from cluster.crew import _hear, short_of_slots
from deployments.apps import built_from


@pytest.mark.parametrize(
    ("at_once", "slots", "said"), [(1, 1, ""), (2, 2, ""), (4, 2, "slots = 8"), (3, 2, "slots = 6")]
)
def test_who_could_work_on_more_shots_than_it_holds_is_told(at_once: int, slots: int, said: str) -> None:
    preset = load_preset("preview")
    replicas = preset.video.replicas.model_copy(update={"slots": slots})
    preset = preset.model_copy(update={"video": preset.video.model_copy(update={"replicas": replicas})})
    facts = EngineFacts(name="stripes", revision="1", capabilities=VideoCapabilities(at_once=at_once))
    told = short_of_slots(preset, facts)
    assert (said in told) if said else not told


@pytest.mark.parametrize(
    ("told", "raised"),
    [
        ("OtherEngine: shot s1: redeploy it", ClusterError),
        ("BucketError: s3://films: away", BucketError),
        ("StoreFull: no space", StoreFull),
    ],
)
def test_what_is_wrong_for_all_rows_ends_the_job(told: str, raised: type[Exception], tmp_path: Path) -> None:
    heard = list[Done]()
    done = Done(key="k", worker="w", ms=1, made=False, stop=True, errors=(told,), workers=("w",), errors_ms=(1,))
    with pytest.raises(raised):
        _hear(iter([done]), heard.append, tmp_path)
    assert heard == [done]


@pytest.mark.parametrize("answers", ["mine", "another's", "nothing"])
def test_an_app_that_was_deployed_meanwhile_is_given_no_rows(answers: str, monkeypatch: pytest.MonkeyPatch) -> None:
    preset = load_preset("preview")
    built = {"mine": built_from(preset), "another's": "0" * 64, "nothing": None}[answers]
    monkeypatch.setattr(deploying, "_ingress", lambda *_: built)
    if answers == "another's":
        with pytest.raises(ClusterRefused, match="built from other settings or another version"):
            deploying.check_same(preset)
    else:
        deploying.check_same(preset)
