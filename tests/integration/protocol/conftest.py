"""Servers that stand for the whole run, one per set of settings: a start costs more than a test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from typing import Protocol

import pytest

from tests.harness.desk import Department, Desk, User
from tests.harness.engines import Engines
from tests.harness.fixtures import ADA, BOB, MIA, SUPPORT, Casts
from tests.integration.protocol.guests import Guests


class StandingDesk(Protocol):
    def __call__(
        self,
        settings: Mapping[str, str] | None = None,
        *,
        departments: Iterable[Department] = (SUPPORT,),
        users: Iterable[User] = (ADA, BOB, MIA),
        commands: Iterable[Sequence[str]] = (),
    ) -> Desk: ...


@pytest.fixture(scope="session")
def standing_desk(tmp_path_factory: pytest.TempPathFactory, engines: Engines, casts: Casts) -> Iterator[StandingDesk]:
    """The server with these settings and people, started at the first asking. Its tests use `guests`.

    commands: subcommands carried out before it starts, e.g. `("department", "close", "sales")`.
    """
    folder = tmp_path_factory.mktemp("standing")
    standing: dict[object, Desk] = {}

    def of(
        settings: Mapping[str, str] | None = None,
        *,
        departments: Iterable[Department] = (SUPPORT,),
        users: Iterable[User] = (ADA, BOB, MIA),
        commands: Iterable[Sequence[str]] = (),
    ) -> Desk:
        ordered = tuple(tuple(command) for command in commands)
        key = (frozenset((settings or {}).items()), tuple(departments), tuple(users), ordered)
        if key not in standing:
            desk = engines.desk(folder / f"desk-{len(standing) + 1}", {"SEMAFOR_LIMITS": "off", **(settings or {})})
            casts.copy(tuple(departments), tuple(users), desk)
            for command in ordered:
                desk.cli(*command)
            desk.start()
            standing[key] = desk
        return standing[key]

    yield of
    try:
        for desk in standing.values():
            desk.stop()
            assert "Traceback" not in desk.stderr(), desk.stderr()
    finally:
        for desk in standing.values():
            desk.kill()


@pytest.fixture
async def guests() -> AsyncIterator[Guests]:
    everybody = Guests()
    yield everybody
    await everybody.leave()
