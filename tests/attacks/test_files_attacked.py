"""Files as a way in: what browsers would run, names that lead elsewhere, bombs, hoards, and files of others by id."""

from __future__ import annotations

import asyncio
import io
import re
import time
import unicodedata
import zipfile
import zlib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from PIL import Image

from tests.attacks.polling import visitor_of
from tests.attacks.scene import Intruders, asked, kept_token
from tests.harness.browser import Windows
from tests.harness.desk import Desk
from tests.harness.fixtures import ADA
from tests.harness.people import VisitorClient, new_client_id
from tests.harness.wire import Json
from tests.integration.http.uploading import HTML, PDF, SVG, bomb, gif_that_is_also_html, picture
from tests.integration.protocol.firm import TOM

SCRIPT = b"window.owned = 1;"
BOUNDARY = b"semafor-attack-5c1f"
# Each is what somebody's browser runs or draws with our origin, under a name or a content that gives it away.
REFUSED = {
    b"page.html": HTML, b"page.htm": HTML, b"page.xhtml": HTML, b"page.mht": HTML, b"drawing.svg": SVG,
    b"drawing.SVG": SVG,
    b"picture.png": SVG, b"picture.jpg": HTML, b"picture.webp": b"RIFF" + HTML, b"letter.pdf": HTML,
    b"page.txt.html": HTML,
    b"script.js": SCRIPT, b"feed.xml": SVG, b"style.css": b"*{}", b"setup.exe": b"MZ\x90\x00",
    b"notes.txt": b"MZ\x90\x00",
    b"page.png%00.html": HTML, b"page.html.": HTML, b"page.html ": HTML, b"letter\xe2\x80\xaefdp.html": HTML,
    b"a.svgz": SVG,
}  # fmt: skip
# Each is what it says, and something else as well.
POLYGLOTS = {
    b"also.gif": gif_that_is_also_html(), b"also.png": picture(size=(4, 4)) + HTML, b"also.pdf": PDF + HTML,
    b"page.txt": HTML, b"drawing.txt": SVG, b"script.txt": SCRIPT, b"sheet.csv": SCRIPT,
    b"archive.zip": b"PK\x03\x04" + HTML,
}  # fmt: skip
TAKEN = re.compile(r"image/(png|gif|jpeg|webp)|application/(pdf|zip)|text/(plain|csv)")
NAMES = [
    b"../../../../etc/passwd.txt", b"..\\..\\boot.txt", b"..%2f..%2fpasswd.txt", b"/etc/passwd.txt", b"a\x00b.txt",
    b".htaccess.txt",
    "gpj.\u202etxt".encode(), "\u2066gpj.\u2069txt".encode(), b"a" * 4096 + b".txt",
    "\u5b57".encode() * 1300 + b".txt", b"CON.txt",
    b"x%0d%0aSet-Cookie: owned=1.txt", b"x%22; filename*=UTF-8''evil.html", b'x\\"; filename=evil.html',
    b"\xff\xfe.txt", b"...txt",
    "one\u2028two\u2029.txt".encode(), b"<img src=x onerror=window.owned=1>.txt", b"'; DROP TABLE files; --.txt",
    b"%n%s%x.txt",
]  # fmt: skip
ODD_RANGES: list[dict[str, str]] = [
    {},
    {"Range": "bytes=0-3", "Accept": "text/html"},
    {"Range": "bytes=" + ",".join(f"{n}-{n}" for n in range(500))},
    {"Range": "bytes=-5", "If-Range": "x", "If-None-Match": "*", "Sec-Fetch-Dest": "script"},
]
FULL = b"\xff"
TOO_MANY_PIXELS = ("pixels.png", "large.png", "screen.gif")
SOON_S = 2.0
GROWN_BYTES = 80_000_000


