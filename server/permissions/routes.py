"""Who may call which route."""

from __future__ import annotations

from server.permissions.rows import Row

_API = "/api/v1"
_IN_SIGHT = "Finds only what is in their departments."
_THEIRS = "Of the departments they see."


def _pages() -> tuple[Row, ...]:
    return (
        *(
            Row(f"GET {path}", "anyone", note="A page without data: what it shows comes by the API.")
            for path in _SHELLS
        ),
        Row("GET /widget.js", "anyone"),
        Row("GET /widget/app", "anyone"),
        Row("GET /widget/status.json", "anyone"),
        Row("GET /assets/{name}", "anyone"),
        Row("GET /healthz", "anyone"),
        Row("GET /readyz", "anyone"),
        Row("GET /metrics", "anyone", note="Numbers without names. Keep it from the internet at your proxy."),
        Row("GET /api/v1/openapi.json", "anyone"),
        Row("GET /t/{signed}", "anyone", by_link=True, note="The customer's own page of one ticket or transcript."),
        Row("POST /t/{signed}", "anyone", by_link=True),
        Row(
            "GET /t/{signed}/files/{name}", "anyone", by_link=True, note="What was sent to the customer, nothing else."
        ),
        Row("GET /files/{name}", "visitor", of="file"),
        Row("GET /incidents", "anyone"),
        Row("GET /incidents/{id}", "anyone"),
        Row("POST /incidents/subscribe", "anyone", note="Mails a link; the answer is the same for every address."),
        Row("POST /incidents/{id}/subscribe", "anyone"),
        Row("GET /incidents/confirm/{signed}", "anyone", by_link=True),
        Row("GET /incidents/unsubscribe/{signed}", "anyone", by_link=True),
        Row("POST /incidents/unsubscribe/{signed}", "anyone", by_link=True),
        Row("GET /reset", "anyone"),
        Row("POST /reset", "anyone", note="Mails a link; the answer is the same for every address."),
        Row("GET /reset/{signed}", "anyone", by_link=True),
        Row("POST /reset/{signed}", "anyone", by_link=True, note="Sets the password of whom the link was mailed to."),
        *(Row(f"GET {path}", "anyone", note="Of the demo company only.") for path in _DEMO),
    )


_SHELLS = (
    "/agent",
    "/manager",
    "/manager/",
    "/manager/{page}",
    "/admin",
    "/admin/",
    "/admin/{page}",
    "/admin/{page}/{thing}",
)
_DEMO = ("/", "/parcels", "/mailbox", "/mailbox/{id}", "/mailbox/{id}/html")


def _people() -> tuple[Row, ...]:
    return (
        Row(f"POST {_API}/sessions", "anyone", note="Sign in."),
        Row(f"DELETE {_API}/sessions", "agent", personal=True, note="One's own session."),
        Row(f"GET {_API}/me", "agent"),
        Row(f"PATCH {_API}/me", "agent", personal=True, note="weekly_report: managers."),
        Row(f"GET {_API}/agents", "agent", note="Names of colleagues: a chat may be handed to any of them."),
        Row(f"GET {_API}/departments", "agent", note=_THEIRS),
        Row(f"GET {_API}/live", "manager", note=_THEIRS),
        Row(f"GET {_API}/contacts", "agent", right="search", note="People with whom their departments had to do."),
        Row(f"POST {_API}/contacts", "agent"),
        Row(f"GET {_API}/contacts/{{id}}", "agent", of="contact"),
        Row(f"PATCH {_API}/contacts/{{id}}", "agent", of="contact"),
    )


