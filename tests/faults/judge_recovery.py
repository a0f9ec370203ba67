"""After a fault: everybody is connected and served again within seconds."""

from __future__ import annotations

from collections.abc import Iterator

from tests.faults.histories import History

RECOVERED_S = 10.0


def recoveries(history: History) -> Iterator[str]:
    for recovery in history.recoveries:
        if (took_s := recovery.connected_at - recovery.ended_at) > RECOVERED_S:
            last = recovery.last
            yield f"slow recovery: {took_s:.1f} s after {recovery.what} until everybody was connected, last {last}"
        if (took_s := recovery.probed_at - recovery.ended_at) > RECOVERED_S:
            yield f"slow recovery: {took_s:.1f} s after {recovery.what} until a new chat was served"


RULES = (recoveries,)
