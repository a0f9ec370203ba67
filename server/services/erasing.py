"""Erases people: their open chats end, the record lets go of them, mails in our own maildir go, and nothing is left.

What was erased is kept as keyed hashes, in the record and beside it, so that a restored backup brings nobody back.
Works on the record alone, so that the command line can do it too, beside a running server or without one.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import os
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from server.clock import Clock
from server.ids import new_id
from transcripts.contacts import folded
from transcripts.errors import ChatClosed, NotFound
from transcripts.maildir_cleaning import remove_mails
from transcripts.operations import Close
from transcripts.persons import find_person
from transcripts.port import Store
from transcripts.privacy import Erasure, Person, Subject, Tombstone, key_of
from transcripts.records import Chat

PURGE_DUE = "privacy:purge"
"""The named value that says that something deleted may still be read from the disk."""
TOMBSTONES_FILE = "erasures.jsonl"
"""Beside the record, so that a record which is put back from a backup knows of erasures that came later."""
_ROUNDS = 3
"""What comes while a person is being erased goes in the next round."""
_PURGES = 3

End = Callable[[Chat], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Done:
    """key: what the audit log calls the person. is_purged False: somebody was reading; the next sweep tries again."""

    key: str
    counts: dict[str, int]
    is_purged: bool


class Erasing:
    """secret: the desk's; key of the tombstones. data: the folder of the record, of the maildir and of tombstones."""

    def __init__(self, store: Store, secret: bytes, data: Path, maildir: Path, clock: Clock) -> None:
        self._store = store
        self._secret = hmac.digest(secret, b"semafor erased person", "sha256")
        self._file = data / TOMBSTONES_FILE
        self._maildir = maildir
        self._clock = clock

    def key(self, subject: Subject) -> str:
        return key_of(self._secret, subject)

    async def erase(self, subject: Subject, end: End | None = None) -> Done:
        """end: how an open chat ends, so that the queue hears of it; None: in the record alone.

        Nobody known under that name is erased too: the tombstone holds for what a restore would bring.
        Raises StoreUnavailable; then some of it may be done, and the same again does the rest.
        """
        counts: Counter[str] = Counter()
        message_ids: list[str] = []
        at = self._clock.now()
        person = await find_person(self._store, subject)
        stone = Tombstone(new_id(), at, self._keys(subject, person))
        await asyncio.to_thread(self._write, [stone])
        for _ in range(_ROUNDS):
            await self._end_chats(person, end)
            order = Erasure(person, at, await self._topics(), stone)
            erased = await self._store.erase(order)
            counts.update(erased.counts)
            message_ids += erased.message_ids
            person = await find_person(self._store, subject)
            if not (person.chat_ids or person.ticket_numbers or person.contact_ids):
                break
        addresses = set(person.addresses) | ({subject.value} if subject.kind == "address" else set())
        keys = set(stone.keys)
        gone = await asyncio.to_thread(
            remove_mails,
            self._maildir,
            set(message_ids),
            lambda to: to in addresses or self.key(Subject("address", to)) in keys,
        )
        counts["maildir"] = gone
        return Done(self.key(subject), {name: counts[name] for name in sorted(counts)}, await self.purge())

    async def purge(self) -> bool:
        """Leave nothing readable; False: it was not possible now, and is noted as due."""
        for _ in range(_PURGES):
            if await self._store.purge():
                due = await self._store.value(PURGE_DUE)
                if due is not None:
                    await self._store.swap_value(PURGE_DUE, due, None)
                return True
        await self._store.set_value(PURGE_DUE, "due")
        return False

    async def purge_if_due(self) -> None:
        if await self._store.value(PURGE_DUE) is not None:
            await self.purge()

    async def replay(self) -> int:
        """Erase again what this record holds from before an erasure; how many people. Tombstones of both places."""
        stones = {stone.id: stone for stone in await asyncio.to_thread(self._read)}
        known = {stone.id for stone in await self._store.tombstones()}
        for stone in stones.values():
            if stone.id not in known:
                await self._store.add_tombstone(stone)
        missing = [stone for stone in await self._store.tombstones() if stone.id not in stones]
        await asyncio.to_thread(self._write, missing)
        until: dict[str, datetime] = {}
        for stone in await self._store.tombstones():
            for key in stone.keys:
                until[key] = max(stone.at, until.get(key, stone.at))
        people = 0
        topics = await self._topics()
        for subject in await self._store.known_subjects():
            at = until.get(self.key(subject))
            people += 0 if at is None else await self._erase_older(subject, at, topics)
        keys = set(until)
        await asyncio.to_thread(
            remove_mails, self._maildir, set[str](), lambda to: self.key(Subject("address", to)) in keys
        )
        if people:
            await self.purge()
        return people

    # ---- inside -----------------------------------------------------------------------------------------------------

    async def _erase_older(self, subject: Subject, at: datetime, topics: frozenset[str]) -> bool:
        person = await find_person(self._store, subject, before=at)
        if person.is_nobody:
            return False
        await self._end_chats(person, None)
        erased = await self._store.erase(Erasure(person, self._clock.now(), topics))
        return any(erased.counts.values())

    async def _end_chats(self, person: Person, end: End | None) -> None:
        for chat_id in person.chat_ids:
            chat = await self._store.chat(chat_id)
            if chat is None or chat.state == "closed":
                continue
            with suppress(ChatClosed, NotFound):
                if end is not None:
                    await end(chat)
                else:
                    await self._store.close_chat(Close(chat.id, "system", "abandoned", self._clock.now(), events=()))

    def _keys(self, subject: Subject, person: Person) -> tuple[str, ...]:
        led = [subject]
        led += [Subject("address", folded(address)) for address in person.addresses]
        led += [Subject("visitor", visitor_id) for visitor_id in person.visitor_ids]
        led += [Subject("contact", contact_id) for contact_id in person.contact_ids]
        return tuple(dict.fromkeys(map(self.key, led)))

    async def _topics(self) -> frozenset[str]:
        return frozenset(topic for department in await self._store.departments() for topic in department.topics)

    def _read(self) -> list[Tombstone]:
        """A last line that was not written to its end is none."""
        try:
            lines = self._file.read_text("utf-8").splitlines()
        except FileNotFoundError:
            return []
        stones = []
        for line in lines:
            with suppress(ValueError, KeyError, TypeError):
                said = json.loads(line)
                stones.append(Tombstone(said["id"], datetime.fromisoformat(said["at"]), tuple(said["keys"])))
        return stones

    def _write(self, stones: list[Tombstone]) -> None:
        if not stones:
            return
        self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._file.open("a", encoding="utf-8") as file:
            os.fchmod(file.fileno(), 0o600)
            for stone in stones:
                said = {"id": stone.id, "at": stone.at.isoformat(), "keys": list(stone.keys)}
                file.write(f"{json.dumps(said)}\n")
            file.flush()
            os.fsync(file.fileno())
