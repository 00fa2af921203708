"""The chart's cluster on this machine: head and worker groups as Ray nodes with fake GPUs, its Serve config applied.

What is read out of the manifest is used as it stands; a folder here stands for each mount, and the ports are free ones.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import yaml
from ray._private.authentication.http_token_authentication import get_auth_headers_if_auth_enabled
from ray.util import get_node_ip_address

from tests.helm.charts import objects_of, of_kind, only, render
from tests.serving import free_port

BIN = Path(sys.executable).parent
START_S = 400
"""How long a cluster, and then its applications, may take to start: beside other tests it is a minute or two."""

RAY_WITHOUT_CLIENT = """
import sys
from ray.scripts import scripts
scripts.get_ray_client_dependency_error = lambda: "nobody asks for it here"
sys.argv[0] = "ray"
scripts.main()
"""
"""Ray's command, whose head has no server for Ray Client: it gives up after 30 s, and the head with it, where starting
takes longer."""
ASK_FOR_NODES = """
import json, ray
ray.init(%r, log_to_driver=False)
print(json.dumps(ray.nodes(), default=str))
"""


@dataclass
class Farm:
    """A cluster that runs: `gcs` is what drivers join, `board` the dashboard; `folder` stands for the mounts."""

    gcs: str
    board: str
    folder: Path
    manifest: str
    guarded: dict[str, str]
    """The environment of those who have Ray's token."""
    http: int = field(default_factory=free_port)

    def serve_config(self) -> Path:
        """Write the Serve config of the RayService, with a port of this machine; return its file."""
        text = only(objects_of(self.manifest), "RayService")["spec"]["serveConfigV2"]
        config = yaml.safe_load(text)
        config["http_options"] = {"host": "127.0.0.1", "port": self.http}
        path = self.folder / "serve.yaml"
        path.write_text(yaml.safe_dump(config, sort_keys=False), encoding="utf8")
        return path

    def deploy(self) -> None:
        """Apply the Serve config with Ray's own command, and wait until each application runs."""
        until, config = time.monotonic() + START_S, self.serve_config()
        # Again where the dashboard lets a request fall while it starts, as KubeRay does.
        while (done := run(BIN / "serve", "deploy", config, "--address", self.board, **self.guarded)).returncode:
            assert time.monotonic() < until, done.stderr
            time.sleep(2)
        while True:
            states: dict[str, str] = {}
            with suppress(OSError):
                states = {name: app["status"] for name, app in self.applications().items()}
            if states and set(states.values()) == {"RUNNING"}:
                return
            assert time.monotonic() < until and "DEPLOY_FAILED" not in states.values(), states
            time.sleep(1)

    def applications(self) -> dict[str, Any]:
        """Return what Serve's REST API says of each application, which is what KubeRay reads."""
        token = self.guarded.get("RAY_AUTH_TOKEN")
        # Without one of its own, that of whoever runs the tests, if Ray has made one.
        known = {"Authorization": f"Bearer {token}"} if token else get_auth_headers_if_auth_enabled({})
        asked = urllib.request.Request(f"{self.board}/api/serve/applications/", headers=known)
        with urllib.request.urlopen(asked, timeout=20) as answer:
            found: dict[str, Any] = json.load(answer)["applications"]
        return found

    def replicas(self, app: str, post: str) -> list[dict[str, Any]]:
        """Return the replicas of one post that run."""
        deployment = self.applications()[app]["deployments"].get(post, {})
        return [replica for replica in deployment.get("replicas", []) if replica["state"] == "RUNNING"]

    def nodes(self) -> list[dict[str, Any]]:
        """Return Ray's nodes that are alive; asked by another process, so that this one joins nothing."""
        done = run(sys.executable, "-c", ASK_FOR_NODES % self.gcs, **self.guarded)
        assert done.returncode == 0, done.stderr
        found: list[dict[str, Any]] = json.loads(done.stdout.strip().splitlines()[-1])
        return [node for node in found if node["Alive"]]

    def preset(self, name: str) -> str:
        """Return the preset as the driver on this machine takes it."""
        path = self.folder / f"{name}.toml"
        return str(path) if path.exists() else name


