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
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from server.clock import Clock
from server.ids import new_id
from server.services.audit.auditing import Auditing
from transcripts.contacts import folded
from transcripts.errors import ChatClosed, NotFound
from transcripts.operations import Close
from transcripts.persons import find_person
from transcripts.port import Store
from transcripts.privacy import Erasure, Person, Subject, SubjectKind, Tombstone, key_of
from transcripts.records import Agent, Chat
from transcripts.sending.maildir_cleaning import remove_mails

PURGE_DUE = "privacy:purge"
"""The named value that says that something deleted may still be read from the disk."""
TOMBSTONES_FILE = "erasures.jsonl"
"""Beside the record, so that a record which is put back from a backup knows of erasures that came later."""
_ROUNDS = 3
"""What comes while a person is being erased goes in the next round."""
_PURGES = 3

CLOCKS_DIFFER = timedelta(minutes=5)
"""A mail that says a time shortly after the erasure was written before it by another server, or while it lasted."""

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
        self._audit = Auditing(store, clock)
        self._cleaned: frozenset[str] | None = None
        self._secret = hmac.digest(secret, b"semafor erased person", "sha256")
        self._file = data / TOMBSTONES_FILE
        self._maildir = maildir
        self._clock = clock

    def key(self, subject: Subject) -> str:
        return key_of(self._secret, subject)

    async def erase(self, actor: Agent | str, subject: Subject, end: End | None = None) -> Done:
        """end: how an open chat ends, so that the queue hears of it; None: in the record alone.

        Nobody known under that name is erased too: the tombstone holds for what a restore would bring.
        Raises StoreUnavailable; then some of it may be done, and the same again, or the next start, does the rest.
        """
        counts: Counter[str] = Counter()
        at = self._clock.now()
        person = await find_person(self._store, subject)
        stone = Tombstone(new_id(), at, await self._keys(subject, person))
        await self._begin(actor, subject, stone)
        for _ in range(_ROUNDS):
            await self._end_chats(person, end)
            order = Erasure(person, at, await self._topics(), stone)
            counts.update((await self._store.erase(order)).counts)
            person = await find_person(self._store, subject)
            if not (person.chat_ids or person.ticket_numbers or person.contact_ids):
                break
        counts["maildir"] = await self._clean_maildir(dict.fromkeys(stone.keys, at))
        told = {name: counts[name] for name in sorted(counts)}
        await self._audit.note(actor, "person.erased", self.told_as(subject), **told)
        return Done(self.key(subject), told, await self.purge())

    def told_as(self, subject: Subject) -> str:
        """What the audit log calls somebody."""
        return f"person:{self.key(subject)[:24]}"

    async def _begin(self, actor: Agent | str, subject: Subject, stone: Tombstone) -> None:
        """From here on it is carried out, whoever dies: the next start finds what is due, and the tombstone."""
        await asyncio.to_thread(self._write, [stone])
        await self._store.set_value(PURGE_DUE, "due")
        await self._audit.along(
            actor, "person.erasing", self.told_as(subject), lambda store: store.add_tombstone(stone), lambda _: {}
        )

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

    async def begin_anew(self) -> None:
        """At the start: what the record does not know of, or what was cut short, is erased again, and told.

        A record that was put back without `semafor restore`, such as MongoDB's, brings nobody back either.
        """
        there = {stone.id for stone in await asyncio.to_thread(self._read)}
        known = {stone.id for stone in await self._store.tombstones()}
        if not there <= known or (known and await self._store.value(PURGE_DUE) is not None):
            people = await self.replay()
            await self._audit.note("system", "person.erased", "tombstones", replayed=people)
            await self.purge_if_due()

    async def catch_up(self) -> None:
        """What lies beside this server alone: its maildir and its file of tombstones follow the record's."""
        stones = await self._store.tombstones()
        known = frozenset(stone.id for stone in stones)
        if known == self._cleaned:
            return
        there = {stone.id for stone in await asyncio.to_thread(self._read)}
        await asyncio.to_thread(self._write, [stone for stone in stones if stone.id not in there])
        await self._clean_maildir(_until(stones))
        self._cleaned = known

    async def replay(self) -> int:
        """Erase again what this record holds from before an erasure; how many people. Tombstones of both places."""
        stones = {stone.id: stone for stone in await asyncio.to_thread(self._read)}
        known = {stone.id for stone in await self._store.tombstones()}
        for stone in stones.values():
            if stone.id not in known:
                await self._store.add_tombstone(stone)
        self._cleaned = None
        await self.catch_up()
        until = _until(await self._store.tombstones())
        people = 0
        topics = await self._topics()
        for subject in await self._store.known_subjects():
            at = until.get(self.key(subject))
            people += 0 if at is None else await self._erase_older(subject, at, topics)
        if people:
            await self.purge()
        return people

    # ---- inside -----------------------------------------------------------------------------------------------------

    async def _clean_maildir(self, until: Mapping[str, datetime]) -> int:
        """until: by the key of an address or of a Message-ID, up to when it goes. How many went."""

        def is_theirs(kind: SubjectKind, value: str, at: datetime) -> bool:
            last = until.get(self.key(Subject(kind, value)))
            return last is not None and at <= last + CLOCKS_DIFFER

        return await asyncio.to_thread(remove_mails, self._maildir, is_theirs)

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

    async def _keys(self, subject: Subject, person: Person) -> tuple[str, ...]:
        led = [subject]
        led += [Subject("address", folded(address)) for address in person.addresses]
        led += [Subject("visitor", visitor_id) for visitor_id in person.visitor_ids]
        led += [Subject("contact", contact_id) for contact_id in person.contact_ids]
        led += [Subject("mail", mail.message_id) for mail in await self._store.mails_about(person)]
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


def _until(stones: Iterable[Tombstone]) -> dict[str, datetime]:
    """By key: up to when everything of it goes."""
    until: dict[str, datetime] = {}
    for stone in stones:
        for key in stone.keys:
            until[key] = max(stone.at, until.get(key, stone.at))
    return until
