"""The studio among many: 200 listeners and ten reads a second while a film is rendered by niced workers beside it.

The same film is made twice, each time from its book, alone and then among the crowd; a short one before them both lets
caches fill. A long one, of which the shots are planned alone, is read through page by page all the while. The crowd is
one process without a library: its own work must not be mistaken for the service's.
"""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import psutil

from benchmarks.figures import Figure, Result
from benchmarks.tale import write_tale

LISTENERS, READS_A_S = 200, 10
WORDS = int(os.environ.get("BOOKFILM_CROWD_WORDS", "700"))
"""Of the tale that is filmed twice: some minutes of rendering on two cores."""
LONG_WORDS = int(os.environ.get("BOOKFILM_CROWD_LONG_WORDS", "20000"))
"""Of the tale whose shots are read through."""
LEAST_SHOTS, PAGE = 1000, 100
SIZE, RATE = "1280x720", "8"
MOST_P99_MS, MOST_SLOWER, MOST_GROWTH = 300.0, 1.15, 1.10
PATIENCE_S = 3 * 3600
ENDED = ("done", "slates", "failed", "stopped", "cancelled")


@dataclass
class Crowd:
    """What a crowd saw: how long each read took, from when it was due; how many heard the end; the service's memory."""

    reads_ms: list[float] = field(default_factory=list)
    refusals: Counter[str] = field(default_factory=Counter)
    """Reads that failed, by what was read and how it was answered."""
    heard: int = 0
    out_of_order: int = 0
    told: Counter[str] = field(default_factory=Counter)
    """How many heard the film to its end, by the digest of all that they heard."""
    history: str = ""
    """The digest of what there is to hear."""
    pages: list[str] = field(default_factory=list)
    """Where the shots of the long film are read, page by page, and what has changed of them."""
    held: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Service:
    """A running service."""

    host: str
    port: int
    token: str
    process: psutil.Process


