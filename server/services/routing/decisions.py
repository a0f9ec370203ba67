"""Why a chat went where it went: replayed from the journal when somebody asks."""

from __future__ import annotations

from queueing import codec, replay
from queueing.errors import NoSuchDecision
from server.services.known.directory import Directory
from server.wire import Json, moment
from transcripts.records import JournalEntry
from transcripts.running import JournalStore


class Decisions:
    def __init__(self, store: JournalStore, directory: Directory) -> None:
        self._store = store
        self._directory = directory

    async def of(self, chat_id: str) -> list[Json]:
        """Every decision about the chat, oldest first; those whose journal was pruned are left out."""
        out = []
        for decided in await self._store.decisions_of(chat_id):
            try:
                out.append(await self._explain(decided, chat_id))
            except NoSuchDecision:
                continue
        return out

    async def _explain(self, decided: JournalEntry, chat_id: str) -> Json:
        entries = await self._store.journal(decided.epoch, decided.version)
        if not entries or entries[0].kind != "snapshot":
            raise NoSuchDecision
        snapshot = codec.decode_snapshot(entries[0].body)
        explanation = replay.explain(snapshot, [recorded(e) for e in entries[1:]], decided.version, chat_id)
        return {
            "version": decided.version,
            "at": moment(decided.at),
            "rule": explanation.rule,
            "winner": self._agent(explanation.winner),
            "candidates": [
                {"agent": self._agent(c.agent), "load": c.load, "capacity": c.capacity, "idle_s": c.idle_ms // 1000}
                for c in explanation.candidates
            ],
            "excluded": [{"agent": self._agent(e.agent), "reason": e.reason} for e in explanation.excluded],
        }

    def _agent(self, agent_id: str) -> Json:
        return {"id": agent_id, "name": self._directory.agent_name(agent_id)}


def recorded(entry: JournalEntry) -> replay.JournalEntry:
    """The record's entry in the queue's language."""
    return replay.JournalEntry(entry.version, int(entry.body["now_ms"]), codec.decode_command(entry.body["command"]))
