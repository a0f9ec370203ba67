"""What admins change: no two write over each other, one of them is always left, ready answers."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from tests.contract.transcripts.examples import at, new_agent
from transcripts.errors import Conflict, LastAdmin, NotFound, VersionConflict
from transcripts.operations import AgentChanges
from transcripts.port import Store
from transcripts.records import Agent, Canned, Department

SALES = Department("sales", "Sales", "mon-fri 09:00-17:00", "UTC", ("invoice",))


async def test_a_department_keeps_its_own_targets_and_counts_its_changes(store: Store) -> None:
    await store.add_department(SALES)
    own = replace(SALES, tiers=2, service_target_s=60.0, first_news_s=7200.0, escalate_after_s=0.0)

    changed = await store.change_department(own, if_version=1)

    assert changed == own
    assert (await store.departments())[0] == own
    assert [changed.version, (await store.departments())[0].version] == [2, 2]
    with pytest.raises(VersionConflict):
        await store.change_department(SALES, if_version=1)
    assert (await store.departments())[0] == own


async def test_an_account_counts_what_admins_change_and_not_its_status(store: Store) -> None:
    await store.add_agent(new_agent("a1", "a1@example.com"))

    moved = await store.change_agent("a1", AgentChanges(name="Anna", capacity=5), if_version=1)
    status = await store.change_agent("a1", AgentChanges(status="away", status_reason="lunch"))

    assert (moved.version, status.version) == (2, 2)
    with pytest.raises(VersionConflict):
        await store.change_agent("a1", AgentChanges(name="Late"), if_version=1)
    assert (await store.agents())[0].name == "Anna"


async def test_an_address_moves_with_its_account_and_is_one_accounts_alone(store: Store) -> None:
    await store.add_agent(new_agent("a1", "a1@example.com"))
    await store.add_agent(new_agent("a2", "a2@example.com"))

    moved = await store.change_agent("a1", AgentChanges(email="New@example.com"), if_version=1)
    with pytest.raises(Conflict):
        await store.change_agent("a2", AgentChanges(email="new@EXAMPLE.com"))
    same = await store.change_agent("a1", AgentChanges(email="new@example.com"))
    await store.add_agent(new_agent("a3", "A1@example.com"))

    assert (moved.email, moved.version, same.version) == ("New@example.com", 2, 3)
    assert [agent.email for agent in await store.agents()] == ["new@example.com", "a2@example.com", "A1@example.com"]


async def test_a_disabled_account_can_be_enabled_again(store: Store) -> None:
    await store.add_agent(new_agent("a1", "a1@example.com"))
    await store.change_agent("a1", AgentChanges(disabled_at=at(1)))

    assert (await store.change_agent("a1", AgentChanges(enabled=True))).disabled_at is None
    assert (await store.agents())[0].disabled_at is None


@pytest.mark.parametrize(
    "changes", [AgentChanges(role="agent"), AgentChanges(disabled_at=at(5)), AgentChanges(ends_at=at(5))]
)
async def test_the_last_admin_stays_one(store: Store, changes: AgentChanges) -> None:
    await store.add_agent(_admin("a1"))
    await store.add_agent(replace(_admin("a2"), disabled_at=at(1)))

    with pytest.raises(LastAdmin):
        await store.change_agent("a1", changes, keep_admin=True)

    assert (await store.agents())[0] == _admin("a1")
    assert (await store.change_agent("a1", AgentChanges(name="Still"), keep_admin=True)).name == "Still"


async def test_of_two_admins_who_disable_each_other_one_stays(store: Store) -> None:
    await store.add_agent(_admin("a1"))
    await store.add_agent(_admin("a2"))

    done = await asyncio.gather(
        *(store.change_agent(one, AgentChanges(disabled_at=at(5)), keep_admin=True) for one in ("a1", "a2")),
        return_exceptions=True,
    )

    assert [type(answer) for answer in done if isinstance(answer, Exception)] == [LastAdmin]
    assert [one.disabled_at is None for one in await store.agents()].count(True) == 1


async def test_ready_answers_are_added_changed_and_removed_one_by_one(store: Store) -> None:
    price, moment = Canned("price", "Prices", "€ 9", "sales"), Canned("moment", "One moment", "Wait")
    script = Canned("price", "Prices", "Which size?", None, ("Where to?", "It is € 9."))
    for answer in (price, moment, script):
        await store.put_canned(answer)

    renamed = await store.put_canned(replace(moment, shortcut="wait"), replaces=moment.key, if_version=1)
    removed = await store.remove_canned(price.key)

    assert removed == price
    assert renamed.version == 2
    assert await store.canned() == (replace(moment, shortcut="wait"), script)


async def test_a_shortcut_has_one_answer_in_each_place(store: Store) -> None:
    sales, everywhere = Canned("hi", "Hi", "Hello", "sales"), Canned("hi", "Hi", "Good day")
    await store.put_canned(sales)
    await store.put_canned(everywhere)

    with pytest.raises(Conflict):
        await store.put_canned(replace(sales, title="Other"))
    with pytest.raises(Conflict):
        await store.put_canned(everywhere, replaces=sales.key)
    with pytest.raises(NotFound):
        await store.put_canned(Canned("x", "X", "x"), replaces=("none", None))
    with pytest.raises(NotFound):
        await store.remove_canned(("none", None))
    with pytest.raises(VersionConflict):
        await store.remove_canned(sales.key, if_version=7)
    assert await store.canned() == (sales, everywhere)


def _admin(agent_id: str) -> Agent:
    return new_agent(agent_id, f"{agent_id}@example.com", role="admin")
