"""Problems and their links. The rules are transcripts/problems.py's; `n`, beside the fields, is the order of making."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from transcripts import problems as rules
from transcripts.errors import Conflict, NotFound
from transcripts.mongo.base import Part, count_up
from transcripts.mongo.client import Document
from transcripts.mongo.documents import Documents
from transcripts.mongo.pages import page_of
from transcripts.mongo.writer import Overtaken, Transaction, View
from transcripts.problems import LinkKind, Problem, ProblemChanges, ProblemLink, ProblemStatus, Solving

PROBLEMS = Documents(Problem, key="id")
LINKS = Documents(ProblemLink)
_COUNTER = "counter:problem"


class Problems(Part):
    async def add_problem(self, problem: Problem) -> Problem:
        async def work(tx: Transaction) -> Problem:
            known = await tx.db["problems"].find_one({"_id": problem.id}, session=tx.session)
            if known is not None:
                return PROBLEMS.of(known)
            document = PROBLEMS.document(problem, n=await count_up(tx, "problem"))
            await tx.db["problems"].insert_one(document, session=tx.session)
            return problem

        return await self._write(work, f"problem:{problem.id}", _COUNTER)

    async def problem(self, problem_id: str) -> Problem | None:
        async def question(view: View) -> Problem | None:
            document = await view.db["problems"].find_one({"_id": problem_id})
            return None if document is None else PROBLEMS.of(document)

        return await self._read(question)

    async def problems(
        self, status: ProblemStatus | None, cursor: str | None, limit: int = 50
    ) -> tuple[tuple[Problem, ...], str | None]:
        return await self._read(lambda view: _page(view, status, cursor, limit))

    async def change_problem(self, problem_id: str, changes: ProblemChanges) -> Problem:
        return await self._put(problem_id, lambda found: rules.changed(found, changes))

    async def link_problem(self, problem_id: str, links: Sequence[ProblemLink]) -> Problem:
        async def work(tx: Transaction) -> Problem:
            fresh = [link for link in links if await _is_new(tx, link)]
            if not fresh:
                return await _find(tx, problem_id)
            after = await _put(tx, problem_id, lambda found: rules.relinked(found, len(fresh)))
            for link in fresh:
                document = LINKS.document(link, n=await count_up(tx, "problem"))
                await tx.db["problem_links"].insert_one(document, session=tx.session)
            return after

        return await self._write(work, f"problem:{problem_id}", _COUNTER)

    async def unlink_problem(self, problem_id: str, kind: LinkKind, subject: str) -> Problem:
        async def work(tx: Transaction) -> Problem:
            after = await _put(tx, problem_id, lambda found: rules.relinked(found, -1))
            wanted = {"problem_id": problem_id, "kind": kind, "subject": subject}
            gone = await tx.db["problem_links"].delete_one(wanted, session=tx.session)
            if not gone.deleted_count:
                raise NotFound(f"no {kind} {subject} in problem {problem_id}")
            return after

        return await self._write(work, f"problem:{problem_id}")

    async def links_of(self, problem_id: str) -> tuple[ProblemLink, ...]:
        async def question(view: View) -> tuple[ProblemLink, ...]:
            found = view.db["problem_links"].find({"problem_id": problem_id}).sort("n", 1)
            return tuple(map(LINKS.of, await found.to_list(None)))

        return await self._read(question)

    async def problems_of(self, kind: LinkKind, subjects: Sequence[str]) -> Mapping[str, Problem]:
        async def question(view: View) -> dict[str, Problem]:
            wanted = {"kind": kind, "subject": {"$in": list(subjects)}}
            links = await view.db["problem_links"].find(wanted, session=view.session).to_list(None)
            ids = sorted({link["problem_id"] for link in links})
            found = await view.db["problems"].find({"_id": {"$in": ids}}, session=view.session).to_list(None)
            known = {document["_id"]: PROBLEMS.of(document) for document in found}
            return {link["subject"]: known[link["problem_id"]] for link in links}

        return await self._read(question, steps=True)

    async def solve_problem(self, problem_id: str, solving: Solving) -> Problem:
        return await self._put(problem_id, lambda found: rules.solved(found, solving) or found)

    async def finish_problem(self, problem_id: str, at: datetime) -> None:
        await self._put(problem_id, lambda found: rules.finished(found, at))

    async def unanswered_problems(self) -> tuple[Problem, ...]:
        async def question(view: View) -> tuple[Problem, ...]:
            found = view.db["problems"].find({"status": "solved", "answered_at": None}).sort("n", 1)
            return tuple(map(PROBLEMS.of, await found.to_list(None)))

        return await self._read(question)

    async def _put(self, problem_id: str, change: rules.Change) -> Problem:
        return await self._write(lambda tx: _put(tx, problem_id, change), f"problem:{problem_id}")


async def _find(view: View, problem_id: str) -> Problem:
    """Raises NotFound."""
    document = await view.db["problems"].find_one({"_id": problem_id}, session=view.session)
    if document is None:
        raise NotFound(f"no problem {problem_id}")
    return PROBLEMS.of(document)


async def _put(tx: Transaction, problem_id: str, change: rules.Change) -> Problem:
    """Raises NotFound, Overtaken, and what `change` raises."""
    before = await _find(tx, problem_id)
    after = change(before)
    sets = PROBLEMS.changes(before, after)
    if sets:
        as_read = {"_id": problem_id, "version": before.version}
        result = await tx.db["problems"].update_one(as_read, {"$set": sets}, session=tx.session)
        if result.matched_count != 1:
            raise Overtaken(problem_id)
    return after


async def _is_new(view: View, link: ProblemLink) -> bool:
    """False: it is there already. Raises Conflict where it belongs to another problem."""
    wanted = {"kind": link.kind, "subject": link.subject}
    known = await view.db["problem_links"].find_one(wanted, session=view.session)
    if known is not None and known["problem_id"] != link.problem_id:
        raise Conflict(f"{link.kind} {link.subject} belongs to another problem")
    return known is None


async def _page(
    view: View, status: ProblemStatus | None, cursor: str | None, limit: int
) -> tuple[tuple[Problem, ...], str | None]:
    wanted: Document = {} if status is None else {"status": status}
    page, following = await page_of(view, "problems", wanted, cursor, limit)
    return tuple(map(PROBLEMS.of, page)), following
