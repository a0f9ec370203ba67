from __future__ import annotations

import pytest

from queueing.engine import Engine
from queueing.errors import NoSuchDecision
from queueing.model import Command, Connect, Disconnect, Join, Leave, Reassign, SetAgent, Settle, Status, Take
from queueing.replay import Candidate, Excluded, Explanation, JournalEntry, explain, replay
from queueing.states import AgentState, ChatState, Snapshot

START = Snapshot(0)


def journal_of(*commands: Command) -> list[JournalEntry]:
    return [JournalEntry(n, n * 1000, command) for n, command in enumerate(commands, start=1)]


def come(name: str, department: str = "help", *, tier: int = 1, capacity: int = 1, status: Status = "online") -> tuple:
    return SetAgent(name, (department,), tier, capacity, status), Connect(name)


def test_decision_names_candidates_best_first_and_why_the_others_were_excluded() -> None:
    journal = journal_of(
        *come("full"),
        Join("c1", "help", 1, "normal", 1),
        *come("busy", capacity=2),
        Join("c2", "help", 1, "normal", 2),
        *come("winner", capacity=3),
        *come("later", capacity=3),
        *come("away", status="away"),
        *come("offline", status="offline"),
        *come("other", "sales"),
        *come("none", capacity=0),
        SetAgent("unplugged", ("help",), 1, 1, "online"),
        Join("c3", "help", 1, "normal", 3),
    )

    assert explain(START, journal, journal[-1].version, "c3") == Explanation(
        "routed",
        "winner",
        (Candidate("winner", 0, 3, 12_000), Candidate("later", 0, 3, 10_000), Candidate("busy", 1, 2, 15_000)),
        (
            Excluded("away", "away"),
            Excluded("full", "full"),
            Excluded("none", "no_capacity"),
            Excluded("offline", "offline"),
            Excluded("other", "other_department"),
            Excluded("unplugged", "not_connected"),
        ),
    )


def test_agent_below_the_chats_tier_is_excluded_for_it() -> None:
    journal = journal_of(*come("first"), *come("second", tier=2), Join("c1", "help", 2, "normal", 1))

    assert explain(START, journal, 5, "c1").excluded == (Excluded("first", "tier"),)


def test_each_of_several_assignments_of_one_command_is_explained_as_of_its_own_moment() -> None:
    journal = journal_of(
        Join("c1", "help", 1, "normal", 1), Join("c2", "help", 1, "normal", 2), *come("ann", capacity=2)
    )

    assert [explain(START, journal, 4, chat).candidates[0].load for chat in ("c1", "c2")] == [0, 1]


def test_reassigned_chat_excludes_the_agent_who_had_it() -> None:
    journal = journal_of(*come("ann", capacity=2), Join("c1", "help", 1, "normal", 1), *come("bob"), Reassign("c1"))

    explanation = explain(START, journal, 6, "c1")

    assert (explanation.rule, explanation.winner) == ("reassigned", "bob")
    assert explanation.excluded == (Excluded("ann", "had_it"),)


def test_chat_that_was_pulled_had_no_candidates() -> None:
    journal = journal_of(*come("ann", status="away"), Join("c1", "help", 1, "normal", 1), Take("c1", "ann"))

    assert explain(START, journal, 4, "c1") == Explanation("taken", "ann", (), ())


def test_decision_is_explained_from_any_earlier_snapshot() -> None:
    journal = journal_of(*come("ann"), *come("bob"), Join("c1", "help", 1, "normal", 1), Leave("c1"))
    engine = Engine()
    for entry in journal[:3]:
        engine.apply(entry.command, entry.now_ms)
    snapshot = engine.snapshot()

    assert explain(snapshot, journal, 5, "c1") == explain(START, journal, 5, "c1")
    assert replay(snapshot, journal) == replay(START, journal)[3:]


def test_first_decisions_after_a_rebuild_are_explained_from_the_snapshot_it_began_with() -> None:
    rebuilt = Snapshot(
        20,
        (AgentState("ann", ("help",), 1, 1, "online", True, (), 0),),
        (ChatState("c1", "help", 1, "normal", 1, False, None),),
    )

    explanation = explain(rebuilt, [JournalEntry(21, 5_000, Settle())], 21, "c1")

    assert explanation.candidates == (Candidate("ann", 0, 1, 0),)


def test_journal_with_a_gap_is_refused() -> None:
    journal = journal_of(*come("ann"), Join("c1", "help", 1, "normal", 1))

    with pytest.raises(NoSuchDecision, match="lacks version 2"):
        replay(START, [journal[0], journal[2]])


@pytest.mark.parametrize(("version", "chat"), [(3, "c9"), (4, "c1"), (99, "c1")])
def test_assignment_that_did_not_happen_is_not_explained(version: int, chat: str) -> None:
    journal = journal_of(*come("ann"), Join("c1", "help", 1, "normal", 1), Disconnect("ann"))

    with pytest.raises(NoSuchDecision):
        explain(START, journal, version, chat)
