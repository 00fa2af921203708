"""From where a request comes: as its connection has it, or as a proxy says that the operator trusts."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

FORWARDED = "x-forwarded-for"
MOST_HOPS = 20
HOUSEHOLD_BITS = 64
"""So much of an IPv6 address is one customer's: the rest they choose as they like."""
Address = IPv4Address | IPv6Address


class Whence:
    """Puts in `scope["client"]` who is behind the proxies `trusted`. Nobody else's header is believed: it is forged.

    Each proxy writes at the end of X-Forwarded-For whom it was asked by, so the list is read from there, past those who
    are trusted; what stands before the first who is not was written by a stranger.
    """

    def __init__(self, app: ASGIApp, trusted: Sequence[str]) -> None:
        self._app, self._trusted = app, [ip_network(one, strict=False) for one in trusted]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope.get("client") and self._trusted:
            host, port = scope["client"]
            scope = {**scope, "client": (self._behind(str(host), Headers(scope=scope).getlist(FORWARDED)), port)}
        await self._app(scope, receive, send)

    def _behind(self, host: str, told: Sequence[str]) -> str:
        hops = [one.strip() for one in ",".join(told).split(",")][-MOST_HOPS:]
        while hops and self._trusts(host):
            found = parsed(hops.pop())
            if found is None:
                return host
            host = str(found)
        return host

    def _trusts(self, host: str) -> bool:
        found = parsed(host)
        return found is not None and any(
            found in network for network in self._trusted if network.version == found.version
        )


def parsed(told: str) -> Address | None:
    """Return the address that `told` is, as a proxy may write it: with a port, in brackets, IPv4 inside IPv6."""
    host = told.strip()
    if host.startswith("["):
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        found = ip_address(host)
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found


def household_of(address: str) -> str:
    """Return as what `address` is counted: IPv6 by the part that is not its owner's to choose."""
    found = parsed(address)
    return str(ip_network((found, HOUSEHOLD_BITS), strict=False)) if isinstance(found, IPv6Address) else address
