"""The queue's values as plain JSON objects and back, for the journal, stored snapshots and other processes.

A stored object outlives this version of the code: its `kind` is written down here and never renamed, and a field
added to the model later needs a default, so that what was stored before it can still be read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar, cast

from queueing import model
from queueing.errors import UnreadableRecord
from queueing.model import Command, Event
from queueing.states import AgentState, ChatState, Snapshot

Record = dict[str, Any]
T = TypeVar("T")

_COMMANDS: dict[str, type] = {
    "set_agent": model.SetAgent,
    "remove_agent": model.RemoveAgent,
    "set_status": model.SetStatus,
    "connect": model.Connect,
    "disconnect": model.Disconnect,
    "vanish": model.Vanish,
    "join": model.Join,
    "leave": model.Leave,
    "take": model.Take,
    "transfer_to_agent": model.TransferToAgent,
    "transfer_to_department": model.TransferToDepartment,
    "reassign": model.Reassign,
    "set_priority": model.SetPriority,
    "restore": model.Restore,
    "settle": model.Settle,
}
_EVENTS: dict[str, type] = {
    "queued": model.Queued,
    "assigned": model.Assigned,
    "requeued": model.Requeued,
    "removed": model.Removed,
    "reprioritised": model.Reprioritised,
    "agent_changed": model.AgentChanged,
    "refused": model.Refused,
}
_KINDS = {cls: kind for kinds in (_COMMANDS, _EVENTS) for kind, cls in kinds.items()}


def encode_command(command: Command) -> Record:
    return {"kind": _KINDS[type(command)], **_fields_of(command)}


def decode_command(record: Mapping[str, Any]) -> Command:
    """Raises UnreadableRecord."""
    return cast("Command", _of_kind(_COMMANDS, record))


def encode_event(event: Event) -> Record:
    return {"kind": _KINDS[type(event)], **_fields_of(event)}


def decode_event(record: Mapping[str, Any]) -> Event:
    """Raises UnreadableRecord."""
    return cast("Event", _of_kind(_EVENTS, record))


def encode_snapshot(snapshot: Snapshot) -> Record:
    return {
        "version": snapshot.version,
        "agents": [_fields_of(agent) for agent in snapshot.agents],
        "chats": [_fields_of(chat) for chat in snapshot.chats],
    }


def decode_snapshot(record: Mapping[str, Any]) -> Snapshot:
    """Raises UnreadableRecord."""
    try:
        version, agents, chats = record["version"], record["agents"], record["chats"]
    except KeyError as exc:
        raise UnreadableRecord(f"a snapshot without {exc}") from exc
    return Snapshot(
        version,
        tuple(_build(AgentState, agent) for agent in agents),
        tuple(_build(ChatState, chat) for chat in chats),
    )


def _of_kind(kinds: Mapping[str, type], record: Mapping[str, Any]) -> object:
    cls = kinds.get(record.get("kind", ""))
    if cls is None:
        raise UnreadableRecord(f"unknown kind {record.get('kind')!r}")
    return _build(cls, {name: value for name, value in record.items() if name != "kind"})


def _fields_of(value: Any) -> Record:
    plain = ((field.name, getattr(value, field.name)) for field in fields(value))
    return {name: list(item) if isinstance(item, tuple) else item for name, item in plain}


def _build(cls: type[T], record: Mapping[str, Any]) -> T:
    try:
        return cls(**{name: tuple(item) if isinstance(item, list) else item for name, item in record.items()})
    except TypeError as exc:
        raise UnreadableRecord(f"not a {cls.__name__}: {exc}") from exc
