"""The image's steps and its entry point, carried out without Docker in an empty root (tests/docker/rehearsal.py).

Needs root, or sudo that asks for no password: for mounts, namespaces and another user.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from tests.docker.compose import FOLDER, Compose
from tests.docker.confined import Plan, Report
from tests.docker.image import ROOT, Image
from tests.docker.pages import CONTAINERS, commands
from tests.docker.rehearsal import environment_of
from tests.harness.fixtures import ADA

pytestmark = pytest.mark.slow
BUILT_WITHIN_S = 900
NAMESPACES = ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"]


@pytest.fixture(scope="module")
def built() -> Iterator[Path]:
    """A folder with the image's root in it, made once."""
    work = Path(tempfile.mkdtemp(prefix="semafor-image-"))
    try:
        as_root([sys.executable, "-m", "tests.docker.rehearsal", str(work)], timeout_s=BUILT_WITHIN_S)
        yield work
    finally:
        subprocess.run([*elevated(), "rm", "-rf", str(work)], check=True)


@pytest.fixture
def work(built: Path) -> Iterator[Path]:
    """The same root, and nothing else that an earlier test has left."""
    yield built
    subprocess.run([*elevated(), "rm", "-rf", str(built / "volume"), str(built / "output")], check=True)


def as_root(words: list[str], *, given: str = "", timeout_s: float = 300) -> str:
    done = subprocess.run(
        [*elevated(), *words], cwd=ROOT, input=given, capture_output=True, text=True, timeout=timeout_s, check=False
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout


def elevated() -> list[str]:
    if os.geteuid() == 0:
        return []
    assert shutil.which("sudo"), "this needs root, for mounts and namespaces: run it as root or with passwordless sudo"
    return ["sudo", "-n", "--preserve-env"]


def planned() -> Plan:
    """What image and compose file say about a container of `compose.yml`. The short way: nobody is added, one start."""
    image = Image.current()
    (service,) = Compose.of((FOLDER / "compose.yml").read_text(), {}).servers
    assert image.runtime.last("WORKDIR") is None  # the base image's is /, which everybody may enter
    return Plan(
        user=image.user,
        environment={**environment_of(image), **service.environment},
        server=[*image.entrypoint, *image.command],
        probe=list(image.probe),
        port=image.port,
        data=image.data,
        secrets={"semafor_secret": "made only for this test"},
        read_only=service.given["read_only"],
        folders=["/", "/etc", "/opt/semafor/bin", "/run/secrets", "/usr/lib", "/tmp", image.data],
        paths=["/healthz", "/readyz", "/widget.js", "/agent", "/api/v1/openapi.json"],
    )


def documented() -> list[tuple[list[str], str]]:
    """What docs/docker.md has an operator do in the running container of `compose.yml`, and what is piped into it."""
    found = []
    piped = ""
    for words in commands(CONTAINERS.read_text()):
        if words[:5] == ["docker", "compose", "-f", "docker/compose.yml", "exec"]:
            found.append(([word for word in words[5:] if word != "-T"][1:], piped))
        piped = f"{words[1]}\n" if words[0] == "echo" else ""
    assert len(found) == 4
    return found


def carried_out(work: Path, plan: Plan) -> Report:
    words = [*NAMESPACES, sys.executable, "-m", "tests.docker.confined", str(work)]
    return Report(**json.loads(as_root(words, given=json.dumps(asdict(plan)))))


def test_image_serves_as_nobody_in_an_empty_root_that_it_cannot_write(work: Path) -> None:
    people = [
        *documented(),
        (["semafor", "department", "edit", "support", "--hours", ""], ""),  # open whenever this test runs
        (["semafor", *ADA.arguments()], f"{ADA.password}\n"),
        (["semafor", "user", "list"], ""),
    ]

    report = carried_out(work, replace(planned(), people=people, twice=True))

    assert report.probes[-1] == 0, report.said
    assert report.process == {
        "Uid": "10001 10001 10001 10001",
        "Gid": "10001 10001 10001 10001",
        "Groups": "",
        "CapPrm": "0" * 16,
        "CapEff": "0" * 16,
        "CapBnd": "0" * 16,
        "NoNewPrivs": "1",
    }
    assert report.writable == ["/tmp", "/data"]
    assert set(report.statuses.values()) == {200}, report.statuses
    assert [code for code, _ in report.people] == [0] * len(report.people), report.people
    assert {"jana@example.com", ADA.email} <= set(report.people[-1][1].split())
    assert report.conversation == ["Is anybody in there?", "I am."]
    assert report.codes == [0, 0], report.said
    assert max(report.stopped_in_s) < 10
    assert "Traceback" not in report.said
    assert report.said.count("listening on http://0.0.0.0:8080") == 2


def test_health_check_that_asks_for_the_wrong_thing_is_seen(work: Path) -> None:
    plan = planned()
    asks_wrong = [word.replace("/healthz", "/nothing") for word in plan.probe]

    report = carried_out(work, replace(plan, probe=asks_wrong, healthy_within_s=4))

    assert 0 not in report.probes
    assert report.codes == [0], report.said


def test_root_that_can_be_written_is_seen(work: Path) -> None:
    report = carried_out(work, replace(planned(), user="0:0", read_only=False, owner="0:0"))

    assert report.process["Uid"] == "0 0 0 0"
    assert {"/", "/etc", "/opt/semafor/bin"} <= set(report.writable)


def test_data_folder_of_somebody_else_is_one_sentence_and_no_server(work: Path) -> None:
    report = carried_out(work, replace(planned(), owner="0:0"))

    assert report.codes == [2], report.said
    assert "Traceback" not in report.said
    assert "'/data' is not readable" in report.said


def test_program_that_the_empty_root_lacks_is_missed(work: Path) -> None:
    """What the image would need beyond its base cannot come from this machine."""
    report = carried_out(work, replace(planned(), people=[(["curl", "--version"], ""), (["gcc", "--version"], "")]))

    assert [code for code, _ in report.people] == [127, 127]
