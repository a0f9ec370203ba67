"""`semafor user reset-password` and `reset-second-factor`: for people who cannot sign in any more."""

from __future__ import annotations

import typer

from server.administration import OperationError
from server.clock import Clock
from server.commands.invocation import Data, change_record
from server.commands.user_commands import Email
from server.ids import new_id
from server.services.accounts.resets import send_link
from server.services.accounts.second_factor import take_away
from server.services.audit.auditing import COMMAND_LINE, Auditing
from server.settings import Settings
from transcripts.envelopes import Envelope
from transcripts.mails.account_mails import news_mail
from transcripts.port import Store
from transcripts.records import Agent


def reset_password_of(email: Email, data: Data = None) -> None:
    """Mail this person a link to set a new password; it works once, for an hour. A running server sends the mail."""
    change_record(data, lambda store, settings: reset_password(store, settings, email))
    typer.echo(f"A link to set a new password is on its way to {email}.")


def reset_second_factor_of(email: Email, data: Data = None) -> None:
    """Take this person's second factor and recovery codes away; they are told by mail."""
    was_there = change_record(data, lambda store, settings: reset_second_factor(store, settings, email))
    typer.echo(f"{email} has no second factor {'any more' if was_there else 'to take away'}.")


async def reset_password(store: Store, settings: Settings, email: str) -> None:
    """Raises OperationError."""
    agent, clock = await _enabled(store, email), Clock()
    audit = Auditing(store, clock)
    await send_link(store, audit, COMMAND_LINE, agent, agent.locale, clock, settings, new_id)


async def reset_second_factor(store: Store, settings: Settings, email: str) -> bool:
    """False where there was none. Raises OperationError."""
    agent, clock = await _enabled(store, email), Clock()
    if not await take_away(store, Auditing(store, clock), COMMAND_LINE, agent.id):
        return False
    now, envelope = clock.now(), Envelope(new_id(), settings.mail_host)
    await store.queue_mail(news_mail(envelope, agent.email, agent.locale, "factor_off", now), now)
    return True


async def _enabled(store: Store, email: str) -> Agent:
    wanted = email.strip().casefold()
    agent = next((one for one in await store.agents() if one.email.casefold() == wanted), None)
    if agent is None:
        raise OperationError(f"{email} has no account. See: user list")
    if agent.disabled_at is not None:
        raise OperationError(f"{email} is disabled: nobody signs in with this account any more.")
    return agent
