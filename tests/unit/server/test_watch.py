"""Managers are written to once when nobody is at the desk, and once when that is over, whatever crashes in between."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

from server.services.known.directory import Directory
from server.services.telling.watch import Watch
from server.settings import Settings
from tests.unit.server.desk_parts import MovedClock
from tests.unit.server.made import NOON, at
from transcripts.errors import StoreUnavailable
from transcripts.memory import MemoryStore
from transcripts.records import Agent, Department, Mail, PresenceRow, Proof, Role

DELAY_S = 60.0


def person(agent_id: str, role: Role, *departments: str, **changes: Any) -> Agent:
    email = f"{agent_id}@desk.example"
    return Agent(agent_id, email, agent_id.title(), role, departments, 1, 3, "x", **changes)


ANN = person("ann", "agent", "help")
PEOPLE = (
    ANN,
    person("mia", "manager", "help"),
    person("tom", "manager", "sales"),
    person("ada", "admin", locale="cs"),
    person("old", "manager", disabled_at=NOON),
)


@dataclass
class Attendance:
    """Who is attended, as the queue knows it."""

    departments: set[str] = field(default_factory=set)

    def is_attended(self, department_id: str) -> bool:
        return department_id in self.departments


@dataclass
class Lead:
    leads: bool = True

    def is_leader(self) -> bool:
        return self.leads


class FailingStore(MemoryStore):
    """Fails at one of the writes, before or after it was done."""

    def __init__(self) -> None:
        super().__init__()
        self.fail_in = 0
        self.is_done_first = False

    async def _step(self, work: Any) -> Any:
        self.fail_in -= 1
        if self.fail_in == 0 and not self.is_done_first:
            raise StoreUnavailable("cut")
        done = await work()
        if self.fail_in == 0:
            raise StoreUnavailable("cut")
        return done

    async def queue_mail(self, *args: Any) -> None:
        await self._step(partial(super().queue_mail, *args))

    async def swap_value(self, *args: Any) -> bool:
        return bool(await self._step(partial(super().swap_value, *args)))


class Scene:
    """A desk whose time is moved second by second; any number of servers watch over it."""

    def __init__(self, store: FailingStore, directory: Directory) -> None:
        self.store, self.directory = store, directory
        self.clock = MovedClock(NOON)
        self.attended = Attendance({"help"})
        self.settings = Settings(nobody_online_mail_s=DELAY_S, mail_from="support@desk.example")
        self.servers = [self.server()]

    def server(self, *, leads: bool = True, **settings: Any) -> Watch:
        chosen = self.settings.model_copy(update=settings)
        attended: Any = self.attended
        lead: Any = Lead(leads)
        nothing_unwritten: Any = SimpleNamespace(write=self.store.proofs)
        return Watch(self.store, self.directory, attended, lead, nothing_unwritten, self.clock, chosen)

    async def pass_s(self, seconds: int) -> None:
        for _ in range(seconds):
            self.clock.move(1)
            await self.store.prove_life(Proof("p1", at(-3600), self.clock.now(), shared=True))
            for server in self.servers:
                try:
                    await server.tick()
                except StoreUnavailable:
                    continue

    async def says(self, status: Any, reason: str | None = None) -> None:
        """Ann's own word."""
        is_there = status == "online"
        (self.attended.departments.add if is_there else self.attended.departments.discard)("help")
        row = PresenceRow("ann", self.clock.now(), ("help",), status, is_there, is_there, reason, "p1")
        await self.store.record_presence([row])

    async def mails(self) -> list[Mail]:
        found, _ = await self.store.mails(None, None, 200)
        return list(found[::-1])

    async def kinds(self) -> list[tuple[str, str]]:
        return sorted((mail.to.split("@")[0], mail.kind) for mail in await self.mails())


BEGIN = [("ada", "nobody_online"), ("mia", "nobody_online")]
BOTH = [
    ("ada", "nobody_online"),
    ("ada", "nobody_online_over"),
    ("mia", "nobody_online"),
    ("mia", "nobody_online_over"),
]


