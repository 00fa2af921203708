"""The schemas that Kubernetes and KubeRay hold what they are given to; unknown fields count as faults."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from tests.helm.charts import ROOT

KUBERNETES = "1.34"
CRDS = Path(os.environ.get("BOOKFILM_KUBERAY") or ROOT.parent / "shared" / "kuberay")
FOREIGN = {"PodMonitor", "PrometheusRule"}
"""Kinds of the Prometheus operator, whose records take seconds to import: `faults_of_foreign`."""


def faults(found: dict[str, Any]) -> list[str]:
    """Return what is wrong with an object, by its schema."""
    if found["apiVersion"].startswith("ray.io/"):
        return [f"{error.json_path}: {error.message}" for error in _ray(found["kind"]).iter_errors(found)]
    validate = pytest.importorskip("kubernetes_validate", reason="pip install kubernetes-validate")
    try:
        validate.validate(found, KUBERNETES, strict=True)
    except validate.ValidationError as error:
        return [f"{'.'.join(map(str, error.path))}: {error.message}"]
    return []


def faults_of_foreign(found: dict[str, Any]) -> list[str]:
    """Return what is wrong with an object of the Prometheus operator's: by its type, and each field that it has not."""
    name = "cloudcoil.models.prometheus_operator.v1"
    records = pytest.importorskip(name, reason="pip install cloudcoil-models-prometheus-operator")
    try:
        read = getattr(records, found["kind"]).model_validate(found)
    except ValidationError as error:
        return [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()]
    return _unread(found, read.model_dump(by_alias=True, exclude_unset=True, mode="json"), found["kind"])


def _unread(said: Any, read: Any, place: str) -> list[str]:
    """Return the keys of `said` that are not in `read`, wherever they stand."""
    if isinstance(said, list) and isinstance(read, list):
        parts = [(place, *both) for both in zip(said, read, strict=True)]
    elif isinstance(said, dict) and isinstance(read, dict):
        lost = [f"{place}: there is no {key}" for key in said if key not in read]
        return lost + [at for key in said if key in read for at in _unread(said[key], read[key], f"{place}.{key}")]
    else:
        return []
    return [fault for at, one, other in parts for fault in _unread(one, other, at)]


@cache
def _ray(kind: str) -> Draft202012Validator:
    path = CRDS / f"ray.io_{kind.lower()}s.yaml"
    if not path.exists():
        pytest.skip(f"KubeRay's CRDs are not at {CRDS}: BOOKFILM_KUBERAY names their folder")
    crd = yaml.safe_load(path.read_text(encoding="utf8"))
    (version,) = (version for version in crd["spec"]["versions"] if version["name"] == "v1")
    return Draft202012Validator(_closed(version["schema"]["openAPIV3Schema"], root=True))


def _closed(schema: Any, root: bool = False) -> Any:
    """Return `schema` with unknown fields refused, as the API server drops them without a word."""
    if isinstance(schema, list):
        return [_closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {
        key: {name: _closed(part) for name, part in value.items()} if key == "properties" else _closed(value)
        for key, value in schema.items()
    }
    keeps = schema.get("x-kubernetes-preserve-unknown-fields")
    if isinstance(schema.get("properties"), dict) and not keeps and not root and "additionalProperties" not in schema:
        closed["additionalProperties"] = False
    if root:
        closed["properties"] |= {"apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": True}
    return closed
