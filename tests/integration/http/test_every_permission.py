"""Every row of the table of permissions, with every kind of person: what it says is what happens.

The expectation is made from the row, the request from the route's own model: a new route is walked without a line here.
"""

from __future__ import annotations

from typing import Any, cast

import pytest

from server.commands.demo import INFO
from server.permissions import TABLE, Row
from server.sockets.agent import AgentNamespace
from server.sockets.base import BaseNamespace
from server.sockets.rooms import Connection
from server.sockets.visitor import VisitorNamespace
from server.web.application import ENDPOINTS, make_web_app
from tests.integration.http.cast import PEOPLE, RANK, Person, Things, arrive, session, things
from tests.integration.http.people import Client, Site
from tests.integration.http.samples import smallest
from transcripts.records import Agent

ROUTES = [row for row in TABLE.values() if not row.what.startswith("/")]
REFUSED = {"unauthorized", "forbidden", "not_found"}
MODELS = {endpoint.what: endpoint.given for endpoint in ENDPOINTS}


def expected(row: Row, person: Person) -> str:
    """ "ok": whatever comes, it is none of the refusals; "open": neither unauthorized nor forbidden."""
    allowed = "ok" if row.of is not None else "open"
    if row.who == "anyone" or (row.who == "visitor" and person.is_visitor):
        return allowed
    if person.role is None:
        return "unauthorized"
    if _is_barred(row, person):
        return "forbidden"
    if row.of is not None and not person.sees:
        return "not_found"
    must_hold = row.holder == "alone" or (row.holder == "or manager" and person.role == "agent")
    return "forbidden" if must_hold and not person.holds else allowed


def _is_barred(row: Row, person: Person) -> bool:
    """Whatever it is that they ask for."""
    assert person.role is not None
    reads_only = person.token == "read" and not row.what.startswith("GET ")
    return (
        (person.token is not None and (row.personal or reads_only))
        or (row.who in RANK and RANK[person.role] < RANK[row.who])
        or (row.right == "search" and not person.search)
        or (row.right == "export" and not person.export)
    )


def differs(wanted: str, found: str) -> bool:
    if wanted == "ok":
        return found in REFUSED
    return found in {"unauthorized", "forbidden"} if wanted == "open" else found != wanted


async def test_every_route_has_a_row_and_every_row_a_route(site: Site) -> None:
    app = make_web_app(site.desk, INFO)
    served = {
        f"{route.method} {route.resource.canonical}"
        for route in app.router.routes()
        if route.resource is not None and route.method != "HEAD"
    }
    assert served == {row.what for row in ROUTES}
    namespaces = (AgentNamespace(site.desk), VisitorNamespace(site.desk))
    heard = {f"{namespace.name} {event}" for namespace in namespaces for event in (*namespace.events, "connect")}
    assert heard == {what for what in TABLE if what.startswith("/")}


@pytest.mark.slow
async def test_every_route_answers_every_person_as_the_table_says(site: Site) -> None:
    people = await arrive(site)
    client = await site.client(demo=True)
    api_tokens = {
        person.name: (
            await site.desk.api_tokens.make(
                people["max"], person.name, cast("Any", person.role), ("support",), cast("Any", person.token), None
            )
        )[1]
        for person in PEOPLE
        if person.token is not None
    }
    wrong: list[str] = []
    had, tokens = await things(site, people), dict[Person, str | None]()
    for row in ROUTES:
        asking = PEOPLE if row.who != "anyone" else PEOPLE[:3]
        # The holder comes last: what they do, nobody can do a second time.
        for person in sorted(asking, key=lambda person: person.holds):
            is_first = person is asking[0]
            if row.of is not None and not row.what.startswith("GET ") and (is_first or row.what.startswith("DELETE ")):
                had, tokens = await things(site, people), {}
            if person not in tokens:
                tokens[person] = await _token(site, person, people, had, api_tokens)
            found = await _asked(client, row, had, tokens[person])
            if any(word in row.what for word in ("/sessions", "/password", "/second-factor")):
                tokens = {}  # It may have ended some.
            wanted = expected(row, person)
            if row.what == "POST /api/v1/sessions":
                wanted = "unauthorized"  # no password of anybody's: that is its answer to all
            if differs(wanted, found):
                wrong.append(f"{row.what} by {person.name}: {found}, the table says {wanted}")
    assert not wrong, "\n".join(wrong)


