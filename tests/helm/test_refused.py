"""A wrong value is refused, and the refusal names it."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bookfilm.settings import EngineChoice, Preset, Replicas, preset_names
from bookfilm.studio.settings import StudioSettings
from tests.helm.charts import CHART, helm, masked, objects_of, render, values_of
from tests.helm.schemas import FOREIGN, faults

OTHERS = "".join(f'[{post}]\nengine = "any"\n' for post in ("screenwriter", "voice", "score"))
WHOLE = OTHERS + '[video]\nengine = "shadow"\n'
PRESET = WHOLE + '[video.replicas]\nnum_gpus = %s\nlabels = { "bookfilm/group" = "%s" }\n'
STUDIO = {"enabled": True, "hosts": ["films.example"]}
GROUP = {"name": "cpu", "cpu": 2, "memory": "4Gi", "gpu": 0, "minReplicas": 1, "maxReplicas": 1}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"replicas": 3}, "replicas"),
        ({"storage": {"sise": "1Gi"}}, "sise"),
        ({"head": {"memory": "lots"}}, "memory"),
        ({"workerGroups": [{**GROUP, "maxReplikas": 3}]}, "maxReplikas"),
        ({"workerGroups": [{**GROUP, "gpu": -1}]}, "gpu"),
        ({"workerGroups": [{"name": "cpu"}]}, "maxReplicas"),
        ({"apps": []}, "apps"),
        ({"image": {"digest": "sha256:12"}}, "digest"),
        ({"upgrade": {"strategy": "Recreate"}}, "strategy"),
        ({"films": {"a": {"book": "/etc/passwd", "preset": "preview"}}}, "book"),
        ({"films": {"A film": {"book": "a", "preset": "preview"}}}, "A film"),
        ({"env": [{"name": "A", "secretName": "b"}]}, "env"),
        ({"networkPolicy": {"egress": [{"to": [{"ipBlock": {"cidr": "example.com"}}]}]}}, "cidr"),
        ({"networkPolicy": {"egress": [{"cidr": "10.0.0.0/8"}]}}, "cidr"),
        ({"networkPolicy": {"egress": [{"to": [{"podSelektor": {}}]}]}}, "podSelektor"),
        ({"networkPolicy": {"apiServer": {"cidrs": []}}}, "cidrs"),
    ],
)
def test_what_the_schema_knows(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(helm.HelmError, match=said):
        render({**values_of("laptop"), **wrong})


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"studio": {"enabled": True}}, "studio.hosts: say by which names others reach it"),
        ({"studio": {**STUDIO, "presets": ["gpu"]}}, 'studio.presets: no app runs the preset "gpu"; there are preview'),
        ({"studio": {**STUDIO, "settings": "x = "}}, "studio.settings is not TOML"),
        (
            {"studio": {**STUDIO, "settings": "drivers = 3"}},
            'studio.settings: there is no "drivers", or the chart says it',
        ),
        (
            {"studio": {**STUDIO, "ingress": {"enabled": True}}},
            "studio.ingress.tlsSecret: tokens do not go over plain HTTP",
        ),
        ({"studio": STUDIO, "storage": {}}, "ledger: the studio and its drivers may be on several nodes"),
        ({"ledger": {"url": "postgresql://a@b/c", "urlSecret": "d"}}, "ledger: url and urlSecret both name one"),
        ({"ledger": {"url": "postgresql://a:secret@b/c"}}, "ledger.url: a password does not belong in values"),
        ({"takes": {"credentialsSecret": "a"}}, "takes.credentialsSecret: there is no takes.bucket"),
        ({"apps": [{"preset": "cinema"}]}, 'apps: there is no preset "cinema"; there are preview, tiny, gpu, remote'),
        ({"apps": [{"preset": "preview"}, {"preset": "preview"}]}, 'apps: the preset "preview" is there twice'),
        ({"apps": [{"preset": "gpu"}]}, 'apps: the preset "gpu" needs a worker group with GPUs'),
        ({"films": {"a": {"book": "a", "preset": "gpu"}}}, 'films: a: no app runs the preset "gpu"'),
        ({"kueue": {"elastic": True}}, "kueue.elastic: there is no kueue.queueName"),
        (
            {
                "kueue": {"elastic": True, "queueName": "films"},
                "workerGroups": [{**GROUP, "name": f"g{n}"} for n in range(8)],
            },
            "kueue.elastic: Kueue takes a RayService of 7 worker groups at most; workerGroups has 8",
        ),
        (
            {"studio": {**STUDIO, "ingress": {"enabled": True, "tlsSecret": "tls"}}},
            "studio.settings: behind an ingress all requests come from its pods: say proxies",
        ),
        ({"workerGroups": [GROUP, GROUP]}, 'workerGroups: two are named "cpu"'),
        ({"workerGroups": [{**GROUP, "minReplicas": 2}]}, "cpu: minReplicas 2 is more than maxReplicas 1"),
        ({"presets": {"mine": "= 3"}}, "presets: mine is not TOML"),
        ({"presets": {"preview": ""}}, 'presets: "preview" comes with bookfilm'),
        ({"presets": {"mine": ""}}, r"presets: mine: it has no \[score\]"),
        (
            {"presets": {"mine": WHOLE + "[vidoe]\nx = 1\n"}},
            'presets: mine: there is no "vidoe"; there are about, encoding,',
        ),
        (
            {"presets": {"mine": WHOLE + "engin = 1\n"}},
            r'presets: mine: \[video\] has no "engin"; it has engine, settings',
        ),
        ({"presets": {"mine": OTHERS + 'video = "shadow"'}}, r"mine: \[score\] has no \"video\""),
        ({"presets": {"mine": 'video = "shadow"\n' + OTHERS}}, "presets: mine: video is no table"),
        ({"presets": {"mine": OTHERS + "[video]\n"}}, r"presets: mine: \[video\] names no engine"),
        (
            {"presets": {"mine": WHOLE + "[video.replicas]\nmax_replikas = 3\n"}},
            r'presets: mine: \[video.replicas\] has no "max_replikas"',
        ),
        (
            {"presets": {"mine": WHOLE + '[video.replicas]\nslots = "2"\n'}},
            r'\[video.replicas\] slots = "2" is no number',
        ),
        (
            {"presets": {"mine": WHOLE + "[video.replicas]\nworth_s = -5\n"}},
            r"\[video.replicas\] worth_s = -5 is negative",
        ),
        (
            {"presets": {"mine": WHOLE + "[video.replicas]\nmin_replicas = 2\n"}},
            r"\[video.replicas\] min_replicas 2 is more than max_replicas 1",
        ),
        (
            {"presets": {"mine": WHOLE + "settings = { speed = { batch = 4 } }\n"}},
            r"\[video.replicas\] slots = 2 is less than its batch of 4",
        ),
        (
            {
                "presets": {
                    "mine": WHOLE + '[keyframes]\nengine = "a"\nreplicas = { labels = { "bookfilm/group" = "x" } }\n'
                }
            },
            r'\[keyframes.replicas\] asks for the worker group "x"',
        ),
        (
            {"presets": {"mine": PRESET % (0, "wan")}},
            r'\[video.replicas\] asks for the worker group "wan"; there are cpu',
        ),
        ({"presets": {"mine": PRESET % (0.5, "cpu")}}, 'needs 0.5 GPUs; a pod of the worker group "cpu" has 0'),
        (
            {"presets": {"mine": WHOLE + "[video.replicas]\nresources = { acme = 0 }\n"}},
            r"\[video.replicas\] resources: acme = 0 is no number above 0",
        ),
        (
            {"presets": {"mine": WHOLE + "[video.replicas]\nresources = { acme = 1 }\n"}},
            r'\[video.replicas\] takes 1 of "acme"; a pod of the worker groups has 0',
        ),
        ({"gcsFaultTolerance": {"backend": "redis"}}, "gcsFaultTolerance.redisAddress"),
    ],
)
def test_what_does_not_fit_together(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(helm.HelmError, match=said):
        render({**values_of("laptop"), **wrong})


def test_the_chart_knows_every_key_that_the_code_does() -> None:
    """What a template lists is what the records have: a new key would be refused for nothing."""
    listed = (CHART / "templates" / "_refusals.tpl").read_text(encoding="utf8")

    def among(first: str) -> set[str]:
        (found,) = re.findall(rf'\(?list (("{first}"[^)\n]*?))(?:\)| -)', listed)
        return set(re.findall(r'"(\w+)"', found[0]))

    assert among("num_cpus") == set(Replicas.model_fields)
    assert among("engine") == set(EngineChoice.model_fields)
    assert among("preview") == set(preset_names())
    tables = set(re.findall(r'"(\w+)" true', listed)) | among("about")
    assert tables == set(Preset.model_fields) - {"name"}
    chart_says = {"data", "ledger", "hosts", "presets", "drivers", "address", "clips"}
    assert among("allowance") == set(StudioSettings.model_fields) - chart_says


FREE = ("presets", "resources", "nodeSelector", "labels", "operatorLabels", "matchLabels", "annotations", "global")
"""Tables whose keys, or texts, are the user's own."""


