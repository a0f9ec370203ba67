"""The audit log: one chain, whoever writes, and asked for by who did what to whom and when."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tests.contract.transcripts.examples import at, new_agent
from transcripts.audit import AuditAction, AuditEntry, AuditHead, AuditQuery, NewAudit, Noting
from transcripts.audit_chain import Proved, prove
from transcripts.errors import Conflict
from transcripts.operations import AgentChanges
from transcripts.port import Store

HOUR = timedelta(hours=1)


def new(
    seconds: float,
    actor: str = "agent:a1",
    action: AuditAction = "session.began",
    subject: str = "agent:a1",
    **detail: Any,
) -> NewAudit:
    return NewAudit(at(seconds), actor, action, subject, detail)


async def numbers(store: Store, query: AuditQuery, cursor: str | None = None, limit: int = 50) -> list[int]:
    page, _ = await store.audit(cursor, limit, query)
    return [entry.n for entry in page]


async def test_entries_make_one_chain_and_the_head_tells_of_the_last(store: Store) -> None:
    assert (await store.audit_head()).n == 0

    written = await asyncio.gather(*(store.add_audit(new(i, subject=f"chat:c{i}")) for i in range(20)))

    told = sorted((entry for entry in written if entry), key=lambda entry: entry.n)
    assert [entry.n for entry in told] == list(range(1, 21))
    assert isinstance(await prove(store), Proved)
    assert (await store.audit(None, 50))[0] == tuple(told[::-1])
    assert await store.audit_head() == AuditHead(20, told[-1].hash)


async def test_what_was_written_comes_back_as_it_was(store: Store) -> None:
    detail = {
        "before": {"hours": None, "tier": 1},
        "after": {"hours": "mo-fr 9-17 č ﷽ \U0001f600", "list": ["a", 2.5, True]},
    }

    entry = await store.add_audit(new(1, "command", "department.changed", "department:support", **detail, odd=(1, 2)))

    assert entry is not None
    assert entry.detail == {**detail, "odd": [1, 2]}
    assert await store.audit_from(None) == (entry,)


async def test_entries_are_asked_for_by_actor_action_subject_and_time(store: Store) -> None:
    for number, (actor, action, subject) in enumerate(
        [
            ("agent:a1", "session.began", "agent:a1"),
            ("agent:a11", "chat.read", "chat:c1"),
            ("system", "retention.ran", "department:support"),
            ("agent:a1", "chat.read", "chat:c11"),
            ("agent:a1", "session.ended", "agent:a1"),
        ],
        1,
    ):
        await store.add_audit(new(number, actor, action, subject))  # type: ignore[arg-type]

    assert await numbers(store, AuditQuery(actor="agent:a1")) == [5, 4, 1]
    assert await numbers(store, AuditQuery(actor="agent")) == [5, 4, 2, 1]
    assert await numbers(store, AuditQuery(actor="system")) == [3]
    assert await numbers(store, AuditQuery(action="session")) == [5, 1]
    assert await numbers(store, AuditQuery(action="chat.read", subject="chat:c1")) == [2]
    assert await numbers(store, AuditQuery(subject="chat")) == [4, 2]
    assert await numbers(store, AuditQuery(from_at=at(2), to_at=at(4))) == [3, 2]
    assert await numbers(store, AuditQuery(actor="agent:a1", from_at=at(2))) == [5, 4]
    assert await numbers(store, AuditQuery(actor="agent", action="session", subject="agent"), limit=1) == [5]
    assert await numbers(store, AuditQuery(actor="agent", action="session"), cursor="5") == [1]
    for odd in ("", "%", "a_", "agent:", "' OR 1=1 --", "\x00", "$gt"):
        assert await numbers(store, AuditQuery(actor=odd, action=odd, subject=odd)) == []


async def test_the_same_thing_is_told_once_in_its_time(store: Store) -> None:
    async def reads(seconds: float, actor: str = "agent:a1", subject: str = "chat:c1") -> AuditEntry | None:
        return await store.add_audit(new(seconds, actor, "chat.read", subject), once_in=HOUR)

    told = [await reads(seconds) for seconds in (0, 1, 3599, 3600, 3601)]

    assert [entry is not None for entry in told] == [True, False, False, True, False]
    assert await reads(3602, actor="agent:a2") is not None
    assert await reads(3602, subject="chat:c2") is not None
    assert await reads(-5000) is not None, "before its time is another time"


async def test_the_chain_is_read_in_ascending_order_from_any_place(store: Store) -> None:
    for number in range(1, 8):
        await store.add_audit(new(number))

    first = await store.audit_from(None, 3)
    second = await store.audit_from(3, 3)

    assert [entry and entry.n for entry in (*first, *second)] == [1, 2, 3, 4, 5, 6]
    assert await store.audit_from(7) == ()


async def test_a_change_and_its_entry_are_stored_together_or_neither(store: Store) -> None:
    def told_as(name: str) -> Noting:
        return Noting(lambda answer: [new(1, action="agent.changed", subject=f"agent:{name}", after=str(answer))])

    await store.add_agent(new_agent("a1", "a1@example.com"))
    nothing, several = Noting(lambda _: []), Noting(lambda _: [new(2), new(3)])
    renamed = Noting(lambda after: [new(4, action="agent.changed", after=after.name)])

    await store.noting(told_as("a2")).add_agent(new_agent("a2", "a2@example.com"))
    with pytest.raises(Conflict):
        await store.noting(told_as("a3")).add_agent(new_agent("a3", "a2@example.com"))
    await store.noting(nothing).set_value("name", "value")
    await store.noting(several).swap_value("name", "value", "other")
    changed = await store.noting(renamed).change_agent("a1", AgentChanges(name="Anna"))
    with pytest.raises(ZeroDivisionError):
        await store.noting(Noting(lambda _: [new(1 // 0)])).swap_value("name", "other", "lost")

    entries = (await store.audit(None))[0]
    assert [entry.action for entry in reversed(entries)] == [
        "agent.changed",
        "session.began",
        "session.began",
        "agent.changed",
    ]
    assert isinstance(await prove(store), Proved)
    assert renamed.entries == (entries[0],)
    assert (changed.name, entries[0].detail["after"], nothing.entries) == ("Anna", "Anna", ())
    assert [agent.id for agent in await store.agents()] == ["a1", "a2"]
    assert await store.value("name") == "other"
    assert await store.audit_head() == AuditHead(4, entries[0].hash)


async def test_changes_written_down_at_once_make_one_chain(store: Store) -> None:
    async def change(number: int) -> None:
        noting = Noting(lambda _: [new(number, subject=f"value:{number}")])
        await store.noting(noting).set_value(f"name{number}", "value")

    await asyncio.gather(*map(change, range(12)))

    entries = (await store.audit(None))[0]
    assert sorted(entry.subject for entry in entries) == sorted(f"value:{number}" for number in range(12))
    assert isinstance(await prove(store), Proved)
