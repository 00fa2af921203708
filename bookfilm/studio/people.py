"""Teams (tenants), their users, and the tokens by which these come in. A token is kept as a hash and shown once."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, TypeVar, get_args

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from bookfilm.errors import SettingsError, StoreError
from bookfilm.store.ledger.database import Database
from bookfilm.studio.keeping import new_id, now
from bookfilm.studio.problems import Refusal
from bookfilm.studio.settings import Allowance
from bookfilm.studio.tables import requests, tenants, tokens, users

T = TypeVar("T")
Scope = Literal["films:read", "films:write", "videos", "tokens", "audit", "operator"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
TOKEN_PREFIX = "bkf_"
FIRST_TOKEN = "BOOKFILM_STUDIO_TOKEN"
"""The environment variable that holds the first token, where whoever installs the service has drawn it."""
MOST_TOKENS = 500
"""Of one team, those apart that were revoked."""
USED_EVERY = timedelta(minutes=1)
"""How exactly it is known when a token was last used: to write at each request would cost more than the request."""
_NOBODY = hashlib.sha256(b"nobody").hexdigest()


@dataclass(frozen=True)
class Caller:
    """Who asks: a user of a team, by one of their tokens."""

    tenant: str
    user: str
    token: str
    scopes: frozenset[str]
    until: str | None = None
    """When their token expires; None: never."""


@dataclass(frozen=True)
class NewToken:
    """A token as it is shown once, to who asked for it."""

    id: str
    secret: str
    until: str | None = None


class People:
    """Teams, users and tokens in the service's database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def is_empty(self) -> bool:
        """Say whether nobody may come in yet."""
        return self._db.read(lambda connection: connection.execute(select(tokens.c.id).limit(1)).first()) is None

    def add_tenant(self, name: str, allowance: dict[str, int] | None = None) -> str:
        """Add a team and return its id. Raises Refusal where there is one of that name."""
        ident = new_id("team")
        row = {"id": ident, "name": name, "created_at": now(), "allowance": json.dumps(allowance or {})}
        self._insert(tenants, row, "there is a team of that name")
        return ident

    def tenants(self) -> list[dict[str, Any]]:
        """Return all teams, oldest first."""
        query = select(tenants).order_by(tenants.c.created_at, tenants.c.id)
        rows = self._db.read(lambda connection: connection.execute(query).mappings().all())
        return [{**row, "allowance": json.loads(row["allowance"])} for row in rows]

    def change_tenant(self, ident: str, name: str | None, allowance: dict[str, int | None]) -> None:
        """Give a team another name or other allowances; None is as the service has it for all. Raises Refusal where
        there is no such team, or another one of that name."""

        def write(connection: Connection) -> bool:
            found = connection.execute(select(tenants.c.allowance).where(tenants.c.id == ident)).scalar()
            if found is None:
                return False
            may = {**json.loads(found), **allowance}
            row = {"allowance": json.dumps({one: most for one, most in may.items() if most is not None})}
            row |= {"name": name} if name is not None else {}
            connection.execute(update(tenants).where(tenants.c.id == ident).values(row))
            return True

        if not self._changed(write, "there is a team of that name"):
            raise Refusal("not-found", "there is no such team")

    def shut_out(self, ident: str) -> None:
        """Take all its tokens from a team."""
        self._db.write(lambda connection: connection.execute(delete(tokens).where(tokens.c.tenant == ident)))

    def drop_tenant(self, ident: str) -> None:
        """Let a team be no more: nobody of it comes in from now on. Raises Refusal where there is none such."""

        def write(connection: Connection) -> int:
            for table in (tokens, users, requests):
                connection.execute(delete(table).where(table.c.tenant == ident))
            return connection.execute(delete(tenants).where(tenants.c.id == ident)).rowcount

        if not self._db.write(write):
            raise Refusal("not-found", "there is no such team")

    def allowance(self, tenant: str, usual: Allowance) -> Allowance:
        """Return what the team may have."""
        query = select(tenants.c.allowance).where(tenants.c.id == tenant)
        found = self._db.read(lambda connection: connection.execute(query).scalar())
        return usual.model_copy(update=json.loads(found or "{}"))

    def add_user(self, tenant: str, name: str) -> str:
        """Add a user to a team and return their id. Raises Refusal where there is no such team, or one of that name."""
        known = self._db.read(lambda c: c.execute(select(tenants.c.id).where(tenants.c.id == tenant)).first())
        if known is None:
            raise Refusal("not-found", "there is no such team")
        ident = new_id("user")
        row = {"id": ident, "tenant": tenant, "name": name, "created_at": now()}
        self._insert(users, row, "the team has a user of that name")
        return ident

    def change_user(self, tenant: str, ident: str, name: str | None, disabled: bool | None) -> dict[str, Any]:
        """Give a user another name, shut them out (`disabled`) or let them in again; return them. Raises Refusal where
        the team has no such user, or another one of that name."""
        row: dict[str, Any] = {} if name is None else {"name": name}
        row |= {} if disabled is None else {"disabled_at": now() if disabled else None}
        mine = (users.c.tenant == tenant, users.c.id == ident)

        def write(connection: Connection) -> Any:
            if row:
                connection.execute(update(users).where(*mine).values(row))
            return connection.execute(select(users).where(*mine)).mappings().first()

        if (found := self._changed(write, "the team has a user of that name")) is None:
            raise Refusal("not-found", "the team has no such user")
        return dict(found)

    def drop_user(self, tenant: str, ident: str) -> None:
        """Let a user be no more, nor their tokens. Raises Refusal where the team has none such."""

        def write(connection: Connection) -> int:
            connection.execute(delete(tokens).where(tokens.c.tenant == tenant, tokens.c.user == ident))
            return connection.execute(delete(users).where(users.c.tenant == tenant, users.c.id == ident)).rowcount

        if not self._db.write(write):
            raise Refusal("not-found", "the team has no such user")

    def users(self, tenant: str) -> list[dict[str, Any]]:
        """Return the users of a team, oldest first."""
        query = select(users).where(users.c.tenant == tenant).order_by(users.c.created_at, users.c.id)
        return [dict(row) for row in self._db.read(lambda connection: connection.execute(query).mappings().all())]

    def _insert(self, table: Any, row: dict[str, Any], taken: str) -> None:
        self._changed(lambda connection: connection.execute(insert(table).values(row)), taken)

    def _changed(self, change: Callable[[Connection], T], taken: str) -> T:
        try:
            return self._db.write(change)
        except StoreError as error:
            if isinstance(error.__cause__, IntegrityError):
                raise Refusal("conflict", taken, then="Choose another name.") from None
            raise

    def add_token(
        self,
        tenant: str,
        user: str,
        label: str,
        scopes: tuple[str, ...],
        days: float | None = None,
        drawn: str | None = None,
        by: Caller | None = None,
    ) -> NewToken:
        """Make a token of a user for `scopes`, which expires after `days` (None: never). Its secret is not kept.

        `drawn` is one that somebody else has drawn, whole. Raises SettingsError for what is no such token. `by` whom it
        is made: it can do no more than theirs, and lasts no longer. Raises Refusal where it would.
        """
        until = _until(days) if by is None else self.check_given(scopes, days, by)
        mine = select(users.c.id).where(users.c.tenant == tenant, users.c.id == user, users.c.disabled_at.is_(None))
        if self._db.read(lambda connection: connection.execute(mine).first()) is None:
            raise Refusal("not-found", "the team has no such user")
        there = select(func.count()).select_from(tokens).where(tokens.c.tenant == tenant, tokens.c.revoked_at.is_(None))
        if self._db.read(lambda connection: connection.execute(there).scalar_one()) >= MOST_TOKENS:
            raise Refusal("quota", f"the team may have {MOST_TOKENS} tokens: revoke those that nobody uses")
        ident, secret = (secrets.token_hex(8), secrets.token_urlsafe(32)) if drawn is None else _parts(drawn)
        row = {
            "id": ident,
            "tenant": tenant,
            "user": user,
            "label": label,
            "digest": _digest(secret),
            "scopes": " ".join(sorted(set(scopes))),
            "created_at": now(),
            "expires_at": until,
        }
        self._db.write(lambda connection: connection.execute(insert(tokens).values(row)))
        return NewToken(ident, f"{TOKEN_PREFIX}{ident}_{secret}", until)

    def check_given(self, scopes: tuple[str, ...], days: float | None, by: Caller) -> str | None:
        """Return when a token for `scopes` that `by` makes expires, None for never. Raises Refusal where it would do
        more than theirs, or last longer."""
        if more := sorted(set(scopes) - by.scopes):
            raise Refusal("forbidden", f"the token lacks the scope {more[0]}, and cannot give it away")
        until = _until(days)
        if by.until is not None and until is not None and until > by.until:
            said = f"the token ends on {by.until[:10]}, and what it makes cannot last longer"
            raise Refusal("forbidden", said, then="Ask for fewer days, or for none: it ends with the token then.")
        return until or by.until

    def tokens(self, tenant: str) -> list[dict[str, Any]]:
        """Return the tokens of a team, without what they are known by."""
        shown = [column for column in tokens.c if column.name != "digest"]
        query = select(*shown).where(tokens.c.tenant == tenant).order_by(tokens.c.created_at, tokens.c.id)
        rows = self._db.read(lambda connection: connection.execute(query).mappings().all())
        return [{**row, "scopes": str(row["scopes"]).split()} for row in rows]

    def revoke(self, tenant: str, ident: str) -> None:
        """Let a token of the team no longer be one. Raises Refusal where there is none such."""
        mine = (tokens.c.id == ident, tokens.c.tenant == tenant, tokens.c.revoked_at.is_(None))
        change = update(tokens).where(*mine).values(revoked_at=now())
        if not self._db.write(lambda connection: connection.execute(change).rowcount):
            raise Refusal("not-found", "the team has no such token")

    def caller(self, given: str) -> Caller | None:
        """Return who comes in by the token `given`; None for one that is wrong, revoked or expired.

        Whether there is a token of that id cannot be told from how long this takes.
        """
        ident, _, secret = given.removeprefix(TOKEN_PREFIX).partition("_")
        row = self._db.read(lambda connection: _token_row(connection, ident))
        same = hmac.compare_digest(row["digest"] if row else _NOBODY, _digest(secret))
        if row is None or not same or not given.startswith(TOKEN_PREFIX):
            return None
        if not _holds(row):
            return None
        self._note_use(ident, row["used_at"])
        return _caller(row)

    def holder(self, ident: str) -> Caller | None:
        """Return whose token has this id, while it opens something. Whoever asks must know it by other means."""
        row = self._db.read(lambda connection: _token_row(connection, ident))
        return _caller(row) if row is not None and _holds(row) else None

    def still(self, ident: str) -> bool:
        """Say whether the token of this id still opens something."""
        return self.holder(ident) is not None

    def _note_use(self, ident: str, used_at: str | None) -> None:
        if used_at is None or datetime.fromisoformat(used_at) < datetime.now(UTC) - USED_EVERY:
            change = update(tokens).where(tokens.c.id == ident).values(used_at=now())
            self._db.write(lambda connection: connection.execute(change))


