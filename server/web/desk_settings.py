"""What an admin sets at the desk: the widget, the sites that may embed it, mail; and a mail to see whether it goes."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from pydantic import Field

from server.contrast import fitted
from server.fields import Email, Request
from server.setting_groups import (
    GroupName,
    Locale,
    MailChange,
    SitesChange,
    WidgetChange,
)
from server.web.endpoints import Call, Endpoint, Json, Nothing

Change = WidgetChange | SitesChange | MailChange


class TrialMail(Request):
    to: Annotated[Email | None, Field(description="Where the mail goes; one's own address where none is given.")] = None
    locale: Locale = "en"


async def read_all(call: Call, _: Nothing) -> Json:
    return {"widget": _widget(call), "sites": _group(call, "sites"), "mail": _mail(call)}


async def read_widget(call: Call, _: Nothing) -> Json:
    return {"widget": _widget(call)}


async def read_sites(call: Call, _: Nothing) -> Json:
    return {"sites": _group(call, "sites")}


async def read_mail(call: Call, _: Nothing) -> Json:
    return {"mail": _mail(call)}


async def change_widget(call: Call, given: WidgetChange) -> Json:
    await _change(call, "widget", given)
    return {"widget": _widget(call)}


async def change_sites(call: Call, given: SitesChange) -> Json:
    await _change(call, "sites", given)
    return {"sites": _group(call, "sites")}


async def change_mail(call: Call, given: MailChange) -> Json:
    await _change(call, "mail", given)
    return {"mail": _mail(call)}


async def try_mail(call: Call, given: TrialMail) -> Json:
    call.desk.limits.hit("mail_trial", call.agent.id)
    to = given.to or call.agent.email
    outcome = await call.desk.mail_trial.send(call.agent, to, given.locale)
    return {"to": to, "sent": outcome.error is None, **asdict(outcome)}


async def _change(call: Call, name: GroupName, given: Change) -> None:
    change: dict[str, Any] = given.model_dump(exclude_unset=True, exclude={"if_version"})
    await call.desk.desk_settings.change(call.agent, name, change, given.if_version)


def _group(call: Call, name: GroupName) -> Json:
    """The fields as they are in effect, the version, and which of them the environment has set by which variable."""
    settings = call.desk.desk_settings
    return {**settings.in_effect(name), "version": settings.version(name), "set_by": settings.set_by(name)}


def _widget(call: Call) -> Json:
    """With the accent as it is shown in both schemes, and its contrast there, as asked and as shown."""
    widget = _group(call, "widget")
    shown = fitted(widget["accent"]) if widget["accent"] else {}
    return {**widget, "shown": {scheme: asdict(one) for scheme, one in shown.items()} or None}


def _mail(call: Call) -> Json:
    """smtp: whether a mail server is set; without one mails are written into the maildir of the data folder."""
    return {**_group(call, "mail"), "smtp": call.desk.settings.smtp_url is not None}


_PATH = "/admin/settings"
_TOLD = ("to", "sent", "answer", "error", "remedy")
ENDPOINTS = (
    Endpoint("GET", _PATH, "All that is set.", Nothing, read_all, ("widget", "sites", "mail"), role="admin"),
    Endpoint("GET", f"{_PATH}/widget", "How the widget is set.", Nothing, read_widget, ("widget",), role="admin"),
    Endpoint("PATCH", f"{_PATH}/widget", "Set the widget.", WidgetChange, change_widget, ("widget",), role="admin"),
    Endpoint("GET", f"{_PATH}/sites", "Who may embed the widget.", Nothing, read_sites, ("sites",), role="admin"),
    Endpoint("PATCH", f"{_PATH}/sites", "Set who may.", SitesChange, change_sites, ("sites",), role="admin"),
    Endpoint("GET", f"{_PATH}/mail", "How mail is set.", Nothing, read_mail, ("mail",), role="admin"),
    Endpoint("PATCH", f"{_PATH}/mail", "Set mail.", MailChange, change_mail, ("mail",), role="admin"),
    Endpoint("POST", f"{_PATH}/mail/test", "Send a mail at once.", TrialMail, try_mail, _TOLD, role="admin"),
)