def _conversations() -> tuple[Row, ...]:
    return (
        Row(f"GET {_API}/chats", "agent", right="search", note=_IN_SIGHT),
        Row(f"GET {_API}/chats/{{id}}", "agent", of="chat"),
        Row(f"GET {_API}/chats/{{id}}/visitor", "agent", of="chat", note="Earlier ones of departments they see."),
        Row(f"GET {_API}/chats/{{id}}/decisions", "agent", of="chat"),
        Row(f"GET {_API}/chats/{{id}}/problem", "agent", of="chat"),
        Row(f"POST {_API}/chats/{{id}}/code", "agent", of="chat", holder="alone"),
        Row(f"GET {_API}/chats/{{id}}/transcript.{{form}}", "agent", of="chat", right="export", by_link=True),
        Row(f"POST {_API}/files", "visitor", of="chat"),
        Row(f"GET {_API}/tickets", "agent", right="search", right_if="q", note=_IN_SIGHT),
        Row(f"POST {_API}/tickets", "agent", of="chat", note="chat_id may be left out: then of a department they see."),
        Row(f"GET {_API}/tickets/{{number}}", "agent", of="ticket"),
        Row(f"PATCH {_API}/tickets/{{number}}", "agent", of="ticket"),
        Row(f"POST {_API}/tickets/{{number}}/return", "agent", of="ticket"),
        Row(f"POST {_API}/tickets/{{number}}/messages", "agent", of="ticket"),
        Row(f"GET {_API}/problems", "agent", note="Titles of all; what is linked, of the departments they see."),
        Row(f"POST {_API}/problems", "agent"),
        Row(f"GET {_API}/problems/{{id}}", "agent", note="What is linked in other departments is only counted."),
        Row(f"PATCH {_API}/problems/{{id}}", "agent"),
        Row(f"POST {_API}/problems/{{id}}/links", "agent", of="ticket"),
        Row(f"DELETE {_API}/problems/{{id}}/links/tickets/{{number}}", "agent", of="ticket"),
        Row(f"DELETE {_API}/problems/{{id}}/links/chats/{{chat}}", "agent", of="chat"),
        Row(f"POST {_API}/problems/{{id}}/preview", "agent"),
        Row(f"POST {_API}/problems/{{id}}/solve", "agent", note="Where some of it is out of sight: managers."),
        Row(f"GET {_API}/incidents", "agent"),
        Row(f"POST {_API}/incidents", "manager"),
        Row(f"GET {_API}/incidents/{{id}}", "agent"),
        Row(f"PATCH {_API}/incidents/{{id}}", "manager"),
        Row(f"POST {_API}/incidents/{{id}}/updates", "manager"),
        Row(f"POST {_API}/incidents/{{id}}/end", "manager"),
        Row(f"GET {_API}/mails", "manager", right="search", note=_IN_SIGHT),
        Row(f"GET {_API}/mails/{{id}}", "manager", of="mail"),
        Row(f"GET {_API}/mails/{{id}}/html", "manager", of="mail"),
        Row(f"POST {_API}/mails/{{id}}/retry", "manager", of="mail"),
        Row(f"GET {_API}/inbound", "manager", right="search", note=_IN_SIGHT),
        Row(f"GET {_API}/inbound/{{id}}", "manager", note="Mail of a ticket by those who see it, other mail by all."),
        Row(f"GET {_API}/inbound/{{id}}/raw", "manager", right="export"),
        Row(f"POST {_API}/inbound/{{id}}/retry", "manager"),
    )


_OF_MANAGERS = ("coverage", "waits", "volume", "satisfaction", "estimates", "staffing", "tickets", "overview")


def _reports() -> tuple[Row, ...]:
    return (
        *(Row(f"GET {_API}/reports/{kind}", "manager", note=_THEIRS) for kind in _OF_MANAGERS),
        *(Row(f"GET {_API}/reports/{kind}.csv", "manager", right="export", note=_THEIRS) for kind in _OF_MANAGERS),
        Row(f"GET {_API}/reports/agents", "agent", note="Agents: their own row alone."),
        Row(f"GET {_API}/reports/agents.csv", "agent", right="export", note="Agents: their own row alone."),
    )


ROUTES: tuple[Row, ...] = (*_pages(), *_people(), *_conversations(), *_reports())
