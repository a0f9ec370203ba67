"""Places: who waits keeps theirs, is told the truth about it, and is found again by who comes back."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations, pairwise

from tests.faults import courses
from tests.faults.courses import Period, ended, moment, troubles
from tests.faults.histories import Greeting, History, Json, Line, Place
from tests.faults.spans import Span, covers, intersection, union

LATE_S = 2.0
"""A line is shown at most once a second: what it says may be so old."""
FALSE_S = 10.0
"""No longer than this may a visitor be told a position that is not theirs, whatever is broken."""
SERVED_S = 2.0
"""So far apart from each other may two decisions come into the record."""
SAME_MOMENT_S = 0.5
"""Of two who asked within this time of each other it does not follow who is first in line."""


def second_chats(history: History) -> Iterator[str]:
    of_visitor: dict[str, list[Json]] = defaultdict(list)
    for chat in history.chats.values():
        of_visitor[chat["visitor"]["id"]].append(chat)
    for visitor, chats in of_visitor.items():
        for first, second in pairwise(sorted(chats, key=lambda chat: str(chat["created_at"]))):
            if first["closed_at"] is None or first["closed_at"] > second["created_at"]:
                yield f"two chats: visitor {visitor} had {first['id']} and {second['id']} open at once"


def lost_places(history: History) -> Iterator[str]:
    """Who waits keeps their place before everybody behind them, but for chats that are returned."""
    returned: dict[str, list[float]] = defaultdict(list)
    for chat_id, messages in history.transcripts.items():
        returned[chat_id] = [moment(m["at"]) for m in messages if (m.get("event") or {}).get("code") == "returned"]
    lines: dict[tuple[int, str], list[Line]] = defaultdict(list)
    for line in history.lines:
        lines[line.source, line.department].append(line)
        # One may be lacking for a moment: a chat that is over in the record, and still leaving the queue.
        if any(earlier >= later for earlier, later in pairwise((0, *line.positions))):
            yield f"lost place: positions {line.positions} at {line.at:.3f}"
    for shown in lines.values():
        for before, after in pairwise(shown):
            since = before.at - _age(history, before.at)
            stayed = [
                chat
                for chat in before.chats
                if chat in after.chats and not any(since <= at <= after.at for at in returned[chat])
            ]
            for first, second in combinations(stayed, 2):
                if after.chats.index(first) > after.chats.index(second):
                    yield f"lost place: {first} waited before {second}, and behind it in run {after.run}"


def false_positions(history: History) -> Iterator[str]:
    """What a waiting visitor is told is their place, or was a moment ago."""
    until = _until(history)
    told: dict[str, list[tuple[Place, float]]] = defaultdict(list)
    for place in history.places:
        told[place.chat_id].append((place, until[place]))
    for periods in courses.waiting(history).values():
        for period in periods:
            wrong = union(
                span
                for place, stood_until in told[period.chat_id]
                for span in _wrong(history, period, (place.at, stood_until), place.position, periods)
            )
            for since, stood_until in wrong:
                if stood_until - since > FALSE_S:
                    took_s = stood_until - since
                    yield f"false position: chat {period.chat_id} was told a wrong place for {took_s:.1f} s"


def pushed_back(history: History) -> Iterator[str]:
    """A place gets worse only by chats that are returned, and by those that asked at the same moment."""
    told: dict[str, list[Place]] = defaultdict(list)
    for place in sorted(history.places, key=lambda place: place.at):
        told[place.chat_id].append(place)
    broken = troubles(history, FALSE_S)
    for line in courses.waiting(history).values():
        for period in line:
            its = [place for place in told[period.chat_id] if period.since <= place.at <= period.until]
            for before, after in pairwise(its):
                if after.position <= before.position or intersection([(before.at, after.at)], broken):
                    continue
                came = _came_before(history, period, (before.at - LATE_S, after.at), line)
                if after.position - before.position > came:
                    yield f"pushed back: chat {period.chat_id} from place {before.position} to {after.position}"


def overtaken(history: History) -> Iterator[str]:
    """Who is surely first in a department's line is served first."""
    broken = troubles(history, FALSE_S)
    for department, line in courses.waiting(history).items():
        for period in line if department else ():
            # Both stood in line around the moment in which this one was served.
            around = (period.until - SERVED_S, period.until + SERVED_S)
            if not _is_routed_at(history, period) or intersection([around], broken):
                continue
            for other in line:
                stood = other.since < around[0] and other.until > around[1]
                if other.chat_id != period.chat_id and stood and _order(history, other, period) == "before":
                    yield f"overtaken: chat {other.chat_id} was first, and {period.chat_id} was served"


