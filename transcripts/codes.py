"""One-time codes: how a visitor proves that a known address is theirs, for one chat.

A code goes to the primary address of the contact whom the chat's address names, never to one that was just typed. It
holds for that chat, 10 minutes, one use and 5 wrong tries; a new one ends the one before. The record keeps only a
keyed hash. Everything about a code is decided here, in the transaction, so several servers count the same tries.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, Protocol

from transcripts.audit import NewAudit
from transcripts.changes import Change
from transcripts.contacts import Contact
from transcripts.errors import ChatClosed, Conflict, NotHeld, StoreError
from transcripts.operations import NewMail
from transcripts.records import Chat

LIFETIME = timedelta(minutes=10)
MAX_WRONG = 5
RECENT = timedelta(hours=1)
MAX_RECENT = 5
"""Codes that one address gets within RECENT, from all chats: more would fill somebody's mailbox, and allow guessing."""

CodeState = Literal["sent", "confirmed", "spent", "replaced", "expired"]
Outcome = Literal["confirmed", "wrong", "spent", "expired", "none"]


@dataclass(frozen=True, slots=True)
class OneTimeCode:
    """code_hash: keyed, hex. agent_id: who sent it. wrong: tries that failed. spent: too many of them."""

    id: str
    chat_id: str
    contact_id: str
    address: str
    code_hash: str
    agent_id: str
    sent_at: datetime
    expires_at: datetime
    wrong: int = 0
    state: CodeState = "sent"


@dataclass(frozen=True, slots=True)
class NewCode:
    """agent_id must have the chat; the address must be the contact's. mail: the one with the code."""

    id: str
    chat_id: str
    contact_id: str
    address: str
    code_hash: str
    agent_id: str
    at: datetime
    mail: NewMail


@dataclass(frozen=True, slots=True)
class Try:
    """What the visitor typed, as its keyed hash."""

    chat_id: str
    visitor_id: str
    code_hash: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Entered:
    """left: how many wrong tries there still are."""

    chat: Chat
    outcome: Outcome
    left: int = 0


@dataclass(frozen=True, slots=True)
class CodeChange:
    """What an operation makes of a chat's codes; None: nothing of that kind changes."""

    code: OneTimeCode | None
    change: Change | None
    audit: NewAudit | None
    entered: Entered | None = None


class TooManyCodes(StoreError):
    """The address got enough codes for now. retry_after: until the next one may be sent."""

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__("too many codes to one address")
        self.retry_after = retry_after


class CodeStore(Protocol):
    async def send_code(self, new: NewCode) -> Chat:
        """Keep the code, end the one before, and queue its mail.

        Raises NotFound (chat, contact), ChatClosed, NotHeld, Conflict (verified already, or no address of the
        contact), TooManyCodes.
        """

    async def enter_code(self, entry: Try) -> Entered:
        """Judge a try, and count it. Raises NotFound, ChatClosed."""

    async def code_of(self, chat_id: str) -> OneTimeCode | None:
        """The last one sent in this chat, whatever became of it."""


def send(chat: Chat, contact: Contact, new: NewCode, recent: Sequence[OneTimeCode]) -> CodeChange:
    """recent: codes to the same address of the last hour. Raises as `CodeStore.send_code`."""
    if chat.state == "closed":
        raise ChatClosed(chat.id)
    if chat.state != "active" or chat.agent_id != new.agent_id:
        raise NotHeld(chat.id)
    if chat.visitor_verified is not None:
        raise Conflict(f"chat {chat.id} is verified")
    if new.address not in contact.addresses:
        raise Conflict(f"the address is not contact {contact.id}'s")
    lately = sorted(code.sent_at for code in recent if new.at - code.sent_at < RECENT)
    if len(lately) >= MAX_RECENT:
        raise TooManyCodes(lately[-MAX_RECENT] + RECENT - new.at)
    code = OneTimeCode(new.id, chat.id, contact.id, new.address, new.code_hash, new.agent_id, new.at, new.at + LIFETIME)
    told = NewAudit(
        new.at,
        f"agent:{new.agent_id}",
        "code.sent",
        f"chat:{chat.id}",
        {"contact": contact.id, "address": new.address, "code": new.id},
    )
    return CodeChange(code, _awaiting(chat, code.expires_at), told)


def enter(chat: Chat, code: OneTimeCode | None, entry: Try) -> CodeChange:
    """code: the last one sent in this chat. Raises ChatClosed."""
    if chat.state == "closed":
        raise ChatClosed(chat.id)
    if code is None or code.state != "sent":
        return CodeChange(None, None, None, Entered(chat, "none"))
    if entry.at >= code.expires_at:
        return _outcome(chat, replace(code, state="expired"), entry, "expired")
    if hmac.compare_digest(code.code_hash, entry.code_hash):
        return _outcome(chat, replace(code, state="confirmed"), entry, "confirmed")
    wrong = code.wrong + 1
    if wrong >= MAX_WRONG:
        return _outcome(chat, replace(code, wrong=wrong, state="spent"), entry, "spent")
    return _outcome(chat, replace(code, wrong=wrong), entry, "wrong")


def _outcome(chat: Chat, code: OneTimeCode, entry: Try, outcome: Outcome) -> CodeChange:
    change = None
    if outcome == "confirmed":
        verified = replace(chat, visitor_verified="code", code_expires_at=None, revision=chat.revision + 1)
        change = Change(chat, verified)
    elif outcome != "wrong":
        change = _awaiting(chat, None)
    action: Literal["code.confirmed", "code.failed"] = "code.confirmed" if outcome == "confirmed" else "code.failed"
    detail = {"contact": code.contact_id, "code": code.id, "outcome": outcome, "wrong": code.wrong}
    told = NewAudit(entry.at, f"visitor:{entry.visitor_id}", action, f"chat:{chat.id}", detail)
    after = chat if change is None else change.chat
    return CodeChange(code, change, told, Entered(after, outcome, MAX_WRONG - code.wrong))


def _awaiting(chat: Chat, until: datetime | None) -> Change:
    """Whether the visitor is asked for a code is news to both sides."""
    return Change(chat, replace(chat, code_expires_at=until, revision=chat.revision + 1))
