"""Teams and their users, for who has the scope `operator`: added, changed, shut out, deleted."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import Field

from bookfilm.studio.access_routes import TokenShown
from bookfilm.studio.door import Operator
from bookfilm.studio.people import Caller, Scope
from bookfilm.studio.problems import Refusal, responses_of
from bookfilm.studio.studio import Studio, TheStudio
from bookfilm.studio.wire import WHOLE, Given, Name, Told

router = APIRouter(prefix="/v1/teams", tags=["access"], responses=responses_of())
TeamId = Annotated[str, Path(max_length=64, examples=["team_b0p1nYxS0m3R4nd0mW0rds"])]
UserId = Annotated[str, Path(max_length=64, examples=["user_b0p1nYxS0m3R4nd0mW0rds"])]
TokenId = Annotated[str, Path(max_length=64, examples=["9f3b6c1d2e4a5b70"])]
OTHERWISE = "Ask somebody else who has the scope operator."


class AllowanceGiven(Given):
    """What a team may have; what is null is as the service has it for all."""

    films: Annotated[int, Field(ge=0, le=10**6), WHOLE] | None = None
    stored_bytes: Annotated[int, Field(ge=0, le=2**50), WHOLE] | None = None
    jobs: Annotated[int, Field(ge=1, le=10**4), WHOLE] | None = None
    videos: Annotated[int, Field(ge=0, le=10**6), WHOLE] | None = None
    film_hours: Annotated[int, Field(ge=1, le=10**4), WHOLE] | None = None
    picture_pixels: Annotated[int, Field(ge=128 * 128, le=7680 * 7680), WHOLE] | None = None


class TeamAsked(Given):
    """A team to be added."""

    name: Name = Field(examples=["Second unit"])
    allowance: AllowanceGiven = AllowanceGiven()


class TeamChanged(Given):
    """What a team becomes; what is left out stays."""

    name: Name | None = None
    allowance: AllowanceGiven = Field(default=AllowanceGiven(), examples=[{"films": 20, "stored_bytes": None}])


class Team(Told):
    """A team."""

    id: str
    name: str
    created_at: str
    allowance: dict[str, int]


class UserAsked(Given):
    """A user to be added to a team, with their first token."""

    name: Name = Field(examples=["Anna"])
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=12, strict=False)] = Field(
        examples=[["films:read", "films:write"]]
    )
    days: Annotated[int, Field(ge=1, le=3650), WHOLE] | None = Field(
        default=None,
        description="After how many days the token expires; null: with the one that asks for it, or never.",
    )


class UserChanged(Given):
    """What a user becomes; what is left out stays."""

    name: Name | None = None
    disabled: bool | None = Field(default=None, description="True: none of their tokens opens anything until false.")


class User(Told):
    """A user of a team."""

    id: str
    name: str
    created_at: str
    disabled_at: str | None


class UserMade(Told):
    """A new user, with the token by which they come in; it is shown this once."""

    id: str
    token: str


@router.get("", operation_id="list_teams")
def list_teams(caller: Operator, studio: TheStudio) -> list[Team]:
    """List all teams, oldest first."""
    return [Team.model_validate(row) for row in studio.people.tenants()]


@router.post("", operation_id="add_team", status_code=201)
def add_team(asked: TeamAsked, caller: Operator, studio: TheStudio) -> Team:
    """Add a team."""
    return _team(studio.people.add_tenant(asked.name, asked.allowance.model_dump(exclude_none=True)), studio)


@router.patch("/{team}", operation_id="change_team")
def change_team(team: TeamId, change: TeamChanged, caller: Operator, studio: TheStudio) -> Team:
    """Give a team another name, or other allowances."""
    studio.people.change_tenant(team, change.name, change.allowance.model_dump(exclude_unset=True))
    return _team(team, studio)


@router.delete("/{team}", operation_id="delete_team", status_code=204)
def delete_team(team: TeamId, caller: Operator, studio: TheStudio) -> None:
    """Delete a team: nobody of it comes in from now on, and its films, clips and uploads go. Not one's own."""
    if team == caller.tenant:
        raise Refusal("conflict", "it is your own team", then=OTHERWISE)
    _team(team, studio)
    studio.people.shut_out(team)
    # Whoever is killed between asks again: the team goes last.
    studio.films.drop_all(team)
    studio.clips.drop_all(team)
    studio.uploads.drop_all(team)
    studio.people.drop_tenant(team)


@router.get("/{team}/users", operation_id="list_users")
def list_users(team: TeamId, caller: Operator, studio: TheStudio) -> list[User]:
    """List a team's users, oldest first."""
    return [User.model_validate(row) for row in studio.people.users(team)]


@router.post("/{team}/users", operation_id="add_user", status_code=201)
def add_user(team: TeamId, asked: UserAsked, caller: Operator, studio: TheStudio) -> UserMade:
    """Add a user to a team, and make their first token. It can do no more than yours, and lasts no longer."""
    studio.people.check_given(tuple(asked.scopes), asked.days, caller)
    user = studio.people.add_user(team, asked.name)
    new = studio.people.add_token(team, user, "first", tuple(asked.scopes), asked.days, by=caller)
    return UserMade(id=user, token=new.secret)


@router.patch("/{team}/users/{user}", operation_id="change_user")
def change_user(team: TeamId, user: UserId, change: UserChanged, caller: Operator, studio: TheStudio) -> User:
    """Give a user another name, shut them out, or let them in again."""
    if change.disabled:
        _check_other(user, caller)
    return User.model_validate(studio.people.change_user(team, user, change.name, change.disabled))


@router.delete("/{team}/users/{user}", operation_id="delete_user", status_code=204)
def delete_user(team: TeamId, user: UserId, caller: Operator, studio: TheStudio) -> None:
    """Delete a user, and their tokens. What they made is the team's, and stays."""
    _check_other(user, caller)
    studio.people.drop_user(team, user)


@router.get("/{team}/tokens", operation_id="list_tokens_of_team")
def list_tokens_of_team(team: TeamId, caller: Operator, studio: TheStudio) -> list[TokenShown]:
    """List a team's tokens, oldest first."""
    return [TokenShown.model_validate(row) for row in studio.people.tokens(team)]


@router.delete("/{team}/tokens/{token_id}", operation_id="revoke_token_of_team", status_code=204)
def revoke_token_of_team(team: TeamId, token_id: TokenId, caller: Operator, studio: TheStudio) -> None:
    """Revoke a team's token: from now on it opens nothing."""
    studio.people.revoke(team, token_id)


def _team(ident: str, studio: Studio) -> Team:
    found = next((row for row in studio.people.tenants() if row["id"] == ident), None)
    if found is None:
        raise Refusal("not-found", "there is no such team")
    return Team.model_validate(found)


def _check_other(user: str, caller: Caller) -> None:
    if user == caller.user:
        raise Refusal("conflict", "it is your own user", then=OTHERWISE)
