"""An app from a Serve config: by a preset's name, or by its whole text."""

from __future__ import annotations

from typing import Any

import pytest

from bookfilm.errors import SettingsError
from bookfilm.settings import load_preset, parse_preset
from deployments.apps import app_of, build_app

MINE = """
[screenwriter]
engine = "rules"
[voice]
engine = "packaged"
[video]
engine = "shadow"
replicas = { num_gpus = 0.5, labels = { "bookfilm/group" = "wan" } }
[score]
engine = "chamber"
"""


def options_of(app: Any) -> dict[str, dict[str, Any]]:
    """Return each post's options for its actors."""
    posts = app._bound_deployment.init_kwargs
    return {name: bound._bound_deployment.ray_actor_options for name, bound in posts.items()}


def test_a_preset_that_comes_with_bookfilm_is_named() -> None:
    assert options_of(build_app({"preset": "preview"})) == options_of(app_of(load_preset("preview")))
    assert options_of(build_app({})) == options_of(build_app({"preset": "preview"}))


def test_labels_and_fractions_are_what_ray_is_asked_for() -> None:
    options = options_of(build_app({"preset": "mine", "toml": MINE}))
    assert options["video"]["label_selector"] == {"bookfilm/group": "wan"}
    assert options["video"]["num_gpus"] == 0.5
    assert "label_selector" not in options["voice"]
    assert options == options_of(app_of(parse_preset("mine", MINE)))


def test_a_declared_app_begins_at_its_floor() -> None:
    """A GPU node that comes up for a film that nobody asked for is paid for all the same."""
    posts = build_app({"preset": "gpu"})._bound_deployment.init_kwargs
    scaling = {name: bound._bound_deployment._deployment_config.autoscaling_config for name, bound in posts.items()}
    assert {name: (found.initial_replicas, found.min_replicas) for name, found in scaling.items()} == dict.fromkeys(
        ("screenwriter", "voice", "video"), (0, 0)
    )


def test_what_is_wrong_in_it_is_named() -> None:
    with pytest.raises(SettingsError, match="mine"):
        build_app({"preset": "mine", "toml": "= 3"})
