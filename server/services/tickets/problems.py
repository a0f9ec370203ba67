"""Problems: what belongs together, and the one answer to everybody it concerns.

Solving is one write; the answers follow from it (transcripts/problem_answers.py), each under an id of its own, so that
doing it twice, after a crash or on two servers at once, tells nobody anything twice. What is still owed is found in the
record by whoever leads.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from server import access
from server.clock import Clock
from server.errors import Refusal, not_found
from server.ids import new_id
from server.log import logger
from server.services.known.roll_call import RollCall
from server.settings import Settings
from transcripts import problem_answers as answers
from transcripts.errors import ChatClosed, Conflict, NotHeld
from transcripts.operations import NewMessage
from transcripts.port import Store
from transcripts.problem_answers import Customer, UnknownVariableError
from transcripts.problems import LinkKind, Problem, ProblemChanges, ProblemLink, Solving
from transcripts.records import Agent, Author, Chat, Ticket


@dataclass(frozen=True, slots=True)
class Linked:
    """What belongs to a problem, as far as one agent may see it. hidden: how many more there are."""

    tickets: tuple[Ticket, ...]
    chats: tuple[Chat, ...]
    hidden: int


class Problems:
    def __init__(self, store: Store, roll_call: RollCall, clock: Clock, settings: Settings) -> None:
        self._store = store
        self._roll_call = roll_call
        self._clock = clock
        self._settings = settings
        self._answering = asyncio.Lock()

    async def tick(self) -> None:
        """Give the answers that are still owed. Raises StoreUnavailable; the next tick goes on."""
        if self._roll_call.is_leader():
            for problem in await self._store.unanswered_problems():
                await self._answer(problem)

    async def problem(self, problem_id: str) -> Problem:
        """Raises Refusal not_found."""
        problem = await self._store.problem(problem_id)
        if problem is None:
            raise not_found("problem")
        return problem

    async def add(
        self, agent: Agent, title: str, cause: str | None, solution: str | None, client_id: str | None
    ) -> Problem:
        """Once per agent and client_id. Raises Refusal conflict (client_id with other content)."""
        problem_id = new_id()
        if client_id is not None:
            problem_id = hashlib.sha256(f"problem {agent.id} {client_id}".encode()).hexdigest()[:24]
        new = Problem(problem_id, title, self._clock.now(), _author(agent), cause=cause, solution=solution)
        made = await self._store.add_problem(new)
        if made.version == 1 and (made.title, made.cause, made.solution) != (title, cause, solution):
            raise Refusal("conflict", "This client_id made another problem.")
        return made

    async def change(self, problem_id: str, changes: ProblemChanges) -> Problem:
        """Raises Refusal not_found."""
        await self.problem(problem_id)
        return await self._store.change_problem(problem_id, changes)

    async def link(self, agent: Agent, problem_id: str, tickets: Sequence[str], chats: Sequence[str]) -> Problem:
        """All or none. Raises Refusal not_found, conflict (solved, or one belongs to another problem)."""
        problem = await self.problem(problem_id)
        for number in tickets:
            access.agents_ticket(await self._store.ticket(number), agent)
        for chat_id in chats:
            access.agents_chat(await self._store.chat(chat_id), agent)
        wanted: list[tuple[LinkKind, str]] = [("ticket", number) for number in dict.fromkeys(tickets)]
        wanted += [("chat", chat_id) for chat_id in dict.fromkeys(chats)]
        now = self._clock.now()
        try:
            links = [ProblemLink(problem_id, kind, subject, now) for kind, subject in wanted]
            return await self._store.link_problem(problem_id, links)
        except Conflict as exc:
            if problem.status == "solved":
                raise _solved() from exc
            raise Refusal("conflict", "One of them belongs to another problem. Unlink it there first.") from exc

    async def unlink(self, agent: Agent, problem_id: str, kind: LinkKind, subject: str) -> Problem:
        """Raises Refusal not_found, conflict (solved)."""
        await self.problem(problem_id)
        if kind == "ticket":
            access.agents_ticket(await self._store.ticket(subject), agent)
        else:
            access.agents_chat(await self._store.chat(subject), agent)
        try:
            return await self._store.unlink_problem(problem_id, kind, subject)
        except Conflict as exc:
            raise _solved() from exc

    async def linked(self, agent: Agent, problem_id: str) -> Linked:
        tickets, chats = await self._all_linked(problem_id)
        seen = tuple(t for t in tickets if access.in_scope(agent, t.department_id) or t.assignee == agent.id)
        said = tuple(c for c in chats if access.in_scope(agent, c.department_id) or c.agent_id == agent.id)
        return Linked(seen, said, len(tickets) + len(chats) - len(seen) - len(said))

    async def preview(self, agent: Agent, problem_id: str, text: str) -> tuple[tuple[Customer, str], ...]:
        """Whom solving would tell what, of those the agent may see. Raises Refusal invalid, field `message`."""
        _check(text)
        linked = await self.linked(agent, problem_id)
        found = answers.customers(linked.tickets, linked.chats)
        return tuple((customer, answers.filled(text, customer.name, customer.numbers)) for customer in found)

    async def solve(self, agent: Agent, problem_id: str, text: str, cause: str | None, solution: str | None) -> Problem:
        """Solve it and answer everybody; a solved one only gets what is still owed.

        Raises Refusal not_found, invalid (field `message`), forbidden (departments the agent does not see).
        """
        problem = await self.problem(problem_id)
        if problem.status == "open":
            _check(text)
            if (await self.linked(agent, problem_id)).hidden and not access.is_at_least(agent, "manager"):
                raise Refusal("forbidden", "It concerns departments that you do not see. Ask a manager to solve it.")
            order = Solving(text, _author(agent), self._clock.now(), cause, solution)
            problem = await self._store.solve_problem(problem_id, order)
        await self._answer(problem)
        return await self.problem(problem_id)

    # ---- inside -----------------------------------------------------------------------------------------------------

    async def _answer(self, problem: Problem) -> None:
        """Whatever of it is done already is not done again. Raises StoreUnavailable."""
        if problem.answered_at is not None:
            return
        async with self._answering:
            tickets, chats = await self._all_linked(problem.id)
            for customer in answers.customers(tickets, chats):
                await self._answer_customer(problem, customer)
            await self._store.finish_problem(problem.id, self._clock.now())
        logger.info("problem_solved", problem=problem.id, tickets=len(tickets), chats=len(chats))

    async def _answer_customer(self, problem: Problem, customer: Customer) -> None:
        """In the chat that somebody holds; else by mail, which goes with the first ticket where there is one."""
        untold = [chat for chat in customer.chats if not await self._tell_in_chat(problem, customer, chat)]
        now = self._clock.now()
        for index, ticket in enumerate(customer.tickets):
            mails = (answers.mail(problem, customer, self._settings.mail_host),) if index == 0 else ()
            changes = answers.ticket_changes(problem, customer, ticket, mails)
            await self._store.change_ticket(ticket.number, changes, now)
        if untold and not customer.tickets and customer.email is not None:
            mail = answers.mail(problem, customer, self._settings.mail_host)
            if await self._store.mail(mail.id) is None:
                try:
                    await self._store.queue_mail(mail, now)
                except Conflict:
                    return  # another server was faster

    async def _tell_in_chat(self, problem: Problem, customer: Customer, chat: Chat) -> bool:
        """Whether the chat has the answer now; it gets it only while an agent holds it."""
        if await self._has_answer(problem, chat):
            return True
        if chat.state != "active" or chat.agent_id is None:
            return False
        numbers = customer.numbers
        message = NewMessage(
            chat_id=chat.id,
            client_id=answers.mark(problem),
            author=answers.author(problem),
            body=answers.filled(problem.answer or "", customer.name, numbers),
            at=self._clock.now(),
            held_by=chat.agent_id,
        )
        try:
            await self._store.send_message(message)
        except (ChatClosed, NotHeld):
            return False
        return True

    async def _has_answer(self, problem: Problem, chat: Chat) -> bool:
        after_seq = 0
        while True:
            page = await self._store.sync(chat.id, after_seq)
            if any(said.client_id == answers.mark(problem) and said.author.kind == "agent" for said in page.messages):
                return True
            if not page.more:
                return False
            after_seq = page.messages[-1].seq

    async def _all_linked(self, problem_id: str) -> tuple[tuple[Ticket, ...], tuple[Chat, ...]]:
        links = await self._store.links_of(problem_id)
        tickets = [await self._store.ticket(link.subject) for link in links if link.kind == "ticket"]
        chats = [await self._store.chat(link.subject) for link in links if link.kind == "chat"]
        return tuple(t for t in tickets if t is not None), tuple(c for c in chats if c is not None)


def _check(text: str) -> None:
    try:
        answers.check(text)
    except UnknownVariableError as exc:
        raise Refusal("invalid", str(exc), field="message") from exc


def _solved() -> Refusal:
    return Refusal("conflict", "This problem is solved. Make a new one if it comes back.")


def _author(agent: Agent) -> Author:
    return Author("agent", agent.id, agent.name)
