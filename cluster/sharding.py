"""Ray Data: a list of rows in shards, each sent to the replicas by one task.

A shard is a file of JSON lines and one Ray Data task, reading and sending fused. A task keeps a window of
rows under way and gives back each answer as it comes. A laptop has one shard; a farm as many as it takes
to keep all its replicas fed, and shorter ones, so that the tail spreads.
"""

from __future__ import annotations

import json
import shutil
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import ray
import ray.data
from ray.exceptions import RayError
from ray.util.annotations import RayDeprecationWarning

from bookfilm.errors import ClusterError
from bookfilm.pipeline.crew import Done
from bookfilm.store.files import write_file
from cluster.gating import AppTurnstile
from cluster.sending import Row, Work, sent_rows

WINDOW = 64
"""The most rows that one task keeps under way: it waits for replies on one thread."""
LONGEST_SHARD = 512
"""Of several shards none is longer: what a lost node had under way is sent again by one task."""


def shard_rows(rows: Sequence[Row], work: Work, shards: Path, job: str) -> Iterator[Done]:
    """Send `rows` through `work`; yield what came of each as it finishes, in any order.

    `shards` is a folder for the lists, which are gone in the end; `job` is the name under which the app was told of the
    gate. Raises ClusterError if Ray Data itself gives up.
    """
    tasks = -(-work.in_flight // WINDOW)
    shutil.rmtree(shards, ignore_errors=True)
    shards.mkdir(parents=True)
    cut = cut_shards(rows, tasks)
    for number, shard in enumerate(cut):
        lines = "".join(json.dumps({"key": key, "body": body}) + "\n" for key, body in shard)
        write_file(shards / f"{number:05}.jsonl", lines)
    dataset = _sharded(
        replace(work, in_flight=-(-work.in_flight // tasks)), shards, tasks, max(map(len, cut), default=1), job
    )
    try:
        for row in dataset.iter_rows():
            yield Done.model_validate_json(row["done"])
    except RayError as error:
        raise ClusterError(f"Ray Data gave up: {str(error).strip().splitlines()[-1]}") from error
    finally:
        shutil.rmtree(shards, ignore_errors=True)


def begin_data() -> threading.Thread:
    """Have Ray Data start what it needs once a cluster, beside other things that start; return who waits for it."""

    def begin() -> None:
        # What goes wrong here goes wrong again, and is told, when there is work.
        with suppress(Exception):
            _quiet_context()
            ray.data.range(1, override_num_blocks=1).materialize()

    starter = threading.Thread(target=begin, name="begin-data", daemon=True)
    starter.start()
    return starter


def cut_shards(rows: Sequence[Row], tasks: int) -> list[Sequence[Row]]:
    """Cut `rows` into shards: one for one task; for several, at least two a task as long as there are rows."""
    length = len(rows) if tasks == 1 else min(LONGEST_SHARD, -(-len(rows) // (2 * tasks)))
    return [rows[start : start + length] for start in range(0, len(rows), max(1, length))]


def _send(batch: dict[str, Any], work: Work, job: str) -> Iterator[dict[str, list[str]]]:
    rows = zip(map(str, batch["key"]), map(str, batch["body"]), strict=True)
    turnstile = AppTurnstile(work.app, job)
    for done in sent_rows(rows, work, turnstile):
        yield {"done": [done.model_dump_json()]}
    turnstile.leave()


def _sharded(work: Work, shards: Path, tasks: int, longest: int, job: str) -> ray.data.Dataset:
    context = _quiet_context()
    context.execution_options.preserve_order = False
    # A GPU's shot may take longer than Ray Data's patience; a stuck replica is Serve's to notice.
    context.execution_no_progress_timeout_s = -1
    # Tasks hold keys and wait: to measure their memory every second costs more than they do.
    context.memory_usage_poll_interval_s = None
    # One answer, one block: it is told as it comes, not when its shard is through.
    context.target_max_block_size = 1
    files = sorted(str(path) for path in shards.iterdir())
    with warnings.catch_warnings():
        # Ray Data still passes on, inside, the form that it deprecates.
        warnings.simplefilter("ignore", RayDeprecationWarning)
        rows = ray.data.read_json(files, lines=True, override_num_blocks=len(files), num_cpus=0.05)
        return rows.map_batches(
            partial(_send, work=work, job=job),
            # A shard is one batch, however many blocks it was read as.
            batch_size=longest,
            num_cpus=0.05,
            compute=ray.data.TaskPoolStrategy(size=tasks),
        )


def _quiet_context() -> ray.data.DataContext:
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    return context
