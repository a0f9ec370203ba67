"""Problems in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from transcripts import problems as rules
from transcripts.cursors import number_of
from transcripts.errors import Conflict, NotFound
from transcripts.memory.base import MemoryBase
from transcripts.problems import LinkKind, Problem, ProblemChanges, ProblemLink, ProblemStatus, Solving


class MemoryProblems(MemoryBase):
    def __init__(self) -> None:
        super().__init__()
        self._problems: dict[str, Problem] = {}
        self._problem_links: dict[tuple[LinkKind, str], ProblemLink] = {}

    async def add_problem(self, problem: Problem) -> Problem:
        return self._problems.setdefault(problem.id, problem)

    async def problem(self, problem_id: str) -> Problem | None:
        return self._problems.get(problem_id)

    async def problems(
        self, status: ProblemStatus | None, cursor: str | None, limit: int = 50
    ) -> tuple[tuple[Problem, ...], str | None]:
        numbered = list(enumerate(self._problems.values(), 1))[::-1]
        first_n = len(numbered) + 1 if cursor is None else number_of(cursor)
        found = [(n, problem) for n, problem in numbered if n < first_n and status in (None, problem.status)]
        page = found[:limit]
        following = str(page[-1][0]) if len(found) > len(page) and page else None
        return tuple(problem for _, problem in page), following

    async def change_problem(self, problem_id: str, changes: ProblemChanges) -> Problem:
        return self._put_problem(rules.changed(self._find_problem(problem_id), changes))

    async def link_problem(self, problem_id: str, links: Sequence[ProblemLink]) -> Problem:
        problem = self._find_problem(problem_id)
        known = {link.subject: self._problem_links.get((link.kind, link.subject)) for link in links}
        if any(other is not None and other.problem_id != problem_id for other in known.values()):
            raise Conflict("one of them belongs to another problem")
        fresh = [link for link in links if known[link.subject] is None]
        if not fresh:
            return problem
        after = self._put_problem(rules.relinked(problem, len(fresh)))
        self._problem_links.update({(link.kind, link.subject): link for link in fresh})
        return after

    async def unlink_problem(self, problem_id: str, kind: LinkKind, subject: str) -> Problem:
        after = rules.relinked(self._find_problem(problem_id), -1)
        link = self._problem_links.get((kind, subject))
        if link is None or link.problem_id != problem_id:
            raise NotFound(f"no {kind} {subject} in problem {problem_id}")
        del self._problem_links[kind, subject]
        return self._put_problem(after)

    async def links_of(self, problem_id: str) -> tuple[ProblemLink, ...]:
        return tuple(link for link in self._problem_links.values() if link.problem_id == problem_id)

    async def problems_of(self, kind: LinkKind, subjects: Sequence[str]) -> Mapping[str, Problem]:
        links = [link for subject in subjects if (link := self._problem_links.get((kind, subject)))]
        return {link.subject: self._problems[link.problem_id] for link in links}

    async def solve_problem(self, problem_id: str, solving: Solving) -> Problem:
        problem = self._find_problem(problem_id)
        return self._put_problem(rules.solved(problem, solving) or problem)

    async def finish_problem(self, problem_id: str, at: datetime) -> None:
        self._put_problem(rules.finished(self._find_problem(problem_id), at))

    async def unanswered_problems(self) -> tuple[Problem, ...]:
        return tuple(p for p in self._problems.values() if p.status == "solved" and p.answered_at is None)

    def _find_problem(self, problem_id: str) -> Problem:
        if problem_id not in self._problems:
            raise NotFound(f"no problem {problem_id}")
        return self._problems[problem_id]

    def _put_problem(self, problem: Problem) -> Problem:
        self._problems[problem.id] = problem
        return problem
