"""Ray Data: a list of rows in shards, each sent to the replicas by one task.

A shard is a file of JSON lines and one Ray Data task. Ray Data reads the list of shards, a row a shard, and each task
its own: a row a shot would be a block a shot before any is sent, and 5,000 of them took Ray half a minute of a core. A
task keeps a window of rows under way and gives back each answer as it comes. A farm has as many tasks as it takes to
keep all its replicas fed, all of them at work from the first row to the last: where one shard ends and the task's next
begins, its window runs empty, and GPUs stand still.
"""

from __future__ import annotations

import json
import logging
import shutil
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import ray
import ray.data
from pydantic import TypeAdapter
from ray.exceptions import RayError
from ray.util.annotations import RayDeprecationWarning

from bookfilm import logs, tracing
from bookfilm.errors import ClusterError
from bookfilm.pipeline.crew import Done
from bookfilm.store.files import partial_file
from cluster.gating import AppTurnstile
from cluster.sending import Row, Work, sent_rows
from deployments.replies import worker_name

log = logging.getLogger(__name__)

Numbered = tuple[int, Row]
"""A row, and its number among all."""
_COME = TypeAdapter(list[tuple[int, Done]])
WINDOW = 256
"""So many rows one task keeps under way: it waits for replies on one thread, some milliseconds a row."""
ROUNDS = 3
"""So often rows are sent of which nothing was heard."""


def shard_rows(
    rows: Iterable[Row],
    count: int,
    work: Work,
    shards: Path,
    job: str,
    goes_on: Callable[[], bool] = lambda: True,
) -> Iterator[Done]:
    """Send `rows`, `count` of them, through `work`; yield what came of each as it finishes, once, in any order.

    Rows are written as they are drawn, and need not lie in memory. `shards` is a folder for the lists, which are gone
    in the end; `job` is the name under which the app was told of the gate. Rows of which nothing was heard are sent
    again as long as the job `goes_on`. Raises ClusterError if Ray Data gives up.
    """
    shutil.rmtree(shards, ignore_errors=True)
    shards.mkdir(parents=True)
    heard = _Heard(count)
    left: Iterator[Numbered] = enumerate(rows)
    try:
        for turn in range(ROUNDS):
            yield from _sent(left, heard.left, work, shards / str(turn), job, heard)
            if not heard.left or not goes_on():
                return
            log.warning("of %d rows nothing was heard: they are sent again", heard.left)
            left = _unheard(shards / str(turn), heard)
        raise ClusterError(f"of {heard.left} rows nothing was heard, {ROUNDS} times")
    except RayError as error:
        raise ClusterError(f"Ray Data gave up: {str(error).strip().splitlines()[-1]}") from error
    finally:
        shutil.rmtree(shards, ignore_errors=True)


