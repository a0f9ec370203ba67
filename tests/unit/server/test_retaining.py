"""Retention as it is carried out, and tombstones as they are replayed on a record that came back."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import pytest

from server.clock import Clock
from server.errors import Refusal
from server.services.privacy.erasing import PURGE_DUE, TOMBSTONES_FILE, Erasing
from server.services.privacy.retaining import VALUE, Retaining, changed, plain, retention_of
from tests.contract.transcripts.examples import START, close, new_chat, new_mail, started
from transcripts.errors import StoreUnavailable
from transcripts.files import StoredFile
from transcripts.memory import MemoryStore
from transcripts.operations import NewMessage
from transcripts.privacy import Erased, Erasure, Subject
from transcripts.records import Author, Department, PageView, Visitor
from transcripts.retention import CLASSES, Retention
from transcripts.sqlite.store import SqliteStore

JANA = Subject("address", "jana@example.org")


class Later(Clock):
    """A clock that stands, and is moved by hand."""

    def __init__(self) -> None:
        self.at = START + timedelta(days=100)

    def now(self) -> object:  # type: ignore[override]
        return self.at


def _erasing(store: MemoryStore | SqliteStore, folder: Path, clock: Clock) -> Erasing:
    return Erasing(store, b"secret", folder, folder / "mail", clock)


async def test_what_is_too_old_goes_by_the_rules_of_its_department_once_a_day(tmp_path: Path) -> None:
    store, clock = MemoryStore(), Later()
    retaining = Retaining(store, _erasing(store, tmp_path, clock), clock)
    for name in ("sales", "billing"):
        await store.add_department(Department(name, name, None, "UTC"))
    await started(store, "c1", "v1")
    await store.save_visitor(Visitor("v1", START, "Jana", "jana@example.org"))
    await store.close_chat(close("c1"))
    await started(store, "c2", "v2", department_id="billing", email="eva@example.org")
    await store.close_chat(close("c2"))
    await store.add_page(PageView("v3", "https://shop.example/", "Shop", START))
    rules = {"desk": {"conversations": 30, "pages": 30}, "departments": {"billing": {"conversations": None}}}

    kept, _, after = await retaining.decided(rules, None)
    assert await store.swap_value(VALUE, kept, json.dumps(plain(after)))
    seen = await retaining.look()
    first, second = await retaining.is_due(), await retaining.is_due()
    went = await retaining.run()

    assert [(row.kind, row.department_id, row.counts) for row in seen] == [
        ("conversations", "sales", {"chats": 1}),
        ("pages", "", {"pages": 1}),
    ]
    assert (first, second) == (True, False)
    assert went == seen
    assert await retaining.run() == []
    chat, other = await store.chat("c1"), await store.chat("c2")
    assert chat is not None
    assert other is not None
    assert (chat.question, chat.visitor_email, other.question) == ("", None, "Where is my parcel?")
    assert await store.visitor("v1") is None
    clock.at += timedelta(days=1)
    assert await retaining.is_due()


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"desk": {"files": 0}}, "desk.files"),
        ({"desk": {"files": True}}, "desk.files"),
        ({"desk": {"files": "9"}}, "desk.files"),
        ({"desk": {"words": 9}}, "desk.words"),
        ({"departments": {"nowhere": {"files": 9}}}, "departments.nowhere"),
        ({"departments": {"sales": {"pages": -1}}}, "departments.sales.pages"),
    ],
)
def test_days_that_cannot_be_meant_are_refused_beside_their_field(wanted: dict[str, object], field: str) -> None:
    with pytest.raises(Refusal) as refused:
        changed(Retention(), wanted, {"sales"})
    assert refused.value.field == field


def test_a_departments_own_days_win_and_none_of_them_means_for_ever() -> None:
    rules = changed(retention_of(None), {"desk": {"files": 9}, "departments": {"sales": {"files": None}}}, {"sales"})
    assert (rules.days("files", "sales"), rules.days("files", "billing"), rules.days("pages", "sales")) == (
        None,
        9,
        None,
    )


async def test_a_restored_record_forgets_again_who_was_erased_and_nobody_who_came_later(tmp_path: Path) -> None:
    folder, backup, clock = tmp_path / "desk", tmp_path / "backup", Later()
    folder.mkdir()
    store = await SqliteStore.open(folder / "semafor.db")
    await started(store, "c1", "v1")
    await store.queue_mail(new_mail("m1"), START)
    await store.aclose()
    shutil.copytree(folder, backup)
    store = await SqliteStore.open(folder / "semafor.db")
    done = await _erasing(store, folder, clock).erase("command", JANA)
    await store.aclose()
    assert done.is_purged
    said = (folder / TOMBSTONES_FILE).read_text()
    assert "jana" not in said

    shutil.copy(folder / TOMBSTONES_FILE, backup)
    with (backup / TOMBSTONES_FILE).open("a") as file:
        file.write('{"id": "torn')
    restored = await SqliteStore.open(backup / "semafor.db")
    await started(restored, "c9", "v9", email="JANA@example.org", at=clock.at + timedelta(days=1))
    erasing = _erasing(restored, backup, clock)
    people = await erasing.replay()

    old, new = await restored.chat("c1"), await restored.chat("c9")
    assert old is not None
    assert new is not None
    assert people >= 1
    assert (old.question, old.state, new.visitor_email) == ("", "closed", "JANA@example.org")
    assert [stone.at for stone in await restored.tombstones()] == [clock.at]
    assert await erasing.replay() == 0
    await restored.aclose()


@pytest.mark.parametrize("seed", range(6))
async def test_a_dry_run_tells_what_the_run_then_does_and_nothing_that_is_open_goes(tmp_path: Path, seed: int) -> None:
    dice, clock = Random(seed), Later()
    clock.at = datetime(2028, 2, 29, 12, tzinfo=UTC)  # a leap day
    store = MemoryStore() if seed % 2 else await SqliteStore.open(tmp_path / "semafor.db")
    retaining = Retaining(store, _erasing(store, tmp_path, clock), clock)
    for name in ("sales", "billing"):
        await store.add_department(Department(name, name, None, "UTC"))
    days: dict[str, Any] = {kind: dice.choice([None, 1, 20, 60]) for kind in CLASSES}
    own = {kind: dice.choice([None, 10, 40]) for kind in dice.sample(CLASSES, 2)}
    kept, _, rules = await retaining.decided({"desk": days, "departments": {"billing": own}}, None)
    await store.swap_value(VALUE, kept, json.dumps(plain(rules)))
    still_open = [await _left(store, dice, n, clock.at) for n in range(40)]

    seen = await retaining.look()
    before = [await store.chat(chat_id) for chat_id in still_open if chat_id is not None]
    went = await retaining.run()

    assert went == seen
    assert (await retaining.look(), await retaining.run()) == ([], [])
    assert [await store.chat(chat_id) for chat_id in still_open if chat_id is not None] == before
    assert all(chat is not None and chat.question and chat.visitor_email for chat in before)
    await store.aclose()


async def _left(store: MemoryStore | SqliteStore, dice: Random, n: int, now: datetime) -> str | None:
    """Somebody's visit: pages, a chat with a file, maybe a ticket; the chat's id where it is still open."""
    at = now - timedelta(days=dice.choice([0.5, 1, 5, 15, 29, 50, 366]), seconds=dice.randrange(100))
    visitor = f"v{dice.randrange(30)}"
    await store.save_visitor(Visitor(visitor, at, "Jana", f"{visitor}@example.org"))
    await store.add_page(PageView(visitor, f"https://shop.example/{n}", "Shop", at))
    if dice.random() < 0.2:
        return None
    department = dice.choice(["sales", "billing"])
    new = new_chat(f"c{n}", f"own{n}", department_id=department, email=f"{visitor}@example.org", at=at)
    await store.start_chat(new)
    await store.keep_bytes(f"{n:032x}", BytesIO(b"abc"))
    author = Author("visitor", f"own{n}", None)
    file = StoredFile(f"{n:032x}", "a.txt", "text/plain", 3, author, at, chat_id=f"c{n}")
    await store.add_file(file)
    sent = NewMessage(f"c{n}", "file", author, file.name, at, kind="file", file=file.file)
    await store.send_message(sent)
    if dice.random() < 0.25:
        return f"c{n}"
    await store.close_chat(close(f"c{n}", at=at))
    return None


async def test_an_erasure_that_was_cut_short_is_finished_at_the_next_start_and_beside_every_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, clock = MemoryStore(), Later()
    here, there = tmp_path / "here", tmp_path / "there"
    await started(store, "c1", "v1")
    await store.queue_mail(new_mail("m1", chat_id="c1", to="other@example.org"), START)
    (mail,) = (await store.mails(None, None))[0]
    old = f"To: other@example.org\r\nMessage-ID: {mail.message_id}\r\nDate: {format_datetime(START)}\r\n\r\nHm"
    theirs = f"To: Jana <JANA@example.org>\r\nDate: {format_datetime(START)}\r\n\r\nHm"
    later = f"To: jana@example.org\r\nDate: {format_datetime(clock.at + timedelta(days=1))}\r\n\r\nHm"
    for folder in (here, there):
        (folder / "mail" / "new").mkdir(parents=True)
        for name, content in (("old", old), ("theirs", theirs), ("later", later)):
            (folder / "mail" / "new" / name).write_text(content)
    with monkeypatch.context() as patch:
        patch.setattr(store, "erase", _dies)
        with pytest.raises(StoreUnavailable):
            await _erasing(store, here, clock).erase("agent:a1", JANA)

    await _erasing(store, here, clock).begin_anew()
    await _erasing(store, there, clock).catch_up()

    chat = await store.chat("c1")
    assert chat is not None
    assert (chat.question, await store.value(PURGE_DUE)) == ("", None)
    for folder in (here, there):
        assert [path.name for path in (folder / "mail" / "new").iterdir()] == ["later"]
        assert len((folder / TOMBSTONES_FILE).read_text().splitlines()) == 1
    told = [(entry.actor, entry.action) for entry in (await store.audit(None))[0]]
    assert told == [("system", "person.erased"), ("agent:a1", "person.erasing")]


async def _dies(_: Erasure) -> Erased:
    raise StoreUnavailable("the server was killed here")
