"""The messages of one group of commits, together: one statement for all their rows, one for all their chats.

A message on its own is six statements, each of which hands the interpreter to the event loop and waits for it again.
What is refused here, or was sent before, is left to the ordinary way (chats.py), which knows how to answer it.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from transcripts import changes
from transcripts.errors import TranscriptError
from transcripts.operations import NewMessage
from transcripts.records import Chat, Message
from transcripts.sqlite.conversations import CHATS, MESSAGES
from transcripts.sqlite.writer import Done

_CHATS_KEPT = 20_000


class Sending:
    """What the writer carries out together (writer.Together).

    The chats are kept from group to group while nobody else changes anything in the file: every message reads its own.
    """

    def __init__(self) -> None:
        self._chats: dict[str, Chat] = {}
        self._version = -1

    def forget(self) -> None:
        self._chats.clear()

    def carry_out(self, db: sqlite3.Connection, items: Sequence[NewMessage]) -> list[Done | None]:
        """None: to be done on its own. Raises sqlite3.IntegrityError where one of them was sent before."""
        self._load(db, {new.chat_id for new in items})
        after: dict[str, Chat] = {}
        done: list[Done | None] = []
        messages: list[Message] = []
        for new in items:
            chat = after.get(new.chat_id) or self._chats.get(new.chat_id)
            try:
                change = None if chat is None else changes.send(chat, new)
            except TranscriptError:
                change = None
            if change is None:
                done.append(None)
                continue
            after[new.chat_id] = change.chat
            messages += change.messages
            done.append(Done(change.messages[0], tuple(change.facts())))
        MESSAGES.insert_all(db, messages)
        _update(db, self._chats, after.values(), Counter(message.chat_id for message in messages))
        self._chats.update(after)
        return done

    def _load(self, db: sqlite3.Connection, wanted: set[str]) -> None:
        (version,) = db.execute("PRAGMA data_version").fetchone()
        if version != self._version or len(self._chats) > _CHATS_KEPT:
            self.forget()
            self._version = version
        missing = [chat_id for chat_id in wanted if chat_id not in self._chats]
        if missing:
            where = "WHERE id IN (SELECT value FROM json_each(?))"
            self._chats.update((chat.id, chat) for chat in CHATS.all(db, where, (json.dumps(missing),)))


def _update(db: sqlite3.Connection, before: Mapping[str, Chat], after: Iterable[Chat], said: Mapping[str, int]) -> None:
    """One statement for all chats of which the same columns differ. said: how many messages each got."""
    rows: dict[tuple[str, ...], list[list[object]]] = defaultdict(list)
    for chat in after:
        differing, values = CHATS.difference(before[chat.id], chat)
        rows[tuple(differing)].append([chat.line, said[chat.id], *values])
    for names, of_same in rows.items():
        sets = ", ".join(f"{name} = json_extract(value, '$[{n}]')" for n, name in enumerate(names, 2))
        db.execute(
            f"UPDATE chats SET messages_n = messages_n + json_extract(value, '$[1]'), {sets}"
            " FROM json_each(?) WHERE line = json_extract(value, '$[0]')",
            (json.dumps(of_same),),
        )
