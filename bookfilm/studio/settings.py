"""What the service is told when it starts: where it keeps things, to whom it answers, how much each team may have."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field, ValidationError

from bookfilm.book.limits import LARGEST_FILE_BYTES
from bookfilm.errors import SettingsError
from bookfilm.records.base import first_fault
from bookfilm.settings import Table, load_preset

GIB = 1024**3
PRESET_NAME = r"[a-z0-9_-]{1,40}"
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


def _network(told: str) -> str:
    ip_network(told, strict=False)
    return told


class Allowance(Table):
    """What one team may have, where nobody has said otherwise."""

    films: Annotated[int, Field(ge=0)] = 200
    stored_bytes: Annotated[int, Field(ge=0)] = 100 * GIB
    """Of all its uploads, film folders and clips."""
    jobs: Annotated[int, Field(ge=1)] = 4
    """How many films may wait or be made at once."""
    videos: Annotated[int, Field(ge=0)] = 500
    film_hours: Annotated[int, Field(ge=1)] = 100
    """How long a film may be: who waits for it waits as long as it takes."""
    picture_pixels: Annotated[int, Field(ge=128 * 128)] = 3840 * 2160
    """How large its picture may be, width times height."""


class StudioSettings(Table):
    """The service's settings. `data` is the folder that holds all of it."""

    data: Path
    ledger: str | None = None
    """The ledger that films share, by URL; None: a SQLite file in `data`."""
    hosts: tuple[str, ...] = LOOPBACK
    """Names that it answers to: a page elsewhere that points its own name here gets nothing (DNS rebinding)."""
    proxies: tuple[Annotated[str, AfterValidator(_network)], ...] = ()
    """Addresses, or networks such as 10.0.0.0/8, of proxies that are believed when they say from where a request comes
    (X-Forwarded-For)."""
    presets: tuple[str, ...] = ("preview",)
    """The presets that may be asked for: names, or paths that end in .toml. The first stands where none is named."""
    allowance: Allowance = Allowance()
    upload_bytes: Annotated[int, Field(ge=1)] = LARGEST_FILE_BYTES
    """The largest book."""
    upload_hours: Annotated[int, Field(ge=1)] = 24
    """How long an upload that nobody goes on with is kept."""
    body_bytes: Annotated[int, Field(ge=1024)] = 1024 * 1024
    """The largest request that is not an upload."""
    spare_bytes: Annotated[int, Field(ge=0)] = 2 * GIB
    """How much of the disk uploads leave free, for the films: one is begun as long as half of it is there."""
    reads_a_minute: Annotated[int, Field(ge=1)] = 3000
    writes_a_minute: Annotated[int, Field(ge=1)] = 300
    """Of one token."""
    failures_a_minute: Annotated[int, Field(ge=1)] = 30
    """Of one address (in IPv6 of one /64): requests without a valid token. Those beyond are not written down."""
    streams: Annotated[int, Field(ge=1)] = 400
    """How many clients may listen to events at once. While all places are taken, teams have as many each as they want,
    up to an even share."""
    usd_per_gpu_hour: Annotated[float, Field(ge=0)] = 0.0
    """What a GPU costs, so that an estimate can say what a film will."""
    drivers: Annotated[int, Field(ge=0)] = 1
    """How many films are made beside each other; 0: another process makes them."""
    clips: bool | None = None
    """Whether clips are drawn by this process; None: where it starts drivers too."""
    niceness: Annotated[int, Field(ge=0, le=19)] = 10
    address: str | None = None
    """The Ray cluster that films are made on; None: each driver starts its own."""

    @property
    def offered(self) -> dict[str, str]:
        """What each preset that may be asked for is loaded by, by the name that clients know it by."""
        return {preset_name(one): one for one in self.presets}

    @property
    def ledger_url(self) -> str:
        """The ledger's URL."""
        return self.ledger or f"sqlite:///{self.data.absolute()}/ledger.sqlite"


def read_settings(path: Path | None, chosen: Mapping[str, Any]) -> StudioSettings:
    """Return what the TOML file at `path` says, if there is one, with what is `chosen` (and not None) laid over it.

    Raises SettingsError, which names the file and the fault.
    """
    given = {name: value for name, value in chosen.items() if value is not None}
    try:
        read = tomllib.loads(path.read_text(encoding="utf8")) if path is not None else {}
        return StudioSettings.model_validate({**read, **given})
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"cannot be read: {error}", subject=path) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"not TOML: {error}", subject=path) from None
    except ValidationError as error:
        raise SettingsError(first_fault(error), subject=path or "serve") from None


def preset_name(preset: str) -> str:
    """Return what clients call `preset`, which is a name, or a path that ends in .toml: that is nobody's business."""
    return Path(preset).stem if preset.endswith(".toml") else preset


def checked_presets(presets: Sequence[str]) -> tuple[str, ...]:
    """Return `presets` as any process can load them, whatever folder it runs in.

    Raises SettingsError where there is none, for one that cannot be loaded, and for a name that clients cannot say, or
    that two of them have.
    """
    if not presets:
        raise SettingsError("at least one preset must be allowed", subject="presets")
    names = [preset_name(preset) for preset in presets]
    for preset, name in zip(presets, names, strict=True):
        if not re.fullmatch(PRESET_NAME, name):
            raise SettingsError("a preset's file is named with a-z, 0-9, - and _", subject=preset)
        if names.count(name) > 1:
            raise SettingsError(f"two presets are called {name}", subject="presets")
        load_preset(preset)
    return tuple(str(Path(one).absolute()) if one.endswith(".toml") else one for one in presets)
