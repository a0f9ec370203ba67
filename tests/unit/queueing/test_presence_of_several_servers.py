"""Several servers write one ledger: an agent is there while any living server has them, once, and without a gap."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from queueing.coverage import Coverage, Span, coverage
from queueing.presence import Cause, PresenceRow, Proof

OPEN = {"help": [Span(0, 1000)]}
ALIVE_B = Proof("b", 990, ended=False)


def there(at_ms: int, process: str, agent: str = "ann", *, free: bool = True) -> PresenceRow:
    return PresenceRow(agent, at_ms, ("help",), True, free, process)


def gone(at_ms: int, process: str, agent: str = "ann") -> PresenceRow:
    return PresenceRow(agent, at_ms, ("help",), False, False, process, "connection_lost")


def ledger(rows: list[PresenceRow], *proofs: Proof, now_ms: int = 1000) -> Coverage:
    return coverage(rows, proofs, OPEN, [Span(0, 1000)], now_ms)


def told(found: Coverage) -> list[tuple[int, int, Cause]]:
    return [(gap.from_ms, gap.to_ms, gap.cause) for gap in found.gaps]


def test_servers_at_the_same_time_are_both_believed() -> None:
    found = ledger([there(0, "a"), there(0, "b", "bob")], Proof("a", 990, ended=False), ALIVE_B)

    assert (found.total.covered_ms, found.total.single_ms) == (1000, 0)


def test_an_agent_whom_another_server_has_too_outlives_the_one_that_was_killed() -> None:
    found = ledger([there(0, "a"), there(500, "b")], Proof("a", 500, ended=True), ALIVE_B)

    assert found.total.covered_ms == found.total.single_ms == 1000
    assert found.steps == ((0, 1),)


def test_what_a_server_wrote_after_its_last_proof_does_not_hide_who_took_over() -> None:
    rows = [there(0, "a"), there(504, "a", free=False), there(500, "b")]

    found = ledger(rows, Proof("a", 500, ended=True), ALIVE_B)

    assert found.total.covered_ms == 1000
    assert found.total.free_ms == 1000


def test_who_took_over_may_be_killed_too() -> None:
    rows = [there(0, "a"), there(504, "a"), there(500, "b"), there(507, "b", "bob"), there(500, "c")]
    ended = Proof("a", 500, ended=True), Proof("b", 503, ended=True)

    assert ledger(rows, *ended, Proof("c", 990, ended=False)).total.covered_ms == 1000
    assert told(ledger(rows, *ended, Proof("c", 700, ended=True))) == [(700, 1000, Cause("server_down"))]


def test_an_agent_who_moved_on_is_not_given_back_to_the_server_that_had_them_before() -> None:
    found = ledger([there(0, "b"), there(300, "a")], Proof("a", 500, ended=True), ALIVE_B)

    assert told(found) == [(500, 1000, Cause("server_down"))]


def test_a_rolling_restart_leaves_no_gap_where_the_next_server_takes_over_at_the_end_of_the_last() -> None:
    rows = [there(0, "a"), there(300, "b"), there(600, "c")]
    proofs = Proof("a", 300, ended=True), Proof("b", 600, ended=True), Proof("c", 990, ended=False)

    assert ledger(rows, *proofs).gaps == ()


def test_an_agent_whom_nobody_has_any_more_was_there_until_the_last_proof() -> None:
    found = ledger([there(0, "a"), gone(400, "b"), there(600, "b")], Proof("a", 300, ended=True), ALIVE_B)

    assert told(found) == [(300, 600, Cause("server_down"))]


# ---- against a desk that is played through moment by moment ----------------------------------------------------------

LENGTH = 60
PROOF_EVERY = 10
NOTICED_AFTER = 3


@dataclass
class Server:
    """born to died: when it runs; over: it ends by itself, or is killed. homes: agent -> when it has them."""

    name: str
    born: int
    died: int
    orderly: bool
    homes: dict[str, tuple[int, int]]
    last_proof: int = -1
    rows: list[int] = field(default_factory=list)

    def has(self, agent: str, moment: int) -> bool:
        first, end = self.homes[agent]
        return self.born <= moment < self.died and first <= moment < end

    def is_believed_to_live(self, moment: int) -> bool:
        """By the others: a kill is noticed late."""
        return self.born <= moment < self.died + (0 if self.orderly else NOTICED_AFTER)

    def prove_life(self, moment: int) -> None:
        ends = moment == self.died and self.orderly
        if ends or (self.born <= moment < self.died and (moment - self.born) % PROOF_EVERY == 0):
            self.last_proof = moment

    @property
    def lived(self) -> bool:
        return self.last_proof >= 0

    def vouches_until(self) -> int:
        return max([self.last_proof, *self.rows]) if self.died < LENGTH else LENGTH


AGENTS = ("ann", "bob")
stretches = st.tuples(st.integers(0, LENGTH), st.integers(0, LENGTH)).map(lambda ends: (min(ends), max(ends)))
servers_of_a_desk = st.tuples(
    *(
        st.builds(
            lambda name, life, orderly, ann, bob: Server(name, life[0], life[1], orderly, {"ann": ann, "bob": bob}),
            st.just(name),
            stretches,
            st.booleans(),
            stretches,
            stretches,
        )
        for name in "abc"
    )
)


def play(servers: tuple[Server, ...]) -> list[PresenceRow]:
    """What the servers write: for each agent, the living one with the smallest name that has them."""
    rows: list[PresenceRow] = []
    writers: dict[str, Server] = {}
    for moment in range(LENGTH):
        for server in servers:
            server.prove_life(moment)
        for agent in AGENTS:
            before = writers.get(agent)
            if before is not None and moment >= before.died and before.is_believed_to_live(moment):
                continue
            now = next((server for server in servers if server.has(agent, moment)), None)
            if now is not None and now is not before:
                rows.append(there(_taken_over_at(moment, agent, now, before), now.name, agent))
                now.rows.append(rows[-1].at_ms)
            elif now is None and before is not None and moment < before.died:
                rows.append(gone(moment, before.name, agent))
                before.rows.append(moment)
            writers = {name: writer for name, writer in writers.items() if name != agent}
            if now is not None:
                writers[agent] = now
    return rows


def _taken_over_at(moment: int, agent: str, now: Server, before: Server | None) -> int:
    if before is None or moment < before.died:
        return moment
    return max(before.last_proof, now.born, now.homes[agent][0])


@settings(max_examples=300, deadline=None)
@given(servers_of_a_desk)
def test_an_agent_is_there_once_while_a_server_has_them_that_vouches_for_it(servers: tuple[Server, ...]) -> None:
    rows = play(servers)
    proofs = [Proof(server.name, server.last_proof, ended=server.died < LENGTH) for server in servers if server.lived]

    found = coverage(rows, proofs, OPEN, [Span(0, LENGTH)], LENGTH)

    edges = [*(at_ms for at_ms, _ in found.steps), LENGTH]
    counted = [n for (_, n), first, end in zip(found.steps, edges, edges[1:], strict=False) for _ in range(first, end)]
    for moment in range(LENGTH):
        vouched = [server for server in servers if moment < server.vouches_until()]
        expected = sum(any(server.has(agent, moment) for server in vouched) for agent in AGENTS)
        assert counted[moment] <= expected
        # Between its last proof and the moment the others notice, nobody vouches for what a killed server did.
        if not any(server.vouches_until() <= moment < server.died + NOTICED_AFTER for server in servers):
            assert counted[moment] == expected
