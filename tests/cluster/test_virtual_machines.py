"""The file for `ray up` is one that Ray's own schema accepts."""

from __future__ import annotations

import json
from pathlib import Path

import ray
import yaml
from jsonschema import Draft7Validator

import cluster
from bookfilm import __version__

FILE = Path(cluster.__file__).with_name("aws.yaml")


def test_it_is_what_ray_reads() -> None:
    config = yaml.safe_load(FILE.read_text(encoding="utf8"))
    schema = json.loads((Path(ray.__file__).parent / "autoscaler" / "ray-schema.json").read_text(encoding="utf8"))
    assert [error.message for error in Draft7Validator(schema).iter_errors(config)] == []
    assert config["available_node_types"]["head"]["resources"] == {"CPU": 0}
    assert any(f"=={__version__}" in step for step in config["setup_commands"])


def test_a_fault_is_seen() -> None:
    config = yaml.safe_load(FILE.read_text(encoding="utf8"))
    schema = json.loads((Path(ray.__file__).parent / "autoscaler" / "ray-schema.json").read_text(encoding="utf8"))
    assert list(Draft7Validator(schema).iter_errors({**config, "max_workers": "many"}))
