"""The one place where the deployments are put together: an app a preset.

`serve run deployments.apps:build_app preset=preview` runs the same app by hand.
"""

from __future__ import annotations

from typing import Any, Literal

from ray import serve
from ray.serve.config import AutoscalingConfig

from bookfilm import __version__
from bookfilm.records.base import content_key
from bookfilm.settings import EngineChoice, Preset, Replicas, load_preset, parse_preset
from deployments.keyframe import KeyframeReplica
from deployments.lines import lines_config
from deployments.routing import router_config
from deployments.scaling import scaled_by_backlog
from deployments.screenwriter import ScreenwriterReplica
from deployments.slate import INGRESS, Slate
from deployments.video import VideoReplica
from deployments.voice import VoiceReplica

Post = Literal["screenwriter", "voice", "video", "keyframe"]
SPEAKS = 10
"""Grows with what driver and app say to each other: an app that does not speak so is deployed anew."""
FEEDERS = 10_000
"""Each feeder of each job has a question under way all the time."""
_REPLICAS: dict[Post, type] = {
    "screenwriter": ScreenwriterReplica,
    "voice": VoiceReplica,
    "video": VideoReplica,
    "keyframe": KeyframeReplica,
}


def built_from(preset: Preset) -> str:
    """Return a digest of all that decides an app: the engines, their settings, and this program's version."""
    posts = _choices(preset)
    return content_key(
        "app", {"version": __version__, "speaks": SPEAKS, **{n: c.model_dump(mode="json") for n, c in posts.items()}}
    )


def app_name(preset: Preset) -> str:
    """Return the name under which a preset's app runs on a cluster."""
    return f"bookfilm-{preset.name}"


def build_app(args: dict[str, str]) -> serve.Application:
    """Return the app of ``args["preset"]``, for `serve run` and Serve config files.

    With ``args["toml"]`` that is the preset's whole text, under that name: a config file then changes when it does.
    Each post begins with its `min_replicas`, for nobody has asked for anything yet.
    """
    name = args.get("preset", "preview")
    preset = parse_preset(name, args["toml"]) if "toml" in args else load_preset(name)
    return app_of(preset, at_once=0)


def app_of(preset: Preset, at_once: int = 1) -> serve.Application:
    """Return the app of `preset`, each post beginning with up to `at_once` replicas."""
    posts = {post: _deployment(post, choice, at_once) for post, choice in _choices(preset).items()}
    ingress = serve.deployment(
        name=INGRESS, ray_actor_options={"num_cpus": 0}, max_ongoing_requests=FEEDERS, **lines_config()
    )
    return ingress(Slate).bind(built_from(preset), **posts)


def _choices(preset: Preset) -> dict[Post, EngineChoice]:
    choices: dict[Post, EngineChoice] = {
        "screenwriter": preset.screenwriter,
        "voice": preset.voice,
        "video": preset.video,
    }
    return choices if preset.keyframes is None else {**choices, "keyframe": preset.keyframes}


def _deployment(post: Post, choice: EngineChoice, at_once: int) -> serve.Application:
    """Bind one post.

    Serve's defaults do not fit rendering: five requests at once oversubscribe a GPU, twenty seconds of
    grace kill a shot on every downscale, and an unbounded queue hides a stuck cluster.
    """
    replicas = choice.replicas
    least = min(max(at_once, replicas.min_replicas), replicas.max_replicas)
    # A job says how many takes are left, and nothing else of what is to be made.
    policy = {"policy": scaled_by_backlog(replicas.worth_s)} if post == "video" else {}
    decorated = serve.deployment(
        name=post,
        ray_actor_options=_actor_options(replicas),
        max_ongoing_requests=replicas.slots,
        max_queued_requests=max(64, 8 * replicas.slots * replicas.max_replicas),
        graceful_shutdown_timeout_s=replicas.shutdown_s,
        health_check_period_s=10,
        health_check_timeout_s=60,
        request_router_config=router_config(),
        **lines_config(),
        autoscaling_config=AutoscalingConfig(
            min_replicas=replicas.min_replicas,
            initial_replicas=least,
            max_replicas=max(least, replicas.max_replicas),
            target_ongoing_requests=replicas.slots,
            upscale_delay_s=3,
            downscale_delay_s=replicas.idle_s,
            **policy,
        ),
    )
    return decorated(_REPLICAS[post]).bind(choice.engine, dict(choice.settings))


def _actor_options(replicas: Replicas) -> dict[str, Any]:
    options: dict[str, Any] = {"num_cpus": replicas.num_cpus, "num_gpus": replicas.num_gpus}
    if replicas.resources:
        options["resources"] = dict(replicas.resources)
    return {**options, "label_selector": dict(replicas.labels)} if replicas.labels else options
