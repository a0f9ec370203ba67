"""Where a request comes from: the other end of its connection, or what a proxy that we trust says of it."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Sequence

from aiohttp import web

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def address_reader(trusted: Sequence[Network]) -> Callable[[web.Request], str]:
    """trusted: our own proxies. Only what they add to X-Forwarded-For is believed, never what a client wrote there."""

    def address_of(request: web.Request) -> str:
        address = request.remote or ""
        for hop in reversed(",".join(request.headers.getall("X-Forwarded-For", [])).split(",")):
            if not hop.strip() or not is_within(address, trusted):
                break
            address = _bare(hop.strip())
        return address

    return address_of


def is_within(address: str, networks: Sequence[Network]) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped  # on a socket that hears both kinds
    return any(parsed in network for network in networks)


def _bare(hop: str) -> str:
    """Without the port that some proxies add: with it every connection would come from an address of its own."""
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    host, _, port = hop.partition(":")
    return host if port.isdecimal() else hop
