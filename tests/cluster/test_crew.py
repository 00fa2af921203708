"""What the crew says of a preset before it works."""

from __future__ import annotations

import pytest

from bookfilm.engines.protocols import VideoCapabilities
from bookfilm.errors import ClusterRefused
from bookfilm.picture.requests import EngineFacts
from bookfilm.settings import load_preset
from cluster import deploying
from cluster.crew import short_of_slots
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
