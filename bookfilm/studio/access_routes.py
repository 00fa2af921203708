"""Who may come in: /v1/me, tokens, the audit log."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import Field

from bookfilm.studio.door import AnyCaller, Auditor, TokenKeeper
from bookfilm.studio.people import Scope
from bookfilm.studio.problems import responses_of
from bookfilm.studio.studio import TheStudio
from bookfilm.studio.wire import WHOLE, After, Given, Limit, Name, Page, Told

router = APIRouter(prefix="/v1", responses=responses_of())


class Me(Told):
    """Whose token this is, and what it may do."""

    team: str
    user: str
    token: str
    scopes: list[str]
    allowance: dict[str, int]
    used: dict[str, int]


class TokenAsked(Given):
    """A token to be made, for oneself or for a user of one's team."""

    label: Name = Field(examples=["render farm"])
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=12, strict=False)] = Field(examples=[["films:read"]])
    days: Annotated[int, Field(ge=1, le=3650), WHOLE] | None = Field(
        default=None,
        description="After how many days it expires; null: with the token that asks for it, or never.",
        examples=[90],
    )
    user: Name | None = Field(default=None, description="Null: the user who asks.")


class TokenShown(Told):
    """A token, without its secret."""

    id: str
    user: str
    label: str
    scopes: list[str]
    created_at: str
    expires_at: str | None
    revoked_at: str | None
    used_at: str | None


class TokenMade(Told):
    """A new token. `token` is shown this once and is kept nowhere."""

    id: str
    token: str = Field(examples=["bkf_9f3b6c1d2e4a5b70_…"])
    expires_at: str | None


class AuditEntry(Told):
    """One request that changed something, or was turned away."""

    at: str
    user: str | None
    token: str | None
    address: str
    method: str
    path: str
    status: int
    request: str


@router.get("/me", tags=["access"], operation_id="who_am_i")
def who_am_i(caller: AnyCaller, studio: TheStudio) -> Me:
    """Say whose token this is, what it may do, and what the team has used of its allowance."""
    allowance = studio.people.allowance(caller.tenant, studio.settings.allowance)
    return Me(
        team=caller.tenant,
        user=caller.user,
        token=caller.token,
        scopes=sorted(caller.scopes),
        allowance=allowance.model_dump(),
        used=studio.room.used(caller.tenant),
    )


@router.get("/tokens", tags=["access"], operation_id="list_tokens")
def list_tokens(caller: TokenKeeper, studio: TheStudio) -> list[TokenShown]:
    """List the team's tokens, oldest first."""
    return [TokenShown.model_validate(row) for row in studio.people.tokens(caller.tenant)]


@router.post("/tokens", tags=["access"], operation_id="make_token", status_code=201)
def make_token(asked: TokenAsked, caller: TokenKeeper, studio: TheStudio) -> TokenMade:
    """Make a token. It can do no more than the one that asks for it, and lasts no longer."""
    new = studio.people.add_token(
        caller.tenant, asked.user or caller.user, asked.label, tuple(asked.scopes), asked.days, by=caller
    )
    return TokenMade(id=new.id, token=new.secret, expires_at=new.until)


@router.delete("/tokens/{token_id}", tags=["access"], operation_id="revoke_token", status_code=204)
def revoke_token(token_id: Annotated[str, Path(max_length=64)], caller: TokenKeeper, studio: TheStudio) -> None:
    """Revoke a token: from now on it opens nothing."""
    studio.people.revoke(caller.tenant, token_id)


@router.get("/audit", tags=["access"], operation_id="read_audit_log")
def read_audit_log(caller: Auditor, studio: TheStudio, limit: Limit = 50, after: After = None) -> Page[AuditEntry]:
    """List what was changed in the team, and by whom, the newest first."""
    mine = ("audit", caller.tenant)
    rows = studio.audit.of(caller.tenant, studio.cursors.read(after, *mine), limit + 1)
    items = [AuditEntry.model_validate(row) for row in rows[:limit]]
    more = studio.cursors.give(rows[limit - 1]["id"], *mine) if len(rows) > limit else None
    return Page[AuditEntry](items=items, next=more)