def crowd() -> Result:
    """Make the films and tell what the crowd saw."""
    with tempfile.TemporaryDirectory(prefix="bookfilm-") as folder, _served(Path(folder)) as service:
        _made(service, write_tale(60), None)
        alone_s = _made(service, write_tale(WORDS), None)
        shots, pages = _long(service, write_tale(LONG_WORDS))
        saw = Crowd(pages=pages)
        among_s = _made(service, write_tale(WORDS), saw)
    for told, count in saw.refusals.items():
        print(f"{count} times: {told}", file=sys.stderr)
    reads = sorted(saw.reads_ms)
    quarter = max(1, len(saw.held) // 4)
    growth = max(saw.held[-quarter:]) / max(saw.held[quarter : 2 * quarter] or saw.held)
    return Result(
        "crowd",
        [
            Figure("listeners that heard the end", saw.heard, "", LISTENERS, "least"),
            Figure("events out of order", saw.out_of_order, "", 0),
            Figure("listeners that heard all, each once", saw.told[saw.history], "", LISTENERS, "least"),
            Figure("shots of the film that is read through", shots, "", LEAST_SHOTS, "least"),
            Figure("reads a second", len(reads) / among_s, "", 0.95 * READS_A_S, "least"),
            Figure("reads that failed", saw.refusals.total(), "", 0),
            Figure("a read, median", reads[len(reads) // 2], "ms"),
            Figure("a read, 99th percentile", reads[int(len(reads) * 0.99)], "ms", MOST_P99_MS),
            Figure("the film alone", alone_s, "s"),
            Figure("the film among the crowd", among_s, "s"),
            Figure("among the crowd over alone", among_s / alone_s, "ratio", MOST_SLOWER),
            Figure("the service's memory", max(saw.held) / 1e6, "MB"),
            Figure("its last quarter over its second", growth, "ratio", MOST_GROWTH),
        ],
    )


@contextmanager
def _served(folder: Path) -> Iterator[Service]:
    """Run `bookfilm serve` as a person does."""
    command = [sys.executable, "-m", "bookfilm", "serve", "--data", str(folder / "data"), "--port", "0"]
    with (folder / "service.log").open("w") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
    assert process.stdout is not None
    try:
        url, token = (process.stdout.readline().split()[-1] for _ in range(2))
        host, _, port = url.removeprefix("http://").partition(":")
        yield Service(host, int(port), token, psutil.Process(process.pid))
    finally:
        process.terminate()
        process.wait(timeout=60)
        process.stdout.close()


def _made(service: Service, tale: str, crowd: Crowd | None) -> float:
    """Have the film of `tale` made, `crowd` looking on; return how many seconds its job took."""
    film = _begun(service, tale.encode())
    return asyncio.run(_watched(service, film, crowd))


def _long(service: Service, tale: str) -> tuple[int, list[str]]:
    """Have the shots of `tale` planned; return how many there are, and where they are read."""
    film = _begun(service, tale.encode(), until="shots")
    until, state = time.monotonic() + PATIENCE_S, ""
    while state not in ENDED and time.monotonic() < until:
        time.sleep(0.5)
        state = json.loads(_asked(service, "GET", f"/v1/films/{film}", None, {})[0])["state"]
    if state != "done":
        raise RuntimeError(f"the long film was not planned: it is {state}")
    place = f"/v1/films/{film}/shots?limit={PAGE}"
    page, pages, count = "", [], 0
    while page is not None:
        path = f"{place}&after={page}" if page else place
        told = json.loads(_asked(service, "GET", path, None, {})[0])
        pages.append(path)
        count += len(told["items"])
        page, changed = told["next"], told["changed"]
    return count, [*pages, f"{place}&changed_after={changed}"]


def _begun(service: Service, book: bytes, **options: str) -> str:
    told = {"Upload-Length": str(len(book))}
    place = _asked(service, "POST", "/v1/uploads", b"", told)[1]["Location"]
    piece = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    _asked(service, "PATCH", place, book, piece)
    asked = {"upload": place.rpartition("/")[2], "right": {"basis": "public domain"}, "size": SIZE, "rate": RATE}
    asked |= options
    body = _asked(service, "POST", "/v1/films", json.dumps(asked).encode(), {"Content-Type": "application/json"})[0]
    return str(json.loads(body)["id"])


def _asked(service: Service, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[bytes, Any]:
    told = {"Authorization": f"Bearer {service.token}", **headers}
    request = Request(f"http://{service.host}:{service.port}{path}", body, told, method=method)
    with urlopen(request, timeout=600) as answer:
        return answer.read(), answer.headers


async def _watched(service: Service, film: str, crowd: Crowd | None) -> float:
    """Listen until the film is made; return how long that took from when its job began to run."""
    began = asyncio.get_running_loop().create_future()
    listening = asyncio.create_task(_listen(service, film, None, began))
    # It may have failed before anybody heard that it ran.
    await asyncio.wait((began, listening), timeout=PATIENCE_S, return_when=asyncio.FIRST_COMPLETED)
    if listening.done():
        await listening
    if not began.done():
        raise RuntimeError("the film was never begun")
    at = time.monotonic()
    if crowd is None:
        await asyncio.wait_for(listening, PATIENCE_S)
        return time.monotonic() - at
    others = [asyncio.create_task(_listen(service, film, crowd, None)) for _ in range(LISTENERS)]
    over = asyncio.Event()
    reading = asyncio.create_task(_read_on(service, film, crowd, over))
    await asyncio.wait_for(listening, PATIENCE_S)
    took = time.monotonic() - at
    over.set()
    await asyncio.wait([*others, reading], timeout=60)
    for task in others:
        task.cancel()
    history = _asked(service, "GET", f"/v1/films/{film}/events?follow=false", None, {})[0]
    crowd.history = _digest(history.decode().splitlines())
    return took


def _digest(lines: Iterable[str]) -> str:
    """Return the digest of the events in a stream's `lines`; what is no event is passed over."""
    events = (line for line in lines if line.partition(":")[0] in ("id", "event", "data"))
    return hashlib.sha256("\n".join(events).encode()).hexdigest()


async def _listen(service: Service, film: str, crowd: Crowd | None, began: asyncio.Future[None] | None) -> None:
    reader, writer = await _opened(service, f"/v1/films/{film}/events")
    last, ident, lines = 0, 0, list[str]()
    try:
        while line := await reader.readline():
            lines.append(line.decode().strip())
            name, _, value = lines[-1].partition(": ")
            if name == "id":
                last, ident = ident, int(value)
                if crowd is not None:
                    crowd.out_of_order += ident <= last
            state = json.loads(value).get("state") if name == "data" else None
            if state == "running" and began is not None and not began.done():
                began.set_result(None)
            if state in ENDED:
                if state not in ("done", "slates"):
                    raise RuntimeError(f"the film was not made: {value}")
                if crowd is not None:
                    crowd.heard += 1
                    # The event that was told is whole: its name stands after it, or before.
                    lines.append((await reader.readline()).decode().strip())
                    crowd.told[_digest(lines)] += 1
                return
    finally:
        writer.close()


async def _read_on(service: Service, film: str, crowd: Crowd, over: asyncio.Event) -> None:
    """Read at even times, whether or not earlier reads were answered: who waits must be seen to wait."""
    place = f"/v1/films/{film}"
    paths = [place, f"{place}/shots?limit=50", "/v1/films", f"{place}/files", "/v1/me", "/"]
    turns = itertools.cycle(crowd.pages)
    loop, tasks = asyncio.get_running_loop(), []
    begun, number = loop.time(), 0
    while not over.is_set():
        due = begun + number / READS_A_S
        await asyncio.sleep(max(0.0, due - loop.time()))
        # Every second one is of the long film.
        path = next(turns, paths[number // 2 % len(paths)]) if number % 2 else paths[number // 2 % len(paths)]
        tasks.append(asyncio.create_task(_read(service, path, due, crowd)))
        if number % READS_A_S == 0:
            crowd.held.append(service.process.memory_info().rss)
        number += 1
    await asyncio.wait(tasks, timeout=60)


async def _read(service: Service, path: str, due: float, crowd: Crowd) -> None:
    loop = asyncio.get_running_loop()
    try:
        reader, writer = await _opened(service, path)
        status = await reader.readline()
        await reader.read()
        writer.close()
    except OSError:
        status = b""
    crowd.reads_ms.append((loop.time() - due) * 1000)
    # What is not made yet is told so.
    if status.split()[1:2] not in ([b"200"], [b"404"]):
        crowd.refusals[f"{path} {status.decode().strip() or 'no answer'}"] += 1


async def _opened(service: Service, path: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection(service.host, service.port)
    head = f"GET {path} HTTP/1.1\r\nHost: {service.host}\r\nAuthorization: Bearer {service.token}\r\n"
    writer.write(f"{head}Connection: close\r\n\r\n".encode())
    await writer.drain()
    return reader, writer
