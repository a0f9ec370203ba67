"""Errors of the record.

StoreError
├── StoreUnavailable    the record cannot be written or read now; nothing was stored, try again
│   └── StoreDamaged    and never will be: what its file holds is no record any more
├── NotFound            no such chat, ticket, mail or account
├── Conflict            a client_id used again with other content, or a name already taken
│   ├── VersionConflict it is another version than the order was decided on: read it and decide again
│   └── LastAdmin       nobody would be left who may change the desk's settings
├── NotHeld             the author does not have the chat (NewMessage.held_by)
├── ChatClosed          the chat is over: nothing more is said in it
└── RouteConflict       a routing proposal does not fit the record; carries the record's chat

`TranscriptError` is everything else this package refuses: a template variable, a mail address.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transcripts.records import Chat


class TranscriptError(Exception):
    """Base of all errors of this package."""


class StoreError(TranscriptError):
    """Base of what the record answers instead of doing what was asked."""


class StoreUnavailable(StoreError):
    """The record cannot be written or read now; nothing was stored."""


class StoreDamaged(StoreUnavailable):
    """What the record's file holds is no record any more, wholly or in part: only a backup helps."""

    remedy = "It is damaged: keep a copy of the data folder as it is, and restore the newest backup (semafor restore)."


class NotFound(StoreError):
    """No such chat, ticket, mail or account."""


class Conflict(StoreError):
    """A client_id used again with other content, or a name that is taken."""


class VersionConflict(Conflict):
    """The ticket, or whatever it was, has changed since it was read; nothing was stored."""


class LastAdmin(Conflict):
    """The account is the last enabled one with the role admin; nothing was stored."""


class NotHeld(StoreError):
    """The author does not have the chat."""


class ChatClosed(StoreError):
    """The chat is over."""


class RouteConflict(StoreError):
    """A routing proposal does not fit the record: another version, or a full agent. `chat` is the truth."""

    def __init__(self, chat: Chat) -> None:
        super().__init__(f"chat {chat.id} is {chat.state}, route_version {chat.route_version}")
        self.chat = chat
