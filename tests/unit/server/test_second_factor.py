"""Which code of an authenticator app counts when: around the present 30 s, once, and never one of before."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest

from server.errors import Refusal
from server.services.accounts.second_factor import SecondFactor
from server.services.audit.auditing import Auditing
from server.settings import Settings
from server.signing import Signer
from tests.unit.server.desk_parts import MovedClock
from tests.unit.server.made import NOON
from transcripts.memory import MemoryStore
from transcripts.records import Agent

ADA = Agent("ada", "ada@example.com", "Ada", "agent", ("support",), 1, 3, "hash")
STEP = timedelta(seconds=30)


async def _counts(factor: SecondFactor, code: str) -> bool:
    try:
        return await factor.check(ADA, code) == "totp"
    except Refusal as refusal:
        return (refusal.code, refusal.field) != ("second_factor", "code")


async def test_codes_of_the_steps_beside_the_present_one_count_each_once_and_in_order() -> None:
    store, clock = MemoryStore(), MovedClock(NOON)

    def of_a_server() -> SecondFactor:
        return SecondFactor(store, Signer("secret", None), clock, Settings(), Auditing(store, clock))

    factor = of_a_server()
    begun = await factor.begin(ADA)
    totp, start = pyotp.TOTP(begun.secret), clock.now()
    for step in (-2, 2):
        with pytest.raises(Refusal, match="not the code"):
            await factor.confirm(ADA, totp.at(start, counter_offset=step))
    await factor.confirm(ADA, totp.at(start, counter_offset=-1))

    assert not await _counts(factor, totp.at(start, counter_offset=-1)), "it was used to confirm"
    assert await _counts(factor, totp.at(start))
    assert not await _counts(of_a_server(), totp.at(start)), "nor at another server, nor after a restart"
    assert await _counts(factor, totp.at(start, counter_offset=1)), "a phone whose clock is fast"
    assert not await _counts(factor, totp.at(start)), "older than the last one that counted"
    clock.move(5 * STEP.total_seconds())
    assert not await _counts(factor, totp.at(clock.now(), counter_offset=-2))
    assert not await _counts(factor, totp.at(clock.now(), counter_offset=2))
    assert await _counts(factor, totp.at(clock.now(), counter_offset=-1)), "typed for a while"
    clock.move(-4 * STEP.total_seconds())
    assert not await _counts(factor, totp.at(clock.now())), "a clock that is set back makes no old code new"
    for odd in ("", "12345", "1234567", "abcdef", "１２３４５６", "\x00" * 6):
        assert not await _counts(factor, odd)
