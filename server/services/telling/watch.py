"""Mails to whoever manages a department: nobody is at the desk in opening hours, and again when that is over.

Once per gap, whatever crashes and however many servers there are. The leader acts. What it is about to tell is first
written down in the record, as a value that only one server can put there, under the moment at which the gap began;
the mails' ids follow from that. So whoever goes on tells the same again, and the outbox knows it already.

A gap's beginning, cause, end and cost are the coverage ledger's, so that a mail and the report agree.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from queueing.coverage import Gap
from server import access
from server.clock import Clock, from_ms, to_ms
from server.log import logger
from server.reports.coverage import LOOK_BACK, coverage
from server.reports.periods import Period, Span
from server.services.known.directory import Directory
from server.services.known.roll_call import RollCall
from server.services.presence.ledger import Ledger
from server.services.telling.openness import Openness
from server.settings import Settings
from transcripts.envelopes import Envelope
from transcripts.errors import Conflict
from transcripts.mails.watching import Unattended, unattended_mail
from transcripts.port import Store

SETTLE_S = 2.0
"""The ledger is written once a second: so long after a change it is looked at."""
PATIENCE_S = 30.0
"""So long the ledger has to tell how a gap ended."""


@dataclass(frozen=True, slots=True)
class Told:
    """What stands in the record about a gap. is_told: the mails about its beginning are queued."""

    gap: Unattended
    is_told: bool = False

    def text(self) -> str:
        gap = self.gap
        values: dict[str, Any] = {name: getattr(gap, name) for name in Unattended.__slots__}
        values |= {"since": gap.since.isoformat(), "until": gap.until.isoformat() if gap.until else None}
        return json.dumps({**values, "is_told": self.is_told}, ensure_ascii=False, sort_keys=True)


def _told(text: str) -> Told:
    values = json.loads(text)
    is_told, until = values.pop("is_told"), values.pop("until")
    since = datetime.fromisoformat(values.pop("since"))
    gap = Unattended(**values, since=since, until=None if until is None else datetime.fromisoformat(until))
    return Told(gap, is_told)


class Watch:
    def __init__(
        self,
        store: Store,
        directory: Directory,
        openness: Openness,
        roll_call: RollCall,
        ledger: Ledger,
        clock: Clock,
        settings: Settings,
    ) -> None:
        self._store = store
        self._directory = directory
        self._openness = openness
        self._roll_call = roll_call
        self._ledger = ledger
        self._clock = clock
        self._delay_s = settings.nobody_online_mail_s
        self._zone = settings.zone
        self._settings = settings
        self._told: dict[str, Told | None] = {}
        self._due_s: dict[str, float] = {}
        self._over_s: dict[str, float] = {}
        self._unsure: set[str] = set()  # what was told there is from before: it may be over, and another have begun
        self._hours: Mapping[str, object] | None = None
        self._owed_since: dict[str, datetime] = {}

    async def missing_since(self, department_id: str) -> datetime | None:
        """When the gap that goes on there began, on whichever server; None where the ledger has none, or none yet.

        Raises StoreUnavailable.
        """
        self._notice_new()
        await self._ledger.write()
        gaps = await self._gaps(department_id)
        return await self._since(department_id, gaps[-1]) if gaps and gaps[-1].end is None else None

    async def tick(self) -> None:
        """Raises StoreUnavailable; what was begun then goes on with the next one."""
        self._notice_new()
        if self._delay_s <= 0 or not self._roll_call.is_leader():
            self._told.clear()  # whoever leads meanwhile changes it
            self._due_s.clear()
            return
        for department in self._directory.every_department():
            await self._look(department.id)

    def _notice_new(self) -> None:
        """Departments that are made, or open at other times, from now on: nobody had to be there before."""
        hours = {one.id: (one.hours, one.tz, one.holidays, one.closed_at) for one in self._directory.every_department()}
        new = () if self._hours is None else (name for name in hours if self._hours.get(name) != hours[name])
        self._owed_since |= dict.fromkeys(new, self._clock.now())
        self._hours = hours

    async def _look(self, department_id: str) -> None:
        if department_id not in self._told:
            text = await self._store.value(_name(department_id))
            self._told[department_id] = None if text is None else _told(text)
            self._unsure.add(department_id)
        told = self._told[department_id]
        is_open = self._directory.is_open(department_id, self._clock.now())
        is_missing = is_open and not self._openness.is_attended(department_id)
        if not is_missing:
            self._due_s.pop(department_id, None)
        if told is not None and told.gap.until is not None:
            await self._tell_over(department_id, told)
        elif told is not None and not told.is_told:
            await self._tell(department_id, told)
        elif told is not None:
            await self._end(department_id, told, is_missing=is_missing)
        elif is_missing:
            await self._begin(department_id)

    # ---- it begins --------------------------------------------------------------------------------------------------

    async def _begin(self, department_id: str) -> None:
        """Once the gap is old enough, counted from when it really began."""
        now_s = self._clock.monotonic_s()
        if now_s < self._due_s.setdefault(department_id, now_s + SETTLE_S):
            return
        gaps = await self._gaps(department_id)
        if not gaps or gaps[-1].end is not None:
            self._due_s[department_id] = now_s + SETTLE_S
            return
        since = await self._since(department_id, gaps[-1])
        left_s = self._delay_s - (self._clock.now() - since).total_seconds()
        if left_s > 0:
            self._due_s[department_id] = now_s + left_s
            return
        cause = gaps[-1].cause
        waiting = await self._store.stays([(since, self._clock.now())], (department_id,))
        gap = Unattended(
            department=self._directory.department_name(department_id),
            since=since,
            cause=cause.kind,
            agent=None if cause.agent is None else self._directory.agent_name(cause.agent),
            reason=cause.reason,
            waiting=len({stay.chat_id for stay in waiting if stay.to_at is None}),
        )
        if await self._put(department_id, None, Told(gap)):
            await self._tell(department_id, Told(gap))

    async def _tell(self, department_id: str, told: Told) -> None:
        await self._mail(department_id, told.gap)
        await self._put(department_id, told, replace(told, is_told=True))

    async def _since(self, department_id: str, gap: Gap) -> datetime:
        """A desk that was never running before cannot have been unattended, nor a department that was not there."""
        began_at = from_ms(gap.began_ms)
        first_at = min((proof.started_at for proof in await self._store.proofs()), default=began_at)
        return max(began_at, first_at, self._owed_since.get(department_id, began_at))

    # ---- it ends ----------------------------------------------------------------------------------------------------

    async def _end(self, department_id: str, told: Told, *, is_missing: bool) -> None:
        """As the ledger says how, which is a moment later; where it cannot say, as of now."""
        if is_missing and department_id not in self._unsure:
            self._over_s.pop(department_id, None)
            return
        now_s = self._clock.monotonic_s()
        gaps = await self._gaps(department_id, told.gap.since)
        found = next((gap for gap in gaps if _is_of(gap, told)), None)
        is_over = found is not None and found.end is not None
        if not is_over and (is_missing or now_s < self._over_s.setdefault(department_id, now_s) + PATIENCE_S):
            self._unsure.discard(department_id)
            return
        end = None if found is None else found.end
        until = max(told.gap.since, self._clock.now() if found is None or end is None else from_ms(found.to_ms))
        came = None if end is None or end.agent is None else self._directory.agent_name(end.agent)
        stays = await self._store.stays([(told.gap.since, until)], (department_id,)) if told.gap.since < until else ()
        gap = replace(
            told.gap,
            until=until,
            ended="came" if end is None else end.kind,
            came=came,
            waiting=len({stay.chat_id for stay in stays}),
            left=len({stay.chat_id for stay in stays if stay.left and stay.to_at is not None and stay.to_at <= until}),
        )
        self._over_s.pop(department_id, None)
        if await self._put(department_id, told, Told(gap, is_told=True)):
            await self._tell_over(department_id, Told(gap, is_told=True))

    async def _tell_over(self, department_id: str, told: Told) -> None:
        await self._mail(department_id, told.gap)
        await self._put(department_id, told, None)

    # ---- the record -------------------------------------------------------------------------------------------------

    async def _put(self, department_id: str, before: Told | None, after: Told | None) -> bool:
        """False where another server was faster; what it wrote is read with the next look."""
        texts = (None if told is None else told.text() for told in (before, after))
        is_put = await self._store.swap_value(_name(department_id), *texts)
        if is_put:
            self._told[department_id] = after
        else:
            self._told.pop(department_id, None)
        return is_put

    async def _gaps(self, department_id: str, since: datetime | None = None) -> tuple[Gap, ...]:
        """Of the last days up to now, as the report has them; from before `since` on."""
        now = self._clock.now()
        span = Span(min(now, since or now) - LOOK_BACK, now)
        period = Period(self._zone, span.from_at, span.to_at, (span,))
        # A little further than now, so that closing time is not taken for the end of what is known.
        opening = {department_id: self._directory.open_times(department_id, span.from_at, now + timedelta(days=1))}
        rows = await self._store.presence(span.from_at, span.to_at)
        return coverage(period, rows, await self._store.proofs(), opening, now).gaps

    async def _mail(self, department_id: str, gap: Unattended) -> None:
        """To everybody who manages the department, once."""
        number = 0
        for agent in self._directory.agents():
            if not access.is_at_least(agent, "manager") or not access.in_scope(agent, department_id):
                continue
            mail_id = f"gap-{department_id}-{to_ms(gap.since)}-{agent.id}"
            mail = unattended_mail(Envelope(mail_id, self._settings.mail_host), agent.email, agent.locale, gap)
            try:
                await self._store.queue_mail(mail, self._clock.now())
            except Conflict:
                continue
            number += 1
        kind = "nobody_online" if gap.until is None else "nobody_online_over"
        logger.info("managers_written_to", kind=kind, department=department_id, mails=number)


def _is_of(gap: Gap, told: Told) -> bool:
    """The gap that was told of: it may have begun earlier than it could be told of, before the desk was running."""
    since_ms = to_ms(told.gap.since)
    return gap.from_ms <= since_ms < gap.to_ms


def _name(department_id: str) -> str:
    return f"watch:{department_id}"
