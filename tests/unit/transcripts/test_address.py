from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcripts.address import AddressError, mail_address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (" petr@example.com ", "petr@example.com"),
        ("Petr.Novak+news@Example.COM", "Petr.Novak+news@example.com"),
        ("visitor@customer.test", "visitor@customer.test"),
        ("visitor@desk.example", "visitor@desk.example"),
        ("info@пример.рф", "info@xn--e1afmkfd.xn--p1ai"),
    ],
)
def test_an_address_is_kept_in_the_form_in_which_it_is_mailed(text: str, address: str) -> None:
    assert mail_address(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "petr",
        "petr@",
        "@example.com",
        "petr@example",
        "petr@test",
        "root@localhost",
        "petr@example.com\r\nBcc: all@example.com",
        "petr@example.com\u2028Bcc: all@example.com",
        "petr@example.com, all@example.com",
        "Petr <petr@example.com>",
        '"quoted local"@example.com',
        "петр@example.com",
        "petr@[127.0.0.1]",
        "petr@exa mple.com",
        "p\x00etr@example.com",
        "p" * 65 + "@example.com",
        "petr@" + "a." * 130 + "com",
    ],
)
def test_what_is_no_address_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(AddressError, match=r"\.$"):
        mail_address(text)


@given(st.text(max_size=400))
def test_any_text_is_an_ascii_address_or_refused(text: str) -> None:
    try:
        address = mail_address(text)
    except AddressError:
        return
    assert address.isascii()
    assert address.isprintable()
    assert " " not in address
