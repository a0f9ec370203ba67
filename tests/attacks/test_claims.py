"""What a client says of itself is not believed: fields it has no say in, tokens of others, events of the server."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
import uuid
from typing import Any

import jwt
import pytest

from tests.attacks.scene import IDENTITY_SECRET, Intruders, asked, kept_token
from tests.harness.desk import Desk
from tests.harness.fixtures import ADA
from tests.harness.wire import ConnectionRefusedByServer, Json
from tests.integration.protocol.firm import BOSS

PRIVILEGES: Json = {
    "id": "mine", "role": "admin", "seq": 99, "at": "2020-01-01T00:00:00.000Z", "verified": "signed", "state": "active",
    "agent": {"id": "x", "name": "Ada Lovelace"}, "author": {"kind": "agent", "id": "x", "name": "Ada Lovelace"},
    "kind": None, "event": {"code": "closed"}, "priority": "urgent", "tier": 3, "line": 0, "last_seq": 0,
    "visitor": {"id": "x", "verified": "signed"}, "visitor_id": "x", "number": "1", "status": None, "assignee": "x",
    "created_at": "2020", "subject_id": "x", "locale": "cs", "resolution": "resolved", "ticket": {"number": "1"},
    "internal": False, "note_seq": 7,
}  # fmt: skip
NO_EVENTS = [
    "hello", "departments", "chat", "message", "assigned", "alarm", "incident", "connect", "disconnect", "__proto__",
    "error", "newListener", "removeListener", "disconnecting", "connect_error", "constructor",
]  # fmt: skip
OTHER_KEY = "a key of the attacker's own, as long as keys have to be"


def identity(
    secret: str = IDENTITY_SECRET, algorithm: str = "HS256", headers: Json | None = None, **claims: Any
) -> str:
    now = int(time.time())
    known = {"sub": "customer-7", "iat": now, "exp": now + 60, "jti": uuid.uuid4().hex, "email": "petr@example.com"}
    return jwt.encode({**known, "name": "Petr", **claims}, secret, algorithm=algorithm, headers=headers)


def unsigned(algorithm: str, signature: str = "") -> str:
    head, body = ({"alg": algorithm, "typ": "JWT"}, {"sub": "x", "exp": 2**33, "jti": uuid.uuid4().hex})
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (head, body)]
    return ".".join([*parts, signature])


def signed_by(key: bytes, token: str) -> str:
    head = token.rpartition(".")[0]
    made = hmac.new(key, head.encode(), hashlib.sha256).digest()
    return f"{head}.{base64.urlsafe_b64encode(made).rstrip(b'=').decode()}"


FORGED: dict[str, Any] = {
    **{f"alg {name}": lambda name=name: unsigned(name) for name in ("none", "None", "NONE", "nOnE", "")},
    "alg none with a signature": lambda: unsigned("none", identity().rpartition(".")[2]),
    "no signature": lambda: unsigned("HS256"),
    "another algorithm of the same key": lambda: identity(algorithm="HS512"),
    "a public key's algorithm": lambda: unsigned("RS256", identity().rpartition(".")[2]),
    "a key within": lambda: identity(OTHER_KEY, headers={"jwk": {"kty": "oct", "k": "bWluZQ"}}),
    "a key from elsewhere": lambda: identity(OTHER_KEY, headers={"jku": "https://evil.example", "kid": "../dev/null"}),
    "no key": lambda: signed_by(b"", unsigned("HS256")),
    "expired": lambda: identity(exp=int(time.time()) - 1),
    "expires as text": lambda: identity(exp="never"),
    "expires as digits": lambda: identity(exp=str(int(time.time()) + 60)),
    "issued at no moment": lambda: identity(iat=float("nan")),
    "issued as text": lambda: identity(iat="today"),
    "expires never": lambda: identity(exp=1e300),
    "expires at infinity": lambda: identity(exp=float("inf")),
    "not yet": lambda: identity(nbf=int(time.time()) + 600),
    "nobody": lambda: identity(sub=""),
    "somebody who is a number": lambda: identity(sub=7),
    "somebody who is an object": lambda: identity(sub={"$ne": 1}),
    "half a character": lambda: identity(sub="\ud800"),
    "nothing in a name": lambda: identity(jti="a\x00b"),
    "another audience": lambda: identity(aud="https://other.example"),
    "too long": lambda: identity(name="x" * 9_000),
}  # fmt: skip


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
async def test_an_identity_that_is_forged_stale_or_odd_is_refused(
    target: Desk, intruders: Intruders, forged: Any
) -> None:
    with pytest.raises(ConnectionRefusedByServer) as refused:
        await intruders.visitor(target, identity=forged())

    assert refused.value.error["data"]["code"] == "unauthorized"


async def test_an_identity_is_nobody_elses_and_a_token_of_one_kind_is_none_of_another(
    target: Desk, intruders: Intruders
) -> None:
    petr = await intruders.visitor(target, identity=(shown := identity()))
    ada = await kept_token(target, ADA)
    link = (
        await petr.ask(
            "chat:to_ticket", {"client_id": "t", "email": "p@example.com", "question": "x", "department": "support"}
        )
    )["ticket"]["url"]
    signed = link.rpartition("/")[2]

    for wrong in (shown, petr.token, signed, ada):
        with pytest.raises(ConnectionRefusedByServer):
            await intruders.visitor(target, identity=wrong)
    forged = jwt.encode({"sub": petr.hello["visitor"]["id"]}, IDENTITY_SECRET, algorithm="HS256")
    for wrong in (shown, signed, ada, forged):
        # A fresh visitor each time: the token names nobody.
        strangers = [await intruders.visitor(target, token=wrong) for _ in range(2)]
        assert len({one.hello["visitor"]["id"] for one in (petr, *strangers)}) == 3
        assert strangers[0].hello["visitor"]["verified"] is None
    for wrong in (petr.token, shown, signed):
        assert (await asked(target, "GET", "/api/v1/me", token=wrong))[0] == 401
        assert (await asked(target, "GET", "/api/v1/me", headers={"Cookie": f"semafor_session={wrong}"}))[0] == 401
    for wrong in (petr.token, shown, ada):
        assert (await asked(target, "GET", f"/t/{wrong}"))[0] == 404


async def test_a_signed_name_is_no_less_hostile_than_any_other(target: Desk, intruders: Intruders) -> None:
    """The site signs whose name it is, and takes the name from whoever registered there."""
    name = "Eve\r\nBcc: all@example.com\x00\ud800\u202e\u2066 (agent)"
    eve = await intruders.visitor(target, identity=identity(name=name, email="eve@example.com\r\nBcc: all@example.com"))

    chat = await eve.start("Hello", department="support")

    assert (chat["visitor"]["verified"], chat["visitor"]["email"]) == ("signed", None)
    assert chat["visitor"]["name"] == "Eve Bcc: all@example.com (agent)"


async def test_nobody_wears_a_badge_in_their_name(target: Desk, intruders: Intruders) -> None:
    """What looks like the panel's mark of who is known stands there only where the desk puts it."""
    worn = "Ada \u2714\ufe0f Lovelace \U0001f6e1\ufe0f\ue000"
    eve = await intruders.visitor(target)
    chat = await eve.start("It is me", department="support", name=worn)
    mal = await intruders.visitor(target, identity=identity(name=worn))
    signed = await mal.start("It is me", department="support")
    nobody = await (await intruders.visitor(target)).start("It is me", department="support", name="\u2705")
    turned = await (await intruders.visitor(target)).start(
        "It is me", department="support", name="\u202eecalevoL adA\u200b"
    )
    unseen = await (await intruders.visitor(target)).start("It is me", department="support", name="\u3164\u200b\u2800")

    assert (turned["visitor"]["name"], unseen["visitor"]["name"]) == ("ecalevoL adA", None)
    assert chat["visitor"]["name"] == signed["visitor"]["name"] == "Ada Lovelace"
    assert chat["visitor"]["verified"] is None
    assert nobody["visitor"]["name"] is None


