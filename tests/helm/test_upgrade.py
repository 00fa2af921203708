"""An upgrade asks the cluster for the token that is there, and keeps it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any, ClassVar

import pytest

from tests.helm.charts import SITES, Objects, helm, objects_of, of_kind, render, values_of
from tests.serving import LocalServer


class _Api(BaseHTTPRequestHandler):
    """The part of Kubernetes' API that Helm's `lookup` asks: what there is, and one object of it."""

    secrets: ClassVar[dict[str, dict[str, Any]]] = {}

    def do_GET(self) -> None:
        path = self.path.partition("?")[0].removeprefix("/v1")
        answers: dict[str, Any] = {
            "/version": {"major": "1", "minor": "34", "gitVersion": "v1.34.0"},
            "/api": {"kind": "APIVersions", "versions": ["v1"]},
            "/apis": {"kind": "APIGroupList", "apiVersion": "v1", "groups": []},
            "/api/v1": {
                "kind": "APIResourceList",
                "groupVersion": "v1",
                "resources": [{"name": "secrets", "namespaced": True, "kind": "Secret", "verbs": ["get", "list"]}],
            },
            **{f"/api/v1/namespaces/films/secrets/{name}": found for name, found in self.secrets.items()},
        }
        missing = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404}
        self._send(200 if path in answers else 404, answers.get(path, missing))

    def _send(self, code: int, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def cluster() -> Iterator[Any]:
    """A connection to an API server that has what `_Api.secrets` has."""
    _Api.secrets.clear()
    with LocalServer(_Api) as server, helm.Config(kube_apiserver=server.url.removesuffix("/v1")) as config:
        yield config


def secrets_of(objects: Objects) -> dict[str, dict[str, str]]:
    return {found["metadata"]["name"]: found["data"] for found in of_kind(objects, "Secret")}


@pytest.mark.parametrize("site", SITES)
def test_no_secret_changes(site: str, cluster: Any) -> None:
    first = secrets_of(objects_of(render(values_of(site), cluster)))
    assert len(first) == (0 if site == "air-gapped" else 1), "a site with a secret of its own has none of the chart's"
    for name, data in first.items():
        _Api.secrets[name] = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, "data": data}
    later = {**values_of(site), "head": {"cpu": "4"}}
    assert secrets_of(objects_of(render(later, cluster))) == first


def test_without_one_there_each_installation_draws_its_own(cluster: Any) -> None:
    one, other = (secrets_of(objects_of(render(values_of("laptop"), cluster))) for _ in range(2))
    assert one.keys() == other.keys() and one != other