async def upload(
    desk: Desk, token: str, name: bytes, content: bytes, *, source: str = "127.0.0.1", **where: str
) -> tuple[int, Json]:
    """(status, JSON); the name goes out byte by byte as it is. where: chat_id, ticket."""
    head = b'--%s\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\n\r\n' % (BOUNDARY, name)
    body = head + content + b"\r\n--%s--\r\n" % BOUNDARY
    kind = f"multipart/form-data; boundary={BOUNDARY.decode()}"
    async with (
        visitor_of(desk, source, Authorization=f"Bearer {token}", **{"Content-Type": kind}) as http,
        http.post("/api/v1/files", params=where, data=body) as answer,
    ):
        return answer.status, await answer.json()


async def sent(desk: Desk, eve: VisitorClient, chat: Json, name: bytes, content: bytes) -> Json:
    """A file that stands in the conversation."""
    status, answer = await upload(desk, eve.token, name, content, chat_id=chat["id"])
    assert status == 201, (name[:60], answer)
    message = {"chat_id": chat["id"], "client_id": new_client_id(), "file_id": answer["file"]["id"]}
    await eve.ask("message:send", message)
    file: Json = answer["file"]
    return file


def path_of(file: Json) -> str:
    return urlsplit(file["url"]).path


async def test_nothing_that_a_browser_runs_is_taken_in_or_handed_out_to_be_run(
    target: Desk, intruders: Intruders
) -> None:
    eve = await intruders.visitor(target)
    chat = await eve.start("I have files", department="support")
    for name, content in REFUSED.items():
        status, answer = await upload(target, eve.token, name, content, chat_id=chat["id"])
        assert (status, answer["error"]["field"]) == (422, "file"), name

    for name, content in POLYGLOTS.items():
        path = path_of(await sent(target, eve, chat, name, content))
        async with visitor_of(target, Authorization=f"Bearer {eve.token}") as http:
            for headers in ODD_RANGES:
                async with http.get(path, headers=headers) as handed:
                    assert (handed.status, await handed.read()) == (200, content), (name, headers)
                    assert TAKEN.fullmatch(handed.content_type), (name, handed.content_type)
                    assert handed.headers["Content-Disposition"].startswith("attachment; "), name
                    assert handed.headers["X-Content-Type-Options"] == "nosniff"
                    assert "sandbox" in handed.headers["Content-Security-Policy"]
                    assert "Content-Range" not in handed.headers


async def test_no_page_of_ours_can_be_made_to_run_a_file_that_somebody_sent(
    target: Desk, intruders: Intruders, windows: Windows
) -> None:
    """In a real browser, signed in: neither as a script nor as a style. That it opens as no page, its headers say."""
    eve, ada = await intruders.visitor(target), await intruders.agent(target, ADA, status="online")
    chat = await eve.start("Please look at this", department="support")
    await ada.assigned(chat["id"])
    path = path_of(await sent(target, eve, chat, b"script.txt", SCRIPT))
    page = await windows.open(f"{target.url}/agent")
    await page.context.add_cookies([{"name": "semafor_session", "value": ada.token, "url": target.url}])

    tried = await page.evaluate(
        """async (path) => {
            const load = (tag, attributes) => new Promise((done) => {
                const element = Object.assign(document.createElement(tag), attributes);
                element.onload = () => done(`${tag} ran`);
                element.onerror = () => done(`${tag} refused`);
                document.head.append(element);
            });
            const found = [await load('script', {src: path}), await load('link', {rel: 'stylesheet', href: path})];
            return [...found, typeof window.owned, (await fetch(path)).status];
        }""",
        path,
    )

    assert tried == ["script refused", "link refused", "undefined", 200]
    windows.complaints.clear()  # what the browser says of each refusal


