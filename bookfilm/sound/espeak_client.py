"""Speaks with espeak-ng through a child process (see espeak_child for the line protocol and for why)."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import signal
import subprocess
import sys
import threading
import weakref
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

import numpy as np

from bookfilm.engines.protocols import Sound
from bookfilm.errors import EngineError, EngineUnavailable

INSTALL_HINT = "espeak-ng is not installed; run: pip install 'bookfilm[voices]'"
CHILD = Path(__file__).with_name("espeak_child.py")
START_LIMIT_S = 60.0


@dataclass(frozen=True)
class EspeakRequest:
    """`rate` in words a minute (80-450); `pitch` and `range` 0-99, 50 is the voice's own."""

    voice: str
    rate: int
    pitch: int
    range: int
    text: str


def espeak_installed() -> bool:
    """Say whether espeakng_loader is there, without importing it."""
    return importlib.util.find_spec("espeakng_loader") is not None


class EspeakClient:
    """One child process, started when first needed and again whenever it has died. Safe to share by threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._closer: weakref.finalize[[subprocess.Popen[bytes]], EspeakClient] | None = None

    def speak(self, request: EspeakRequest, limit_s: float) -> Sound:
        """Speak `request`. Raises EngineError after `limit_s` or two dead children; EngineUnavailable."""
        with self._lock:
            for attempt in (1, 2):
                child = self._running()
                late = threading.Event()
                timer = threading.Timer(limit_s, _expire, [child, late])
                timer.start()
                try:
                    sound = _ask(child, request)
                finally:
                    timer.cancel()
                if sound is not None:
                    return sound
                self._stop()
                if late.is_set():
                    raise EngineError(f"espeak-ng took more than {limit_s:g} s", subject=_quoted(request.text))
                if attempt == 2:
                    break
        raise EngineError("espeak-ng died on this text, twice", subject=_quoted(request.text))

    def close(self) -> None:
        with self._lock:
            self._stop()

    def _running(self) -> subprocess.Popen[bytes]:
        # After a fork of the parent the pipes belong to the other process: never share them.
        if self._owner != os.getpid():
            self._child, self._closer = None, None
        if self._child is not None and self._child.poll() is None:
            return self._child
        self._stop()
        if not espeak_installed():
            raise EngineUnavailable(INSTALL_HINT, subject="voice engine packaged")
        self._child = _start()
        self._owner = os.getpid()
        self._closer = weakref.finalize(self, _end, self._child)
        return self._child

    def _stop(self) -> None:
        if self._closer is not None:
            self._closer()
        self._child, self._closer = None, None


def _start() -> subprocess.Popen[bytes]:
    child = subprocess.Popen(
        [sys.executable, "-P", str(CHILD)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        # A session of its own, so that the fork which speaks can be ended with it.
        start_new_session=True,
    )
    timer = threading.Timer(START_LIMIT_S, _kill, [child])
    timer.start()
    hello = _pipe(child.stdout).readline().decode(errors="replace").strip()
    timer.cancel()
    if hello != "READY":
        _end(child)
        reason = hello.removeprefix("UNAVAILABLE ") or "its process ended at once"
        raise EngineUnavailable(f"espeak-ng does not start: {reason}", subject="voice engine packaged")
    return child


def _ask(child: subprocess.Popen[bytes], request: EspeakRequest) -> Sound | None:
    """Return the answer, or None where the child died over it."""
    line = json.dumps(asdict(request), ensure_ascii=True) + "\n"
    try:
        stdin = _pipe(child.stdin)
        stdin.write(line.encode())
        stdin.flush()
        head = _pipe(child.stdout).readline().decode(errors="replace")
        if head.startswith("ERROR "):
            raise EngineError(head.removeprefix("ERROR ").strip(), subject=_quoted(request.text))
        if not head.startswith("OK ") or not head.endswith("\n"):
            return None
        _, sample_rate, size = head.split()
        pcm = _pipe(child.stdout).read(int(size))
    except (BrokenPipeError, ValueError):
        return None
    if len(pcm) < int(size):
        return None
    samples = np.frombuffer(pcm, np.int16).astype(np.float32) / np.float32(32768)
    return Sound(samples=samples, sample_rate=int(sample_rate))


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise BrokenPipeError
    return pipe


def _kill(child: subprocess.Popen[bytes]) -> None:
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
    else:
        child.kill()


def _expire(child: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    _kill(child)


def _end(child: subprocess.Popen[bytes]) -> None:
    _kill(child)
    child.wait()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            try:
                pipe.close()
            except OSError:
                continue


def _quoted(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "...")
