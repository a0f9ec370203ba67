"""The compose files say nothing that image, settings and neighbours do not bear out; each check sees a broken copy."""

from __future__ import annotations

from pathlib import Path

import pytest
from redis import Redis

from tests.docker.compose import FOLDER, Compose
from tests.docker.compose_faults import compose_faults, variable_faults
from tests.docker.image import Image
from tests.harness.redis import RedisServer

ONE, SCALE = "compose.yml", "compose.scale.yml"
# What must be said before they can start.
ENVIRON = {ONE: {}, SCALE: {"SEMAFOR_PUBLIC_URL": "https://chat.example.com"}}

# What is changed -> what must be said about it.
BROKEN_ONE = {
    "a setting that is gone": ("SEMAFOR_TZ:", "SEMAFOR_TIMEZONE:", "SEMAFOR_TIMEZONE is no setting"),
    "a setting that is gone, in a comment": ("SEMAFOR_MAIL_FROM", "SEMAFOR_MAIL_SENDER", "SEMAFOR_MAIL_SENDER is no"),
    "a value that is wrong": ("http://localhost:8080", "localhost", "is no origin"),
    "a zone that is wrong": ("${SEMAFOR_TZ:-}", "Europe/Praha", "is no known time zone"),
    "a secret in the open": (
        "SEMAFOR_SECRET_FILE: /run/secrets/semafor_secret",
        "SEMAFOR_SECRET: abc",
        "a secret in an env",
    ),
    "a secret that is not shown": ("    secrets:\n      - semafor_secret\n", "", "is not shown to it"),
    "a secret elsewhere": ("file: secrets/semafor_secret", "file: semafor_secret", "not where docs/docker.md puts it"),
    "a Dockerfile that is gone": ("docker/Dockerfile", "Dockerfile", "is built from nothing"),
    "another version": ("semafor:0.1.0", "semafor:0.0.1", "semafor:0.0.1 is not this version"),
    "a root to write": ("read_only: true", "read_only: false", "its root can be written"),
    "nowhere for passing files": ("- /tmp", "- /run", "or /tmp cannot"),
    "capabilities": ("      - ALL", "      - NET_RAW", "keeps capabilities"),
    "capabilities that come back": ("    init: true", "    cap_add: [SYS_ADMIN]", "is not run as the image says"),
    "privileges": ("no-new-privileges:true", "seccomp:unconfined", "may gain privileges"),
    "root": ("    init: true", '    user: "0:0"', "is not run as the image says"),
    "a data folder that is lost": ("- data:/data", "- data:/var/lib/semafor", "no volume at /data"),
    "no patience": ("stop_grace_period: 15s", "stop_grace_period: 5s", "is killed before it has ended"),
    "no second start": ("restart: unless-stopped", 'restart: "no"', "is not started again"),
    "no health": ("healthcheck:", "x-check:", "its health is not asked for"),
    "another health": ("      interval: 10s", "      test: [CMD, 'true']", "its health is not asked for"),
    "another port": ("8080:8080", "8080:80", "port 80 is not the server's"),
    "plain HTTP for everybody": ("127.0.0.1:8080", "8080", "plain HTTP on every address"),
    "another command": ("    init: true", "    command: [server]", "there is no such command"),
    "a volume that is not declared": (
        "- data:/data",
        "- record:/data",
        "volumes: record is declared or used, not both",
    ),
}
BROKEN_SCALE = {
    "two builds of one image": (
        "    pull_policy: never",
        "    build: {context: .., dockerfile: docker/Dockerfile}",
        "2 services build one image",
    ),
    "an image from somewhere": ("pull_policy: never", "pull_policy: missing", "its image is asked of a registry"),
    "a queue without a record": (
        "SEMAFOR_MONGO_URL: mongodb",
        "# SEMAFOR_MONGO_URL: mongodb",
        "needs SEMAFOR_MONGO_URL",
    ),
    "a password in the open": ("redis://valkey", "redis://x:y@valkey", "SEMAFOR_REDIS_URL: a secret in an env"),
    "a file that is gone": ("./Caddyfile:", "./proxy.conf:", "proxy: there is no ./proxy.conf"),
    "an image without a version": ("caddy:2.11-alpine", "caddy:alpine", "caddy:alpine is not pinned"),
    "no image's version at all": ("mongo:8.0", "mongo", "mongo is not pinned"),
    "capabilities of an engine": ("    user: valkey\n    cap_drop:\n      - ALL\n", "", "valkey: keeps capabilities"),
    "a way past the proxy": ("    user: valkey", '    ports: ["6379:6379"]', "valkey: publishes a port past the proxy"),
    "a service that is gone": (
        "    valkey:\n      condition",
        "    redis:\n      condition",
        "waits for redis, which is not",
    ),
    "a health that is not there": ("test: [CMD, valkey-cli, ping]", "retries: 3", "waits for the health of valkey"),
    "an end that never comes": ("restart: on-failure", "restart: unless-stopped", "waits for the end of mongo-replica"),
    "no waiting": ("condition: service_healthy", "condition: service_started", "to be service_started only"),
    "another queue": ("redis://valkey:", "redis://redis:", "no service redis"),
    "another record": ("mongodb://mongo:27017/semafor", "mongodb://db/semafor", "no service db"),
    "another replica set": ("?replicaSet=rs0", "?replicaSet=rs1", "mongo is no member"),
    "a queue with holes": ("noeviction", "allkeys-lru", "may throw chats out"),
    "a queue that forgets": ('--appendonly, "yes"', '--appendonly, "no"', "forgets the queue"),
    "a network with a way out": ("    internal: true\n", "", "engines leads outside"),
    "a proxy among the engines": (
        "      - proxy:/config\n    networks:\n",
        "      - proxy:/config\n    networks:\n      - engines\n",
        "proxy is open to the outside and reaches",
    ),
    "servers without engines": ("    - front\n    - engines\n", "    - front\n", "semafor-1 cannot reach"),
    "a network that nobody joins": (
        "  front:\n  engines:",
        "  front:\n  back:\n  engines:",
        "networks: back is declared",
    ),
}
BROKEN = [(ONE, broken) for broken in BROKEN_ONE.values()] + [(SCALE, broken) for broken in BROKEN_SCALE.values()]


