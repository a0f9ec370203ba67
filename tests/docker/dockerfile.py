"""Reads a Dockerfile: its stages and instructions, as far as ours uses the language.

Continued lines, comments and both forms of a command are understood; here-documents, `ONBUILD` and parser directives
are not, and refused, so that nothing is taken for what it is not.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

KEYWORDS = {
    *("ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM"),
    *("HEALTHCHECK", "LABEL", "RUN", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"),
}
_INSTRUCTION = re.compile(r"(?P<keyword>[A-Za-z]+)\s+(?P<rest>.+)", re.DOTALL)


class NotUnderstoodError(Exception):
    """The text is no Dockerfile, or one that uses more than is read here."""


@dataclass(frozen=True, slots=True)
class Instruction:
    """rest: everything after the keyword, on one line, options included."""

    keyword: str
    rest: str

    @property
    def options(self) -> dict[str, str]:
        """`--from=build` and its kind."""
        return dict(word.removeprefix("--").partition("=")[::2] for word in self._leading_options())

    @property
    def value(self) -> str:
        """What follows the options."""
        text = self.rest
        for word in self._leading_options():
            text = text.removeprefix(word).lstrip()
        return text

    @property
    def words(self) -> list[str]:
        return shlex.split(self.value)

    @property
    def argv(self) -> list[str] | None:
        """The exec form, `["a", "b"]`; None for the shell form."""
        if not self.value.startswith("["):
            return None
        try:
            argv = json.loads(self.value)
        except ValueError as exc:
            raise NotUnderstoodError(f"{self.keyword}: {exc}") from exc
        return [str(word) for word in argv]

    @property
    def pairs(self) -> dict[str, str]:
        """Of ENV and LABEL."""
        return dict(word.partition("=")[::2] for word in self.words)

    def _leading_options(self) -> Iterator[str]:
        for word in self.rest.split():
            if not word.startswith("--"):
                return
            yield word


@dataclass(frozen=True, slots=True)
class Stage:
    base: str
    name: str
    instructions: tuple[Instruction, ...]

    def all(self, keyword: str) -> list[Instruction]:
        return [instruction for instruction in self.instructions if instruction.keyword == keyword]

    def last(self, keyword: str) -> Instruction | None:
        """The one that counts, of those of which one counts."""
        found = self.all(keyword)
        return found[-1] if found else None

    def environment(self) -> dict[str, str]:
        """As written: `$PATH` in a value stands for what the base image has."""
        return {name: value for env in self.all("ENV") for name, value in env.pairs.items()}


def read_stages(text: str) -> list[Stage]:
    """Raises NotUnderstoodError."""
    stages: list[Stage] = []
    for instruction in _instructions(text):
        if instruction.keyword == "FROM":
            base, *alias = instruction.words
            stages.append(Stage(base, alias[1] if len(alias) == 2 else str(len(stages)), ()))
        elif not stages:
            raise NotUnderstoodError(f"{instruction.keyword} before the first FROM")
        else:
            begun = stages[-1]
            stages[-1] = Stage(begun.base, begun.name, (*begun.instructions, instruction))
    return stages


def _instructions(text: str) -> Iterator[Instruction]:
    for line in _whole_lines(text):
        match = _INSTRUCTION.fullmatch(line)
        if match is None or match["keyword"].upper() not in KEYWORDS or "<<" in line:
            raise NotUnderstoodError(f"not read here: {line}")
        yield Instruction(match["keyword"].upper(), match["rest"].strip())


def _whole_lines(text: str) -> Iterator[str]:
    """Continued lines joined, comments and empty lines left out, also between the parts of one."""
    whole = ""
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        continued = line.rstrip().endswith("\\")
        whole += line.strip().removesuffix("\\").rstrip() + " "
        if not continued:
            yield whole.strip()
            whole = ""
    if whole:
        raise NotUnderstoodError("the last line is continued by nothing")
