"""No whole network address of a visitor is written into a log, unless who operates the desk wants it."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import structlog

from server import log
from server.log import truncated

PEOPLE = ("203.0.113.77", "2001:db8:7:8::77", "::ffff:203.0.113.77")


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    root, level, handlers = logging.getLogger(), logging.getLogger().level, list(logging.getLogger().handlers)
    yield
    root.handlers = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0"),
        ("2001:db8:7:8::77", "2001:db8:7::"),
        ("::ffff:203.0.113.77", "203.0.113.0"),
        ("fe80::1%eth0", "fe80::"),
        ("unknown", ""),
        ("", ""),
    ],
)
def test_an_address_is_cut_to_its_network(address: str, network: str) -> None:
    assert truncated(address) == network


@pytest.mark.parametrize("full", [True, False])
def test_log_has_whole_addresses_only_where_they_are_wanted(full: bool, capsys: pytest.CaptureFixture[str]) -> None:
    log.configure(full_addresses=full)
    for address in PEOPLE:
        logging.getLogger("aiohttp.server").error("Error handling request from %s", address)
        structlog.get_logger("semafor.test").warning("refused", address=address)

    said = capsys.readouterr().err

    assert len(said.splitlines()) == 2 * len(PEOPLE)
    assert all((address in said) == full for address in PEOPLE[:2])
