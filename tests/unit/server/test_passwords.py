"""Which passwords people may choose, and in what words their devices are listed."""

from __future__ import annotations

import pytest

from server.services.accounts.devices import cut_short, device_of
from server.services.accounts.passwords import fault_of

ADA = "ada@example.com"


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("four brown owls at noon", None),
        ("92#41!77df8123", None),
        ("ключ под ковриком", None),
        ("11 signs lo", "short"),
        ("", "short"),
        ("x" * 1025, "long"),
        ("ada@example.com", "address"),
        (" ADA@Example.com1", "address"),
        ("Password123!!", "common"),
        ("hesloheslohéslo", None),
        ("hesloheslo heslo", "common"),
        ("qwertyuiop12", "common"),
        ("098765432109", "common"),
        ("aaaaaaaaaaaaaaaa", "common"),
        ("Пароль123456", "common"),
    ],
)
def test_what_others_try_first_is_no_password(password: str, fault: str | None) -> None:
    assert fault_of(password, ADA, 12) == fault


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari on iPhone"),
        ("curl/8.5.0", "curl"),
        ("", "Unknown device"),
        ("\x00<script>", "Unknown device"),
        ("a" * 5000, "a" * 39 + "…"),
    ],
)
def test_a_device_is_named_in_words_its_owner_knows(user_agent: str, words: str) -> None:
    assert device_of(user_agent) == words


@pytest.mark.parametrize(
    ("address", "short"),
    [
        ("203.0.113.9", "203.0.113.x"),
        ("::ffff:203.0.113.9", "203.0.113.x"),
        ("2001:db8:7:1::9", "2001:db8:7::x"),
        ("no address", ""),
    ],
)
def test_an_address_is_kept_without_its_end(address: str, short: str) -> None:
    assert cut_short(address) == short
