"""Files of tickets: with an agent's answer, in the mail by name, and on the customer's own page."""

from __future__ import annotations

import io
import re
from datetime import timedelta

from aiohttp import FormData

from server.files.names import clean_name
from tests.integration.http.people import Signed, Site
from tests.integration.http.uploading import HTML, PDF, form, picture
from transcripts.records import Ticket


async def uploaded(agent: Signed, ticket: Ticket, content: bytes = PDF, name: str = "offer.pdf") -> str:
    data = await agent.call("POST", f"/files?ticket={ticket.number}", status=201, data=form(content, name))
    file_id: str = data["file"]["id"]
    return file_id


async def answered(agent: Signed, ticket: Ticket, *file_ids: str, internal: bool = False) -> None:
    order = {"client_id": f"m-{file_ids}", "body": "Here it is.", "internal": internal, "file_ids": list(file_ids)}
    await agent.call("POST", f"/tickets/{ticket.number}/messages", status=201, json=order)


def page_of(site: Site, ticket: Ticket) -> str:
    return f"/t/{site.desk.signer.link('ticket', ticket.number)}"


async def test_a_file_comes_with_an_answer_is_named_in_its_mail_and_lies_on_the_customers_page(site: Site) -> None:
    client, ticket, ada = await site.client(), await site.ticket(), await site.as_("ada")
    file_id = await uploaded(ada, ticket, picture(), "plan <b>.png")

    await answered(ada, ticket, file_id)

    read = await ada.get(f"/tickets/{ticket.number}")
    shown = read["messages"][-1]["files"]
    mail = (await site.desk.store.mails(None, None))[0][0]
    page = await (await client.get(page_of(site, ticket))).text()
    links = re.findall(r'(?:href|src)="(/t/[^"]+/files/[0-9a-f]+)"', page)
    assert [(file["id"], file["name"]) for file in shown] == [(file_id, clean_name("plan <b>.png"))]
    assert mail.context["files"] == [{"name": "plan _b_.png", "size_bytes": len(picture())}]
    assert "plan _b_.png" in page
    mailed = (await (await site.as_("mia")).get(f"/mails/{mail.id}"))["mail"]
    for part in (mailed["text"], mailed["html"]):
        assert "File: plan _b_.png (" in part
    for link in links:
        answer = await client.get(link)
        assert (answer.status, answer.headers["Content-Disposition"][:10]) == (200, "attachment")
    assert len(set(links)) == 2  # the file, and its thumbnail


async def test_the_team_keeps_the_files_of_its_notes(site: Site) -> None:
    client, ticket, ada = await site.client(), await site.ticket(), await site.as_("ada")
    file_id = await uploaded(ada, ticket)

    await answered(ada, ticket, file_id, internal=True)

    home = page_of(site, ticket)
    assert (await client.get(f"{home}/files/{file_id}")).status == 404
    assert "offer.pdf" not in await (await client.get(home)).text()
    bearer = {"Authorization": f"Bearer {ada.token}"}
    assert await (await client.get(f"/files/{file_id}", headers=bearer)).read() == PDF


async def test_a_link_opens_the_files_of_its_own_ticket_only(site: Site) -> None:
    client, ada = await site.client(), await site.as_("ada")
    ticket, other = await site.ticket(), await site.ticket()
    file_id = await uploaded(ada, ticket)
    before = await client.get(f"{page_of(site, ticket)}/files/{file_id}")
    await answered(ada, ticket, file_id)

    assert before.status == 404  # not sent yet
    assert (await client.get(f"{page_of(site, other)}/files/{file_id}")).status == 404
    assert (await client.get(f"/t/forged/files/{file_id}")).status == 404
    assert (await client.get(f"{page_of(site, ticket)}/files/{file_id}")).status == 200


