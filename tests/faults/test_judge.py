"""The judge and histories so short that everybody sees what is right: it names what is wrong, and nothing else."""

from __future__ import annotations

from typing import Any

from tests.faults.courses import written
from tests.faults.histories import History, Instant, Link, Operation, Outcome, Place
from tests.faults.judge_agents import strangers, takes
from tests.faults.judge_places import false_positions
from tests.faults.results import counted

Message = dict[str, Any]


def event(at: float, code: str, agent: str | None = None) -> Message:
    happened = {"code": code, "agent": {"id": agent}}
    return {"at": written(at), "seq": 0, "kind": "event", "author": {"kind": "system"}, "event": happened}


def waits_twice(told_again_at: float) -> History:
    """Two chats; the second waits until 20, is served, returned at 60 and waits alone until 90."""
    history = History(ended_at=100.0)
    for chat_id, created_at in (("first", 1.0), ("second", 5.0)):
        history.chats[chat_id] = {"id": chat_id, "created_at": written(created_at), "department": {"id": "support"}}
        history.transcripts[chat_id] = [{"at": written(created_at), "seq": 1, "kind": "text"}]
    history.transcripts["first"] += [event(18.0, "assigned", "ada")]
    history.transcripts["second"] += [event(20.0, "assigned", "ada"), event(60.0, "returned", "ada")]
    history.transcripts["second"] += [event(90.0, "assigned", "ada")]
    history.links = [Link(1, 1, "visitor", "visitor", 0.0)]
    history.places = [Place("second", 5.1, 2, 1), Place("second", 18.1, 1, 1), Place("second", told_again_at, 1, 1)]
    return history


def test_what_was_told_of_an_earlier_wait_is_not_held_against_a_later_one() -> None:
    assert list(false_positions(waits_twice(60.2))) == []


def test_wrong_place_is_named_with_how_long_it_was_told() -> None:
    history = waits_twice(60.2)
    history.places.append(Place("second", 70.0, 4, 1))

    assert list(false_positions(history)) == ["false position: chat second was told a wrong place for 20.0 s"]


def wanted_by_both(bobs: Outcome, *taken_by: str) -> History:
    """Ada and Bob ask for one chat at the same moment; Ada's is acknowledged."""
    history = History(ended_at=100.0)
    history.chats["first"] = {"id": "first", "department": {"id": "support"}}
    history.transcripts["first"] = [{"at": written(1.0), "seq": 1, "kind": "text", "author": {"kind": "visitor"}}]
    for at, agent in enumerate(taken_by, start=2):
        took = event(at, "assigned", agent)
        took["event"]["rule"] = "taken"
        history.transcripts["first"].append(took)
    outcomes: tuple[tuple[str, Outcome], ...] = (("ada", "ok"), ("bob", bobs))
    for agent, outcome in outcomes:
        op = Operation("chat:take", agent, "first", f"{agent}-1", outcome=outcome, attempts=1)
        op.sent, op.answered = Instant(1.5, 1.5), Instant(3.5, 3.5)
        history.operations.append(op)
    return history


def test_chat_that_both_got_is_named_twice_over() -> None:
    both = wanted_by_both("ok", "ada", "bob")

    assert list(takes(both)) == []
    assert list(strangers(both)) == ["two agents: chat first was taken to bob while ada had it"]


def test_take_that_was_acknowledged_and_did_not_happen_or_was_refused_and_did_is_named() -> None:
    assert list(takes(wanted_by_both("failed", "ada"))) == []
    assert list(takes(wanted_by_both("failed"))) == ["taken: chat first by ada 0 times, 1 acknowledged"]
    refused = wanted_by_both("failed", "ada", "bob")
    assert list(takes(refused)) == ["taken: chat first by bob 1 times, 0 acknowledged"]


def test_chat_that_two_wanted_at_the_same_moment_is_one_race() -> None:
    alone, both = wanted_by_both("failed", "ada"), wanted_by_both("failed", "ada")
    alone.operations.pop()

    assert counted("alone", alone, ()).races == 0
    assert counted("both", both, ()).races == 1
