"""Services, policies and budgets find the pods that they are for, as those look once KubeRay has labelled them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.helm.charts import SITES, Objects, objects_of, of_kind, render, values_of
from tests.helm.kuberay import head_selector, labels_of_pods, selects

every_site = pytest.mark.parametrize("site", SITES)


def all_labels(objects: Objects) -> dict[str, dict[str, str]]:
    """Return the labels of every pod by whose it is: Ray's, and those of Jobs and Deployments."""
    others = {
        found["metadata"]["name"]: found["spec"]["template"]["metadata"]["labels"]
        for found in objects
        if found["kind"] in ("Job", "Deployment")
    }
    return labels_of_pods(objects) | others


def named(objects: Objects, kind: str) -> dict[str, Any]:
    return {found["metadata"]["name"]: found["spec"] for found in of_kind(objects, kind)}


def chosen(selector: dict[str, Any], labels: dict[str, dict[str, str]]) -> set[str]:
    return {name for name, told in labels.items() if selects(selector["matchLabels"], told)}


@every_site
def test_the_service_that_drivers_join_at_selects_the_head(site: str) -> None:
    labels = labels_of_pods(objects_of(render(values_of(site))))
    assert [name for name, told in labels.items() if selects(head_selector(), told)] == ["head"]


@every_site
def test_no_label_stands_over_one_of_kuberays(site: str) -> None:
    for name, told in labels_of_pods(objects_of(render(values_of(site)))).items():
        assert told["app.kubernetes.io/name"] == "kuberay", name
        assert told["app.kubernetes.io/created-by"] == "kuberay-operator", name


@every_site
def test_each_policy_is_for_pods_that_there_are(site: str) -> None:
    objects = objects_of(render({**values_of(site), "networkPolicy": {"enabled": True}}))
    labels, policies = all_labels(objects), named(objects, "NetworkPolicy")
    for name in ("deny", "within", "metrics"):
        assert chosen(policies[f"bookfilm-{name}"]["podSelector"], labels) == set(labels), name
    (peer,) = policies["bookfilm-within"]["ingress"][0]["from"]
    assert chosen(peer["podSelector"], labels) == set(labels)
    assert chosen(policies["bookfilm-head"]["podSelector"], labels) == {"head"}
    if "bookfilm-studio" in policies:
        assert chosen(policies["bookfilm-studio"]["podSelector"], labels) == {"bookfilm-studio"}


def test_budgets_monitor_and_services_too() -> None:
    values = values_of("studio") | {"podDisruptionBudget": {"head": True}}
    objects = objects_of(render(values))
    labels = all_labels(objects)
    budgets = {name: chosen(spec["selector"], labels) for name, spec in named(objects, "PodDisruptionBudget").items()}
    assert budgets == {"bookfilm-head": {"head"}, "bookfilm-cpu": {"cpu"}}
    (monitor,) = named(objects, "PodMonitor").values()
    assert chosen(monitor["selector"], labels) == set(labels)
    (service,) = named(objects, "Service").values()
    assert chosen({"matchLabels": service["selector"]}, labels) == {"bookfilm-studio"}


@every_site
def test_another_release_is_not_meant(site: str) -> None:
    objects = objects_of(render({**values_of(site), "networkPolicy": {"enabled": True}}))
    labels = {name: {**told, "bookfilm/release": "another"} for name, told in all_labels(objects).items()}
    for name, policy in named(objects, "NetworkPolicy").items():
        assert chosen(policy["podSelector"], labels) == set(), name
