"""Agents: one at a time for a chat, never more chats than they take, and nobody forgotten beside a free one."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import combinations, pairwise

from tests.faults import courses
from tests.faults.courses import ended, next_holder, present, troubles
from tests.faults.histories import Held, History
from tests.faults.spans import Span, covers, difference, intersection, longest, union

STUCK_S = 10.0
"""So long after a fault and the grace a chat may wait beside a free agent, or be with one who is not there."""
TOLD_S = 5.0
"""So old may be what a tab shows: servers tell their people of each other's chats one by one."""


def strangers(history: History) -> Iterator[str]:
    """One agent at a time: nobody is given a chat that another has, and only who has it speaks in it."""
    for chat_id, messages in history.transcripts.items():
        holder: str | None = None
        for message in messages:
            event, author = message.get("event"), message["author"]
            if event:
                agent = (event.get("agent") or {}).get("id")
                if event["code"] == "assigned" and event.get("rule") in ("routed", "taken") and holder is not None:
                    yield f"two agents: chat {chat_id} was {event['rule']} to {agent} while {holder} had it"
                holder = next_holder(message, holder)
            elif author["kind"] == "agent" and author["id"] != holder:
                yield f"two agents: {author['id']} spoke in chat {chat_id}, which {holder} had"


def shared(history: History) -> Iterator[str]:
    """No two agents are shown the same chat as theirs, but for what a fault kept from them."""
    shown: dict[str, dict[str, list[Span]]] = defaultdict(lambda: defaultdict(list))
    for held, until in _shown(history):
        for chat_id in held.chats:
            shown[chat_id][held.agent].append((held.at, until))
    for chat_id, agents in shown.items():
        for (first, its), (second, others) in combinations(agents.items(), 2):
            both = difference(intersection(its, others), troubles(history, history.grace_s + STUCK_S))
            since, until = longest(both)
            if until - since > TOLD_S:
                took_s = until - since
                yield f"two agents: {first} and {second} were both told to have chat {chat_id} for {took_s:.1f} s"


def takes(history: History) -> Iterator[str]:
    """Acknowledged: once. Refused: not at all. Unknown: once at most."""
    happened: Counter[tuple[str | None, str]] = Counter()
    for chat_id, messages in history.transcripts.items():
        for event in (message.get("event") or {} for message in messages):
            if event.get("rule") == "taken":
                happened[chat_id, event["agent"]["id"]] += 1
    surely: Counter[tuple[str | None, str]] = Counter()
    maybe: Counter[tuple[str | None, str]] = Counter()
    for op in history.operations:
        if op.event == "chat:take":
            surely[op.chat_id, op.author] += op.outcome == "ok"
            # Refused when it was asked again: the first time may have counted, and be over.
            maybe[op.chat_id, op.author] += op.outcome == "unknown" or (op.outcome == "failed" and op.attempts > 1)
    for key in surely.keys() | happened.keys():
        if not surely[key] <= happened[key] <= surely[key] + maybe[key]:
            yield f"taken: chat {key[0]} by {key[1]} {happened[key]} times, {surely[key]} acknowledged"


def overloads(history: History) -> Iterator[str]:
    changes: list[tuple[float, int, str]] = []
    for agent, periods in courses.served(history).items():
        changes += [(period.since, 1, agent) for period in periods]
        changes += [(period.until, -1, agent) for period in periods]
    load: Counter[str] = Counter()
    for _, change, agent in sorted(changes):
        load[agent] += change
        if load[agent] > history.capacities[agent]:
            yield f"overloaded: {agent} had {load[agent]} chats at once"
    for held, until in _shown(history):
        if len(held.chats) > history.capacities[held.agent] and until - held.at > TOLD_S:
            yield f"overloaded: {held.agent} was told to have {held.chats}"


def stuck(history: History) -> Iterator[str]:
    """Nobody waits beside a free agent."""
    for department, periods in courses.waiting(history).items():
        free = union(
            span
            for agent, served in history.departments.items()
            if department in served
            for span in _free(history, agent)
        )
        for period in periods:
            beside = difference(intersection([period.span], free), troubles(history, history.grace_s))
            since, until = longest(beside)
            if until - since > STUCK_S:
                yield f"orphan: chat {period.chat_id} waited {until - since:.1f} s beside a free agent"


def deserted(history: History) -> Iterator[str]:
    """No chat stays with an agent who is not there."""
    for agent, periods in courses.served(history).items():
        there = present(history, agent, history.grace_s)
        for period in periods:
            served = (period.since, min(period.until, ended(history)))
            alone = difference(difference([served], there), troubles(history, history.grace_s))
            since, until = longest(alone)
            if there and until - since > STUCK_S:
                yield f"orphan: chat {period.chat_id} stayed with {agent}, who was gone for {until - since:.1f} s"


def thrown_out(history: History) -> Iterator[str]:
    """Who is connected somewhere all the time is not set offline by the desk."""
    own = [word for word in history.words if word.own]
    for word in history.words:
        asked = any(o.agent == word.agent and o.status == word.status and o.at <= word.at for o in own)
        there = present(history, word.agent)
        before = (word.at - history.grace_s - 1, word.at)
        frozen = intersection([before], [(f.since, f.until or math.inf) for f in history.faults_of(["frozen server"])])
        if word.status != "online" and not asked and not frozen and covers(there, before):
            yield f"thrown out: {word.agent} was connected and is {word.status} at {word.at:.3f}"


def _shown(history: History) -> Iterator[tuple[Held, float]]:
    """What each tab showed as its agent's chats, and until when."""
    of_tab: dict[int, list[Held]] = defaultdict(list)
    for held in history.held:
        of_tab[held.source].append(held)
    gone_at = defaultdict(list)
    for link in history.links:
        gone_at[link.source].append(math.inf if link.until is None else link.until)
    for source, views in of_tab.items():
        for view, following in pairwise([*views, None]):
            assert view is not None
            until = ended(history) if following is None else following.at
            yield view, min([until, *(gone for gone in gone_at[source] if gone > view.at)])


def _free(history: History, agent: str) -> list[Span]:
    """When the agent was connected, online and had room."""
    online: list[Span] = []
    words = sorted((word for word in history.words if word.agent == agent), key=lambda word: word.at)
    for word, following in pairwise([*words, None]):
        assert word is not None
        if word.status == "online":
            online.append((word.at, following.at if following else ended(history)))
    return intersection(intersection(present(history, agent), online), _with_room(history, agent))


def _with_room(history: History, agent: str) -> list[Span]:
    capacity, load, since = history.capacities[agent], 0, -math.inf
    room: list[Span] = []
    served = courses.served(history).get(agent, [])
    for at, change in sorted([(p.since, 1) for p in served] + [(p.until, -1) for p in served]):
        if load < capacity <= load + change:
            room.append((since, at))
        elif load + change < capacity <= load:
            since = at
        load += change
    return [*room, (since, math.inf)] if load < capacity else room


RULES = (strangers, shared, takes, overloads, stuck, deserted, thrown_out)
