"""The file for `ray up` is one that Ray's own schema accepts."""

from __future__ import annotations

import json
import subprocess
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


def test_what_ray_runs_there_finds_bookfilm_and_the_token(tmp_path: Path) -> None:
    """As Ray's updater runs commands: a shell that reads ~/.bashrc. Each setup step may be run again."""
    config = yaml.safe_load(FILE.read_text(encoding="utf8"))
    steps = [step for step in config["setup_commands"] if "auth_token" in step or ".bashrc" in step]
    assert len(steps) == 2 and any("boto3" in step for step in config["head_setup_commands"])
    (tmp_path / ".bashrc").touch()
    told = 'source ~/.bashrc; echo "$PATH" "$RAY_AUTH_MODE"'
    for step in (*steps, *steps, told):
        done = subprocess.run(
            ["bash", "-c", step],
            env={"HOME": str(tmp_path), "PATH": "/bin"},
            capture_output=True,
            text=True,
            check=True,
        )
    assert done.stdout == f"{tmp_path}/bookfilm/bin:/bin token\n"
    token = tmp_path / ".ray" / "auth_token"
    assert token.read_text(encoding="utf8") == "<token>\n" and token.stat().st_mode & 0o777 == 0o600
    for command in config["head_start_ray_commands"] + config["worker_start_ray_commands"]:
        assert "RAY_AUTH_TOKEN" not in command


def test_a_fault_is_seen() -> None:
    config = yaml.safe_load(FILE.read_text(encoding="utf8"))
    schema = json.loads((Path(ray.__file__).parent / "autoscaler" / "ray-schema.json").read_text(encoding="utf8"))
    assert list(Draft7Validator(schema).iter_errors({**config, "max_workers": "many"}))
