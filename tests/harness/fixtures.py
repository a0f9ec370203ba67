"""The fixtures of all outside tests; tests/README.md tells how to use them."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import astuple
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol, TypeVar

import pytest
from playwright.async_api import Browser

from tests.harness.browser import Windows, running_chromium
from tests.harness.desk import Department, Desk, User
from tests.harness.engines import Embedded, Engines
from tests.harness.mailserver import SmtpSink
from tests.harness.people import AgentClient, VisitorClient
from tests.harness.wire import WireClient

SUPPORT = Department("support", "Support")
ADA = User("ada@desk.example", "Ada Lovelace")
BOB = User("bob@desk.example", "Bob Kahn")
MIA = User("mia@desk.example", "Mia Manager", role="manager", capacity=0)


Client = TypeVar("Client", bound=WireClient)
Cast = tuple[tuple[Department, ...], tuple[User, ...]]


class NewDesk(Protocol):
    def __call__(
        self,
        *,
        departments: Iterable[Department] = (SUPPORT,),
        users: Iterable[User] = (ADA, BOB, MIA),
        settings: Mapping[str, str] | None = None,
        start: bool = True,
    ) -> Desk: ...


class People:
    """Makes visitors and agents, and says goodbye to all of them at the end of the test."""

    def __init__(self) -> None:
        self._clients: list[WireClient] = []

    async def visitor(self, desk: Desk, **auth: Any) -> VisitorClient:
        return self._keep(await VisitorClient.arrive(desk.url, **auth))

    async def agent(self, desk: Desk, user: User = ADA, *, status: str | None = "online") -> AgentClient:
        return self._keep(await AgentClient.sign_in(desk.agent_url, user, status=status))

    async def leave(self) -> None:
        for client in self._clients:
            await client.close()

    def _keep(self, client: Client) -> Client:
        self._clients.append(client)
        return client


class Casts:
    """Records with departments and users in them, made once by the command line and copied from then on.

    folder: where the records lie in data folders, all workers of the run may name the same.
    """

    def __init__(self, engines: Engines, folder: Path) -> None:
        self._engines = engines
        self._folder = folder
        self._made: dict[Cast, Desk] = {}

    def copy(self, departments: tuple[Department, ...], users: tuple[User, ...], target: Desk) -> None:
        cast = (departments, users)
        if cast not in self._made:
            self._made[cast] = self._make(cast)
        self._engines.copy(self._made[cast], target)

    def _make(self, cast: Cast) -> Desk:
        departments, users = cast
        told = repr([*map(astuple, departments), *map(astuple, users)])
        place = self._folder / f"cast-{sha256(told.encode()).hexdigest()[:16]}"
        blank, done = self._engines.desk(place, {}), place.with_suffix(".done")
        with place.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not done.exists():
                shutil.rmtree(place, ignore_errors=True)  # of a worker that did not come to its end
                blank.people(departments, users)
                done.touch()
        return blank


@pytest.fixture(scope="session")
def casts(engines: Engines, tmp_path_factory: pytest.TempPathFactory) -> Casts:
    """Each person takes a start of the command line: workers share records, where these lie in folders."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" not in os.environ or not isinstance(engines, Embedded):
        return Casts(engines, tmp_path_factory.mktemp("casts"))
    shared = base.parent / "casts"
    shared.mkdir(exist_ok=True)
    return Casts(engines, shared)


@pytest.fixture
def new_desk(tmp_path: Path, engines: Engines, casts: Casts) -> Iterator[NewDesk]:
    """Makes servers with settings and people of their own; each must end well and never have logged a traceback."""
    yield from _desks(tmp_path, engines, casts)


@pytest.fixture
def desk(new_desk: NewDesk) -> Desk:
    """A running server of this test alone: department `support`, always open; ada, bob (capacity 3) and manager mia."""
    return new_desk()


@pytest.fixture(scope="session")
def shared_desk(tmp_path_factory: pytest.TempPathFactory, engines: Engines, casts: Casts) -> Iterator[Desk]:
    """As `desk`, for all tests of the run that leave it as they found it: nobody online, nobody waiting."""
    for make in _desks(tmp_path_factory.mktemp("shared"), engines, casts):
        yield make(settings={"SEMAFOR_LIMITS": "off"})


@pytest.fixture
async def people() -> AsyncIterator[People]:
    everybody = People()
    yield everybody
    await everybody.leave()


@pytest.fixture
async def smtp_sink() -> AsyncIterator[SmtpSink]:
    sink = SmtpSink()
    await sink.start()
    yield sink
    await sink.stop()


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    async with running_chromium() as browser:
        yield browser


@pytest.fixture
async def windows(chromium: Browser) -> AsyncIterator[Windows]:
    """Opens pages; at the end no page may have complained (a test that expects complaints clears `complaints`)."""
    opened = Windows(chromium)
    yield opened
    await opened.close()
    assert opened.complaints == []


def _desks(folder: Path, engines: Engines, casts: Casts) -> Iterator[NewDesk]:
    made: list[Desk] = []

    def make(
        *,
        departments: Iterable[Department] = (SUPPORT,),
        users: Iterable[User] = (ADA, BOB, MIA),
        settings: Mapping[str, str] | None = None,
        start: bool = True,
    ) -> Desk:
        desk = engines.desk(folder / f"desk-{len(made) + 1}", settings or {})
        made.append(desk)
        casts.copy(tuple(departments), tuple(users), desk)
        if start:
            desk.start()
        return desk

    yield make
    try:
        for desk in made:
            desk.stop()
    finally:
        for desk in made:
            desk.kill()
    for desk in made:
        assert "Traceback" not in desk.stderr(), desk.stderr()