async def test_names_of_files_are_names_and_nothing_else(target: Desk, intruders: Intruders) -> None:
    """No folder, header, direction, line or end of text; what cannot be a name at all is refused with a sentence."""
    eve = await intruders.visitor(target)
    chat = await eve.start("Odd names", department="support")
    for given in NAMES:
        status, answer = await upload(target, eve.token, given, b"hello", chat_id=chat["id"])
        assert (status == 201) != (answer.get("error", {}).get("code") == "invalid"), given[:60]
        if status != 201:
            continue
        name = answer["file"]["name"]
        assert 0 < len(name) <= 120, given[:60]
        assert not set(name) & set('/\\:"<>|?*'), (given[:60], name)
        assert not name.startswith("."), name
        assert {unicodedata.category(char) for char in name}.isdisjoint({"Cc", "Cf", "Cs", "Zl", "Zp"}), given[:60]
        path = path_of(answer["file"])
        async with visitor_of(target, Authorization=f"Bearer {eve.token}") as http, http.get(path) as handed:
            assert re.fullmatch(
                r"attachment; filename=\"[^\"\\\r\n]+\"; filename\*=UTF-8''[\w.%~!#$&+^`|-]+",
                handed.headers["Content-Disposition"],
            ), (given[:60], handed.headers["Content-Disposition"])
            assert "Set-Cookie" not in handed.headers


async def test_a_file_of_another_conversation_is_as_unknown_as_one_that_never_was(
    target: Desk, intruders: Intruders
) -> None:
    owner, eve = await intruders.visitor(target), await intruders.visitor(target)
    theirs = await owner.start("Mine", department="support")
    mine = await eve.start("And this is mine", department="sales")
    file = await sent(target, owner, theirs, b"secret.png", picture())
    made = await eve.ask(
        "chat:to_ticket", {"client_id": "f", "email": "eve@example.com", "question": "q", "department": "sales"}
    )
    signed = made["ticket"]["url"].rpartition("/")[2]
    thumbnail = path_of({"url": file["thumbnail"]["url"]}).rpartition("/")[2]
    near = [file["id"][:-1] + digit for digit in "0123456789abcdef" if digit != file["id"][-1]]
    guesses = [
        *near,
        file["id"].upper(),
        "0" * 32,
        "x",
        "..%2f",
        "%00",
        f"{file['id']}%00",
        f"{file['id']}.png",
        "a" * 3000,
    ]

    for token in (eve.token, await kept_token(target, TOM)):
        unknown = await asked(target, "GET", f"/files/{'0' * 32}", token=token)
        assert unknown[0] == 404
        for name in (file["id"], thumbnail):
            assert await asked(target, "GET", f"/files/{name}", token=token) == unknown
    for guess in guesses:
        assert (await asked(target, "GET", f"/files/{guess}", token=owner.token))[0] == 404, guess[:60]
    for name in (file["id"], thumbnail):
        assert (await asked(target, "GET", f"/t/{signed}/files/{name}"))[0] == 404
        for nobody in ({}, {"Authorization": "Bearer x"}, {"Cookie": f"semafor_session={eve.token}"}):
            assert (await asked(target, "GET", f"/files/{name}", headers=nobody))[0] == 401
        assert (await asked(target, "GET", f"/files/{name}?token={owner.token}"))[0] == 401
        steal = {"chat_id": mine["id"], "client_id": new_client_id(), "file_id": name}
        assert (await eve.refused("message:send", steal))["code"] == "not_found"
    number = made["ticket"]["number"]
    for where in ({"chat_id": theirs["id"]}, {"chat_id": "0" * 24}, {"ticket": number}):
        assert (await upload(target, eve.token, b"a.txt", b"x", **where))[0] == 404, where


