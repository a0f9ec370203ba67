"""Known people: whom a chat's visitor is taken for and how sure that is, contacts, and one-time codes.

Who is only claimed is shown to agents as claimed, and the visitor gets nothing by it. The way from claimed to verified
is a code that goes to the address which was known before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from server.clock import Clock
from server.errors import Refusal, not_found
from server.settings import Settings
from server.signing import Signer
from transcripts.codes import NewCode, OneTimeCode, Outcome, TooManyCodes, Try
from transcripts.contacts import MAX_ADDRESSES, AddressTaken, Contact, ContactChanges, TwoIdentities
from transcripts.envelopes import Envelope
from transcripts.errors import ChatClosed, Conflict, NotHeld
from transcripts.mails.code_mail import code_mail
from transcripts.port import Store
from transcripts.records import Agent, Chat, Visitor

MatchedBy = Literal["signed", "code", "address"]

NOT_HELD = "Only who has the chat sends a code. Take it first."
_ENTERED: dict[Outcome, tuple[Literal["invalid", "conflict"], str]] = {
    "wrong": ("invalid", "This is not the code that we sent. You have {left} more."),
    "spent": ("conflict", "That was not it either, so this code is void now. Ask for a new one."),
    "expired": ("conflict", "This code has expired. Ask for a new one."),
    "none": ("conflict", "No code is expected here, or not any more. Ask for a new one."),
}


@dataclass(frozen=True, slots=True)
class Match:
    """Whom the visitor is taken for. by "address": only claimed. code: the last one sent in this chat."""

    contact: Contact
    by: MatchedBy
    code: OneTimeCode | None


class People:
    def __init__(
        self, store: Store, signer: Signer, clock: Clock, settings: Settings, new_id: Callable[[], str]
    ) -> None:
        self._store = store
        self._signer = signer
        self._clock = clock
        self._settings = settings
        self._new_id = new_id

    async def match(self, chat: Chat, visitor: Visitor | None) -> Match | None:
        """None: nobody known."""
        code = await self._store.code_of(chat.id)
        if chat.visitor_verified == "signed" and visitor is not None and visitor.subject is not None:
            signed = await self._store.contact_by_subject(visitor.subject)
            if signed is not None:
                return Match(signed, "signed", code)
        if chat.visitor_verified == "code" and code is not None and code.state == "confirmed":
            proved = await self._store.contact(code.contact_id)
            if proved is not None:
                return Match(proved, "code", code)
        claimed = None if chat.visitor_email is None else await self._store.contact_by_address(chat.visitor_email)
        return None if claimed is None else Match(claimed, "address", code)

    # ---- one-time codes ---------------------------------------------------------------------------------------------

    async def send_code(self, agent: Agent, chat: Chat) -> OneTimeCode:
        """Mail a code to the primary address of whom the visitor claims to be. Raises Refusal, ChatClosed."""
        if chat.state == "closed":
            raise ChatClosed(chat.id)
        if chat.agent_id != agent.id:
            raise Refusal("forbidden", NOT_HELD)
        contact = await self._claimed(chat)
        at, code_id = self._clock.now(), self._new_id()
        address = contact.addresses[0]
        mail = code_mail(chat, address, code_id, Envelope(self._new_id(), self._settings.mail_host), at)
        code_hash = self._signer.code_hash(chat.id, self._signer.one_time_code(code_id))
        try:
            await self._store.send_code(NewCode(code_id, chat.id, contact.id, address, code_hash, agent.id, at, mail))
        except NotHeld as exc:
            raise Refusal("forbidden", NOT_HELD) from exc
        except TooManyCodes as exc:
            wait_s = max(1.0, exc.retry_after.total_seconds())
            message = f"This address got many codes within the hour. Try again in {wait_s / 60:.0f} min."
            raise Refusal("rate_limited", message, retry_after_s=wait_s) from exc
        sent = await self._store.code_of(chat.id)
        if sent is None:
            raise not_found("code")
        return sent

    async def enter_code(self, chat: Chat, code: str) -> Chat:
        """Raises Refusal invalid (another try is left) or conflict (it is over with this code), ChatClosed."""
        code_hash = self._signer.code_hash(chat.id, code)
        entered = await self._store.enter_code(Try(chat.id, chat.visitor_id, code_hash, self._clock.now()))
        if entered.outcome == "confirmed":
            return entered.chat
        kind, message = _ENTERED[entered.outcome]
        left = f"{entered.left} tries" if entered.left != 1 else "1 try"
        raise Refusal(kind, message.format(left=left), field="code")

    async def _claimed(self, chat: Chat) -> Contact:
        """Raises Refusal conflict."""
        if chat.visitor_verified == "signed":
            raise Refusal("conflict", "The site has signed who this is: no code is needed.")
        if chat.visitor_verified == "code":
            raise Refusal("conflict", "A code has confirmed this visitor in this chat already.")
        match = await self.match(chat, None)
        if match is None or not match.contact.addresses:
            what = "under this address" if chat.visitor_email else "here: the visitor gave no address"
            raise Refusal(
                "conflict",
                f"Nobody is known {what}. A code goes only to an address that was known before: "
                "ask which address they wrote from last time.",
                field="email",
            )
        return match.contact

    # ---- contacts ---------------------------------------------------------------------------------------------------

    async def contact(self, contact_id: str) -> Contact:
        """Raises Refusal not_found."""
        contact = await self._store.contact(contact_id)
        if contact is None:
            raise not_found("contact")
        return contact

    async def add(self, agent: Agent, name: str | None, addresses: Sequence[str]) -> Contact:
        new = Contact(self._new_id(), name, _once(addresses), None, self._clock.now())
        with _refusals():
            return await self._store.add_contact(new, f"agent:{agent.id}")

    async def change(
        self, agent: Agent, contact_id: str, name: str | None, addresses: Sequence[str] | None, merge: str | None
    ) -> Contact:
        if merge == contact_id:
            raise Refusal("invalid", "A contact cannot become part of itself. Name another one.", field="merge")
        if merge is not None:
            both = (*(await self.contact(contact_id)).addresses, *(await self.contact(merge)).addresses)
            if len(both) > MAX_ADDRESSES and addresses is None:
                raise Refusal("conflict", f"Together they have more than {MAX_ADDRESSES} addresses.", field="merge")
        changes = ContactChanges(
            self._clock.now(),
            f"agent:{agent.id}",
            name=name,
            addresses=None if addresses is None else _once(addresses),
            merge=merge,
        )
        await self.contact(contact_id)
        with _refusals():
            return await self._store.change_contact(contact_id, changes)


def _once(addresses: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(addresses))


@contextmanager
def _refusals() -> Iterator[None]:
    """What the record refuses, as a person is told it."""
    try:
        yield
    except AddressTaken as exc:
        who = exc.contact.name or exc.contact.addresses[0]
        raise Refusal(
            "conflict",
            f"{exc.address} belongs to another contact ({who}). Merge the two, or take it away there first.",
            field="addresses",
        ) from exc
    except TwoIdentities as exc:
        raise Refusal(
            "conflict", "The site has signed these two as different people: they stay two contacts.", field="merge"
        ) from exc
    except Conflict as exc:
        raise Refusal("conflict", "The contact has changed meanwhile. Reload and try again.") from exc
