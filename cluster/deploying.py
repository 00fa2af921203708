"""A preset's app on a cluster: the one that runs there, where it was built from the very same, else a new one."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Mapping
from typing import Any

from ray import serve
from ray.exceptions import RayError
from ray.serve.exceptions import RayServeException
from ray.serve.handle import DeploymentHandle

from bookfilm.errors import ClusterError, ClusterRefused
from bookfilm.settings import Preset, Replicas
from cluster.joining import ClusterJoined
from deployments.apps import app_name, app_of, built_from
from deployments.slate import INGRESS

log = logging.getLogger(__name__)

APP_WAIT = "BOOKFILM_APP_WAIT_S"
WORD_S = 60.0
"""How often it is said what an app waits for."""
LONGEST_S = 3600.0
"""How long an app may take to come up: a node is ordered, an image pulled, weights are loaded."""
ANSWER_S = 30.0
LOOK_S = 1.0
COMING = ("DEPLOYING", "UNHEALTHY")
"""States of an app, as Serve calls them, that pass."""


def bring_up(preset: Preset, joined: ClusterJoined) -> None:
    """See that the preset's app is up; on a cluster of our own, with all its replicas at once.

    Raises ClusterRefused where an app of the same name, built from something else, has work to do, or none came up
    where a driver must not deploy; ClusterError where it does not come up.
    """
    if joined.local:
        resources = joined.resources()
        _check_room(preset, resources)
        serve.start(proxy_location="Disabled")
        _deploy(preset, replicas_that_fit(preset.video.replicas, resources))
    elif not _is_up(preset, float(os.environ.get(APP_WAIT) or 0)):
        _check_unused(preset)
        _deploy(preset, 1)


def replicas_that_fit(replicas: Replicas, resources: Mapping[str, float]) -> int:
    """Return how many of `replicas` a cluster of such `resources` could hold at once, at least one."""
    room = [int(resources.get(name, 0.0) // need) for name, need in _needs(replicas).items() if need]
    return max(1, min([replicas.max_replicas, *room]))


def check_same(preset: Preset) -> None:
    """Raise ClusterRefused where the app that is here is not what the preset's was built from: while this job had no
    rows for it, and so nobody knew that it was at work, somebody has deployed another."""
    if _ingress(preset, "built_from") not in (None, built_from(preset)):
        raise ClusterRefused(
            "an app built from other settings or another version was deployed under this name since the job began; "
            "what is made is kept: give one of the presets another name, and run the same command again",
            subject=app_name(preset),
        )


def waits_for(app: str) -> str:
    """Return what Serve says of those deployments of `app` that are not well."""
    found = serve.status().applications.get(app)
    if found is None:
        return "there is no such app"
    told = [
        f"{name} is {state.status.value.lower()}{f' ({state.message.strip()})' if state.message else ''}"
        for name, state in found.deployments.items()
        if state.status.value != "HEALTHY"
    ]
    return "; ".join(told) or f"the app is {found.status.value.lower()}"


def _needs(replicas: Replicas) -> dict[str, float]:
    # A whole core each, whatever fraction is reserved: two replicas on one core only wait for each other.
    cpus = max(replicas.num_cpus, 1.0) if replicas.num_cpus else 0.0
    return {"CPU": cpus, "GPU": replicas.num_gpus, **replicas.resources}


def _check_room(preset: Preset, resources: Mapping[str, float]) -> None:
    """Raise ClusterError where this machine has no room for one replica: no other will come."""
    posts = {"screenwriter": preset.screenwriter, "voice": preset.voice, "video": preset.video}
    if preset.keyframes:
        posts["keyframe"] = preset.keyframes
    for post, choice in posts.items():
        needs = {"CPU": choice.replicas.num_cpus, "GPU": choice.replicas.num_gpus, **choice.replicas.resources}
        for name, need in needs.items():
            if need > resources.get(name, 0.0):
                raise ClusterError(
                    f"{choice.engine} needs {need:g} {name} as {post}, and this machine has "
                    f"{resources.get(name, 0.0):g}; name a cluster with --address, or take another preset",
                    subject=f"preset {preset.name}",
                )


def _deploy(preset: Preset, at_once: int) -> None:
    """Deploy the app and wait until it is up, saying now and then what it waits for."""
    name, up, faults = app_name(preset), threading.Event(), list[str]()

    def run() -> None:
        try:
            serve.run(app_of(preset, at_once), name=name, route_prefix=None)
            up.set()
        except (RuntimeError, ValueError, RayError, RayServeException) as error:
            faults.append((str(error).strip().splitlines() or [type(error).__name__])[0])

    running = threading.Thread(target=run, name="deploy-app", daemon=True)
    running.start()
    wait = _Wait(name)
    while running.is_alive():
        running.join(LOOK_S)
        wait.look()
    if not up.is_set():
        raise ClusterError("; ".join(["the app could not be deployed", *faults, waits_for(name)]), subject=name)


class _Wait:
    """A wait for an app: it is said now and then what that waits for, and it ends."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._began = self._told = time.monotonic()

    def look(self, most_s: float = 0.0) -> None:
        """Raise ClusterRefused after `most_s`, if there is such a limit; ClusterError after LONGEST_S."""
        now = time.monotonic()
        passed_s = now - self._began
        if most_s and passed_s > most_s:
            said = f"no app of this preset and this version came up here in {most_s:g} s"
            raise ClusterRefused(f"{said}: {waits_for(self._name)}", subject=self._name)
        if passed_s > LONGEST_S:
            raise ClusterError(f"it is not up after {LONGEST_S:g} s: {waits_for(self._name)}", subject=self._name)
        if now - self._told > WORD_S:
            self._told = now
            log.warning("%s is not up after %d s: %s", self._name, passed_s, waits_for(self._name))


