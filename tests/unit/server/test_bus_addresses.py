"""One SEMAFOR_REDIS_URL for the queue and for the bus, whose library writes some addresses otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from server.sockets.redis_line import manager_address


@pytest.mark.parametrize(
    "url",
    [
        "redis://127.0.0.1:6379/0",
        "redis://ann:s%40crt@redis.example:6380/2",
        "rediss://redis.example/0?ssl_ca_certs=%2Fetc%2Fca.pem&ssl_check_hostname=true",
        "unix:///run/redis.sock?db=1",
    ],
)
def test_the_address_of_one_node_stays_as_it_is(url: str) -> None:
    assert manager_address(url) == (url, {})


def test_an_address_cannot_make_the_bus_deaf_or_wait_longer() -> None:
    url = "redis://h/0?decode_responses=true&max_connections=1&socket_timeout=60&client_name=desk"

    assert manager_address(url) == ("redis://h/0?client_name=desk", {})


@pytest.mark.parametrize(
    ("url", "translated"),
    [
        ("redis+sentinel://one/desk", "redis+sentinel://one:26379/0/desk"),
        ("redis+sentinel://one:5000,two/desk/3", "redis+sentinel://one:5000,two:26379/3/desk"),
        ("redis+sentinel://ann:s%40crt@one,two:1/desk", "redis+sentinel://one:26379,two:1/0/desk"),
        ("redis+sentinel://[::1]:5000,[fe80::2]/desk", "redis+sentinel://::1:5000,fe80::2:26379/0/desk"),
        ("rediss+sentinel://one/desk", "redis+sentinel://one:26379/0/desk"),
    ],
)
def test_sentinels_are_named_in_the_library_s_way(url: str, translated: str) -> None:
    assert manager_address(url)[0] == translated


def test_who_we_are_to_the_master_and_to_its_sentinels_goes_beside_the_address() -> None:
    options = _options("rediss+sentinel://ann:s%40crt@one/desk?sentinel_password=w%26tch&sentinel_username=guard")

    assert (options["username"], options["password"], options["ssl"]) == ("ann", "s@crt", True)
    asked = options["sentinel_kwargs"]
    assert (asked["username"], asked["password"], asked["ssl"]) == ("guard", "w&tch", True)
    assert asked["socket_timeout"] < 1


def test_sentinels_without_a_password_are_asked_without_one() -> None:
    options = _options("redis+sentinel://one/desk")

    assert options["username"] is options["password"] is options["sentinel_kwargs"]["password"] is None
    assert "ssl" not in options


@pytest.mark.parametrize("url", ["redis+sentinel://one:port/desk", "redis+sentinel://one/desk/first"])
def test_what_is_no_address_is_a_value_error(url: str) -> None:
    with pytest.raises(ValueError, match=r"port|invalid literal"):
        manager_address(url)


def _options(url: str) -> dict[str, Any]:
    return manager_address(url)[1]
