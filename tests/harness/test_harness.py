"""The harness itself, against a small Socket.IO server, a real mail client and a real browser."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import aiosmtplib
import pytest
import socketio
from aiohttp import web

from tests.harness.browser import PHONE, Windows, accessibility_violations
from tests.harness.desk import Department, Desk, User
from tests.harness.engines import Embedded
from tests.harness.fixtures import ADA, BOB, SUPPORT, Casts
from tests.harness.mailserver import SmtpSink
from tests.harness.wire import ConnectionRefusedByServer, WireClient

GOOD_PAGE = "<!doctype html><html lang=en><title>t</title><main><h1>Hello</h1><p>text</p></main>"


@pytest.fixture
async def small_server() -> AsyncIterator[str]:
    sio = socketio.AsyncServer(async_mode="aiohttp", ping_interval=1, ping_timeout=1)

    async def connect(sid: str, environ: Any, auth: Any) -> None:
        if (auth or {}).get("token") == "bad":
            raise socketio.exceptions.ConnectionRefusedError("no", {"code": "unauthorized"})
        await sio.emit("hello", {"auth": auth}, to=sid, namespace="/visitor")

    async def echo(sid: str, data: Any) -> Any:
        await sio.emit("echoed", data, to=sid, namespace="/visitor")
        return {"ok": "refuse" not in data, "data": data, "error": {"code": "invalid"}}

    sio.on("connect", connect, namespace="/visitor")
    sio.on("echo", echo, namespace="/visitor")
    app = web.Application()
    sio.attach(app)

    async def page(request: web.Request) -> web.Response:
        return web.Response(text=request.query["html"], content_type="text/html")

    app.router.add_get("/page", page)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await sio.shutdown()
    await runner.cleanup()


async def test_client_hears_events_and_acknowledgements(small_server: str) -> None:
    async with await WireClient.connect(small_server, "/visitor", {"token": "good"}) as client:
        assert await client.wait("hello") == {"auth": {"token": "good"}}
        mark = client.mark()

        answer = await client.ask("echo", {"text": "zażółć 7,8"})
        assert answer["data"] == {"text": "zażółć 7,8"}
        assert (await client.refused("echo", {"refuse": True}))["code"] == "invalid"

        assert await client.wait("echoed", lambda data: "refuse" in data) == {"refuse": True}
        assert client.events("echoed", since=mark) == [{"text": "zażółć 7,8"}, {"refuse": True}]


async def test_waiting_in_vain_says_what_came_instead(small_server: str) -> None:
    async with await WireClient.connect(small_server, "/visitor") as client:
        await client.wait("hello")
        with pytest.raises(AssertionError, match=r"(?s)no such queue.*hello"):
            await client.wait("queue", timeout_s=0.01)


async def test_refused_connection_carries_the_servers_reason(small_server: str) -> None:
    with pytest.raises(ConnectionRefusedByServer) as refused:
        await WireClient.connect(small_server, "/visitor", {"token": "bad"})
    assert refused.value.error == {"message": "no", "data": {"code": "unauthorized"}}


async def test_vanished_client_is_cut_off_by_the_server(small_server: str) -> None:
    async with await WireClient.connect(small_server, "/visitor") as client:
        client.vanish()
        await client.closed()


async def test_cut_client_fails_what_still_waits(small_server: str) -> None:
    async with await WireClient.connect(small_server, "/visitor") as client:
        await client.wait("hello")
        client.cut()
        await client.closed()
        with pytest.raises(AssertionError, match="closed"):
            await client.wait("anything")


async def test_sink_keeps_mails_and_refuses_when_told(smtp_sink: SmtpSink) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "desk@example.com", "eva@example.com", "Žádost č. 10023"
    mail.set_content("Dobrý den,\nšest")
    mail.add_alternative("<p>Dobrý den</p>", subtype="html")
    smtp_sink.refuse("451 4.3.0 later")

    with pytest.raises(aiosmtplib.SMTPDataError, match="later"):
        await aiosmtplib.send(mail, hostname="127.0.0.1", port=smtp_sink.port)
    await aiosmtplib.send(mail, hostname="127.0.0.1", port=smtp_sink.port)

    kept = await smtp_sink.wait_for(lambda mail: "10023" in mail.subject)
    assert (kept.recipients, kept.subject) == (("eva@example.com",), "Žádost č. 10023")
    assert "šest" in kept.text()
    assert "<p>" in kept.html()
    assert len(smtp_sink.mails) == 1


async def test_sink_that_stopped_is_back_on_the_same_port(smtp_sink: SmtpSink) -> None:
    port = smtp_sink.port
    await smtp_sink.stop()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)
    await smtp_sink.start()
    assert smtp_sink.port == port


async def test_page_that_throws_is_a_complaint(small_server: str, windows: Windows) -> None:
    page = await windows.open(f"{small_server}/page?html=<script>throw new Error('broken')</script>", size=PHONE)
    await page.wait_for_load_state()
    assert any("broken" in complaint for complaint in windows.complaints)
    windows.complaints.clear()


async def test_axe_sees_a_picture_without_words(small_server: str, windows: Windows) -> None:
    good = await windows.open(f"{small_server}/page?html={GOOD_PAGE}", locale="cs-CZ", color_scheme="dark")
    bad = await windows.open(f"{small_server}/page?html={GOOD_PAGE}<main><img src='data:,'></main>")

    assert await good.evaluate("navigator.language") == "cs-CZ"
    assert await accessibility_violations(good) == []
    assert any(line.startswith("image-alt") for line in await accessibility_violations(bad))
    windows.complaints.clear()


class _Unpeopled(Desk):
    """Notes who would have been added."""

    made: list[Path] = []  # noqa: RUF012 - of all of them together

    def people(self, departments: Iterable[Department], users: Iterable[User]) -> None:
        self.data.mkdir()
        self.made.append(self.data)
        (self.data / "who").write_text(" ".join([*(one.id for one in departments), *(one.name for one in users)]))


class _Engines(Embedded):
    def desk(self, data: Path, settings: Mapping[str, str]) -> Desk:
        return _Unpeopled(data, settings)


def test_a_cast_is_made_once_for_all_workers_and_another_one_is_another(tmp_path: Path) -> None:
    _Unpeopled.made.clear()
    shared = tmp_path / "casts"
    shared.mkdir()
    wanted = {"one": (ADA,), "two": (ADA,), "three": (BOB,)}

    for name, users in wanted.items():
        Casts(_Engines(), shared).copy((SUPPORT,), users, Desk(tmp_path / name, {}))

    assert len(_Unpeopled.made) == 2
    assert [(tmp_path / name / "who").read_text() for name in wanted] == [
        "support Ada Lovelace",
        "support Ada Lovelace",
        "support Bob Kahn",
    ]