async def test_every_event_answers_every_person_as_the_table_says(site: Site) -> None:
    people = await arrive(site)
    wrong: list[str] = []
    for namespace in (AgentNamespace(site.desk), VisitorNamespace(site.desk)):
        for event, (model, _) in namespace.events.items():
            row, had = TABLE[f"{namespace.name} {event}"], await things(site, people)
            data = smallest(model, {**had.names, "body": "words", "agent": people["boss"].id})
            for person in sorted(_of(namespace), key=lambda person: person.holds or person.is_visitor):
                connection = _connection(namespace, _id(person, people, had))
                if namespace.name == "/visitor":
                    connection.person = await site.desk.store.visitor(connection.person_id) or await _stranger(site)
                answer = await namespace.handle(connection, event, (data,))
                found = "ok" if answer["ok"] else answer["error"]["code"]
                assert found not in ("unavailable", "rate_limited"), (row.what, answer)
                wanted = expected(row, person) if namespace.name == "/agent" else _visitors(row, person)
                if differs(wanted, found):
                    wrong.append(f"{row.what} by {person.name}: {found}, the table says {wanted}: {answer}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", ["nobody", "past", "gone"])
async def test_who_may_not_sign_in_gets_no_socket(site: Site, name: str) -> None:
    people = await arrive(site)
    token = await session(site, people[name]) if name in people else "made up"
    namespace = AgentNamespace(site.desk)
    connection = _connection(namespace, "")
    with pytest.raises(Exception, match="Sign in again"):
        await namespace.admit(connection, {"origin": "", "cookie": ""}, {"token": token})


# ---- how they ask


async def _token(
    site: Site, person: Person, people: dict[str, Agent], had: Things, api_tokens: dict[str, str]
) -> str | None:
    if person.name in api_tokens:
        return api_tokens[person.name]
    if person.is_visitor:
        visitor = await site.desk.store.visitor(had.chat.visitor_id)
        assert visitor is not None
        return site.desk.visitors.token(visitor)
    return await session(site, people[person.name]) if person.name in people else None


async def _asked(client: Client, row: Row, had: Things, token: str | None) -> str:
    """The error's code, or "ok"."""
    method = row.what.partition(" ")[0]
    model = MODELS.get(row.what)
    body = None if method == "GET" or model is None else smallest(model, had.names)
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    params = {"q": "word", "chat_id": had.chat.id}
    async with client.request(
        method, had.parts(row.what), json=body, params=params, headers=headers, allow_redirects=False
    ) as answer:
        assert answer.status < 500, (row.what, answer.status, await answer.text())
        await answer.read()
        if answer.status < 400:
            return "ok"
        if answer.content_type != "application/json":
            return {401: "unauthorized", 403: "forbidden", 404: "not_found"}.get(answer.status, "invalid")
        return str((await answer.json())["error"]["code"])


def _of(namespace: BaseNamespace) -> list[Person]:
    """Who can be connected there at all."""
    if namespace.name == "/agent":
        return [
            person for person in PEOPLE if person.token is None and person.name != "nobody" and not person.is_visitor
        ]
    return [person for person in PEOPLE if person.name in ("nobody", "visitor")]


def _visitors(row: Row, person: Person) -> str:
    return "ok" if person.is_visitor or row.of is None else "not_found"


def _id(person: Person, people: dict[str, Agent], had: Things) -> str:
    if person.is_visitor:
        return had.chat.visitor_id
    return people[person.name].id if person.name in people else "stranger"


async def _stranger(site: Site) -> object:
    return await site.desk.visitors.recognise(None, None, None, "en")


def _connection(namespace: BaseNamespace, person_id: str) -> Connection:
    made = Connection("s", "e", namespace.name, "127.0.0.1", _Deaf(), lambda _: None)
    made.person_id = person_id
    return made


class _Deaf:
    """Nobody listens at the other end."""

    def is_full(self) -> bool:
        return False

    def write(self, _: bytes) -> None:
        """Into nothing."""
