"""`semafor doctor` over things that are really broken: each is found by its name, with what to do."""

from __future__ import annotations

import json
import socket
import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from server.clock import Clock
from server.doctor import machine
from server.doctor.examination import examine
from server.doctor.findings import Finding
from server.settings import load_settings
from tests.harness.desk import Desk
from tests.harness.dovecot import Dovecot
from tests.harness.mailserver import SmtpSink
from tests.integration.mail.smtp_servers import CrankyServer, make_certificate, secured
from tests.integration.proxy.conftest import begin
from tests.integration.proxy.proxies import Nginx, Proxy, replaced

__all__ = ["begin"]
SITE = "https://shop.example.com"


async def looked_at(desk: Desk, **settings: str) -> dict[str, Finding]:
    """The worst finding of each name, of the doctor on this desk's record, with other settings."""
    environment = {**desk.settings, **{f"SEMAFOR_{name.upper()}": value for name, value in settings.items()}}
    found: dict[str, Finding] = {}
    for finding in await examine(load_settings(environment, data=desk.data), Clock()):
        worst = found.get(finding.name, finding)
        found[finding.name] = max(worst, finding, key=lambda one: ("ok", "warn", "fail").index(one.state))
    return found


def is_well_told(finding: Finding, state: str, *words: str) -> bool:
    text = f"{finding.said} {finding.remedy}"
    return finding.state == state and bool(finding.remedy) is (state != "ok") and all(word in text for word in words)


class Mangling(Nginx):
    """With one line of its configuration changed."""

    def __init__(self, folder: Path, server: str, old: str, new: str) -> None:
        super().__init__(folder, (server, server))
        self._old, self._new = old, new

    def _site(self) -> str:
        return replaced(super()._site(), self._old, self._new)


@pytest.fixture
def before(shared_desk: Desk, tmp_path: Path, begin: Callable[[Proxy], Proxy]) -> Callable[[str, str], Proxy]:
    """Starts an nginx before the shared desk with this line changed."""

    def start(old: str, new: str) -> Proxy:
        return begin(Mangling(tmp_path / "nginx", shared_desk.url.removeprefix("http://"), old, new))

    return start


async def test_a_desk_that_is_well_is_told_so_through_a_proxy(
    shared_desk: Desk, tmp_path: Path, begin: Callable[[Proxy], Proxy], smtp_sink: SmtpSink
) -> None:
    address = shared_desk.url.removeprefix("http://")
    proxy = begin(Nginx(tmp_path / "nginx", (address, address)))

    found = await looked_at(shared_desk, public_url=proxy.url, smtp_url=smtp_sink.url, mail_from="desk@example.com")

    assert {name: one.said for name, one in found.items() if one.state == "fail"} == {}
    for name in ("data", "record", "migrations", "queue", "secret", "mail", "public_url", "websocket", "zones"):
        assert found[name].state == "ok", found[name]
    assert is_well_told(found["proxy"], "warn", "not believed", "SEMAFOR_TRUSTED_PROXIES=127.0.0.1")
    assert "Traceback" not in shared_desk.stderr()


async def test_a_proxy_that_keeps_the_upgrade_headers_is_told_with_what_to_pass_on(
    shared_desk: Desk, before: Callable[[str, str], Proxy]
) -> None:
    proxy = before("proxy_set_header Upgrade", "proxy_set_header X-Not-Upgrade")

    found = await looked_at(shared_desk, public_url=proxy.url)

    assert is_well_told(found["websocket"], "fail", "Upgrade", "docs/proxies.md")
    assert found["public_url"].state == "ok"


async def test_a_proxy_that_forbids_framing_or_tells_lies_on_is_found(
    shared_desk: Desk, before: Callable[[str, str], Proxy]
) -> None:
    proxy = before(
        "proxy_set_header X-Forwarded-For $remote_addr;",
        "proxy_set_header X-Forwarded-For $http_x_forwarded_for; add_header X-Frame-Options DENY;",
    )

    found = await looked_at(shared_desk, public_url=proxy.url, sites=SITE)

    assert is_well_told(found["proxy"], "warn", "does not say where requests come from")
    assert is_well_told(found["sites"], "fail", SITE, "X-Frame-Options")


