"""How mail comes in, wired: what keeps and reads it, the mailbox that is polled, the listener where one is set."""

from __future__ import annotations

from dataclasses import dataclass

from server.adapters import listener_of, mailbox_of
from server.clock import Clock
from server.ids import new_id
from server.services.chats.files import Files
from server.services.known.directory import Directory
from server.services.known.roll_call import RollCall
from server.services.mail.inbound import Inbound
from server.services.mail.inbound_keeping import InboundKeeping
from server.services.mail.mail_tickets import MailTickets
from server.services.mail.mailbox_reader import Mailbox
from server.services.tickets.tickets import Tickets
from server.settings import Settings
from server.signing import Signer
from transcripts.inbound.delivery import Listener
from transcripts.port import Store


@dataclass(frozen=True, slots=True)
class MailIn:
    """listener: None where no mail is received by SMTP or LMTP."""

    inbound: Inbound
    keeping: InboundKeeping
    mailbox: Mailbox
    listener: Listener | None


def wire_mail_in(
    store: Store,
    tickets: Tickets,
    files: Files,
    directory: Directory,
    signer: Signer,
    roll_call: RollCall,
    clock: Clock,
    settings: Settings,
) -> MailIn:
    """Raises SettingsError where an address of the settings is none."""
    mail_tickets = MailTickets(store, tickets, files, directory, signer, clock, settings, new_id)
    inbound = Inbound(store, mail_tickets, roll_call, clock, settings, new_id)
    mailbox = Mailbox(mailbox_of(settings), store, inbound, roll_call, clock, settings)
    keeping = InboundKeeping(store, roll_call, clock, settings)
    return MailIn(inbound, keeping, mailbox, listener_of(settings, inbound.keep, inbound.is_ours))
