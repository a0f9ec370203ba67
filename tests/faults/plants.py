"""Violations to plant in a good history: what the judge must see, one at a time, each by its name."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from math import inf

from tests.faults import courses
from tests.faults.courses import moment, written
from tests.faults.histories import Held, History, Place, Recovery, Word
from tests.faults.judge import RULES
from tests.faults.judge_recovery import RECOVERED_S

MINUTE_S = 60.0
Plant = tuple[Callable[[History], None], str]


def _an_acknowledged(history: History, author_kind: str) -> tuple[str, int]:
    """Chat and seq of a message, not the first of its chat; its author knows that it and the one before are stored."""
    known = {op.client_id: op.source for op in history.operations if op.outcome == "ok" and not op.unsure}
    for chat_id, messages in history.transcripts.items():
        for pair in pairwise(messages):
            kinds = {message["author"]["kind"] for message in pair}
            sources = {known.get(message["client_id"]) for message in pair}
            if kinds == {author_kind} and pair[1]["seq"] > 2 and len(sources) == 1 and None not in sources:
                return chat_id, pair[1]["seq"]
    raise AssertionError("nobody said two things in a row")


def _lose(history: History) -> None:
    chat_id, seq = _an_acknowledged(history, "visitor")
    del history.transcripts[chat_id][seq - 1]


def _lose_the_last(history: History) -> None:
    op = next(op for op in reversed(history.operations) if op.outcome == "ok" and op.event == "message:send")
    del history.transcripts[op.chat_id or ""][(op.seq or 0) - 1 :]


def _double(history: History) -> None:
    chat_id, seq = _an_acknowledged(history, "visitor")
    messages = history.transcripts[chat_id]
    messages.append({**messages[seq - 1], "seq": len(messages) + 1})


def _store_what_was_refused(history: History) -> None:
    chat_id, seq = _an_acknowledged(history, "visitor")
    client_id = history.transcripts[chat_id][seq - 1]["client_id"]
    next(op for op in history.operations if op.client_id == client_id).outcome = "failed"


def _invert(history: History) -> None:
    chat_id, seq = _an_acknowledged(history, "agent")
    first, second = history.transcripts[chat_id][seq - 2 : seq]
    for op in history.operations:
        if op.client_id in (first["client_id"], second["client_id"]):
            op.seq = seq if op.client_id == first["client_id"] else seq - 1
    first["seq"], second["seq"] = second["seq"], first["seq"]


def _show_twice(history: History) -> None:
    history.heard.append(next(heard for heard in reversed(history.heard) if heard.how == "push"))


def _show_another(history: History) -> None:
    last = history.heard[-1]
    history.heard[-1] = replace(last, message={**last.message, "body": "Something else"})


def _let_another_agent_speak(history: History) -> None:
    chat_id, seq = _an_acknowledged(history, "agent")
    message = history.transcripts[chat_id][seq - 1]
    other = next(agent for agent in history.capacities if agent != message["author"]["id"])
    message["author"] = {**message["author"], "id": other}


def _route_twice(history: History) -> None:
    for messages in history.transcripts.values():
        for index, message in enumerate(messages):
            if (message.get("event") or {}).get("code") == "assigned":
                return messages.insert(index + 1, message)
    raise AssertionError("no chat was ever assigned")


def _lower_the_capacities(history: History) -> None:
    history.capacities = {agent: capacity // 2 for agent, capacity in history.capacities.items()}


def _overfill(history: History) -> None:
    busy = history.held[0].agent
    history.held.append(Held(busy, 0.0, tuple(map(str, range(history.capacities[busy] + 1)))))


def _open_a_second_chat(history: History) -> None:
    chat = next(iter(history.chats.values()))
    history.chats["second"] = {**chat, "id": "second", "created_at": chat["closed_at"]}
    chat["closed_at"] = None


def _swap_the_line(history: History) -> None:
    """One with two in it who had not been returned until then."""
    returned_at = {
        chat_id: min(
            (moment(m["at"]) for m in messages if (m.get("event") or {}).get("code") == "returned"), default=inf
        )
        for chat_id, messages in history.transcripts.items()
    }
    index, line = next(
        (i, line)
        for i, line in enumerate(history.lines)
        if sum(returned_at.get(chat, inf) > line.at for chat in line.chats) > 1
    )
    history.lines.insert(index + 1, replace(line, run=line.run + 1, chats=line.chats[::-1]))


def _forget_a_chat(history: History) -> None:
    index, greeting = next((i, g) for i, g in enumerate(history.greetings) if g.expected and g.chat)
    history.chats[greeting.expected or ""]["closed_at"] = None
    history.greetings[index] = replace(greeting, chat=None)


def _take_the_position_away(history: History) -> None:
    index, greeting = next((i, g) for i, g in enumerate(history.greetings) if g.chat)
    waiting = {**(greeting.chat or {}), "state": "queued", "queue": None}
    history.greetings[index] = replace(greeting, at=greeting.at + 3600, chat=waiting)


def _leave_open(history: History) -> None:
    ended = next(op for op in history.operations if op.event == "chat:close" and op.outcome == "ok")
    history.chats[ended.chat_id or ""]["state"] = "active"


def _go_on_for_a_minute(history: History) -> None:
    """Nothing more happens, and who was there at the end stays."""
    for link in history.links:
        if link.until is None or link.until >= history.ended_at:
            link.until = None
    history.ended_at += MINUTE_S


def _leave_waiting_beside_free_agents(history: History) -> None:
    chat_id, messages = max(history.transcripts.items(), key=lambda chat: chat[1][0]["at"])
    history.transcripts[chat_id] = messages[:1]
    _go_on_for_a_minute(history)


def _leave_with_an_agent_who_is_gone(history: History) -> None:
    agent, served = next(iter(courses.served(history).items()))
    last = max(served, key=lambda period: period.since)
    messages = history.transcripts[last.chat_id]
    history.transcripts[last.chat_id] = [m for m in messages if moment(m["at"]) <= last.since]
    for link in history.links:
        if link.person == agent:
            link.until = min(history.ended_at, link.until or history.ended_at)
    _go_on_for_a_minute(history)
    for link in history.links:
        if link.person == agent:
            link.until = link.until or history.ended_at - MINUTE_S


def _give_to_two(history: History) -> None:
    """To the tabs of two agents, from the end on."""
    _go_on_for_a_minute(history)
    tabs = {held.agent: held.source for held in history.held if history.capacities[held.agent]}
    for agent, source in tabs.items():
        history.held.append(Held(agent, history.ended_at - MINUTE_S, ("the same",), source))


def _throw_out(history: History) -> None:
    _go_on_for_a_minute(history)
    link = next(link for link in history.links if link.kind == "agent" and link.until is None)
    history.words.append(Word(link.person, history.ended_at - 1, "offline"))


def _tell_a_wrong_place(history: History) -> None:
    """A minute in line, and another place on the screen."""
    _leave_waiting_beside_free_agents(history)
    chat_id = next(chat_id for chat_id, messages in history.transcripts.items() if len(messages) == 1)
    history.places.append(Place(chat_id, history.ended_at - MINUTE_S, 99, history.links[-1].connection))
    history.links[-1].until = None


def _push_back(history: History) -> None:
    """A minute in line, and places that grow though nobody comes."""
    _leave_waiting_beside_free_agents(history)
    chat_id = next(chat_id for chat_id, messages in history.transcripts.items() if len(messages) == 1)
    for position in (1, 2):
        at = history.ended_at - MINUTE_S / 4 + position
        history.places.append(Place(chat_id, at, position, history.links[-1].connection))


def _serve_the_last_first(history: History) -> None:
    """Half a minute beside one that asked later and was served."""
    _leave_waiting_beside_free_agents(history)
    chat_id, messages = next((chat_id, m) for chat_id, m in history.transcripts.items() if len(m) == 1)
    first = history.chats[chat_id]
    later = moment(first["created_at"]) + MINUTE_S / 2
    event = {"code": "assigned", "rule": "routed", "agent": {"id": next(iter(history.capacities))}}
    asked = {**messages[0], "chat_id": "later", "at": written(later)}
    served = {**asked, "seq": 2, "kind": "event", "event": event, "client_id": None, "at": written(later + 5)}
    history.chats["later"] = {**first, "id": "later", "created_at": asked["at"]}
    history.transcripts["later"] = [asked, served]


def _reopen(history: History) -> None:
    for messages in history.transcripts.values():
        assigned = next((m for m in messages if (m.get("event") or {}).get("code") == "assigned"), None)
        if assigned is not None and (messages[-1].get("event") or {}).get("code") == "closed":
            return messages.append({**assigned, "seq": len(messages) + 1, "at": messages[-1]["at"]})
    raise AssertionError("no chat was ever closed")


def _keep_a_message_from_its_visitor(history: History) -> None:
    """The last that a visitor was shown who stayed to the end."""
    _go_on_for_a_minute(history)
    visitors = {link.connection: link for link in history.links if link.kind == "visitor"}
    there = {connection for connection, link in visitors.items() if link.until is None}
    heard = next(heard for heard in reversed(history.heard) if heard.connection in there)
    source = visitors[heard.connection].source
    key = (heard.message["chat_id"], heard.message["seq"])
    history.heard = [
        one
        for one in history.heard
        if (one.message["chat_id"], one.message["seq"]) != key
        or one.connection not in visitors
        or visitors[one.connection].source != source
    ]


def _connect_late(history: History) -> None:
    history.recoveries.append(Recovery("a kill", 0.0, RECOVERED_S + 1, 1.0))


def _serve_late(history: History) -> None:
    history.recoveries.append(Recovery("a kill", 0.0, 1.0, RECOVERED_S + 1))


PLANTED: tuple[Plant, ...] = (
    (_lose, "gap"),
    (_lose_the_last, "lost:"),
    (_double, "doubled"),
    (_store_what_was_refused, "refused, yet stored"),
    (_invert, "inverted"),
    (_show_twice, "shown twice"),
    (_show_another, "different"),
    (_let_another_agent_speak, "two agents"),
    (_route_twice, "two agents"),
    (_lower_the_capacities, "overloaded"),
    (_overfill, "overloaded"),
    (_open_a_second_chat, "two chats"),
    (_swap_the_line, "lost place"),
    (_forget_a_chat, "lost chat"),
    (_take_the_position_away, "lost place"),
    (_leave_open, "not ended"),
    (_leave_waiting_beside_free_agents, "orphan"),
    (_leave_with_an_agent_who_is_gone, "orphan"),
    (_give_to_two, "two agents"),
    (_throw_out, "thrown out"),
    (_tell_a_wrong_place, "false position"),
    (_push_back, "pushed back"),
    (_serve_the_last_first, "overtaken"),
    (_reopen, "reopened"),
    (_keep_a_message_from_its_visitor, "unheard"),
    (_connect_late, "slow recovery"),
    (_serve_late, "slow recovery"),
)


def unnoticed(history: History, planted: tuple[Plant, ...] = PLANTED) -> list[str]:
    """Violations that the judge does not name when they are planted in a good history."""
    unnoticed, recorded = [], pickle.dumps(history)
    for plant, named in planted:
        spoiled = pickle.loads(recorded)
        plant(spoiled)
        # Rule by rule: what comes after the one that names it need not be looked at.
        told = (complaint for rule in RULES for complaint in rule(spoiled))
        if not any(complaint.startswith(named) for complaint in told):
            unnoticed.append(plant.__name__)
    return unnoticed
