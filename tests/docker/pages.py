"""Code blocks of a page of the documentation, and the commands in them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from tests.docker.image import ROOT

PROXIES = ROOT / "docs" / "proxies.md"
CONTAINERS = ROOT / "docs" / "docker.md"
_BLOCK = re.compile(r"^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)


def blocks(page: str, language: str) -> list[str]:
    return [match["text"] for match in _BLOCK.finditer(page) if match["language"] == language]


def block(page: Path, language: str) -> str:
    """The only one of its language."""
    (found,) = blocks(page.read_text(), language)
    return found


def commands(page: str) -> Iterator[list[str]]:
    """The words of every command in the page's shell blocks; what a pipe feeds counts for itself."""
    for text in blocks(page, "sh"):
        for line in text.splitlines():
            for command in re.split(r" \| ", line):
                yield shlex.split(command)
