"""What each command does, one rule per test."""

from __future__ import annotations

import pytest

from queueing.engine import Engine
from queueing.model import (
    AgentChanged,
    Assigned,
    Connect,
    Disconnect,
    Join,
    Leave,
    Queued,
    Reassign,
    RemoveAgent,
    Removed,
    Reprioritised,
    Requeued,
    Restore,
    SetAgent,
    SetPriority,
    SetStatus,
    Settle,
    Take,
    TransferToAgent,
    TransferToDepartment,
    Vanish,
)
from queueing.states import AgentState, ChatState, Place, Snapshot
from tests.unit.queueing.shift import Shift, assignments, refusal


@pytest.fixture
def shift() -> Shift:
    return Shift()


def test_chat_is_served_at_once_where_an_agent_has_a_free_slot(shift: Shift) -> None:
    shift.agent("ann")

    events = shift.join("c1")

    assert events == (
        Queued("c1", "help", 1),
        Assigned("c1", "ann", "routed"),
        AgentChanged("ann", ("help",), "online", True, 1, 1),
    )


def test_chat_waits_where_nobody_is_there(shift: Shift) -> None:
    events = shift.join("c1")

    assert events == (Queued("c1", "help", 1),)
    assert shift.engine.place("c1") == Place("c1", "help", 1)


def test_joining_twice_changes_nothing(shift: Shift) -> None:
    shift.join("c1")

    assert shift.do(Join("c1", "sales", 2, "urgent", 77)) == ()
    assert shift.line("help") == ["c1"]


def test_order_of_service_is_priority_then_returned_then_line(shift: Shift) -> None:
    shift.join("normal")
    shift.join("low", priority="low")
    shift.join("returned", returned=True)
    shift.join("high", priority="high")
    shift.join("urgent", priority="urgent")
    shift.join("normal-later")
    shift.join("low-returned", priority="low", returned=True)

    assert shift.line() == ["urgent", "high", "returned", "normal", "normal-later", "low-returned", "low"]
    assert [shift.engine.place(chat) for chat in ("urgent", "low")] == [
        Place("urgent", "help", 1),
        Place("low", "help", 7),
    ]


def test_position_counts_all_tiers_of_the_department_and_no_other_department(shift: Shift) -> None:
    shift.join("a", tier=1)
    shift.join("b", tier=3)
    shift.join("elsewhere", "sales")
    shift.join("c", tier=1)

    assert shift.engine.waiting("help") == (Place("a", "help", 1), Place("b", "help", 2), Place("c", "help", 3))
    assert shift.engine.waiting("help", 2) == (Place("a", "help", 1), Place("b", "help", 2))
    assert shift.engine.waiting("nowhere") == ()


def test_chat_goes_to_the_lowest_load_in_proportion_to_capacity(shift: Shift) -> None:
    shift.agent("small", capacity=2)
    shift.agent("large", capacity=5)

    owners = [assignments(shift.join(f"c{n}"))[0][1] for n in range(7)]

    # 0/2 and 0/5 are equal, small is idle longer; then 0/5, 1/5, 2/5 are below 1/2.
    assert owners == ["small", "large", "large", "large", "small", "large", "large"]


def test_of_equal_loads_the_agent_idle_longest_is_chosen(shift: Shift) -> None:
    shift.agent("ann")
    shift.agent("bob")
    shift.join("c1")
    shift.join("c2")

    shift.do(Leave("c2"))
    shift.do(Leave("c1"))

    assert assignments(shift.join("c3")) == [("c3", "bob")]


def test_equal_ratios_of_different_capacities_are_equal(shift: Shift) -> None:
    shift.agent("third", capacity=3)
    shift.agent("sixth", capacity=6)
    for chat in ("c1", "c2", "c3"):
        shift.join(chat)
    assert (shift.state_of("third").load, shift.state_of("sixth").load) == (1, 2)

    assert assignments(shift.join("c4")) == [("c4", "third")]


def test_agent_id_decides_when_all_else_is_equal(shift: Shift) -> None:
    engine = Engine()
    for name in ("bob", "ann"):
        engine.apply(SetAgent(name, ("help",), 1, 1, "online"), 5)
        engine.apply(Connect(name), 5)

    assert assignments(engine.apply(Join("c1", "help", 1, "normal", 1), 6).events) == [("c1", "ann")]


def test_lost_connection_that_comes_back_does_not_start_the_idle_time_anew(shift: Shift) -> None:
    shift.agent("ann")
    shift.agent("bob")
    idle_since_ms = shift.state_of("ann").idle_since_ms

    shift.do(Disconnect("ann"))
    shift.do(Connect("ann"))

    assert shift.state_of("ann").idle_since_ms == idle_since_ms
    assert assignments(shift.join("c1")) == [("c1", "ann")]


def test_time_away_does_not_count_as_idle(shift: Shift) -> None:
    shift.agent("ann")
    shift.agent("bob")

    shift.do(SetStatus("ann", "away"))
    assert shift.state_of("ann").idle_since_ms == 0
    shift.do(SetStatus("ann", "online"))

    assert shift.state_of("ann").idle_since_ms == shift.now_ms
    assert assignments(shift.join("c1")) == [("c1", "bob")]


def test_agent_serves_only_chats_up_to_their_tier(shift: Shift) -> None:
    shift.agent("first", capacity=5)
    shift.agent("third", capacity=1, tier=3)

    assert assignments(shift.join("hard", tier=2)) == [("hard", "third")]
    assert assignments(shift.join("harder", tier=3)) == []
    assert assignments(shift.join("easy")) == [("easy", "first")]


def test_free_slot_goes_to_the_first_chat_of_all_the_agents_departments(shift: Shift) -> None:
    shift.agent("ann", "help", "sales")
    shift.join("busy")
    shift.join("h1", "help")
    shift.join("s1", "sales", priority="high")

    assert assignments(shift.do(Leave("busy"))) == [("s1", "ann")]
    assert assignments(shift.do(Leave("s1"))) == [("h1", "ann")]


def test_agent_who_comes_online_is_filled_in_order(shift: Shift) -> None:
    for chat in ("c1", "c2", "c3"):
        shift.join(chat)

    events = shift.agent("ann", capacity=2)

    assert assignments(events) == [("c1", "ann"), ("c2", "ann")]
    assert events[-1] == AgentChanged("ann", ("help",), "online", True, 2, 2)


@pytest.mark.parametrize("status", ["away", "offline"])
def test_nothing_is_routed_to_an_agent_who_is_not_online(shift: Shift, status: str) -> None:
    shift.agent("ann")
    shift.do(SetStatus("ann", status))  # type: ignore[arg-type]

    assert assignments(shift.join("c1")) == []


def test_nothing_is_routed_to_an_agent_who_is_not_connected(shift: Shift) -> None:
    shift.agent("ann", capacity=2)
    shift.join("c1")

    shift.do(Disconnect("ann"))

    assert assignments(shift.join("c2")) == []
    assert shift.holder("c1") == "ann"
    assert assignments(shift.do(Connect("ann"))) == [("c2", "ann")]


def test_connecting_or_disconnecting_twice_changes_nothing(shift: Shift) -> None:
    shift.agent("ann")
    assert shift.do(Connect("ann")) == ()
    shift.do(Disconnect("ann"))
    assert shift.do(Disconnect("ann")) == ()


def test_lower_capacity_keeps_the_chats_and_takes_no_new_ones(shift: Shift) -> None:
    shift.agent("ann", capacity=2)
    shift.join("c1")
    shift.join("c2")
    shift.join("c3")

    assert shift.do(SetStatus("ann", "online", capacity=1)) == (AgentChanged("ann", ("help",), "online", True, 2, 1),)
    assert assignments(shift.do(Leave("c1"))) == []
    assert assignments(shift.do(Leave("c2"))) == [("c3", "ann")]


