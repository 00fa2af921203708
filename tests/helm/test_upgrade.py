"""An upgrade asks the cluster for the token that is there, and keeps it."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, ClassVar

import pytest

from bookfilm.studio.people import SCOPES
from bookfilm.studio.settings import StudioSettings
from bookfilm.studio.studio import open_studio
from tests.helm.charts import SITES, Objects, helm, objects_of, of_kind, render, values_of
from tests.serving import LocalServer

STORAGE = {
    "kind": "APIGroup",
    "apiVersion": "v1",
    "name": "storage.k8s.io",
    "versions": [{"groupVersion": "storage.k8s.io/v1", "version": "v1"}],
    "preferredVersion": {"groupVersion": "storage.k8s.io/v1", "version": "v1"},
}


def resources(version: str, *kinds: tuple[str, str]) -> dict[str, Any]:
    """Return what the API says that there is of a version; all but storage classes are in namespaces."""
    there = [
        {"name": name, "namespaced": version == "v1", "kind": kind, "verbs": ["get", "list"]} for name, kind in kinds
    ]
    return {"kind": "APIResourceList", "groupVersion": version, "resources": there}


def listed(path: str, kind: str, there: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return the answers below `path`: the list, and each object of it."""
    version = "v1" if path.startswith("/api/") else "storage.k8s.io/v1"
    whole = {"kind": kind, "apiVersion": version, "metadata": {"resourceVersion": "1"}, "items": list(there.values())}
    return {path: whole, **{f"{path}/{name}": found for name, found in there.items()}}


class _Api(BaseHTTPRequestHandler):
    """The part of Kubernetes' API that Helm's `lookup` asks: what there is, and one object of it."""

    secrets: ClassVar[dict[str, dict[str, Any]]] = {}
    claims: ClassVar[dict[str, dict[str, Any]]] = {}
    classes: ClassVar[dict[str, dict[str, Any]]] = {}

    def do_GET(self) -> None:
        path = self.path.partition("?")[0].removeprefix("/v1")
        answers: dict[str, Any] = {
            "/version": {"major": "1", "minor": "34", "gitVersion": "v1.34.0"},
            "/api": {"kind": "APIVersions", "versions": ["v1"]},
            "/apis": {"kind": "APIGroupList", "apiVersion": "v1", "groups": [STORAGE]},
            "/apis/storage.k8s.io": STORAGE,
            "/api/v1": resources("v1", ("secrets", "Secret"), ("persistentvolumeclaims", "PersistentVolumeClaim")),
            "/apis/storage.k8s.io/v1": resources("storage.k8s.io/v1", ("storageclasses", "StorageClass")),
            **listed("/api/v1/namespaces/films/secrets", "SecretList", self.secrets),
            **listed("/api/v1/namespaces/films/persistentvolumeclaims", "PersistentVolumeClaimList", self.claims),
            **listed("/apis/storage.k8s.io/v1/storageclasses", "StorageClassList", self.classes),
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
    for there in (_Api.secrets, _Api.claims, _Api.classes):
        there.clear()
    with LocalServer(_Api) as server, helm.Config(kube_apiserver=server.url.removesuffix("/v1")) as config:
        yield config


def lay(name: str, **data: str) -> None:
    """Lay a Secret into the cluster."""
    _Api.secrets[name] = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, "data": data}


def lay_volumes(site: str) -> None:
    """Lay into the cluster the claims and the storage class that a values file names."""
    for kind, version, there, names in (
        ("PersistentVolumeClaim", "v1", _Api.claims, CLAIMS),
        ("StorageClass", "storage.k8s.io/v1", _Api.classes, CLASSES),
    ):
        for name in names.get(site, ()):
            there[name] = {"apiVersion": version, "kind": kind, "metadata": {"name": name}}


def secrets_of(objects: Objects) -> dict[str, dict[str, str]]:
    return {found["metadata"]["name"]: found["data"] for found in of_kind(objects, "Secret")}


OWN = {
    "air-gapped": ("bookfilm-ray-token", "registry"),
    "studio": ("bookfilm-redis", "bookfilm-ledger", "bookfilm-bucket", "films-example-tls"),
}
"""Secrets that a values file names as its user's own."""
CLAIMS = {"air-gapped": ("films", "models"), "one-gpu": ("bookfilm-models",), "studio": ("bookfilm-models",)}
CLASSES = {"studio": ("shared-rwx",)}
KEYS = ("auth_token", "password", "url", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "headers", "token", "a")
KEYS += ("tls.crt", "tls.key")


