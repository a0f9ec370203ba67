"""One's own account in a browser: second factor, recovery codes, password, sessions, and a password set by mail."""

from __future__ import annotations

import re
import time

import pyotp
import pytest
from playwright.async_api import Page, expect

from tests.browser.judging import WIDE, Judge
from tests.browser.panel import Panel
from tests.harness.browser import Windows
from tests.harness.desk import User
from tests.harness.fixtures import ADA, NewDesk
from tests.harness.mailserver import SmtpSink

pytestmark = pytest.mark.slow
BETTER = "four brown owls at noon"


async def sign_in_to_the_code(page: Page, user: User, password: str) -> None:
    await page.get_by_label("E-mail").fill(user.email)
    await page.get_by_label("Password").fill(password)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("heading", name="One more step")).to_be_visible()


async def test_a_person_looks_after_their_own_account(new_desk: NewDesk, windows: Windows) -> None:
    desk, judge = new_desk(), Judge()
    page = await windows.open(f"{desk.url}/account", size=WIDE)
    await expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    await judge.look(page, "sign-in")
    await page.get_by_label("E-mail").fill(ADA.email)
    await page.get_by_label("Password").fill(ADA.password)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    factor = page.get_by_role("region", name="Second factor")

    await factor.get_by_label("Your password").fill(ADA.password)
    await factor.get_by_role("button", name="Set up a second factor").click()
    await expect(factor.get_by_alt_text("QR code for your authenticator app")).to_be_visible()
    await judge.look(page, "account-qr")
    totp = pyotp.TOTP((await factor.locator("code").inner_text()).replace(" ", ""))
    await factor.get_by_label("Code that the app shows").fill("000000")
    await factor.get_by_role("button", name="Turn it on").click()
    await expect(factor.get_by_text("This is not the code")).to_be_visible()
    await factor.get_by_label("Code that the app shows").fill(totp.now())
    await factor.get_by_role("button", name="Turn it on").click()
    shown = factor.locator(".factor-codes code")
    await expect(shown).to_have_count(10)
    codes = await shown.all_inner_texts()
    await judge.look(page, "account-codes")
    await factor.get_by_role("button", name="I have kept them").click()
    await expect(factor.get_by_text("10 recovery codes are left")).to_be_visible()

    phone = await windows.open(f"{desk.url}/agent?next=/account")
    await sign_in_to_the_code(phone, ADA, ADA.password)
    await judge.look(phone, "sign-in-code")
    await phone.get_by_label("Code").fill("000000")
    await phone.get_by_role("button", name="Go on").click()
    await expect(phone.get_by_text("This code does not count")).to_be_visible()
    await phone.get_by_label("Code").fill(totp.at(int(time.time()), counter_offset=1))
    await phone.get_by_role("button", name="Go on").click()
    await expect(phone.get_by_role("heading", name="Your account")).to_be_visible()

    await page.reload()
    sessions = page.get_by_role("region", name="Where you are signed in")
    await expect(sessions.get_by_role("listitem")).to_have_count(2)
    await expect(sessions.get_by_text("This device")).to_have_count(1)
    await judge.look(page, "account")
    password = page.get_by_role("region", name="Password")
    await password.get_by_label("Your password until now").fill(ADA.password)
    await password.get_by_label("New password").fill("Password123!!")
    await password.get_by_role("button", name="Change the password").click()
    await expect(password.get_by_text("among the first that others try")).to_be_visible()
    await password.get_by_label("New password").fill(BETTER)
    await password.get_by_role("button", name="Change the password").click()
    await expect(page.get_by_text("You are signed out everywhere else.")).to_be_visible()
    await expect(sessions.get_by_role("listitem")).to_have_count(1)
    await phone.reload()
    await sign_in_to_the_code(phone, ADA, BETTER)
    await phone.get_by_label("Code").fill(codes[0])
    await phone.get_by_role("button", name="Go on").click()
    await expect(phone.get_by_text("9 recovery codes are left")).to_be_visible()
    windows.complaints.clear()
    judge.say()


async def test_a_forgotten_password_is_set_anew_by_mail(
    new_desk: NewDesk, windows: Windows, smtp_sink: SmtpSink
) -> None:
    desk, judge = new_desk(settings={"SEMAFOR_SMTP_URL": smtp_sink.url}), Judge()
    page = await windows.open(f"{desk.url}/agent", locale="cs", size=WIDE)
    await page.get_by_role("link", name="Forgotten it?").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Zapomněli jste heslo?")
    await judge.look(page, "reset")
    await page.get_by_label("E-mail").fill(ADA.email)
    await page.get_by_role("button").click()
    await expect(page.get_by_role("status")).to_contain_text("Pokud k této adrese existuje účet")

    mail = await smtp_sink.wait_for(lambda mail: mail.recipients == (ADA.email,))
    (link,) = re.findall(r"http\S+/reset/\S+", mail.text())
    await page.goto(link)
    await page.get_by_label("Nové heslo").fill("short")
    await page.get_by_role("button").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await judge.look(page, "reset-new")
    await page.get_by_label("Nové heslo").fill(BETTER)
    await page.get_by_role("button").click()
    await expect(page.get_by_role("status")).to_be_visible()
    await page.get_by_role("link", name="Přihlásit").click()
    panel = Panel(page)
    await panel.enter(ADA.email, BETTER)
    windows.complaints.clear()
    judge.say()
