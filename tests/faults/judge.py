"""Says what is wrong with a history, from what was acknowledged and shown alone: it knows nothing of the server.

Each rule is one promise of docs/protocol.md. test_kill.py plants a violation of each and sees it named.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import combinations, pairwise

from tests.faults.histories import Greeting, History, Json, Operation

TAKES_OVER = {"assigned", "reassigned", "transferred"}
LETS_GO = {"returned", "closed", "transferred"}
ENDS = {"chat:close", "chat:leave"}
LATE_S = 2.0
"""A line is shown at most once a second: what it says may be so old."""


def complaints(history: History) -> list[str]:
    """One sentence per broken promise; [] is the only good answer."""
    rules = (
        _gaps,
        _outcomes,
        _differences,
        _repetitions,
        _inversions,
        _strangers,
        _overloads,
        _second_chats,
        _lost_places,
        _lost_chats,
        _unended,
    )
    return [complaint for rule in rules for complaint in rule(history)]


def moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


# ---- messages --------------------------------------------------------------------------------------------------------


def _gaps(history: History) -> Iterator[str]:
    for chat_id, messages in history.transcripts.items():
        seqs = [message["seq"] for message in messages]
        if seqs != list(range(1, len(seqs) + 1)):
            yield f"gap: chat {chat_id} has seq {seqs}"


def _outcomes(history: History) -> Iterator[str]:
    """Acknowledged: once, where the acknowledgement said. Refused: not at all. Unknown: once at most."""
    stored: dict[tuple[str, str | None, str | None], list[Json]] = defaultdict(list)
    for chat_id, messages in history.transcripts.items():
        for message in messages:
            stored[chat_id, message["author"]["id"], message["client_id"]].append(message)
    for op in history.operations:
        if op.event in ENDS or op.chat_id is None:
            continue
        copies = stored[op.chat_id, op.author, op.client_id]
        if op.outcome == "ok" and not copies:
            yield f"lost: {op.client_id} was acknowledged as seq {op.seq} of chat {op.chat_id} and is not there"
        elif len(copies) > 1:
            yield f"doubled: {op.client_id} is {len(copies)} times in chat {op.chat_id}"
        elif op.outcome == "failed" and copies:
            yield f"refused, yet stored: {op.client_id} in chat {op.chat_id}"
        elif op.outcome == "ok" and (copies[0]["seq"], copies[0]["body"]) != (op.seq, op.body):
            yield f"changed: {op.client_id} was acknowledged as seq {op.seq}, is seq {copies[0]['seq']}"


def _differences(history: History) -> Iterator[str]:
    known = {(m["chat_id"], m["seq"]): m for messages in history.transcripts.values() for m in messages}
    for heard in history.heard:
        message = heard.message
        if known.get((message["chat_id"], message["seq"])) != message:
            yield f"different: connection {heard.connection} was shown another seq {message['seq']}: {message}"


def _repetitions(history: History) -> Iterator[str]:
    """A connection is shown a chat's messages in order and each once."""
    last: dict[tuple[int, str], int] = {}
    for heard in history.heard:
        key, seq = (heard.connection, heard.message["chat_id"]), heard.message["seq"]
        if seq <= last.get(key, 0):
            yield f"shown twice or backwards: seq {seq} of chat {key[1]} on connection {key[0]}"
        last[key] = seq


def _inversions(history: History) -> Iterator[str]:
    sent: dict[tuple[str, str | None], list[Operation]] = defaultdict(list)
    for op in history.operations:
        if op.outcome == "ok" and op.event not in ENDS:
            sent[op.author, op.chat_id].append(op)
    for (author, chat_id), operations in sent.items():
        for first, second in pairwise(sorted(operations, key=lambda op: op.sent_no)):
            if (first.seq or 0) >= (second.seq or 0):
                yield f"inverted: {author} said {first.client_id} before {second.client_id} in chat {chat_id}"


# ---- agents ----------------------------------------------------------------------------------------------------------


def _strangers(history: History) -> Iterator[str]:
    """One agent at a time: nobody is given a chat that another has, and only who has it speaks in it."""
    for chat_id, messages in history.transcripts.items():
        holder: str | None = None
        for message in messages:
            event, author = message.get("event"), message["author"]
            if event:
                agent = (event.get("agent") or {}).get("id")
                if event["code"] == "assigned" and event.get("rule") == "routed" and holder is not None:
                    yield f"two agents: chat {chat_id} was routed to {agent} while {holder} had it"
                holder = _next_holder(event["code"], agent, holder)
            elif author["kind"] == "agent" and author["id"] != holder:
                yield f"two agents: {author['id']} spoke in chat {chat_id}, which {holder} had"


