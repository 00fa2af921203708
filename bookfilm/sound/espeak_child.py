"""espeak-ng in a process of its own: run by espeak_client, never imported by this program.

espeak-ng is GPL-3, so it is a separate program here that is spoken to over pipes. It uses the standard
library alone. One request is one line of JSON on stdin::

    {"voice": "ru+f2", "rate": 150, "pitch": 50, "range": 50, "text": "..."}

and is answered on stdout by ``OK <sample rate> <bytes>`` and so many bytes of 16-bit mono PCM in the
machine's order, or by ``ERROR <message>``. The library keeps state from one utterance to the next, which
would make the sound depend on what was spoken before: so each request is spoken by a fork of the fresh
process, and where there is no fork the process speaks once and ends (the client starts another).
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

SYNCHRONOUS_OUTPUT = 2
DO_NOT_EXIT = 0x8000
UTF8_TEXT = 1
SEED = 1
LONGEST_S = 600
AT_CHARACTER = 1
RATE, PITCH, RANGE = 1, 3, 4

Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class Espeak:
    """The loaded library. `spoken` collects the PCM of the utterance under way."""

    def __init__(self) -> None:
        import espeakng_loader

        self.spoken = bytearray()
        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        # The library keeps its data path in a buffer of 160 bytes: a relative path always fits.
        os.chdir(Path(espeakng_loader.get_data_path()).parent)
        self.sample_rate: int = self._library.espeak_Initialize(SYNCHRONOUS_OUTPUT, 0, b".", DO_NOT_EXIT)
        if self.sample_rate <= 0:
            raise OSError("espeak-ng finds no data")
        self._callback = Callback(self._collect)
        self._library.espeak_SetSynthCallback(self._callback)
        # Breathy voices draw their noise from a generator that the library seeds by the clock.
        self._library.espeak_ng_SetRandSeed(ctypes.c_long(SEED))

    def _collect(self, samples: ctypes._Pointer[ctypes.c_short], count: int, _events: int | None) -> int:
        if samples and count > 0:
            self.spoken += ctypes.string_at(samples, count * 2)
        return 0

    def speak(self, request: dict[str, str | int]) -> bytes:
        voice = str(request["voice"])
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise ValueError(f"no espeak-ng voice {voice}")
        for parameter, field in ((RATE, "rate"), (PITCH, "pitch"), (RANGE, "range")):
            self._library.espeak_SetParameter(parameter, int(request[field]), 0)
        text = str(request["text"]).encode("utf-8", "ignore").replace(b"\0", b" ") + b"\0"
        size = ctypes.c_size_t(len(text))
        if self._library.espeak_Synth(text, size, 0, AT_CHARACTER, 0, UTF8_TEXT, None, None) != 0:
            raise ValueError("espeak-ng refused the text")
        self._library.espeak_Synchronize()
        return bytes(self.spoken)


def answer(espeak: Espeak, line: bytes) -> bytes:
    """Return what is written for one line of JSON: OK with the PCM, or ERROR and why, on one line."""
    try:
        pcm = espeak.speak(json.loads(line))
    except (ValueError, KeyError, TypeError) as error:
        return b"ERROR " + " ".join(str(error).split()).encode() + b"\n"
    return f"OK {espeak.sample_rate} {len(pcm)}\n".encode() + pcm


def requests() -> Iterator[bytes]:
    """Yield the lines of stdin as they come, until it closes or the program is interrupted."""
    with contextlib.suppress(KeyboardInterrupt):
        yield from iter(sys.stdin.buffer.readline, b"")


def serve(espeak: Espeak, out_fd: int) -> None:
    """Answer every request by a fork of this process; return after one that failed, or after the first without fork."""
    for line in requests():
        if not hasattr(os, "fork"):
            write_all(out_fd, answer(espeak, line))
            return
        speaker = os.fork()
        if speaker == 0:
            # Should the program above be gone, nobody else would end a speaker that hangs.
            signal.alarm(LONGEST_S)
            write_all(out_fd, answer(espeak, line))
            os._exit(0)
        _, status = os.waitpid(speaker, 0)
        if status != 0:
            # The answer may be half written: the client sees the pipe close and starts anew.
            return


def write_all(fd: int, data: bytes) -> None:
    """Write all of `data` to the descriptor, in as many writes as it takes."""
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


def main() -> None:
    """Load the library, say READY or UNAVAILABLE and why, then serve."""
    # What the library prints must not get between the answers.
    out_fd = os.dup(1)
    os.dup2(2, 1)
    try:
        espeak = Espeak()
    except (ImportError, OSError, AttributeError) as error:
        write_all(out_fd, b"UNAVAILABLE " + " ".join(str(error).split()).encode() + b"\n")
        return
    write_all(out_fd, b"READY\n")
    serve(espeak, out_fd)


if __name__ == "__main__":
    main()
