"""The arrows of the house, as pyproject.toml states them for import-linter, hold and can be broken."""

from __future__ import annotations

import shutil
import subprocess
import sysconfig
import tomllib
from pathlib import Path

import pytest

from tests.architecture.tree import ROOMS, ROOT, name_of, python_sources

LINT_IMPORTS = Path(sysconfig.get_path("scripts")) / "lint-imports"

# contract -> a file of the tree, and a line that no such file may have
PLANTED = {
    "domains-apart": ("queueing/model.py", "import transcripts.records"),
    "domains-below-server": ("transcripts/tickets.py", "import pydantic"),
    "queue-pure": ("queueing/engine.py", "import time"),
    "record-pure": ("transcripts/tickets.py", "import random"),
    "sqlite-alone": ("server/services/chats/agent_chats.py", "import sqlite3"),
    "redis-alone": ("queueing/replay.py", "import redis"),
    "mongo-alone": ("transcripts/export.py", "import pymongo"),
    "smtp-alone": ("server/services/tickets/tickets.py", "import smtplib"),
    "adapters-by-compose": ("server/services/routing/dispatch.py", "import transcripts.sqlite.store"),
    "core-below-adapters": ("queueing/engine.py", "import queueing.local"),
    "rooms-of-services": ("server/services/known/directory.py", "import server.services.tickets.tickets"),
    "services-below-edges": ("server/services/chats/agent_chats.py", "from aiohttp import web"),
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The three rooms' Python and the contracts, free to be spoiled."""
    for path in python_sources(*ROOMS):
        target = tmp_path / name_of(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    shutil.copyfile(ROOT / "pyproject.toml", tmp_path / "pyproject.toml")
    return tmp_path


def test_every_contract_has_a_planted_violation() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contracts = {contract["id"] for contract in settings["tool"]["importlinter"]["contracts"]}
    assert contracts == set(PLANTED)


def test_the_tree_keeps_every_contract(copy: Path) -> None:
    code, said = _lint(copy)
    assert code == 0, said


@pytest.mark.parametrize("contract", PLANTED)
def test_planted_import_breaks_its_contract(copy: Path, contract: str) -> None:
    file, line = PLANTED[contract]
    with (copy / file).open("a") as source:
        source.write(f"\n{line}\n")

    code, said = _lint(copy, "--contract", contract)

    module = file.removesuffix(".py").replace("/", ".")
    assert code == 1
    assert "BROKEN" in said
    assert f"{module} -> {line.split()[1]}" in said


def _lint(tree: Path, *arguments: str) -> tuple[int, str]:
    command = [str(LINT_IMPORTS), "--no-cache", "--no-logo", *arguments]
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr
