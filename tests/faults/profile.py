"""How often and how long things are broken: enough to find a fault in minutes, or SEMAFOR_TEST_STORM=long."""

from __future__ import annotations

import os

IS_LONG = os.environ.get("SEMAFOR_TEST_STORM") == "long"
SERVER_KILLS = 50 if IS_LONG else 3
REDIS_KILLS = 20 if IS_LONG else 2
FROZEN_S = 30.0 if IS_LONG else 5.0
STALLED_S = 30.0 if IS_LONG else 5.0
ROUNDS = 5 if IS_LONG else 1
"""Of everything that is done once otherwise."""
