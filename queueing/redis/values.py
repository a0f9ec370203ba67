"""The queue's values as the scripts take them, and the scripts' replies as the queue's values.

Arguments are text: true is 1, nothing is '', a list is JSON. Replies are bytes; their JSON is that of codec.py.
"""

from __future__ import annotations

import contextlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from queueing.codec import Record, decode_command, decode_event, encode_command
from queueing.errors import UnreadableRecord
from queueing.model import Applied, Command, Event
from queueing.news import Decision, News
from queueing.routing import line_key
from queueing.states import AgentState, ChatState, Snapshot

Item = TypeVar("Item")

# What the scores have room for; see queueing/lua/include/scores.lua. (lowest, highest)
LIMITS = {
    "tier": (1, 3),
    "line": (0, 2**36 - 1),
    "capacity": (0, 2**16 - 1),
    "now_ms": (0, 10**14 - 1),
    "idle_since_ms": (0, 10**14 - 1),
}


def arguments_of(command: Command, epoch: str, now_ms: int) -> tuple[str, dict[str, str]]:
    """The name of the command's script and its arguments. Raises ValueError for a number there is no room for."""
    record = encode_command(command)
    values = {**record, "epoch": epoch, "now_ms": now_ms, "command": json.dumps(record)}
    check_limits(values)
    return str(values.pop("kind")), {name: text(value) for name, value in values.items()}


def text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, list):
        return departments_json(value)
    return str(value)


def departments_json(departments: Iterable[str]) -> str:
    return json.dumps(sorted(set(departments)))


def check_limits(values: Mapping[str, Any]) -> None:
    for name, (lowest, highest) in LIMITS.items():
        value = values.get(name)
        if value is not None and not lowest <= value <= highest:
            raise ValueError(f"{name} {value} is not between {lowest} and {highest}")


def applied_of(reply: Sequence[Any]) -> Applied:
    version, events, decision = reply
    return Applied(int(version), _events_of(events), decision.decode())


def news_of(reply: Sequence[Any]) -> News:
    """A decision that only a newer version of the code can read is like one that is gone."""
    complete, cursor, entries = reply
    try:
        return News(tuple(_decision_of(entry) for entry in entries), cursor.decode(), bool(complete))
    except UnreadableRecord:
        return News((), cursor.decode(), complete=False)


def decisions_of(entries: Iterable[Sequence[Any]]) -> tuple[Decision, ...]:
    """In the order they were made; without those that only a newer version of the code can read."""
    found = []
    for entry in entries:
        with contextlib.suppress(UnreadableRecord):
            found.append(_decision_of(entry))
    return tuple(sorted(found, key=lambda decision: decision.version))


def _decision_of(entry: Sequence[Any]) -> Decision:
    """From an entry of the stream. Raises UnreadableRecord."""
    name, flat = entry
    told = dict(zip(flat[::2], flat[1::2], strict=True))
    return Decision(
        name.decode(),
        told[b"epoch"].decode(),
        int(name.partition(b"-")[2]),
        int(told[b"now_ms"]),
        decode_command(json.loads(told[b"command"])),
        _events_of(told[b"events"]),
    )


def _events_of(events: bytes) -> tuple[Event, ...]:
    return tuple(decode_event(event) for event in json.loads(events))


def agents_of(agents: bytes, serves: bytes, held: bytes) -> tuple[AgentState, ...]:
    """By id, from the three objects that the scripts `agents` and `snapshot` give."""
    departments: dict[str, list[str]] = json.loads(serves)
    chats: dict[int, list[str]] = defaultdict(list)
    for chat, number in json.loads(held).items():
        chats[number].append(chat)
    return tuple(
        AgentState(
            agent,
            tuple(departments[agent]),
            record["tier"],
            record["capacity"],
            record["status"],
            record["connected"],
            tuple(sorted(chats[record["number"]])),
            record["idle_since_ms"],
        )
        for agent, record in sorted(json.loads(agents).items())
    )


def snapshot_of(reply: Sequence[Any]) -> Snapshot:
    version, agents, serves, held, chats = reply
    records: dict[str, Record] = json.loads(chats)
    states = (ChatState(chat=chat, **{"agent": None, **record}) for chat, record in sorted(records.items()))
    return Snapshot(int(version), agents_of(agents, serves, held), tuple(states))


def to_load(snapshot: Snapshot) -> tuple[list[Record], list[Record], list[Record]]:
    """Agents, chats and orphans as `rebuild_load` and `rebuild_end` take them.

    Orphans, whose agent the snapshot does not know, are among the chats as waiting, and apart in order of service.
    Raises ValueError for a number there is no room for.
    """
    known = {agent.agent for agent in snapshot.agents}
    agents = [_agent_record(agent) for agent in snapshot.agents]
    chats, orphans = [], []
    for chat in snapshot.chats:
        if chat.agent is not None and chat.agent not in known:
            lost = replace(chat, agent=None, returned=True)
            orphans.append((line_key(lost), {"chat": chat.chat, "agent": chat.agent}))
            chats.append(_chat_record(lost))
        else:
            chats.append(_chat_record(replace(chat, returned=chat.returned and chat.agent is None)))
    return agents, chats, [orphan for _, orphan in sorted(orphans, key=lambda entry: entry[0])]


def portions(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    return (items[start : start + size] for start in range(0, len(items), size))


def _agent_record(agent: AgentState) -> Record:
    record = {
        "tier": agent.tier,
        "capacity": agent.capacity,
        "status": agent.status,
        "connected": agent.connected,
        "idle_since_ms": agent.idle_since_ms,
    }
    check_limits(record)
    return {"agent": agent.agent, "serves": departments_json(agent.departments), "record": record}


def _chat_record(chat: ChatState) -> Record:
    record = {
        "department": chat.department,
        "tier": chat.tier,
        "priority": chat.priority,
        "line": chat.line,
        "returned": chat.returned,
    }
    check_limits(record)
    if chat.agent is not None:
        record["agent"] = chat.agent
    return {"chat": chat.chat, "record": record}
