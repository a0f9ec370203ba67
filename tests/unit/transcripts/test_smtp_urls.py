from __future__ import annotations

import pytest

from transcripts.sending.smtp import SmtpServer, SmtpUrlError, server_of


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", SmtpServer("mail.example", 25, "none")),
        ("smtps://mail.example", SmtpServer("mail.example", 465, "tls")),
        ("smtp+starttls://mail.example", SmtpServer("mail.example", 587, "starttls")),
        ("smtp://127.0.0.1:2525/", SmtpServer("127.0.0.1", 2525, "none")),
        ("smtp://[::1]:2525", SmtpServer("::1", 2525, "none")),
        (
            "smtps://petr%40example.com:p%2Fa%3As%20s%C3%A9%23@mail.example:4465",
            SmtpServer("mail.example", 4465, "tls", "petr@example.com", "p/a:s sé#"),
        ),
    ],
)
def test_a_mail_server_is_read_from_its_url(url: str, server: SmtpServer) -> None:
    assert server_of(url) == server


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.example",
        "http://mail.example",
        "smtp://",
        "smtp://mail.example:0x19",
        "smtp://mail.example:99999",
        "smtp://mail.example/path",
        "smtp://user:hunter2/more@mail.example",
        "smtp://user:hunter2#more@mail.example",
        "smtp://user@mail.example",
    ],
)
def test_a_url_that_cannot_be_meant_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(SmtpUrlError, match=r"\.$") as refused:
        server_of(url)

    assert "hunter2" not in str(refused.value)


def test_a_server_does_not_show_its_password() -> None:
    assert "hunter2" not in repr(server_of("smtp://user:hunter2@mail.example"))
