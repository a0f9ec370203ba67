"""The desks that are attacked. Each stands for the whole run; who attacks it leaves nobody online."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.attacks.scene import IDENTITY_SECRET, IVY, STRICT, TIGHT, Intruders
from tests.harness.desk import Desk, User
from tests.harness.engines import Engines
from tests.harness.fixtures import Casts
from tests.harness.mailserver import SmtpSink
from tests.integration.protocol.firm import FIRM, STAFF


@pytest.fixture(scope="session")
def target(tmp_path_factory: pytest.TempPathFactory, engines: Engines, casts: Casts) -> Iterator[Desk]:
    """A firm of two departments; without limits. ADA serves Support, TOM Sales, BOSS manages both."""
    yield from _standing(tmp_path_factory, engines, casts, {"SEMAFOR_LIMITS": "off"})


@pytest.fixture(scope="session")
def tight(tmp_path_factory: pytest.TempPathFactory, engines: Engines, casts: Casts) -> Iterator[Desk]:
    """As `target`, with limits that a test reaches in a moment: TIGHT."""
    settings = {"SEMAFOR_RATES": _rates(TIGHT), "SEMAFOR_CONNECTIONS_PER_ADDRESS": "30"}
    yield from _standing(tmp_path_factory, engines, casts, settings)


@pytest.fixture(scope="session")
async def letter_box() -> AsyncIterator[SmtpSink]:
    """Where the mails of `governed` go."""
    sink = SmtpSink()
    await sink.start()
    yield sink
    await sink.stop()


@pytest.fixture(scope="session")
def governed(
    tmp_path_factory: pytest.TempPathFactory, engines: Engines, casts: Casts, letter_box: SmtpSink
) -> Iterator[Desk]:
    """As `target`, with the admin IVY and mails that go out; limits of mails and codes are reached soon: STRICT."""
    settings = {"SEMAFOR_RATES": _rates(STRICT), "SEMAFOR_SMTP_URL": letter_box.url}
    yield from _standing(tmp_path_factory, engines, casts, settings, IVY)


@pytest.fixture
async def intruders() -> AsyncIterator[Intruders]:
    everybody = Intruders()
    yield everybody
    await everybody.leave()


def _rates(changed: dict[str, str]) -> str:
    return " ".join(f"{name}={rate}" for name, rate in changed.items())


def _standing(
    folders: pytest.TempPathFactory, engines: Engines, casts: Casts, settings: dict[str, str], *more: User
) -> Iterator[Desk]:
    desk = engines.desk(folders.mktemp("attacked") / "desk", {"SEMAFOR_IDENTITY_SECRET": IDENTITY_SECRET, **settings})
    casts.copy(FIRM, STAFF, desk)
    desk.people((), more)
    desk.start()
    try:
        yield desk
        desk.stop()
        assert "Traceback" not in desk.stderr(), desk.stderr()
    finally:
        desk.kill()
