"""Origins, colours and texts that an admin sets: what is taken, in which form, and what is said of the rest."""

from __future__ import annotations

import pytest

from server.contrast import contrast, fitted, normalised
from server.errors import Refusal
from server.fields import parse
from server.origins import origin
from server.setting_groups import MailChange, SitesChange, WidgetChange, merged


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("https://www.example.com", "https://www.example.com"),
        (" HTTPS://WWW.Example.com:443/ ", "https://www.example.com"),
        ("http://localhost:5000", "http://localhost:5000"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
        ("https://[::1]:8443", "https://[::1]:8443"),
        ("https://žirafa.cz", "https://xn--irafa-tib.cz"),
    ],
)
def test_an_origin_is_kept_as_browsers_write_it(written: str, meant: str) -> None:
    assert origin(written) == meant


@pytest.mark.parametrize(
    "written",
    [
        *("", "null", "example.com", "ftp://example.com", "https://", "https://example.com/shop", "https://a.cz?x=1"),
        *("https://*.example.com", "https://a.cz;script-src x", "https://a.cz 'unsafe-inline'", "https://me@a.cz"),
        *("https://a..cz", "https://-a.cz", "https://a.cz:99999", "https://a.cz:0", "https://a.cz#x", "https://a.cz?"),
        *(
            "https://a.cz'",
            "https://a.cz,b.cz",
            "https://[fe80::1%25eth0]",
            "javascript:alert(1)",
            "https://" + "a" * 300,
        ),
    ],
)
def test_what_is_no_single_plain_origin_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"origin|wildcard"):
        origin(written)


@pytest.mark.parametrize("colour", ["#ffeb3b", "#ffffff", "#000000", "#2f5bd7", "#7f7f7f", "#00ff00"])
def test_whatever_the_accent_it_is_shown_so_that_it_can_be_read_in_both_schemes(colour: str) -> None:
    for shown in fitted(colour).values():
        accent, ink = (tuple(int(part[at : at + 2], 16) for at in (1, 3, 5)) for part in (shown.accent, shown.ink))

        assert contrast(accent, ink) >= 4.5  # type: ignore[arg-type]
        assert shown.shown >= 4.5
    assert fitted("#1a4fd0")["light"].accent == "#1a4fd0"


def test_a_colour_is_hexadecimal_or_none() -> None:
    assert (normalised("#ABC"), normalised("#aabbcc")) == ("#aabbcc", "#aabbcc")
    assert [normalised(other) for other in ("red", "abc", "#12345", "#ggg", "rgb(1,2,3)", "#fff;}")] == [None] * 6


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"accent": "red"}, "accent"),
        ({"position": "top"}, "position"),
        ({"texts": {"de": {"start_title": "Hallo"}}}, "texts.de"),
        ({"texts": {"cs": {"button": "x" * 31}}}, "texts.cs.button"),
        ({"texts": {"cs": {"start_text": "Dobrý den, {name}"}}}, "texts.cs.start_text"),
        ({"offers": {"chat": False, "callback": False, "suggestion": False, "message": False}}, "offers"),
        ({"ask": {"name": "maybe"}}, "ask.name"),
        ({"site_name": "x" * 81}, "site_name"),
        ({"if_version": -1}, "if_version"),
    ],
)
def test_what_is_wrong_with_the_widget_is_said_of_its_field(change: dict[str, object], field: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse(WidgetChange, change)

    assert refused.value.field == field


def test_names_and_signatures_cannot_leave_their_place_in_a_mail() -> None:
    mail = parse(MailChange, {"name": " Acme\r\nBcc: all@example.com ", "signatures": {"cs": " Ahoj\nTým ", "el": " "}})

    assert mail.name == "Acme Bcc: all@example.com"
    assert mail.signatures == {"cs": "Ahoj\nTým", "el": None}
    with pytest.raises(Refusal):
        parse(MailChange, {"address": "not an address"})
    with pytest.raises(Refusal):
        parse(SitesChange, {"origins": [f"https://shop{n}.example" for n in range(201)]})


def test_a_change_leaves_what_it_does_not_name_and_null_takes_back() -> None:
    before = {"texts": {"cs": {"button": "Pomoc", "start_title": "Ahoj"}}, "accent": "#112233"}

    after = merged(before, {"texts": {"cs": {"button": None}, "el": {"button": "Βοήθεια"}}, "accent": None})

    assert after == {"texts": {"cs": {"start_title": "Ahoj"}, "el": {"button": "Βοήθεια"}}}
    assert merged(after, {"texts": {"cs": {"start_title": None}, "el": {"button": None}}}) == {}
