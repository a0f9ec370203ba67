"""Sends one mail at once, past the outbox, and tells what came of it: so that an admin sees whether mail leaves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from server.clock import Clock
from server.ids import new_id
from server.services.audit.auditing import Auditing
from server.settings import Settings
from transcripts.mails.mails import DeskFacts, MailError
from transcripts.mails.trial_mail import trial_mail
from transcripts.records import Agent
from transcripts.sending.transport import DeliveryError

PATIENCE_S = 20.0
TOO_LATE = "Check host and port in SEMAFOR_SMTP_URL, and that no firewall is in between."


class Telling(Protocol):
    async def deliver(self, envelope_from: str, to: str, raw: bytes) -> str:
        """What the other side answered. Raises DeliveryError."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """answer: what the mail server said, or where the mail is. error and remedy: where it was not sent."""

    answer: str | None
    error: str | None = None
    remedy: str | None = None


class MailTrial:
    def __init__(
        self, transport: Telling, facts: Callable[[], DeskFacts], settings: Settings, audit: Auditing, clock: Clock
    ) -> None:
        self._transport = transport
        self._facts = facts
        self._settings = settings
        self._audit = audit
        self._clock = clock

    async def send(self, actor: Agent, to: str, locale: str) -> Outcome:
        """Within PATIENCE_S. Raises StoreUnavailable where it cannot be written down."""
        outcome = await self._outcome(to, locale)
        await self._audit.note(actor, "mail.tested", "settings:mail", to=to, sent=outcome.error is None)
        return outcome

    async def _outcome(self, to: str, locale: str) -> Outcome:
        message_id = f"<{new_id()}@{self._settings.mail_host}>"
        try:
            raw = await asyncio.to_thread(trial_mail, self._facts(), to, locale, message_id, self._clock.now())
            async with asyncio.timeout(PATIENCE_S):
                return Outcome(await self._transport.deliver(self._settings.mail_from, to, raw))
        except MailError as exc:
            return Outcome(None, str(exc), "Set another sender's address.")
        except TimeoutError:
            return Outcome(None, f"No answer within {PATIENCE_S:.0f} s.", TOO_LATE)
        except DeliveryError as exc:
            return Outcome(None, str(exc), exc.remedy)
