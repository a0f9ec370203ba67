"""Setting a new password by a mailed link: for whoever forgot theirs, and reads the mail of the account's address.

Asking tells nothing: the answer is given before anybody looks whether there is such an account. A link works once,
for an hour (an invitation for a week), and only the newest one; it sets the password and ends all sessions, the second
factor stays.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from server.clock import Clock
from server.services.accounts.accounts import Accounts
from server.services.accounts.own_account import OwnAccount
from server.services.accounts.passwords import require_good
from server.services.accounts.second_factor import swapped
from server.services.audit.auditing import Auditing
from server.services.known.directory import Directory
from server.settings import Settings
from server.signing import BadSignature, Signer
from transcripts.credentials import Credentials, CredentialStore
from transcripts.envelopes import Envelope
from transcripts.mails.account_mails import invitation_mail, reset_mail
from transcripts.port import OutboxStore
from transcripts.records import Agent

log = structlog.get_logger(__name__)

LINK_LIFE = timedelta(hours=1)
INVITATION_LIFE = timedelta(days=7)
ASKED_MAX = 1_000
"""Requests of one second that are remembered; limits per address are far below."""


class ResetStore(CredentialStore, OutboxStore, Protocol):
    """What of the record resets are in."""


class Resets:
    def __init__(
        self,
        store: ResetStore,
        directory: Directory,
        accounts: Accounts,
        own: OwnAccount,
        audit: Auditing,
        signer: Signer,
        clock: Clock,
        settings: Settings,
        new_id: Callable[[], str],
    ) -> None:
        self._store = store
        self._directory = directory
        self._accounts = accounts
        self._own = own
        self._audit = audit
        self._signer = signer
        self._clock = clock
        self._settings = settings
        self._new_id = new_id
        self._asked: deque[tuple[str, str]] = deque(maxlen=ASKED_MAX)

    def ask(self, email: str, locale: str) -> None:
        """Mail a link to the account of this address, if there is one, within a second or two."""
        self._asked.append((email, locale))

    async def tick(self) -> None:
        """Mail what was asked for. Raises StoreUnavailable; then the rest is tried again."""
        while self._asked:
            email, locale = self._asked[0]
            agent = self._directory.agent_by_email(email)
            if agent is not None and agent.disabled_at is None:
                await self.send(agent, locale, actor="system")
            self._asked.popleft()

    async def send(self, agent: Agent, locale: str, *, actor: Agent | str) -> None:
        """Mail a link; the one before counts no more. Raises StoreUnavailable."""
        await send_link(self._store, self._audit, actor, agent, locale, self._clock, self._settings, self._new_id)

    async def invite(self, agent: Agent, *, actor: Agent | str) -> None:
        """The same to somebody who asked for nothing: it says who made the account. Raises StoreUnavailable."""
        by = actor.name if isinstance(actor, Agent) else None
        until = self._clock.now() + INVITATION_LIFE
        reset_id = await _new_link(self._store, self._audit, actor, agent, until, self._new_id)
        envelope = Envelope(self._new_id(), self._settings.mail_host)
        mail = invitation_mail(envelope, agent.email, agent.locale, agent.id, reset_id, until, by)
        await self._store.queue_mail(mail, self._clock.now())

    async def end_link(self, agent: Agent) -> None:
        """What was mailed to an address that is not theirs any more sets no password. Raises StoreUnavailable."""
        await end_link(self._store, agent.id)

    async def holder(self, signed: str) -> Agent | None:
        """Whose password a link may still set; None: forged, used, replaced, too old, or the account is disabled."""
        found = await self._found(signed)
        return None if found is None else found[0]

    async def use(self, signed: str, password: str, locale: str) -> Agent | None:
        """Set the password and end all sessions; None where the link counts no more.

        Raises Refusal invalid, field password, where the password is not good enough: the link still counts then.
        """
        found = await self._found(signed)
        if found is None:
            return None
        agent, kept = found
        require_good(password, agent.email, self._settings.password_min_chars, "password")
        used = replace(kept, version=kept.version + 1, reset_id=None, reset_until=None)
        if not await self._store.swap_credentials(used):
            return None
        changed = await self._accounts.set_password(agent, password, actor=agent, by="mail", action="password.reset")
        await self._own.tell(agent, "password", locale)
        return changed

    async def _found(self, signed: str) -> tuple[Agent, Credentials] | None:
        try:
            kind, subject = self._signer.link_subject(signed)
        except BadSignature:
            return None
        agent_id, _, reset_id = subject.partition(":")
        agent = self._directory.agent(agent_id)
        if kind != "reset" or agent is None or agent.disabled_at is not None:
            return None
        kept = await self._store.credentials(agent.id)
        counts = kept.reset_until is not None and self._clock.now() < kept.reset_until and kept.reset_id == reset_id
        return (agent, kept) if counts else None


async def end_link(store: CredentialStore, agent_id: str) -> None:
    """The link that was mailed last counts no more."""
    while (kept := await store.credentials(agent_id)).reset_id is not None:
        await store.swap_credentials(replace(kept, version=kept.version + 1, reset_id=None, reset_until=None))


async def send_link(
    store: ResetStore,
    audit: Auditing,
    actor: Agent | str,
    agent: Agent,
    locale: str,
    clock: Clock,
    settings: Settings,
    new_id: Callable[[], str],
) -> None:
    """Put the mail with the link into the outbox; also for the command line, beside a server that runs."""
    until = clock.now() + LINK_LIFE
    reset_id = await _new_link(store, audit, actor, agent, until, new_id)
    envelope = Envelope(new_id(), settings.mail_host)
    await store.queue_mail(reset_mail(envelope, agent.email, locale, agent.id, reset_id, until), clock.now())


async def _new_link(
    store: ResetStore, audit: Auditing, actor: Agent | str, agent: Agent, until: datetime, new_id: Callable[[], str]
) -> str:
    """The id of the only one that counts from here on."""
    reset_id = new_id()
    while True:
        kept = await store.credentials(agent.id)
        after = replace(kept, version=kept.version + 1, reset_id=reset_id, reset_until=until)
        if await swapped(store, audit, actor, "password.asked", after):
            return reset_id
