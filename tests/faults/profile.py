"""How often and how long things are broken: the short form finds a fault in minutes, SEMAFOR_TEST_STORM=long adds up.

Each size has a variable of its own: SEMAFOR_TEST_STORM_KILLS=200 wins over either form.
"""

from __future__ import annotations

import os
import time

IS_LONG = os.environ.get("SEMAFOR_TEST_STORM") == "long"
FORM = "long" if IS_LONG else "short"


def _size(name: str, short: int, long: int) -> int:
    return int(os.environ.get(f"SEMAFOR_TEST_STORM_{name}") or (long if IS_LONG else short))


KILLS = _size("KILLS", 6, 20)
"""Of the embedded desk in one course."""
KILL_AFTER = _size("KILL_AFTER", 900, 300)
"""Operations acknowledged between two of them, at most."""
SERVER_KILLS = _size("SERVER_KILLS", 2, 50)
"""Of two servers in turn."""
REDIS_KILLS = _size("REDIS_KILLS", 2, 20)
"""Every other one takes its data with it."""
FROZEN_S = float(_size("FROZEN_S", 4, 30))
STALLED_S = float(_size("STALLED_S", 4, 30))
STARTS = _size("STARTS", 4, 50)
"""A server is killed so often while it starts, on an empty record and on one with a chat."""
ROUNDS = _size("ROUNDS", 1, 5)
"""Of everything that is done once otherwise."""
SEED = _size("SEED", 0, int(time.time()))
"""Of people's choices and of the moments in which things break: a long run is never the same twice."""
LOAD = _size("LOAD", 40, 100)
"""Operations acknowledged between two faults."""
MAILS = int(os.environ.get("SEMAFOR_TEST_MAILS") or _size("MAILS", 150, 10_000))
CROWD = _size("CROWD", 120, 200)
"""Visitors of the crowded day."""
READERS = _size("READERS", 200, 1_000)
"""Who stop reading, beside as many who go on."""
CUTS = _size("CUTS", 150, 50_000)
"""Connections of people who are cut off while they send 20 messages."""
DEATHS = _size("DEATHS", 20, 10_000)
"""Of agents' connections, with chats in their hands."""
RACES = _size("RACES", 200, 100_000)
"""For a waiting chat and for an agent's only slot."""
