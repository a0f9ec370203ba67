"""The weekly report by mail: Monday at 7 of the site's zone, for those managers who asked for it.

Exactly once over restarts and servers: a mail's id is made of the week and the reader, so that the outbox takes it
once; and the record keeps which week is done, so that nobody who asks for the report on Tuesday gets last week's. A
server that was down on Monday sends when it is back; of several weeks the last.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from server import access
from server.clock import Clock
from server.services.known.directory import Directory
from server.services.reports.reports import Asked, Reports
from server.settings import Settings
from transcripts.envelopes import Envelope
from transcripts.errors import Conflict
from transcripts.mails.weekly import weekly_mail
from transcripts.port import Store
from transcripts.records import Agent

SENT_AT = time(7)
DONE = "weekly_report_done"
"""The named value that keeps the Monday of the week that was written last."""
WEEK = timedelta(days=7)


class WeeklyReports:
    def __init__(self, store: Store, directory: Directory, reports: Reports, clock: Clock, settings: Settings) -> None:
        self._store = store
        self._directory = directory
        self._reports = reports
        self._clock = clock
        self._zone = settings.zone
        self._settings = settings
        self._done: str | None = None

    async def tick(self) -> None:
        """Queue the mails of last week where it is time and nobody has.

        Raises StoreUnavailable; the next tick goes on where this one stopped.
        """
        monday = due(self._clock.now(), self._zone)
        week = monday.isoformat()
        if self._done == week:
            return
        done = await self._store.value(DONE)
        # A desk that never wrote one begins with the next.
        if done is not None and done < week:
            for reader in self._readers():
                await self._write(reader, monday)
        if done is None or done < week:
            await self._store.swap_value(DONE, done, week)
        self._done = week

    def _readers(self) -> list[Agent]:
        return [
            agent for agent in self._directory.agents() if agent.weekly_report and access.is_at_least(agent, "manager")
        ]

    async def _write(self, reader: Agent, monday: date) -> None:
        mail_id = f"weekly-{monday.isoformat()}-{reader.id}"
        if await self._store.mail(mail_id) is not None:
            return
        week = ((monday - WEEK).isoformat(), monday.isoformat())
        asked = Asked(*week, None, None, str(self._zone), "day", is_recorded=True)
        made = (await self._reports.make(reader, "overview", asked)).data
        envelope = Envelope(mail_id, self._settings.mail_host)
        told = await self._told(reader, monday)
        mail = weekly_mail(envelope, reader.email, reader.locale, (made["from"], made["to"]), made["figures"], told)
        try:
            await self._store.queue_mail(mail, self._clock.now())
        except Conflict:
            return  # another server was faster

    async def _told(self, reader: Agent, monday: date) -> dict[str, Any]:
        """How what visitors were told in that week came true, beside the week before."""
        totals = []
        for end in (monday, monday - WEEK):
            asked = Asked(
                (end - WEEK).isoformat(), end.isoformat(), None, None, str(self._zone), "day", is_recorded=True
            )
            totals.append((await self._reports.make(reader, "estimates", asked)).data["total"])
        return {**totals[0], "previous": totals[1]["within_upto"]}


def due(now: datetime, zone: ZoneInfo) -> date:
    """The Monday on which the newest report that should be there by now is sent; it is about the week before."""
    local = now.astimezone(zone)
    monday = local.date() - timedelta(local.weekday())
    is_time = now >= datetime.combine(monday, SENT_AT, zone)
    return monday if is_time else monday - WEEK
