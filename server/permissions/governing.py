"""Who may call which route of one's own account and of the pages of /admin. Every new one has its row here."""

from __future__ import annotations

from server.permissions.rows import Row

_API = "/api/v1"
_OWN = "One's own."


def _account() -> tuple[Row, ...]:
    return (
        Row(f"GET {_API}/sessions", "agent", personal=True, note=_OWN),
        Row(f"DELETE {_API}/sessions/others", "agent", personal=True, note=_OWN),
        Row(f"DELETE {_API}/sessions/{{id}}", "agent", personal=True, note=_OWN),
        Row(f"GET {_API}/me/account", "agent", personal=True, note=_OWN),
        Row(f"POST {_API}/me/password", "agent", personal=True, note=_OWN),
        Row(f"POST {_API}/me/second-factor", "agent", personal=True, note=_OWN),
        Row(f"POST {_API}/me/second-factor/confirm", "agent", personal=True, note=_OWN),
        Row(f"POST {_API}/me/second-factor/recovery", "agent", personal=True, note=_OWN),
        Row(f"POST {_API}/me/second-factor/end", "agent", personal=True, note=_OWN),
        Row("GET /reset", "anyone", note="Mails a link; the answer is the same for every address."),
        Row("POST /reset", "anyone"),
        Row("GET /account", "anyone", note="A page without data: what it shows comes by the API."),
        Row(f"GET {_API}/sign-in", "anyone", note="Whether there is a provider to sign in with."),
        Row("GET /sign-in/provider", "anyone", note="Leads to the identity provider."),
        Row("GET /sign-in/provider/callback", "anyone", note="Where the provider leads back to."),
        Row("GET /reset/{signed}", "anyone", by_link=True),
        Row("POST /reset/{signed}", "anyone", by_link=True),
    )


def _admins() -> tuple[Row, ...]:
    return (
        Row(f"GET {_API}/audit", "admin"),
        Row(f"DELETE {_API}/admin/users/{{id}}/second-factor", "admin"),
        Row(f"DELETE {_API}/admin/users/{{id}}/sessions", "admin"),
        Row(f"GET {_API}/admin/settings", "admin"),
        Row(f"GET {_API}/admin/settings/widget", "admin"),
        Row(f"PATCH {_API}/admin/settings/widget", "admin"),
        Row(f"GET {_API}/admin/settings/sites", "admin"),
        Row(f"PATCH {_API}/admin/settings/sites", "admin"),
        Row(f"GET {_API}/admin/settings/mail", "admin"),
        Row(f"PATCH {_API}/admin/settings/mail", "admin"),
        Row(f"POST {_API}/admin/settings/mail/test", "admin"),
        Row(f"GET {_API}/admin/tokens", "admin", personal=True),
        Row(f"POST {_API}/admin/tokens", "admin", personal=True),
        Row(f"DELETE {_API}/admin/tokens/{{id}}", "admin", personal=True),
        Row(f"GET {_API}/admin/system", "admin"),
        Row(f"POST {_API}/admin/privacy/look", "admin"),
        Row(f"POST {_API}/admin/privacy/erase", "admin"),
        Row(f"POST {_API}/admin/privacy/export", "admin", right="export"),
        Row(f"GET {_API}/admin/retention", "admin"),
        Row(f"PATCH {_API}/admin/retention", "admin"),
        Row(f"POST {_API}/admin/retention/run", "admin"),
        Row(f"GET {_API}/admin/consent", "admin"),
        Row(f"PATCH {_API}/admin/consent", "admin"),
        Row("GET /privacy", "anyone"),
        Row("POST /privacy", "anyone", note="Mails a link; the answer is the same for every address."),
        Row("GET /privacy/{signed}", "anyone", by_link=True),
        Row("POST /privacy/{signed}", "anyone", by_link=True, note="Of whom the link was mailed to."),
        Row(f"GET {_API}/seen", "anyone", note="What `semafor doctor` asks, sealed with the desk's secret."),
    )


GOVERNING: tuple[Row, ...] = (*_account(), *_admins())
