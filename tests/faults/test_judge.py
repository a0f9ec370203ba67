"""The judge and histories so short that everybody sees what is right: it names what is wrong, and nothing else."""

from __future__ import annotations

from typing import Any

from tests.faults.courses import written
from tests.faults.histories import History, Link, Place
from tests.faults.judge_places import false_positions

Message = dict[str, Any]


def event(at: float, code: str, agent: str | None = None) -> Message:
    return {"at": written(at), "seq": 0, "kind": "event", "event": {"code": code, "agent": {"id": agent}}}


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
