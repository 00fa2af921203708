"""What KubeRay 1.6 adds to what the chart says of Ray's pods: their labels, and whom the services that it makes select.

After ray-operator/controllers/ray/common, `labelPod` and `BuildHeadServiceForRayService` in pod.go and service.go.
"""

from __future__ import annotations

from typing import Any

from tests.helm.charts import Objects, only

CLUSTER = "bookfilm-x7k2p"
"""A RayCluster's name, as a RayService draws one for each cluster that it starts."""


def head_selector(cluster: str = CLUSTER) -> dict[str, str]:
    """Return whom `NAME-head-svc` of a RayService selects: what a head's own template says is not asked."""
    return {
        "ray.io/cluster": cluster,
        "ray.io/node-type": "head",
        "ray.io/identifier": f"{cluster}-head",
        "app.kubernetes.io/name": "kuberay",
        "app.kubernetes.io/created-by": "kuberay-operator",
    }


def labels_of_pods(objects: Objects) -> dict[str, dict[str, str]]:
    """Return each Ray pod's labels by its group, the head's as `head`: the template's stand over KubeRay's,
    and a group's, which are Ray's too, over those."""
    spec = only(objects, "RayService")["spec"]["rayClusterConfig"]
    head = _labelled("head", "headgroup", spec["headGroupSpec"]["template"])
    return {"head": head} | {
        group["groupName"]: _labelled("worker", group["groupName"], group["template"]) | group["labels"]
        for group in spec["workerGroupSpecs"]
    }


def _labelled(kind: str, group: str, template: dict[str, Any]) -> dict[str, str]:
    own = {
        "ray.io/is-ray-node": "yes",
        "ray.io/cluster": CLUSTER,
        "ray.io/node-type": kind,
        "ray.io/group": group,
        "ray.io/identifier": f"{CLUSTER}-{kind}",
        "app.kubernetes.io/name": "kuberay",
        "app.kubernetes.io/created-by": "kuberay-operator",
    }
    return own | template["metadata"]["labels"]


def selects(selector: dict[str, str], labels: dict[str, str]) -> bool:
    """Say whether a selector's matchLabels hold for a pod."""
    return all(labels.get(key) == value for key, value in selector.items())
