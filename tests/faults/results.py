"""What courses counted, kept in files that add up: SEMAFOR_TEST_RESULTS names their folder, without it nothing is kept.

One file per run of pytest, one entry per course. table.py makes docs/reliability.md of them.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.faults import courses
from tests.faults.histories import Fault, History, Operation
from tests.faults.judge import RULES, Rule, complaints
from tests.faults.profile import FORM

FOLDER = "SEMAFOR_TEST_RESULTS"
DIED = ("server", "redis", "record")


@dataclass(frozen=True, slots=True)
class Course:
    """One test's share.

    returned: chats back in line because their agent stayed away.  recoveries_s: after each fault, until all were
    answered and a newcomer served.
    """

    test: str
    seconds: float
    kills: int
    acknowledged: int
    resends: int
    reconnects: int
    races: int
    agent_deaths: int
    returned: int
    complaints: int
    ack_p50_ms: float
    recoveries_s: tuple[float, ...]


def counted(test: str, history: History, rules: Sequence[Rule] = RULES) -> Course:
    begins = min((link.since for link in history.links), default=history.ended_at)
    delivered = [op for op in history.operations if op.outcome == "ok" and op.attempts == 1 and op.sent and op.answered]
    took_s = sorted(op.answered.mono_s - op.sent.mono_s for op in delivered if op.sent and op.answered)
    return Course(
        test=test,
        seconds=round(history.ended_at - begins, 1),
        kills=sum(is_kill(fault) for fault in history.faults),
        acknowledged=sum(op.outcome == "ok" for op in history.operations),
        resends=sum(max(0, op.attempts - 1) for op in history.operations),
        reconnects=len(history.links) - len({link.source for link in history.links}),
        races=_races(history),
        agent_deaths=sum(link.kind == "agent" and _is_lost(link.until, history) for link in history.links),
        returned=sum(
            (message.get("event") or {}).get("code") == "returned"
            for messages in history.transcripts.values()
            for message in messages
        ),
        complaints=len(complaints(history, rules)),
        ack_p50_ms=round(1000 * percentile(took_s, 0.5), 2),
        recoveries_s=tuple(round(max(r.connected_at, r.probed_at) - r.ended_at, 2) for r in history.recoveries),
    )


def is_kill(fault: Fault) -> bool:
    return fault.kind in DIED and fault.what.startswith("kill")


def percentile(in_order: Sequence[float], share: float) -> float:
    """0 of nothing."""
    return in_order[min(len(in_order) - 1, int(share * len(in_order)))] if in_order else 0.0


def _races(history: History) -> int:
    """What more than one wanted when it was given away: slots by chats in line, chats and slots by who took them."""
    given = sum(
        any(other is not period and other.since < period.until <= other.until for other in line)
        for line in courses.waiting(history).values()
        for period in line
        if period.until < history.ended_at
    )
    takes = [op for op in history.operations if op.event == "chat:take" and op.sent and op.answered]
    return (
        given
        + sum(_contested(rivals) for rivals in _by(takes, lambda op: op.chat_id or "").values())
        + sum(_contested(rivals) for rivals in _by(takes, lambda op: op.author).values())
    )


def _by(operations: Iterable[Operation], key: Callable[[Operation], str]) -> dict[str, list[Operation]]:
    found: dict[str, list[Operation]] = defaultdict(list)
    for op in operations:
        found[key(op)].append(op)
    return found


def _contested(rivals: list[Operation]) -> int:
    """Those acknowledged while another was under way."""
    under_way = [(op.sent.mono_s, op.answered.mono_s, op) for op in rivals if op.sent and op.answered]
    under_way.sort(key=lambda one: one[:2])
    longest_s = max((until - since for since, until, _ in under_way), default=0.0)
    begins = [since for since, _, _ in under_way]
    return sum(
        any(
            other is not op and a <= until and since <= b
            for a, b, other in under_way[bisect_left(begins, since - longest_s) : bisect_right(begins, until)]
        )
        for since, until, op in under_way
        if op.outcome == "ok"
    )


def _is_lost(until: float | None, history: History) -> bool:
    return until is not None and until < history.ended_at


def note(history: History, rules: Sequence[Rule] = RULES) -> None:
    """Add what the running test lived through to this run's file. rules: those that can be judged by."""
    _keep("courses", lambda: asdict(counted(_running_test(), history, rules)))


def tell(sentence: str) -> None:
    """What the running test measured that cannot be added up."""
    _keep("told", lambda: {"test": _running_test(), "sentence": sentence})


def _keep(kind: str, make: Callable[[], dict[str, Any]]) -> None:
    folder = os.environ.get(FOLDER)
    if not folder:
        return
    file = Path(folder) / f"{_date()}-{_commit()}-{os.getpid()}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    kept = json.loads(file.read_text()) if file.exists() else _heading()
    kept[kind].append(make())
    file.write_text(json.dumps(kept, indent=1) + "\n")


def _running_test() -> str:
    return os.environ.get("PYTEST_CURRENT_TEST", "by hand").rpartition("::")[2].partition(" ")[0]


def read(files: Iterable[Path]) -> list[dict[str, Any]]:
    """The runs, oldest first."""
    return [json.loads(file.read_text()) for file in sorted(files)]


def _heading() -> dict[str, Any]:
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return {"commit": _commit(), "date": _date(), "machine": machine, "form": FORM, "courses": [], "told": []}


def _date() -> str:
    return datetime.now(UTC).date().isoformat()


def _commit() -> str:
    """SEMAFOR_TEST_COMMIT, for a tree without git; else git's."""
    given = os.environ.get("SEMAFOR_TEST_COMMIT")
    if given:
        return given
    here = Path(__file__).parent
    said = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=here, capture_output=True, text=True, check=False
    )
    return said.stdout.strip() or "unknown"
