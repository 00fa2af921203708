"""Ray Data: rows of work through a Serve handle, with retries.

A row is a key and a piece of work as JSON; what comes back is a Reply. The work list lies in a file,
because Ray Data resumes and splits files; rows never carry pictures or sound.
"""

from __future__ import annotations

import asyncio
import json
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ray
import ray.data
from ray import serve
from ray.exceptions import RayError
from ray.serve.exceptions import BackPressureError, RayServeException
from ray.util.annotations import RayDeprecationWarning
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, wait_random_exponential

from bookfilm.errors import ClusterError
from bookfilm.metrics import RETRIES
from bookfilm.pipeline.crew import Done
from bookfilm.store.files import write_file
from deployments.replies import Reply

ATTEMPTS = 4
"""How often one row is tried before it is given up: a node that dies takes at most two tries with it."""
ROWS_A_BLOCK = 16
"""What a block of a long list holds; a short list has smaller ones, so that its tail spreads."""


@dataclass(frozen=True)
class Work:
    """A list of rows for one method of one deployment.

    `call` turns a row's JSON into the method's first argument; `folder` is its second.
    `in_flight` rows are out at once: twice what the replicas hold, or a pool never scales up.
    """

    app: str
    deployment: str
    method: str
    call: Callable[[str], Any]
    folder: str
    in_flight: int


class _Again(Exception):
    """A reply that says: try again."""


class Shard:
    """A Ray Data actor that sends its rows to the replicas and waits: it uses no CPU of its own."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._handle = serve.get_deployment_handle(work.deployment, work.app)
        self._room = asyncio.Semaphore(work.in_flight)

    async def __call__(self, batch: dict[str, Any]) -> AsyncIterator[dict[str, list[str]]]:
        running = [
            asyncio.ensure_future(self._send(str(key), str(body)))
            for key, body in zip(batch["key"], batch["body"], strict=True)
        ]
        for finished in asyncio.as_completed(running):
            yield {"done": [(await finished).model_dump_json()]}

    async def _send(self, key: str, body: str) -> Done:
        errors: list[str] = []
        method = getattr(self._handle, self._work.method)
        argument = self._work.call(body)
        reply: Reply | None = None
        try:
            async with self._room:
                async for attempt in _retrying(errors):
                    with attempt:
                        reply = await method.remote(argument, self._work.folder)
                        if reply.verdict == "again":
                            raise _Again(reply.error)
        except (_Again, RayError, RayServeException):
            reply = None if reply is None or reply.verdict == "done" else reply
        if reply is not None and reply.verdict in ("never", "stop"):
            errors.append(reply.error)
        made = reply is not None and reply.verdict == "done"
        return Done(
            key=key,
            worker=reply.worker if reply else "lost",
            ms=reply.ms if reply else 0,
            errors=tuple(errors),
            made=made,
            stop=reply is not None and reply.verdict == "stop",
        )


def _retrying(errors: list[str]) -> AsyncRetrying:
    """Return one row's retries; each fault is noted in `errors`, but for a full queue, which is only waited for."""

    def note(state: RetryCallState) -> None:
        fault = state.outcome.exception() if state.outcome else None
        if fault is None or isinstance(fault, BackPressureError):
            return
        first = (str(fault).strip().splitlines() or [""])[0]
        errors.append(first if isinstance(fault, _Again) else f"{type(fault).__name__}: {first}")
        RETRIES.labels(error=type(fault).__name__).inc()

    return AsyncRetrying(
        retry=retry_if_exception_type((_Again, RayError, RayServeException)),
        stop=lambda _state: len(errors) >= ATTEMPTS,
        wait=wait_random_exponential(multiplier=0.2, max=10),
        after=note,
        reraise=True,
    )


def shard_rows(rows: list[tuple[str, str]], work: Work, work_file: Path) -> Iterator[Done]:
    """Send `rows` (key, JSON) through `work`; yield what came of each as it finishes, in any order.

    Raises ClusterError if Ray Data itself gives up.
    """
    write_file(work_file, "".join(json.dumps({"key": key, "body": body}) + "\n" for key, body in rows))
    blocks = max(1, min(len(rows), -(-len(rows) // _rows_a_block(len(rows), work.in_flight))))
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    # A GPU's shot may take longer than Ray Data's patience; a stuck replica is Serve's to notice.
    context.execution_options.preserve_order = False
    context.execution_no_progress_timeout_s = -1
    dataset = _sharded(work, work_file, blocks)
    try:
        for row in dataset.iter_rows():
            yield Done.model_validate_json(row["done"])
    except RayError as error:
        raise ClusterError(f"Ray Data gave up: {str(error).strip().splitlines()[-1]}") from error
    finally:
        work_file.unlink(missing_ok=True)


def _sharded(work: Work, work_file: Path, blocks: int) -> ray.data.Dataset:
    with warnings.catch_warnings():
        # Ray Data still passes on, inside, the form that it deprecates.
        warnings.simplefilter("ignore", RayDeprecationWarning)
        rows = ray.data.read_json(str(work_file), lines=True, override_num_blocks=blocks, num_cpus=0.05)
        return rows.map_batches(
            Shard,
            fn_constructor_args=(work,),
            batch_size=None,
            compute=ray.data.ActorPoolStrategy(size=1, max_tasks_in_flight_per_actor=work.in_flight),
            num_cpus=0.05,
            max_concurrency=work.in_flight,
        )


def _rows_a_block(rows: int, in_flight: int) -> int:
    return max(1, min(ROWS_A_BLOCK, rows // (4 * in_flight)))