def _tables(values: dict[str, Any], path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return where in `values` a key could be misspelt: every table but those whose keys are free."""
    found = [path]
    for key, value in values.items():
        if key in FREE:
            continue
        for number, part in enumerate(value) if isinstance(value, list) else [("", value)]:
            if isinstance(part, dict):
                found += _tables(part, (*path, key, number) if isinstance(value, list) else (*path, key))
    return found


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_misspelt_key_is_refused_by_its_name_wherever_it_stands(data: st.DataObject) -> None:
    site = data.draw(st.sampled_from(["laptop", "one-gpu", "studio", "air-gapped"]))
    key = data.draw(st.from_regex(r"[a-z]{3,9}Qz", fullmatch=True))
    values = values_of(site)
    table: Any = values
    for step in data.draw(st.sampled_from(_tables(values))):
        table = table[step]
    table[key] = "x"
    with pytest.raises(helm.HelmError, match=key):
        render(values)


ODD = [
    "",
    "x y\n",
    -1,
    0,
    1.5,
    10**9,
    3_000_000,
    True,
    None,
    [],
    {},
    "[]",
    "../../etc",
    "{{ .Values }}",
    "a: b",
    "é",
    [None],
]


def _leaves(values: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return the place of every value, and of every table and list."""
    if not isinstance(values, dict | list):
        return []
    steps = values.items() if isinstance(values, dict) else enumerate(values)
    found: list[tuple[str | int, ...]] = []
    for step, value in steps:
        if step not in FREE:
            found += [(*path, step), *_leaves(value, (*path, step))]
    return found


def _whole(site: str) -> dict[str, Any]:
    """Return the values of a site with the chart's own beneath them."""

    def over(below: Any, above: Any) -> Any:
        if isinstance(below, dict) and isinstance(above, dict):
            return {**below, **{key: over(below.get(key), value) for key, value in above.items()}}
        return above

    whole: dict[str, Any] = over(yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf8")), values_of(site))
    return whole


WHOLE_STUDIO = _whole("studio")
PLACES = _leaves(WHOLE_STUDIO)


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(PLACES), st.sampled_from(ODD))
def test_an_odd_value_is_refused_by_its_name_or_does_no_harm(place: tuple[str | int, ...], odd: Any) -> None:
    values = copy.deepcopy(WHOLE_STUDIO)
    table: Any = values
    for step in place[:-1]:
        table = table[step]
    table[place[-1]] = odd
    try:
        objects = objects_of(render(values))
    except helm.HelmError as error:
        # What one group lacks is told of the preset that asks for it, and of the group.
        names = [step for step in place if isinstance(step, str)] + ["worker group"]
        assert any(name in str(error) for name in names), error
    else:
        assert [fault for found in objects if found["kind"] not in FOREIGN for fault in faults(found)] == []


@pytest.mark.parametrize("key", ["userId", "groupId"])
def test_a_large_number_stays_one(key: str) -> None:
    """Of a number that JSON has, Helm makes a float, which prints as 1.00065e+09."""
    manifest = render({**values_of("laptop"), "podSecurity": {key: 1000650000}})
    assert f"{'runAsUser' if key == 'userId' else 'runAsGroup'}: 1000650000\n" in manifest
    assert not re.search(r"\de\+\d", masked(manifest))


def test_values_of_an_earlier_chart_that_lack_a_table_are_told_so() -> None:
    """Helm's --reuse-values leaves out what is new; --reset-then-reuse-values does not."""
    with pytest.raises(helm.HelmError, match="takes"):
        render({**values_of("laptop"), "takes": None})
