"""Pages: framed by others, led astray by Host, walked out of by `..`, asked for with packed or doubled headers."""

from __future__ import annotations

import asyncio
import gzip
import io
import json

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.attacks import shapes
from tests.attacks.polling import Poller, visitor_of
from tests.harness.browser import Windows
from tests.harness.desk import Desk

PAGES = [
    "/agent", "/manager", "/manager/coverage", "/t/nothing", "/nothing", "/admin", "/api/v1/me", "/widget/status.json",
    "/api/v1/openapi.json", "/healthz", "/widget.js", "/incidents", "/socket.io/?EIO=4&transport=polling",
]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
async def test_no_site_frames_our_pages_and_no_address_of_theirs_is_passed_on(target: Desk, path: str) -> None:
    async with visitor_of(target, Accept="text/html") as page, page.get(path) as answer:
        headers = answer.headers
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert "Python" not in headers["Server"] + headers.get("X-Powered-By", "")


async def test_only_the_widgets_page_may_be_framed(target: Desk) -> None:
    async with visitor_of(target) as page, page.get("/widget/app") as answer:
        assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


async def test_no_browser_tells_another_site_what_address_it_came_from(target: Desk, windows: Windows) -> None:
    came: asyncio.Queue[tuple[str, str | None]] = asyncio.Queue()

    async def welcome(request: web.Request) -> web.Response:
        await came.put((request.path, request.headers.get("Referer")))
        return web.Response(text="<title>Elsewhere</title>", content_type="text/html")

    app = web.Application()
    app.router.add_get("/from/{page}", welcome)
    async with TestServer(app) as elsewhere:
        for name, path in (("panel", "/agent?token=secret"), ("customer", "/t/secret"), ("widget", "/widget/app?t=s")):
            page = await windows.open(f"{target.url}{path}")
            await page.evaluate("(url) => { location.href = url; }", str(elsewhere.make_url(f"/from/{name}")))
            assert await asyncio.wait_for(came.get(), 10) == (f"/from/{name}", None)
    windows.complaints.clear()  # the browser's, of the address that leads nowhere


WALKS = [
    "/assets/../../pyproject.toml", "/assets/..%2f..%2fpyproject.toml", "/assets/%2e%2e/%2e%2e/server/app.py",
    "/assets/%2fetc%2fpasswd", "/assets/....//....//etc/passwd", "/assets/..%5c..%5cserver%5capp.py", "/assets/%00",
    "/assets/panel/%2e%2e/%2e%2e/settings.py", "/assets/stamp.json%00.js", "/assets/..%252f..%252fserver/app.py",
    "//etc/passwd", "/widget/../../etc/passwd", "/static/../server/app.py", "/assets/%c0%ae%c0%ae/app.py", "/assets/.",
    "/assets//etc/passwd", "/assets/", "/assets/" + "a/" * 2000,
]  # fmt: skip


