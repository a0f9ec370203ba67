"""How often one person, address or account may do a thing: what is above is refused with `retry_after_s`.

Windows slide (the `limits` library, in memory). The figures are far above what a person does and below what hurts.
"""

from __future__ import annotations

import time
from typing import Literal

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from server.errors import Refusal

Name = Literal[
    "connect",  # per address: Socket.IO connections
    "event",  # per person: any event
    "message",  # per person: messages, notes
    "chat_start",  # per visitor
    "chat_start_address",  # per address
    "ticket",  # per visitor or agent
    "ticket_address",  # per address
    "transcript",  # per visitor
    "code_send",  # per agent; the record counts per address, too
    "code_enter",  # per visitor; the record counts per code, too
    "sign_in",  # per address
    "sign_in_failed",  # per account: wrong passwords
    "search",  # per agent
    "file",  # per person: uploads
    "file_address",  # per address: uploads
    "file_bytes",  # per person: bytes of uploads
    "subscribe",  # per address: asking for news of incidents
    "subscribe_to",  # per mail address that would be written to
    "http",  # per address, unauthenticated pages
]

RATES: dict[Name, RateLimitItem] = {
    "connect": RateLimitItemPerMinute(2000),
    "event": RateLimitItemPerSecond(3000, 30),
    "message": RateLimitItemPerSecond(1000, 30),
    "chat_start": RateLimitItemPerMinute(30),
    "chat_start_address": RateLimitItemPerMinute(600),
    "ticket": RateLimitItemPerMinute(20),
    "ticket_address": RateLimitItemPerMinute(60),
    "transcript": RateLimitItemPerHour(5),
    "code_send": RateLimitItemPerMinute(10),
    "code_enter": RateLimitItemPerMinute(20),
    "sign_in": RateLimitItemPerMinute(300),
    "sign_in_failed": RateLimitItemPerMinute(10),
    "search": RateLimitItemPerMinute(120),
    "file": RateLimitItemPerHour(300),
    "file_address": RateLimitItemPerHour(3000),
    "file_bytes": RateLimitItemPerHour(500_000_000),
    "subscribe": RateLimitItemPerMinute(20),
    "subscribe_to": RateLimitItemPerHour(3),
    "http": RateLimitItemPerMinute(1200),
}


class Limits:
    """enabled False (SEMAFOR_LIMITS=off): nothing is ever refused."""

    def __init__(self, enabled: bool) -> None:
        self._enabled = enabled
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def hit(self, name: Name, key: str, cost: int = 1) -> None:
        """Count `cost`: one, or a file's bytes. Raises Refusal rate_limited."""
        if self._enabled and not self._limiter.hit(RATES[name], name, key, cost=cost):
            raise self._refusal(name, key)

    def check(self, name: Name, key: str) -> None:
        """Count nothing. Raises Refusal rate_limited where one more would be too many."""
        if self._enabled and not self._limiter.test(RATES[name], name, key):
            raise self._refusal(name, key)

    def _refusal(self, name: Name, key: str) -> Refusal:
        reset_at = self._limiter.get_window_stats(RATES[name], name, key).reset_time
        wait_s = max(1.0, reset_at - time.time())
        return Refusal("rate_limited", f"Too many at once. Try again in {wait_s:.0f} s.", retry_after_s=wait_s)
