"""No input gets a traceback: not in the answer, not in the log. Every error has the contract's shape."""

from __future__ import annotations

import asyncio
import gzip
import logging

import pytest

from server.web.answers import BODY_MAX_BYTES
from server.web.application import ENDPOINTS
from server.web.endpoints import API
from tests.integration.http.people import Site

WRONG_BODIES = [
    b"",
    b"{",
    b"null",
    b"[]",
    b'"text"',
    b"NaN",
    b'{"email": NaN, "password": "x"}',
    b'{"email": "\\ud800", "password": "x"}',
    b'{"email": "\xff", "password": "x"}',
    b'{"email": 99999999999999999999999999, "password": "x"}',
    b'{"email": {"$ne": 1}, "password": ["x"]}',
    b"[" * 100_000,
    b'{"email": "a", "password": "' + b"x" * 2000 + b'"}',
]
WEIRD_TEXTS = ["\x00", "\u202e", "'\"); DROP TABLE chat; --", '"*:^(', "%", "é" * 190, "../../etc/passwd", "\ud7ff🦊"]


@pytest.fixture(autouse=True)
def nothing_logged_as_error(caplog: pytest.LogCaptureFixture) -> object:
    yield None
    loud = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR or record.exc_info]
    assert loud == []


@pytest.mark.parametrize("body", WRONG_BODIES, ids=range(len(WRONG_BODIES)))
async def test_a_body_that_makes_no_sense_is_answered_with_an_error(site: Site, body: bytes) -> None:
    client = await site.client()

    answer = await client.post(f"{API}/sessions", data=body, headers={"Content-Type": "application/json"})

    assert answer.status in {413, 422}
    assert (await answer.json())["error"]["code"] in {"invalid", "too_large"}


async def test_a_body_beyond_the_limit_is_too_large(site: Site) -> None:
    client = await site.client()

    answer = await client.post(
        f"{API}/sessions", data=b" " * (BODY_MAX_BYTES + 1), headers={"Content-Type": "application/json"}
    )

    assert answer.status == 413
    assert (await answer.json())["error"]["code"] == "too_large"


async def test_a_packed_body_is_refused_before_it_is_unpacked(site: Site) -> None:
    client = await site.client()
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}

    answer = await client.post(f"{API}/sessions", data=gzip.compress(b" " * 50_000_000), headers=headers)

    assert (await answer.json())["error"]["message"] == "Send the body without Content-Encoding."


async def test_a_form_is_no_json(site: Site) -> None:
    client = await site.client()

    answer = await client.post(f"{API}/sessions", data={"email": "a", "password": "b"})

    assert (answer.status, (await answer.json())["error"]["code"]) == (422, "invalid")


async def test_every_endpoint_is_closed_without_a_session(site: Site) -> None:
    client = await site.client()
    for endpoint in ENDPOINTS:
        if endpoint.role is None:
            continue
        path = API + endpoint.path.replace("{id}", "x").replace("{chat}", "x").replace("{number}", "10001")
        answer = await client.request(endpoint.method, path)
        assert (answer.status, (await answer.json())["error"]["code"]) == (401, "unauthorized"), path


async def test_unknown_ids_are_not_found_whatever_they_look_like(site: Site) -> None:
    admin = await site.as_("max")
    for text in ("x", "%00", "%ff", "%F0%9F%A6%8A", "..%2f..", "a" * 3000, "%E2%80%AE", "1e999", "-1"):
        for path in (f"/chats/{text}", f"/chats/{text}/visitor", f"/tickets/{text}", f"/mails/{text}"):
            assert (await admin.refused("GET", path))[:2] == (404, "not_found"), path


async def test_any_text_is_a_safe_question(site: Site) -> None:
    admin = await site.as_("max")
    await site.chat()
    for text in WEIRD_TEXTS:
        for path in ("/chats", "/tickets"):
            headers = {"Authorization": f"Bearer {admin.token}"}
            answer = await admin.client.get(f"{API}{path}", params={"q": text, "visitor": text}, headers=headers)
            assert answer.status in {200, 422}, (path, text)


async def test_a_made_up_cursor_is_invalid_and_so_is_one_of_another_list(site: Site) -> None:
    admin = await site.as_("max")
    for cursor in ("1", "abc", "=", "é", "A" * 500):
        for path in ("/chats", "/tickets", "/mails"):
            assert await admin.refused("GET", path, params={"cursor": cursor}) == (422, "invalid", "cursor")
    for _ in range(51):
        await site.ticket()
    following = (await admin.get("/tickets"))["next"]
    assert await admin.refused("GET", "/mails", params={"cursor": following}) == (422, "invalid", "cursor")


async def test_unknown_paths_and_methods_have_the_same_error_object(site: Site) -> None:
    client = await site.client()

    missing = await client.get("/api/v1/nothing")
    wrong = await client.put("/api/v1/me")
    files = await client.get("/assets/../../pyproject.toml")
    escaped = await client.get("/assets/..%2f..%2fpyproject.toml")

    assert (missing.status, (await missing.json())["error"]["code"]) == (404, "not_found")
    assert (wrong.status, (await wrong.json())["error"]["code"]) == (405, "invalid")
    assert wrong.headers["Allow"] == "GET,PATCH"
    assert (files.status, escaped.status) == (404, 404)


@pytest.mark.parametrize(
    "raw",
    [
        b"GET /agent HTTP/1.1\r\nHost: a:b:c\r\n\r\n",
        b"GET /agent HTTP/1.1\r\nHost: [::1\r\n\r\n",
        b"GET /api/v1/me HTTP/1.1\r\nHost: x\r\nCookie: semafor_session=\xff\xfe; =;;;\r\n\r\n",
        b"GET /api/v1/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \xff\xfe\r\n\r\n",
        b"GET http://evil.example/api/v1/me HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /widget/status.json?department=%ff%00 HTTP/1.1\r\nHost: x\r\n\r\n",
        b'GET /widget.js HTTP/1.1\r\nHost: x\r\nIf-None-Match: "\xff\r\n\r\n',
        b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
)
async def test_odd_but_lawful_requests_are_answered_below_500(site: Site, raw: bytes) -> None:
    client = await site.client()
    reader, writer = await asyncio.open_connection(client.server.host, client.server.port)

    writer.write(raw)
    status_line = await asyncio.wait_for(reader.readline(), 10)

    assert 200 <= int(status_line.split()[1]) < 500, status_line
    writer.close()


async def test_a_fault_of_ours_is_a_sentence_and_no_traceback(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    admin = await site.as_("max")
    monkeypatch.setattr(type(site.desk.live), "snapshot", lambda *_: 1 / 0)

    status, code, _ = await admin.refused("GET", "/live")

    assert (status, code) == (500, "unavailable")
    caplog.clear()
