"""What an admin sets: checked, in effect at once, on other servers too, and written down."""

from __future__ import annotations

import pytest

from server.services.admin.desk_settings import DeskSettings
from server.settings import load_settings
from tests.harness.engines import Engines
from tests.harness.mailserver import SmtpSink
from tests.integration.http.conftest import Environment
from tests.integration.http.people import Signed, Site

SETTINGS = "/admin/settings"


async def set_to(max_: Signed, group: str, **values: object) -> dict[str, object]:
    answer = await max_.call("PATCH", f"{SETTINGS}/{group}", json=values)
    shown: dict[str, object] = answer[group]
    return shown


async def frame_ancestors(site: Site) -> str:
    answer = await (await site.client()).get("/widget/app")
    return answer.headers["Content-Security-Policy"].rpartition("frame-ancestors ")[2]


async def test_a_site_may_embed_the_widget_from_the_moment_it_is_set(site: Site) -> None:
    max_ = await site.as_("max")

    first = await set_to(max_, "sites", origins=["HTTPS://Shop.Example:443/", "http://localhost:5000"])

    assert (first["origins"], first["version"]) == (["https://shop.example", "http://localhost:5000"], 1)
    assert await frame_ancestors(site) == "'self' https://shop.example http://localhost:5000"
    page = await (await (await site.client()).get("/widget/app")).text()
    assert 'data-sites="https://shop.example http://localhost:5000"' in page
    await set_to(max_, "sites", origins=[])
    assert await frame_ancestors(site) == "'self' https://shop.example", "the command line's, where none is set"
    assert await max_.refused("PATCH", f"{SETTINGS}/sites", json={"origins": ["https://*.cz"]}) == (
        422,
        "invalid",
        "origins.0",
    )


async def test_two_admins_do_not_overwrite_each_other_unseen(site: Site) -> None:
    max_ = await site.as_("max")
    await set_to(max_, "widget", accent="#ABC", texts={"cs": {"start_title": "Dobrý den"}}, if_version=0)

    late = await max_.refused("PATCH", f"{SETTINGS}/widget", json={"accent": "#111111", "if_version": 0})
    kept = await set_to(max_, "widget", offers={"callback": False}, if_version=1)

    assert late == (409, "conflict", None)
    assert (kept["accent"], kept["version"]) == ("#aabbcc", 2)
    assert kept["offers"] == {"chat": True, "callback": False, "suggestion": True, "message": True}
    same = await set_to(max_, "widget", accent="#aabbcc")
    assert same["version"] == 2, "what changes nothing is no change"
    shown = kept["shown"]
    assert isinstance(shown, dict)
    assert shown["light"]["given"] < 4.5 <= shown["light"]["shown"]


async def test_every_change_is_in_the_audit_log_with_before_and_after(site: Site) -> None:
    max_ = await site.as_("max")
    await set_to(max_, "mail", address="desk@acme.example", signatures={"cs": "Tým Acme"})
    await set_to(max_, "mail", signatures={"cs": None})

    newest, earlier = (await max_.get("/audit", action="settings.changed"))["entries"]

    assert (newest["subject"], newest["actor"]["name"]) == ("settings:mail", "Max")
    assert newest["detail"] == {"before": {"signatures": {"cs": "Tým Acme"}}, "after": {"signatures": None}}
    assert earlier["detail"]["after"]["address"] == "desk@acme.example"


async def test_what_another_server_has_set_is_taken_over(site: Site) -> None:
    desk = site.desk
    elsewhere = DeskSettings(desk.store, load_settings({}), desk.audit)
    await elsewhere.refresh()
    await elsewhere.change("command", "widget", {"site_name": "Acme s.r.o."}, None)
    assert desk.settings.site_name == "Acme"

    await desk.desk_settings.refresh()

    assert desk.settings.site_name == "Acme s.r.o."
    await (await site.as_("max")).call("PATCH", f"{SETTINGS}/mail", json={"address": "other@acme.example"})
    assert (desk.settings.mail_from, desk.mailroom.facts().from_address) == ("other@acme.example",) * 2
    assert await elsewhere.refresh()
    assert elsewhere.mail.address == "other@acme.example"


class TestWhereTheEnvironmentHasSetIt:
    @pytest.fixture
    def environment(self, engines: Engines) -> Environment:
        return {**engines.environment(), "SEMAFOR_MAIL_FROM": "env@acme.example"}

    async def test_it_wins_and_cannot_be_changed_here(self, site: Site) -> None:
        max_ = await site.as_("max")

        shown = (await max_.get(SETTINGS))["mail"]
        refused = await max_.refused("PATCH", f"{SETTINGS}/mail", json={"address": "mine@acme.example", "name": "Me"})
        await set_to(max_, "mail", address="env@acme.example", name="Acme")

        assert (shown["address"], shown["set_by"]) == ("env@acme.example", {"address": "SEMAFOR_MAIL_FROM"})
        assert refused == (409, "conflict", "address")
        facts = site.desk.mailroom.facts()
        assert (facts.from_address, facts.from_name) == ("env@acme.example", "Acme")


class TestWithAMailServer:
    @pytest.fixture
    def environment(self, engines: Engines, smtp_sink: SmtpSink) -> Environment:
        return {**engines.environment(), "SEMAFOR_SMTP_URL": smtp_sink.url}

    async def test_a_test_mail_is_really_sent_with_the_signature(self, site: Site, smtp_sink: SmtpSink) -> None:
        max_ = await site.as_("max")
        signatures = {"cs": "S pozdravem\n<b>tým</b> Acme"}
        await set_to(max_, "mail", address="desk@acme.example", name="Acme, podpora", signatures=signatures)

        told = await max_.call("POST", f"{SETTINGS}/mail/test", json={"to": "boss@acme.example", "locale": "cs"})

        (mail,) = smtp_sink.mails
        assert (mail.sender, mail.recipients) == ("desk@acme.example", ("boss@acme.example",))
        assert (told["sent"], told["answer"][:3], told["error"]) == (True, "250", None)
        assert mail.message["From"] == '"Acme, podpora" <desk@acme.example>'
        assert mail.text().splitlines()[-3:] == ["-- ", "S pozdravem", "<b>tým</b> Acme"]
        assert "S pozdravem<br>&lt;b&gt;tým&lt;/b&gt; Acme" in mail.html()

    async def test_what_the_mail_server_says_is_shown_with_what_helps(self, site: Site, smtp_sink: SmtpSink) -> None:
        max_ = await site.as_("max")
        smtp_sink.refuse("550 5.1.1 no such user here")

        refused = await max_.call("POST", f"{SETTINGS}/mail/test", json={})
        await smtp_sink.stop()
        away = await max_.call("POST", f"{SETTINGS}/mail/test", json={})

        assert (refused["sent"], refused["to"]) == (False, "max@example.com")
        assert "550 5.1.1 no such user here" in refused["error"]
        assert away["error"].startswith("The mail server cannot be reached")
        assert "SEMAFOR_SMTP_URL" in away["remedy"]
        outcomes = [entry["detail"]["sent"] for entry in (await max_.get("/audit", action="mail.tested"))["entries"]]
        assert outcomes == [False, False]


@pytest.mark.parametrize("name", ["ada", "mia"])
async def test_only_admins_see_and_change_it(site: Site, name: str) -> None:
    somebody = await site.as_(name)

    for method, path in (("GET", SETTINGS), ("PATCH", f"{SETTINGS}/widget"), ("POST", f"{SETTINGS}/mail/test")):
        assert await somebody.refused(method, path, **({} if method == "GET" else {"json": {}})) == (
            403,
            "forbidden",
            None,
        )
