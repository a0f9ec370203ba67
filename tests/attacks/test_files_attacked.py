"""Files as a way in: what browsers would run, names that lead elsewhere, bombs, hoards, and files of others by id."""

from __future__ import annotations

import io
import re
import unicodedata
from urllib.parse import urlsplit

from tests.attacks.polling import visitor_of
from tests.attacks.scene import Intruders, asked, kept_token
from tests.harness.browser import Windows
from tests.harness.desk import Desk
from tests.harness.fixtures import ADA
from tests.harness.people import VisitorClient, new_client_id
from tests.harness.wire import Json
from tests.integration.http.uploading import HTML, PDF, SVG, gif_that_is_also_html, picture
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


async def upload(
    desk: Desk, token: str, name: bytes, content: bytes, *, source: str = "127.0.0.1", **where: str
) -> tuple[int, Json]:
    """(status, JSON); the name goes out byte by byte as it is. where: chat_id, ticket."""
    head = b'--%s\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\n\r\n' % (BOUNDARY, name)
    body = head + content + b"\r\n--%s--\r\n" % BOUNDARY
    kind = f"multipart/form-data; boundary={BOUNDARY.decode()}"
    async with (
        visitor_of(desk, source, Authorization=f"Bearer {token}", **{"Content-Type": kind}) as http,
        http.post("/api/v1/files", params=where, data=io.BytesIO(body)) as answer,
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
