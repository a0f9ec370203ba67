"""Passwords and sessions: what is stored, for how long it counts, and what an attacker learns."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher

from server.errors import Refusal
from server.services.accounts.accounts import SESSION_CACHE_S, Accounts
from server.services.accounts.passwords import HASHER, HASHING_QUEUE_MAX, NOBODYS_HASH
from server.services.accounts.second_factor import SecondFactor
from server.services.audit.auditing import Auditing
from server.services.known.directory import Directory
from server.settings import Settings
from server.signing import Signer
from tests.unit.server.desk_parts import MovedClock, record
from tests.unit.server.made import NOON
from transcripts.operations import AgentChanges
from transcripts.port import Store
from transcripts.records import Agent

PASSWORD = "correct horse battery staple"
# Weaker than today's parameters, as an account of an earlier version has them; and quick.
OLD_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
ADA = Agent("ada", "ada@example.com", "Ada", "agent", ("support",), 1, 3, OLD_HASH)


def accounts_of(store: Store, directory: Directory, clock: MovedClock, **settings: Any) -> Accounts:
    audit = Auditing(store, clock)
    factor = SecondFactor(store, Signer("secret", None), clock, Settings(**settings), audit)
    return Accounts(store, directory, clock, factor, audit)


@pytest.fixture
async def parts(tmp_path: Path) -> AsyncIterator[tuple[Accounts, Store, Directory, MovedClock]]:
    clock = MovedClock(NOON)
    async with record(tmp_path, ADA) as (store, directory):
        accounts = accounts_of(store, directory, clock)
        yield accounts, store, directory, clock
        accounts.close()


def written(folder: Path) -> bytes:
    """Every byte of the record."""
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


Parts = tuple[Accounts, Store, Directory, MovedClock]


def test_an_unknown_address_costs_the_same_work_as_a_known_one() -> None:
    assert not HASHER.check_needs_rehash(NOBODYS_HASH)


async def test_a_password_of_old_parameters_is_hashed_anew_at_the_next_sign_in(parts: Parts) -> None:
    accounts, store, _, _ = parts

    await accounts.sign_in("ada@example.com", PASSWORD, "127.0.0.1")

    (stored,) = await store.agents()
    assert stored.password_hash != OLD_HASH
    assert not HASHER.check_needs_rehash(stored.password_hash)
    _, agent, _ = await accounts.sign_in("ada@example.com", PASSWORD, "127.0.0.1")
    assert agent.id == "ada"


async def test_the_token_itself_is_nowhere_in_the_record(parts: Parts, tmp_path: Path) -> None:
    accounts, store, _, _ = parts

    token, _, _ = await accounts.sign_in("ada@example.com", PASSWORD, "127.0.0.1")

    assert len(token) >= 43  # 32 bytes
    assert token.encode() not in written(tmp_path)
    assert await store.session(token) is None


async def test_a_session_ends_after_twelve_hours(parts: Parts) -> None:
    accounts, _, _, clock = parts
    token, _, expires_at = await accounts.sign_in("ada@example.com", PASSWORD, "127.0.0.1")

    clock.move(12 * 3600 - 1)
    assert await accounts.agent_of(token) is not None
    clock.move(1)
    assert await accounts.agent_of(token) is None
    assert expires_at == NOON + timedelta(hours=12)


async def test_signing_out_counts_at_once_and_elsewhere_within_seconds(parts: Parts) -> None:
    accounts, store, directory, clock = parts
    elsewhere = accounts_of(store, directory, clock)
    token, _, _ = await accounts.sign_in("ada@example.com", PASSWORD, "127.0.0.1")
    assert await accounts.agent_of(token) is not None
    assert await elsewhere.agent_of(token) is not None

    await accounts.sign_out(token)

    assert await accounts.agent_of(token) is None
    clock.move(SESSION_CACHE_S)
    assert await elsewhere.agent_of(token) is None
    elsewhere.close()


async def test_a_disabled_account_has_no_session_and_no_password(parts: Parts) -> None:
    accounts, store, directory, _ = parts
    token, _, _ = await accounts.sign_in("ada@example.com", PASSWORD, "127.0.0.1")

    await store.change_agent("ada", AgentChanges(disabled_at=NOON))
    await directory.refresh()

    assert await accounts.agent_of(token) is None
    with pytest.raises(Refusal) as refused:
        await accounts.sign_in("ada@example.com", PASSWORD, "127.0.0.1")
    assert refused.value.code == "unauthorized"


async def test_a_flood_of_sign_ins_is_refused_instead_of_queued_without_end(parts: Parts) -> None:
    accounts, _, _, _ = parts

    attempts = [accounts.sign_in("ada@example.com", "guess", "127.0.0.1") for _ in range(HASHING_QUEUE_MAX + 5)]
    outcomes = await asyncio.gather(*attempts, return_exceptions=True)

    codes = [outcome.code for outcome in outcomes if isinstance(outcome, Refusal)]
    assert codes.count("rate_limited") == 5
    assert codes.count("unauthorized") == HASHING_QUEUE_MAX
