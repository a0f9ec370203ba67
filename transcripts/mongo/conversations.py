"""How a chat and what is said in it are kept: the documents, their search terms, and the guarded update.

A chat's document carries the folded words of its messages, so that a search is answered by one index. What is kept
beside the record's fields: `open` (only while it is), `terms` and `terms_chars` (words of the messages, and from how
much text), `name_terms`, the visitor's name and address without case, and what reports count: `messages_n`
(messages of people), `came_back` (only where the chat was put back in line) and `offered_at` (offered.py).
"""

from __future__ import annotations

from transcripts.changes import Change
from transcripts.errors import NotFound
from transcripts.figures import BACK_IN_LINE
from transcripts.mongo.client import Document
from transcripts.mongo.documents import Documents
from transcripts.mongo.words import INDEXED_CHARS, chars_of, terms_of
from transcripts.mongo.writer import Overtaken, Transaction, View
from transcripts.operations import NewMessage, NewNote
from transcripts.records import Chat, Message, Note

CHATS = Documents(Chat, key="id")
MESSAGES = Documents(Message)
NOTES = Documents(Note)
WITHOUT_TERMS = {"terms": 0, "name_terms": 0}


def message_of(document: Document) -> Message:
    return MESSAGES.of(document)


def by_author(new: NewMessage | NewNote) -> Document:
    """What was sent under this client_id by this author before."""
    return {
        "chat_id": new.chat_id,
        "client_id": new.client_id,
        "author.kind": new.author.kind,
        "author.id": new.author.id,
    }


async def find(view: View, chat_id: str) -> Chat:
    """Raises NotFound."""
    document = await view.db["chats"].find_one({"_id": chat_id}, WITHOUT_TERMS, session=view.session)
    if document is None:
        raise NotFound(f"no chat {chat_id}")
    return _read(view, document)


async def open_chat_of(view: View, visitor_id: str) -> Chat | None:
    opened = {"visitor_id": visitor_id, "open": True}
    document = await view.db["chats"].find_one(opened, WITHOUT_TERMS, session=view.session)
    return None if document is None else _read(view, document)


def _read(view: View, document: Document) -> Chat:
    view.indexed_chars[document["_id"]] = document["terms_chars"]
    return CHATS.of(document)


async def carry_out(tx: Transaction, change: Change) -> Chat:
    """Store the change, if the chat still is what was read, and have its facts told. Raises Overtaken.

    The chat first: whoever comes later collides there, and not at the messages' index.
    """
    if change.before is None:
        chat = CHATS.document(
            change.chat,
            open=True,
            terms=terms_of(*_texts(change)),
            terms_chars=chars_of(*_texts(change)),
            messages_n=_said_by_people(change),
            **_names(change.chat),
        )
        await tx.db["chats"].insert_one(chat, session=tx.session)
    else:
        await _update(tx, change, change.before)
    if change.messages:
        documents = [MESSAGES.document(message) for message in change.messages]
        await tx.db["messages"].insert_many(documents, session=tx.session)
    if change.note is not None:
        await tx.db["notes"].insert_one(NOTES.document(change.note), session=tx.session)
    tx.tell(change.facts())
    return change.chat


async def _update(tx: Transaction, change: Change, before: Chat) -> None:
    after = change.chat
    sets = CHATS.changes(before, after)
    if (before.visitor_name, before.visitor_email) != (after.visitor_name, after.visitor_email):
        sets |= _names(after)
    order: Document = {"$set": sets}
    if after.state == "closed":
        order["$unset"] = {"open": ""}
    said = _said_by_people(change)
    if said:
        order["$inc"] = {"messages_n": said}
    texts = _texts(change)
    if texts and tx.indexed_chars[before.id] < INDEXED_CHARS:
        order["$addToSet"] = {"terms": {"$each": terms_of(*texts)}}
        order["$inc"] |= {"terms_chars": chars_of(*texts)}
    if any((message.event or {}).get("code") in BACK_IN_LINE for message in change.messages):
        sets["came_back"] = True
    as_read = {
        "_id": before.id,
        "state": before.state,
        "route_version": before.route_version,
        # None finds a chat of before there were revisions, which has none.
        "revision": before.revision or None,
    }
    result = await tx.db["chats"].update_one(as_read, order, session=tx.session)
    if result.matched_count != 1:
        raise Overtaken(before.id)


def _said_by_people(change: Change) -> int:
    return sum(message.kind != "event" for message in change.messages)


def _texts(change: Change) -> list[str]:
    return [message.body for message in change.messages if message.kind == "text"]


def _names(chat: Chat) -> Document:
    name, email = chat.visitor_name or "", chat.visitor_email or ""
    return {"name_terms": terms_of(name), "name_folded": name.casefold(), "email_folded": email.casefold()}
