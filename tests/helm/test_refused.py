"""A wrong value is refused, and the refusal names it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookfilm.settings import EngineChoice, Preset, Replicas, preset_names
from bookfilm.studio.settings import StudioSettings
from tests.helm.charts import CHART, helm, render, values_of

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
        ({"films": [{"name": "a", "book": "/etc/passwd", "preset": "preview"}]}, "book"),
        ({"env": [{"name": "A", "secretName": "b"}]}, "env"),
        ({"networkPolicy": {"egress": [{"cidr": "example.com"}]}}, "cidr"),
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
        ({"ledger": {"url": "postgresql://a@b/c", "urlSecret": "d"}}, "ledger: url and urlSecret both name one"),
        ({"ledger": {"url": "postgresql://a:secret@b/c"}}, "ledger.url: a password does not belong in values"),
        ({"takes": {"credentialsSecret": "a"}}, "takes.credentialsSecret: there is no takes.bucket"),
        ({"apps": [{"preset": "cinema"}]}, 'apps: there is no preset "cinema"; there are preview, tiny, gpu, remote'),
        ({"apps": [{"preset": "preview"}, {"preset": "preview"}]}, 'apps: the preset "preview" is there twice'),
        ({"apps": [{"preset": "gpu"}]}, 'apps: the preset "gpu" needs a worker group with GPUs'),
        ({"films": [{"name": "a", "book": "a", "preset": "gpu"}]}, 'films: a: no app runs the preset "gpu"'),
        ({"films": [{"name": "a", "book": "a", "preset": "preview"}] * 2}, 'films: two are named "a"'),
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


def _tables(values: dict[str, Any], path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return where in `values` a key could be misspelt: every table but those whose keys are free."""
    found = [path]
    for key, value in values.items():
        if key in ("presets", "nodeSelector", "labels", "global"):
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
