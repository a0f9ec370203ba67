"""One proxy of each kind before the shared desk, and fresh ones before mirrors."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from tests.harness.desk import Desk
from tests.integration.proxy.mirrors import Mirror
from tests.integration.proxy.proxies import Caddy, Nginx, Proxy

KINDS: dict[str, type[Proxy]] = {"nginx": Nginx, "caddy": Caddy}


@pytest.fixture(scope="session", params=list(KINDS))
def proxy(
    request: pytest.FixtureRequest, shared_desk: Desk, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Proxy]:
    """Before the desk that all tests share."""
    address = shared_desk.url.removeprefix("http://")
    started = KINDS[request.param](tmp_path_factory.mktemp("proxy") / request.param, (address, address))
    started.start()
    yield started
    started.stop()


@pytest.fixture
async def mirrors() -> AsyncIterator[tuple[Mirror, Mirror]]:
    both = (await Mirror.begin("first"), await Mirror.begin("second"))
    yield both
    for mirror in both:
        await mirror.end()


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Callable[[Proxy], Proxy]]:
    """Starts a proxy for this test alone."""
    started: list[Proxy] = []

    def start(proxy: Proxy) -> Proxy:
        started.append(proxy)
        proxy.start()
        return proxy

    yield start
    for proxy in started:
        proxy.stop()


@pytest.fixture(params=list(KINDS))
async def before_mirrors(
    request: pytest.FixtureRequest,
    mirrors: tuple[Mirror, Mirror],
    begin: Callable[[Proxy], Proxy],
    tmp_path: Path,
) -> Proxy:
    """A proxy of each kind before two servers that tell them apart."""
    return begin(KINDS[request.param](tmp_path / request.param, [mirror.address for mirror in mirrors]))
