"""Files over HTTP: who may upload and read, what is refused and how it is handed out."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from PIL import Image, ImageCms

from server.requests import MessageSend
from server.web import uploads
from tests.integration.http.people import Client, Site
from tests.integration.http.uploading import (
    HTML,
    PDF,
    SVG,
    ZIP,
    bearer,
    bomb,
    form,
    gif_that_is_also_html,
    picture,
    upload,
)
from transcripts.records import Author, Chat

SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


async def sent(site: Site, client: Client, chat: Chat, content: bytes = PDF, name: str = "offer.pdf") -> str:
    """The path of a file that the chat's visitor has sent."""
    status, data = await upload(client, f"chat_id={chat.id}", bearer(site, chat.visitor_id), content, name)
    assert status == 201, data
    order = MessageSend(chat_id=chat.id, client_id=name, file_id=data["file"]["id"])
    await site.desk.messages.send(Author("visitor", chat.visitor_id, chat.visitor_name), order)
    path: str = urlsplit(data["file"]["url"]).path
    return path


async def test_a_file_is_handed_out_whole_to_be_kept_and_never_shown(site: Site) -> None:
    client, chat = await site.client(), await site.chat()
    path = await sent(site, client, chat, PDF, "Účtenka č. 5.pdf")

    answer = await client.get(path, headers=bearer(site, chat.visitor_id))

    assert await answer.read() == PDF
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=\"__tenka _. 5.pdf\"; filename*=UTF-8''%C3%9A%C4%8Dtenka%20%C4%8D.%205.pdf"
    )
    assert {name: answer.headers[name] for name in SAFE} == SAFE


async def test_the_upload_answers_what_the_message_will_carry(site: Site) -> None:
    client, chat = await site.client(), await site.chat()

    status, data = await upload(client, f"chat_id={chat.id}", bearer(site, chat.visitor_id), picture(), "shot.png")

    file = data["file"]
    assert status == 201
    assert (file["name"], file["type"], file["size_bytes"]) == ("shot.png", "image/png", len(picture()))
    assert file["url"] == f"{site.home}/files/{file['id']}"
    assert (file["thumbnail"]["width"], file["thumbnail"]["height"]) == (480, 320)


async def test_whoever_the_conversation_does_not_belong_to_is_answered_as_for_an_unknown_file(site: Site) -> None:
    client, chat, other = await site.client(), await site.chat(), await site.chat()
    path = await sent(site, client, chat, picture(), "shot.png")
    thumbnail = (await site.desk.store.files_of_chat(chat.id))[0].thumb_id
    bob = await site.as_("bob")  # of another department
    strangers = [bearer(site, other.visitor_id), {"Authorization": f"Bearer {bob.token}"}]

    for headers in strangers:
        unknown = await client.get(f"/files/{'0' * 32}", headers=headers)
        expected = (404, await unknown.read())
        for wanted in (path, f"/files/{thumbnail}"):
            answer = await client.get(wanted, headers=headers)
            assert (answer.status, await answer.read()) == expected
    assert (await client.get(path)).status == 401
    assert (await client.get(path, headers={"Authorization": "Bearer nonsense"})).status == 401


async def test_an_agent_of_the_department_reads_what_was_sent_and_not_what_was_only_uploaded(site: Site) -> None:
    client, chat, ada = await site.client(), await site.chat(), await site.as_("ada")
    _, uploaded = await upload(client, f"chat_id={chat.id}", bearer(site, chat.visitor_id))
    agents = {"Authorization": f"Bearer {ada.token}"}

    before = await client.get(f"/files/{uploaded['file']['id']}", headers=agents)
    after = await client.get(await sent(site, client, chat), headers=agents)

    assert (before.status, after.status) == (404, 200)