def run(*command: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command and wait for it."""
    return subprocess.run(
        list(map(str, command)),
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=1000,
        env={**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", **environment},
    )


def bookfilm(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command line as a user does."""
    return run(sys.executable, "-m", "bookfilm", *arguments, **environment)


def laid_presets(manifest: str, folder: Path) -> None:
    """Write the presets of the manifest's ConfigMap into `folder`, as its mount would."""
    for found in of_kind(objects_of(manifest), "ConfigMap"):
        if "-preset-" in found["metadata"]["name"]:
            for name, text in found["data"].items():
                (folder / name).write_text(text, encoding="utf8")


def groups_of(manifest: str) -> dict[str, dict[str, Any]]:
    """Return the worker groups of the manifest by name."""
    spec = only(objects_of(manifest), "RayService")["spec"]["rayClusterConfig"]
    return {group["groupName"]: group for group in spec["workerGroupSpecs"]}


def pre_stop(group: dict[str, Any]) -> str:
    """Return what a shell runs in a pod of a group before it ends."""
    *shell, text = group["template"]["spec"]["containers"][0]["lifecycle"]["preStop"]["exec"]["command"]
    assert shell == ["sh", "-c"]
    return str(text)


def node_arguments(group: dict[str, Any]) -> dict[str, Any]:
    """Return a group's node as Ray's own arguments: CPUs, GPUs, labels, and what it has by name."""
    params, named = group["rayStartParams"], {key: float(value) for key, value in group.get("resources", {}).items()}
    node = {"num_cpus": int(params["num-cpus"]), "num_gpus": int(params["num-gpus"]), "labels": group["labels"]}
    return {**node, **({"resources": named} if named else {})}


@contextmanager
def elastic_farm(values: dict[str, Any], folder: Path) -> Iterator[Farm]:
    """Start the chart's head with autoscaler v2, which starts and ends nodes of the groups as they are asked for.

    The nodes are those of Ray's own fake provider: real raylets on this machine.
    """
    from ray.autoscaler._private.fake_multi_node.node_provider import FAKE_HEAD_NODE_ID

    manifest = render(values)
    laid_presets(manifest, folder)
    config = folder / "autoscaler.json"
    gcs, dashboard = free_port(), free_port()
    address = f"{get_node_ip_address()}:{gcs}"
    config.write_text(json.dumps(_autoscaling(manifest, FAKE_HEAD_NODE_ID, address)), encoding="utf8")
    head = only(objects_of(manifest), "RayService")["spec"]["rayClusterConfig"]["headGroupSpec"]["rayStartParams"]
    command = [
        *(
            sys.executable,
            "-c",
            RAY_WITHOUT_CLIENT,
            "start",
            "--head",
            "--block",
            "--disable-usage-stats",
            f"--port={gcs}",
        ),
        *(f"--num-cpus={head['num-cpus']}", f"--num-gpus={head['num-gpus']}", f"--autoscaling-config={config}"),
        *("--dashboard-host=127.0.0.1", f"--dashboard-port={dashboard}", "--dashboard-agent-listen-port=0"),
        *(
            "--include-dashboard=true",
            "--min-worker-port=0",
            "--max-worker-port=0",
        ),
    ]
    fake = {"RAY_FAKE_CLUSTER": "1", "AUTOSCALER_UPDATE_INTERVAL_S": "1", "RAY_enable_autoscaler_v2": "1"}
    fake |= {"RAY_CLOUD_INSTANCE_ID": FAKE_HEAD_NODE_ID, "RAY_OVERRIDE_NODE_ID_FOR_TESTING": FAKE_HEAD_NODE_ID}
    (drawn,) = (
        found["data"]["auth_token"]
        for found in of_kind(objects_of(manifest), "Secret")
        if "auth_token" in found["data"]
    )
    token = base64.b64decode(drawn).decode()
    guarded = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": token}
    with ended_with_all_it_started(command, folder / "head.log", fake | guarded) as started:
        farm = Farm(address, f"http://127.0.0.1:{dashboard}", folder, manifest, guarded)
        _wait_for(farm, started)
        yield farm


def _autoscaling(manifest: str, head_id: str, gcs: str) -> dict[str, Any]:
    spec = only(objects_of(manifest), "RayService")["spec"]["rayClusterConfig"]
    types: dict[str, Any] = {"ray.head.default": {"resources": {"CPU": 0}, "node_config": {}, "max_workers": 0}}
    for name, group in groups_of(manifest).items():
        node = node_arguments(group)
        types[name] = {
            "resources": {"CPU": node["num_cpus"], "GPU": node["num_gpus"], "object_store_memory": 2**27},
            "labels": node["labels"],
            "node_config": {},
            "min_workers": group["minReplicas"],
            "max_workers": group["maxReplicas"],
        }
    unused: dict[str, Any] = {"auth": {}, "docker": {}, "file_mounts": {}, "head_node": {}, "worker_nodes": {}}
    unused |= {f"{kind}_commands": [] for kind in ("initialization", "setup", "head_setup", "worker_setup")}
    unused |= {"head_start_ray_commands": [], "worker_start_ray_commands": [], "cluster_synced_files": []}
    return {
        "cluster_name": "bookfilm",
        # By its module, not as "fake_multinode": Ray's wheel lacks the file of defaults that goes with that name.
        "provider": {
            "type": "external",
            "module": "ray.autoscaler._private.fake_multi_node.node_provider.FakeMultiNodeProvider",
            "launch_multiple": True,
            "head_node_id": head_id,
            "gcs_address": gcs,
        },
        "available_node_types": types,
        "head_node_type": "ray.head.default",
        "max_workers": sum(kind["max_workers"] for kind in types.values()),
        "upscaling_speed": 100.0,
        "idle_timeout_minutes": spec["autoscalerOptions"]["idleTimeoutSeconds"] / 60,
        **unused,
    }


def _wait_for(farm: Farm, started: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_S
    while True:
        try:
            urllib.request.urlopen(f"{farm.board}/api/gcs_healthz", timeout=5).close()
            return
        except OSError:
            assert started.poll() is None and time.monotonic() < until, (farm.folder / "head.log").read_text()[-2000:]
            time.sleep(0.5)


@contextmanager
def ended_with_all_it_started(
    command: list[str], log: Path, environment: dict[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """Run `command` in a session of its own for the block; whatever it started ends with it, and nothing else does."""
    mark = f"BOOKFILM_TEST={log}"
    own = {"BOOKFILM_TEST": str(log), "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "RAY_USAGE_STATS_ENABLED": "0"}
    own["RAY_DASHBOARD_STARTUP_TIMEOUT_S"] = str(START_S)
    with log.open("wb") as told:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=told,
            stderr=told,
            start_new_session=True,
            env={**os.environ, **own, **environment},
        )
    try:
        yield process
    finally:
        process.terminate()
        _end(list(_marked(mark)))
        process.wait(timeout=30)


def _marked(mark: str) -> Iterator[psutil.Process]:
    name, _, value = mark.partition("=")
    for process in psutil.process_iter():
        try:
            if process.environ().get(name) == value:
                yield process
        except (psutil.Error, OSError):
            continue


def _end(processes: list[psutil.Process]) -> None:
    _, left = psutil.wait_procs(processes, timeout=10)
    for process in left:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(left, timeout=10)
