"""What people do to their own account, and what admins do for them; each of it is written down and told by mail."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable
from typing import Protocol

from server.clock import Clock
from server.services.accounts.accounts import Accounts
from server.services.accounts.passwords import require_good
from server.services.accounts.second_factor import Enrolment, SecondFactor
from server.services.audit.auditing import Auditing
from server.services.known.directory import Directory
from server.settings import Settings
from transcripts.accounts import AccountStore
from transcripts.envelopes import Envelope
from transcripts.errors import Conflict
from transcripts.mails.account_mails import News, news_mail
from transcripts.plain import one_line
from transcripts.port import OutboxStore
from transcripts.records import Agent

NAME_MAX = 80
CAPACITY = 3


class OwnAccountStore(OutboxStore, AccountStore, Protocol):
    """What of the record is needed here."""


class OwnAccount:
    def __init__(
        self,
        store: OwnAccountStore,
        directory: Directory,
        accounts: Accounts,
        factor: SecondFactor,
        audit: Auditing,
        clock: Clock,
        settings: Settings,
        new_id: Callable[[], str],
    ) -> None:
        self._store = store
        self._directory = directory
        self._accounts = accounts
        self.factor = factor
        self._audit = audit
        self._clock = clock
        self._settings = settings
        self._new_id = new_id

    async def change_password(self, agent: Agent, password: str, new: str, *, keep: str) -> None:
        """keep: the token hash of the session that stays; all others end. Raises Refusal invalid, naming the field."""
        await self._accounts.require_password(agent, password)
        require_good(new, agent.email, self._settings.password_min_chars, "new_password")
        await self._accounts.set_password(agent, new, actor=agent, by="own", keep=keep)
        await self.tell(agent, "password")

    async def begin_factor(self, agent: Agent, password: str) -> Enrolment:
        """Raises Refusal invalid for a wrong password, conflict where there is a second factor."""
        await self._accounts.require_password(agent, password)
        return await self.factor.begin(agent)

    async def confirm_factor(self, agent: Agent, code: str) -> tuple[str, ...]:
        """The recovery codes. Raises Refusal invalid or conflict."""
        codes = await self.factor.confirm(agent, code)
        self._accounts.forget(agent.id)
        await self.tell(agent, "factor_on")
        return codes

    async def renew_recovery(self, agent: Agent, password: str) -> tuple[str, ...]:
        """New recovery codes; the old ones count no more. Raises Refusal invalid or conflict."""
        await self._accounts.require_password(agent, password)
        return await self.factor.renew_recovery(agent)

    async def end_factor(self, agent: Agent, password: str) -> None:
        """Raises Refusal invalid for a wrong password."""
        await self._accounts.require_password(agent, password)
        await self._take_factor_away(agent, agent)

    async def reset_factor(self, actor: Agent | str, agent: Agent) -> bool:
        """By an admin, for somebody who has lost phone and codes; False where there was none."""
        return await self._take_factor_away(actor, agent)

    async def make(self, email: str, name: str | None, department_id: str) -> Agent | None:
        """An agent's account for somebody whom the provider named; None where the department takes nobody.

        Nobody knows its password; who wants one sets it by mail.
        """
        department = self._directory.department(department_id)
        if department is None or department.closed_at is not None:
            return None
        shown = one_line(name or email.partition("@")[0], NAME_MAX)
        password_hash = await self._accounts.passwords.hash(secrets.token_urlsafe(32))
        new = Agent(self._new_id(), email, shown, "agent", (department_id,), 1, CAPACITY, password_hash)
        with contextlib.suppress(Conflict):  # the same person in two windows
            await self._audit.along(
                "system",
                "agent.added",
                f"agent:{new.id}",
                lambda store: store.add_agent(new),
                lambda _: {"by": "provider", "email": email},
            )
        await self._directory.refresh()
        return self._directory.agent_by_email(email)

    async def tell(self, agent: Agent, news: News, locale: str | None = None) -> None:
        """To the account's owner, by mail."""
        now, host = self._clock.now(), self._settings.mail_host
        envelope = Envelope(self._new_id(), host)
        await self._store.queue_mail(news_mail(envelope, agent.email, locale or agent.locale, news, now), now)

    async def _take_factor_away(self, actor: Agent | str, agent: Agent) -> bool:
        was_there = await self.factor.end(actor, agent)
        self._accounts.forget(agent.id)
        if was_there:
            await self.tell(agent, "factor_off")
        return was_there
