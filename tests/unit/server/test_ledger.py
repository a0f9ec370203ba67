"""The presence ledger: each change once, nothing lost to an outage, and dead servers buried at their last beat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from queueing.model import AgentChanged
from server.services.known.directory import Directory
from server.services.known.open_chats import OpenChats
from server.services.known.roll_call import RollCall
from server.services.presence.ledger import Ledger
from tests.unit.server.desk_parts import MovedClock
from tests.unit.server.made import NOON, at
from tests.unit.server.several_servers import SharedHomes
from transcripts.errors import StoreUnavailable
from transcripts.memory import MemoryStore
from transcripts.records import PresenceRow, Proof

ANN = AgentChanged("ann", ("help",), "online", True, 0, 2)


class Desk:
    """Servers whose rolls are called by hand, over one record."""

    def __init__(self) -> None:
        self.clock = MovedClock(NOON)
        self.homes = SharedHomes(self.clock)
        self.store = MemoryStore()
        self.rolls: dict[str, RollCall] = {}
        self.ledgers: dict[str, Ledger] = {}

    async def start(self, *names: str) -> None:
        for name in names:
            roll_call = RollCall(self.homes, OpenChats(), self.clock, name, alone=False)
            self.rolls[name] = roll_call
            self.ledgers[name] = Ledger(self.store, Directory(self.store), roll_call, self.clock)
            await self.store.prove_life(Proof(name, self.clock.now(), self.clock.now(), shared=True))
        await self.live(4, *names)

    async def live(self, seconds: int, *names: str) -> None:
        for _ in range(seconds):
            self.clock.move(1)
            for name in names:
                await self.rolls[name].refresh()
            for name in names:
                await self.ledgers[name].bury()

    async def proof(self, name: str) -> Proof:
        return next(proof for proof in await self.store.proofs() if proof.process_id == name)

    async def rows(self) -> list[PresenceRow]:
        return list(await self.store.presence(at(-1), at(1000)))


@pytest.fixture
async def desk() -> Desk:
    """`a` leads; it is 12:00:04."""
    desk = Desk()
    await desk.start("a", "b", "c")
    return desk


# ---- rows -----------------------------------------------------------------------------------------------------------


async def test_a_row_says_who_is_there_for_whom_and_whether_they_could_take_one_more(desk: Desk) -> None:
    ledger = desk.ledgers["a"]

    ledger.note(ANN, at(10), None)
    ledger.note(replace(ANN, load=2), at(11), None)
    ledger.note(replace(ANN, connected=False), at(12), "connection lost")
    await ledger.write()

    rows = await desk.rows()
    assert [(row.at, row.accepting, row.free, row.reason) for row in rows] == [
        (at(10), True, True, None),
        (at(11), True, False, None),
        (at(12), False, False, "connection lost"),
    ]
    assert {(row.agent_id, row.department_ids, row.process_id) for row in rows} == {("ann", ("help",), "a")}


async def test_what_the_ledger_says_already_is_not_written_again(desk: Desk) -> None:
    ledger = desk.ledgers["a"]
    ledger.note(ANN, at(10), None)

    ledger.note(replace(ANN, load=1), at(20), "for another reason")
    await ledger.write()
    ledger.note(ANN, at(30), None)
    await ledger.write()

    assert [row.at for row in await desk.rows()] == [at(10)]


async def test_who_writes_again_after_another_server_begins_anew(desk: Desk) -> None:
    ledger = desk.ledgers["a"]
    ledger.note(ANN, at(10), None)
    assert ledger.is_written_here("ann")

    ledger.leave_to_others("ann")
    assert not ledger.is_written_here("ann")
    ledger.note(ANN, at(30), None)
    await ledger.write()

    assert [row.at for row in await desk.rows()] == [at(10), at(30)]


async def test_rows_outlive_an_outage_of_the_record_in_their_order(desk: Desk) -> None:
    ledger = desk.ledgers["a"]
    record = desk.store.record_presence

    async def away(rows: Sequence[PresenceRow]) -> None:
        ledger.note(replace(ANN, agent="bob"), at(11), None)
        raise StoreUnavailable("away")

    desk.store.record_presence = away  # type: ignore[method-assign]
    ledger.note(ANN, at(10), None)
    with pytest.raises(StoreUnavailable):
        await ledger.write()
    desk.store.record_presence = record  # type: ignore[method-assign]
    await ledger.write()
    await ledger.write()

    assert [row.agent_id for row in sorted(await desk.rows(), key=lambda row: row.written)] == ["ann", "bob"]


# ---- the dead -------------------------------------------------------------------------------------------------------


async def test_dead_server_is_buried_at_its_last_beat(desk: Desk) -> None:
    await desk.live(6, "a", "b", "c")

    await desk.live(2, "a", "b")
    assert not (await desk.proof("c")).ended
    await desk.live(1, "a", "b")

    proof = await desk.proof("c")
    assert (proof.last_at, proof.ended) == (at(10), True)
    assert not (await desk.proof("b")).ended


async def test_last_proof_in_the_record_counts_where_it_is_later_than_the_last_beat(desk: Desk) -> None:
    later = replace(await desk.proof("c"), last_at=at(5))
    await desk.store.prove_life(later)

    await desk.live(10, "a", "b")

    assert (await desk.proof("c")).last_at == at(5)


async def test_only_the_leader_buries(desk: Desk) -> None:
    for _ in range(5):
        desk.clock.move(1)
        for name in ("a", "b"):
            await desk.rolls[name].refresh()
        await desk.ledgers["b"].bury()
    assert [home.process for home in desk.rolls["b"].gone()] == ["c"]
    assert not (await desk.proof("c")).ended

    await desk.ledgers["a"].bury()

    assert (await desk.proof("c")).ended


async def test_server_that_ended_in_good_order_keeps_the_moment_that_it_wrote(desk: Desk) -> None:
    await desk.store.prove_life(replace(await desk.proof("c"), last_at=at(4), ended=True))
    await desk.rolls["c"].aclose()
    desk.clock.move(0.5)

    await desk.live(10, "a", "b")

    assert (await desk.proof("c")).last_at == at(4)


async def test_server_that_is_back_after_a_silence_is_buried_when_it_dies(desk: Desk) -> None:
    await desk.live(5, "a", "b")
    assert (await desk.proof("c")).ended
    await desk.live(5, "a", "b", "c")
    await desk.store.prove_life(Proof("c", NOON, at(14), shared=True))

    await desk.live(6, "a", "b", "c")  # until 12:00:20
    await desk.live(5, "a", "b")

    proof = await desk.proof("c")
    assert (proof.last_at, proof.ended) == (at(20), True)


async def test_living_servers_are_not_buried_because_the_roll_came_back_empty(desk: Desk) -> None:
    desk.homes.empty()
    desk.clock.move(0.5)

    await desk.rolls["a"].refresh()
    await desk.ledgers["a"].bury()
    await desk.live(5, "a", "b", "c")

    assert not any(proof.ended for proof in await desk.store.proofs())


async def test_server_that_died_while_the_roll_came_back_empty_is_buried_all_the_same(desk: Desk) -> None:
    desk.homes.empty()

    await desk.live(5, "a", "b")

    proof = await desk.proof("c")
    assert proof.ended
    assert at(3) <= proof.last_at <= at(5)


async def test_the_dead_are_buried_when_the_record_is_back(desk: Desk) -> None:
    prove = desk.store.prove_life

    async def away(proof: Proof) -> None:
        raise StoreUnavailable("away")

    desk.store.prove_life = away  # type: ignore[method-assign]
    with pytest.raises(StoreUnavailable):
        await desk.live(5, "a", "b")
    desk.store.prove_life = prove  # type: ignore[method-assign]
    await desk.live(1, "a", "b")

    assert (await desk.proof("c")).ended
