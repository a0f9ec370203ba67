"""What came out: the figures of the managers' reports, of one simulated desk.

By the same definitions (server/reports, queueing/coverage.py): the reports over the same month say the same.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np

from queueing.coverage import Cover, Span, coverage
from queueing.presence import Proof
from server.clock import to_ms
from server.reports.foresight import counts_of, held_of
from server.reports.measures import percentile, share, spread
from server.simulation.played import PROCESS, Simulated
from server.simulation.visitors import Talk

Json = dict[str, Any]
EARLY_S = 5.0  # who left sooner is not judged: "abandoned_early" of the reports


def figures(played: Simulated) -> Json:
    """Plain JSON; what is unknown is None."""
    desk = played.desk
    waits_s = played.waits_s
    replies_s = [(talk.replied_at_ms - talk.at_ms) / 1000 for talk in played.talks if talk.replied_at_ms is not None]
    judged, in_time = _judged(played, replies_s)
    unanswered = sum(1 for talk in played.talks if talk.has_left and talk.replied_at_ms is None)
    cover = _cover(played)
    return {
        "seed": played.seed,
        "from": _iso(desk.from_at),
        "to": _iso(desk.to_at),
        "tz": desk.tz,
        "arrived": played.arrived,
        "served": played.served,
        "left": played.left,
        "still_there": played.still_there,
        "abandoned": unanswered,
        "abandoned_share": share(unanswered, played.arrived),
        "queue_wait": {**spread(waits_s), "n": len(waits_s)},
        "first_reply": {**spread(replies_s), "n": len(replies_s)},
        "target_s": desk.target_s,
        "within_target": share(in_time, judged),
        "judged": judged,
        "coverage": {**cover.in_seconds(), "share": share(cover.covered_ms, cover.open_ms)},
        "estimates": _foresight(played),
        "occupancy": share(played.busy_ms, played.slot_ms),
    }


def _judged(played: Simulated, replies_s: list[float]) -> tuple[int, int]:
    """(chats whose first reply is judged by now, those of them that had it within the target)."""
    target_ms, now_ms = played.desk.target_s * 1000, to_ms(played.desk.to_at)

    def is_late(talk: Talk) -> bool:
        if talk.replied_at_ms is not None:
            return False
        if talk.closed_at_ms is None:
            return talk.at_ms < now_ms - target_ms
        return talk.closed_at_ms - talk.at_ms > EARLY_S * 1000

    judged = len(replies_s) + sum(1 for talk in played.talks if is_late(talk))
    return judged, sum(1 for reply_s in replies_s if reply_s <= played.desk.target_s)


def _cover(played: Simulated) -> Cover:
    opening = {
        name: [Span(to_ms(opens), to_ms(closes)) for opens, closes in times]
        for name, times in played.desk.opening.items()
    }
    from_ms, to_at_ms = to_ms(played.desk.from_at), to_ms(played.desk.to_at)
    proofs = [Proof(PROCESS, to_at_ms, ended=True)]
    return coverage(played.presence, proofs, opening, [Span(from_ms, to_at_ms)], to_at_ms).total


def _foresight(played: Simulated) -> Json:
    """How the first range that was told came true, of all who are out of line by the end."""
    told = [(talk, shown, over_ms) for talk in played.talks if (shown := talk.shown) and (over_ms := _over_ms(talk))]
    judged = [one for one in told if one[2] >= one[1].at_ms]
    took_s = np.array([(over_ms - shown.at_ms) / 1000 for _, shown, over_ms in judged], np.float64)
    upto_s = np.array([shown.wait.upto_s for _, shown, _ in judged], np.float64)
    is_answered = np.array([bool(talk.served) for talk, _, _ in judged], np.bool_)
    is_offered = np.array([talk.offered_at_ms is not None for talk, _, _ in judged], np.bool_)
    known = (is_answered | is_offered).tolist()
    errors_s = [
        abs(s - one[1].wait.likely_s)
        for one, s, is_known in zip(judged, took_s.tolist(), known, strict=True)
        if is_known
    ]
    return {**counts_of(held_of(took_s, upto_s, is_answered, is_offered)), "median_error_s": percentile(errors_s, 0.5)}


def _over_ms(talk: Talk) -> int | None:
    """Until an agent had it, else until one would have had it, else until it left; None: it is in line."""
    return talk.served[0][0] if talk.served else talk.offered_at_ms or talk.closed_at_ms


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
