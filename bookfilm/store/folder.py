"""The film folder: which file lies where, and who holds it."""

from __future__ import annotations

import fcntl
import os
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bookfilm.errors import FolderBusy, FolderError, StoreFull
from bookfilm.records.book import Language
from bookfilm.records.takes import Keyframe, Recording, Take
from bookfilm.store.bucket.address import TAKES_URL, read_address
from bookfilm.store.bucket.objects import OPENING_S, Objects
from bookfilm.store.bucket.takes import BucketStore
from bookfilm.store.errands import ErrandStore, errands_beside
from bookfilm.store.files import store_error, sweep_partials
from bookfilm.store.media import MediaStore

_HOLDER = re.compile(r"process (?P<pid>\d+) on (?P<host>.+)")
_BIRTH_S = 5.0


@dataclass(frozen=True)
class FilmFolder:
    """A flat folder that holds one film and everything it was made of.

    `docs/film-folder.md` says of each file who writes it, who may edit it and what an edit does. Of a dub, which
    shares the book, the direction, the takes and the recordings, the files bear its language: film-ru.mp4.
    """

    path: Path
    dub: Language | None = None

    def dubbed(self, language: Language) -> FilmFolder:
        """Return the same folder, seen from its dub in `language`."""
        return FilmFolder(self.path, language)

    def translation(self, language: Language) -> Path:
        """Return where the film's words stand in `language`."""
        return self.path / f"translation.{language}.json"

    def _of_version(self, name: str) -> Path:
        stem, dot, ending = name.partition(".")
        return self.path / (f"{stem}-{self.dub}{dot}{ending}" if self.dub else name)

    @property
    def book_text(self) -> Path:
        return self.path / "book.txt"

    @property
    def book(self) -> Path:
        return self.path / "book.json"

    @property
    def direction(self) -> Path:
        return self.path / "direction.toml"

    @property
    def screenplay(self) -> Path:
        return self._of_version("screenplay.json")

    @property
    def fountain(self) -> Path:
        return self.path / "screenplay.fountain"

    @property
    def fdx(self) -> Path:
        return self.path / "screenplay.fdx"

    @property
    def coverage(self) -> Path:
        return self.path / "coverage.json"

    @property
    def shots(self) -> Path:
        return self._of_version("shots.jsonl")

    @property
    def timeline(self) -> Path:
        return self._of_version("timeline.json")

    @property
    def storyboard(self) -> Path:
        """A dub's, too: it shows the same shots."""
        return self.path / "storyboard.json"

    @property
    def cut(self) -> Path:
        return self._of_version("cut.json")

    @property
    def estimate(self) -> Path:
        """What the film was estimated to take, where that was asked for."""
        return self.path / "estimate.json"

    @property
    def ledger(self) -> Path:
        return self.path / "ledger.sqlite"

    @property
    def soundtrack(self) -> Path:
        return self._of_version("soundtrack.m4a")

    @property
    def sounds_for(self) -> Path:
        """For which timeline the soundtrack that lies there was mixed, by its digest. Gone while another is mixed."""
        return self.work / f"{self.soundtrack.name}.of"

    @property
    def stems(self) -> Path:
        """The soundtrack's parts, where they were asked for."""
        return self._of_version("stems")

    @property
    def film(self) -> Path:
        return self._of_version("film.mp4")

    @property
    def subtitles_srt(self) -> Path:
        return self._of_version("film.srt")

    @property
    def subtitles_vtt(self) -> Path:
        return self._of_version("film.vtt")

    def subtitles_in(self, language: Language) -> Path:
        """Return where subtitles lie in another language than the film speaks: as .srt; .vtt beside it."""
        return self.subtitles_srt.with_suffix(f".{language}.srt")

    @property
    def report(self) -> Path:
        return self._of_version("report.html")

    @property
    def work(self) -> Path:
        """What only a running job needs: the lists that Ray Data reads. Safe to delete between runs."""
        return self.path / ".work"

    def errands(self) -> ErrandStore:
        """Return what was asked of a server, where one renders the shots."""
        return errands_beside(self.takes().folder)

    def takes(self) -> MediaStore[Take]:
        """Return where the takes lie: in the bucket of BOOKFILM_TAKES with this folder as its cache, else here."""
        objects = self.takes_in_bucket()
        path = self.path / "takes"
        return MediaStore(path, ".mp4", Take) if objects is None else BucketStore(path, ".mp4", Take, objects)

    def takes_in_bucket(self) -> Objects | None:
        """Return the place of this film's takes in a bucket; None where the environment names none."""
        url = os.environ.get(TAKES_URL)
        return Objects(read_address(url, os.environ).below(self.path.name, "takes")) if url else None

    def check_bucket(self) -> None:
        """Raise SettingsError where BOOKFILM_TAKES names what cannot be used, BucketError where it is away."""
        if (objects := self.takes_in_bucket()) is not None:
            replace(objects, patience_s=OPENING_S).check()

    def keyframes(self) -> MediaStore[Keyframe]:
        return MediaStore(self.path / "keyframes", ".png", Keyframe)

    def transitions(self) -> MediaStore[Take]:
        return MediaStore(self.path / "transitions", ".mp4", Take)

    def speech(self) -> MediaStore[Recording]:
        return MediaStore(self.path / "speech", ".wav", Recording)


