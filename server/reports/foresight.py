"""How the waits that were told came true.

Judged is the first range each chat was told, so that one long wait with a hundred updates counts once, and only
where an agent took the chat afterwards: who left tells nothing about the wait they were spared.
"""

from __future__ import annotations

from collections.abc import Sequence

from server.reports.measures import ENOUGH, Json, by_bucket, percentile, share
from server.reports.periods import Period
from transcripts.figures import Foretold


def foresight(period: Period, told: Sequence[Foretold]) -> Json:
    """told: in the period."""
    return {"total": _figures(told), "buckets": by_bucket(period, [(one.at, one) for one in told], _figures)}


def _figures(told: Sequence[Foretold]) -> Json:
    return {
        "n": len(told),
        "within_upto": share(sum(1 for one in told if one.took_s <= one.upto_s), len(told), at_least=ENOUGH),
        "median_error_s": percentile([abs(one.took_s - one.likely_s) for one in told], 0.5),
    }