async def test_who_may_not_upload_is_refused_before_the_file_is_read(site: Site) -> None:
    client, chat, other = await site.client(), await site.chat(), await site.chat()
    over = await site.chat()
    await site.desk.visitor_chats.leave(over.visitor_id, over.id)
    own, bob = bearer(site, chat.visitor_id), await site.as_("bob")

    tried = {
        "nobody": await upload(client, f"chat_id={chat.id}", {}),
        "another visitor": await upload(client, f"chat_id={chat.id}", bearer(site, other.visitor_id)),
        "an agent elsewhere": await upload(client, f"chat_id={chat.id}", {"Authorization": f"Bearer {bob.token}"}),
        "an unknown chat": await upload(client, "chat_id=none", own),
        "a chat that is over": await upload(client, f"chat_id={over.id}", bearer(site, over.visitor_id)),
        "nowhere": await upload(client, "", own),
        "a visitor into a ticket": await upload(client, "ticket=10001", own),
    }

    assert {who: (status, data["error"]["code"]) for who, (status, data) in tried.items()} == {
        "nobody": (401, "unauthorized"),
        "another visitor": (404, "not_found"),
        "an agent elsewhere": (404, "not_found"),
        "an unknown chat": (404, "not_found"),
        "a chat that is over": (409, "closed"),
        "nowhere": (422, "invalid"),
        "a visitor into a ticket": (404, "not_found"),
    }


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("page.html", HTML, "invalid"),
        ("drawing.svg", SVG, "invalid"),
        ("picture.png", SVG, "invalid"),
        ("picture.png", HTML, "invalid"),
        ("letter.pdf", ZIP, "invalid"),
        ("notes.txt", b"\x7fELF\x02\x01\x01\x00", "invalid"),
        ("setup.exe", b"MZ\x90\x00", "invalid"),
        ("offer.pdf.exe", PDF, "invalid"),
        ("offer\u202efdp.exe", PDF, "invalid"),
        ("nothing.txt", b"", "invalid"),
        ("large.txt", b"a" * (10 * 1024 * 1024 + 1), "too_large"),
    ],
)
async def test_what_may_not_be_sent_is_refused_with_a_sentence(
    site: Site, name: str, content: bytes, code: str
) -> None:
    client, chat = await site.client(), await site.chat()

    _, data = await upload(client, f"chat_id={chat.id}", bearer(site, chat.visitor_id), content, name)

    assert (data["error"]["code"], data["error"]["field"]) == (code, "file")
    assert data["error"]["message"].endswith(".")
    assert await site.desk.store.files_of_chat(chat.id) == ()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\eve\\plan.txt", "plan.txt"),
        ("gpj.\u202etxt", "gpj.txt"),
        ("CON.txt", "_CON.txt"),
        ("a" * 4000 + ".txt", "a" * 116 + ".txt"),
        (".txt", "txt.txt"),
        ('a<b>:"c?.txt', "a_b___c_.txt"),
        ("one\u2028two.txt", "one two.txt"),
        ("readme", "readme.txt"),
        ("My%20plan%20%C4%8D.%205.txt", "My plan č. 5.txt"),
        ("..%2F..%2Fpasswd.txt", "passwd.txt"),
        ("100 %20.txt", "100 %20.txt"),
        ("%ff.txt", "%ff.txt"),
    ],
)
async def test_names_lose_what_acts_in_folders_and_on_screens(site: Site, given: str, kept: str) -> None:
    client, chat = await site.client(), await site.chat()

    status, data = await upload(client, f"chat_id={chat.id}", bearer(site, chat.visitor_id), b"hello", given)

    assert (status, data["file"]["name"]) == (201, kept)


async def test_a_thumbnail_holds_pixels_and_nothing_of_the_original_else(site: Site) -> None:
    client, chat = await site.client(), await site.chat()
    exif = Image.Exif()
    exif[0x010E] = "at my house"
    exif[0x0112] = 6  # taken on its side
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    original = picture("JPEG", (900, 600), exif=exif, comment=b"secret", icc_profile=profile)
    await sent(site, client, chat, original, "photo.jpg")
    stored = (await site.desk.store.files_of_chat(chat.id))[0]

    answer = await client.get(f"/files/{stored.thumb_id}", headers=bearer(site, chat.visitor_id))
    content = await answer.read()
    thumbnail = Image.open(io.BytesIO(content))

    assert {name: answer.headers[name] for name in SAFE} == SAFE
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="photo.webp"')
    assert (thumbnail.format, thumbnail.size) == ("WEBP", (320, 480))
    assert (stored.thumb_width, stored.thumb_height) == (320, 480)
    assert not thumbnail.getexif()
    assert "icc_profile" not in thumbnail.info
    assert b"my house" not in content
    assert b"secret" not in content


