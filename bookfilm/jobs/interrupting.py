"""A driver's main thread is interrupted from another: whatever it waits for, and wherever that lies."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SIGNAL = signal.SIGUSR1
"""Nobody else sends it. SIGINT may be ignored, as in a shell's background job."""


class _Door:
    """Whether the main thread may be interrupted just now."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open = False

    def interrupt(self) -> bool:
        """Interrupt the main thread, once; say whether that was done."""
        with self._lock:
            if not self._open:
                return False
            self._open = False
            # A real signal to that very thread: one that Python only notes would not wake it where it waits.
            signal.pthread_kill(threading.main_thread().ident or 0, SIGNAL)
            return True

    def open(self) -> None:
        with self._lock:
            self._open = True

    def shut(self) -> None:
        with self._lock:
            self._open = False


@contextmanager
def interruptible() -> Iterator[Callable[[], bool]]:
    """Give what raises KeyboardInterrupt in the main thread, once, as long as the block lasts there.

    It says whether it did: not in a block that runs in another thread, nor after it.
    """
    door = _Door()
    if threading.current_thread() is not threading.main_thread():
        yield door.interrupt
        return
    # It stays: a signal that comes a moment after the block would end the process if nobody handled it.
    signal.signal(SIGNAL, _raise)
    door.open()
    try:
        yield door.interrupt
    finally:
        door.shut()


def _raise(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt
