"""What a budget is counted by."""

from __future__ import annotations

import pytest

from server.errors import Refusal
from server.limits import Limits, counted_as, rates


def test_addresses_of_one_ipv6_network_share_a_budget() -> None:
    """Whoever has a network has 2**64 addresses, and would have as many budgets."""
    limits = Limits(enabled=True, allowed=rates(["reset=3/600"]))
    for host in ("2001:db8:1:2::1", "2001:db8:1:2:ffff::", "2001:DB8:1:2::77%eth0"):
        limits.hit("reset", host)

    with pytest.raises(Refusal):
        limits.hit("reset", "2001:db8:1:2::2")
    with pytest.raises(Refusal):
        limits.check("reset", "2001:db8:1:2::3")
    limits.hit("reset", "2001:db8:1:3::1")


def test_whoever_is_no_ipv6_network_is_counted_as_they_are() -> None:
    assert counted_as("::ffff:192.0.2.7") == "192.0.2.7", "one of many behind a socket that hears both kinds"
    for key in ("192.0.2.7", "ticket:10001", "eve@example.com", "a1b2c3", "::x", ""):
        assert counted_as(key) == key
