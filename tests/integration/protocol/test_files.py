"""Files from outside: uploaded, sent, heard by both sides, handed out at every server, and kept over a kill."""

from __future__ import annotations

import asyncio
import socket
from urllib.parse import urlsplit

import aiohttp

from tests.harness.desk import Desk
from tests.harness.fixtures import ADA, NewDesk
from tests.harness.wire import Json
from tests.integration.protocol.guests import Guests
from tests.integration.protocol.test_conversation import served

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 400


async def upload(url: str, token: str, chat_id: str, content: bytes = PDF, name: str = "offer.pdf") -> Json:
    """The file, of an upload that is accepted."""
    form = aiohttp.FormData()
    form.add_field("file", content, filename=name, content_type="application/pdf")
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        aiohttp.ClientSession(base_url=url, headers=headers) as session,
        session.post("/api/v1/files", params={"chat_id": chat_id}, data=form) as answer,
    ):
        data = await answer.json()
        assert answer.status == 201, data
        file: Json = data["file"]
        return file


async def fetched(url: str, token: str, file: Json) -> tuple[int, bytes]:
    headers = {"Authorization": f"Bearer {token}"}
    path = urlsplit(file["url"]).path
    async with aiohttp.ClientSession(base_url=url, headers=headers) as session, session.get(path) as answer:
        return answer.status, await answer.read()


async def test_a_file_is_a_message_that_both_sides_hear_and_may_fetch_at_every_server(
    shared_desk: Desk, guests: Guests
) -> None:
    visitor, ada, chat_id = await served(guests, shared_desk)
    sent = await upload(shared_desk.url, visitor.token, chat_id)
    order = {"chat_id": chat_id, "client_id": "f1", "file_id": sent["id"]}

    ack = await visitor.ask("message:send", order)
    again = await visitor.ask("message:send", order)
    heard = await ada.wait("message", lambda m: m["kind"] == "file")
    answer = await upload(shared_desk.agent_url, ada.token, chat_id, PDF, "signed.pdf")
    await ada.ask("message:send", {"chat_id": chat_id, "client_id": "f2", "file_id": answer["id"]})
    theirs = await visitor.wait("message", lambda m: m["client_id"] == "f2")

    assert again == ack
    assert (heard["seq"], heard["file"]) == (ack["seq"], sent)
    assert theirs["file"] == answer
    assert [m["seq"] for m in await visitor.conversation(chat_id) if m["kind"] == "file"] == [ack["seq"], theirs["seq"]]
    for url in (shared_desk.url, shared_desk.agent_url):
        for token in (visitor.token, ada.token):
            for file in (sent, answer):
                assert await fetched(url, token, file) == (200, PDF)


async def test_a_file_is_sent_by_its_uploader_into_its_own_chat_only(shared_desk: Desk, guests: Guests) -> None:
    visitor, ada, chat_id = await served(guests, shared_desk)
    other = await guests.visitor(shared_desk)
    elsewhere = await other.start("Another question")
    mine = await upload(shared_desk.url, visitor.token, chat_id)
    theirs = await upload(shared_desk.url, other.token, elsewhere["id"])

    refusals = [
        await visitor.refused("message:send", {"chat_id": chat_id, "client_id": "a", "file_id": theirs["id"]}),
        await visitor.refused("message:send", {"chat_id": chat_id, "client_id": "b", "file_id": "unknown"}),
        await other.refused("message:send", {"chat_id": elsewhere["id"], "client_id": "c", "file_id": mine["id"]}),
        await ada.refused("message:send", {"chat_id": chat_id, "client_id": "d", "file_id": mine["id"]}),
    ]

    assert {refusal["code"] for refusal in refusals} == {"not_found"}
    assert refusals[0] == refusals[1]
    assert (await fetched(shared_desk.url, other.token, mine))[0] == 404
    both = {"chat_id": chat_id, "client_id": "e", "file_id": mine["id"], "body": "here"}
    assert (await visitor.refused("message:send", both))["code"] == "invalid"
    await visitor.ask("chat:leave", {"chat_id": chat_id})
    late = {"chat_id": chat_id, "client_id": "f", "file_id": mine["id"]}
    assert (await visitor.refused("message:send", late))["code"] == "closed"


async def test_the_other_content_under_a_known_client_id_is_a_conflict(shared_desk: Desk, guests: Guests) -> None:
    visitor, _, chat_id = await served(guests, shared_desk)
    file = await upload(shared_desk.url, visitor.token, chat_id)
    await visitor.ask("message:send", {"chat_id": chat_id, "client_id": "f1", "file_id": file["id"]})

    text = await visitor.refused("message:send", {"chat_id": chat_id, "client_id": "f1", "body": "offer.pdf"})

    assert text["code"] == "conflict"


async def test_a_server_that_is_killed_keeps_what_it_acknowledged_and_nothing_half(
    new_desk: NewDesk, guests: Guests
) -> None:
    desk = new_desk()
    visitor = await guests.visitor(desk)
    chat = await visitor.start("Where is my letter?")
    whole = await upload(desk.url, visitor.token, chat["id"])
    await visitor.ask("message:send", {"chat_id": chat["id"], "client_id": "f1", "file_id": whole["id"]})
    half = await asyncio.to_thread(_half_an_upload, desk.url, visitor.token, chat["id"])

    desk.kill()
    half.close()
    desk.restart()

    ada = await guests.agent(desk, ADA)
    assert await fetched(desk.url, ada.token, whole) == (200, PDF)
    folder = desk.data / "files"
    kept = [path.name for path in folder.rglob("*") if path.is_file()] if folder.exists() else []
    assert kept in ([whole["id"]], [])  # in MongoDB there is no folder


def _half_an_upload(url: str, token: str, chat_id: str) -> socket.socket:
    """A connection with an upload on its way, which never ends."""
    parts = urlsplit(url)
    line = socket.create_connection((parts.hostname, parts.port or 80))
    head = (
        f"POST /api/v1/files?chat_id={chat_id} HTTP/1.1\r\nHost: {parts.netloc}\r\nAuthorization: Bearer {token}\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 5000000\r\n\r\n"
        '--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
    )
    line.sendall(head.encode() + b"a" * 2_000_000)
    return line
