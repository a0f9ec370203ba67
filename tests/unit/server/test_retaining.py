"""Retention as it is carried out, and tombstones as they are replayed on a record that came back."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from server.clock import Clock
from server.errors import Refusal
from server.services.erasing import TOMBSTONES_FILE, Erasing
from server.services.retaining import VALUE, Retaining, changed, plain, retention_of
from tests.contract.transcripts.examples import START, close, new_mail, started
from transcripts.memory import MemoryStore
from transcripts.privacy import Subject
from transcripts.records import Department, PageView, Visitor
from transcripts.retention import Retention
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
