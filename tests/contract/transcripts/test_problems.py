"""Problems: what is linked to which, and that one is solved once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from tests.contract.transcripts.examples import AGENT, START, at
from transcripts.errors import Conflict, NotFound
from transcripts.port import Store
from transcripts.problems import LinkKind, Problem, ProblemChanges, ProblemLink, Solving
from transcripts.records import Author


def new_problem(problem_id: str = "p1", **fields: Any) -> Problem:
    return replace(Problem(problem_id, "Parcels get stuck", START, AGENT), **fields)


def link(kind: LinkKind, subject: str, problem_id: str = "p1") -> ProblemLink:
    return ProblemLink(problem_id, kind, subject, at(1))


async def test_a_problem_is_kept_and_found_newest_first(store: Store) -> None:
    for number in range(3):
        await store.add_problem(new_problem(f"p{number}"))
    await store.solve_problem("p1", Solving("It is fixed.", AGENT, at(9)))

    first, cursor = await store.problems(None, None, 2)
    rest, end = await store.problems(None, cursor, 2)

    assert [problem.id for problem in (*first, *rest)] == ["p2", "p1", "p0"]
    assert end is None
    assert [problem.id for problem in (await store.problems("open", None))[0]] == ["p2", "p0"]
    assert await store.problem("p9") is None
    assert await store.add_problem(new_problem(title="another")) == await store.problem("p1")


async def test_changes_take_back_what_is_said_empty(store: Store) -> None:
    await store.add_problem(new_problem())
    await store.change_problem("p1", ProblemChanges(cause="a belt", solution="a new belt"))

    changed = await store.change_problem("p1", ProblemChanges(title="Belt", cause=""))

    assert changed == await store.problem("p1") == new_problem(title="Belt", solution="a new belt", version=3)
    with pytest.raises(NotFound):
        await store.change_problem("p9", ProblemChanges(title="?"))


async def test_a_ticket_belongs_to_one_problem(store: Store) -> None:
    await store.add_problem(new_problem())
    await store.add_problem(new_problem("p2"))
    await store.link_problem("p1", [link("ticket", "10001"), link("chat", "c1")])

    again = await store.link_problem("p1", [link("ticket", "10001"), link("ticket", "10002")])

    assert again.links_n == 3
    with pytest.raises(Conflict):
        await store.link_problem("p2", [link("ticket", "10003", "p2"), link("chat", "c1", "p2")])
    assert await store.links_of("p2") == ()
    assert [(known.kind, known.subject) for known in await store.links_of("p1")] == [
        ("ticket", "10001"),
        ("chat", "c1"),
        ("ticket", "10002"),
    ]
    assert await store.problems_of("ticket", ["10002", "10003", "c1"]) == {"10002": again}
    with pytest.raises(NotFound):
        await store.link_problem("p9", [link("ticket", "10009", "p9")])


async def test_what_is_unlinked_may_belong_to_another_problem(store: Store) -> None:
    await store.add_problem(new_problem())
    await store.add_problem(new_problem("p2"))
    await store.link_problem("p1", [link("ticket", "10001")])

    unlinked = await store.unlink_problem("p1", "ticket", "10001")
    moved = await store.link_problem("p2", [link("ticket", "10001", "p2")])

    assert (unlinked.links_n, moved.links_n) == (0, 1)
    with pytest.raises(NotFound):
        await store.unlink_problem("p1", "ticket", "10001")
    problem = await store.problem("p1")
    assert problem is not None
    assert problem.links_n == 0


async def test_a_problem_is_solved_once_and_its_links_stand_still(store: Store) -> None:
    await store.add_problem(new_problem(cause="a belt"))
    await store.link_problem("p1", [link("ticket", "10001")])
    orders = [Solving(f"answer {n}", Author("agent", f"a{n}", "Petr"), at(n), solution="new belt") for n in (2, 3)]

    first, second = await asyncio.gather(*(store.solve_problem("p1", order) for order in orders))

    assert first == second
    assert first == new_problem(
        cause="a belt",
        solution="new belt",
        status="solved",
        answer="answer 2",
        solved_at=at(2),
        solved_by_id="a2",
        solved_by_name="Petr",
        links_n=1,
        version=3,
    )
    with pytest.raises(Conflict):
        await store.link_problem("p1", [link("ticket", "10002")])
    with pytest.raises(Conflict):
        await store.unlink_problem("p1", "ticket", "10001")


async def test_a_solved_problem_is_unanswered_until_it_is_finished(store: Store) -> None:
    await store.add_problem(new_problem())
    solved = await store.solve_problem("p1", Solving("It is fixed.", AGENT, at(2)))

    before = await store.unanswered_problems()
    await store.finish_problem("p1", at(3))
    await store.finish_problem("p1", at(4))

    assert before == (solved,)
    assert await store.unanswered_problems() == ()
    finished = await store.problem("p1")
    assert finished is not None
    assert finished.answered_at == at(3)
