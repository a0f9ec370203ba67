"""Every kind of person, and what they ask for: one of each thing, of the department support."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from server.ids import new_id
from server.requests import MessageSend
from tests.integration.http.people import Site, account
from transcripts.contacts import Contact
from transcripts.operations import Assign, NewMail
from transcripts.problems import LinkKind, Problem, ProblemLink
from transcripts.records import Agent, Author, Chat, Role, Session, Ticket

RANK = {"agent": 0, "manager": 1, "admin": 2}
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Person:
    """role None: no account that may sign in. sees: the department support. token: the scope of an API token."""

    name: str
    role: Role | None = None
    sees: bool = False
    holds: bool = False
    search: bool = True
    export: bool = True
    is_visitor: bool = False
    token: str | None = None


PEOPLE = (
    Person("nobody"),
    Person("visitor", is_visitor=True),
    Person("ada", "agent", sees=True),
    Person("holder", "agent", sees=True, holds=True),
    Person("bob", "agent"),
    Person("remote", "agent", sees=True, search=False, export=False),
    Person("past", None),
    Person("gone", None),
    Person("mia", "manager", sees=True),
    Person("seller", "manager"),
    Person("boss", "manager", sees=True),
    Person("max", "admin", sees=True),
    Person("kim", "admin", sees=True, search=False, export=False),
    Person("token of an agent", "agent", sees=True, token="write"),
    Person("token of an admin that reads", "admin", sees=True, token="read"),
    Person("token of an admin", "admin", sees=True, token="write"),
)


async def arrive(site: Site) -> dict[str, Agent]:
    """The people besides those whom every site has, by name."""
    desk, now = site.desk, site.desk.clock.now()
    past = replace(account("past", "agent", "support"), ends_at=now - timedelta(seconds=1))
    for person in (
        account("holder", "agent", "support"),
        replace(account("remote", "agent", "support"), may_search=False, may_export=False, ends_at=now + DAY),
        past,
        account("seller", "manager", "sales"),
        account("boss", "manager"),
        replace(account("kim", "admin"), may_search=False, may_export=False),
    ):
        await desk.store.add_agent(person)
    await desk.directory.refresh()
    return {agent.email.partition("@")[0]: agent for agent in await desk.store.agents()}


@dataclass
class Things:
    """One of each, all of support; the visitor's own and the holder's."""

    chat: Chat
    ticket: Ticket
    contact: Contact
    mail_id: str
    file_id: str
    problem_id: str

    @property
    def names(self) -> dict[str, Any]:
        """What requests call them."""
        return {"chat_id": self.chat.id, "tickets": [self.ticket.number]}

    def parts(self, what: str) -> str:
        """The path with its parts filled in: by what stands before them, else somebody unknown."""
        known = {
            "chats": self.chat.id,
            "tickets": self.ticket.number,
            "contacts": self.contact.id,
            "mails": self.mail_id,
            "files": self.file_id,
            "problems": self.problem_id,
            "t": "forged",
        }
        done: list[str] = []
        for part in what.partition(" ")[2].split("/"):
            filled = known.get(done[-1] if done else "", "unknown") if part.startswith("{") else part
            done.append(filled.replace(".{form}", ".json"))
        return "/".join(done)


async def things(site: Site, people: dict[str, Agent]) -> Things:
    desk = site.desk
    chat = await site.chat()
    holder = people["holder"].id
    await desk.store.assign(Assign(chat.id, holder, chat.route_version, None, desk.clock.now, ()))
    author = Author("visitor", chat.visitor_id, "Eve")
    file = await desk.files.take_in(io.BytesIO(b"words"), "words.txt", author, chat_id=chat.id)
    await desk.messages.send(author, MessageSend(chat_id=chat.id, client_id=new_id(), file_id=file.id))
    ticket = await site.ticket()
    contact = await desk.store.contact_by_address("eve@example.com")
    assert contact is not None
    mail = NewMail(new_id(), "ticket_update", "eve@example.com", "en", f"<{new_id()}@desk>", ticket.number)
    await desk.store.queue_mail(mail, desk.clock.now())
    by = Author("agent", people["ada"].id, "Ada")
    problem = await desk.store.add_problem(Problem(new_id(), "The belt stands", desk.clock.now(), by))
    linked: list[tuple[LinkKind, str]] = [("ticket", ticket.number), ("chat", chat.id)]
    now = desk.clock.now()
    await desk.store.link_problem(problem.id, [ProblemLink(problem.id, kind, subject, now) for kind, subject in linked])
    kept = await desk.store.chat(chat.id)
    assert kept is not None
    return Things(kept, ticket, contact, mail.id, file.id, problem.id)


async def session(site: Site, agent: Agent) -> str:
    """A bearer token as after signing in, without the quarter of a second that a password costs."""
    token, now = new_id(), site.desk.clock.now()
    token_hash = hashlib.sha256(token.encode()).hexdigest()
    await site.desk.store.add_session(Session(token_hash, agent.id, now, now + timedelta(hours=1)))
    return token
