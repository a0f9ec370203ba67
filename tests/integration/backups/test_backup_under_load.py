"""A backup of a desk that is in use, restored into an empty place and compared with what the desk had."""

from __future__ import annotations

import asyncio
import itertools
import stat
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.harness.desk import Desk
from tests.harness.fixtures import ADA, SUPPORT, People
from tests.harness.mongo import database_url
from tests.harness.people import VisitorClient
from tests.integration.backups.records import MongoRecord, Record, SqliteRecord, without_notes
from tests.integration.protocol.test_files import PDF, fetched, upload

HELD_UP_S = 5.0
"""A writer that is held up by the copying would wait for all of it; this machine may be slow by itself."""
WITHIN_S = 30.0
NewPlace = Callable[[], tuple[Desk, Record]]


@pytest.fixture(params=["sqlite", "mongodb"])
def new_place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NewPlace]:
    """Makes a desk, not started, and the way to look at its record."""
    made: list[Desk] = []

    def make() -> tuple[Desk, Record]:
        folder, settings = tmp_path / f"desk-{len(made)}", {"SEMAFOR_LIMITS": "off"}
        if request.param == "mongodb":
            server = request.getfixturevalue("mongo_server")
            settings["SEMAFOR_MONGO_URL"] = database_url(server, f"semafor_test_{uuid.uuid4().hex[:12]}")
        desk = Desk(folder, settings)
        made.append(desk)
        return desk, MongoRecord(desk) if request.param == "mongodb" else SqliteRecord(desk)

    yield make
    for desk in made:
        desk.kill()


class Talker:
    """Says one thing after the other, and sends a file now and then; knows what was acknowledged."""

    def __init__(self, visitor: VisitorClient, chat_id: str, url: str) -> None:
        self._visitor, self._chat_id, self._url = visitor, chat_id, url
        self.said: list[str] = []
        self.is_busy = asyncio.Event()
        self.slowest_s = 0.0

    async def talk(self, stop: asyncio.Event) -> None:
        for n in itertools.count():
            if stop.is_set():
                return
            began_s, body = time.monotonic(), f"{self._chat_id} says {n}"
            await self._visitor.say(self._chat_id, body)
            self.slowest_s = max(self.slowest_s, time.monotonic() - began_s)
            self.said.append(body)
            if n == 10:
                self.is_busy.set()
            if n % 25 == 3:
                file = await upload(self._url, self._visitor.token, self._chat_id, PDF + body.encode())
                await self._visitor.ask(
                    "message:send", {"chat_id": self._chat_id, "client_id": f"file-{n}", "file_id": file["id"]}
                )


@pytest.mark.slow
async def test_backup_under_load_is_of_one_moment_and_restores_to_equality(
    new_place: NewPlace, people: People, tmp_path: Path
) -> None:
    desk, record = new_place()
    desk.people([SUPPORT], [ADA])
    desk.start()
    guests = [await people.visitor(desk) for _ in range(3)]
    talkers = [Talker(guest, (await guest.start("Is it safe?"))["id"], desk.url) for guest in guests]
    stop = asyncio.Event()
    talking = [asyncio.create_task(talker.talk(stop)) for talker in talkers]
    await asyncio.wait_for(asyncio.gather(*(talker.is_busy.wait() for talker in talkers)), WITHIN_S)
    before = [len(talker.said) for talker in talkers]
    backup = tmp_path / "desk.semafor"

    await asyncio.to_thread(desk.cli, "backup", str(backup))

    after = [len(talker.said) for talker in talkers]
    stop.set()
    await asyncio.gather(*talking)
    assert all(late > early for early, late in zip(before, after, strict=True)), "nobody wrote while it was copied"
    assert max(talker.slowest_s for talker in talkers) < HELD_UP_S
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    restored, copy = new_place()
    told = restored.cli("restore", str(backup))
    assert "Departments: 1. Accounts: 1. Open chats: 3." in told
    _is_of_one_moment(record, copy, [talker.said[:n] for talker, n in zip(talkers, before, strict=True)])
    await _serves(restored, people, guests[0], talkers[0])
    restored.stop()

    await people.leave()
    desk.stop()
    again, last = new_place()
    desk.cli("backup", "--force", str(backup))
    again.cli("restore", str(backup))

    assert without_notes(last.everything()) == without_notes(record.everything())
    assert any(name.startswith("files/") for name in last.everything())


def _is_of_one_moment(record: Record, copy: Record, said: list[list[str]]) -> None:
    """What was acknowledged before is there, nothing is torn apart, and nothing came in between."""
    there, copied = record.messages(), copy.messages()
    assert copied.keys() == there.keys()
    for chat_id, messages in copied.items():
        assert messages == there[chat_id][: len(messages)]
    assert copy.last_seqs() == {chat_id: messages[-1][0] for chat_id, messages in copied.items()}
    bodies = {body for messages in copied.values() for _, body in messages}
    assert all(body in bodies for early in said for body in early)
    whole, part = record.everything(), copy.everything()
    files = [name for name in part if name.startswith("files/")]
    assert files
    assert all(part[name] == whole[name] for name in files)
    assert len(files) == len(part["files"]), "a file for every row, and no other"


async def _serves(desk: Desk, people: People, guest: VisitorClient, talker: Talker) -> None:
    desk.start()
    ada = await people.agent(desk)
    (chat_id,) = {line.partition(" ")[0] for line in talker.said}
    page = await ada.get(f"/api/v1/chats/{chat_id}")
    visitor = await people.visitor(desk, token=guest.token)
    assert talker.said[0] in [message["body"] for message in page["messages"]]
    assert page["messages"][: len(page["messages"])] == (await visitor.conversation(chat_id))[: len(page["messages"])]
    file = next(message["file"] for message in page["messages"] if message["kind"] == "file")
    status, content = await fetched(desk.url, ada.token, file)
    assert (status, content[: len(PDF)]) == (200, PDF)
    await visitor.say(chat_id, "And on it goes")
