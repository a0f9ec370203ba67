"""Reports that are kept as a whole until anything they are made of changes: for figures that are no sum of days.

Under the versions that the record counts (`day_versions`), read before the rows: what is kept is never older than what
it is kept for. Where the record counts none everything is made anew each time.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from server.reports.periods import Span
from server.services.reports.report_frame import Frame
from transcripts.port import Store

Made = TypeVar("Made")
MOST = 200
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Kept:
    """stamp: the versions of the days it is of."""

    stamp: tuple[int, ...]
    made: Any


class ReportWholes:
    """One per process; several tasks may ask at once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: OrderedDict[Hashable, _Kept] = OrderedDict()

    async def of(
        self,
        frame: Frame,
        name: str,
        make: Callable[[], Awaitable[Made]],
        *,
        looks_back: timedelta = timedelta(0),
        given: Hashable = None,
        by_chats_alone: bool = False,
    ) -> Made:
        """What `make` gives.

        given: what else it is made of, such as people's names. by_chats_alone: time that passes changes nothing but the
        end of the last bucket, which is then the one it was made for.
        """
        period = frame.period
        versions = await self._store.day_versions(period.from_at - looks_back, period.to_at)
        if versions is None:
            return await make()
        is_lasting = _is_lasting(frame)
        about: Hashable = period
        if not is_lasting and by_chats_alone:
            about = (period.zone.key, period.from_at, tuple(period.starts))
        key = (name, about, frame.departments, frame.agent_id, given) if is_lasting or by_chats_alone else None
        stamp = _stamp(period.span, versions, looks_back)
        kept = self._find(key, stamp)
        if kept is None:
            kept = _Kept(stamp, await make())
            self._keep(key, kept)
        made: Made = kept.made
        return made

    async def by_given(
        self, frame: Frame, name: str, make: Callable[[], Awaitable[Made]], given: Hashable, agent_id: str | None
    ) -> Made:
        """What `make` gives, made of nothing but the period and what is given, about this agent (None: all)."""
        if not _is_lasting(frame):
            return await make()
        key = (name, frame.period, frame.departments, agent_id, given)
        kept = self._find(key, ())
        if kept is None:
            kept = _Kept((), await make())
            self._keep(key, kept)
        made: Made = kept.made
        return made

    def _find(self, key: Hashable, stamp: tuple[int, ...]) -> _Kept | None:
        kept = self._kept.get(key)
        if kept is None or kept.stamp != stamp:
            return None
        self._kept.move_to_end(key)
        return kept

    def _keep(self, key: Hashable, kept: _Kept) -> None:
        if key is None:
            return
        self._kept[key] = kept
        self._kept.move_to_end(key)
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)


def _is_lasting(frame: Frame) -> bool:
    """A period that ends in the middle of a day ends with the clock: as a whole it is never asked for again."""
    return frame.period.day_start(frame.period.to_at) == frame.period.to_at


def _stamp(span: Span, versions: Mapping[int, int], looks_back: timedelta) -> tuple[int, ...]:
    first = (span.from_at - looks_back - _EPOCH) // _DAY
    beyond = -((_EPOCH - span.to_at) // _DAY)
    return tuple(versions.get(day, 0) for day in range(first, beyond))
