"""The one place that asks what time it is."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from functools import lru_cache

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock:
    """Wall time for what is stored, monotonic time for what is measured while running."""

    def now(self) -> datetime:
        """Aware UTC, whole milliseconds: what the record keeps and the wire shows."""
        return from_ms(self.now_ms())

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def monotonic_s(self) -> float:
        return time.monotonic()


@lru_cache(maxsize=16)
def from_ms(at_ms: int) -> datetime:
    """Exact, unlike datetime.fromtimestamp of a float."""
    return _EPOCH + timedelta(0, at_ms // 1000, at_ms % 1000 * 1000)


def to_ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)