def _parts(drawn: str) -> tuple[str, str]:
    """Return id and secret of a token as it is shown; the message of the error has nothing of it."""
    found = re.fullmatch(TOKEN_PREFIX + r"([0-9a-f]{16})_([-_0-9A-Za-z]{43,128})", drawn)
    if found is None:
        said = f"a token is {TOKEN_PREFIX}, 16 hex digits, an underscore and at least 43 letters, digits, - or _"
        raise SettingsError(said, subject=FIRST_TOKEN)
    return found[1], found[2]


def _until(days: float | None) -> str | None:
    until = datetime.now(UTC) + timedelta(days=days) if days is not None else None
    return until.isoformat(timespec="milliseconds") if until else None


def _caller(row: Any) -> Caller:
    return Caller(row["tenant"], row["user"], row["id"], frozenset(row["scopes"].split()), row["expires_at"])


def _holds(row: Any) -> bool:
    ended = row["revoked_at"] is not None or row["disabled_at"] is not None
    return not ended and (row["expires_at"] is None or row["expires_at"] > now())


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _token_row(connection: Connection, ident: str) -> Any:
    query = select(tokens, users.c.disabled_at).join(users, users.c.id == tokens.c.user).where(tokens.c.id == ident)
    return connection.execute(query).mappings().first()
