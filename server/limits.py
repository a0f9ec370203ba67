"""How often one person, address or account may do a thing: what is above is refused with `retry_after_s`.

Windows slide (the `limits` library, in memory). The figures are far above what a person does and below what hurts;
SEMAFOR_RATES changes single ones.
"""

from __future__ import annotations

import ipaddress
import re
import time
from collections.abc import Iterable, Mapping
from typing import Literal, cast

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from server.errors import Refusal

Name = Literal[
    "connect",  # per address: Socket.IO connections
    "event",  # per person: any event
    "message",  # per person: messages, notes
    "message_address",  # per address: messages of visitors, whoever they say they are
    "chat_start",  # per visitor
    "chat_start_address",  # per address
    "ticket",  # per visitor or agent
    "ticket_address",  # per address
    "transcript",  # per visitor
    "code_send",  # per agent; the record counts per address, too
    "code_enter",  # per visitor; the record counts per code, too
    "transcript_address",  # per address
    "transcript_to",  # per mail address that a visitor names
    "sign_in",  # per address
    "sign_in_failed",  # per account: wrong passwords
    "code_failed",  # per account: wrong codes of the second factor
    "reset",  # per address: asking for a link to set a new password
    "reset_to",  # per mail address that would be written to
    "search",  # per agent
    "file",  # per person: uploads
    "file_address",  # per address: uploads
    "file_bytes",  # per person: bytes of uploads
    "file_bytes_address",  # per address: bytes of uploads, whoever they say they are
    "subscribe",  # per address: asking for news of incidents
    "subscribe_to",  # per mail address that would be written to
    "mail_trial",  # per admin: a mail sent at once
    "token",  # per API token: any request
    "token_failed",  # per address: tokens that are none
    "http",  # per address, unauthenticated pages
]

RATES: dict[Name, RateLimitItem] = {
    "connect": RateLimitItemPerMinute(2000),
    "event": RateLimitItemPerSecond(3000, 30),
    "message": RateLimitItemPerSecond(1000, 30),
    "message_address": RateLimitItemPerSecond(15_000, 30),
    "chat_start": RateLimitItemPerMinute(30),
    "chat_start_address": RateLimitItemPerMinute(600),
    "ticket": RateLimitItemPerMinute(20),
    "ticket_address": RateLimitItemPerMinute(60),
    "transcript": RateLimitItemPerHour(5),
    "code_send": RateLimitItemPerMinute(10),
    "code_enter": RateLimitItemPerMinute(20),
    "transcript_address": RateLimitItemPerHour(60),
    "transcript_to": RateLimitItemPerHour(10),
    "sign_in": RateLimitItemPerMinute(300),
    "sign_in_failed": RateLimitItemPerMinute(10),
    "code_failed": RateLimitItemPerHour(10),
    "reset": RateLimitItemPerMinute(20),
    "reset_to": RateLimitItemPerHour(3),
    "search": RateLimitItemPerMinute(120),
    "file": RateLimitItemPerHour(300),
    "file_address": RateLimitItemPerHour(3000),
    "file_bytes": RateLimitItemPerHour(500_000_000),
    "file_bytes_address": RateLimitItemPerHour(5_000_000_000),
    "subscribe": RateLimitItemPerMinute(20),
    "subscribe_to": RateLimitItemPerHour(3),
    "mail_trial": RateLimitItemPerMinute(10),
    "token": RateLimitItemPerMinute(1200),
    "token_failed": RateLimitItemPerMinute(60),
    "http": RateLimitItemPerMinute(1200),
}


_RATE = re.compile(r"([a-z_]+)=([1-9]\d{0,11})/([1-9]\d{0,5})")


def rates(texts: Iterable[str]) -> dict[Name, RateLimitItem]:
    """RATES with the changes that `texts` name: "message=1000/30" is 1,000 in 30 s. Raises ValueError."""
    changed = dict(RATES)
    for text in texts:
        found = _RATE.fullmatch(text)
        if found is None or found[1] not in RATES:
            raise ValueError(f"{text!r} is no rate; write it like message=1000/30, with a name of docs/settings.md")
        changed[cast("Name", found[1])] = RateLimitItemPerSecond(int(found[2]), int(found[3]))
    return changed


def counted_as(key: str) -> str:
    """What a person, account or network address is counted as: itself, an IPv6 address as its /64.

    The smallest network that anybody is given has 2**64 addresses: one by one they would be as many budgets.
    """
    if ":" not in key:
        return key
    try:
        address = ipaddress.IPv6Address(key.partition("%")[0])
    except ValueError:
        return key
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.IPv6Network((address, 64), strict=False))


class Limits:
    """enabled False (SEMAFOR_LIMITS=off): nothing is ever refused."""

    def __init__(self, enabled: bool, allowed: Mapping[Name, RateLimitItem] = RATES) -> None:
        self._enabled = enabled
        self._rates = allowed
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def hit(self, name: Name, key: str, cost: int = 1) -> None:
        """Count `cost`: one, or a file's bytes. Raises Refusal rate_limited."""
        key = counted_as(key)
        if self._enabled and not self._limiter.hit(self._rates[name], name, key, cost=cost):
            raise self._refusal(name, key)

    def check(self, name: Name, key: str) -> None:
        """Count nothing. Raises Refusal rate_limited where one more would be too many."""
        key = counted_as(key)
        if self._enabled and not self._limiter.test(self._rates[name], name, key):
            raise self._refusal(name, key)

    def _refusal(self, name: Name, key: str) -> Refusal:
        reset_at = self._limiter.get_window_stats(self._rates[name], name, key).reset_time
        wait_s = max(1.0, reset_at - time.time())
        return Refusal("rate_limited", f"Too many at once. Try again in {wait_s:.0f} s.", retry_after_s=wait_s)