def compose(name: str) -> Compose:
    return Compose.of((FOLDER / name).read_text(), ENVIRON[name])


@pytest.mark.parametrize("name", [ONE, SCALE])
def test_compose_file_agrees_with_image_settings_and_neighbours(name: str) -> None:
    assert compose_faults(compose(name), Image.current()) == []


@pytest.mark.parametrize(("name", "broken"), BROKEN, ids=[*BROKEN_ONE, *BROKEN_SCALE])
def test_broken_compose_file_is_seen(name: str, broken: tuple[str, str, str]) -> None:
    old, new, said = broken
    text = (FOLDER / name).read_text()
    assert old in text

    faults = compose_faults(Compose.of(text.replace(old, new), ENVIRON[name]), Image.current())

    assert said in "\n".join(faults)


def test_two_servers_are_one_image_with_one_environment() -> None:
    one, two = compose(SCALE).servers
    how_it_is_made = {"build", "pull_policy"}

    assert (one.name, two.name) == ("semafor-1", "semafor-2")
    assert {key: value for key, value in one.given.items() if key not in how_it_is_made} == {
        key: value for key, value in two.given.items() if key not in how_it_is_made
    }


def test_every_file_beside_them_names_known_settings_only() -> None:
    texts = {path.name: path.read_text() for path in FOLDER.iterdir() if path.is_file()}

    assert {name: variable_faults(text) for name, text in texts.items() if variable_faults(text)} == {}


def test_two_servers_are_not_started_without_saying_where_people_reach_them() -> None:
    with pytest.raises(KeyError, match="where people reach the desk"):
        Compose.of((FOLDER / SCALE).read_text(), {})


def test_only_the_proxy_of_two_servers_is_open_to_the_outside() -> None:
    services = compose(SCALE).services

    assert {name for name, service in services.items() if service.ports} == {"proxy"}
    assert [port for _, port, _ in services["proxy"].ports] == [80, 443]


def test_valkey_takes_its_command_line_and_never_evicts(tmp_path: Path) -> None:
    _, *options = compose(SCALE).services["valkey"].command
    server = RedisServer(tmp_path / "valkey", options=tuple(options))

    server.start()
    try:
        with Redis.from_url(server.url, decode_responses=True) as client:
            said = client.config_get("maxmemory-policy", "appendonly", "maxmemory")
    finally:
        server.kill()

    assert said == {"maxmemory-policy": "noeviction", "appendonly": "yes", "maxmemory": str(256 * 1024 * 1024)}