async def test_a_file_of_another_ticket_or_agent_is_not_found(site: Site) -> None:
    ticket, other = await site.ticket(), await site.ticket()
    ada, mia = await site.as_("ada"), await site.as_("mia")
    elsewhere, theirs = await uploaded(ada, other), await uploaded(mia, ticket)

    for file_id in (elsewhere, theirs, "0" * 32):
        order = {"client_id": file_id, "body": "Here it is.", "file_ids": [file_id]}
        refused = await ada.refused("POST", f"/tickets/{ticket.number}/messages", json=order)
        assert refused[:2] == (404, "not_found")

    assert len(await site.desk.store.ticket_messages(ticket.number)) == 1


async def test_what_was_never_sent_is_gone_after_a_day(site: Site) -> None:
    ticket, ada = await site.ticket(), await site.as_("ada")
    unsent, sent = await uploaded(ada, ticket), await uploaded(ada, ticket)
    await answered(ada, ticket, sent)
    now = site.desk.clock.now()

    await site.desk.store.sweep_files(now + timedelta(seconds=1) - timedelta(days=1))
    kept = await site.desk.store.files_of_ticket(ticket.number)
    await site.desk.store.sweep_files(now + timedelta(days=1))

    assert [file.id for file in kept] == [unsent, sent]
    assert [file.id for file in await site.desk.store.files_of_ticket(ticket.number)] == [sent]


async def test_a_customer_sends_a_file_with_an_answer_from_their_own_page_without_a_script(site: Site) -> None:
    client, ticket, ada = await site.client(), await site.ticket(), await site.as_("ada")
    home = page_of(site, ticket)
    fields = _fields(await (await client.get(home)).text(), "Here is a picture of it.")

    for _ in range(2):  # a double click
        sent = await client.post(home, data=_form(fields, picture(), "it.png"), allow_redirects=False)
        assert (sent.status, sent.headers["Location"]) == (303, f"{home}#answer")

    messages = (await ada.get(f"/tickets/{ticket.number}"))["messages"]
    page = await (await client.get(home)).text()
    assert [[file["name"] for file in message["files"]] for message in messages] == [[], ["it.png"]]
    assert messages[-1]["author"]["kind"] == "visitor"
    assert page.count("it.png") == 1


async def test_the_form_without_a_chosen_file_is_an_answer_alone(site: Site) -> None:
    client, ticket = await site.client(), await site.ticket()
    home = page_of(site, ticket)
    fields = _fields(await (await client.get(home)).text(), "Nothing to add.")

    sent = await client.post(home, data=_form(fields, b"", ""), allow_redirects=False)

    assert sent.status == 303
    assert [(m.body, m.file_ids) for m in (await site.desk.store.ticket_messages(ticket.number))[1:]] == [
        ("Nothing to add.", ())
    ]


async def test_a_refused_file_leaves_what_the_customer_wrote_on_the_page(site: Site) -> None:
    client, ticket = await site.client(), await site.ticket()
    home = page_of(site, ticket)
    fields = _fields(await (await client.get(home)).text(), "Look <here>")

    kind = await client.post(home, data=_form(fields, HTML, "page.html"))
    large = await client.post(home, data=_form(fields, b"a" * (10 * 1024 * 1024 + 1), "large.txt"))

    assert (kind.status, large.status) == (422, 413)
    for answer, sentence in ((kind, "This file cannot be sent. Possible are: png,"), (large, "at most 10 MB.")):
        page = await answer.text()
        assert sentence in page
        assert "Look &lt;here&gt;</textarea>" in page
    assert len(await site.desk.store.ticket_messages(ticket.number)) == 1


def _fields(page: str, body: str) -> dict[str, str]:
    found = re.search(r'name="client_id" value="(\w+)"', page)
    assert found is not None
    return {"client_id": found.group(1), "body": body}


def _form(fields: dict[str, str], content: bytes, name: str) -> FormData:
    made = FormData(quote_fields=False)
    for field, value in fields.items():
        made.add_field(field, value)
    made.add_field("file", io.BytesIO(content), filename=name, content_type="application/octet-stream")
    return made
