"""What only grows: presence, proofs of life, the queue's journal."""

from __future__ import annotations

from typing import Any, Literal

from tests.contract.transcripts.examples import at
from transcripts.port import Store
from transcripts.records import JournalEntry, PresenceRow, Proof


def _row(agent_id: str, seconds: float, **fields: Any) -> PresenceRow:
    values: dict[str, Any] = {
        "department_ids": ("sales", "accounts"),
        "status": "online",
        "accepting": True,
        "free": False,
        "reason": None,
        "process_id": "p1",
    }
    return PresenceRow(agent_id, at(seconds), **values | fields)


async def test_presence_of_a_period_comes_with_each_agents_state_at_its_beginning(store: Store) -> None:
    await store.record_presence([_row("a1", 0), _row("a1", 10, status="away", accepting=False, reason="lunch")])
    await store.record_presence([_row("a2", 5), _row("a1", 20), _row("a2", 30, free=True), _row("a3", 40)])

    rows = await store.presence(at(20), at(40))

    assert [(row.agent_id, row.at) for row in rows] == [
        ("a2", at(5)),
        ("a1", at(10)),
        ("a1", at(20)),
        ("a2", at(30)),
    ]
    assert (rows[1].status, rows[1].accepting, rows[1].reason) == ("away", False, "lunch")
    assert (rows[3].free, rows[3].department_ids, rows[3].process_id) == (True, ("sales", "accounts"), "p1")
    assert await store.presence(at(-9), at(0)) == ()


async def test_a_row_written_late_comes_in_its_place_and_after_those_written_before(store: Store) -> None:
    await store.record_presence([_row("a1", 10), _row("a1", 20)])
    await store.record_presence([_row("a1", 10, status="offline"), _row("a1", 5)])

    rows = await store.presence(at(0), at(99))

    assert [(row.at, row.written, row.status) for row in rows] == [
        (at(5), 4, "online"),
        (at(10), 1, "online"),
        (at(10), 3, "offline"),
        (at(20), 2, "online"),
    ]
    newest, last = sorted(await store.presence(at(15), at(16)), key=lambda row: -row.at.timestamp())
    assert (newest.written, last.written) == (3, 4)


async def test_a_row_dated_back_long_before_the_period_is_behind_the_newest_one(store: Store) -> None:
    days = 86_400.0
    await store.record_presence([_row("a1", 3 * days), _row("a1", 0), _row("a1", 2 * days)])

    rows = await store.presence(at(4.5 * days), at(5 * days))

    assert [row.written for row in rows] == [1]
    assert [row.written for row in await store.presence(at(3.5 * days), at(5 * days))] == [3, 1]


async def test_a_process_proves_its_life_again_and_again(store: Store) -> None:
    await store.prove_life(Proof("p2", at(100), at(100)))
    await store.prove_life(Proof("p1", at(0), at(0)))
    await store.prove_life(Proof("p1", at(0), at(50), ended=True))

    assert await store.proofs() == (Proof("p1", at(0), at(50), True), Proof("p2", at(100), at(100)))


def _entry(epoch: str, version: int, kind: Literal["snapshot", "command"] = "command", **fields: Any) -> JournalEntry:
    values: dict[str, Any] = {"at": at(version), "body": {"n": version, "kind": kind}}
    return JournalEntry(epoch, version, kind, **values | fields)


async def test_a_decision_is_replayed_from_the_newest_snapshot_before_it(store: Store) -> None:
    entries = [
        _entry("e1", 0, "snapshot"),
        _entry("e1", 1),
        _entry("e1", 2),
        _entry("e1", 2, "snapshot"),
        _entry("e1", 3, decided=("c1", "c2")),
        _entry("e1", 4),
    ]
    await store.append_journal(entries[:3])
    await store.append_journal(entries[3:])
    await store.append_journal([_entry("e2", 3)])

    assert await store.journal("e1", 0) == ()
    assert await store.journal("e1", 1) == tuple(entries[:2])
    assert await store.journal("e1", 2) == tuple(entries[:3])
    assert await store.journal("e1", 3) == tuple(entries[3:5])
    assert await store.journal("e1", 99) == tuple(entries[3:])
    assert await store.journal("e2", 3) == ()
    assert await store.journal("e9", 3) == ()


async def test_the_decisions_about_a_chat_are_found_oldest_first(store: Store) -> None:
    first = _entry("e1", 7, decided=("c1",))
    second = _entry("e2", 1, decided=("c2", "c1"))
    await store.append_journal([_entry("e1", 6), first, _entry("e1", 8, decided=("c3",)), second])

    assert await store.decisions_of("c1") == (first, second)
    assert await store.decisions_of("c9") == ()


async def test_an_entry_that_is_there_already_is_left_as_it_is(store: Store) -> None:
    first = _entry("e1", 1, decided=("c1",))
    await store.append_journal([first])

    await store.append_journal([first, _entry("e1", 2)])

    assert await store.decisions_of("c1") == (first,)
    assert await store.epochs() == (("e1", 2),)


async def test_epochs_are_listed_oldest_first_with_their_last_version(store: Store) -> None:
    await store.append_journal([_entry("z", 0, "snapshot"), _entry("z", 1), _entry("z", 2)])
    await store.append_journal([_entry("a", 0, "snapshot")])

    assert await store.epochs() == (("z", 2), ("a", 0))


async def test_pruning_keeps_what_newer_decisions_are_replayed_from(store: Store) -> None:
    old = [_entry("e1", 0, "snapshot"), _entry("e1", 1, decided=("c1",))]
    live = [
        _entry("e2", 0, "snapshot"),
        _entry("e2", 5, decided=("c1",)),
        _entry("e2", 5, "snapshot"),
        _entry("e2", 6),
        _entry("e2", 20),
    ]
    await store.append_journal([*old, *live])

    await store.prune_journal(at(10))

    assert await store.epochs() == (("e2", 20),)
    assert await store.journal("e2", 20) == tuple(live[2:])
    assert await store.journal("e2", 5) == ()
    assert await store.decisions_of("c1") == ()


async def test_the_newest_epoch_stays_replayable_however_old_it_is(store: Store) -> None:
    entries = [_entry("e1", 0, "snapshot"), _entry("e1", 1), _entry("e1", 1, "snapshot"), _entry("e1", 2)]
    await store.append_journal(entries)

    await store.prune_journal(at(9999))

    assert await store.journal("e1", 2) == tuple(entries[2:])
