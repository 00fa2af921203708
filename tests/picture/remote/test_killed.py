"""Killed between submission and download: whoever comes next goes on with the same job, which is paid once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bookfilm.picture.takes import make_take
from bookfilm.records.takes import Take
from bookfilm.store.errands import errands_beside
from bookfilm.store.media import MediaStore
from tests.picture.remote.conftest import QUICK, MakeRemote, profile_file
from tests.picture.remote.test_misbehaviour import an_order
from tests.picture.remote.video_server import Fault, VideosServer

CHILD = """
import json, sys
from pathlib import Path
from bookfilm.picture.remote.engine import RemoteEngine
from bookfilm.picture.takes import make_take
from bookfilm.records.takes import Take
from bookfilm.store.media import MediaStore
from tests.picture.remote.test_misbehaviour import an_order
engine = RemoteEngine(**json.loads(sys.argv[1]))
make_take(engine, an_order(engine), MediaStore(Path(sys.argv[2]), ".mp4", Take))
"""


def killed_when(ready: Callable[[], bool], server: VideosServer, profile: Path, takes: Path) -> None:
    """Make the take in a child process, and kill it with SIGKILL as soon as `ready` says so."""
    told = json.dumps({"profile": str(profile), "base_url": server.url, **QUICK})
    root = Path(__file__).parents[3]
    command = [sys.executable, "-c", CHILD, told, str(takes)]
    with subprocess.Popen(command, cwd=root, env={**os.environ, "PYTHONPATH": str(root)}) as process:
        while process.poll() is None and not ready():
            server.over.wait(0.01)
        assert process.poll() is None, "it ended before it could be killed"
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL


@pytest.mark.parametrize("moment", ["answering", "polling", "fetching"])
def test_a_kill_between_submission_and_download_is_paid_once(
    moment: str, remote_of: MakeRemote, tmp_path: Path
) -> None:
    store = MediaStore(tmp_path / "film" / "takes", ".mp4", Take)
    profile = profile_file(tmp_path, metadata="true")
    hanging = Fault(after=True, delay_s=60)
    faults = {"POST": [hanging]} if moment == "answering" else {"CONTENT": [hanging]} if moment == "fetching" else {}
    with VideosServer(faults, polls=100_000 if moment == "polling" else 2) as server:
        met = {
            "answering": lambda: server.paid == 1,
            "polling": lambda: server.calls.count("POLL") >= 3,
            "fetching": lambda: server.calls.count("CONTENT") == 1,
        }[moment]
        killed_when(met, server, profile, store.folder)
        (left,) = errands_beside(store.folder).listed()
        assert left.state == ("asking" if moment == "answering" else "waiting")
        assert list(store.keys()) == []
        server.polls = 2
        engine = remote_of(server)
        take = make_take(engine, an_order(engine), store)
        assert (server.paid, take.tries, take.flags) == (1, 1, ())
        assert server.calls.count("POST") == 1
    (errand,) = errands_beside(store.folder).listed()
    assert (errand.state, errand.token, errand.job) == ("fetched", left.token, "video_0")
    assert store.verified(take.key) == take
    assert not list(tmp_path.rglob("*.partial"))