class _Heard:
    """Of which of `count` rows it is heard what came of them: a bit a row.

    A task whose worker dies is begun anew by Ray, which passes on what it gives back from as many blocks on as it had
    given before (Ray 2.60): with answers in another order some rows are told twice, and some never.
    """

    def __init__(self, count: int) -> None:
        self._bits = bytearray(-(-count // 8))
        self.left = count

    def note(self, number: int) -> bool:
        """Note that it is heard of the row `number`; say whether that is new."""
        if number in self:
            return False
        self._bits[number // 8] |= 1 << number % 8
        self.left -= 1
        return True

    def __contains__(self, number: int) -> bool:
        return bool(self._bits[number // 8] >> number % 8 & 1)


def _sent(rows: Iterator[Numbered], count: int, work: Work, shards: Path, job: str, heard: _Heard) -> Iterator[Done]:
    """Write shards of `rows`, `count` of them, and have each sent by a task."""
    shards.mkdir()
    tasks, files = feeders_for(work.in_flight), list[Path]()
    for number, length in enumerate(shard_lengths(count, tasks)):
        files.append(shards / f"{number:05}.jsonl")
        with partial_file(files[-1]) as temporary, temporary.open("w", encoding="utf8") as lines:
            lines.writelines(
                json.dumps({"row": row, "key": key, "body": body}) + "\n" for row, (key, body) in islice(rows, length)
            )
    share = replace(
        work,
        in_flight=min(WINDOW, work.in_flight),
        at_work=-(-work.at_work // tasks),
        # More on a cluster that grows while the job runs: shots that need so many GPUs take longer than an answer does.
        most=-(-work.most // tasks),
    )
    dataset = _sharded(share, files, tasks, job)
    # Without prefetching, which would keep every answer back until the next one is there: a paused job has none.
    for batch in dataset.iter_batches(batch_size=None, batch_format="numpy", prefetch_batches=0):
        for come in batch["done"]:
            yield from (done for row, done in _COME.validate_json(str(come)) if heard.note(row))


def _unheard(shards: Path, heard: _Heard) -> Iterator[Numbered]:
    for shard in sorted(shards.iterdir()):
        yield from ((number, row) for number, row in _rows_of(shard) if number not in heard)


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


def feeders_for(in_flight: int, window: int | None = None) -> int:
    """Return by how many tasks so many rows are kept under way, `window` by one (WINDOW).

    Of several there are twice as many as are needed, and the app's ingress holds them to what all may have: so those
    that come to their end last can take over the places of those that are through.
    """
    needed = -(-in_flight // (window or WINDOW))
    return needed if needed == 1 else 2 * needed


def shard_lengths(count: int, tasks: int) -> list[int]:
    """Return how long shards of `count` rows are: as many as there are tasks, as long as there are rows; none longer
    than another by more than one."""
    length, longer = divmod(count, tasks)
    return [length + (number < longer) for number in range(min(tasks, count))]


def _send(batch: dict[str, Any], work: Work, job: str) -> Iterator[dict[str, list[str]]]:
    logs.begin_logs(feeder=worker_name())
    for shard in map(Path, map(str, batch["shard"])):
        turnstile, under_way = AppTurnstile(work.app, job), dict[str, int]()
        for come in sent_rows(_noted(_rows_of(shard), under_way), _length(shard), work, turnstile):
            told = [(under_way.pop(done.key), done) for done in come]
            # In one row: Ray Data would make a block of each.
            yield {"done": [_COME.dump_json(told).decode()]}
        turnstile.leave()
    if work.trace:
        tracing.send_all()


def _length(shard: Path) -> int:
    with shard.open("rb") as lines:
        return sum(1 for _ in lines)


def _noted(rows: Iterator[Numbered], under_way: dict[str, int]) -> Iterator[Row]:
    for number, row in rows:
        under_way[row[0]] = number
        yield row


def _rows_of(shard: Path) -> Iterator[Numbered]:
    """Yield the rows of a shard as they are wanted, so that a long one need not lie in memory."""
    with shard.open(encoding="utf8") as lines:
        for line in lines:
            row = json.loads(line)
            yield row["row"], (row["key"], row["body"])


def _sharded(work: Work, files: Sequence[Path], tasks: int, job: str) -> ray.data.Dataset:
    context = _quiet_context()
    context.execution_options.preserve_order = False
    # A GPU's shot may take longer than Ray Data's patience; a stuck replica is Serve's to notice.
    context.execution_no_progress_timeout_s = -1
    # Tasks hold keys and wait: to measure their memory every second costs more than they do.
    context.memory_usage_poll_interval_s = None
    # Each telling is a block: answers are told as they come, not when their shard is through.
    context.target_max_block_size = 1
    with warnings.catch_warnings():
        # Ray Data still passes on, inside, the form that it deprecates.
        warnings.simplefilter("ignore", RayDeprecationWarning)
        # The list itself, not a file of it: Ray Data reads paths as URLs, and a "?" in a title ends them.
        shards = ray.data.from_items([{"shard": str(file)} for file in files], override_num_blocks=len(files))
        return shards.map_batches(
            partial(_send, work=work, job=job),
            batch_size=1,
            num_cpus=0.05,
            compute=ray.data.TaskPoolStrategy(size=tasks),
        )


def _quiet_context() -> ray.data.DataContext:
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    return context
