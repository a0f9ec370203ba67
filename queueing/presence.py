"""Who was there from when to when: presence rows and proofs of life, made into turns for the ledger (coverage.py).

A row holds from its moment until the agent's next row, whichever process wrote it, or until the last proof of life of
its process if that process is over, or until now. What a process writes of an agent takes back what the same process
had written of them for that moment and later: an agent who vanished was there until the connection's last sign of life,
whatever the router gave them before anybody knew; and a clock that was put back begins anew where it was put to.

Of several processes that have the agent one writes. Where that one is over, another that has them too writes a row
dated to its last proof; what the dead one still wrote after that proof holds up to its end, and then the row that was
written later, though dated earlier. So nobody counts twice and nothing is missing, however the two were dated.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

CauseKind = Literal["connection_lost", "away", "signed_out", "moved", "server_down", "nobody_online"]


class PresenceRow(NamedTuple):
    """An agent's state from `at_ms` on, until their next row.

    Rows are given in the order in which they were written. One may be dated back: an agent who did not come back within
    the grace was there until the connection was lost. Of two rows for the same moment the one written last holds.
    process: who vouches for it; kind, reason: why the agent stopped accepting, where they did.
    """

    agent: str
    at_ms: int
    departments: tuple[str, ...]
    accepting: bool
    free: bool
    process: str
    kind: CauseKind = "signed_out"
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """The last proof of life of a process. ended: it is over, cleanly or not, so its rows hold no longer than that.

    A process without a proof is over, too; its own last row is then its last proof.
    """

    process: str
    last_ms: int
    ended: bool


class Cause(NamedTuple):
    """Why the last agent was no longer there. moved: they serve other departments now.

    server_down: the process ended; nobody_online: nobody was there when it opened. agent None in both cases.
    """

    kind: CauseKind
    agent: str | None = None
    reason: str | None = None


class Turn(NamedTuple):
    """From `at_ms` on the agent is there for `departments`. order: of writing; None is the end of a process."""

    at_ms: int
    order: int | None
    agent: str
    departments: frozenset[str]
    free: bool
    cause: Cause


def turns_of(rows: Sequence[PresenceRow], proofs: Iterable[Proof], now_ms: int) -> list[Turn]:
    """All changes up to now, by time; of one moment in the order of writing, ends of processes last."""
    ends = _ends(rows, proofs)
    by_agent: dict[str, dict[int, tuple[int, PresenceRow]]] = defaultdict(dict)
    for order, row in _standing(row for row in enumerate(rows) if row[1].at_ms <= now_ms):
        by_agent[row.agent][row.at_ms] = (order, row)  # of the same moment the last written holds
    turns: list[Turn] = []
    for latest in by_agent.values():
        in_time = [latest[at_ms] for at_ms in sorted(latest)]
        for n, (order, row) in enumerate(in_time):
            turns.append(_turn(row.at_ms, order, row))
            turns.extend(_after_the_end(in_time, n, ends))
    return sorted(turns, key=lambda turn: (turn.at_ms, turn.order is None, turn.order or 0))


def _standing(rows: Iterable[tuple[int, PresenceRow]]) -> list[tuple[int, PresenceRow]]:
    """Those that their own process has not taken back, in the order of writing."""
    stacks: dict[tuple[str, str], list[tuple[int, PresenceRow]]] = defaultdict(list)
    for order, row in rows:
        stack = stacks[row.agent, row.process]
        while stack and stack[-1][1].at_ms >= row.at_ms:
            stack.pop()
        stack.append((order, row))
    return sorted((entry for stack in stacks.values() for entry in stack), key=lambda entry: entry[0])


def _turn(at_ms: int, order: int, row: PresenceRow) -> Turn:
    departments = frozenset(row.departments if row.accepting else ())
    cause = Cause("moved" if row.accepting else row.kind, row.agent, row.reason)
    return Turn(at_ms, order, row.agent, departments, row.free, cause)


def _after_the_end(in_time: Sequence[tuple[int, PresenceRow]], n: int, ends: Mapping[str, int]) -> Iterator[Turn]:
    """What follows between row `n` and the agent's next one, because the process behind row `n` is over.

    A next row of the very moment of the end wins: it is no gap.
    """
    order, row = in_time[n]
    at_ms = row.at_ms
    while (end_ms := ends.get(row.process)) is not None:
        at_ms = max(at_ms, end_ms)
        if n + 1 < len(in_time) and at_ms >= in_time[n + 1][1].at_ms:
            return
        heir = next((earlier for earlier in reversed(in_time[:n]) if earlier[0] > order), None)
        if heir is None:
            yield Turn(at_ms, None, row.agent, frozenset(), False, Cause("server_down"))
            return
        order, row = heir
        yield _turn(at_ms, order, row)


def _ends(rows: Sequence[PresenceRow], proofs: Iterable[Proof]) -> dict[str, int]:
    """Until when the processes that are over were alive: the last proof or row; what is written was alive then."""
    proofs = list(proofs)
    living = {proof.process for proof in proofs if not proof.ended}
    seen = [(proof.process, proof.last_ms) for proof in proofs] + [(row.process, row.at_ms) for row in rows]
    ends: dict[str, int] = {}
    for process, at_ms in seen:
        if process not in living:
            ends[process] = max(at_ms, ends.get(process, at_ms))
    return ends
