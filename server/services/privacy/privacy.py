"""Privacy on a running desk: erasing and exporting people, retention once a day, and what a person asks for by a link.

A link goes to any address that is asked for, known or not, so that asking tells nothing; it is signed, good for 24
hours and for what it was asked for, and opens what is proved to be the address's: no browser's visits without it.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from server.clock import Clock
from server.errors import changed_meanwhile
from server.ids import new_id
from server.services.audit.auditing import Auditing
from server.services.known.roll_call import RollCall
from server.services.privacy.consent import Consent
from server.services.privacy.erasing import Done, End, Erasing
from server.services.privacy.person_export import Gathered, PersonExport
from server.services.privacy.retaining import VALUE, Retaining, plain
from server.settings import Settings
from server.signing import BadSignature, Signer
from transcripts.envelopes import Envelope
from transcripts.facts import ChatChanged, Fact
from transcripts.mails.person_mail import KIND, Purpose, person_mail
from transcripts.persons import find_person
from transcripts.port import Store
from transcripts.privacy import Person, Subject
from transcripts.records import Agent
from transcripts.retention import Retention

Leave = Callable[[str], Awaitable[None]]
"""Takes a chat out of the queue, where it is in it."""
Cut = Callable[[frozenset[str]], Awaitable[None]]
"""Ends the connections of these visitors."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a link stands for."""

    address: str
    purpose: Purpose
    locale: str

    @property
    def subject(self) -> Subject:
        return Subject("address", self.address.lower())


class Privacy:
    def __init__(
        self,
        store: Store,
        erasing: Erasing,
        audit: Auditing,
        signer: Signer,
        roll_call: RollCall,
        clock: Clock,
        settings: Settings,
        end: End,
        leave: Leave,
    ) -> None:
        self._store = store
        self._erasing = erasing
        self._audit = audit
        self._signer = signer
        self._roll_call = roll_call
        self._clock = clock
        self._settings = settings
        self._end = end
        self._leave = leave
        self._ended: list[str] = []
        self.retaining = Retaining(store, erasing, clock)
        self.consent = Consent(store, audit)
        self.export = PersonExport(store, settings.site_name, settings.zone)

    async def tick(self) -> None:
        """Retention once a day, by one server. Raises StoreUnavailable; the next tick goes on."""
        if not self._roll_call.is_leader():
            return
        await self._erasing.purge_if_due()
        if await self.retaining.is_due():
            rows = await self.retaining.run()
            if rows:
                counts = [{"class": row.kind, "department": row.department_id, **row.counts} for row in rows]
                await self._audit.note("system", "retention.ran", "retention", went=counts)

    async def set_retention(self, actor: Agent | str, wanted: Mapping[str, Any], if_version: int | None) -> Retention:
        """What holds from now on. Raises Refusal invalid, conflict."""
        kept, before, after = await self.retaining.decided(wanted, if_version)
        told = {"before": plain(before), "after": plain(after)}
        is_swapped = await self._audit.along(
            actor,
            "settings.changed",
            "settings:retention",
            lambda store: store.swap_value(VALUE, kept, json.dumps(plain(after))),
            lambda is_swapped: told if is_swapped else None,
        )
        if not is_swapped:
            raise changed_meanwhile()
        return after

    async def clean_up(self) -> None:
        """What lies beside this server follows the erasures of all. Raises StoreUnavailable, OSError."""
        await self._erasing.catch_up()

    async def begin_anew(self) -> None:
        """Before anybody is served. Raises StoreUnavailable."""
        await self._erasing.begin_anew()

    def hear(self, facts: Sequence[Fact]) -> None:
        """A listener for the store: the command line ends and erases chats that this server's queue still holds."""
        self._ended += [
            fact.chat.id
            for fact in facts
            if isinstance(fact, ChatChanged)
            and fact.chat.erased_at is not None
            and fact.before is not None
            and fact.before.state != "closed"
        ]

    async def release(self) -> None:
        """Take those chats out of the queue. Raises QueueUnavailable."""
        while self._ended:
            await self._leave(self._ended[0])
            self._ended.pop(0)

    async def erase(self, actor: Agent | str, subject: Subject, cut: Cut) -> Done:
        """cut: whoever is connected must not bring back what they said before. Raises StoreUnavailable."""
        person = await find_person(self._store, subject)
        done = await self._erasing.erase(actor, subject, self._end)
        await cut(frozenset(person.visitor_ids))
        return done

    async def gather(self, actor: Agent | str, subject: Subject, *, for_themselves: bool = False) -> Gathered:
        """Raises StoreUnavailable."""
        person = await find_person(self._store, subject, only_proved=for_themselves)
        gathered = await self.export.gather(person, for_themselves=for_themselves)
        counts = {name: len(group) for name, group in gathered.data.items()}
        await self._audit.note(actor, "person.exported", self._erasing.told_as(subject), **counts)
        return gathered

    async def archive(self, gathered: Gathered, locale: str) -> IO[bytes]:
        return await self.export.archive(gathered, locale)

    async def look(self, subject: Subject) -> Person:
        return await find_person(self._store, subject)

    # ---- by the person themselves -----------------------------------------------------------------------------------

    async def ask(self, address: str, locale: str, purpose: Purpose) -> None:
        """Mail the link, whoever it is. Raises StoreUnavailable."""
        now = self._clock.now()
        envelope = Envelope(new_id(), self._settings.mail_host)
        await self._store.queue_mail(person_mail(envelope, address, locale, purpose, now), now)

    async def asked(self, signed: str) -> Asked | None:
        """None: forged, too old, or what it was asked for is done."""
        try:
            kind, mail_id = self._signer.link_subject(signed)
        except BadSignature:
            return None
        mail = await self._store.mail(mail_id) if kind == "person" else None
        if mail is None or mail.kind != KIND:
            return None
        if self._clock.now() >= datetime.fromisoformat(mail.context["expires_at"]):
            return None
        return Asked(mail.to, mail.context["purpose"], mail.locale)
