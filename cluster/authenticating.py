"""The token with which a cluster is joined. To be asked for before Ray is imported, which reads its settings then."""

from __future__ import annotations

import os
from pathlib import Path

MODE = "RAY_AUTH_MODE"
TOKENS = ("RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH")
DEFAULT = Path(".ray", "auth_token")
"""In the home folder: Ray lays it there when it first starts a cluster of this machine's own."""


def show_token() -> None:
    """Have Ray show its token to the cluster it joins, where one is at hand and nobody has said otherwise.

    `ray start` asks for the token as soon as there is one (Ray 2.60), but `ray.init` at an address shows it only where
    `RAY_AUTH_MODE` says so: without it, a cluster begun on this very machine could not be joined after the first film.
    A cluster that asks for none does not mind.
    """
    if MODE not in os.environ and (any(map(os.environ.get, TOKENS)) or Path.home().joinpath(DEFAULT).exists()):
        os.environ[MODE] = "token"