async def test_bombs_are_kept_as_they_are_and_slow_nobody_down(target: Desk, intruders: Intruders) -> None:
    """Nothing but pictures is ever unpacked, and those by a process that may take little."""
    eve, calm = await intruders.visitor(target), await intruders.visitor(target)
    chat = await eve.start("Look what I have", department="support")
    bombs = {
        b"pixels.png": bomb(),
        b"large.png": _of_zeros(9_000, 9_000),
        b"profile.png": _with_chunk(b"iCCP", b"x\x00\x00" + zlib.compress(bytes(60_000_000), 9)),
        b"words.png": _with_chunk(b"zTXt", b"x\x00\x00" + zlib.compress(bytes(60_000_000), 9)),
        b"screen.gif": b"GIF89a%s\x80%s,%s%s%s" % (4 * FULL, bytes(8), bytes(4), 4 * FULL, b"\x00\x02\x02D\x01\x00;"),
        b"zeros.zip": _packed(60_000_000),
        b"zeros.docx": _packed(60_000_000),
    }  # fmt: skip
    before_bytes = _resident_bytes(target)
    uploads = asyncio.gather(
        *(upload(target, eve.token, name, content, chat_id=chat["id"]) for name, content in bombs.items())
    )
    worst_s = 0.0
    while not uploads.done():
        began = time.monotonic()
        await calm.ask("page", {"url": "https://x.example"})
        worst_s = max(worst_s, time.monotonic() - began)
        await asyncio.wait({uploads}, timeout=0.05)

    for status, answer in await uploads:
        assert (status, answer["file"]["thumbnail"]) in ((201, None), (201, _small(answer)))
        assert not (answer["file"]["thumbnail"] and answer["file"]["name"] in TOO_MANY_PIXELS), answer["file"]["name"]
    assert worst_s < SOON_S
    assert _resident_bytes(target) - before_bytes < GROWN_BYTES


async def test_nobody_hoards_files_here_whoever_they_say_they_are(tight: Desk, intruders: Intruders) -> None:
    """Counted by number and by bytes, for a person and for a network address, however many persons come from it."""

    async def offer(who: VisitorClient, chat: Json, size: int, source: str = "127.0.0.4") -> tuple[int, Any]:
        status, answer = await upload(tight, who.token, b"a.txt", b"a" * size, source=source, chat_id=chat["id"])
        error = answer.get("error", {})
        assert status == 201 or (error["code"] == "rate_limited" and 0 < error["retry_after_s"] <= 601), answer
        return status, None

    people = [await intruders.visitor(tight) for _ in range(5)]
    chats = [await who.start("Files", department="support") for who in people]
    hoarder, many, *others = zip(people, chats, strict=True)

    large = [(await offer(*hoarder, 40_000))[0] for _ in range(3)]
    small = [(await offer(*many, 10))[0] for _ in range(5)]
    rest = [(await offer(*other, 60_000))[0] for other in others]

    assert large == [201, 201, 429], "100,000 bytes of one person"
    assert small == [201] * 4 + [429], "four files of one person"
    assert rest == [201, 201, 429], "250,000 bytes of one address"
    assert (await offer(*others[-1], 10, "127.0.0.5"))[0] == 201, "others go on"


def _with_chunk(kind: bytes, content: bytes) -> bytes:
    """A small PNG with one chunk more, right behind its header."""
    whole = picture(size=(4, 4))
    chunk = len(content).to_bytes(4, "big") + kind + content + zlib.crc32(kind + content).to_bytes(4, "big")
    return whole[:33] + chunk + whole[33:]


def _of_zeros(width: int, height: int) -> bytes:
    """A PNG of 80 kB that is all that it says: more pixels than are drawn here, fewer than the decoder itself minds."""
    out = io.BytesIO()
    Image.new("L", (width, height)).save(out, "PNG")
    return out.getvalue()


def _packed(size: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(size))
    return out.getvalue()


def _small(answer: Json) -> Any:
    """A thumbnail that is none of the size that the bomb claims."""
    thumbnail = answer["file"]["thumbnail"]
    return thumbnail if thumbnail and max(thumbnail["width"], thumbnail["height"]) <= 480 else "no such"


def _resident_bytes(desk: Desk) -> int:
    status = Path(f"/proc/{desk.pid}/status").read_text().splitlines()
    return 1024 * int(next(line for line in status if line.startswith("VmRSS")).split()[1])
