"""Every error this project raises on purpose, in one tree.

    BookfilmError                     the work failed                          exit 1
     +- InputError                    what the user gave is at fault           exit 2
     |   +- BookRefused               a book file that cannot become a Book
     |   +- FilmRefused               a file that is no film
     |   +- SettingsError             a preset, option or direction.toml
     |   +- RecordError               a record on disk that does not validate
     |   +- FolderError               a film folder that cannot be used
     |   |   +- FolderBusy            another driver holds it
     |   |   +- FolderNotShared       not every node of the cluster sees it
     |   +- ClusterRefused            an address that cannot be joined this way
     +- EngineError                   an engine failed on one request
     |   +- EngineUnavailable         it is not installed or cannot start here
     |   +- OtherEngine               a replica is not what the picture was ordered of
     |   +- RenderCancelled           it was asked to stop
     |   +- TakeRejected              it finished, and the result is not what was asked
     |       +- TakesSpent            so was every other seed: to ask again gives the same
     +- StoreError                    the store could not keep or give back something
     |   +- StoreFull                 no space left on the device
     |   +- BucketError               the bucket that takes lie in cannot be used
     |   +- TakeDamaged               a record is there, its clip is not what it says
     +- FilmError                     ffmpeg or the assembly of the film failed
     +- ClusterError                  Ray failed beyond what retries mend
     +- JobCancelled                  somebody said `bookfilm cancel`         exit 130
     +- BudgetSpent                   the job's money or GPU-hours are spent

Each carries the thing it failed on as `subject` (a file, a shot id, a take key) and prints as one
line, `subject: message`. `exit_code` is what the command line ends with.
"""

from __future__ import annotations

from typing import Any

EXIT_DONE, EXIT_FAILED, EXIT_INPUT, EXIT_SLATES, EXIT_STOPPED = 0, 1, 2, 3, 130


class BookfilmError(Exception):
    """Something this project could not do, said in one line.

    `subject` names what it failed on (a path, a shot id, a take key); `message` says what is wrong
    with it, in words its reader can act on.
    """

    exit_code = EXIT_FAILED

    def __init__(self, message: str, *, subject: object = None) -> None:
        super().__init__(message)
        self.message = message
        self.subject = subject

    def __str__(self) -> str:
        line = self.message if self.subject is None else f"{self.subject}: {self.message}"
        return " ".join(line.split())

    def __reduce__(self) -> tuple[Any, ...]:
        # The keyword-only argument would be lost by the default pickling, and errors cross processes.
        return _rebuild, (type(self), self.message, self.subject)


def _rebuild(kind: type[BookfilmError], message: str, subject: object) -> BookfilmError:
    return kind(message, subject=subject)


class InputError(BookfilmError):
    """What the user gave is at fault."""

    exit_code = EXIT_INPUT


class BookRefused(InputError):
    """A book file that cannot become a Book. `subject` is its path."""


class FilmRefused(InputError):
    """A file that cannot be read as a film. `subject` is its path."""


class SettingsError(InputError):
    """A preset, an option or direction.toml that does not say what it must."""


class RecordError(InputError):
    """A record on disk that does not validate. `subject` is its path."""


class FolderError(InputError):
    """A film folder that cannot be used. `subject` is its path."""


class FolderBusy(FolderError):
    """Another driver holds the film folder."""


class FolderNotShared(FolderError):
    """Not every node of the cluster sees the film folder."""


class ClusterRefused(InputError):
    """A cluster address that cannot be joined this way."""


class EngineError(BookfilmError):
    """An engine failed on one request. `subject` is the shot, line or take key."""


class EngineUnavailable(EngineError):
    """The engine is not installed or cannot start on this machine."""


class OtherEngine(EngineError):
    """A replica is not of the engine, version or settings that a picture was ordered of: no other will be either."""


class RenderCancelled(EngineError):
    """The engine was asked to stop and did."""


class TakeRejected(EngineError):
    """The engine finished, and what it made is not what was asked for."""


class TakesSpent(TakeRejected):
    """Every seed that may be tried was rejected. To ask again gives the same."""


class StoreError(BookfilmError):
    """The store could not keep or give back something."""


class StoreFull(StoreError):
    """No space is left where the film folder lies. Free some and run the same command again."""


class BucketError(StoreError):
    """The bucket that takes lie in is away, or refuses. `subject` is its URL."""


class TakeDamaged(StoreError):
    """A take's record is there, but its clip is not the one the record describes."""


class FilmError(BookfilmError):
    """ffmpeg or the assembly of the film failed. `message` ends with ffmpeg's own last line."""


class ClusterError(BookfilmError):
    """Ray failed beyond what retries mend."""


class JobCancelled(BookfilmError):
    """Somebody asked that the job ends. What is finished stays."""

    exit_code = EXIT_STOPPED


class BudgetSpent(BookfilmError):
    """The job has spent the money or the GPU-hours that it may. What is finished stays."""
