"""A demo company's server, beside the harness's own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.history import PEOPLE, write_history
from tests.browser.host_pages import Site, serving
from tests.browser.managers import MANAGER, PASSWORD
from tests.harness.desk import Department, Desk

# As patient as the harness's other clients: a loaded machine must not turn a test red.
expect.set_options(timeout=10_000)

IN_THREE_DAYS = (datetime.now(UTC) + timedelta(days=3)).strftime("%a").lower()
NewDemo = Callable[[Mapping[str, str]], Desk]


@pytest.fixture
def new_demo(tmp_path: Path) -> Iterator[NewDemo]:
    """Makes a running `semafor demo` with these settings; it must end well and never have logged a traceback."""
    made: list[Desk] = []

    def make(settings: Mapping[str, str]) -> Desk:
        desk = Desk(tmp_path / f"demo-{len(made) + 1}", settings, command="demo")
        made.append(desk)
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


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The demo with a department that is closed today, for all tests that leave nobody online and nobody waiting."""
    desk = Desk(tmp_path_factory.mktemp("company") / "demo", {"SEMAFOR_LIMITS": "off"}, command="demo")
    desk.start()
    desk.add_department(Department("shut", "Shut", hours=f"{IN_THREE_DAYS} 09:00-10:00", tz="UTC"))
    try:
        yield desk
        desk.stop()
    finally:
        desk.kill()
    assert "Traceback" not in desk.stderr(), desk.stderr()


@pytest.fixture(scope="session")
def seasoned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk with two weeks behind it, a manager, and Ada who can sign in; for all tests that only read."""
    desk = Desk(tmp_path_factory.mktemp("seasoned") / "desk", {"SEMAFOR_LIMITS": "off"})
    write_history(desk.data)
    desk.add_user(MANAGER)
    desk.cli("user", "password", f"{PEOPLE[0].id}@desk.example", "--password-stdin", stdin=f"{PASSWORD}\n")
    desk.start()
    try:
        yield desk
        desk.stop()
    finally:
        desk.kill()
    assert "Traceback" not in desk.stderr(), desk.stderr()


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with serving() as customer:
        yield customer
