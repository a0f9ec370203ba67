"""What is wrong with the Dockerfile, compared with the checkout it builds: one sentence each, [] is the good answer."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from aiohttp import web
from packaging.specifiers import SpecifierSet

from server.settings import PREFIX, Settings
from server.web import health
from server.web.keys import DESK
from tests.docker.command_line import command_fault
from tests.docker.context import Context
from tests.docker.dockerfile import NotUnderstoodError, Stage
from tests.docker.image import ROOT, Image

if TYPE_CHECKING:
    from server.desk import Desk

_EXTRAS = re.compile(r"\.whl\)\[([\w,-]+)\]")
_PYTHON = re.compile(r"python:(\d+\.\d+)-")
# What must never be sent to the builder, let alone be in the image.
INSTALLED = (".venv/pyvenv.cfg", "node_modules/x/index.js")
PRIVATE = (".git/config", "var/semafor.db", "docker/secrets/semafor_secret")
BUILT_HERE = ("server/assets/stamp.json", "server/__pycache__/cli.pyc")


def image_faults(dockerfile: str, ignore: str) -> list[str]:
    try:
        image = Image.of(dockerfile)
    except NotUnderstoodError as exc:
        return [str(exc)]
    context = Context.of(ROOT, ignore)
    return [
        *_base_faults(image),
        *_copy_faults(image, context),
        *_build_faults(image),
        *_user_faults(image),
        *_command_faults(image),
        *_agreement_faults(image),
        *_label_faults(image.runtime),
    ]


@cache
def operators_routes() -> frozenset[str]:
    """The routes of `server/web/health.py`, as the server adds them."""
    app = web.Application()
    app[DESK] = cast("Desk", object())  # asked for nothing while routes are added
    health.add_routes(app)
    return frozenset(resource.canonical for resource in app.router.resources())


def tag_fault(image: str) -> str | None:
    """An image without a version is another one tomorrow."""
    name, _, tag = image.rpartition(":")
    return None if name and re.search(r"\d", tag) else f"{image} is not pinned by a version"


@cache
def project() -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return found


def _base_faults(image: Image) -> Iterator[str]:
    for base in {stage.base for stage in image.stages}:
        fault = tag_fault(base)
        if fault:
            yield fault
        python = _PYTHON.match(base)
        if python is None or not SpecifierSet(project()["requires-python"]).contains(python[1]):
            yield f"{base} has no Python that Semafor runs on"
    if len({stage.base for stage in image.stages}) > 1:
        yield "what is built on one base may not run on another"


def _copy_faults(image: Image, context: Context) -> Iterator[str]:
    for stage in image.stages:
        for copy in stage.all("COPY"):
            *sources, _ = copy.words
            origin = copy.options.get("from")
            if origin is not None:
                yield from _foreign_copy_faults(image, origin, sources)
            else:
                empty = [source for source in sources if not any(context.files(source))]
                yield from (f"COPY {source}: nothing there is sent" for source in empty)
    for path in (*INSTALLED, *PRIVATE, *BUILT_HERE):
        if context.holds(path):
            yield f"{path} would be sent to the builder"


def _foreign_copy_faults(image: Image, origin: str, sources: list[str]) -> Iterator[str]:
    made = next((stage for stage in image.stages[:-1] if stage.name == origin), None)
    if made is None:
        yield f"COPY --from={origin}: there is no such stage"
        return
    for source in sources:
        if not any(source in run.value for run in made.all("RUN")):
            yield f"COPY --from={origin} {source}: nothing makes it there"


def _build_faults(image: Image) -> Iterator[str]:
    extras = _EXTRAS.findall(" ".join(run.value for stage in image.stages for run in stage.all("RUN")))
    known = project()["optional-dependencies"]
    wanted = [name for found in extras for name in found.split(",")]
    yield from (f"there is no extra {name}" for name in wanted if name not in known)
    if not {"fast", "scale"} <= set(wanted):
        yield "the image lacks an extra that servers run with"


def _user_faults(image: Image) -> Iterator[str]:
    uid, _, gid = image.user.partition(":")
    if not uid.isdigit() or not gid.isdigit() or "0" in (uid, gid):
        yield f"USER {image.user}: not a fixed user other than root"
        return
    runs = " ".join(run.value for run in image.runtime.all("RUN"))
    for option in (f"useradd --uid {uid} --gid {gid}", f"--owner={uid} --group={gid}"):
        if option not in runs:
            yield f"USER {image.user}: no `{option}` before it"
    order = [instruction.keyword for instruction in image.runtime.instructions]
    if order.index("USER") < max(place for place, keyword in enumerate(order) if keyword in {"RUN", "COPY"}):
        yield "what is made after USER could be changed by what runs"


def _command_faults(image: Image) -> Iterator[str]:
    program, *words = image.entrypoint
    if program not in project()["scripts"]:
        yield f"ENTRYPOINT {program}: the package installs no such program"
    fault = command_fault([*words, *image.command])
    if fault:
        yield fault
    if image.option("--host") != "0.0.0.0":
        yield "the server cannot be reached from outside its container"
    if (stop := image.runtime.last("STOPSIGNAL")) and stop.value != "SIGTERM":
        yield f"STOPSIGNAL {stop.value}: the server ends in order on SIGTERM"


def _agreement_faults(image: Image) -> Iterator[str]:
    if len(image.ports) != 3 or len(set(image.ports)) != 1:
        yield f"the ports of EXPOSE, CMD and HEALTHCHECK differ: {image.ports}"
    environment = image.runtime.environment()
    places = {image.data, environment.get(f"{PREFIX}DATA"), *(volume.value for volume in image.runtime.all("VOLUME"))}
    if len(places) != 1 or not image.runtime.all("VOLUME"):
        yield f"the data folder is not one place: {sorted(map(str, places))}"
    for route in image.routes_asked or ["none"]:
        if route not in operators_routes():
            yield f"HEALTHCHECK asks {route}, which the server does not have"
    for name in environment:
        if name.startswith(PREFIX) and name.removeprefix(PREFIX).lower() not in Settings.model_fields:
            yield f"{name} is no setting"
    for copy in image.runtime.all("COPY"):
        bin_folder = f"{copy.words[-1]}/bin"
        if bin_folder not in environment.get("PATH", "").split(":"):
            yield f"{bin_folder} is not on the PATH"


def _label_faults(stage: Stage) -> Iterator[str]:
    labels = {name: value for label in stage.all("LABEL") for name, value in label.pairs.items()}
    if labels.get("org.opencontainers.image.licenses") != project()["license"]:
        yield "the licence of the label is not the project's"
    yield from (f"{name}: an address that may not be ours" for name, value in labels.items() if "://" in value)
