"""Problems and their links. The rules are transcripts/problems.py's."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime

from transcripts import problems as rules
from transcripts.errors import Conflict, NotFound
from transcripts.problems import LinkKind, Problem, ProblemChanges, ProblemLink, ProblemStatus, Solving
from transcripts.sqlite.base import Part
from transcripts.sqlite.rows import Rows, marks
from transcripts.sqlite.writer import Transaction

PROBLEMS = Rows(Problem, "problems", key="id")
LINKS = Rows(ProblemLink, "problem_links", key="subject")


class Problems(Part):
    async def add_problem(self, problem: Problem) -> Problem:
        def work(tx: Transaction) -> Problem:
            known = PROBLEMS.one(tx.db, "WHERE id = ?", (problem.id,))
            if known is None:
                PROBLEMS.insert(tx.db, problem)
            return known or problem

        return await self._write(work)

    async def problem(self, problem_id: str) -> Problem | None:
        return await self._read(lambda db: PROBLEMS.one(db, "WHERE id = ?", (problem_id,)))

    async def problems(
        self, status: ProblemStatus | None, cursor: str | None, limit: int = 50
    ) -> tuple[tuple[Problem, ...], str | None]:
        return await self._read(lambda db: _page(db, status, cursor, limit))

    async def change_problem(self, problem_id: str, changes: ProblemChanges) -> Problem:
        return await self._write(lambda tx: _put(tx, problem_id, lambda found: rules.changed(found, changes)))

    async def link_problem(self, problem_id: str, links: Sequence[ProblemLink]) -> Problem:
        def work(tx: Transaction) -> Problem:
            fresh = [link for link in links if _is_new(tx.db, link)]
            if not fresh:
                return _find(tx.db, problem_id)
            after = _put(tx, problem_id, lambda found: rules.relinked(found, len(fresh)))
            for link in fresh:
                LINKS.insert(tx.db, link)
            return after

        return await self._write(work)

    async def unlink_problem(self, problem_id: str, kind: LinkKind, subject: str) -> Problem:
        def work(tx: Transaction) -> Problem:
            after = _put(tx, problem_id, lambda found: rules.relinked(found, -1))
            sql = "DELETE FROM problem_links WHERE problem_id = ? AND kind = ? AND subject = ?"
            if not tx.db.execute(sql, (problem_id, kind, subject)).rowcount:
                raise NotFound(f"no {kind} {subject} in problem {problem_id}")
            return after

        return await self._write(work)

    async def links_of(self, problem_id: str) -> tuple[ProblemLink, ...]:
        return await self._read(lambda db: LINKS.all(db, "WHERE problem_id = ? ORDER BY n", (problem_id,)))

    async def problems_of(self, kind: LinkKind, subjects: Sequence[str]) -> Mapping[str, Problem]:
        def question(db: sqlite3.Connection) -> dict[str, Problem]:
            where = f"WHERE kind = ? AND subject IN ({marks(subjects)})"
            links = LINKS.all(db, where, (kind, *subjects))
            ids = sorted({link.problem_id for link in links})
            known = {problem.id: problem for problem in PROBLEMS.all(db, f"WHERE id IN ({marks(ids)})", ids)}
            return {link.subject: known[link.problem_id] for link in links}

        return await self._read(question)

    async def solve_problem(self, problem_id: str, solving: Solving) -> Problem:
        return await self._write(lambda tx: _put(tx, problem_id, lambda found: rules.solved(found, solving) or found))

    async def finish_problem(self, problem_id: str, at: datetime) -> None:
        await self._write(lambda tx: _put(tx, problem_id, lambda found: rules.finished(found, at)))

    async def unanswered_problems(self) -> tuple[Problem, ...]:
        where = "WHERE status = 'solved' AND answered_at IS NULL ORDER BY n"
        return await self._read(lambda db: PROBLEMS.all(db, where))


def _find(db: sqlite3.Connection, problem_id: str) -> Problem:
    """Raises NotFound."""
    problem = PROBLEMS.one(db, "WHERE id = ?", (problem_id,))
    if problem is None:
        raise NotFound(f"no problem {problem_id}")
    return problem


def _put(tx: Transaction, problem_id: str, change: rules.Change) -> Problem:
    """Raises NotFound, and what `change` raises."""
    before = _find(tx.db, problem_id)
    after = change(before)
    PROBLEMS.update(tx.db, before, after)
    return after


def _is_new(db: sqlite3.Connection, link: ProblemLink) -> bool:
    """False: it is there already. Raises Conflict where it belongs to another problem."""
    known = LINKS.one(db, "WHERE kind = ? AND subject = ?", (link.kind, link.subject))
    if known is not None and known.problem_id != link.problem_id:
        raise Conflict(f"{link.kind} {link.subject} belongs to another problem")
    return known is None


def _page(
    db: sqlite3.Connection, status: ProblemStatus | None, cursor: str | None, limit: int
) -> tuple[tuple[Problem, ...], str | None]:
    conditions, args = ([], []) if status is None else (["status = ?"], [status])
    return PROBLEMS.page(db, conditions, args, cursor, limit)
