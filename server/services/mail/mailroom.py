"""Mail of this desk: connects the record's outbox with the words, the links and the way out.

Whichever way they leave, mails stand in the outbox, where managers and the demo's mailbox read them.
"""

from __future__ import annotations

import email
import email.policy
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage

from server.clock import Clock
from server.setting_groups import MailGroup
from server.settings import Settings
from server.wire import Wire
from transcripts.errors import TranscriptError
from transcripts.facts import Fact, MailQueued
from transcripts.inbound.threads import tagged
from transcripts.mails import account_mails, code_mail, incident_mails, person_mail
from transcripts.mails.composer import Composer
from transcripts.mails.mails import DeskFacts, MailError
from transcripts.port import Store
from transcripts.records import Mail
from transcripts.sending.outbox import Letter, Outbox
from transcripts.sending.transport import Transport

# Two servers that failed together do not come back at the same second.
JITTER = (0.8, 1.2)
SECRET = account_mails.WITH_LINK | {code_mail.KIND, person_mail.KIND}
"""Kinds of mail that bring what only their addressee may see."""


@dataclass(frozen=True, slots=True)
class MailContent:
    """A mail as its reader sees it. html: None where there is no such part."""

    subject: str
    sender: str
    text: str
    html: str | None


class Mailroom:
    def __init__(
        self,
        store: Store,
        wire: Wire,
        transport: Transport,
        clock: Clock,
        settings: Settings,
        one_time_code: Callable[[str], str],
        reply_tag: Callable[[str], str],
        mail: Callable[[], MailGroup],
    ) -> None:
        """one_time_code: the digits of a code, by its id. reply_tag: of a ticket's reply address, by its number.

        mail: what an admin has set of mails.
        """
        self._store = store
        self._settings = settings
        self._mail = mail
        self._wire = wire
        self._clock = clock
        self._one_time_code = one_time_code
        self._takes_mail = settings.takes_mail
        self._reply_tag = reply_tag
        self._outbox = Outbox(
            store,
            self._compose,
            transport,
            spread=lambda: secrets.SystemRandom().uniform(*JITTER),
            now=clock.now,
        )

    async def run(self) -> None:
        """Send what is due until cancelled."""
        await self._outbox.run()

    def hear(self, facts: Sequence[Fact]) -> None:
        """A listener for the store: a queued mail wakes the loop."""
        self._outbox.hear(facts)

    def wake(self) -> None:
        """Look at the record at once: there is something due."""
        self._outbox.hear((MailQueued(""),))

    async def content(self, mail: Mail, *, for_addressee: bool = False) -> MailContent:
        """What was sent, else what would be sent now; its fault in the place of the text where it cannot be written.

        for_addressee: with its one-time code or link, which nobody else may see (the demo's mailbox is everybody's).
        """
        try:
            if for_addressee and mail.kind in SECRET:
                raw = (await self._compose(mail)).raw
            else:
                raw = mail.raw or await self._kept(mail)
        except TranscriptError as exc:
            return MailContent(mail.subject or "—", self._settings.mail_from, str(exc), None)
        message = email.message_from_bytes(raw, EmailMessage, policy=email.policy.default)
        return MailContent(
            subject=str(message["Subject"] or "—"),
            sender=str(message["From"]),
            text=_part(message, "plain") or "",
            html=_part(message, "html"),
        )

    async def subject(self, mail: Mail) -> str:
        return mail.subject or (await self.content(mail)).subject

    def facts(self) -> DeskFacts:
        """Who writes, as it is set now."""
        settings, mail = self._settings, self._mail()
        signatures: dict[str, str] = {locale: said for locale, said in mail.signatures.items() if said}
        return DeskFacts(
            settings.site_name, self._wire.public_url, settings.mail_from, settings.zone, mail.name, signatures
        )

    async def _compose(self, mail: Mail) -> Letter:
        return await Composer(self._store, self.facts(), self._link, self._code, self._reply_to).compose(mail)

    async def _kept(self, mail: Mail) -> bytes:
        letter = await self._compose(mail)
        return letter.kept or letter.raw

    def _code(self, mail: Mail) -> str | None:
        """Raises MailError for what is over: late mail must not bring somebody a code or a link that is refused."""
        if mail.kind not in SECRET:
            return None
        if self._clock.now() >= datetime.fromisoformat(mail.context["expires_at"]):
            raise MailError("What it brings had expired before the mail could be sent. Send a new one.")
        if mail.kind == person_mail.KIND:
            return self._wire.person_url(mail.id)
        if mail.kind in account_mails.WITH_LINK:
            return self._wire.reset_url(mail.context["agent_id"], mail.context["reset_id"])
        return self._one_time_code(mail.context["code_id"])

    def _reply_to(self, number: str) -> str | None:
        return tagged(self._settings.mail_from, self._reply_tag(number)) if self._takes_mail else None

    def _link(self, mail: Mail) -> str | None:
        if mail.kind in incident_mails.KINDS:
            return self._wire.incidents.of_mail(mail)
        if mail.ticket_number is not None:
            return self._wire.ticket_url(mail.ticket_number)
        return None if mail.chat_id is None else self._wire.transcript_url(mail.chat_id)


def _part(message: EmailMessage, kind: str) -> str | None:
    part = message.get_body((kind,))
    return None if part is None else str(part.get_content())
