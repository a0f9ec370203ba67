"""Second factors, resets and the sessions that end with a password: the same in every record."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from tests.contract.transcripts.examples import at
from transcripts.credentials import Credentials
from transcripts.port import Store
from transcripts.records import Agent, Session

ADA = Agent("ada", "ada@example.org", "Ada", "agent", ("sales",), 1, 3, "first hash")
FACTOR = Credentials("ada", 1, "secret", at(1), 57_000_000, ("one", "two"), "reset", at(3600))


async def test_what_an_account_has_is_changed_by_one_of_those_who_saw_the_same(store: Store) -> None:
    assert await store.credentials("ada") == Credentials("ada")

    made = await asyncio.gather(*(store.swap_credentials(replace(FACTOR, last_step=n)) for n in range(5)))
    kept = await store.credentials("ada")
    after = replace(
        kept, version=2, factor_secret=None, factor_since=None, recovery=(), reset_id=None, reset_until=None
    )

    assert sorted(made) == [False] * 4 + [True]
    assert kept == replace(FACTOR, last_step=made.index(True))
    assert await store.swap_credentials(replace(after, version=3)) is False
    assert await store.swap_credentials(after) is True
    assert await store.swap_credentials(after) is False
    assert await store.credentials("ada") == after
    assert await store.credentials("bob") == Credentials("bob")


async def test_a_new_password_ends_every_other_session_and_whatever_was_checked_against_the_old_one(
    store: Store,
) -> None:
    await store.add_agent(ADA)
    await store.add_agent(replace(ADA, id="bob", email="bob@example.org"))
    sessions = {name: Session(name, "ada", at(n), at(1000), "Firefox", "192.0.2.x") for n, name in enumerate("abc")}
    others = Session("bobs", "bob", at(0), at(1000), method="provider")
    for session in (*sessions.values(), others):
        assert await store.add_session(session, if_password="first hash")

    changed = await store.set_password("ada", "second hash", keep="b")

    assert changed == replace(ADA, password_hash="second hash")
    assert (await store.agents())[0] == changed
    assert await store.sessions_of("ada") == (sessions["b"],)
    assert await store.sessions_of("bob") == (others,)
    late = Session("late", "ada", at(9), at(1000))
    assert await store.add_session(late, if_password="first hash") is False
    assert await store.session("late") is None
    assert await store.add_session(late, if_password="second hash") is True
    assert await store.add_session(replace(late, token_hash="nobody's", agent_id="eve"), if_password="x") is False
    await store.set_password("ada", "third hash")
    assert await store.sessions_of("ada") == ()


async def test_sessions_are_listed_newest_first_with_their_last_use_and_end_but_one(store: Store) -> None:
    first, second = Session("one", "ada", at(1), at(1000)), Session("two", "ada", at(2), at(1000))
    await store.add_session(first)
    await store.add_session(second)

    await store.touch_sessions({"one": at(5), "gone": at(5)})
    await store.touch_sessions({})

    assert await store.sessions_of("ada") == (second, replace(first, used_at=at(5)))
    assert await store.session("gone") is None
    await store.end_sessions_of("ada", but="one")
    assert await store.sessions_of("ada") == (replace(first, used_at=at(5)),)
    await store.end_sessions_of("ada")
    assert await store.sessions_of("ada") == ()
