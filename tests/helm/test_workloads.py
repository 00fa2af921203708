"""What the chart's studio, drivers, films and network are: one by one, beside what its values say."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml

from bookfilm.cli.commands import app
from bookfilm.studio.settings import StudioSettings
from tests.helm.charts import (
    CHART,
    SITES,
    Objects,
    helm,
    objects_of,
    of_kind,
    only,
    pods_of,
    render,
    values_of,
)
from tests.helm.schemas import faults

every_site = pytest.mark.parametrize("site", SITES)


@pytest.fixture
def studio() -> Objects:
    return objects_of(render(values_of("studio")))


def container(objects: Objects, kind: str, name: str) -> dict[str, Any]:
    (found,) = (one for one in of_kind(objects, kind) if one["metadata"]["name"] == name)
    (only_one,) = found["spec"]["template"]["spec"]["containers"]
    return dict(only_one)


def environment(of: dict[str, Any]) -> dict[str, Any]:
    """Return a container's variables: a value, or the Secret that it is in."""
    names = [told["name"] for told in of["env"]]
    assert len(set(names)) == len(names), "the last of two would hold, without a word"
    return {told["name"]: told["value"] if "value" in told else told["valueFrom"]["secretKeyRef"] for told in of["env"]}


def taken(command: list[str]) -> dict[str, Any]:
    """Return what bookfilm's command line makes of a command."""
    root: Any = typer.main.get_command(app)
    assert command[0] == "bookfilm"
    return dict(root.commands[command[1]].make_context(command[1], [*command[2:]]).params)


def test_the_studio_is_one_that_bookfilm_serves(studio: Objects, tmp_path: Path) -> None:
    serving = container(studio, "Deployment", "bookfilm-studio")
    told = taken(serving["command"])
    assert (told["data"], told["host"], told["drivers"]) == (Path("/films/studio"), "0.0.0.0", 0)
    assert told["allow_host"] == ["localhost", "films.example"]
    (settings,) = (c["data"]["studio.toml"] for c in of_kind(studio, "ConfigMap") if "studio.toml" in c["data"])
    read = StudioSettings.model_validate({**tomllib.loads(settings), "data": tmp_path})
    assert list(read.offered) == ["wan", "ltx", "dailies"] and read.clips and read.allowance.films == 1000
    mounts = {mount["name"]: mount["mountPath"] for mount in serving["volumeMounts"]}
    assert {str(Path(path).parent) for path in read.offered.values()} == {mounts["presets"]}
    assert str(told["settings"].parent) == mounts["settings"]
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        (header,) = serving[probe]["httpGet"]["httpHeaders"]
        assert header["name"] == "Host" and header["value"] in told["allow_host"]


def test_its_drivers_share_its_ledger_and_sign_as_it_does(studio: Objects) -> None:
    driving = container(studio, "Deployment", "bookfilm-drivers")
    assert driving["command"][:2] == ["bookfilm-join", "bookfilm-head-svc:6379"]
    assert taken(driving["command"][2:])["folder"] is None
    serving = environment(container(studio, "Deployment", "bookfilm-studio"))
    told = environment(driving)
    assert told["BOOKFILM_LEDGER"] == serving["BOOKFILM_LEDGER"] == {"name": "bookfilm-ledger", "key": "url"}
    assert told["BOOKFILM_SIGNING"] == "/films/studio/signing"
    on_volume = values_of("studio") | {"ledger": {}, "storage": {"accessMode": "ReadWriteOnce"}}
    told = environment(container(objects_of(render(on_volume)), "Deployment", "bookfilm-drivers"))
    assert told["BOOKFILM_LEDGER"] == StudioSettings(data=Path("/films/studio")).ledger_url


def test_takes_go_to_the_bucket_and_keys_to_all_who_need_them(studio: Objects) -> None:
    keys = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}
    for name, spec in pods_of(studio):
        told = environment(spec["containers"][0])
        assert keys <= set(told) or name == "head", name
        worker = name in ("cpu", "wan", "ltx", "spot", "head")
        assert told.get("BOOKFILM_TAKES") == (None if worker else "s3://films/takes"), "it travels with each row"


def test_traces_are_asked_for_where_they_are_made(studio: Objects) -> None:
    for name, spec in pods_of(studio):
        told = environment(spec["containers"][0])
        traced = name not in ("head", "bookfilm-desk")
        assert (told.get("OTEL_EXPORTER_OTLP_ENDPOINT") is not None) == traced, name
    for name, spec in pods_of(objects_of(render(values_of("laptop")))):
        assert not [known for known in environment(spec["containers"][0]) if known.startswith("OTEL_")], name


