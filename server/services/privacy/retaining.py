"""Retention: what is kept for how long, looked at without touching anything, and carried out once a day by one server.

Small batches, each a transaction or a few, with pauses: conversations come first. What was taken away is told in
numbers; where it lay is made unreadable once, at the end of a run.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from server.clock import Clock
from server.errors import Refusal, changed_meanwhile
from server.services.privacy.erasing import Erasing
from transcripts.persons import find_person
from transcripts.port import Store
from transcripts.privacy import Erasure, Person, Subject
from transcripts.retention import CLASSES, DAYS_MAX, Aged, Outdated, Retention, RetentionClass, due

VALUE = "desk:retention"
RAN = "desk:retention:ran"
"""The named value that keeps when it ran last."""
EVERY = timedelta(days=1)
BATCH = 50
EVERYTHING = 1_000_000
PAUSE_S = 0.02
NO_DEPARTMENT = ""
"""Of pages whose visitor never wrote: the desk's own days hold."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """What one rule found. counts: by kind of thing."""

    kind: RetentionClass
    department_id: str
    before: datetime
    counts: Mapping[str, int]


class Retaining:
    def __init__(self, store: Store, erasing: Erasing, clock: Clock) -> None:
        self._store = store
        self._erasing = erasing
        self._clock = clock

    async def rules(self) -> Retention:
        return retention_of(await self._store.value(VALUE))

    async def decided(
        self, wanted: Mapping[str, Any], if_version: int | None
    ) -> tuple[str | None, Retention, Retention]:
        """What VALUE is now, its rules, and those that are wanted. Raises Refusal invalid, conflict."""
        text = await self._store.value(VALUE)
        before = retention_of(text)
        if if_version is not None and if_version != before.version:
            raise changed_meanwhile("if_version")
        known = {department.id for department in await self._store.departments()}
        return text, before, changed(before, wanted, known)

    async def look(self) -> list[Row]:
        """What would go now; nothing is touched."""
        now, rows = self._clock.now(), []
        for asked in due(await self.rules(), await self._departments(), now, EVERYTHING):
            found = await self._store.outdated(asked)
            if not found.is_nothing:
                rows.append(Row(asked.kind, asked.department_id, asked.before, _without_none(found.counts)))
        return sorted(rows, key=_by_class)

    async def run(self) -> list[Row]:
        """Take away what is due; what went. Raises StoreUnavailable; the next run goes on where this one stopped."""
        now, rows = self._clock.now(), []
        for asked in due(await self.rules(), await self._departments(), now, BATCH):
            counts = await self._carry_out(asked)
            if counts:
                rows.append(Row(asked.kind, asked.department_id, asked.before, counts))
        if rows:
            await self._erasing.purge()
        return sorted(rows, key=_by_class)

    async def is_due(self) -> bool:
        """Whether a day has passed since it ran; marks it as run, so that it runs once on all servers."""
        now = self._clock.now()
        ran = await self._store.value(RAN)
        if ran is not None and now - datetime.fromisoformat(ran) < EVERY and datetime.fromisoformat(ran) <= now:
            return False
        return await self._store.swap_value(RAN, ran, now.isoformat())

    async def _carry_out(self, asked: Outdated) -> dict[str, int]:
        counts: Counter[str] = Counter()
        previous: Aged | None = None
        while not (found := await self._store.outdated(asked)).is_nothing and found != previous:
            if asked.kind == "conversations":
                await self._forget(found)
            else:
                await self._store.drop_outdated(asked, found)
            counts.update(found.counts)
            previous = found
            await asyncio.sleep(PAUSE_S)
        return _without_none(counts)

    async def _forget(self, found: Aged) -> None:
        """The words of the conversations, and who led them where nothing newer is known of them."""
        topics = frozenset(topic for department in await self._store.departments() for topic in department.topics)
        visitors, addresses = await self._led_by(found)
        now = self._clock.now()
        await self._store.erase(Erasure(Person(found.chat_ids, found.ticket_numbers), now, topics))
        for subject in (
            *(Subject("address", address) for address in addresses),
            *(Subject("visitor", visitor_id) for visitor_id in visitors),
        ):
            left = await find_person(self._store, subject)
            if not (left.chat_ids or left.ticket_numbers):
                await self._store.erase(Erasure(left, now, topics))

    async def _led_by(self, found: Aged) -> tuple[list[str], list[str]]:
        chats = [await self._store.chat(chat_id) for chat_id in found.chat_ids]
        tickets = [await self._store.ticket(number) for number in found.ticket_numbers]
        visitors = dict.fromkeys(chat.visitor_id for chat in chats if chat is not None)
        named = [chat.visitor_email for chat in chats if chat is not None]
        named += [ticket.requester_email for ticket in tickets if ticket is not None]
        return list(visitors), list(dict.fromkeys(address.lower() for address in named if address))

    async def _departments(self) -> list[str]:
        return [*(department.id for department in await self._store.departments()), NO_DEPARTMENT]


# ---- rules as JSON ---------------------------------------------------------------------------------------------------


def retention_of(text: str | None) -> Retention:
    if text is None:
        return Retention()
    said = json.loads(text)
    return Retention(said["desk"], said["departments"], said["version"])


def plain(retention: Retention) -> Json:
    return {
        "desk": {kind: retention.desk.get(kind) for kind in CLASSES},
        "departments": {key: dict(days) for key, days in retention.departments.items()},
        "version": retention.version,
    }


def changed(before: Retention, wanted: Mapping[str, Any], departments: set[str]) -> Retention:
    """desk: the classes named, null: for ever. departments: by id; null: as the desk. Raises Refusal invalid."""
    desk = {**before.desk, **_days(wanted.get("desk") or {}, "desk")}
    own = dict(before.departments)
    for department_id, days in (wanted.get("departments") or {}).items():
        if department_id not in departments:
            raise Refusal("invalid", "There is no such department.", field=f"departments.{department_id}")
        if days is None:
            own.pop(department_id, None)
        else:
            own[department_id] = _days(days, f"departments.{department_id}")
    return Retention(desk, own, before.version + 1)


def _days(said: Any, field: str) -> dict[Any, int | None]:
    if not isinstance(said, Mapping):
        raise Refusal("invalid", "Say days by class.", field=field)
    for kind, days in said.items():
        if kind not in CLASSES:
            raise Refusal("invalid", f"There is no such class; use {', '.join(CLASSES)}.", field=f"{field}.{kind}"[:80])
        is_number = isinstance(days, int) and not isinstance(days, bool)
        if days is not None and not (is_number and 1 <= days <= DAYS_MAX):
            raise Refusal("invalid", f"Say whole days, 1 to {DAYS_MAX:,}, or null for ever.", field=f"{field}.{kind}")
    return dict(said)


def _by_class(row: Row) -> int:
    return CLASSES.index(row.kind)


def _without_none(counts: Mapping[str, int]) -> dict[str, int]:
    return {name: n for name, n in counts.items() if n}