@pytest.fixture
async def scene() -> Scene:
    store = FailingStore()
    await store.add_department(Department("help", "Help", "mon-sun 06:00-12:30", "UTC"))
    for agent in PEOPLE:
        await store.add_agent(agent)
    directory = Directory(store)
    await directory.refresh()
    made = Scene(store, directory)
    await made.store.prove_life(Proof("p1", at(-3600), NOON, shared=True))
    there = PresenceRow("ann", at(-3600), ("help",), "online", True, True, None, "p1")
    await store.record_presence([there])
    return made


async def test_managers_of_the_department_and_admins_are_written_to_once_after_the_delay(scene: Scene) -> None:
    await scene.says("away", "lunch")

    await scene.pass_s(59)
    early = await scene.kinds()
    await scene.pass_s(600)

    assert early == []
    assert await scene.kinds() == BEGIN
    mail = (await scene.mails())[0]
    told = {name: mail.context[name] for name in ("department", "since", "cause", "agent", "reason", "waiting")}
    assert told == {
        "department": "Help",
        "since": NOON.isoformat(),
        "cause": "away",
        "agent": "Ann",
        "reason": "lunch",
        "waiting": 0,
    }
    assert {mail.to: mail.locale for mail in await scene.mails()} == {
        "ada@desk.example": "cs",
        "mia@desk.example": "en",
    }


async def test_end_of_the_gap_is_told_with_its_length_and_who_came(scene: Scene) -> None:
    await scene.says("away", "lunch")
    await scene.pass_s(200)

    await scene.says("online")
    await scene.pass_s(100)

    assert await scene.kinds() == BOTH
    over = (await scene.mails())[-1].context
    assert (over["since"], over["until"]) == (NOON.isoformat(), at(200).isoformat())
    assert (over["ended"], over["came"], over["waiting"], over["left"]) == ("back", "Ann", 0, 0)


async def test_who_is_back_before_the_delay_is_no_mail(scene: Scene) -> None:
    for _ in range(3):
        await scene.says("away")
        await scene.pass_s(58)
        await scene.says("online")
        await scene.pass_s(30)

    assert await scene.mails() == []


async def test_each_gap_has_its_own_mails(scene: Scene) -> None:
    for _ in range(2):
        await scene.says("away")
        await scene.pass_s(100)
        await scene.says("online")
        await scene.pass_s(100)

    assert await scene.kinds() == sorted([*BOTH, *BOTH])
    assert len({mail.id for mail in await scene.mails()}) == 8


async def test_delay_counts_from_when_the_connection_was_lost(scene: Scene) -> None:
    await scene.pass_s(40)
    scene.attended.departments.clear()
    row = PresenceRow("ann", at(0), ("help",), "offline", False, False, "connection lost", "p1")
    await scene.store.record_presence([row])

    await scene.pass_s(23)

    assert (await scene.mails())[0].context["since"] == NOON.isoformat()
    assert (await scene.mails())[0].context["cause"] == "connection_lost"


async def test_what_goes_on_is_dated_from_its_beginning_also_by_a_server_that_came_later(scene: Scene) -> None:
    missing = [await scene.server().missing_since("help")]
    await scene.says("away")
    await scene.pass_s(100)
    missing.append(await scene.server(leads=False).missing_since("help"))
    await scene.says("online")
    await scene.pass_s(1)

    assert [*missing, await scene.server().missing_since("help")] == [None, at(0), None]


async def test_closing_time_ends_the_gap(scene: Scene) -> None:
    await scene.says("away")

    await scene.pass_s(1900)

    assert await scene.kinds() == BOTH
    over = (await scene.mails())[-1].context
    assert (over["until"], over["ended"], over["came"]) == (at(1800).isoformat(), "closed", None)


