"""Carries out the Dockerfile's steps without Docker, as root: `python -m tests.docker.rehearsal WORK`.

Afterwards WORK/root is the image's root: the base image's stand-in and what the runtime stage puts on it.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from string import Template

from tests.docker.context import Context
from tests.docker.dockerfile import Instruction, Stage
from tests.docker.image import IGNORE, ROOT, Image
from tests.docker.stand_in import SYSTEM_PATH, EmptyRoot, MachineRoot

# These say what to do later, with a container.
FOR_LATER = {"LABEL", "USER", "VOLUME", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK", "ENTRYPOINT", "CMD"}


class Builder:
    """One stage. made: the roots of the stages before it, by name."""

    def __init__(self, root: MachineRoot | EmptyRoot, context: Context, made: Mapping[str, Path]) -> None:
        self._root = root
        self._context = context
        self._made = made
        self.environment = dict(root.environment)
        self._cwd = "/"

    def carry_out(self, stage: Stage) -> None:
        for instruction in stage.instructions:
            print(f"-- {instruction.keyword} {instruction.rest[:100]}", file=sys.stderr)  # noqa: T201 - whoever waits sees what for
            match instruction.keyword:
                case "ENV":
                    expanded = {name: self._filled(value) for name, value in instruction.pairs.items()}
                    self.environment.update(expanded)
                case "WORKDIR":
                    self._cwd = str(Path(self._cwd) / instruction.value)
                    self._place(self._cwd).mkdir(parents=True, exist_ok=True)
                case "COPY":
                    self._copy(instruction)
                case "RUN":
                    self._root.run(instruction.value, self.environment, self._cwd)
                case keyword:
                    assert keyword in FOR_LATER, f"{keyword} is not carried out here"

    def _copy(self, instruction: Instruction) -> None:
        *sources, target = instruction.words
        origin = instruction.options.get("from")
        for source in sources:
            place = self._place(str(Path(self._cwd) / target))
            if origin is not None:
                # As links: nobody writes to what a stage before has made, and it is a quarter of a gigabyte.
                shutil.copytree(self._made[origin] / source.lstrip("/"), place, symlinks=True, copy_function=os.link)
                continue
            is_file = (self._context.root / source).is_file()
            self._context.copy(source, place / source if is_file and target.endswith("/") else place)

    def _filled(self, value: str) -> str:
        return Template(value).substitute(self.environment)

    def _place(self, path: str) -> Path:
        return self._root.files / path.lstrip("/")


def environment_of(image: Image) -> dict[str, str]:
    """Of every process of a container."""
    environment = {"PATH": SYSTEM_PATH, "HOME": image.data}
    for env in image.runtime.all("ENV"):
        environment.update({name: Template(value).substitute(environment) for name, value in env.pairs.items()})
    return environment


def build(work: Path) -> None:
    image = Image.current()
    context = Context.of(ROOT, IGNORE.read_text())
    made: dict[str, Path] = {}
    for stage in image.stages[:-1]:
        machine = MachineRoot(work / stage.name)
        Builder(machine, context, made).carry_out(stage)
        made[stage.name] = machine.files
    Builder(EmptyRoot(work), context, made).carry_out(image.runtime)


if __name__ == "__main__":
    build(Path(sys.argv[1]))