async def test_pictures_that_cannot_be_drawn_are_files_without_a_thumbnail(site: Site) -> None:
    client, chat = await site.client(), await site.chat()
    own = bearer(site, chat.visitor_id)
    drawn = {"also.gif": gif_that_is_also_html(), "moving.gif": _moving()}
    undrawn = {"bomb.png": bomb(), "half.png": picture()[:200], "other.png": b"\x89PNG\r\n\x1a\n" + HTML}

    answers = {name: await upload(client, f"chat_id={chat.id}", own, c, name) for name, c in (drawn | undrawn).items()}

    assert {name: status for name, (status, _) in answers.items()} == dict.fromkeys(answers, 201)
    shown = {name: data["file"]["thumbnail"] is not None for name, (_, data) in answers.items()}
    assert shown == dict.fromkeys(drawn, True) | dict.fromkeys(undrawn, False)


async def test_fifty_uploads_at_once_are_all_kept_whole(site: Site) -> None:
    client, chat = await site.client(), await site.chat()
    own = bearer(site, chat.visitor_id)
    contents = {f"{n}.txt": str(n).encode() * 50_000 for n in range(50)}

    await asyncio.gather(*(upload(client, f"chat_id={chat.id}", own, c, name) for name, c in contents.items()))

    files = await site.desk.store.files_of_chat(chat.id)
    kept = {file.name: b"".join([piece async for piece in await site.desk.store.open_bytes(file.id)]) for file in files}
    assert kept == contents


PART = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n'
ODD = {
    "nothing": b"",
    "a boundary": b"--b\r\n",
    "half a file": PART + b"\r\nhalf of it",
    "no file": b'--b\r\nContent-Disposition: form-data; name="other"\r\n\r\nx\r\n--b--\r\n',
    "base64": PART + b"Content-Transfer-Encoding: base64\r\n\r\naGVsbG8=\r\n--b--\r\n",
    "a form within": PART + b"Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nx\r\n--c--\r\n--b--\r\n",
    "two files": 2 * (PART + b"\r\nx\r\n") + b"--b--\r\n",
}


@pytest.mark.parametrize("body", ODD.values(), ids=ODD.keys())
async def test_a_form_that_is_half_or_odd_leaves_nothing(site: Site, body: bytes, tmp_path: Path) -> None:
    client, chat = await site.client(), await site.chat()
    headers = {**bearer(site, chat.visitor_id), "Content-Type": "multipart/form-data; boundary=b"}

    answer = await client.post(f"/api/v1/files?chat_id={chat.id}", data=body, headers=headers)

    assert (answer.status, (await answer.json())["error"]["code"]) == (422, "invalid")
    assert await site.desk.store.files_of_chat(chat.id) == ()
    assert not list((tmp_path / "files").rglob("*"))


async def test_whoever_sends_too_slowly_is_cut(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "PATIENCE_S", 0.3)
    client, chat = await site.client(), await site.chat()

    async def drip() -> AsyncIterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nx'
        await asyncio.Event().wait()

    headers = {**bearer(site, chat.visitor_id), "Content-Type": "multipart/form-data; boundary=b"}
    answer = await client.post(f"/api/v1/files?chat_id={chat.id}", data=drip(), headers=headers)

    assert answer.status == 422
    assert "in time" in (await answer.json())["error"]["message"]


async def test_an_upload_that_does_not_end_is_cut_at_the_limit(site: Site) -> None:
    client, chat = await site.client(), await site.chat()

    async def endless() -> AsyncIterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
        while True:
            yield b"a" * 65_536

    headers = {**bearer(site, chat.visitor_id), "Content-Type": "multipart/form-data; boundary=b"}
    answer = await client.post(f"/api/v1/files?chat_id={chat.id}", data=endless(), headers=headers)

    assert (answer.status, (await answer.json())["error"]["code"]) == (413, "too_large")


async def test_a_visitor_may_not_upload_without_end(guarded: Site) -> None:
    client, chat = await guarded.client(), await guarded.chat()
    own = bearer(guarded, chat.visitor_id)
    guarded.desk.limits.hit("file_bytes", chat.visitor_id, 499_999_999)

    status, data = await upload(client, f"chat_id={chat.id}", own)

    assert (status, data["error"]["code"]) == (429, "rate_limited")
    assert data["error"]["retry_after_s"] > 0
    assert await guarded.desk.store.files_of_chat(chat.id) == ()


async def test_another_sites_page_cannot_upload(site: Site) -> None:
    client, chat = await site.client(), await site.chat()
    headers = {**bearer(site, chat.visitor_id), "Origin": "https://evil.example"}

    answer = await client.post(f"/api/v1/files?chat_id={chat.id}", data=form(PDF, "a.pdf"), headers=headers)

    assert answer.status == 403


def _moving() -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (40, 30), color) for color in ("red", "blue")]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    return out.getvalue()
