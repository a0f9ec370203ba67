"""The chats that reports are made of, by the UTC day: held in memory, kept in the record, read where neither has them.

A day is as it was while its version stands, which the record counts (`day_versions`). Days that are over are kept in
the record, too (`keep`), so that the first report after a start reads a few bytes per chat, and no chat. Versions are
read before the chats, so that what is kept is never older than what it is kept for. Where the record counts no
versions chats are read anew each time.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from server.reports.chats import Chats, Words, joined
from server.reports.packed import pack, unpack
from server.reports.parts import micros
from server.services.reports.report_frame import Frame
from transcripts.columns import KeptDay
from transcripts.port import Store

MOST_CHATS = 1_000_000
"""Held in memory: ten months of 100,000, about 100 MB."""
AT_ONCE = 8
"""Days read together: two such readings go on at a time."""
HELD_DAYS = 62
"""The newest, held from the start on: a month and the one before."""
PAUSE_S = 0.01
"""Between days while nobody waits for them, so that conversations come first."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)
_DAY_MICROS = _DAY // timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class _Held:
    version: int
    chats: Chats


class ReportChats:
    """One per process; several tasks may ask at once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._words = Words()
        self._held: OrderedDict[int, _Held] = OrderedDict()
        self._chats = 0
        self._reading = asyncio.Lock()

    async def of(self, frame: Frame, *, looks_back: timedelta = timedelta(0), everybodys: bool = False) -> Chats:
        """Started in the period, or so long before it, of the frame's departments and agent (everybodys: of all)."""
        found = await self._between(frame.period.from_at - looks_back, frame.period.to_at)
        agent_id = None if everybodys else frame.agent_id
        if frame.departments is None and agent_id is None:
            return found
        return await asyncio.to_thread(_among, found, frame.departments, agent_id)

    async def keep(self, now: datetime) -> int:
        """Hold the newest days, and have those that are over kept in the record; how many were made for that.

        From the newest to the oldest, in no hurry.
        """
        versions = await self._store.day_versions(_EPOCH, now) or {}
        days = sorted(versions, reverse=True)
        for first in range(0, min(HELD_DAYS, len(days)), AT_ONCE):
            await self._days({day: versions[day] for day in days[first : first + AT_ONCE]})
            await asyncio.sleep(PAUSE_S)
        made = 0
        for day in days:
            made += await self._keep(day, versions[day], is_over=day < (now - _EPOCH) // _DAY)
            await asyncio.sleep(PAUSE_S)
        return made

    async def _keep(self, day: int, version: int, *, is_over: bool) -> bool:
        """Have it kept, where it is over and is not; whether it was made for that."""
        kept = (await self._store.kept_days(day, day)).get(day) if is_over else None
        if not is_over or (kept is not None and kept.version == version):
            return False
        (chats,) = await self._days({day: version})
        await self._store.keep_day(day, KeptDay(version, await asyncio.to_thread(pack, chats)))
        return True

    async def _between(self, from_at: datetime, to_at: datetime) -> Chats:
        versions = await self._store.day_versions(from_at, to_at)
        if versions is None:
            columns = await self._store.chat_columns(from_at, to_at)
            return await asyncio.to_thread(Chats.of, columns)
        days = await self._days(versions)
        return await asyncio.to_thread(self._joined, days, micros(from_at), micros(to_at))

    def _joined(self, days: Sequence[Chats], from_micros: int, to_micros: int) -> Chats:
        ends = [day.between(from_micros, to_micros) for day in days]
        return joined([day for day in ends if len(day)], self._words)

    async def _days(self, versions: Mapping[int, int]) -> list[Chats]:
        """Each whole, in order.

        Who asks at the same time waits for the other: a page asks for several reports of the same days.
        """
        if len(found := self._found(versions)) < len(versions):
            async with self._reading:
                found = self._found(versions)
                found |= await self._kept([day for day in sorted(versions) if day not in found], versions)
                runs = _runs([day for day in sorted(versions) if day not in found])
                for read in await asyncio.gather(*(self._read(run) for run in runs)):
                    found |= read
                for day, chats in found.items():
                    self._hold(day, _Held(versions[day], chats))
        return [found[day] for day in sorted(versions)]

    async def _kept(self, days: Sequence[int], versions: Mapping[int, int]) -> dict[int, Chats]:
        kept = await self._store.kept_days(days[0], days[-1]) if days else {}
        wanted = {day: kept[day].kept for day in days if day in kept and kept[day].version == versions[day]}

        def unpacked() -> dict[int, Chats]:
            chats = {day: unpack(data, self._words) for day, data in wanted.items()}
            return {day: one for day, one in chats.items() if one is not None}

        return await asyncio.to_thread(unpacked) if wanted else {}

    async def _read(self, run: Sequence[int]) -> dict[int, Chats]:
        """run: days that follow each other."""
        columns = await self._store.chat_columns(_EPOCH + run[0] * _DAY, _EPOCH + (run[-1] + 1) * _DAY)

        def apart() -> dict[int, Chats]:
            chats = Chats.of(columns, self._words)
            return {day: chats.between(day * _DAY_MICROS, (day + 1) * _DAY_MICROS) for day in run}

        return await asyncio.to_thread(apart)

    def _found(self, versions: Mapping[int, int]) -> dict[int, Chats]:
        """The days that are held as they are."""
        found = {}
        for day, version in versions.items():
            held = self._held.get(day)
            if held is not None and held.version == version:
                self._held.move_to_end(day)
                found[day] = held.chats
        return found

    def _hold(self, day: int, held: _Held) -> None:
        before = self._held.pop(day, None)
        self._chats += len(held.chats) - (0 if before is None else len(before.chats))
        self._held[day] = held
        while self._chats > MOST_CHATS and len(self._held) > 1:
            _, forgotten = self._held.popitem(last=False)
            self._chats -= len(forgotten.chats)


def _among(chats: Chats, departments: tuple[str, ...] | None, agent_id: str | None) -> Chats:
    if departments is not None:
        chats = chats.pick(chats.is_any("department", departments))
    return chats if agent_id is None else chats.pick(chats.is_any("agent", [agent_id]))


def _runs(days: Sequence[int]) -> list[list[int]]:
    """Neighbours together, at most AT_ONCE."""
    runs: list[list[int]] = []
    for day in days:
        if runs and day == runs[-1][-1] + 1 and len(runs[-1]) < AT_ONCE:
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs
