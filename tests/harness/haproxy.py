"""A real haproxy before several servers: asks each whether it is ready, spreads connections, and sticks to none."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

STARTED_WITHIN_S = 10.0
# Where Debian puts it: not on everybody's PATH.
_PLACES = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))
_CONFIGURATION = """
global
  maxconn 4000

defaults
  mode http
  timeout connect 2s
  timeout client 30s
  timeout server 30s
  timeout tunnel 1h
  timeout check 1s
  option redispatch 1
  retries 3
  retry-on conn-failure

frontend people
  bind 127.0.0.1:{port}
{rules}  default_backend desk

backend desk
  balance leastconn
  option httpchk GET /readyz
  default-server check inter 500ms fastinter 200ms fall 2 rise 1 observe layer4 error-limit 1 on-error mark-down
{servers}
"""


class Haproxy:
    """Listens on one port of 127.0.0.1 from `start` to `kill`; a second `start` listens on the same port again."""

    def __init__(self, folder: Path, server_ports: Sequence[int], *, closed: str = "") -> None:
        """closed: a path that it lets nobody come to."""
        self.port = _free_port()
        self._folder = folder
        self._server_ports = server_ports
        self._rules = f"  http-request deny if {{ path_beg -i {closed} }}\n" if closed else ""
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Returns when it listens; whether a server behind it is ready it finds out within a second."""
        self._folder.mkdir(parents=True, exist_ok=True)
        servers = "\n".join(f"  server s{n} 127.0.0.1:{port}" for n, port in enumerate(self._server_ports, 1))
        written = self._folder / "haproxy.cfg"
        written.write_text(_CONFIGURATION.format(port=self.port, rules=self._rules, servers=servers))
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(haproxy_binary()), "-db", "-f", str(written)], stdout=log, stderr=subprocess.STDOUT
            )
        deadline = time.monotonic() + STARTED_WITHIN_S
        while self._process.poll() is None and time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.02)  # a process that is coming up has nothing to wait on
        self.kill()
        raise AssertionError(f"haproxy did not start:\n{(self._folder / 'log').read_text(errors='replace')}")

    def kill(self) -> None:
        """-9: every connection through it ends."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None, "haproxy is not running"
        self._process.send_signal(number)


def haproxy_binary() -> Path:
    """The system's; none at all is a failure."""
    found = shutil.which("haproxy", path=_PLACES)
    assert found is not None, "no haproxy: `make test-slow` installs it (on Debian and Ubuntu: apt-get install haproxy)"
    return Path(found)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
