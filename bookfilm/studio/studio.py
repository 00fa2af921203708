"""The studio: all that the service holds while it runs, given to every route."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, cast

from fastapi import Depends, Request

from bookfilm.film.provenance import make_credentials
from bookfilm.store.folder import create_folder
from bookfilm.store.ledger import Ledger
from bookfilm.store.ledger.database import Database
from bookfilm.studio.clips import Clips
from bookfilm.studio.cursors import Cursors
from bookfilm.studio.door import AuditLog
from bookfilm.studio.events import Hub
from bookfilm.studio.films import Films
from bookfilm.studio.foreseeing import Foresight
from bookfilm.studio.keeping import opened_database
from bookfilm.studio.live import Live
from bookfilm.studio.people import SCOPES, People
from bookfilm.studio.places import Places
from bookfilm.studio.room import Room
from bookfilm.studio.runner import Runner
from bookfilm.studio.settings import StudioSettings, checked_presets
from bookfilm.studio.shot_lists import ShotLists
from bookfilm.studio.throttle import Throttle
from bookfilm.studio.tickets import Tickets
from bookfilm.studio.uploads import Uploads
from bookfilm.studio.watching import Watch

FIRST_TEAM, FIRST_USER = "studio", "owner"


@dataclass(frozen=True)
class Studio:
    """What a running service holds."""

    settings: StudioSettings
    database: Database
    ledger: Ledger
    people: People
    tickets: Tickets
    cursors: Cursors
    audit: AuditLog
    throttle: Throttle
    uploads: Uploads
    room: Room
    films: Films
    clips: Clips
    foresight: Foresight
    shots: ShotLists
    live: Live
    hub: Hub
    places: Places
    runner: Runner

    def first_token(self, drawn: str | None = None) -> str | None:
        """Return a token that may do everything, if nobody can come in yet; it is shown this once.

        `drawn` is the token itself, where whoever installs the service knows it already.
        """
        if not self.people.is_empty():
            return None
        tenant = self.people.add_tenant(FIRST_TEAM)
        user = self.people.add_user(tenant, FIRST_USER)
        return self.people.add_token(tenant, user, "first", SCOPES, drawn=drawn).secret

    def new_token(self) -> str:
        """Return another token that may do everything, for whoever runs the service and has lost theirs."""
        if (token := self.first_token()) is not None:
            return token
        tenant = self.people.tenants()[0]["id"]
        user = self.people.users(tenant)[0]["id"]
        return self.people.add_token(tenant, user, "made anew", SCOPES).secret

    def close(self) -> None:
        """Let go of the databases."""
        self.ledger.close()
        self.database.close()


def open_studio(settings: StudioSettings) -> Studio:
    """Open what lies in the service's folder, or lay it. Raises FolderError, StoreError, SettingsError."""
    data = create_folder(settings.data).path
    data.chmod(0o700)
    settings = settings.model_copy(update={"data": data, "presets": checked_presets(settings.presets)})
    make_credentials(data / "signing", "bookfilm studio")
    database = opened_database(data)
    ledger = Ledger(settings.ledger_url)
    people = People(database)
    films, uploads, clips = Films(database, ledger, settings), Uploads(database, settings), Clips(database, settings)
    live, audit = Live(films), AuditLog(database)
    sweeps = (uploads.sweep, films.sweep, audit.sweep)
    return Studio(
        settings=settings,
        database=database,
        ledger=ledger,
        people=people,
        tickets=Tickets(database, people),
        cursors=Cursors(database),
        audit=audit,
        throttle=Throttle(settings),
        uploads=uploads,
        room=Room(database, ledger, uploads, settings),
        films=films,
        clips=clips,
        foresight=Foresight(films, settings.niceness, settings.usd_per_gpu_hour),
        shots=ShotLists(films),
        live=live,
        hub=Hub(database),
        places=Places(settings.streams),
        runner=Runner(settings, ledger, films, Watch(database, films, live), clips, sweeps),
    )


def studio_of(request: Request) -> Studio:
    """Return the studio that answers `request`."""
    return cast(Any, request.app).state.studio  # type: ignore[no-any-return]


TheStudio = Annotated[Studio, Depends(studio_of)]