def _next_holder(code: str, agent: str | None, holder: str | None) -> str | None:
    if code in TAKES_OVER and agent is not None:
        return agent
    return None if code in LETS_GO else holder


def _overloads(history: History) -> Iterator[str]:
    for held in history.held:
        if len(held.chats) > history.capacities[held.agent]:
            yield f"overloaded: {held.agent} was told to have {held.chats}"
    changes: list[tuple[float, int, str]] = []
    for messages in history.transcripts.values():
        holder: str | None = None
        for message in messages:
            event = message.get("event")
            following = holder
            if event:
                following = _next_holder(event["code"], (event.get("agent") or {}).get("id"), holder)
            if following != holder:
                at = moment(message["at"])
                changes += [(at, -1, holder)] if holder else []
                changes += [(at, 1, following)] if following else []
            holder = following
    load: Counter[str] = Counter()
    for _, change, agent in sorted(changes):
        load[agent] += change
        if load[agent] > history.capacities[agent]:
            yield f"overloaded: {agent} had {load[agent]} chats at once"


# ---- chats -----------------------------------------------------------------------------------------------------------


def _second_chats(history: History) -> Iterator[str]:
    of_visitor: dict[str, list[Json]] = defaultdict(list)
    for chat in history.chats.values():
        of_visitor[chat["visitor"]["id"]].append(chat)
    for visitor, chats in of_visitor.items():
        for first, second in pairwise(sorted(chats, key=lambda chat: str(chat["created_at"]))):
            if first["closed_at"] is None or first["closed_at"] > second["created_at"]:
                yield f"two chats: visitor {visitor} had {first['id']} and {second['id']} open at once"


def _lost_places(history: History) -> Iterator[str]:
    """Who waits keeps their place before everybody behind them, but for chats that are returned."""
    returned: dict[str, list[float]] = defaultdict(list)
    for chat_id, messages in history.transcripts.items():
        returned[chat_id] = [moment(m["at"]) for m in messages if (m.get("event") or {}).get("code") == "returned"]
    for line in history.lines:
        # One may be lacking for a moment: a chat that is over in the record, and still leaving the queue.
        if any(earlier >= later for earlier, later in pairwise((0, *line.positions))):
            yield f"lost place: positions {line.positions} at {line.at:.3f}"
    for before, after in pairwise(history.lines):
        stayed = [
            chat
            for chat in before.chats
            if chat in after.chats and not any(before.at - LATE_S <= at <= after.at for at in returned[chat])
        ]
        for first, second in combinations(stayed, 2):
            if after.chats.index(first) > after.chats.index(second):
                yield f"lost place: {first} waited before {second}, and behind it in run {after.run}"


def _lost_chats(history: History) -> Iterator[str]:
    """A visitor who comes back finds the open chat: in line with a place, or with an agent."""
    for greeting in history.greetings:
        chat = greeting.chat
        if chat is None or chat["id"] != greeting.expected:
            known = history.chats.get(greeting.expected or "")
            if known is not None and (known["closed_at"] is None or moment(known["closed_at"]) > greeting.at):
                yield f"lost chat: {greeting.visitor} came back and {greeting.expected} was not there"
        if chat is not None and chat["state"] == "queued" and not chat["queue"] and not _is_moving(history, greeting):
            yield f"lost place: {chat['id']} waits without a position"
        if chat is not None and chat["state"] == "active" and not chat["agent"]:
            yield f"lost chat: {chat['id']} is active without an agent"


def _is_moving(history: History, greeting: Greeting) -> bool:
    """Just stored and not yet in line, or given to an agent and not yet stored: no position for a moment."""
    messages = history.transcripts[(greeting.chat or {})["id"]]
    moves = [moment(message["at"]) for message in messages if message["seq"] == 1 or message["kind"] == "event"]
    return any(abs(at - greeting.at) <= LATE_S for at in moves)


def _unended(history: History) -> Iterator[str]:
    for op in history.operations:
        if op.outcome == "ok" and op.event in ENDS and history.chats[op.chat_id or ""]["state"] != "closed":
            yield f"not ended: chat {op.chat_id}, though {op.event} was acknowledged"
