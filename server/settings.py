"""Every setting of the server: one class, one environment variable each, all documented in docs/settings.md.

A secret may also come from a file: `SEMAFOR_SECRET_FILE=/run/secrets/semafor` sets `SEMAFOR_SECRET`. A variable that
starts with `SEMAFOR_` and is not known here is refused (but `SEMAFOR_TEST_...`), so that a misspelt one is noticed.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)

from server.limits import rates
from server.origins import origin, origins
from server.sentences import sentence
from transcripts.records import Role

PREFIX = "SEMAFOR_"
FREE_PREFIX = "SEMAFOR_TEST_"
Seconds = Annotated[float, Field(gt=0, le=366 * 86400, allow_inf_nan=False)]
SecondsOrNone = Annotated[float, Field(ge=0, le=366 * 86400, allow_inf_nan=False)]


DEFAULT_FILE_TYPES = (
    *("png", "jpg", "jpeg", "gif", "webp", "pdf", "txt", "log", "csv", "zip"),
    *("docx", "xlsx", "pptx", "odt", "ods", "odp", "doc", "xls", "ppt"),
)
"""Pictures, documents and texts; nothing that a browser would run."""


_ON_THIS_MACHINE = {"127.0.0.1", "localhost", "::1"}
"""Plain HTTP is for trying a provider out beside the desk."""


class SettingsError(Exception):
    """A setting is wrong; the text names the variable and the remedy."""


class Settings(BaseModel):
    """Effective settings. Durations are seconds. An admin may change some while the desk runs (desk_settings.py)."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    _fixed: frozenset[str] = PrivateAttr(default=frozenset())

    data: Path = Field(default=Path("var"), description="Folder of the embedded record and of undelivered mail.")
    secret: SecretStr | None = Field(
        default=None,
        description="Signs visitor tokens and mailed links. Made at the first start and kept in the record when unset.",
        min_length=1,
    )
    public_url: str | None = Field(
        default=None,
        description="Where people reach this server: mailed links, Origin check. Default: what it listens on.",
    )
    tz: str = Field(default="UTC", description="The site's time zone: days in reports, dates in mails.")
    site_name: str = Field(
        default="Support", description="The company's name in widget and mails.", min_length=1, max_length=80
    )
    identity_secret: SecretStr | None = Field(
        default=None,
        description="Shared with the customer panel that signs visitors' identities (HS256).",
        min_length=1,
    )
    sites: tuple[str, ...] = Field(
        default=(),
        description="Origins that may embed the widget, separated by spaces or commas. Default: own pages only.",
    )
    trusted_proxies: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] = Field(
        default=(),
        description="Proxies whose X-Forwarded-For is believed, as addresses or networks. Default: nobody's.",
    )
    addresses: Literal["truncated", "full"] = Field(
        default="truncated",
        description="Network addresses in logs: truncated to their network (/24, /48), or full. The record has none.",
    )
    smtp_url: SecretStr | None = Field(
        default=None,
        description="smtp://user:pass@host:port, smtps:// or smtp+starttls://. Unset: a maildir and the mail page.",
    )
    mail_from: str = Field(default="support@localhost", description="Sender of every mail.")
    imap_url: SecretStr | None = Field(
        default=None,
        description="Mailbox to read mail from: imaps://user:pass@host:port/INBOX, imap+starttls:// or imap://.",
    )
    imap_poll_s: Seconds = Field(default=10, description="How often that mailbox is read.")
    inbound_smtp: str | None = Field(
        default=None,
        description="host:port to receive mail on, by SMTP; lmtp://host:port by LMTP. Only mail to SEMAFOR_MAIL_FROM.",
    )
    inbound_max_bytes: int = Field(
        default=26_214_400, description="The largest mail that is taken in.", ge=65_536, le=268_435_456
    )
    inbound_tls_cert: Path | None = Field(
        default=None, description="PEM file of the listener's certificate and its chain: STARTTLS is offered."
    )
    inbound_tls_key: Path | None = Field(
        default=None, description="PEM file of its key, without a password; unset: it stands in the same file."
    )
    inbound_keep_days: int = Field(
        default=180, description="How long a mail is kept as it came, once read. 0: for ever.", ge=0, le=36_500
    )
    inbound_keep_bytes: int = Field(
        default=10_737_418_240,
        description="The most that is kept of mails as they came; the oldest go first. 0: no bound.",
        ge=0,
    )
    service_target_s: Seconds = Field(default=90, description="First reply at the latest; lights turn red.")
    alarm_after_s: Seconds = Field(default=240, description="A chat that waits so long raises the alarm.")
    nobody_online_mail_s: SecondsOrNone = Field(
        default=60, description="Nobody there for so long in opening hours: a mail to the managers. 0: none."
    )
    agent_grace_s: Seconds = Field(default=20, description="How long an agent without a connection keeps their chats.")
    visitor_grace_s: Seconds = Field(
        default=120, description="How long a waiting visitor without a connection keeps the place."
    )
    first_reply_s: Seconds = Field(default=60, description="Without a first answer the chat goes to another agent.")
    idle_warn_s: Seconds = Field(default=600, description="A silent visitor is asked whether they are there.")
    idle_close_s: Seconds = Field(default=300, description="After that question, the chat ends.")
    typical_chat_s: Seconds = Field(
        default=420,
        description="What a chat takes, roughly. A new desk's waits are guessed from it, with a wide range.",
    )
    first_news_s: Seconds = Field(default=14400, description="A new ticket's checkpoint, in opening hours.")
    escalate_after_s: SecondsOrNone = Field(
        default=1800, description="What a tier has not solved in this time passes to the next. 0: nothing does."
    )
    password_min_chars: int = Field(
        default=12, description="The shortest password that people may choose for themselves.", ge=8, le=128
    )
    second_factor_roles: tuple[Role, ...] = Field(
        default=(),
        description="Roles that must have a second factor: `manager admin`. Who has none sets it up at the sign-in.",
    )
    oidc_issuer: str | None = Field(
        default=None,
        description="OpenID Connect provider to sign in with: its issuer, `https://login.example.com`. Unset: none.",
    )
    oidc_client_id: str | None = Field(default=None, description="What this desk is called there.", min_length=1)
    oidc_client_secret: SecretStr | None = Field(
        default=None,
        description="Its secret there. The provider leads back to `/sign-in/provider/callback`.",
        min_length=1,
    )
    oidc_name: str = Field(
        default="single sign-on", description="The provider's name on its button.", min_length=1, max_length=80
    )
    oidc_new_accounts_in: str | None = Field(
        default=None,
        description="Department where people become agents whom the provider knows and the desk does not. Unset: none.",
    )
    limits: Literal["on", "off"] = Field(default="on", description="Rate limits. Off only for load tests on loopback.")
    file_max_bytes: int = Field(
        default=10 * 1024 * 1024,
        description="The largest file that may be sent, in bytes.",
        ge=1024,
        le=200 * 1024 * 1024,
        strict=False,
    )
    file_types: tuple[str, ...] = Field(
        default=DEFAULT_FILE_TYPES,
        description="Kinds of file that may be sent, by extension, separated by spaces or commas; none: no files.",
    )
    rates: tuple[str, ...] = Field(
        default=(), description="Other rates than those below: `message=1000/30 sign_in=300/60`, in so many seconds."
    )
    connections_max: int = Field(
        default=20_000, description="Sockets of one server; who comes then is asked to try again.", ge=1
    )
    connections_per_address: int = Field(
        default=5_000, description="Sockets of one network address; not counted with `SEMAFOR_LIMITS=off`.", ge=1
    )
    mongo_url: SecretStr | None = Field(
        default=None,
        description="The record in MongoDB (a replica set), which several servers can share. Unset: the data folder.",
    )
    redis_url: SecretStr | None = Field(
        default=None,
        description="The queue in Redis >= 7: servers with the same two URLs are one desk. Unset: in this process.",
    )

    @field_validator("tz")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as exc:
            raise ValueError("is no known time zone; use a name such as Europe/Prague") from exc
        return value

    @field_validator("sites", "trusted_proxies", "rates", "file_types", "second_factor_roles", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value

    @field_validator("file_types")
    @classmethod
    def _file_types_are_extensions(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        extensions = tuple(dict.fromkeys(one.lower().removeprefix(".") for one in value))
        wrong = next((one for one in extensions if not (one.isascii() and one.isalnum() and len(one) <= 10)), None)
        if wrong is not None:
            raise ValueError(f"{wrong!r} is no extension; write them like png pdf docx")
        return () if extensions == ("none",) else extensions

    @field_validator("rates")
    @classmethod
    def _rates_are_known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        rates(value)
        return value

    @field_validator("sites")
    @classmethod
    def _sites_are_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return origins(value)

    @field_validator("public_url")
    @classmethod
    def _public_url_is_origin(cls, value: str | None) -> str | None:
        return None if value is None else origin(value.rstrip("/"))

    @field_validator("mail_from")
    @classmethod
    def _mail_from_is_address(cls, value: str) -> str:
        if "@" not in value or any(c.isspace() or ord(c) < 32 for c in value):
            raise ValueError("is no mail address; write support@example.com")
        return value

    @field_validator("oidc_issuer")
    @classmethod
    def _issuer_is_safe(cls, value: str | None) -> str | None:
        parts = urlsplit(value or "https://unset")
        is_near = parts.scheme == "http" and parts.hostname in _ON_THIS_MACHINE
        if not parts.hostname or not (parts.scheme == "https" or is_near) or parts.query or parts.fragment:
            raise ValueError(f"{value!r} is no issuer; write it like https://login.example.com")
        return value

    @model_validator(mode="after")
    def _provider(self) -> Self:
        given = [self.oidc_issuer, self.oidc_client_id, self.oidc_client_secret]
        if any(given) and not all(given):
            raise ValueError(
                f"{PREFIX}OIDC_ISSUER, {PREFIX}OIDC_CLIENT_ID and {PREFIX}OIDC_CLIENT_SECRET belong together; "
                "set all three, or unset them"
            )
        return self

    @model_validator(mode="after")
    def _engines(self) -> Self:
        if self.redis_url is not None and self.mongo_url is None:
            raise ValueError(
                f"{PREFIX}REDIS_URL needs {PREFIX}MONGO_URL: several servers need one record; set both, or unset it"
            )
        return self

    @property
    def takes_mail(self) -> bool:
        """Whether mail comes in by either way: only then it makes sense to ask for answers by mail."""
        return self.imap_url is not None or self.inbound_smtp is not None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.tz)

    @property
    def mail_host(self) -> str:
        """The right side of Message-IDs: the sender's."""
        return self.mail_from.rpartition("@")[2]

    @property
    def fixed(self) -> frozenset[str]:
        """The fields that the environment has set: nothing else may change them."""
        return self._fixed

    def take_over(self, **values: object) -> None:
        """What an admin has set, validated; whoever reads a setting when it is needed has it from now on."""
        for name, value in values.items():
            object.__setattr__(self, name, value)


def load_settings(environ: Mapping[str, str] | None = None, **overrides: object) -> Settings:
    """Settings from the environment; `overrides` (from the command line) win. Raises SettingsError."""
    environ = os.environ if environ is None else environ
    values: dict[str, object] = {}
    for name, value in environ.items():
        if not name.startswith(PREFIX) or name.startswith(FREE_PREFIX):
            continue
        field = name.removeprefix(PREFIX).lower()
        if field.endswith("_file") and field.removesuffix("_file") in Settings.model_fields:
            values[field.removesuffix("_file")] = _read_secret(name, value)
        elif field in Settings.model_fields:
            if value != "":
                values[field] = value
        else:
            raise SettingsError(f"{name} is no setting of Semafor; see docs/settings.md, or unset it")
    named = frozenset(values)
    values.update({key: value for key, value in overrides.items() if value is not None})
    try:
        settings = Settings.model_validate(values)
        settings._fixed = named  # noqa: SLF001 - private to this module
        return settings
    except ValidationError as exc:
        raise SettingsError(_sentence(exc)) from exc


def _read_secret(name: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as exc:
        raise SettingsError(f"{name}: cannot read {path}; check the path and its permissions") from exc


def _sentence(exc: ValidationError) -> str:
    lines = []
    for error in exc.errors(include_input=False, include_url=False):
        name = PREFIX + "_".join(str(part) for part in error["loc"][:1]).upper() + ": " if error["loc"] else ""
        lines.append(name + sentence(error))
    return "; ".join(lines)