def test_agent_with_capacity_zero_is_accepting_but_gets_nothing(shift: Shift) -> None:
    shift.agent("ann", capacity=0)

    assert assignments(shift.join("c1")) == []
    assert shift.state_of("ann").accepting
    assert assignments(shift.do(SetStatus("ann", "online", capacity=1))) == [("c1", "ann")]


def test_agent_who_goes_away_keeps_their_chats(shift: Shift) -> None:
    shift.agent("ann")
    shift.join("c1")

    assert shift.do(SetStatus("ann", "away")) == (AgentChanged("ann", ("help",), "away", True, 1, 1),)
    assert shift.holder("c1") == "ann"


def test_new_department_of_an_agent_is_served_at_once(shift: Shift) -> None:
    shift.agent("ann", "help")
    shift.join("s1", "sales")

    events = shift.do(SetAgent("ann", ("sales", "help"), 1, 1, "online"))

    assert assignments(events) == [("s1", "ann")]
    assert events[-1] == AgentChanged("ann", ("help", "sales"), "online", True, 1, 1)


def test_chats_of_a_vanished_agent_return_to_the_front_in_their_old_order(shift: Shift) -> None:
    shift.agent("ann", capacity=2)
    for chat in ("c1", "c2", "c3"):
        shift.join(chat)
    shift.join("urgent", priority="urgent")
    shift.do(Disconnect("ann"))

    events = shift.do(Vanish("ann"))

    assert events == (
        Requeued("c1", "ann", "connection_lost"),
        Requeued("c2", "ann", "connection_lost"),
        AgentChanged("ann", ("help",), "offline", False, 0, 2),
    )
    assert shift.line() == ["urgent", "c1", "c2", "c3"]


def test_all_chats_of_a_vanished_agent_are_queued_before_the_first_is_given_away(shift: Shift) -> None:
    shift.agent("ann", capacity=2)
    shift.join("c1", priority="low")
    shift.join("c2")
    shift.agent("bob")
    shift.do(Disconnect("ann"))

    events = shift.do(Vanish("ann"))

    assert events[:3] == (
        Requeued("c2", "ann", "connection_lost"),
        Requeued("c1", "ann", "connection_lost"),
        Assigned("c2", "bob", "routed"),
    )
    assert shift.line() == ["c1"]


def test_vanishing_does_nothing_to_an_agent_who_is_back(shift: Shift) -> None:
    shift.agent("ann")
    shift.join("c1")
    shift.do(Disconnect("ann"))
    shift.do(Connect("ann"))

    assert shift.do(Vanish("ann")) == ()
    assert shift.holder("c1") == "ann"


def test_chats_of_an_agent_who_left_while_offline_return_too(shift: Shift) -> None:
    shift.agent("ann")
    shift.join("c1")
    shift.do(SetStatus("ann", "offline"))
    shift.do(Disconnect("ann"))

    assert shift.do(Vanish("ann"))[0] == Requeued("c1", "ann", "connection_lost")


def test_chats_of_a_removed_agent_are_queued_again(shift: Shift) -> None:
    shift.agent("ann")
    shift.join("c1")

    assert shift.do(RemoveAgent("ann")) == (
        Requeued("c1", "ann", "connection_lost"),
        AgentChanged("ann", (), "offline", False, 0, 0),
    )
    assert shift.engine.agents() == ()
    assert shift.engine.agents("help") == ()


def test_leaving_the_line_moves_those_behind_up(shift: Shift) -> None:
    shift.join("c1")
    shift.join("c2")

    assert shift.do(Leave("c1")) == (Removed("c1", None),)
    assert shift.engine.place("c2") == Place("c2", "help", 1)
    assert shift.engine.place("c1") is None


def test_leaving_an_agent_gives_the_slot_away_at_once(shift: Shift) -> None:
    shift.agent("ann")
    shift.join("c1")
    shift.join("c2")

    # The load is 1 before and after: nothing of the agent changed.
    assert shift.do(Leave("c1")) == (Removed("c1", "ann"), Assigned("c2", "ann", "routed"))


