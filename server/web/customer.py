"""The customer's own page of one ticket or conversation, opened by the link in a mail. Nothing internal is on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import tzinfo
from typing import TYPE_CHECKING, Any

from aiohttp import web

from server.errors import HTTP_STATUS, Refusal, not_found
from server.ids import new_id
from server.signing import BadSignature
from server.web.chats import all_messages
from server.web.customer_forms import FormRefused, sent
from server.web.keys import DESK
from server.web.templates import page
from server.wire import moment
from transcripts.mails.ticket_mails import promises_call
from transcripts.promises import can_rate, is_long_over
from transcripts.records import FINAL_STATUSES, Chat, File, Message, Ticket, TicketMessage
from transcripts.wording import Wording

if TYPE_CHECKING:
    from server.desk import Desk

Json = dict[str, Any]


async def signed_page(request: web.Request) -> web.Response:
    desk = request.app[DESK]
    desk.limits.hit("http", desk.address_of(request))
    try:
        kind, subject = desk.signer.link_subject(request.match_info["signed"])
    except BadSignature as exc:
        raise not_found("page") from exc
    if kind == "ticket":
        ticket = await desk.store.ticket(subject)
        if ticket is not None and ticket.erased_at is None:
            return await _ticket_page(desk, ticket)
    elif kind == "transcript":
        chat = await desk.store.chat(subject)
        if chat is not None and chat.erased_at is None:
            return await _transcript_page(desk, chat, request.match_info["signed"])
    raise not_found("page")


async def sent_from_page(request: web.Request) -> web.Response:
    """What was written is not lost where something is refused: the page comes back with both."""
    try:
        return await sent(request)
    except FormRefused as exc:
        return await _ticket_page(request.app[DESK], exc.ticket, exc)


async def _ticket_page(desk: Desk, ticket: Ticket, refused: FormRefused | None = None) -> web.Response:
    words, zone = Wording(ticket.locale), desk.settings.zone
    said: list[Message | TicketMessage] = list(await all_messages(desk, ticket.chat_id)) if ticket.chat_id else []
    said += [message for message in await desk.store.ticket_messages(ticket.number) if not message.internal]
    now = desk.clock.now()
    return page(
        "ticket.html",
        "customer",
        lang=words.locale,
        site_name=desk.settings.site_name,
        ticket=_ticket(ticket, words, zone),
        messages=_conversation(desk, words, said, _home(desk, ticket), await _files(desk, ticket)),
        rating=None
        if ticket.rating is None
        else {"score": ticket.rating.score, "comment": ticket.rating.comment, "at": moment(ticket.rating.at)},
        can_rate=can_rate(ticket, now),
        rating_error=_rating_error(refused, words) if refused and refused.part == "rating" else None,
        is_long_over=is_long_over(ticket, now),
        answer_id=new_id(),
        answer=_answer_form(desk, words, refused),
        status=HTTP_STATUS[refused.refusal.code] if refused else 200,
    )


def _answer_form(desk: Desk, words: Wording, refused: FormRefused | None) -> Json:
    rules = desk.files.rules
    return {
        "body": refused.body if refused else "",
        "file_error": _file_error(desk, refused.refusal, words) if refused and refused.part == "file" else None,
        "body_error": _body_error(refused.refusal, words) if refused and refused.part == "answer" else None,
        "accepted": ",".join(f".{extension}" for extension in rules.extensions) or None,
        "most": rules.most,
    }


def _file_error(desk: Desk, refusal: Refusal, words: Wording) -> str:
    rules = desk.files.rules
    if refusal.code == "too_large":
        return words.gettext("This file is too large: at most %(size)s.", size=rules.most)
    return words.gettext("This file cannot be sent. Possible are: %(types)s.", types=", ".join(rules.extensions))


def _body_error(refusal: Refusal, words: Wording) -> str:
    if refusal.code == "too_large":
        return words.gettext("This is too long.")
    if refusal.code == "conflict":
        return words.gettext("Something came in between. Send it once more.")
    return words.gettext("Write something before you send it.")


def _rating_error(refused: FormRefused, words: Wording) -> str:
    if refused.refusal.code == "too_large":
        return words.gettext("This is too long.")
    if refused.refusal.code == "invalid":
        return words.gettext("Choose a number from 1 to 5.")
    if refused.ticket.status in FINAL_STATUSES:
        return words.gettext("A rating can be changed for 24 hours; this one stays as it is.")
    return words.gettext("You can rate it as soon as it is solved.")


def _ticket(ticket: Ticket, words: Wording, zone: tzinfo) -> Json:
    return {
        "number": ticket.number,
        "subject": ticket.subject,
        "status": ticket.status,
        "created_at": moment(ticket.created_at),
        "created_text": words.moment(ticket.created_at, zone),
        "checkpoint_at": moment(ticket.checkpoint_at),
        "checkpoint_text": words.moment(ticket.checkpoint_at, zone) if ticket.checkpoint_at else None,
        "missed_text": words.moment(ticket.missed_at, zone) if ticket.missed_at else None,
        # A number that was only left promises no call, here as in the first mail.
        "phone": ticket.phone if promises_call(ticket) else None,
        "call_text": words.moment(ticket.call_at, zone) if ticket.call_at else None,
        "solution": None if ticket.solution is None else asdict(ticket.solution),
        "previous": ticket.previous,
    }


async def _transcript_page(desk: Desk, chat: Chat, signed: str) -> web.Response:
    words, zone = Wording(chat.locale), desk.settings.zone
    number = chat.ticket_number
    return page(
        "transcript.html",
        "customer",
        lang=words.locale,
        site_name=desk.settings.site_name,
        chat={
            "department": desk.directory.department_name(chat.department_id),
            "agent": desk.directory.agent_name(chat.agent_id) if chat.agent_id else None,
            "started_at": moment(chat.created_at),
            "started_text": words.moment(chat.created_at, zone),
            "ended_text": words.moment(chat.closed_at, zone) if chat.closed_at else None,
            "resolution": chat.resolution,
            "ticket": {"number": number, "url": desk.wire.ticket_url(number)} if number else None,
        },
        messages=_conversation(desk, words, await all_messages(desk, chat.id), f"/t/{signed}", {}),
        downloads=[
            {"name": name, "url": f"/api/v1/chats/{chat.id}/transcript.{form}?signed={signed}"}
            for name, form in (("HTML", "html"), ("TXT", "txt"), ("JSON", "json"))
        ],
    )


def _home(desk: Desk, ticket: Ticket) -> str:
    return f"/t/{desk.signer.link('ticket', ticket.number)}"


async def _files(desk: Desk, ticket: Ticket) -> dict[str, File]:
    """What came with the ticket's own messages, by id."""
    return {file.id: file.file for file in await desk.store.files_of_ticket(ticket.number) if not file.internal}


