from __future__ import annotations

from queueing.estimate import Wait
from queueing.ghosts import Ghost, Ghosts
from queueing.routing import rank

WAIT = Wait(60, 150)


def test_chat_that_gets_an_agent_reaches_the_places_before_its_own_and_no_others() -> None:
    ghosts = Ghosts()
    for line in (5, 2, 9):
        ghosts.add(Ghost(rank("normal", False, line), float(line), WAIT))

    reached = ghosts.reached(rank("normal", False, 6))

    assert [ghost.shown_s for ghost in reached] == [2.0, 5.0]
    assert ghosts.reached(rank("normal", False, 6)) == []
    assert [ghost.shown_s for ghost in ghosts.all()] == [9.0]


def test_chat_that_overtakes_leaves_the_places_it_overtook() -> None:
    ghosts = Ghosts()
    ghosts.add(Ghost(rank("normal", False, 1), 1.0, WAIT))

    assert ghosts.reached(rank("urgent", False, 7)) == []
    assert len(ghosts.all()) == 1