def test_agent_pulls_a_chat_from_anywhere_in_the_line(shift: Shift) -> None:
    shift.agent("ann", status="away")
    shift.join("c1")
    shift.join("c2")

    assert shift.do(Take("c2", "ann")) == (
        Assigned("c2", "ann", "taken"),
        AgentChanged("ann", ("help",), "away", True, 1, 1),
    )
    assert shift.line() == ["c1"]


def test_full_agent_takes_nothing_without_force(shift: Shift) -> None:
    shift.agent("ann")
    shift.join("c1")
    shift.join("c2")

    assert refusal(shift.do(Take("c2", "ann"))) == "full"
    assert shift.do(Take("c2", "ann", force=True))[0] == Assigned("c2", "ann", "taken", forced=True)
    assert shift.state_of("ann").load == 2


def test_force_that_is_not_needed_is_not_called_forced(shift: Shift) -> None:
    shift.agent("ann", status="away")
    shift.join("c1")

    assert shift.do(Take("c1", "ann", force=True))[0] == Assigned("c1", "ann", "taken", forced=False)


def test_taking_over_an_active_chat_frees_the_other_agents_slot(shift: Shift) -> None:
    shift.agent("ann")
    shift.join("c1")
    shift.join("c2")
    shift.agent("boss", "management")

    assert shift.do(Take("c1", "boss")) == (
        Assigned("c1", "boss", "taken", from_agent="ann"),
        Assigned("c2", "ann", "routed"),
        AgentChanged("boss", ("management",), "online", True, 1, 1),
    )


def test_second_of_two_agents_who_pull_the_same_chat_is_refused(shift: Shift) -> None:
    shift.agent("ann", status="away")
    shift.agent("bob", status="away")
    shift.join("c1")
    shift.do(Take("c1", "ann", takeover=False))

    assert refusal(shift.do(Take("c1", "bob", takeover=False))) == "not_waiting"
    assert refusal(shift.do(Take("c1", "ann", takeover=False))) == "already_theirs"
    assert shift.holder("c1") == "ann"


def test_agent_who_is_not_connected_takes_nothing(shift: Shift) -> None:
    shift.agent("ann", connected=False)
    shift.join("c1")

    assert refusal(shift.do(Take("c1", "ann", force=True))) == "not_accepting"


def test_transfer_to_an_agent_moves_the_chat_and_refills_the_slot(shift: Shift) -> None:
    shift.agent("ann")
    shift.join("c1")
    shift.join("c2")
    shift.agent("bob", "sales")

    assert shift.do(TransferToAgent("c1", "bob"))[:2] == (
        Assigned("c1", "bob", "transferred", from_agent="ann"),
        Assigned("c2", "ann", "routed"),
    )


def test_transfer_is_refused_by_who_is_full_away_or_has_the_chat(shift: Shift) -> None:
    shift.agent("ann")
    shift.join("c1")
    shift.agent("full")
    shift.join("c2")
    shift.agent("away", status="away")
    shift.agent("gone", connected=False)

    assert refusal(shift.do(TransferToAgent("c1", "full"))) == "full"
    assert refusal(shift.do(TransferToAgent("c1", "ann"))) == "already_theirs"
    assert refusal(shift.do(TransferToAgent("c1", "away", force=True))) == "not_accepting"
    assert refusal(shift.do(TransferToAgent("c1", "gone"))) == "not_accepting"
    assert shift.do(TransferToAgent("c1", "full", force=True))[0] == Assigned("c1", "full", "transferred", "ann", True)


