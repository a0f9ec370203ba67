"""Why a chat went where it went: decisions computed again from a snapshot and the commands after it.

The journal keeps only inputs, one `JournalEntry` per command; listing candidates and exclusions at every decision
would cost O(agents) each time. The engine is deterministic, so the same inputs give the same decisions when asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from queueing.engine import Engine
from queueing.errors import NoSuchDecision
from queueing.model import Applied, AssignRule, Command
from queueing.routing import Exclusion, choice_key, exclusion
from queueing.states import AgentState, ChatState, Snapshot

ExclusionReason = Exclusion | Literal["had_it"]


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One command as it was applied. version: that of its `Applied`."""

    version: int
    now_ms: int
    command: Command


@dataclass(frozen=True, slots=True)
class Candidate:
    """An agent who could have had the chat. load: before the assignment; idle_ms: see AgentState.idle_since_ms."""

    agent: str
    load: int
    capacity: int
    idle_ms: int


@dataclass(frozen=True, slots=True)
class Excluded:
    """had_it: the chat was to go to somebody else (reassigned)."""

    agent: str
    reason: ExclusionReason


@dataclass(frozen=True, slots=True)
class Explanation:
    """candidates: best first, so the winner is the first of them; excluded: every other agent, by id.

    Both are empty where nothing was chosen because the order named the agent: taken, transferred, restored.
    """

    rule: AssignRule
    winner: str
    candidates: tuple[Candidate, ...]
    excluded: tuple[Excluded, ...]


def replay(snapshot: Snapshot, journal: Iterable[JournalEntry]) -> tuple[Applied, ...]:
    """The outcomes of the journal's commands after `snapshot`; equal to the recorded ones, or something is wrong.

    Raises NoSuchDecision if the journal, which is in the order of versions, does not follow on the snapshot.
    """
    engine = Engine(snapshot)
    return tuple(engine.apply(entry.command, entry.now_ms) for entry in _following(snapshot, journal))


def explain(snapshot: Snapshot, journal: Iterable[JournalEntry], version: int, chat: str) -> Explanation:
    """Who could have had `chat` when command `version` gave it to somebody, and why the others could not.

    snapshot: any one before `version`; journal: at least the entries from there to `version`, in order. For the first
    decisions after a rebuild: the snapshot it began with and the journal that begins with `Settle`.
    Raises NoSuchDecision if the journal has a gap there or the command assigned no such chat.
    """
    explanations: list[Explanation] = []
    entry: JournalEntry | None = None

    def note(seen: ChatState, winner: str, rule: AssignRule) -> None:
        if entry is not None and entry.version == version and seen.chat == chat:
            explanations.append(_explain(engine.agents(), seen, winner, rule, entry.now_ms))

    engine = Engine(snapshot, watch=note)
    for entry in _following(snapshot, journal):
        if entry.version > version:
            break
        engine.apply(entry.command, entry.now_ms)
    if not explanations:
        raise NoSuchDecision(f"command {version} after version {snapshot.version} assigned no chat {chat!r}")
    return explanations[-1]


def _following(snapshot: Snapshot, journal: Iterable[JournalEntry]) -> Iterator[JournalEntry]:
    expected = snapshot.version + 1
    for entry in journal:
        if entry.version < expected:
            continue
        if entry.version > expected:
            raise NoSuchDecision(f"the journal lacks version {expected}: it goes on with {entry.version}")
        yield entry
        expected += 1


def _explain(
    agents: tuple[AgentState, ...], chat: ChatState, winner: str, rule: AssignRule, now_ms: int
) -> Explanation:
    if rule not in ("routed", "reassigned"):
        return Explanation(rule, winner, (), ())
    reasons: dict[str, ExclusionReason | None] = {agent.agent: exclusion(agent, chat) for agent in agents}
    if rule == "reassigned" and chat.agent is not None:
        reasons[chat.agent] = "had_it"
    able = sorted((agent for agent in agents if reasons[agent.agent] is None), key=choice_key)
    candidates = tuple(
        Candidate(agent.agent, agent.load, agent.capacity, now_ms - agent.idle_since_ms) for agent in able
    )
    excluded = tuple(Excluded(agent, reason) for agent, reason in sorted(reasons.items()) if reason is not None)
    return Explanation(rule, winner, candidates, excluded)