async def test_no_path_leads_out_of_the_files_that_are_meant(target: Desk) -> None:
    for walk in WALKS:
        head, body = await _raw(target, f"GET {walk} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        assert head.split()[1] in (b"404", b"400"), walk
        assert b"root:" not in body, walk
        assert b"import " not in body, walk


async def test_links_lead_to_the_desk_whatever_a_request_calls_it(target: Desk) -> None:
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    async with await Poller.join(target, **headers) as poller:
        wanted = {"client_id": "h", "email": "eve@example.com", "question": "q", "department": "support"}
        assert (await poller.post(f"42/visitor,5{json.dumps(['chat:to_ticket', wanted])}"))[0] == 200
        said = ""
        while "43/visitor,5" not in said:
            said += (await poller.poll())[1]
    async with visitor_of(target, **headers) as page:
        for path in ("/agent", "/widget/app", "/widget.js", "/nothing", "/manager/nothing"):
            async with page.get(path, allow_redirects=False) as answer:
                assert "evil.example" not in await answer.text() + answer.headers.get("Location", ""), path

    assert "evil.example" not in said
    assert '"ok":true' in said


async def test_nothing_that_is_packed_is_unpacked(target: Desk) -> None:
    bomb = gzip.compress(b"4" * 50_000_000)
    async with await Poller.join(target) as poller:
        for encoding in ("gzip", "deflate", "br", "zstd", "identity, gzip", "GZIP", "x-gzip"):
            status, _ = await poller.post(bomb, **{"Content-Encoding": encoding})
            assert status == 422, encoding
        doubled = (
            f"POST {poller.address()} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Encoding: identity\r\n"
            f"Content-Encoding: gzip\r\nContent-Length: {len(bomb)}\r\n\r\n"
        )
        head, _ = await _raw(target, doubled.encode() + bomb)
        assert head.split()[1] in (b"400", b"422")
        offered = {"Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits"}
        async with poller.http.ws_connect("/socket.io/?EIO=4&transport=websocket", headers=offered) as websocket:
            assert "Sec-WebSocket-Extensions" not in websocket._response.headers
        assert await poller.post('42/visitor,1["page",{"url":"https://x.example"}]') == (200, "OK")


@pytest.mark.parametrize("body", [b"\xff\xfe", b"\x1e" * 2000, b"9", b"4" * 10, b"b!!!", b"40/visitor,{}\x1e\x1e"])
async def test_a_poll_that_is_no_engine_io_is_refused_and_ends_its_session(target: Desk, body: bytes) -> None:
    async with await Poller.open(target) as poller, await Poller.join(target) as bystander:
        status, said = await poller.post(body)

        assert (status, said) != (200, "OK") or (await poller.poll())[0] == 400
        assert await bystander.post('42/visitor,1["page",{"url":"https://x.example"}]') == (200, "OK")


async def test_a_poll_in_chunks_is_handled_to_its_end_and_no_longer_than_any_other(target: Desk) -> None:
    """A proxy may pass a body on in chunks; what was answered with OK and never handled would be lost unseen."""
    async with await Poller.join(target) as poller:
        assert await poller.post_in_chunks([b'42/visitor,7["page",', b'{"url":"https://x.example"}]']) == (200, "OK")
        assert '43/visitor,7[{"ok":true}]' in (await poller.poll())[1]

        assert (await poller.post_in_chunks([]))[0] == 400
    async with await Poller.join(target) as poller:
        assert (await poller.post_in_chunks([b"4" * 100_000] * 11))[0] == 400


FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=b"
JSON = "application/json"
NO_FORMS: dict[str, tuple[str, bytes]] = {
    "NUL in a part's header": (PARTS, b'--b\r\nContent-Disposition: form-data; name="a\x00"\r\n\r\nx\r\n--b--\r\n'),
    "no boundary": ("multipart/form-data", b"--b\r\n"),
    "half a part": (PARTS, b"--b\r\nContent-Disposition: form-data"),
    "parts without end": (PARTS, b"--b\r\n" * 50_000),
    "a header without end": (PARTS, b"--b\r\nX: " + b"x" * 100_000),
    "a file for an address": (
        PARTS,
        b'--b\r\nContent-Disposition: form-data; name="email"; filename="a"\r\n\r\nx\r\n--b--\r\n',
    ),
    "an unknown charset": (f"{FORM}; charset=nonsense", b"email=a@example.com"),
    "a charset that unpacks": (f"{FORM}; charset=zlib", b"email=a@example.com"),
    "no text": (FORM, b"email=%ff%fe&email=%00&%ff=1"),
    "fields without end": (FORM, b"a&" * 400_000),
    "plain text": ("text/plain", b"email=a@example.com"),
    "no kind": ("", b"email=a@example.com"),
    "JSON that is none": ("application/json", b"{"),
    "JSON of another shape": ("application/json", b'[{"email":{"$ne":1}}]'),
    "JSON with keys without end": (JSON, b"{" + b",".join(b'"k%d":1' % n for n in range(shapes.KEYS)) + b"}"),
    **{f"JSON {text[:20]}": (JSON, text.encode()) for text in shapes.OBJECTS},
    **{f"JSON with {text[:20]}": (JSON, b'{"email":%s}' % text.encode()) for text in shapes.VALUES},
}


@pytest.mark.parametrize("path", ["/reset", "/privacy", "/incidents/subscribe", "/reset/x", "/privacy/x", "/t/x"])
async def test_a_form_that_is_none_is_no_fault_of_ours(target: Desk, path: str) -> None:
    for name, (kind, body) in NO_FORMS.items():
        async with (
            visitor_of(target) as page,
            page.post(path, data=io.BytesIO(body), headers={"Content-Type": kind}) as answer,
        ):
            assert answer.status in (404, 413, 422), (name, answer.status)


BROKEN = [
    b"POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhelloX",
    b"POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nX",
    b"POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    b"POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    b"POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n",
    b"POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\nhello",
    b"POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 0x5\r\n\r\nhello",
    b"POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    b"POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\nHost: x\r\nHost: y\r\nX\x00: y\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\nHost : x\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\n Host: x\r\n\r\n",
    b"GET /healthz\r\n\r\n",
    b"GET /healthz HTTP/9.9\r\n\r\n",
    b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(2000)) + b"\r\n",
]


@pytest.mark.parametrize("raw", BROKEN, ids=range(len(BROKEN)))
async def test_a_request_that_can_be_read_in_two_ways_is_read_in_none(target: Desk, raw: bytes) -> None:
    """Where a proxy and we would not agree where a request ends, the second one would be somebody else's."""
    hidden = b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n"

    head, body = await _raw(target, raw + hidden)

    assert head.split()[1] == b"400", head
    assert b"operationId" not in body
    # Nor does the answer say what it was made with, or give back what it was asked.
    assert b"Server: Semafor\r\n" in body
    assert not [word for word in (b"aiohttp", b"Python", b"Host :", b"xchunked") if word in body]


async def _raw(desk: Desk, request: bytes) -> tuple[bytes, bytes]:
    """(status line, all that follows until the server closes, or is silent)."""
    reader, writer = await asyncio.open_connection("127.0.0.1", desk.port)
    writer.write(request)
    said = b""
    try:
        async with asyncio.timeout(2):
            while chunk := await reader.read(65536):
                said += chunk
    except (TimeoutError, ConnectionError):
        pass
    writer.close()
    return said.partition(b"\r\n")[0], said
