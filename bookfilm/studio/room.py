"""Room: whether a team may have more of what it asks for, and whether the disk has space for it."""

from __future__ import annotations

import shutil

from sqlalchemy import func, select

from bookfilm.pipeline.order import FilmOrder
from bookfilm.store.ledger import Ledger
from bookfilm.store.ledger.database import Database
from bookfilm.studio.problems import Refusal
from bookfilm.studio.settings import Allowance, StudioSettings
from bookfilm.studio.tables import films, videos
from bookfilm.studio.uploads import Uploads

WORDS_AN_HOUR = 9000
"""Of a book that is filmed without a cut: two and a half a second, pauses among them."""
LEFT_TO_MAKE = 0.5
"""So much of the space that uploads leave free must still be there when a film or a clip is begun: the rest is for
those that are being made."""


class Room:
    """What every team has, and may have."""

    def __init__(self, database: Database, ledger: Ledger, uploads: Uploads, settings: StudioSettings) -> None:
        self._db, self._ledger, self._uploads, self._settings = database, ledger, uploads, settings

    def used(self, tenant: str) -> dict[str, int]:
        """Return how many films, bytes, live jobs and videos a team has.

        Bytes are those of its uploads, of its films' folders as they were measured last, and of its clips.
        """
        mine = (films.c.tenant == tenant, films.c.deleted_at.is_(None))
        query = select(films.c.folder, films.c.stored_bytes).where(*mine)
        rows = self._db.read(lambda connection: connection.execute(query).all())
        folders = {f"{row.folder}/film" for row in rows}
        jobs = sum(job.film in folders for job in self._ledger.jobs(live=True))
        count, clips = self._clips(tenant)
        made = sum(int(row.stored_bytes) for row in rows) + clips
        return {"films": len(rows), "stored_bytes": made + self._uploads.used_bytes(tenant), "jobs": jobs,
                "videos": count}  # fmt: skip

    def check_upload(self, tenant: str, allowance: Allowance, length: int) -> None:
        """Raise Refusal where the team may not store so many bytes more."""
        if self.used(tenant)["stored_bytes"] + length > allowance.stored_bytes:
            raise Refusal("quota", f"the team may store {allowance.stored_bytes} bytes")

    def check_film(self, tenant: str, allowance: Allowance) -> None:
        """Raise Refusal where the team may not have one film more."""
        used = self.used(tenant)
        if used["films"] >= allowance.films:
            raise Refusal("quota", f"the team may have {allowance.films} films")
        self._check_bytes(used, allowance)

    def check_job(self, tenant: str, allowance: Allowance) -> None:
        """Raise Refusal where the team may not have one film more be made, or there is no space for what is made."""
        used = self.used(tenant)
        if used["jobs"] >= allowance.jobs:
            raise Refusal("enough-jobs", f"the team may have {allowance.jobs} films wait or be made at once")
        self._check_bytes(used, allowance)
        self._check_disk()

    def check_clip(self, tenant: str, allowance: Allowance, size: str) -> None:
        """Raise Refusal where the team may not have one clip more, or none of that size."""
        used = self.used(tenant)
        if used["videos"] >= allowance.videos:
            raise Refusal("quota", f"the team may have {allowance.videos} videos")
        width, _, height = size.partition("x")
        _check_picture(int(width), int(height), allowance)
        self._check_bytes(used, allowance)
        self._check_disk()

    def check_order(self, order: FilmOrder, words: int, allowance: Allowance) -> None:
        """Raise Refusal where a film of a book of so many words, made so, would be more than the team may have."""
        picture = order.loaded_preset().picture
        _check_picture(picture.width, picture.height, allowance)
        seconds = order.runtime_s if order.runtime_s is not None else words * 3600 // WORDS_AN_HOUR
        if seconds > allowance.film_hours * 3600:
            said = f"the film would be about {seconds // 3600} hours long; the team may have {allowance.film_hours}"
            raise Refusal("too-much", said)

    def _check_bytes(self, used: dict[str, int], allowance: Allowance) -> None:
        if used["stored_bytes"] >= allowance.stored_bytes:
            raise Refusal("quota", f"the team may store {allowance.stored_bytes} bytes")

    def _check_disk(self) -> None:
        if shutil.disk_usage(self._settings.data).free < self._settings.spare_bytes * LEFT_TO_MAKE:
            raise Refusal("disk-full", "no space is left to make films in")

    def _clips(self, tenant: str) -> tuple[int, int]:
        mine = videos.c.tenant == tenant
        query = select(func.count(), func.coalesce(func.sum(videos.c.stored_bytes), 0)).where(mine)
        count, stored = self._db.read(lambda connection: connection.execute(query).one())
        return int(count), int(stored)


def _check_picture(width: int, height: int, allowance: Allowance) -> None:
    if width * height > allowance.picture_pixels:
        said = f"{width} x {height}: the team may have pictures of {allowance.picture_pixels} pixels"
        raise Refusal("too-much", said)
