"""Why a chat went where it went, at the edges of the journal."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from queueing import codec
from queueing.engine import Engine
from queueing.model import Assigned, Command, Connect, Join, SetAgent
from queueing.states import Snapshot
from server.services.known.directory import Directory
from server.services.routing.decisions import Decisions
from transcripts.records import JournalEntry
from transcripts.sqlite.store import SqliteStore

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize("snapshot_after", [0, 2, 3], ids=["at the beginning", "just before", "just after"])
async def test_decision_is_explained_wherever_the_snapshots_are(tmp_path: Path, snapshot_after: int) -> None:
    store = await SqliteStore.open(tmp_path / "record.db")
    engine = Engine(Snapshot(0))
    await store.append_journal([_snapshot(engine)])
    commands: list[Command] = [
        SetAgent("ada", ("support",), 1, 3, "online"),
        Connect("ada"),
        Join("chat", "support", 1, "normal", 1),
    ]
    for version, command in enumerate(commands, start=1):
        applied = engine.apply(command, now_ms=version)
        decided = tuple(event.chat for event in applied.events if isinstance(event, Assigned))
        body = {"now_ms": version, "command": codec.encode_command(command)}
        await store.append_journal([JournalEntry("epoch", version, "command", AT, body, decided)])
        if version == snapshot_after:
            await store.append_journal([_snapshot(engine)])

    decisions = await Decisions(store, Directory(store)).of("chat")

    assert [(d["version"], d["rule"], d["winner"]["id"]) for d in decisions] == [(3, "routed", "ada")]
    assert [candidate["agent"]["id"] for candidate in decisions[0]["candidates"]] == ["ada"]
    await store.aclose()


def _snapshot(engine: Engine) -> JournalEntry:
    snapshot = engine.snapshot()
    return JournalEntry("epoch", snapshot.version, "snapshot", AT, codec.encode_snapshot(snapshot))
