"""People who use HTTP: signed in as somebody, or nobody; and what visitors left behind in the record."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from aiohttp import DummyCookieJar
from aiohttp.test_utils import TestClient, TestServer

from server.adapters import open_store
from server.commands.demo import INFO
from server.compose import compose
from server.desk import Desk
from server.ids import new_id
from server.requests import ToTicket
from server.services.accounts.passwords import hash_password
from server.settings import Settings
from server.web.application import make_web_app
from transcripts.operations import NewChat, NewMessage, NewNote
from transcripts.records import Agent, Author, Chat, Department, Role, Session, Ticket, Visitor

HOME = "https://desk.example"
PASSWORD = "correct horse battery staple"
PASSWORD_HASH = hash_password(PASSWORD)
Client = TestClient[Any, Any]
_numbers = count(1)


def account(name: str, role: Role, *departments: str) -> Agent:
    since = datetime(2026, 1, 1, tzinfo=UTC)
    return Agent(
        new_id(), f"{name}@example.com", name.capitalize(), role, departments, 1, 3, PASSWORD_HASH, status_since=since
    )


async def desk_of(settings: Settings) -> Desk:
    """Departments support (always open) and sales; agents ada (support) and bob (sales), manager mia, admin max."""
    store = await open_store(settings)
    await store.add_department(Department("support", "Support", None, "Europe/Prague", ("Parcel",)))
    await store.add_department(Department("sales", "Sales", "mon-fri 08:00-20:00", "Europe/Prague"))
    gone = account("gone", "agent", "support")
    for person in (
        account("ada", "agent", "support"),
        account("bob", "agent", "sales"),
        account("mia", "manager", "support"),
        account("max", "admin"),
        replace(gone, disabled_at=gone.status_since),
    ):
        await store.add_agent(person)
    desk = await compose(settings, store, HOME)
    await desk.start()
    return desk


@dataclass
class Site:
    """A desk and its web application; `demo` with the demo company's pages."""

    desk: Desk
    home: str
    _clients: list[Client] = field(default_factory=list)

    async def client(self, *, demo: bool = False, cookies: bool = False) -> Client:
        """A client of nobody. cookies: it keeps them, as a browser does."""
        app = make_web_app(self.desk, INFO if demo else None)
        made: Client = TestClient(TestServer(app), cookie_jar=None if cookies else DummyCookieJar())
        await made.start_server()
        self._clients.append(made)
        return made

    async def as_(self, name: str) -> Signed:
        """A session as after signing in, without the quarter of a second that a password costs."""
        agent = self.desk.directory.agent_by_email(f"{name}@example.com")
        assert agent is not None
        token, now = new_id(), self.desk.clock.now()
        token_hash = hashlib.sha256(token.encode()).hexdigest()
        await self.desk.store.add_session(Session(token_hash, agent.id, now, now + timedelta(hours=1)))
        return Signed(await self.client(), token)

    async def close(self) -> None:
        for client in self._clients:
            await client.close()
        await self.desk.aclose()

    # ---- what visitors left

    async def chat(self, question: str = "Where is my parcel?", department: str = "support", **more: Any) -> Chat:
        number = next(_numbers)
        visitor = Visitor(more.pop("visitor_id", f"v{number}"), self.desk.clock.now(), "Eve", "eve@example.com")
        await self.desk.store.save_visitor(visitor)
        new = NewChat(
            id=new_id(),
            visitor_id=visitor.id,
            client_id=f"c{number}",
            fingerprint="",
            department_id=department,
            question=question,
            at=self.desk.clock.now(),
            name=more.pop("name", "Eve"),
            email="eve@example.com",
            verified=None,
            locale=more.pop("locale", "en"),
            **more,
        )
        started = await self.desk.store.start_chat(new)
        assert started is not None
        return started.chat

    async def say(self, chat: Chat, body: str) -> None:
        author = Author("visitor", chat.visitor_id, chat.visitor_name)
        message = NewMessage(chat.id, f"m{next(_numbers)}", author, body, self.desk.clock.now())
        await self.desk.store.send_message(message)

    async def note(self, chat: Chat, body: str) -> None:
        note = NewNote(chat.id, f"n{next(_numbers)}", Author("agent", "ada", "Ada"), body, self.desk.clock.now())
        await self.desk.store.add_note(note)

    async def ticket(self, question: str = "Where is my parcel?", department: str = "support") -> Ticket:
        number = next(_numbers)
        request = ToTicket(client_id=f"t{number}", email="eve@example.com", question=question)
        found = self.desk.directory.department(department)
        assert found is not None
        new = self.desk.new_tickets.from_visitor(f"v{number}", "Eve", None, "en", request, found, None)
        return await self.desk.store.create_ticket(new)


@dataclass
class Signed:
    """Somebody with a session, by bearer token."""

    client: Client
    token: str

    async def call(self, method: str, path: str, *, status: int = 200, **more: Any) -> dict[str, Any]:
        """The JSON of an answer that must have this status."""
        headers = {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        answer = await self.client.request(method, f"/api/v1{path}", headers=headers, **more)
        assert answer.status == status, (answer.status, (await answer.text())[:500])
        data: dict[str, Any] = await answer.json()
        return data

    async def get(self, path: str, **query: Any) -> dict[str, Any]:
        return await self.call("GET", path, params=query)

    async def refused(self, method: str, path: str, **more: Any) -> tuple[int, str, str | None]:
        """(status, code, field) of an answer that must be an error with a sentence."""
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = await self.client.request(method, f"/api/v1{path}", headers=headers, **more)
        error = (await answer.json())["error"]
        assert answer.status >= 400
        assert error["message"]
        return answer.status, error["code"], error.get("field")

    async def page(self, path: str) -> tuple[str, str]:
        """(the page, the policy it comes with) of an answer that must be HTML."""
        answer = await self.client.get(f"/api/v1{path}", headers={"Authorization": f"Bearer {self.token}"})
        assert (answer.status, answer.content_type) == (200, "text/html")
        return await answer.text(), answer.headers["Content-Security-Policy"]
