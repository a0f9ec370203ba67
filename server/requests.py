"""What comes in: one model per event of docs/protocol.md. Unknown fields are ignored, types are taken literally.

Text is Unicode without NUL and lone surrogates, trimmed, at most 8,000 characters.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    WrapValidator,
)
from pydantic_core import PydanticCustomError

from server.errors import Code, Refusal
from transcripts.address import AddressError, mail_address
from transcripts.records import AgentStatus, Priority

TEXT_MAX = 8_000
CODE_DIGITS = 6
PHONE_MAX = 60
TOO_LONG = "text_too_long"
"""Of what people write; an id or a token that is too long is no such thing at all: invalid."""
Model = TypeVar("Model", bound="Request")


def _clean(value: str) -> str:
    if "\x00" in value or any(0xD800 <= ord(c) <= 0xDFFF for c in value):
        raise PydanticCustomError("text", "must not contain NUL or half characters")
    return value


def _text(max_length: int, min_length: int = 1) -> Any:
    def check(value: str) -> str:
        value = _clean(value).strip()
        if len(value) < min_length:
            raise PydanticCustomError("empty", "must not be empty")
        if len(value) > max_length:
            raise PydanticCustomError(TOO_LONG, "is too long: at most {max} characters", {"max": max_length})
        return value

    return AfterValidator(check)


def _none_if_blank(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _digits(value: str) -> str:
    digits = "".join(value.split()).replace("-", "")
    if not (digits.isascii() and digits.isdecimal() and len(digits) == CODE_DIGITS):
        raise PydanticCustomError("code", "should be the {n} digits of the mail", {"n": CODE_DIGITS})
    return digits


def _address(value: str) -> str:
    try:
        return mail_address(value)
    except AddressError as exc:
        raise PydanticCustomError("address", "{reason}", {"reason": str(exc)}) from exc


Body = Annotated[str, _text(TEXT_MAX)]
Line = Annotated[str, _text(200)]
OptionalLine = Annotated[Line | None, BeforeValidator(_none_if_blank)]
OptionalBody = Annotated[Body | None, BeforeValidator(_none_if_blank)]
Email = Annotated[str, AfterValidator(_address)]
OptionalEmail = Annotated[Email | None, BeforeValidator(_none_if_blank)]
Id = Annotated[str, Field(min_length=1, max_length=128), AfterValidator(_clean)]
ClientId = Annotated[str, Field(min_length=1, max_length=128), AfterValidator(_clean)]
Seq = Annotated[int, Field(ge=0, le=2**53)]
Tags = Annotated[list[Annotated[str, _text(40)]], Field(max_length=20)]
Tier = Annotated[int, Field(ge=1, le=3)]
# JSON knows no moments: these two come as text and are parsed, everything else is strict.
Moment = Annotated[AwareDatetime, Field(strict=False)]


_PHONE = re.compile(r"[0-9+() -]+")


def _phone(value: str) -> str:
    """As people write numbers; whether somebody answers there only a call can tell."""
    text = " ".join(_clean(value).split())
    digits = sum(char.isdigit() for char in text)
    if len(value) > PHONE_MAX or not _PHONE.fullmatch(text) or not 5 <= digits <= 20:
        raise PydanticCustomError("phone", "is no phone number: 5 to 20 digits, with + ( ) - and spaces")
    return text


Phone = Annotated[str, AfterValidator(_phone)]
OptionalPhone = Annotated[Phone | None, BeforeValidator(_none_if_blank)]


class Request(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


# ---- /visitor -------------------------------------------------------------------------------------------------------


def _cut(length: int) -> AfterValidator:
    """Addresses with campaigns in them and titles of shops are longer than anybody reads: the beginning is kept."""
    return AfterValidator(lambda value: value[:length])


class Page(Request):
    url: Annotated[str, _text(TEXT_MAX), _cut(2000)]
    title: Annotated[str, _text(TEXT_MAX, min_length=0), _cut(300)] = ""
    referrer: Annotated[str, _text(TEXT_MAX, min_length=0), _cut(2000)] = ""


def _instead(stand_in: object) -> WrapValidator:
    """What is taken for a value that is not understood."""

    def check(value: object, validate: Callable[[object], object]) -> object:
        try:
            return validate(value)
        except ValueError:
            return stand_in

    return WrapValidator(check)


class VisitorAuth(Request):
    """Only an identity that cannot be believed refuses a visitor; anything else that is odd is as good as missing."""

    token: Annotated[Annotated[str, Field(max_length=4096)] | None, _instead(None)] = None
    identity: Annotated[Annotated[str, Field(max_length=8192)] | None, _instead("")] = None
    page: Annotated[Page | None, _instead(None)] = None
    locale: Annotated[Annotated[str, Field(max_length=200)] | None, _instead(None)] = None
    department: Annotated[Id | None, _instead(None)] = None


class ChatStart(Request):
    client_id: ClientId
    question: Body
    department: Id | None = None
    name: OptionalLine = None
    email: OptionalEmail = None
    topic: OptionalLine = None
    fields: Annotated[
        dict[Annotated[str, _text(60)], Annotated[str, _text(500, min_length=0)]], Field(max_length=20)
    ] = {}


class MessageSend(Request):
    chat_id: Id
    client_id: ClientId
    body: OptionalBody = None
    file_id: Id | None = None


class ChatSync(Request):
    chat_id: Id
    after_seq: Seq = 0
    after_note_seq: Seq | None = None


class Typing(Request):
    chat_id: Id
    on: bool
    preview: Annotated[str, _text(TEXT_MAX, min_length=0)] | None = None


class Read(Request):
    chat_id: Id
    seq: Seq


class ChatRef(Request):
    chat_id: Id


class ToTicket(Request):
    client_id: ClientId
    email: Email
    question: OptionalBody = None
    subject: OptionalLine = None
    name: OptionalLine = None
    chat_id: Id | None = None
    department: Id | None = None
    phone: OptionalPhone = None
    call_at: Moment | None = None
    called_before: bool | None = None
    kind: Literal["suggestion"] | None = None


class SendTranscript(Request):
    chat_id: Id
    email: OptionalEmail = None


class CodeEnter(Request):
    """As people type it: `123 456` is `123456`."""

    chat_id: Id
    code: Annotated[str, Field(max_length=40), AfterValidator(_digits)]


class Rate(Request):
    chat_id: Id
    score: Annotated[int, Field(ge=1, le=5)]
    effort: Annotated[int, Field(ge=1, le=7)] | None = None
    recommend: Annotated[int, Field(ge=0, le=10)] | None = None
    comment: OptionalBody = None


# ---- /agent ---------------------------------------------------------------------------------------------------------


class AgentAuth(Request):
    token: Annotated[str, Field(max_length=512)] | None = None


class StatusSet(Request):
    status: AgentStatus
    reason: OptionalLine = None
    capacity: Annotated[int, Field(ge=0, le=50)] | None = None


class NoteAdd(Request):
    chat_id: Id
    client_id: ClientId
    body: Body


class ChatTake(Request):
    chat_id: Id
    force: bool = False


class ChatTransfer(Request):
    chat_id: Id
    agent: Id | None = None
    department: Id | None = None
    tier: Tier | None = None
    note: OptionalBody = None
    force: bool = False


class ChatSet(Request):
    chat_id: Id
    priority: Priority | None = None
    topic: OptionalLine = None
    tags: Tags | None = None
    name: OptionalLine = None
    email: OptionalEmail = None


class CloseTicket(Request):
    subject: OptionalLine = None
    priority: Priority | None = None
    checkpoint_at: Moment | None = None
    email: OptionalEmail = None
    tags: Tags | None = None


class ChatClose(Request):
    chat_id: Id
    resolution: Literal["resolved", "unresolved"]
    topic: OptionalLine = None
    summary: OptionalBody = None
    ticket: CloseTicket | None = None


class TicketCreate(Request):
    client_id: ClientId
    subject: Line
    email: Email
    chat_id: Id | None = None
    name: OptionalLine = None
    question: OptionalBody = None
    department: Id | None = None
    priority: Priority = "normal"
    topic: OptionalLine = None
    tags: Tags | None = None
    checkpoint_at: Moment | None = None
    phone: OptionalPhone = None
    call_at: Moment | None = None
    called_before: bool | None = None
    channel: Literal["phone", "callback", "suggestion", "mail"] | None = None


def parse(model: type[Model], data: object) -> Model:
    """`data` as `model`. Raises Refusal invalid or too_large, naming the field."""
    if not isinstance(data, dict):
        raise Refusal("invalid", "Send one JSON object.")
    try:
        return model.model_validate(data)
    except ValidationError as exc:
        raise _refusal(exc) from None
    except RecursionError:
        raise Refusal("invalid", "The object is nested too deeply.") from None


def _refusal(exc: ValidationError) -> Refusal:
    errors = exc.errors(include_input=False, include_url=False, include_context=False)
    first = next((e for e in errors if e["type"] == TOO_LONG), errors[0])
    field = ".".join(str(part) for part in first["loc"] if not isinstance(part, str) or "[" not in part) or None
    message = str(first["msg"])
    code: Code = "too_large" if first["type"] == TOO_LONG else "invalid"
    return Refusal(code, f"{field}: {message}" if field else message, field=field)


def future(at: datetime | None, now: datetime, field: str) -> datetime | None:
    """A moment that must lie ahead. Raises Refusal invalid."""
    if at is not None and at <= now:
        raise Refusal("invalid", "This moment has passed. Choose one ahead.", field=field)
    return at