def test_transfer_to_a_department_waits_there_in_the_old_line_but_not_before_others(shift: Shift) -> None:
    shift.agent("ann")
    shift.join("old")
    shift.do(Disconnect("ann"))
    shift.do(Vanish("ann"))
    shift.join("returned", "sales", returned=True)
    shift.join("young", "sales")

    assert shift.do(TransferToDepartment("old", "sales", 2)) == (Queued("old", "sales", 2),)
    assert shift.line("sales") == ["returned", "old", "young"]
    assert shift.line("help") == []


def test_transfer_of_an_active_chat_to_a_department_frees_its_agent(shift: Shift) -> None:
    shift.agent("ann")
    shift.join("c1")
    shift.join("c2")
    shift.agent("bob", "sales")

    assert shift.do(TransferToDepartment("c1", "sales", 1)) == (
        Queued("c1", "sales", 1, from_agent="ann"),
        Assigned("c1", "bob", "routed"),
        Assigned("c2", "ann", "routed"),
        AgentChanged("bob", ("sales",), "online", True, 1, 1),
    )


def test_transfer_of_a_waiting_chat_to_where_it_waits_changes_nothing(shift: Shift) -> None:
    shift.join("c1", returned=True)

    assert shift.do(TransferToDepartment("c1", "help", 1)) == ()
    assert shift.engine.snapshot().chats[0].returned


def test_unanswered_chat_goes_to_another_agent_with_a_free_slot(shift: Shift) -> None:
    shift.agent("ann", capacity=2)
    shift.join("c1")
    shift.agent("bob", capacity=2)

    assert shift.do(Reassign("c1")) == (
        Assigned("c1", "bob", "reassigned", from_agent="ann"),
        AgentChanged("ann", ("help",), "online", True, 0, 2),
        AgentChanged("bob", ("help",), "online", True, 1, 2),
    )


def test_unanswered_chat_stays_where_nobody_else_is_free(shift: Shift) -> None:
    shift.agent("ann", capacity=2)
    shift.join("c1")
    shift.agent("bob", "sales")

    assert refusal(shift.do(Reassign("c1"))) == "nobody_free"
    assert shift.holder("c1") == "ann"


def test_unanswered_chat_leaves_even_the_agent_the_router_would_choose_first(shift: Shift) -> None:
    shift.agent("ann", capacity=5)
    shift.join("c1")
    shift.agent("bob", capacity=2, status="away")
    shift.join("c2")
    shift.do(Take("c2", "bob"))
    shift.do(SetStatus("bob", "online"))
    assert (shift.state_of("ann").load, shift.state_of("bob").load) == (1, 1)  # 1/5 against 1/2

    assert assignments(shift.do(Reassign("c1"))) == [("c1", "bob")]


def test_waiting_chat_cannot_be_reassigned(shift: Shift) -> None:
    shift.join("c1")

    assert refusal(shift.do(Reassign("c1"))) == "nobody_free"


def test_priority_moves_a_waiting_chat_and_is_kept_by_an_active_one(shift: Shift) -> None:
    shift.agent("ann")
    shift.join("active")
    shift.join("c1")
    shift.join("c2")

    assert shift.do(SetPriority("c2", "high")) == (Reprioritised("c2", "high"),)
    assert shift.line() == ["c2", "c1"]
    assert shift.do(SetPriority("c2", "high")) == ()
    shift.do(SetPriority("active", "low"))
    shift.do(Disconnect("ann"))
    shift.do(Vanish("ann"))
    assert shift.line() == ["c2", "c1", "active"]


@pytest.mark.parametrize(
    "command",
    [
        Leave("nobody"),
        Take("nobody", "ann"),
        TransferToAgent("nobody", "ann"),
        TransferToDepartment("nobody", "help", 1),
        Reassign("nobody"),
        SetPriority("nobody", "low"),
    ],
)
def test_order_about_an_unknown_chat_is_refused(
    shift: Shift, command: Leave | Take | TransferToAgent | TransferToDepartment | Reassign | SetPriority
) -> None:
    shift.agent("ann")

    assert refusal(shift.do(command)) == "unknown_chat"