def existing_folder(path: Path) -> FilmFolder:
    """Return the film folder at `path`. Raises FolderError if there is none."""
    folder = FilmFolder(path.absolute())
    if not path.is_dir():
        raise FolderError("there is no such film folder", subject=path)
    if not folder.book.exists() and (folder.path / ".lock").exists():
        raise FolderError("nothing is in it yet: a run has just begun here, or was stopped at once", subject=path)
    if not folder.book.exists():
        raise FolderError("this is not a film folder: it has no book.json", subject=path)
    return folder


def create_folder(path: Path) -> FilmFolder:
    """Return the film folder at `path`, made if need be.

    Raises FolderError if it cannot be written to, or holds files under a film's names that are no film's.
    """
    if re.match(r"[A-Za-z][A-Za-z0-9+]+:/", str(path)):
        raise FolderError(
            "film folders on s3:// and the like are not supported yet; use a folder or a shared mount "
            "(takes alone can lie in a bucket: BOOKFILM_TAKES)",
            subject=path,
        )
    try:
        path.mkdir(parents=True, exist_ok=True)
        probe = path / f".writable-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        if isinstance(full := store_error(error, path), StoreFull):
            raise full from None
        raise FolderError(f"the film folder cannot be written to: {error.strerror}", subject=path) from None
    folder = FilmFolder(path.absolute())
    _check_ours(folder)
    return folder


def _check_ours(folder: FilmFolder) -> None:
    """Raise FolderError where somebody else's files lie under the names that a film's would be written over.

    A film folder has a lock, or at least a book.json or a screenplay.json of ours.
    """
    if (folder.path / ".lock").exists() or folder.ledger.exists():
        return
    ours = (folder.book, folder.screenplay, folder.shots, folder.cut, folder.timeline, folder.estimate)
    if any(_says_schema(path) for path in ours):
        return
    taken = [path for path in (folder.book_text, *ours, folder.film, folder.takes().folder) if path.exists()]
    if taken:
        raise FolderError(
            f"{taken[0].name} lies here and no film does; name another folder with --out", subject=folder.path
        )


def _says_schema(path: Path) -> bool:
    """Tell whether the file at `path` begins as one of our records does."""
    try:
        with path.open("rb") as file:
            return b'"bookfilm.' in file.read(200)
    except OSError:
        return False


def _lock(number: int, path: Path) -> None:
    """Take the lock of the open lock file. Raises FolderBusy, which names the holder, if another has it.

    A killed driver's child that was being born holds its lock for a moment longer: that is waited for.
    """
    until = time.monotonic() + _BIRTH_S
    while True:
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except OSError:
            holder = os.pread(number, 200, 0).decode(errors="replace").strip() or "another driver"
            if time.monotonic() > until or not _is_dead(holder):
                raise FolderBusy(f"{holder} is at work here; wait for it or stop it", subject=path) from None
            time.sleep(0.05)


def _is_dead(holder: str) -> bool:
    """Tell whether `holder`, as the lock file names it, is a process of this host that is no more."""
    named = _HOLDER.fullmatch(holder)
    if named is None or named["host"] != socket.gethostname():
        return False
    try:
        os.kill(int(named["pid"]), 0)
    except ProcessLookupError:
        return True
    except OSError:
        pass
    return False


def _sign(number: int, path: Path) -> None:
    """Write into the open lock file who holds it."""
    try:
        os.ftruncate(number, 0)
        os.write(number, f"process {os.getpid()} on {socket.gethostname()}".encode())
    except OSError as error:
        raise store_error(error, path) from None


@contextmanager
def held_folder(folder: FilmFolder, sweep: bool = True) -> Iterator[None]:
    """Hold `folder` for one driver. Raises FolderBusy, which names the holder, if another has it.

    With `sweep`, what killed runs left half written is removed.

    The kernel's lock dies with its process, so a killed driver leaves nothing to clean up.
    """
    path = folder.path / ".lock"
    try:
        number = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise FolderError(f"cannot be held: {error.strerror}", subject=folder.path) from None
    try:
        _lock(number, folder.path)
        if sweep:
            _sign(number, path)
            media = (
                folder.takes().folder,
                folder.keyframes().folder,
                folder.transitions().folder,
                folder.speech().folder,
            )
            for place in (folder.path, *media, folder.work):
                sweep_partials(place)
        yield
    finally:
        os.close(number)