def _is_up(preset: Preset, wait_s: float) -> bool:
    """Say whether the preset's app runs here, built from the very same engines and settings.

    One that comes up, or whose replica is being replaced, is waited for: to deploy it once more would replace all its
    replicas. Where a Serve config brings it up a driver must not deploy: that one is waited for as long as
    BOOKFILM_APP_WAIT_S says (`wait_s`), and then it may be another cluster's turn: ClusterRefused.
    """
    wait = _Wait(app_name(preset))
    while True:
        status = _status(preset)
        if status == "RUNNING" or status in COMING:
            built = _ingress(preset, "built_from")
            if status == "RUNNING" and built == built_from(preset):
                return True
            # Its ingress is up before its engines are: one that is built otherwise need not come up first.
            if not wait_s and built not in (None, built_from(preset)):
                return False
        elif not wait_s:
            return False
        wait.look(wait_s)
        time.sleep(LOOK_S)


def _check_unused(preset: Preset) -> None:
    """Raise ClusterRefused where jobs are at work with the app that is here: to deploy another under them would leave
    their shots to engines they were not ordered of."""
    if _status(preset) not in ("RUNNING", *COMING):
        return
    jobs = _ingress(preset, "jobs")
    if jobs is None and _ingress(preset, "built_from") is None:
        raise ClusterRefused(
            "its ingress does not answer, and may have jobs: run the same command again, or give the preset another "
            "name",
            subject=app_name(preset),
        )
    if jobs:
        raise ClusterRefused(
            f"an app of this name runs here, built from other settings or another version, and {jobs} jobs are at work "
            "with it; wait until they are through, or give the preset another name",
            subject=app_name(preset),
        )


def _status(preset: Preset) -> str:
    app = serve.status().applications.get(app_name(preset))
    return app.status.value if app is not None else ""


def _ingress(preset: Preset, method: str) -> Any:
    """Return what the ingress of the app that is here answers; None where it does not, or an older one cannot."""
    handle: DeploymentHandle[Any] = serve.get_deployment_handle(INGRESS, app_name(preset))
    try:
        return getattr(handle, method).remote().result(timeout_s=ANSWER_S)
    except (RayError, RayServeException, TimeoutError, AttributeError):
        return None
