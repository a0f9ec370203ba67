"""The installed `semafor`, as an operator runs it: exit codes, and a sentence on standard error where it fails."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import urllib.request
from importlib import metadata
from pathlib import Path

import pytest
from typer.testing import CliRunner

from server.cli import cli
from tests.harness.desk import Desk, User
from tests.harness.engines import Engines
from tests.harness.fixtures import ADA, SUPPORT, NewDesk


@pytest.fixture
def cold(tmp_path: Path, engines: Engines) -> Desk:
    """Not started, and nothing in its record."""
    return engines.desk(tmp_path / "data", {})


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["serve", "--port", "99999"],
        ["department", "add"],
        ["user", "add", "ada@example.com", "--name", "Ada", "--role", "boss", "--password-stdin"],
        ["user", "add", "ada@example.com", "--name", "Ada", "--role", "admin"],
        ["user", "weekly-report", "ada@example.com", "maybe"],
    ],
    ids=" ".join,
)
def test_words_that_are_no_command_are_exit_code_2(arguments: list[str]) -> None:
    """Refused before anything is opened, so a process of its own would show nothing more."""
    done = CliRunner().invoke(cli, arguments, input="secret password\n")

    assert done.exit_code == 2
    assert done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["department", "add", "Not An Id"],
        ["department", "add", "sales", "--hours", "whenever"],
        ["department", "add", "sales", "--holiday", "25.12. closed"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_exit_code_2(cold: Desk, arguments: list[str]) -> None:
    done = cold.run(*arguments, stdin="secret password\n")

    assert done.returncode == 2
    assert done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["department", "edit", "nowhere", "--name", "X"], "There is no department nowhere"),
        (["user", "disable", "nobody@example.com"], "has no account"),
    ],
    ids=["department", "user"],
)
def test_a_failed_operation_is_exit_code_1_with_a_sentence(cold: Desk, arguments: list[str], sentence: str) -> None:
    done = cold.run(*arguments)

    assert done.returncode == 1
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_check_shows_the_settings_without_secrets_and_fails_on_a_misspelt_one(tmp_path: Path) -> None:
    good = Desk(tmp_path / "data", {"SEMAFOR_SMTP_URL": "smtp://jana:hunter2@mail.example.com:587"})
    bad = Desk(tmp_path / "data", {"SEMAFOR_SERVICE_TARGET": "60"})
    broken = Desk(tmp_path / "data", {"SEMAFOR_SMTP_URL": "mail.example.com"})

    shown = good.cli("check")

    assert "SEMAFOR_SERVICE_TARGET_S=90" in shown
    assert "hunter2" not in shown
    assert good.settings["SEMAFOR_SECRET"] not in shown
    for desk, name in ((bad, "SEMAFOR_SERVICE_TARGET "), (broken, "SEMAFOR_SMTP_URL")):
        done = desk.run("check")
        assert done.returncode == 1
        assert name in done.stderr


def test_a_taken_port_is_one_sentence_with_the_remedy(cold: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        done = cold.run("serve", "--port", str(port))

    assert done.returncode == 1
    assert "--port" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.slow
def test_a_folder_that_another_server_serves_is_one_sentence_with_the_remedy(new_desk: NewDesk) -> None:
    desk = new_desk(users=())

    second = desk.run("serve", "--port", "0", "--data", str(desk.data))
    desk.kill()
    desk.start()  # the dead keep nobody out

    assert (second.returncode, second.stdout) == (1, "")
    assert "End it first, or name another folder with --data" in second.stderr
    assert "Traceback" not in second.stderr


def test_a_folder_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a folder")

    done = Desk(tmp_path / "data", {}).run("user", "list")

    assert done.returncode == 1
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_the_weekly_report_is_switched_for_managers_and_for_nobody_else(cold: Desk) -> None:
    cold.run("department", "add", "support", "--name", "Support")
    for name, role in (("ada", "agent"), ("max", "manager")):
        account = ["--name", name, "--role", role, "--department", "support", "--password-stdin"]
        cold.run("user", "add", f"{name}@desk.example", *account, stdin="secret password\n")

    said = [cold.run("user", "weekly-report", "max@desk.example", switch).stdout.strip() for switch in ("on", "off")]
    refused = cold.run("user", "weekly-report", "ada@desk.example", "on")

    assert said == ["max@desk.example gets the weekly report.", "max@desk.example gets no weekly report."]
    assert refused.returncode == 1
    assert "managers and admins" in refused.stderr


def test_changes_reach_a_running_server(new_desk: NewDesk) -> None:
    desk = new_desk(departments=[SUPPORT], users=[])
    desk.add_user(ADA)

    assert "ada@desk.example" in desk.cli("user", "list")
    assert _status_of_sign_in(desk, ADA) == 201
    desk.cli("user", "disable", ADA.email)
    assert _status_of_sign_in(desk, ADA, until=401) == 401


def test_the_demo_prints_its_sign_ins_and_comes_back_as_it_was(cold: Desk) -> None:
    for _ in range(2):
        said = _run_demo(cold)
        assert "jana@demo.example" in said
        assert re.search(r"^listening on http://127.0.0.1:\d+$", said, re.MULTILINE)


def _run_demo(desk: Desk) -> str:
    command = [*desk._program, "demo", "--port", "0", "--data", str(desk.data)]
    process = subprocess.Popen(command, env=desk._environment(), stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if line.startswith("listening on "):
            with urllib.request.urlopen(line.split()[-1]) as page:
                assert "Acme Parcel" in page.read().decode()
            break
    process.send_signal(signal.SIGTERM)
    assert process.wait(15) == 0
    process.stdout.close()
    return said


def _status_of_sign_in(desk: Desk, user: User, until: int = 201) -> int:
    """The answer, asked again until it is `until` or 5 s of retries are over: so long may a change take."""
    body = json.dumps({"email": user.email, "password": user.password}).encode()
    request = urllib.request.Request(
        f"{desk.url}/api/v1/sessions", body, {"Content-Type": "application/json"}, method="POST"
    )
    status = 0
    for _ in range(9):  # below the limit of 10 a minute for one account
        try:
            with urllib.request.urlopen(request) as answer:
                status = answer.status
        except urllib.error.HTTPError as refused:
            status = refused.code
            refused.close()
        if status == until:
            break
        desk.run("check")  # takes as long as a process needs to start
    return status


def test_the_version_is_said(cold: Desk) -> None:
    said = cold.run("--version")

    assert (said.returncode, said.stdout.strip()) == (0, metadata.version("semafor"))
