"""How waits are spread: how many chats waited how long, in steps that people read (15 s, a minute, five minutes).

A bin holds what is longer than its beginning and at most its end, as the service target counts what is at most the
target; the first holds 0 too. The target always is an edge, so the bins up to it are those within it.
"""

from __future__ import annotations

from itertools import pairwise

from server.reports.measures import Json
from server.reports.parts import Run

EDGES_S: tuple[float, ...] = (0, 15, 30, 45, 60, 90, 120, 180, 240, 300, 600, 900, 1800, 3600)


def distribution(waits_s: Run, *, target_s: float) -> Json:
    """The last bin has no end."""
    edges = sorted({*EDGES_S, target_s})
    upto = [0, *(waits_s.upto(edge) for edge in edges[1:]), waits_s.n]
    return {
        "bins": [
            {"from_s": from_s, "to_s": to_s, "chats": after - before}
            for (from_s, to_s), (before, after) in zip(pairwise([*edges, None]), pairwise(upto), strict=True)
        ],
        "target_s": target_s,
        "n": waits_s.n,
    }