@pytest.mark.parametrize("site", SITES)
def test_no_secret_changes(site: str, cluster: Any) -> None:
    for named in OWN.get(site, ()):
        lay(named, **dict.fromkeys(KEYS, ""))
    lay_volumes(site)
    first = secrets_of(objects_of(render(values_of(site), cluster)))
    # A site with a secret of its own has none of the chart's; one with a studio has its first token too.
    assert len(first) == {"air-gapped": 0, "studio": 2}.get(site, 1)
    for name, data in first.items():
        lay(name, **data)
    later = {**values_of(site), "head": {"cpu": "4"}}
    assert secrets_of(objects_of(render(later, cluster))) == first


def test_without_one_there_each_installation_draws_its_own(cluster: Any) -> None:
    one, other = (secrets_of(objects_of(render(values_of("laptop"), cluster))) for _ in range(2))
    assert one.keys() == other.keys() and one != other


NAMED = {
    "auth": {"existingSecret": "mine"},
    "gcsFaultTolerance": {"backend": "redis", "redisAddress": "redis:6379", "redisPasswordSecret": "mine"},
    "ledger": {"urlSecret": "mine"},
    "takes": {"bucket": "s3://films/takes", "credentialsSecret": "mine"},
    "tracing": {"endpoint": "http://collector:4318", "headersSecret": "mine"},
    "studio": {"enabled": True, "hosts": ["films.example"], "tokenSecret": "mine"},
    "studio.ingress": {
        "enabled": True,
        "hosts": ["films.example"],
        "settings": 'proxies = ["10.244.0.0/16"]',
        "ingress": {"enabled": True, "tlsSecret": "mine"},
    },
    "env": [{"name": "A", "secretName": "mine", "secretKey": "a"}],
    "imagePullSecrets": ["mine"],
}


@pytest.mark.parametrize("value", NAMED)
def test_a_secret_that_is_not_there_is_refused_by_its_name(value: str, cluster: Any) -> None:
    values = {**values_of("laptop"), value.partition(".")[0]: NAMED[value]}
    assert render(values), "without a cluster nobody can tell"
    with pytest.raises(helm.HelmError, match=f'{value}.*: there is no Secret "mine" in the namespace films'):
        render(values, cluster)
    assert render({**values, "checkSecrets": False}, cluster)
    if value != "imagePullSecrets":
        lay("mine", other="")
        with pytest.raises(helm.HelmError, match=f'{value}.*: the Secret "mine" has no key'):
            render(values, cluster)
    lay("mine", **dict.fromkeys(KEYS, ""))
    assert render(values, cluster)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"storage": {"existingClaim": "mine"}}, 'storage.existingClaim: there is no PersistentVolumeClaim "mine"'),
        ({"models": {"existingClaim": "mine"}}, 'models.existingClaim: there is no PersistentVolumeClaim "mine"'),
        ({"storage": {"storageClass": "mine"}}, 'storage.storageClass: there is no StorageClass "mine"'),
        (
            {"gcsFaultTolerance": {"backend": "rocksdb", "storageClass": "mine"}},
            'gcsFaultTolerance.storageClass: there is no StorageClass "mine"',
        ),
    ],
)
def test_a_volume_that_is_not_there_is_refused_by_its_name(wrong: dict[str, Any], said: str, cluster: Any) -> None:
    values = {**values_of("laptop"), **wrong}
    assert render(values), "without a cluster nobody can tell"
    with pytest.raises(helm.HelmError, match=said):
        render(values, cluster)
    assert render({**values, "checkClaims": False}, cluster)
    _Api.claims["mine"] = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "mine"}}
    _Api.classes["mine"] = {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "mine"}}
    assert render(values, cluster)


def test_the_first_token_that_is_drawn_lets_somebody_in(cluster: Any, tmp_path: Path) -> None:
    values = {**values_of("studio"), "checkSecrets": False, "checkClaims": False}
    drawn = secrets_of(objects_of(render(values, cluster)))["bookfilm-studio-token"]["token"]
    token = base64.b64decode(drawn).decode()
    with closing(open_studio(StudioSettings(data=tmp_path))) as studio:
        assert studio.first_token(token) == token
        assert studio.first_token(token) is None
        caller = studio.people.caller(token)
        assert caller is not None and caller.scopes == set(SCOPES)