def test_a_changed_film_gets_a_job_of_its_own_and_an_unchanged_one_keeps_its() -> None:
    def job(**changed: Any) -> str:
        values = values_of("laptop")
        values["films"] = {"lamp": {**values["films"]["lamp"], **changed}}
        return str(only(objects_of(render(values)), "Job")["metadata"]["name"])

    assert job() == job()
    assert job() != job(runtime="3m")
    assert job() != job(again="once more")


def test_what_is_typed_for_a_second_film_leaves_the_first_alone() -> None:
    """Helm lays what --set says over the values that there are: of a table a key, of a list all of it."""
    values = values_of("laptop")
    (before,) = of_kind(objects_of(render(values)), "Job")
    values["films"]["some"] = {"book": "books/some.epub", "preset": "preview"}
    assert before in of_kind(objects_of(render(values)), "Job")
    assert len(of_kind(objects_of(render({**values, "films": {**values["films"], "lamp": None}})), "Job")) == 1


def test_an_upgrade_asks_for_a_finished_film_as_it_was_asked_for_before() -> None:
    def order(site: str, crf: int, **changed: Any) -> list[str]:
        values = values_of(site) | changed.pop("over", {})
        values["presets"] = {"local": values_of("air-gapped")["presets"]["local"] + f"[encoding]\ncrf = {crf}\n"}
        values["films"] = {"lamp": {**values["films"]["lamp"], "preset": "local", **changed}}
        command = only(objects_of(render(values)), "Job")["spec"]["template"]["spec"]["containers"][0]["command"]
        assert command[0] == "bookfilm-once" and command[4] == "bookfilm-join"
        return list(command[1:4])

    first = order("air-gapped", 18)
    assert first[:2] == ["/films/lamp", "/films/books/the_eleventh_lamp.txt"]
    assert order("air-gapped", 18, over={"image": {"repository": "bookfilm", "tag": "0.2.0-cpu"}}) == first
    assert order("air-gapped", 18, suspend=True) == first
    assert order("air-gapped", 19) != first and order("air-gapped", 18, again="2") != first
    assert order("air-gapped", 18, runtime="3m") != first


def test_a_films_command_is_one_that_bookfilm_takes() -> None:
    values = values_of("laptop")
    values["films"]["lamp"] |= {
        **{
            "runtime": "1h50m",
            "style": "ink",
            "size": "720p",
            "rate": "25",
            "right": "licence",
            "rightHolder": "A. B.",
        },
        **{"dubLanguage": "ru", "subtitlesLanguage": "ru", "loudness": -23, "stems": True, "again": "2"},
    }
    schema = json.loads((CHART / "values.schema.json").read_text(encoding="utf8"))
    asked = schema["properties"]["films"]["additionalProperties"]["properties"]
    assert set(values["films"]["lamp"]) | {"suspend"} == set(asked), "each option that the values know is tried here"
    command = only(objects_of(render(values)), "Job")["spec"]["template"]["spec"]["containers"][0]["command"]
    assert command[6:8] == ["bookfilm", "make"]
    root: Any = typer.main.get_command(app)
    told = root.commands["make"].make_context("make", [*command[8:]]).params
    assert told["right_holder"] == "A. B." and told["loudness"] == -23 and told["stems"] is True
    assert told["address"] == "auto" and told["out"] == Path("/films/lamp")


def test_a_changed_preset_reaches_app_and_driver() -> None:
    def read(crf: int) -> tuple[str, str, str]:
        values = values_of("air-gapped")
        values["presets"] = {"local": values["presets"]["local"] + f"[encoding]\ncrf = {crf}\n"}
        values["films"]["lamp"]["preset"] = "local"
        objects = objects_of(render(values))
        presets = next(
            name for name in (c["metadata"]["name"] for c in of_kind(objects, "ConfigMap")) if "-preset-" in name
        )
        return only(objects, "RayService")["spec"]["serveConfigV2"], presets, only(objects, "Job")["metadata"]["name"]

    assert read(18) == read(18)
    assert all(one != other for one, other in zip(read(18), read(19), strict=True))


