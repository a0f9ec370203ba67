"""The sources under judgement."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("queueing", "transcripts", "server")


def python_sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(path for path in (ROOT / folder).rglob("*.py") if "__pycache__" not in path.parts)


def front_end_sources() -> Iterator[Path]:
    for folder in ("widget", "agent_panel"):
        yield from sorted(path for path in (ROOT / folder).rglob("*") if path.suffix in {".ts", ".tsx", ".css"})


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