async def test_nobody_gives_themselves_what_the_server_gives(target: Desk, intruders: Intruders) -> None:
    eve = await intruders.visitor(target)
    chat = (await eve.ask("chat:start", {**PRIVILEGES, "client_id": "s", "question": "Hm", "department": "support"}))[
        "chat"
    ]
    sent = await eve.ask("message:send", {**PRIVILEGES, "chat_id": chat["id"], "client_id": "m", "body": "first"})
    ticket = await eve.ask(
        "chat:to_ticket",
        {**PRIVILEGES, "client_id": "t", "email": "eve@example.com", "question": "x", "department": "support"},
    )
    message = (await eve.conversation(chat["id"]))[-1]

    assert (chat["state"], chat["priority"], chat["tier"], chat["agent"], chat["resolution"]) == (
        "queued",
        "normal",
        1,
        None,
        None,
    )
    assert (chat["visitor"]["id"], chat["visitor"]["verified"]) == (eve.hello["visitor"]["id"], None)
    assert (sent["seq"], message["kind"], message["author"]["kind"]) == (2, "text", "visitor")
    assert message["at"] > "2026"
    assert int(ticket["ticket"]["number"]) > 10_000


async def test_an_agent_is_no_manager_for_saying_so(target: Desk, intruders: Intruders) -> None:
    ada, boss = await kept_token(target, ADA), await kept_token(target, BOSS)
    rights = {
        "role": "admin",
        "departments": ["sales"],
        "capacity": 50,
        "tier": 3,
        "email": "x@example.com",
        "password": "x" * 12,
    }

    await asked(target, "PATCH", "/api/v1/me", token=ada, json=rights)
    credentials = {**rights, "email": ADA.email, "password": ADA.password}
    signed_in = await asked(target, "POST", "/api/v1/sessions", json=credentials)
    _, me = await asked(target, "GET", "/api/v1/me", token=ada)

    assert (me["agent"]["role"], [one["id"] for one in me["agent"]["departments"]]) == ("agent", ["support"])
    assert signed_in[1]["agent"]["role"] == "agent"
    assert (await asked(target, "GET", "/api/v1/mails", token=boss))[0] == 200
    assert (await asked(target, "GET", "/api/v1/mails", token=ada))[0] == 403


async def test_acknowledgements_that_nobody_asked_for_and_events_of_the_server_do_nothing(
    target: Desk, intruders: Intruders
) -> None:
    eve, bystander = await intruders.visitor(target), await intruders.visitor(target)
    for ghost in ('43/visitor,0[{"ok":true}]', "43/visitor,1[]", '43/visitor,99999999999[{"ok":true}]'):
        await eve.send_raw(ghost)
    mark = bystander.mark()
    for event in NO_EVENTS:
        assert (await eve.refused(event, {}))["code"] == "invalid", event

    assert bystander.history[mark:] == []
    assert (await eve.start("Still here", department="support"))["state"] == "queued"
