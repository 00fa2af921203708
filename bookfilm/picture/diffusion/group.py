"""Several processes of one replica that make each clip together, one a GPU: context parallelism.

Each holds the whole model and a part of the clip's places; in attention they meet (Jacobs et al. 2023, DeepSpeed
Ulysses; Liu et al. 2023, ring attention), as diffusers has it. The first is the replica's own process. It starts the
others, tells them each clip, and before each pass through the model whether to go on. They end with it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from bookfilm.errors import EngineError, EngineUnavailable, RenderCancelled
from bookfilm.picture.diffusion.batching import ClipAsked

JOIN_S = 180.0
"""So long may the others take to load torch."""
LOAD_S = 3600.0
"""And the model: a hundred gibibytes from a slow disk."""
PASS_S = 300.0
"""Who waits longer for the others within a pass is alone."""
LOOK_S = 0.1
_SUBJECT = "video engine diffusers"
_LONG = timedelta(days=365)
"""Between two clips may lie as much as a film's own pauses."""


class Group:
    """This process's place in the group: 0 leads, and the others follow."""

    def __init__(self, rank: int, size: int, store: Any, others: Sequence[subprocess.Popen[bytes]] = ()) -> None:
        import torch.distributed as group

        self.rank, self.size, self._store = rank, size, store
        self.others, self._broken = list(others), ""
        self._words = group.new_group(backend="gloo", timeout=_LONG)

    @property
    def leads(self) -> bool:
        return self.rank == 0

    def loaded(self) -> None:
        """Say that this process has loaded the model; who leads waits until all have.

        Raises EngineUnavailable where one of them ends instead, or takes longer than LOAD_S.
        """
        if self.leads:
            _await(self._store, "loaded", self.size, self.others, LOAD_S)
        else:
            self._store.set(f"loaded {self.rank}", "")

    def begin(self, asked: Sequence[ClipAsked]) -> None:
        """Tell the others that `asked` are made now. Raises EngineError where one of them has gone."""
        self.check()
        self._tell(list(asked))

    def told(self) -> list[ClipAsked]:
        """Wait for the clips that are made next."""
        asked: list[ClipAsked] = self._tell(None)
        return asked

    def together(self, check: Callable[[], None]) -> None:
        """Go on together or stop together. Who leads asks `check`, which raises RenderCancelled; all raise it then."""
        if not self.leads:
            if self._tell(None):
                raise RenderCancelled("asked to stop", subject=f"process {self.rank}")
            return
        try:
            check()
        except RenderCancelled:
            self._tell(True)
            raise
        self._tell(False)

    def _tell(self, what: Any) -> Any:
        """Return what the first process tells, in each."""
        import torch
        import torch.distributed as group

        held = [what]
        group.broadcast_object_list(held, src=0, group=self._words, device=torch.device("cpu"))
        return held[0]

    def check(self) -> None:
        """Raise EngineError where the group cannot work any more: what then helps is another replica."""
        ended = [number for number, one in enumerate(self.others, 1) if one.poll() is not None]
        if ended and not self._broken:
            self._broken = f"process {ended[0]} of {self.size} has ended with {self.others[ended[0] - 1].returncode}"
        if self._broken:
            raise EngineError(f"the group cannot work any more: {self._broken}", subject=_SUBJECT)

    def broken(self, why: str) -> None:
        """Note that a pass failed: the others may wait in it for ever."""
        self._broken = self._broken or why
        self.end()

    def end(self) -> None:
        """End the others. This process can then be in another group."""
        import torch.distributed as group

        for one in self.others:
            one.kill()
            one.wait()
        if group.is_initialized():
            group.destroy_process_group()


def start_group(size: int, settings: dict[str, Any], device: str) -> Group:
    """Start the `size` - 1 others, with the engine's `settings`, and meet them. Raises EngineUnavailable."""
    store = _store(0, size, leads=True)
    told = {"size": size, "port": store.port, "device": device, "settings": settings}
    others = [_started({**told, "rank": rank}) for rank in range(1, size)]
    _await(store, "here", size, others, JOIN_S)
    try:
        _meet(0, size, store, device)
        return Group(0, size, store, others)
    except (RuntimeError, ValueError) as error:
        for one in others:
            one.kill()
        said = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise EngineUnavailable(f"its {size} processes did not come together: {said}", subject=_SUBJECT) from error


def join_group(told: dict[str, Any]) -> Group:
    """Join, as one of the others, the group that `told` tells of."""
    rank, size = int(told["rank"]), int(told["size"])
    store = _store(int(told["port"]), size, leads=False)
    store.set(f"here {rank}", "")
    _meet(rank, size, store, told["device"])
    return Group(rank, size, store)


def _await(store: Any, what: str, size: int, others: Sequence[subprocess.Popen[bytes]], most_s: float) -> None:
    """Wait until each of the others has said `what`. Raises EngineUnavailable, and ends them, where one will not."""
    until = time.monotonic() + most_s
    for rank, other in enumerate(others, 1):
        while not store.check([f"{what} {rank}"]):
            late = time.monotonic() > until
            if late or other.poll() is not None:
                for one in others:
                    one.kill()
                why = (
                    f"is not {what} after {most_s:g} s"
                    if late
                    else f"has ended with {other.returncode}: its log says why"
                )
                raise EngineUnavailable(f"process {rank} of {size} {why}", subject=_SUBJECT)
            time.sleep(LOOK_S)


def device_of(rank: int, device: str) -> str:
    """Return where process `rank` of a group works."""
    return device if device == "cpu" else f"cuda:{rank}"


def _store(port: int, size: int, leads: bool) -> Any:
    """Return where the processes find each other: on this machine alone, as the GPUs of a replica are."""
    import torch.distributed as group

    exported: Any = group
    patience = timedelta(0, JOIN_S)
    return exported.TCPStore("127.0.0.1", port, size, is_master=leads, timeout=patience, wait_for_workers=False)


def _meet(rank: int, size: int, store: Any, device: str) -> None:
    import torch
    import torch.distributed as group

    if device == "cpu":
        # diffusers counts accelerators to place itself, and divides by how many there are.
        vars(torch.accelerator)["device_count"] = lambda: 1
    else:
        torch.cuda.set_device(rank)
    backend = "gloo" if device == "cpu" else "cpu:gloo,cuda:nccl"
    group.init_process_group(backend, store=store, rank=rank, world_size=size, timeout=timedelta(0, PASS_S))


def _started(told: dict[str, Any]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "bookfilm.picture.diffusion.following"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE)
    assert process.stdin is not None
    # It stays open for as long as this process lives: by its end the other knows that this one has.
    process.stdin.write(json.dumps(told).encode() + b"\n")
    process.stdin.flush()
    return process
