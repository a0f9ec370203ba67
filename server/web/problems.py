"""Problems for agents: what belongs together, and solving it for everybody at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from server import wire
from server.fields import Body, ClientId, Id, Line, OptionalBody, Request
from server.web.bodies import Cursor
from server.web.cursors import opened, sealed
from server.web.endpoints import Call, Endpoint, Json, Nothing
from transcripts.problem_answers import Customer, drafted
from transcripts.problems import LinkKind, Problem, ProblemChanges, ProblemStatus
from transcripts.records import Chat, Ticket

MOST_AT_ONCE = 500


class ProblemSearch(Request):
    status: ProblemStatus | None = None
    cursor: Cursor | None = None


class ProblemNew(Request):
    title: Line
    cause: OptionalBody = None
    solution: OptionalBody = None
    client_id: ClientId | None = None


class ProblemPatch(Request):
    """cause or solution null: not known any more."""

    title: Line | None = None
    cause: OptionalBody = None
    solution: OptionalBody = None

    def changes(self) -> ProblemChanges:
        said = self.model_fields_set
        return ProblemChanges(
            self.title,
            (self.cause or "") if "cause" in said else None,
            (self.solution or "") if "solution" in said else None,
        )


class ProblemLinks(Request):
    tickets: Annotated[list[Id], Field(max_length=MOST_AT_ONCE, default_factory=list)]
    chats: Annotated[list[Id], Field(max_length=MOST_AT_ONCE, default_factory=list)]


class ProblemText(Request):
    message: Body


class ProblemSolve(ProblemText):
    """message: with the variables {visitor.name} and {ticket.number}."""

    cause: OptionalBody = None
    solution: OptionalBody = None


async def search(call: Call, given: ProblemSearch) -> Json:
    page, following = await call.desk.store.problems(given.status, opened("problems", given.cursor))
    return {"problems": [_problem(problem) for problem in page], "next": sealed("problems", following)}


async def create(call: Call, given: ProblemNew) -> Json:
    call.desk.limits.hit("ticket", call.agent.id)
    made = await call.desk.problems.add(call.agent, given.title, given.cause, given.solution, given.client_id)
    return await _detail(call, made)


async def read(call: Call, _: Nothing) -> Json:
    return await _detail(call, await call.desk.problems.problem(call.part("id")))


async def change(call: Call, given: ProblemPatch) -> Json:
    return await _detail(call, await call.desk.problems.change(call.part("id"), given.changes()))


async def link(call: Call, given: ProblemLinks) -> Json:
    linked = await call.desk.problems.link(call.agent, call.part("id"), given.tickets, given.chats)
    return await _detail(call, linked)


async def unlink_ticket(call: Call, _: Nothing) -> Json:
    return await _unlink(call, "ticket", call.part("number"))


async def unlink_chat(call: Call, _: Nothing) -> Json:
    return await _unlink(call, "chat", call.part("chat"))


async def preview(call: Call, given: ProblemText) -> Json:
    await call.desk.problems.problem(call.part("id"))
    found = await call.desk.problems.preview(call.agent, call.part("id"), given.message)
    return {"customers": [_customer(customer, text) for customer, text in found]}


async def solve(call: Call, given: ProblemSolve) -> Json:
    call.desk.limits.hit("ticket", call.agent.id)
    solved = await call.desk.problems.solve(call.agent, call.part("id"), given.message, given.cause, given.solution)
    return await _detail(call, solved)


async def problems_of(call: Call, kind: LinkKind, subjects: Sequence[str]) -> dict[str, Json]:
    """What tickets and chats carry as their `problem`, by number or id."""
    found = await call.desk.store.problems_of(kind, subjects) if subjects else {}
    return {subject: {"id": p.id, "title": p.title, "status": p.status} for subject, p in found.items()}


async def shown_tickets(call: Call, tickets: Sequence[Ticket]) -> list[Json]:
    """Tickets as the wire has them, each with its problem."""
    problems = await problems_of(call, "ticket", [ticket.number for ticket in tickets])
    return [{**call.desk.wire.ticket(ticket), "problem": problems.get(ticket.number)} for ticket in tickets]


async def shown_ticket(call: Call, ticket: Ticket) -> Json:
    return (await shown_tickets(call, [ticket]))[0]


async def chats_problem(call: Call, _: Nothing) -> Json:
    """For a chat's card. A chat out of the agent's sight is answered like an unknown one."""
    chat = await call.desk.agent_chats.find(call.agent, call.part("id"))
    return {"problem": (await problems_of(call, "chat", [chat.id])).get(chat.id)}


async def _unlink(call: Call, kind: LinkKind, subject: str) -> Json:
    return await _detail(call, await call.desk.problems.unlink(call.agent, call.part("id"), kind, subject))


async def _detail(call: Call, problem: Problem) -> Json:
    linked = await call.desk.problems.linked(call.agent, problem.id)
    return {
        "problem": _problem(problem),
        "tickets": [_ticket(call, ticket) for ticket in linked.tickets],
        "chats": [_chat(call, chat) for chat in linked.chats],
        "hidden": linked.hidden,
        "draft": drafted(problem),
    }


def _problem(p: Problem) -> Json:
    solved_by = None if p.solved_at is None else {"kind": "agent", "id": p.solved_by_id, "name": p.solved_by_name}
    return {
        "id": p.id,
        "title": p.title,
        "status": p.status,
        "cause": p.cause,
        "solution": p.solution,
        "answer": p.answer,
        "created_at": wire.moment(p.created_at),
        "created_by": wire.author(p.created_by),
        "solved_at": wire.moment(p.solved_at),
        "solved_by": solved_by,
        "answered_at": wire.moment(p.answered_at),
        "linked": p.links_n,
    }


def _ticket(call: Call, ticket: Ticket) -> Json:
    return {
        "number": ticket.number,
        "subject": ticket.subject,
        "status": ticket.status,
        "priority": ticket.priority,
        "department": call.desk.wire.department(ticket.department_id),
        "requester": {"name": ticket.requester_name, "email": ticket.requester_email},
        "created_at": wire.moment(ticket.created_at),
    }


def _chat(call: Call, chat: Chat) -> Json:
    return {
        "id": chat.id,
        "question": chat.question,
        "state": chat.state,
        "department": call.desk.wire.department(chat.department_id),
        "visitor": {"name": chat.visitor_name, "email": chat.visitor_email},
        "created_at": wire.moment(chat.created_at),
    }


def _customer(customer: Customer, text: str) -> Json:
    held = [chat.id for chat in customer.chats if chat.state == "active"]
    by_mail = bool(customer.tickets) or (len(held) < len(customer.chats) and customer.email is not None)
    how = [*(["mail"] if by_mail else []), *(["message"] if held else [])]
    return {
        "name": customer.name,
        "email": customer.email,
        "tickets": [ticket.number for ticket in customer.tickets],
        "chats": [chat.id for chat in customer.chats],
        "by": how,
        "text": text,
    }


_DETAIL = ("problem", "tickets", "chats", "hidden", "draft")
ENDPOINTS = (
    Endpoint("GET", "/problems", "Problems, newest first.", ProblemSearch, search, ("problems", "next")),
    Endpoint("POST", "/problems", "Make a problem.", ProblemNew, create, _DETAIL, status=201),
    Endpoint("GET", "/problems/{id}", "Read a problem and what is linked to it.", Nothing, read, _DETAIL),
    Endpoint("PATCH", "/problems/{id}", "Change a problem.", ProblemPatch, change, _DETAIL),
    Endpoint("POST", "/problems/{id}/links", "Link tickets and chats.", ProblemLinks, link, _DETAIL),
    Endpoint("DELETE", "/problems/{id}/links/tickets/{number}", "Unlink a ticket.", Nothing, unlink_ticket, _DETAIL),
    Endpoint("DELETE", "/problems/{id}/links/chats/{chat}", "Unlink a chat.", Nothing, unlink_chat, _DETAIL),
    Endpoint("POST", "/problems/{id}/preview", "Whom solving would tell what.", ProblemText, preview, ("customers",)),
    Endpoint("POST", "/problems/{id}/solve", "Solve it and answer everybody once.", ProblemSolve, solve, _DETAIL),
    Endpoint("GET", "/chats/{id}/problem", "The problem a chat belongs to.", Nothing, chats_problem, ("problem",)),
)
