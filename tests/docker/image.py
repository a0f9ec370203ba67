"""What the Dockerfile promises, read out of it once; everything else is compared with this."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tests.docker.dockerfile import Instruction, NotUnderstoodError, Stage, read_stages

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = ROOT / "docker" / "Dockerfile"
IGNORE = ROOT / ".dockerignore"
_PORT_ASKED = re.compile(r"'127\.0\.0\.1', (\d+)")
_PATH_ASKED = re.compile(r"'GET', '([^']+)'")


@dataclass(frozen=True, slots=True)
class Image:
    """stages: the last one is what runs.  probe: the health check's command."""

    stages: tuple[Stage, ...]
    entrypoint: tuple[str, ...]
    command: tuple[str, ...]
    probe: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Image:
        """Raises NotUnderstoodError, also for a command in the shell form: a shell would not pass SIGTERM on."""
        stages = tuple(read_stages(text))
        runtime = stages[-1]
        health = _needed(runtime, "HEALTHCHECK")
        return cls(
            stages,
            _exec_form(_needed(runtime, "ENTRYPOINT")),
            _exec_form(_needed(runtime, "CMD")),
            _exec_form(Instruction("CMD", health.value.removeprefix("CMD").strip())),
        )

    @classmethod
    def current(cls) -> Image:
        return cls.of(DOCKERFILE.read_text())

    @property
    def runtime(self) -> Stage:
        return self.stages[-1]

    @property
    def user(self) -> str:
        found = self.runtime.last("USER")
        return found.value if found else "root"

    @property
    def ports(self) -> list[int]:
        """EXPOSE, the server's `--port`, the one the health check asks: all the same, if all is well."""
        exposed = [int(word.partition("/")[0]) for expose in self.runtime.all("EXPOSE") for word in expose.words]
        asked = [int(port) for port in _PORT_ASKED.findall(" ".join(self.probe))]
        return [*exposed, int(self.option("--port") or 0), *asked]

    @property
    def port(self) -> int:
        return self.ports[0]

    @property
    def data(self) -> str:
        return self.option("--data") or ""

    @property
    def routes_asked(self) -> list[str]:
        return _PATH_ASKED.findall(" ".join(self.probe))

    def option(self, name: str) -> str | None:
        """Of the server's command line."""
        words = list(self.command)
        return words[words.index(name) + 1] if name in words[:-1] else None


def _needed(stage: Stage, keyword: str) -> Instruction:
    found = stage.last(keyword)
    if found is None:
        raise NotUnderstoodError(f"no {keyword}")
    return found


def _exec_form(instruction: Instruction) -> tuple[str, ...]:
    argv = instruction.argv
    if argv is None:
        raise NotUnderstoodError(f"{instruction.keyword} is in the shell form: {instruction.value}")
    return tuple(argv)