def _conversation(
    desk: Desk, words: Wording, said: Iterable[Message | TicketMessage], home: str, files: Mapping[str, File]
) -> list[Json]:
    """Chat and mail in the order in which they were written; the first of each day names the day.

    home: the page's own address, which its files are under. files: of the ticket's messages.
    """
    zone = desk.settings.zone
    in_order = sorted(said, key=lambda m: m.at)
    days = [words.day(m.at, zone) for m in in_order]
    return [
        {
            "kind": "system" if isinstance(m, Message) and m.kind == "event" else m.author.kind,
            "name": m.author.name,
            "body": "" if isinstance(m, Message) and m.file else m.body,
            "at": moment(m.at),
            "at_text": words.clock(m.at, zone),
            "day_text": day if day != before else None,
            "channel": "mail" if isinstance(m, TicketMessage) and (m.mail_id or m.channel == "mail") else "",
            "files": [_file(file, home, words) for file in _files_with(m, files)],
        }
        for m, day, before in zip(in_order, days, ["", *days], strict=False)
    ]


def _files_with(message: Message | TicketMessage, files: Mapping[str, File]) -> list[File]:
    if isinstance(message, TicketMessage):
        return [files[file_id] for file_id in message.file_ids if file_id in files]
    return [] if message.file is None else [message.file]


def _file(file: File, home: str, words: Wording) -> Json:
    return {
        "name": file.name,
        "size_text": words.size(file.size_bytes),
        "url": f"{home}/files/{file.id}",
        "thumbnail": {
            "url": f"{home}/files/{file.thumb_id}",
            "width": file.thumb_width,
            "height": file.thumb_height,
        }
        if file.thumb_id
        else None,
    }


def add_routes(app: web.Application) -> None:
    app.router.add_get("/t/{signed}", signed_page)
    app.router.add_post("/t/{signed}", sent_from_page)
