"""What was lived through, in sentences: for who reads a long run, judged by nobody."""

from __future__ import annotations

from collections.abc import Iterator

from tests.faults.histories import History, Recovery


def figures(history: History) -> str:
    acknowledged = sum(op.outcome == "ok" for op in history.operations)
    counted = (
        f"{len(history.operations)} operations, {acknowledged} acknowledged, {len(history.chats)} chats,"
        f" {len(history.heard)} messages shown, {len(history.links)} connections"
    )
    return "\n".join((counted, *_recoveries(history)))


def _recoveries(history: History) -> Iterator[str]:
    of_kind: dict[str, list[Recovery]] = {}
    for recovery in history.recoveries:
        of_kind.setdefault(recovery.what, []).append(recovery)
    for what, recoveries in of_kind.items():
        answered = sorted(one.connected_at - one.ended_at for one in recoveries)
        served = sorted(one.probed_at - one.ended_at for one in recoveries)
        middle = len(recoveries) // 2
        yield (
            f"{what}, {len(recoveries)} times: everybody answered after {answered[middle]:.1f} s"
            f" (at most {answered[-1]:.1f}), a newcomer served after {served[middle]:.1f} s (at most {served[-1]:.1f})"
        )
