"""What docs/docker.md and docs/proxies.md tell an operator to type or to copy is what the files and the code know."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

import pytest
import yaml
from aiohttp.web_protocol import RequestHandler

from server.limits import RATES, Name
from server.sockets.engine import MAX_FRAME_BYTES
from server.sockets.transport import PING_INTERVAL_S, PING_TIMEOUT_S
from tests.docker.command_line import command_fault
from tests.docker.compose import FOLDER, Compose
from tests.docker.compose_faults import variable_faults
from tests.docker.image import ROOT, Image
from tests.docker.image_faults import operators_routes
from tests.docker.pages import CONTAINERS, PROXIES, block, blocks, commands

# How long the server keeps an idle connection: `server/app.py` leaves it to aiohttp.
KEPT_OPEN_S = int(inspect.signature(RequestHandler).parameters["keepalive_timeout"].default)
SUBCOMMANDS = {"build", "cp", "exec", "up"}
_ADDRESS = re.compile(r"\b((?:\d+\.){3}\d+|semafor-\d):(\d+)\b")


def page_faults(page: str) -> list[str]:
    """Commands that name a file, a service, a subcommand or a setting that is not there."""
    found = variable_faults(page)
    for words in commands(page):
        if words[:2] == ["docker", "compose"]:
            found += _compose_command_faults(words[2:])
        elif words[:2] == ["docker", "build"] and not (ROOT / words[words.index("-f") + 1]).is_file():
            found.append(f"nothing to build from: {words}")
    return found


def _compose_command_faults(words: list[str]) -> Iterator[str]:
    assert words[0] == "-f", words
    file = ROOT / words[1]
    if not file.is_file():
        yield f"there is no {words[1]}"
        return
    services = Compose.of(file.read_text(), {"SEMAFOR_PUBLIC_URL": "https://chat.example.com"}).services
    subcommand, *rest = words[2:]
    if subcommand not in SUBCOMMANDS:
        yield f"docker compose {subcommand} is not known here"
    named = [word for word in rest if not word.startswith("-")]
    service = named[0].partition(":")[0] if named else None
    if service is not None and service not in services:
        yield f"{words[1]} has no service {service}"
    if subcommand == "exec" and named[1] == "semafor":
        fault = command_fault(rest[rest.index(named[0]) + 2 :])
        if fault:
            yield fault


def test_commands_of_the_page_are_those_of_files_and_program() -> None:
    assert page_faults(CONTAINERS.read_text()) == []
    assert page_faults(PROXIES.read_text()) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("-f docker/compose.yml up", "-f docker/docker-compose.yml up", "there is no docker/docker-compose.yml"),
        ("exec semafor semafor check", "exec server semafor check", "has no service server"),
        ("exec semafor semafor check", "exec semafor semafor verify", "there is no such command"),
        ("--password-stdin", "--password", "No such option: --password"),
        ("--wait semafor-2", "--wait semafor-3", "has no service semafor-3"),
        ("docker build -f docker/Dockerfile", "docker build -f Dockerfile", "nothing to build from"),
        ("`SEMAFOR_TZ`", "`SEMAFOR_ZONE`", "SEMAFOR_ZONE is no setting"),
    ],
)
def test_broken_command_is_seen(old: str, new: str, said: str) -> None:
    page = CONTAINERS.read_text()
    assert old in page

    assert said in "\n".join(page_faults(page.replace(old, new)))


def test_secret_is_written_where_the_compose_files_look_for_it() -> None:
    written = [words[words.index(">") + 1] for words in commands(CONTAINERS.read_text()) if ">" in words]

    for name in ("compose.yml", "compose.scale.yml"):
        (secret,) = yaml.safe_load((FOLDER / name).read_text())["secrets"].values()
        assert [f"docker/{secret['file']}"] == written


def test_containers_alone_are_run_with_what_compose_gives_them() -> None:
    (run,) = [words for words in commands(CONTAINERS.read_text()) if words[:2] == ["docker", "run"]]
    image = Image.current()

    assert run[-1] == "semafor"
    assert f"semafor:{image.data}" in run
    assert f"127.0.0.1:{image.port}:{image.port}" in run
    assert {"--init", "--read-only", "no-new-privileges"} <= set(run)


def test_page_shows_the_very_caddyfile_that_compose_mounts() -> None:
    assert block(PROXIES, "caddy") == (FOLDER / "Caddyfile").read_text()


@pytest.mark.parametrize("language", ["nginx", "caddy", "yaml"])
def test_every_proxy_reaches_the_port_that_the_image_listens_on(language: str) -> None:
    text = "\n".join(blocks(PROXIES.read_text(), language))
    addresses = set(_ADDRESS.findall(text))

    assert {port for _, port in addresses} == {str(Image.current().port)}
    assert len({host for host, _ in addresses}) == 2


@pytest.mark.parametrize("language", ["nginx", "caddy", "yaml"])
def test_every_proxy_keeps_the_operators_routes_inside_and_asks_none_that_is_not_there(language: str) -> None:
    text = "\n".join(blocks(PROXIES.read_text(), language))

    for route in operators_routes():
        assert route.removeprefix("/") in text, route
    asked = re.findall(r"(?:health_uri|path:) (\S+)", text)
    assert set(asked) <= operators_routes()


def test_caddy_of_two_servers_knows_them_by_the_names_of_their_services() -> None:
    servers = Compose.of((FOLDER / "compose.scale.yml").read_text(), {"SEMAFOR_PUBLIC_URL": "https://x"}).servers

    assert {host for host, _ in _ADDRESS.findall((FOLDER / "Caddyfile").read_text())} == {s.name for s in servers}


def patience_faults(text: str) -> list[str]:
    """What is cut or refused that a server would have carried. A living connection is silent for two pings at most."""
    silence_s = PING_INTERVAL_S + PING_TIMEOUT_S
    waits = re.findall(r"(\w*(?:read_timeout|send_timeout|header_timeout|HeaderTimeout)):? (\d+)s", text)
    sizes = re.findall(r"(client_max_body_size|max_size) (\d+)(?:m|MB)\b", text)
    kept = re.findall(r"(keepalive|keepalive_timeout|idleConnTimeout):? (\d+)s", text)
    return [
        *(
            f"{name} {seconds} s is shorter than a living silence"
            for name, seconds in waits
            if int(seconds) <= silence_s
        ),
        *(f"{name} {size} MB is too small" for name, size in sizes if int(size) * 1_000_000 < MAX_FRAME_BYTES),
        *(f"{name} {seconds} s: the server is first to close" for name, seconds in kept if int(seconds) >= KEPT_OPEN_S),
        *([] if waits else ["no time is given for the server's answer"]),
    ]


@pytest.mark.parametrize("language", ["nginx", "caddy", "yaml"])
def test_every_proxy_is_more_patient_than_the_server(language: str) -> None:
    assert patience_faults("\n".join(blocks(PROXIES.read_text(), language))) == []


@pytest.mark.parametrize(
    ("language", "old", "new", "said"),
    [
        ("nginx", "proxy_read_timeout 60s", "proxy_read_timeout 20s", "proxy_read_timeout 20 s is shorter"),
        ("nginx", "client_max_body_size 2m", "client_max_body_size 1m", "client_max_body_size 1 MB is too small"),
        ("nginx", "keepalive_timeout 30s", "keepalive_timeout 5000s", "the server is first to close"),
        (
            "caddy",
            "response_header_timeout 60s",
            "response_header_timeout 5s",
            "response_header_timeout 5 s is shorter",
        ),
        ("caddy", "max_size 2MB", "max_size 1MB", "max_size 1 MB is too small"),
        ("yaml", "responseHeaderTimeout: 60s", "x: 1", "no time is given"),
    ],
)
def test_impatient_proxy_is_seen(language: str, old: str, new: str, said: str) -> None:
    text = "\n".join(blocks(PROXIES.read_text(), language))
    assert old in text

    assert said in "\n".join(patience_faults(text.replace(old, new)))


def test_limits_that_all_share_behind_a_proxy_are_those_of_the_server() -> None:
    told = re.findall(r"\| ([\d,]+) \|$", PROXIES.read_text(), re.MULTILINE)
    shared: tuple[Name, ...] = ("connect", "chat_start_address", "ticket_address", "sign_in", "http")

    assert [int(number.replace(",", "")) for number in told] == [RATES[name].amount for name in shared]
    assert {RATES[name].get_expiry() for name in shared} == {60}


def test_pages_name_files_that_are_there() -> None:
    for page in (CONTAINERS, PROXIES):
        named = re.findall(r"(?:docker|docs)/[\w.-]+\.(?:md|yml|js)|docker/[A-Z]\w+", page.read_text())
        assert named
        assert [name for name in named if not (ROOT / name).is_file()] == [], page.name
