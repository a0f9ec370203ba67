"""A real nginx and a real Caddy, with the configurations of docs/proxies.md: only addresses are put in their place."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.docker.pages import PROXIES, block

STARTED_WITHIN_S = 15.0
# How the page writes them.
SERVERS = ("192.0.2.11:8080", "192.0.2.12:8080")
SITE = "chat.example.com"
CERTIFICATES = "/etc/ssl/semafor"


class Proxy(ABC):
    """One process that listens on `port` from `start` to `stop`."""

    name: str

    def __init__(self, folder: Path, servers: Sequence[str]) -> None:
        """folder: for what it writes, made here. servers: two, like `127.0.0.1:1234`; the same one twice will do."""
        folder.mkdir(parents=True)
        self.folder = folder
        self.servers = servers
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when it accepts connections."""
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(self.command(), stdout=log, stderr=log, env=self.environment())
        deadline = time.monotonic() + STARTED_WITHIN_S
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.02)  # a process that is coming up has nothing to wait on
        self.stop()
        raise AssertionError(f"{self.name} did not start:\n{(self.folder / 'log').read_text(errors='replace')}")

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(STARTED_WITHIN_S)
            self._process = None

    @abstractmethod
    def command(self) -> list[str]:
        """What starts it in the foreground."""

    def environment(self) -> Mapping[str, str]:
        return {"PATH": os.environ["PATH"], "HOME": str(self.folder), "XDG_DATA_HOME": str(self.folder),
                "XDG_CONFIG_HOME": str(self.folder)}  # fmt: skip


class Nginx(Proxy):
    """tls: as the page has it, with a certificate made here; else the same server without TLS."""

    name = "nginx"

    def __init__(self, folder: Path, servers: Sequence[str], *, tls: bool = False) -> None:
        super().__init__(folder, servers)
        self.plain_port = free_port()
        self._tls = tls

    def command(self) -> list[str]:
        config = self.folder / "nginx.conf"
        config.write_text(self._main(self._site()))
        return [program("nginx", "nginx-light"), "-p", str(self.folder), "-c", str(config), "-g", "daemon off;"]

    def _site(self) -> str:
        text = block(PROXIES, "nginx")
        text = replaced(text, "listen 80;", f"listen 127.0.0.1:{self.plain_port};")
        for written, real in zip(SERVERS, self.servers, strict=True):
            text = replaced(text, written, real)
        if self._tls:
            make_certificate(self.folder)
            text = replaced(text, CERTIFICATES, str(self.folder))
            return replaced(text, "listen 443 ssl http2;", f"listen 127.0.0.1:{self.port} ssl http2;")
        lines = [line for line in text.splitlines() if "ssl_certificate" not in line]
        return replaced("\n".join(lines), "listen 443 ssl http2;", f"listen 127.0.0.1:{self.port};")

    def _main(self, site: str) -> str:
        """What a distribution's own nginx.conf says around it; everything that is written stays in the folder."""
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        places = "\n".join(f"{kind}_temp_path {self.folder}/{kind};" for kind in kinds)
        user = "user root;\n" if os.geteuid() == 0 else ""
        return (
            f"{user}worker_processes 2;\npid {self.folder}/pid;\nerror_log stderr;\n"
            f"events {{ worker_connections 512; }}\nhttp {{\n{places}\n{site}\n}}\n"
        )


class Caddy(Proxy):
    name = "caddy"

    def command(self) -> list[str]:
        """The file as Caddy itself reads it, without its administration port, of which a machine has one."""
        adapted = subprocess.run(
            [program("caddy", "caddy"), "adapt", "--adapter", "caddyfile", "--config", str(self._file())],
            env=self.environment(), capture_output=True, text=True, check=True,
        )  # fmt: skip
        config = self.folder / "caddy.json"
        config.write_text(json.dumps({**json.loads(adapted.stdout), "admin": {"disabled": True}}))
        return [program("caddy", "caddy"), "run", "--config", str(config)]

    def environment(self) -> Mapping[str, str]:
        return {**super().environment(), "SITE_ADDRESS": self.url, "SERVERS": " ".join(self.servers)}

    def _file(self) -> Path:
        file = self.folder / "Caddyfile"
        file.write_text(block(PROXIES, "caddy"))
        return file


def replaced(text: str, old: str, new: str) -> str:
    assert old in text, f"docs/proxies.md has no {old!r} any more"
    return text.replace(old, new)


def make_certificate(folder: Path) -> None:
    """fullchain.pem and privkey.pem, signed by nobody."""
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", f"/CN={SITE}"]
    files = ["-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]
    subprocess.run([program("openssl", "openssl"), "req", "-x509", *kind, *files], capture_output=True, check=True)


def program(name: str, package: str) -> str:
    """Its path. Nothing is skipped: a proxy that is not there is a failure with a remedy."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
    found = shutil.which(name, path=path)
    assert found is not None, f"no {name}: install it (on Debian and Ubuntu: apt-get install {package})"
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