@pytest.mark.parametrize(
    "command",
    [
        SetStatus("nobody", "online"),
        Connect("nobody"),
        Disconnect("nobody"),
        Vanish("nobody"),
        RemoveAgent("nobody"),
        Take("c1", "nobody"),
        TransferToAgent("c1", "nobody"),
        Restore("c1", "help", 1, "normal", 1, False, False, "nobody"),
    ],
)
def test_order_about_an_unknown_agent_is_refused(
    shift: Shift,
    command: SetStatus | Connect | Disconnect | Vanish | RemoveAgent | Take | TransferToAgent | Restore,
) -> None:
    shift.join("c1")

    assert refusal(shift.do(command)) == "unknown_agent"


def test_refused_command_changes_nothing_but_the_version(shift: Shift) -> None:
    shift.agent("ann")
    shift.join("c1")
    shift.join("c2")
    before = shift.engine.snapshot()

    shift.do(Take("c2", "ann"))

    after = shift.engine.snapshot()
    assert (after.agents, after.chats, after.version) == (before.agents, before.chats, before.version + 1)


def test_store_that_gave_the_chat_to_somebody_else_is_right(shift: Shift) -> None:
    shift.agent("ann")
    shift.agent("bob", capacity=0)
    shift.join("c1")
    shift.join("c2")

    events = shift.do(Restore("c1", "help", 1, "high", 1, False, queued=False, agent="bob"))

    assert events[:3] == (
        Reprioritised("c1", "high"),
        Assigned("c1", "bob", "restored", from_agent="ann", forced=True),
        Assigned("c2", "ann", "routed"),
    )


def test_store_that_says_the_chat_is_over_is_right(shift: Shift) -> None:
    shift.agent("ann")
    shift.join("c1")
    over = Restore("c1", "help", 1, "normal", 1, False, queued=False, agent=None)

    assert shift.do(over)[0] == Removed("c1", "ann")
    assert shift.do(over) == ()


def test_store_that_says_the_chat_waits_is_right_and_it_is_routed_again(shift: Shift) -> None:
    shift.agent("ann")
    shift.join("c1")
    shift.agent("bob", "sales")

    events = shift.do(Restore("c1", "sales", 1, "normal", 1, True, queued=True, agent=None))

    assert events[:2] == (Queued("c1", "sales", 1, from_agent="ann"), Assigned("c1", "bob", "routed"))


def test_store_that_says_what_is_so_already_changes_nothing(shift: Shift) -> None:
    shift.join("c1")
    shift.agent("ann", "sales")
    shift.join("c2", "sales")

    assert shift.do(Restore("c1", "help", 1, "normal", 1, False, queued=True, agent=None)) == ()
    assert shift.do(Restore("c2", "sales", 1, "normal", 2, True, queued=False, agent="ann")) == ()


def test_rebuilt_state_is_settled_in_the_order_of_service() -> None:
    agents = tuple(AgentState(name, ("help",), 1, 1, "online", True, (), 9) for name in ("ann", "bob"))
    chats = tuple(
        ChatState(chat, "help", 1, "normal", line, False, None) for chat, line in (("x", 3), ("y", 2), ("z", 1))
    )
    engine = Engine.of(Snapshot(40, agents, chats))

    applied = engine.apply(Settle(), 50)

    assert applied.version == 41
    assert assignments(applied.events) == [("z", "ann"), ("y", "bob")]
    assert engine.place("x") == Place("x", "help", 1)


def test_chats_of_an_agent_the_rebuilt_state_does_not_know_are_queued_again() -> None:
    chats = (
        ChatState("c1", "help", 1, "normal", 7, False, "disabled"),
        ChatState("c2", "help", 1, "normal", 6, False, "disabled"),
    )
    engine = Engine.of(Snapshot(0, (), chats))

    assert engine.apply(Settle(), 1).events == (
        Requeued("c2", "disabled", "connection_lost"),
        Requeued("c1", "disabled", "connection_lost"),
    )
    assert engine.apply(Settle(), 2).events == ()
