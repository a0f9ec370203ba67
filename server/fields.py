"""The kinds of fields that requests have, and how a request is read: types are taken literally, unknown fields ignored.

Text is Unicode without NUL and lone surrogates, trimmed, at most 8,000 characters.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

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
from server.sentences import sentence
from transcripts.address import AddressError, mail_address
from transcripts.plain import own_name

TEXT_MAX = 8_000
ID_MAX = 128
CODE_DIGITS = 6
PHONE_MAX = 60
TOO_LONG = "text_too_long"
"""Of what people write; an id or a token that is too long is no such thing at all: invalid."""
Model = TypeVar("Model", bound="Request")


def _clean(value: str) -> str:
    if not is_clean(value):
        raise PydanticCustomError("text", "must not contain NUL or half characters")
    return value


def is_clean(value: str) -> bool:
    """Without NUL and lone surrogates."""
    return "\x00" not in value and (value.isascii() or _is_whole(value))


def _is_whole(value: str) -> bool:
    """Without lone surrogates."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def text(max_length: int, min_length: int = 1) -> Any:
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


def _own_name(value: object) -> object:
    return own_name(value) if isinstance(value, str) else value


def _digits(value: str) -> str:
    digits = "".join(value.split()).replace("-", "")
    if not (digits.isascii() and digits.isdecimal() and len(digits) == CODE_DIGITS):
        raise PydanticCustomError("code", "should be the {n} digits of the mail", {"n": CODE_DIGITS})
    return digits


def _without_spaces(value: str) -> str:
    return "".join(_clean(value).split())


def _address(value: str) -> str:
    try:
        return mail_address(value)
    except AddressError as exc:
        raise PydanticCustomError("address", "{reason}", {"reason": str(exc)}) from exc


Body = Annotated[str, text(TEXT_MAX)]
Line = Annotated[str, text(200)]
OptionalLine = Annotated[Line | None, BeforeValidator(_none_if_blank)]
OwnName = Annotated[Line | None, BeforeValidator(_none_if_blank), BeforeValidator(_own_name)]
"""What somebody calls themselves."""
OptionalBody = Annotated[Body | None, BeforeValidator(_none_if_blank)]
Email = Annotated[str, AfterValidator(_address)]
OptionalEmail = Annotated[Email | None, BeforeValidator(_none_if_blank)]
Id = Annotated[str, Field(min_length=1, max_length=ID_MAX), AfterValidator(_clean)]
ClientId = Annotated[str, Field(min_length=1, max_length=ID_MAX), AfterValidator(_clean)]
Seq = Annotated[int, Field(ge=0, le=2**53)]
Tags = Annotated[list[Annotated[str, text(40)]], Field(max_length=20)]
Tier = Annotated[int, Field(ge=1, le=3)]

FIRST, BEYOND = datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
"""Between these a moment can be shown in every zone, and time be added to it; 9999-12-31T23:59-14:00 has no UTC."""


def _calendar(value: datetime) -> datetime:
    if not FIRST <= value < BEYOND:  # compared as instants, without reckoning either in the other's zone
        raise PydanticCustomError("moment", "is too far away: choose a moment between 1970 and 8999")
    return value.astimezone(UTC)


# JSON knows no moments: these two come as text and are parsed, everything else is strict.
Moment = Annotated[AwareDatetime, Field(strict=False), AfterValidator(_calendar)]


_PHONE = re.compile(r"[0-9+() -]+")


def _phone(value: str) -> str:
    """As people write numbers; whether somebody answers there only a call can tell."""
    number = " ".join(_clean(value).split())
    digits = sum(char.isdigit() for char in number)
    if len(value) > PHONE_MAX or not _PHONE.fullmatch(number) or not 5 <= digits <= 20:
        raise PydanticCustomError("phone", "is no phone number: 5 to 20 digits, with + ( ) - and spaces")
    return number


CodeDigits = Annotated[str, Field(max_length=40), AfterValidator(_digits)]
FactorCode = Annotated[str, Field(max_length=64), AfterValidator(_without_spaces)]
"""Six digits of an authenticator app, or a recovery code; as people type it: `123 456` is `123456`."""
OptionalFactorCode = Annotated[FactorCode | None, BeforeValidator(_none_if_blank)]
NewPassword = Annotated[str, Field(max_length=4096), AfterValidator(_clean)]
Phone = Annotated[str, AfterValidator(_phone)]
OptionalPhone = Annotated[Phone | None, BeforeValidator(_none_if_blank)]


class Request(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


def cut(length: int) -> AfterValidator:
    """Addresses with campaigns in them and titles of shops are longer than anybody reads: the beginning is kept."""
    return AfterValidator(lambda value: value[:length])


def instead(stand_in: object) -> WrapValidator:
    """What is taken for a value that is not understood."""

    def check(value: object, validate: Callable[[object], object]) -> object:
        try:
            return validate(value)
        except ValueError:
            return stand_in

    return WrapValidator(check)


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
    errors = exc.errors(include_input=False, include_url=False)
    first = next((e for e in errors if e["type"] == TOO_LONG), errors[0])
    field = ".".join(str(part) for part in first["loc"] if not isinstance(part, str) or "[" not in part) or None
    message = sentence(first)
    code: Code = "too_large" if first["type"] == TOO_LONG else "invalid"
    return Refusal(code, f"{field}: {message}" if field else message, field=field)


def future(at: datetime | None, now: datetime, field: str) -> datetime | None:
    """A moment that must lie ahead. Raises Refusal invalid."""
    if at is not None and at <= now:
        raise Refusal("invalid", "This moment has passed. Choose one ahead.", field=field)
    return at
