"""Problems: what several tickets and chats have in common, and the one answer that all their customers get.

Values and pure rules. A problem is solved once; from then on its links stand still, so that the answers that are still
owed can be worked out again after a crash and lead to the same mails (problem_answers.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, Protocol

from transcripts.errors import Conflict
from transcripts.records import Author

ProblemStatus = Literal["open", "solved"]
LinkKind = Literal["ticket", "chat"]


@dataclass(frozen=True, slots=True)
class Problem:
    """answer: the text with variables that solved it, kept as it was sent. solved_by_id, solved_by_name: the agent who
    did, whoever asked again.

    answered_at: everybody has been answered; None on a solved problem: some are still owed. links_n: how many tickets
    and chats are linked. version grows with every change, links too.
    """

    id: str
    title: str
    created_at: datetime
    created_by: Author
    status: ProblemStatus = "open"
    cause: str | None = None
    solution: str | None = None
    answer: str | None = None
    solved_at: datetime | None = None
    solved_by_id: str | None = None
    solved_by_name: str | None = None
    answered_at: datetime | None = None
    links_n: int = 0
    version: int = 1


@dataclass(frozen=True, slots=True)
class ProblemLink:
    """subject: a ticket's number or a chat's id, which belongs to at most one problem."""

    problem_id: str
    kind: LinkKind
    subject: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ProblemChanges:
    """None: leave as it is; "" takes a cause or a solution back."""

    title: str | None = None
    cause: str | None = None
    solution: str | None = None


@dataclass(frozen=True, slots=True)
class Solving:
    answer: str
    by: Author
    at: datetime
    cause: str | None = None
    solution: str | None = None


Change = Callable[[Problem], Problem]


class ProblemStore(Protocol):
    async def add_problem(self, problem: Problem) -> Problem:
        """The same id again: the one that is there."""

    async def problem(self, problem_id: str) -> Problem | None: ...

    async def problems(
        self, status: ProblemStatus | None, cursor: str | None, limit: int = 50
    ) -> tuple[tuple[Problem, ...], str | None]:
        """A page, newest first, and the cursor of the next."""

    async def change_problem(self, problem_id: str, changes: ProblemChanges) -> Problem:
        """Raises NotFound."""

    async def link_problem(self, problem_id: str, links: Sequence[ProblemLink]) -> Problem:
        """All of them or none; what is linked to this problem already is no error.

        Raises NotFound, Conflict (the problem is solved, or one of them belongs to another problem).
        """

    async def unlink_problem(self, problem_id: str, kind: LinkKind, subject: str) -> Problem:
        """Raises NotFound (also where there is no such link), Conflict (the problem is solved)."""

    async def links_of(self, problem_id: str) -> tuple[ProblemLink, ...]:
        """In the order in which they were made."""

    async def problems_of(self, kind: LinkKind, subjects: Sequence[str]) -> Mapping[str, Problem]:
        """By subject; those without a problem are not in it."""

    async def solve_problem(self, problem_id: str, solving: Solving) -> Problem:
        """Solved from now on. A solved one stays as it is, whatever is said the second time. Raises NotFound."""

    async def finish_problem(self, problem_id: str, at: datetime) -> None:
        """Everybody is answered. Raises NotFound."""

    async def unanswered_problems(self) -> tuple[Problem, ...]:
        """Solved, and not finished."""


# ---- rules ----------------------------------------------------------------------------------------------------------


def changed(problem: Problem, changes: ProblemChanges) -> Problem:
    return replace(
        problem,
        title=changes.title or problem.title,
        cause=problem.cause if changes.cause is None else changes.cause or None,
        solution=problem.solution if changes.solution is None else changes.solution or None,
        version=problem.version + 1,
    )


def relinked(problem: Problem, by: int) -> Problem:
    """With so many links more. Raises Conflict."""
    if problem.status == "solved":
        raise Conflict(f"problem {problem.id} is solved")
    return replace(problem, links_n=problem.links_n + by, version=problem.version + 1)


def solved(problem: Problem, solving: Solving) -> Problem | None:
    """None: it was solved before."""
    if problem.status == "solved":
        return None
    return replace(
        problem,
        status="solved",
        cause=solving.cause or problem.cause,
        solution=solving.solution or problem.solution,
        answer=solving.answer,
        solved_at=solving.at,
        solved_by_id=solving.by.id,
        solved_by_name=solving.by.name,
        version=problem.version + 1,
    )


def finished(problem: Problem, at: datetime) -> Problem:
    return replace(problem, answered_at=problem.answered_at or at, version=problem.version + 1)
