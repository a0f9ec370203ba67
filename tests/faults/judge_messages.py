"""Messages: acknowledged is stored, once, in order, the same for everybody, and soon on everybody's screen."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from tests.faults.courses import LETS_GO, TAKES_OVER, ended, moment, next_holder
from tests.faults.histories import History, Json, Link, Operation
from tests.faults.spans import Span, union

ENDS = {"chat:close", "chat:leave"}
SILENT_ORDERS = ENDS | {"chat:take", "chat:transfer"}
"""They store no message of their own."""
MOVES = TAKES_OVER | LETS_GO
MUTE = ("record", "frozen server", "way")
"""Faults during which nobody can be shown anything."""
HEARD_WITHIN_S = 5.0
"""Between servers too, and while what wakes them is gone."""


def gaps(history: History) -> Iterator[str]:
    for chat_id, messages in history.transcripts.items():
        seqs = [message["seq"] for message in messages]
        if seqs != list(range(1, len(seqs) + 1)):
            yield f"gap: chat {chat_id} has seq {seqs}"


def outcomes(history: History) -> Iterator[str]:
    """Acknowledged: once, where the acknowledgement said. Refused: not at all. Unknown: once at most."""
    stored: dict[tuple[str, str | None, str | None], list[Json]] = defaultdict(list)
    for chat_id, messages in history.transcripts.items():
        for message in messages:
            stored[chat_id, message["author"]["id"], message["client_id"]].append(message)
    for op in history.operations:
        if op.event in SILENT_ORDERS or op.chat_id is None:
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


def differences(history: History) -> Iterator[str]:
    known = {(m["chat_id"], m["seq"]): m for messages in history.transcripts.values() for m in messages}
    for heard in history.heard:
        message = heard.message
        if known.get((message["chat_id"], message["seq"])) != message:
            yield f"different: connection {heard.connection} was shown another seq {message['seq']}: {message}"


def repetitions(history: History) -> Iterator[str]:
    """A connection is shown a chat's messages in order and each once, whatever it asks for besides."""
    last: dict[tuple[int, str], int] = {}
    for heard in history.heard:
        if heard.how == "sync":
            continue
        key, seq = (heard.connection, heard.message["chat_id"]), heard.message["seq"]
        if seq <= last.get(key, 0):
            yield f"shown twice or backwards: seq {seq} of chat {key[1]} on connection {key[0]}"
        last[key] = seq


def inversions(history: History) -> Iterator[str]:
    sent: dict[tuple[int, str, str | None], list[Operation]] = defaultdict(list)
    for op in history.operations:
        # What was once `unavailable` may have been stored then, or when it was asked again.
        if op.outcome == "ok" and op.event not in SILENT_ORDERS and not op.unsure:
            sent[op.source, op.author, op.chat_id].append(op)
    for (_, author, chat_id), operations in sent.items():
        for first, second in pairwise(sorted(operations, key=lambda op: op.sent_no)):
            if (first.seq or 0) >= (second.seq or 0):
                yield f"inverted: {author} said {first.client_id} before {second.client_id} in chat {chat_id}"


def unheard(history: History) -> Iterator[str]:
    """Who is connected has what is stored within seconds, and who comes back has it as soon after the hello."""
    links = _links_by_person(history)
    heard, stored_at = _first_heard(history), _first_known(history)
    silences = union((f.since, f.until or math.inf) for f in history.faults_of(MUTE))
    for chat_id, messages in history.transcripts.items():
        visitor = history.chats[chat_id]["visitor"]["id"]
        closed_at = _closed_at(messages)
        holds_until = _handovers(messages)
        holder: str | None = None
        for message in messages:
            before, holder = holder, next_holder(message, holder)
            audience = {visitor: closed_at}
            if holder is not None and before == holder:
                audience[holder] = holds_until[message["seq"]]
            for person, concerned_until in audience.items():
                for source, its_links in links[person].items():
                    key = (chat_id, message["seq"])
                    written_at = moment(message["at"])
                    said = (written_at, max(written_at, stored_at.get(key, 0.0)))
                    due = _due(said, its_links, silences, concerned_until, ended(history))
                    shown_at = heard.get((source, *key), math.inf)
                    if shown_at > due:
                        which = f"seq {message['seq']} of chat {chat_id}, said at {message['at']}"
                        late_s = shown_at - due
                        yield f"unheard: {person} at client {source} was shown {which}, {late_s:.1f} s too late"