def test_a_changed_preset_leaves_the_films_of_others_alone() -> None:
    def jobs(crf: int) -> set[str]:
        values = values_of("studio")
        values["presets"] = {**values["presets"], "ltx": values["presets"]["ltx"].replace("crf = 18", f"crf = {crf}")}
        values["films"]["other"] = {"book": "a.epub", "preset": "ltx"}
        return {job["metadata"]["name"] for job in of_kind(objects_of(render(values)), "Job")}

    kept = jobs(18) & jobs(19)
    assert len(kept) == 1 and "lamp" in kept.pop()


def test_all_of_a_release_share_the_studios_ledger() -> None:
    """The desk asks after its films, and after those of `films`."""
    values = values_of("laptop") | {"studio": {"enabled": True, "hosts": ["films.example"]}}
    objects = objects_of(render(values))
    told = {name: environment(spec["containers"][0]) for name, spec in pods_of(objects) if name not in ("head", "cpu")}
    assert {own["BOOKFILM_LEDGER"] for own in told.values()} == {"sqlite:////films/studio/ledger.sqlite"}
    assert len(told) == 4


def test_licences_are_those_that_a_groups_pods_have() -> None:
    values = values_of("laptop")
    text = values_of("air-gapped")["presets"]["local"].replace("num_gpus = 1", "resources = { licence-acme = 1 }")
    values["presets"] = {"local": text.replace('{ "bookfilm/group" = "gpu" }', '{ "bookfilm/group" = "cpu" }')}
    with pytest.raises(helm.HelmError, match='takes 1 of "licence-acme"; a pod of the worker group "cpu" has 0'):
        render(values)
    values["workerGroups"][0]["resources"] = {"licence-acme": 2}
    service = only(objects_of(render(values)), "RayService")
    (group,) = service["spec"]["rayClusterConfig"]["workerGroupSpecs"]
    assert group["resources"] == {"licence-acme": "2"} and faults(service) == []


def test_only_jobs_wait_in_kueues_line_unless_it_is_asked_for_more() -> None:
    def queued(**kueue: Any) -> dict[str, Any]:
        objects = objects_of(render({**values_of("studio"), "kueue": {"queueName": "films", **kueue}}))
        return {
            found["kind"]: found["metadata"].get("annotations")
            for found in objects
            if "kueue.x-k8s.io/queue-name" in found["metadata"].get("labels", {})
        }

    assert queued() == {"Job": None}
    assert queued(elastic=True) == {"Job": None, "RayService": {"kueue.x-k8s.io/elastic-job": "true"}}


def test_rules_of_ones_own_stand_as_they_are_written() -> None:
    rule = {
        "to": [
            {
                "namespaceSelector": {"matchLabels": {"a": "b"}},
                "podSelector": {"matchExpressions": [{"key": "app", "operator": "In", "values": ["x"]}]},
            }
        ],
        "ports": [{"port": 8125, "protocol": "UDP"}, {"port": 9000, "endPort": 9010}],
    }
    objects = objects_of(render({**values_of("laptop"), "networkPolicy": {"egress": [rule]}}))
    (within,) = (p for p in of_kind(objects, "NetworkPolicy") if p["metadata"]["name"] == "bookfilm-within")
    assert within["spec"]["egress"][-1] == rule and faults(within) == []


def test_names_are_asked_for_where_the_cluster_has_them() -> None:
    dns = {"namespace": "openshift-dns", "ports": [5353], "cidrs": ["169.254.20.10/32"]}
    objects = objects_of(render({**values_of("laptop"), "networkPolicy": {"dns": dns}}))
    (within,) = (p for p in of_kind(objects, "NetworkPolicy") if p["metadata"]["name"] == "bookfilm-within")
    asked = within["spec"]["egress"][1]
    assert [port["port"] for port in asked["ports"]] == [5353, 5353]
    assert asked["to"][1] == {"ipBlock": {"cidr": "169.254.20.10/32"}} and faults(within) == []


def test_an_ingress_lets_books_in_and_events_out(studio: Objects) -> None:
    told = only(studio, "Ingress")["metadata"]["annotations"]
    nginx = {key.removeprefix("nginx.ingress.kubernetes.io/"): value for key, value in told.items()}
    assert nginx["proxy-body-size"] == "0" and int(nginx["proxy-read-timeout"]) >= 600


def test_a_new_version_of_the_chart_alone_starts_no_new_cluster() -> None:
    """KubeRay begins a new cluster where the old one's spec changes: labels with versions must not be in it."""
    service = only(objects_of(render(values_of("laptop"))), "RayService")
    assert "helm.sh/chart" in service["metadata"]["labels"]
    assert "helm.sh/chart" not in yaml.safe_dump(service["spec"])
