"""Tiers: who serves which, and when what one has not solved passes to the next.

A ticket's time runs in its department's opening hours from when it came to its tier, while the team has it: not while
it waits for its customer. Nothing passes on to a tier that no enabled account of the department serves: nobody would
ever answer there.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from server.services.known.directory import Directory
from server.services.known.targets import Targets
from server.settings import Settings
from transcripts.records import Chat, Ticket
from transcripts.ticket_life import AT_WORK, tier_since

HIGHEST = 3
LOOK_BACKS = tuple(timedelta(days=days) for days in (2, 16, 120, 800))
"""Opening hours are added up as far back as needed; most tiers' time is over within days."""


def chat_since(chat: Chat) -> datetime:
    """From when on a chat's time at its tier counts: in line since `queued_at`, else since an agent first had it there.

    An older chat's last agent, where that is not known.
    """
    if chat.state == "queued":
        return chat.queued_at
    return chat.tier_assigned_at or chat.assigned_at or chat.queued_at


class Tiers:
    def __init__(self, directory: Directory, settings: Settings) -> None:
        self._directory = directory
        self._targets = Targets(directory, settings)

    def next_of(self, department_id: str, tier: int) -> int | None:
        """The next tier that somebody serves; None: there is none, or escalation is off. Who serves 3 serves 2 too."""
        if self.after_s(department_id) <= 0 or tier >= min(HIGHEST, self._targets.tiers(department_id)):
            return None
        served = any(agent.tier > tier and department_id in agent.department_ids for agent in self._directory.agents())
        return tier + 1 if served else None

    def after_s(self, department_id: str) -> float:
        """How long a tier of the department has what comes to it; 0: for ever."""
        return self._targets.escalate_after_s(department_id)

    def serves(self, agent_id: str, department_id: str, tier: int) -> bool:
        agent = self._directory.agent(agent_id)
        return (
            agent is not None
            and agent.disabled_at is None
            and agent.tier >= tier
            and department_id in agent.department_ids
        )

    def is_accepting(self, department_id: str, above: int, accepting: Iterable[str]) -> bool:
        """Whether one of the agents who are `accepting` serves a tier above."""
        return any(self.serves(agent_id, department_id, above + 1) for agent_id in accepting)

    def over_since(self, department_id: str, now: datetime) -> datetime | None:
        """Who has been at their tier since then or longer has used up the time; None: nobody can have.

        The inverse of `escalates_at`: the moment since which the opening hours add up to the time of a tier.
        """
        hours = self._directory.hours(department_id)
        if hours is None:
            return now - timedelta(seconds=self.after_s(department_id))
        for look_back in LOOK_BACKS:
            left = timedelta(seconds=self.after_s(department_id))
            for opens, closes in reversed(hours.intervals(now - look_back, now)):
                if left <= closes - opens:
                    return closes - left
                left -= closes - opens
        return None

    def escalates_at(self, ticket: Ticket) -> datetime | None:
        """When the ticket's time at its tier is over; None: it never is, as things stand."""
        if ticket.status not in AT_WORK or self.next_of(ticket.department_id, ticket.tier) is None:
            return None
        since, hours = tier_since(ticket), self._directory.hours(ticket.department_id)
        after_s = self.after_s(ticket.department_id)
        if hours is None:
            return since + timedelta(seconds=after_s)
        return hours.add_open_time(since, after_s)
