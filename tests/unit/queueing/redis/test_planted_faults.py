"""The comparison sees what it is for: each fault planted in a copy of the scripts is found."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from queueing.redis import scripts
from tests.harness.redis import RedisServer
from tests.unit.queueing.redis.side_by_side import SideBySide


class Fault(NamedTuple):
    """found_by: the seed of courses whose first ones find it. Where `AnyCourse` gets other rules, a later one will."""

    file: str
    right: str
    wrong: str
    found_by: int


FAULTS = {
    "a_returned_chat_has_no_precedence": Fault("include/scores.lua", "(chat.returned and 0 or 1)", "1", 3),
    "an_agent_may_have_one_chat_too_many": Fault(
        "include/agents.lua",
        "record.load < record.capacity",
        "record.load <= record.capacity and record.capacity > 0",
        2,
    ),
    "idle_time_survives_the_end_of_a_chat": Fault(
        "include/chats.lua",
        "    record.idle_since_ms = record.status == 'online' and now_ms or 0\n",
        "",
        2,
    ),
    "an_agent_serves_only_tiers_below_their_own": Fault(
        "include/agents.lua",
        "for tier = 1, record.tier do",
        "for tier = 1, record.tier - 1 do",
        1,
    ),
    "a_freed_slot_is_not_given_away": Fault(
        "include/chats.lua", "  end)\n  touch_departments_of(agent)\n", "  end)\n", 3
    ),
    "takeover_is_not_asked_for": Fault("take.lua", "record.agent and not takeover", "false", 8),
    "a_chat_of_another_priority_stays_where_it_was": Fault(
        "set_priority.lua",
        "put_chat(chat, record)",
        "redis.call('HSET', CHATS, chat, cjson.encode(record))",
        3,
    ),
    "a_free_agent_is_found_in_one_department_only": Fault(
        "include/agents.lua",
        "(agent, record, number_of(department), tier)",
        "(agent, record, 0, tier)",
        2,
    ),
    "a_returned_chat_is_not_pending": Fault(
        "include/moves.lua",
        "note_effect({ kind = 'requeued'",
        "note({ kind = 'requeued'",
        1,
    ),
    "a_transfer_is_not_pending": Fault("transfer_to_department.lua", "  has_effects = true\n", "", 4),
    "the_records_own_word_is_pending": Fault("restore.lua", "has_effects = false\n", "", 1),
}


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_planted_fault_is_found(fault: str, redis_server: RedisServer, tmp_path: Path) -> None:
    spoiled = tmp_path / "lua"
    shutil.copytree(scripts.LUA, spoiled)
    file, right, wrong, found_by = FAULTS[fault]
    text = (spoiled / file).read_text()
    assert text.count(right) == 1
    (spoiled / file).write_text(text.replace(right, wrong))

    @seed(found_by)
    class Spoiled(SideBySide):
        url = redis_server.url
        scripts = scripts.load(spoiled)

    # Found is enough: no shrinking, and always the same courses.
    looked_for = settings(
        max_examples=300,
        stateful_step_count=60,
        deadline=None,
        database=None,
        phases=[Phase.generate],
    )
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Spoiled, settings=looked_for)
