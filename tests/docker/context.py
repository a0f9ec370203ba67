"""What of a checkout `docker build` gets to see: the rules of `.dockerignore`, as far as ours uses them.

The last rule that matches a path, or a folder above it, decides; `!` lets it in again. `*` and `?` stay within a name,
`**/` is any number of folders.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath


@dataclass(frozen=True, slots=True)
class Context:
    root: Path
    rules: tuple[tuple[re.Pattern[str], bool], ...]
    """Pattern, and whether what matches is let in."""

    @classmethod
    def of(cls, root: Path, ignore: str) -> Context:
        lines = [line.strip() for line in ignore.splitlines()]
        return cls(root, tuple(_rule(line) for line in lines if line and not line.startswith("#")))

    def holds(self, path: str) -> bool:
        """path: relative to the root, with `/`."""
        kept = True
        above = [str(folder) for folder in PurePosixPath(path).parents if str(folder) != "."]
        for pattern, lets_in in self.rules:
            if any(pattern.fullmatch(name) for name in (path, *above)):
                kept = lets_in
        return kept

    def files(self, below: str = ".") -> Iterator[str]:
        """Of a folder, or the file itself. What is installed, and the history, are not even looked at."""
        start = self.root / below
        if start.is_file():
            if self.holds(below):
                yield below
            return
        for folder, folders, names in os.walk(start):
            folders[:] = [name for name in folders if name not in {".git", ".venv", "node_modules"}]
            for name in names:
                path = (Path(folder) / name).relative_to(self.root).as_posix()
                if self.holds(path):
                    yield path

    def copy(self, below: str, target: Path) -> None:
        """As COPY does: what is in a folder into `target`, a file to the path `target`."""
        for path in self.files(below):
            inside = Path(path).relative_to(below) if path != below else Path()
            (target / inside).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(self.root / path, target / inside)


def _rule(line: str) -> tuple[re.Pattern[str], bool]:
    lets_in = line.startswith("!")
    text = re.escape(line.removeprefix("!").strip("/"))
    text = text.replace(r"\*\*/", "(?:.*/)?").replace(r"\*\*", ".*").replace(r"\*", "[^/]*").replace(r"\?", "[^/]")
    return re.compile(text), lets_in
