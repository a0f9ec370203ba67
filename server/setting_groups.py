"""What an admin sets at the desk: three groups, each one object in the record. Here are their fields and their rules.

Null, and a text that is empty, mean the default. A group's model is also that of a change to it: what is not given
stays (services/admin/desk_settings.py), so every field has a default.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, field_validator
from pydantic_core import PydanticCustomError

from server.contrast import normalised
from server.fields import OptionalEmail, Request, text
from server.origins import SITES_MAX, origin, origins
from transcripts.plain import one_line

Locale = Literal["en", "cs", "sk", "pl", "el", "ru"]
GroupName = Literal["widget", "sites", "mail"]
Asked = Literal["no", "optional", "required"]

NAME_MAX = 80
BUTTON_MAX = 30
WIDGET_TEXT_MAX = 300
SIGNATURE_MAX = 1_000
_PLACEHOLDER = re.compile(r"\{(\w*)\}")


_none_if_blank = BeforeValidator(lambda value: None if isinstance(value, str) and not value.strip() else value)


def _line(value: str) -> str:
    return one_line(value, len(value) + 1)


def _colour(value: str) -> str:
    colour = normalised(value.strip())
    if colour is None:
        raise PydanticCustomError("colour", "is no colour; write it like #2f5bd7")
    return colour


def _origin(value: str) -> str:
    try:
        return origin(value)
    except ValueError as exc:
        raise PydanticCustomError("origin", "{reason}", {"reason": str(exc)}) from exc


def _fillable(*names: str) -> AfterValidator:
    """Only these {names} are filled in by the widget; any other would stay empty."""

    def check(value: str) -> str:
        strange = next((name for name in _PLACEHOLDER.findall(value) if name not in names), None)
        if strange is not None:
            allowed = ", ".join(f"{{{name}}}" for name in names) or "nothing"
            reason = f"{{{strange}}} cannot be filled in; here {allowed} can"
            raise PydanticCustomError("placeholder", "{reason}", {"reason": reason})
        return value

    return AfterValidator(check)


Name = Annotated[Annotated[str, AfterValidator(_line), text(NAME_MAX)] | None, _none_if_blank]
Colour = Annotated[Annotated[str, AfterValidator(_colour)] | None, _none_if_blank]
Button = Annotated[Annotated[str, AfterValidator(_line), text(BUTTON_MAX), _fillable()] | None, _none_if_blank]
WidgetText = Annotated[Annotated[str, AfterValidator(_line), text(WIDGET_TEXT_MAX), _fillable()] | None, _none_if_blank]
OpensText = Annotated[
    Annotated[str, AfterValidator(_line), text(WIDGET_TEXT_MAX), _fillable("when")] | None, _none_if_blank
]
Signature = Annotated[Annotated[str, text(SIGNATURE_MAX)] | None, _none_if_blank]
Origin = Annotated[str, Field(max_length=500), AfterValidator(_origin)]
Version = Annotated[int, Field(ge=0, le=2**53)]


class Offers(Request):
    """Ways to reach the desk. message: "write to me instead" and what is left outside the opening hours."""

    chat: bool = True
    callback: bool = True
    suggestion: bool = True
    message: bool = True


class Ask(Request):
    """What is asked before a chat. topic: only where the department has topics."""

    name: Asked = "optional"
    email: Asked = "optional"
    topic: Asked = "optional"


class Texts(Request):
    """In one language, instead of the widget's own words. closed_opens may say {when}."""

    button: Button = None
    start_title: WidgetText = None
    start_text: WidgetText = None
    nobody_text: WidgetText = None
    closed_title: WidgetText = None
    closed_opens: OpensText = None
    closed_text: WidgetText = None


class WidgetGroup(Request):
    """site_name: the company's, in widget, mails and pages. texts: by language."""

    site_name: Name = None
    accent: Colour = None
    position: Literal["left", "right"] = "right"
    texts: dict[Locale, Texts] = Field(default_factory=dict)
    offers: Offers = Offers()
    ask: Ask = Ask()

    @field_validator("offers")
    @classmethod
    def _something_is_offered(cls, value: Offers) -> Offers:
        if not any(value.model_dump().values()):
            raise PydanticCustomError("offers", "must leave at least one way to reach you")
        return value


class SitesGroup(Request):
    """origins: which may embed the widget, besides our own pages."""

    origins: list[Origin] = Field(default_factory=list, max_length=SITES_MAX)

    @field_validator("origins")
    @classmethod
    def _each_once(cls, value: list[str]) -> list[str]:
        return list(origins(value))


class MailGroup(Request):
    """address, name: the sender's; without a name the company's. signatures: by language, at the end of every mail."""

    address: OptionalEmail = None
    name: Name = None
    signatures: dict[Locale, Signature] = Field(default_factory=dict)


class WidgetChange(WidgetGroup):
    if_version: Version | None = None


class SitesChange(SitesGroup):
    if_version: Version | None = None


class MailChange(MailGroup):
    if_version: Version | None = None


Group = WidgetGroup | SitesGroup | MailGroup
GROUPS: dict[GroupName, type[Group]] = {"widget": WidgetGroup, "sites": SitesGroup, "mail": MailGroup}
SETTING_OF: dict[tuple[GroupName, str], str] = {
    ("widget", "site_name"): "site_name",
    ("sites", "origins"): "sites",
    ("mail", "address"): "mail_from",
}
"""Fields that are a setting of the environment, too (settings.py), which wins."""


def merged(before: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    """`before` with what `change` names, objects field by field; null takes a field back."""
    after = dict(before)
    for name, value in change.items():
        if isinstance(value, dict):
            inside = before.get(name)
            after[name] = merged(inside if isinstance(inside, dict) else {}, value)
        elif value is None:
            after.pop(name, None)
        else:
            after[name] = value
    return {name: value for name, value in after.items() if value != {}}
