"""The chart, rendered by Helm itself (the SDK from PyPI has Helm inside), and what is read out of it.

``python -m tests.helm.charts`` writes the golden files anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
CHART = ROOT / "helm" / "bookfilm"
GOLDEN = Path(__file__).parent / "golden"
SITES = sorted(path.stem for path in (CHART / "values").glob("*.yaml"))
"""The values files: each a kind of site."""
RELEASE = {"name": "bookfilm", "namespace": "films"}
FILM = {"book": "books/the_eleventh_lamp.txt", "runtime": "2m"}

Objects = list[dict[str, Any]]

helm = pytest.importorskip("helm_python", reason="Helm is not here: pip install helm-python-sdk")


def values_of(site: str) -> dict[str, Any]:
    """Return the values of the file `site`, with one film asked for."""
    read: dict[str, Any] = yaml.safe_load((CHART / "values" / f"{site}.yaml").read_text(encoding="utf8"))
    return {**read, "films": {"lamp": {**FILM, "preset": read["apps"][0]["preset"]}}}


def render(values: dict[str, Any], config: Any = None) -> str:
    """Return the manifest, each object under its template's name, in their order; `config`: a cluster that is asked."""
    with helm.Chart.load(str(CHART)) as chart:
        rendered: dict[str, str] = (
            chart.render(values, **RELEASE) if config is None else config.render(chart, values, **RELEASE)
        )
    parts = [
        f"# {name.split('/', 1)[1]}\n{text.strip()}\n"
        for name, text in sorted(rendered.items())
        if name.endswith(".yaml") and text.strip()
    ]
    return "---\n" + "---\n".join(parts)


def notes(values: dict[str, Any]) -> str:
    with helm.Chart.load(str(CHART)) as chart:
        rendered: dict[str, str] = chart.render(values, **RELEASE)
    return rendered["bookfilm/templates/NOTES.txt"]


def objects_of(manifest: str) -> Objects:
    return [loaded for loaded in yaml.safe_load_all(manifest) if loaded]


def of_kind(objects: Objects, kind: str) -> Objects:
    return [found for found in objects if found["kind"] == kind]


def only(objects: Objects, kind: str) -> dict[str, Any]:
    (found,) = of_kind(objects, kind)
    return found


def masked(manifest: str) -> str:
    """Return `manifest` without the tokens that are drawn anew at each first installation."""
    return re.sub(r"(token: )\S{20,}", r"\1(drawn)", manifest)


def pods_of(objects: Objects) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each pod's spec with the name of whose it is."""
    for found in objects:
        if found["kind"] == "RayService":
            cluster = found["spec"]["rayClusterConfig"]
            yield "head", cluster["headGroupSpec"]["template"]["spec"]
            for group in cluster["workerGroupSpecs"]:
                yield group["groupName"], group["template"]["spec"]
        elif found["kind"] in ("Job", "Deployment"):
            yield found["metadata"]["name"], found["spec"]["template"]["spec"]


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for kept in SITES:
        (GOLDEN / f"{kept}.yaml").write_text(masked(render(values_of(kept))), encoding="utf8")
