"""Any course of commands: the scripts in a real Redis decide as the engine does, event by event, place by place."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from queueing.redis.scripts import load
from tests.harness.redis import RedisServer
from tests.unit.queueing.redis.side_by_side import SideBySide

pytestmark = pytest.mark.slow

EXAMPLES = int(os.environ.get("SEMAFOR_TEST_QUEUE_EXAMPLES", "100"))
"""1000 in the long profile."""


def test_scripts_and_engine_never_differ(redis_server: RedisServer) -> None:
    class Here(SideBySide):
        url = redis_server.url
        scripts = load()

    run_state_machine_as_test(Here, settings=settings(max_examples=EXAMPLES, stateful_step_count=60, deadline=None))
