"""A wrong value is refused, and the refusal names it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.helm.charts import helm, render, values_of

PRESET = '[video]\nengine = "shadow"\n[video.replicas]\nnum_gpus = %s\nlabels = { "bookfilm/group" = "%s" }\n'
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
        ({"studio": {"enabled": True}}, "studio.enabled: the HTTP service is not part of this version"),
        ({"storage": {"s3": "s3://films"}}, "storage.s3: film folders do not live on s3:// yet"),
        ({"apps": [{"preset": "cinema"}]}, 'apps: there is no preset "cinema"; there are preview, tiny, gpu, remote'),
        ({"apps": [{"preset": "preview"}, {"preset": "preview"}]}, 'apps: the preset "preview" is there twice'),
        ({"apps": [{"preset": "gpu"}]}, 'apps: the preset "gpu" needs a worker group with GPUs'),
        ({"films": [{"name": "a", "book": "a", "preset": "gpu"}]}, 'films: a: no app runs the preset "gpu"'),
        ({"films": [{"name": "a", "book": "a", "preset": "preview"}] * 2}, 'films: two are named "a"'),
        ({"workerGroups": [GROUP, GROUP]}, 'workerGroups: two are named "cpu"'),
        ({"workerGroups": [{**GROUP, "minReplicas": 2}]}, "cpu: minReplicas 2 is more than maxReplicas 1"),
        ({"presets": {"mine": "= 3"}}, "presets: mine is not TOML"),
        ({"presets": {"preview": ""}}, 'presets: "preview" comes with bookfilm'),
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