def _links_by_person(history: History) -> dict[str, dict[int, list[Link]]]:
    """person -> client -> its links in order."""
    links: dict[str, dict[int, list[Link]]] = defaultdict(lambda: defaultdict(list))
    for link in history.links:
        links[link.person][link.source].append(link)
    return links


def _first_heard(history: History) -> dict[tuple[int, str, int], float]:
    """(client, chat, seq) -> when it was shown first, pushed or asked for."""
    source_of = {link.connection: link.source for link in history.links}
    heard: dict[tuple[int, str, int], float] = {}
    for one in history.heard:
        key = (source_of.get(one.connection, 0), one.message["chat_id"], one.message["seq"])
        heard[key] = min(one.when.at, heard.get(key, math.inf))
    return heard


def _first_known(history: History) -> dict[tuple[str, int], float]:
    """(chat, seq) -> when anybody outside knew first that it is stored; its `at` is from before that."""
    known: dict[tuple[str, int], float] = {}
    for one in history.heard:
        key = (one.message["chat_id"], one.message["seq"])
        known[key] = min(one.when.at, known.get(key, math.inf))
    for op in history.operations:
        if op.outcome == "ok" and op.chat_id and op.seq and op.answered:
            known[op.chat_id, op.seq] = min(op.answered.at, known.get((op.chat_id, op.seq), math.inf))
    return known


def _due(said: Span, links: list[Link], silences: list[Span], concerned_until: float, over_at: float) -> float:
    """By when a client must have been shown what was said; inf where it was not there, or it did not concern it.

    said: from when it was written until somebody knew that it is stored; in between it was.
    """
    written_at, said_at = said
    for link in links:
        until = min(over_at, math.inf if link.until is None else link.until)
        due = max(said_at, link.since) + HEARD_WITHIN_S
        for silent_since, silent_until in silences:
            if silent_since <= due and said_at <= silent_until:
                due = silent_until + HEARD_WITHIN_S
        # Who comes back to a chat that has ended meanwhile does not ask for its end.
        if due < until and (link.since <= written_at or due < concerned_until):
            return due if due < concerned_until or link.kind == "visitor" else math.inf
    return math.inf


def _closed_at(messages: list[Json]) -> float:
    return next(
        (moment(m["at"]) for m in messages if m["kind"] == "event" and m["event"]["code"] == "closed"), math.inf
    )


def _handovers(messages: list[Json]) -> dict[int, float]:
    """seq -> until when the agent who had the chat then went on having it."""
    until, found = math.inf, {}
    for message in reversed(messages):
        found[message["seq"]] = until
        # Whatever the event before did: who holds the chat after it holds it until here.
        if message["kind"] == "event" and next_holder(message, "somebody") != "somebody":
            until = moment(message["at"])
    return found


def not_ended(history: History) -> Iterator[str]:
    for op in history.operations:
        chat = history.chats.get(op.chat_id or "")
        if op.outcome == "ok" and op.event in ENDS and (chat is None or chat["state"] != "closed"):
            yield f"not ended: chat {op.chat_id}, though {op.event} was acknowledged"


def reopened(history: History) -> Iterator[str]:
    """A chat that is over is over: nobody speaks in it and nobody is given it."""
    for chat_id, messages in history.transcripts.items():
        is_over = False
        for message in messages:
            code = (message.get("event") or {}).get("code")
            if is_over and (code in MOVES or code is None):
                yield f"reopened: chat {chat_id} was over, and seq {message['seq']} is {code or message['kind']}"
            is_over = is_over or code == "closed"


RULES = (gaps, outcomes, differences, repetitions, inversions, unheard, not_ended, reopened)