async def test_a_wrong_url_is_told_by_what_is_wrong_with_it(shared_desk: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        closed = f"http://127.0.0.1:{silent.getsockname()[1]}"
    nobody = await looked_at(shared_desk, public_url=closed)
    another = await looked_at(shared_desk, public_url=shared_desk.url, secret="another secret of 32 characters!")
    unset = await looked_at(shared_desk)

    assert is_well_told(nobody["public_url"], "fail", "cannot be reached", "Start the server")
    assert is_well_told(another["public_url"], "fail", "another one", "SEMAFOR_SECRET")
    assert "websocket" not in another
    assert is_well_told(unset["public_url"], "warn", "SEMAFOR_PUBLIC_URL")


async def test_mail_servers_that_refuse_are_told_with_their_words(shared_desk: Desk, tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path)
    async with CrankyServer(answers={"GREETING": "554 go away"}).running() as cranky:
        refused = await looked_at(shared_desk, smtp_url=f"smtp://127.0.0.1:{cranky.port}")
        no_tls = await looked_at(shared_desk, smtp_url=f"smtp+starttls://petr:x@127.0.0.1:{cranky.port}")
    async with secured(certificate, starttls=False) as (keeper, port):
        unsigned = await looked_at(shared_desk, smtp_url=f"smtps://localhost:{port}")
    async with CrankyServer(answers={"AUTH": "535 no", "EHLO": "250-cranky\r\n250 AUTH PLAIN"}).running() as cranky:
        stranger = await looked_at(shared_desk, smtp_url=f"smtp://petr:wrong@127.0.0.1:{cranky.port}")

    assert is_well_told(refused["mail"], "fail", "554 go away", "SEMAFOR_SMTP_URL")
    assert is_well_told(no_tls["mail"], "fail")
    assert is_well_told(unsigned["mail"], "fail", "certificate")
    assert is_well_told(stranger["mail"], "fail", "535")
    assert (keeper.mails, cranky.seen) == ([], [])
    assert "wrong" not in stranger["mail"].said


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    server = Dovecot()
    server.start()
    yield server
    server.kill()


@pytest.mark.slow
async def test_a_mailbox_that_refuses_and_a_listener_that_is_none_are_told(shared_desk: Desk, dovecot: Dovecot) -> None:
    good = await looked_at(shared_desk, imap_url=dovecot.url)
    wrong = await looked_at(shared_desk, imap_url=dovecot.url.replace("correct", "wrong"))
    nowhere = await looked_at(shared_desk, imap_url=dovecot.url.replace("INBOX", "Nowhere"))
    nobody = await looked_at(shared_desk, inbound_smtp="127.0.0.1:1")

    assert good["inbound"].state == "ok"
    assert is_well_told(wrong["inbound"], "fail", "sign-in", "SEMAFOR_IMAP_URL")
    assert is_well_told(nowhere["inbound"], "fail", "Nowhere")
    assert is_well_told(nobody["inbound"], "fail", "Nobody listens", "Start the server")


@pytest.mark.slow
async def test_engines_that_are_away_are_told_without_their_passwords(tmp_path: Path) -> None:
    away = {"mongo_url": "mongodb://u:hunter2@127.0.0.1:1/x?serverSelectionTimeoutMS=200", "secret": "s3cr3t-" * 8}

    found = await looked_at(Desk(tmp_path, {}), **away, redis_url="redis://:hunter2@127.0.0.1:1/0")

    assert is_well_told(found["record"], "fail", "no MongoDB answers")
    assert is_well_told(found["queue"], "fail", "Redis", "SEMAFOR_REDIS_URL")
    assert "hunter2" not in repr(found)


@pytest.mark.slow
def test_a_full_disk_and_a_weak_secret_end_with_1_and_are_told_to_programs_too(shared_desk: Desk) -> None:
    desk = Desk(shared_desk.data, {**shared_desk.settings, "SEMAFOR_SECRET": "secret"})
    environment = {**desk._environment(), "SEMAFOR_DATA": str(desk.data)}

    limited = f"ulimit -f 0; exec {desk._program[0]} doctor --json"
    full = subprocess.run(["bash", "-c", limited], env=environment, capture_output=True, text=True, check=False)
    told = desk.run("doctor")
    misspelt = Desk(shared_desk.data, {"SEMAFOR_PUBLIC_URl": "x"}).run("doctor", "--json")

    answer = json.loads(full.stdout)
    by_name = {check["name"]: check for check in answer["checks"] if check["status"] == "fail"}
    assert (full.returncode, told.returncode, misspelt.returncode) == (1, 1, 1)
    assert answer["ok"] is False
    assert {"data", "record", "secret"} <= by_name.keys()
    assert "Make room" in by_name["data"]["remedy"]
    assert "fail secret" in told.stdout
    assert json.loads(misspelt.stdout)["checks"][0]["name"] == "settings"
    assert "Traceback" not in full.stderr + told.stderr + misspelt.stderr


def test_clocks_that_differ_are_judged_by_how_much() -> None:
    now = Clock().now()

    states = [machine.clock_against("Redis' clock", now, now - timedelta(seconds=s)).state for s in (0.5, 5, 90)]

    assert states == ["ok", "warn", "fail"]
    assert machine.own_clock(now.replace(year=1970))[0].state == "fail"
    assert machine.zones({"Europe/Prague", "Nowhere/Nothing"})[0].state == "fail"