async def test_desk_that_starts_for_the_first_time_was_not_unattended_before(scene: Scene) -> None:
    empty = FailingStore()
    await empty.add_department(Department("help", "Help", None, "UTC"))
    await empty.add_agent(PEOPLE[1])
    directory = Directory(empty)
    await directory.refresh()
    fresh = Scene(empty, directory)
    fresh.attended.departments.clear()

    await fresh.pass_s(100)

    (mail,) = await fresh.mails()
    assert mail.context["since"] == at(-3600).isoformat()  # its first proof of life


async def has_its_minute(scene: Scene) -> None:
    """What nobody owed before half past the first minute is told a minute after that, and not earlier."""
    await scene.pass_s(55)
    before = await scene.kinds()
    await scene.pass_s(10)

    (mail,) = await scene.mails()
    assert before == []
    assert mail.context["since"] == at(31).isoformat()


async def test_department_that_is_made_while_the_desk_runs_has_its_minute_too(scene: Scene) -> None:
    await scene.pass_s(30)
    await scene.store.add_department(Department("new", "New", None, "UTC"))
    await scene.directory.refresh()

    await has_its_minute(scene)


async def test_hours_that_are_changed_are_owed_from_then_on(scene: Scene) -> None:
    await scene.store.add_department(Department("new", "New", "mon-sun 20:00-21:00", "UTC"))
    await scene.directory.refresh()
    await scene.pass_s(30)
    (new,) = [one for one in await scene.store.departments() if one.id == "new"]
    await scene.store.change_department(replace(new, hours=None))
    await scene.directory.refresh()

    await has_its_minute(scene)


async def test_nothing_is_mailed_where_the_setting_is_nought_or_another_server_leads(scene: Scene) -> None:
    scene.servers = [scene.server(nobody_online_mail_s=0), scene.server(leads=False)]
    await scene.says("away")

    await scene.pass_s(300)

    assert await scene.mails() == []


async def test_two_servers_that_both_believe_to_lead_tell_it_once(scene: Scene) -> None:
    scene.servers = [scene.server(), scene.server(), scene.server()]
    await scene.says("away")
    await scene.pass_s(200)
    await scene.says("online")

    await scene.pass_s(100)

    assert await scene.kinds() == BOTH


async def test_server_that_starts_anew_tells_nothing_again_and_the_end_for_the_one_before(scene: Scene) -> None:
    await scene.says("away")
    await scene.pass_s(100)
    scene.servers = [scene.server()]
    await scene.pass_s(100)
    after_restart = await scene.kinds()
    await scene.says("online")
    scene.servers = [scene.server()]

    await scene.pass_s(100)

    assert after_restart == BEGIN
    assert await scene.kinds() == BOTH


async def test_gap_that_ended_and_another_that_began_while_no_server_watched_are_two(scene: Scene) -> None:
    await scene.says("away")
    await scene.pass_s(100)
    scene.servers = []
    await scene.pass_s(50)
    await scene.says("online")
    await scene.pass_s(50)
    await scene.says("away")
    scene.servers = [scene.server()]

    await scene.pass_s(100)

    assert await scene.kinds() == sorted([*BOTH, *BEGIN])
    assert (await scene.mails())[2].context["until"] == at(150).isoformat()


@pytest.mark.parametrize("is_done_first", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", range(1, 9))
async def test_it_is_told_once_wherever_a_server_dies(scene: Scene, step: int, is_done_first: bool) -> None:
    """Four writes tell the beginning, four the end; whichever fails, another server goes on."""
    scene.store.fail_in, scene.store.is_done_first = step, is_done_first
    await scene.says("away")
    for seconds in (70, 130):
        await scene.pass_s(seconds)
        scene.servers = [scene.server()]
    await scene.says("online")
    for seconds in (5, 100):
        await scene.pass_s(seconds)
        scene.servers = [scene.server()]

    assert scene.store.fail_in <= 0
    assert await scene.kinds() == BOTH