def lost_chats(history: History) -> Iterator[str]:
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


def _age(history: History, at: float) -> float:
    """How old what is shown may be at this moment."""
    return FALSE_S if covers(troubles(history, FALSE_S), (at, at)) else LATE_S


def _is_moving(history: History, greeting: Greeting) -> bool:
    """Just stored and not yet in line, or given to an agent and not yet stored: no position for a moment."""
    messages = history.transcripts[(greeting.chat or {})["id"]]
    moves = [moment(message["at"]) for message in messages if message["seq"] == 1 or message["kind"] == "event"]
    return any(abs(at - greeting.at) <= _age(history, greeting.at) for at in moves)


def _until(history: History) -> dict[Place, float]:
    """Until when each told position stood on somebody's screen: the next one, or the end of the connection."""
    over = {link.connection: math.inf if link.until is None else link.until for link in history.links}
    by_screen: dict[tuple[int, str], list[Place]] = defaultdict(list)
    for place in history.places:
        by_screen[place.connection, place.chat_id].append(place)
    until: dict[Place, float] = {}
    for (connection, _), places in by_screen.items():
        until[places[-1]] = min(over.get(connection, math.inf), ended(history))
        until.update({place: following.at for place, following in pairwise(places)})
    return until


def _wrong(history: History, period: Period, told: Span, position: int, line: list[Period]) -> list[Span]:
    """The stretches in which `position` stood on the screen and was not the chat's place in line."""
    since, until = max(period.since, told[0]), min(period.until, told[1])
    if since >= until:  # told in another wait of the chat's
        return []
    others = [o for o in line if o.chat_id != period.chat_id and o.since < until and o.until > since]
    moments = sorted({since, until, *(at for o in others for at in o.span if since < at < until)})
    wrong = []
    for begins, ends in pairwise(moments):
        there = [o for o in others if o.since <= begins and o.until >= ends]
        surely = sum(_order(history, o, period) == "before" for o in there)
        maybe = sum(_order(history, o, period) != "behind" for o in there)
        if not 1 + surely <= position <= 1 + maybe:
            wrong.append((begins, ends))
    return wrong


def _came_before(history: History, period: Period, within: Span, line: list[Period]) -> int:
    """How many joined the line in this time who may stand before this chat."""
    newcomers = (o for o in line if o.chat_id != period.chat_id and within[0] <= o.since <= within[1])
    return sum(_order(history, other, period) != "behind" for other in newcomers)


def _is_routed_at(history: History, period: Period) -> bool:
    """The wait ended by the router's choice."""
    events = (m.get("event") or {} for m in history.transcripts[period.chat_id] if moment(m["at"]) == period.until)
    return any(event.get("rule") == "routed" for event in events)


def _order(history: History, other: Period, period: Period) -> str:
    if other.returned != period.returned:
        return "before" if other.returned else "behind"
    created = [moment(history.chats[one.chat_id]["created_at"]) for one in (other, period)]
    if abs(created[0] - created[1]) <= SAME_MOMENT_S:
        return "unknown"
    return "before" if created[0] < created[1] else "behind"


RULES = (second_chats, lost_places, false_positions, pushed_back, overtaken, lost_chats)
