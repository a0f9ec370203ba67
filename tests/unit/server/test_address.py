"""Which address a request counts for: nobody can choose one by what they write in a header."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from aiohttp.test_utils import make_mocked_request

from server.web.address import address_reader

PROXIES = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.9", (), "203.0.113.9"),
        ("203.0.113.9", ("198.51.100.7",), "203.0.113.9"),
        ("10.1.1.1", (), "10.1.1.1"),
        ("10.1.1.1", ("198.51.100.7",), "198.51.100.7"),
        ("10.1.1.1", ("1.2.3.4, 198.51.100.7",), "198.51.100.7"),
        ("10.1.1.1", ("1.2.3.4", "198.51.100.7, 10.2.2.2"), "198.51.100.7"),
        ("10.1.1.1", ("10.3.3.3, 10.2.2.2",), "10.3.3.3"),
        ("fd00::1", ("2001:db8::7",), "2001:db8::7"),
        ("10.1.1.1", (",, ",), "10.1.1.1"),
        ("::ffff:10.1.1.1", ("198.51.100.7",), "198.51.100.7"),
        ("10.1.1.1", ("198.51.100.7:51234",), "198.51.100.7"),
        ("10.1.1.1", ("[2001:db8::7]:51234",), "2001:db8::7"),
        ("10.1.1.1", ("1.2.3.4, 198.51.100.7:1, 10.2.2.2:443",), "198.51.100.7"),
        ("10.1.1.1", ("2001:db8::7",), "2001:db8::7"),
        ("", ("198.51.100.7",), ""),
    ],
)
def test_only_what_a_trusted_proxy_added_is_believed(peer: str, forwarded: tuple[str, ...], address: str) -> None:
    request = make_mocked_request("GET", "/", headers=[("X-Forwarded-For", hop) for hop in forwarded])
    request = request.clone(remote=peer)
    assert address_reader(PROXIES)(request) == address


def test_without_trusted_proxies_nothing_is_believed() -> None:
    request = make_mocked_request("GET", "/", headers=[("X-Forwarded-For", "198.51.100.7")]).clone(remote="10.1.1.1")
    assert address_reader(())(request) == "10.1.1.1"
