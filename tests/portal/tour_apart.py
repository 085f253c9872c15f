"""The rest of the tour: pages that need more than a resident, or a day on which something fails."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from demo.scanner import TEST_VIRUS
from portal.models import Draft, Submission
from portal.papers.waiting import scan_waiting
from tests.papers import samples
from tests.portal.office import Office
from tests.portal.phone import Phone
from tests.portal.post import delivers, path_in
from tests.portal.story import ABOUT_CHILD, SIGNING_PIN, Person
from tests.portal.tour import Page

LATER = "申告の内容に確認したいところがあります。訂正をお願いします。"


def away(execute: Any, sql: str, *more: Any) -> Any:
    """Answer as the database does while it is restarted: to a change of a draft."""
    if sql.startswith("UPDATE") and "portal_draft" in sql:
        raise OperationalError("server closed the connection unexpectedly")
    return execute(sql, *more)


def pages_of_bad_days(person: Person) -> Iterator[Page]:
    """Yield what a page says while the database is away, to too much, and after the session."""
    person.signs_up().begins().reads_card()
    client = Client(raise_request_exception=False)
    client.cookies = person.client.cookies
    phone = f"/return/{person.year}/basic/phone/"
    person.answers("spouse/has", has="yes")
    fields = {"version": person.version(), "phone": "096-111-2222"}
    with connection.execute_wrapper(away):
        yield "database away", client.post(phone, fields)
        secret = {"version": person.version(), "personal_number": "123456789018"}
        number = f"/return/{person.year}/spouse/number/"
        yield "database away for a number", client.post(number, secret)
    yield "ten megabytes", client.post(phone, fields | {"phone": "0" * 10_000_000})
    asked = person.client.get(phone).content.decode()
    keep = asked.split('name="keep" value="')[1].split('"')[0]
    person.posts("basic/phone", {"phone": "096-111-0000"})
    yield "another tab was quicker", person.client.post(phone, fields)
    person.client.session.delete()
    late = person.client.post(phone, fields | {"keep": keep})
    yield "session over", person.client.get(late.headers["Location"])
    person.logs_in()
    yield "after the session", person.client.get(phone)
    reset = "/account/password/reset/"
    tries = [person.client.post(reset, {"email": person.email}) for _ in range(10)]
    yield "too many tries", next(one for one in tries if one.status_code == 429)


def pages_of_papers(person: Person, settings: Any) -> Iterator[Page]:
    """Yield the pages of papers that are clean, infected, waiting, found infected, taken out."""
    person.signs_up().begins()
    at = f"/return/{person.year}/papers/"
    yield "infected paper", person.attaches(("票.pdf", TEST_VIRUS))
    person.attaches(("票.jpg", samples.photograph()), ("証明書.pdf", samples.pdf(2)))
    yield "papers clean", person.client.get(at)
    for paper in Draft.objects.get(resident__asked_email=person.email).papers.all():
        yield f"paper {paper.kind}", person.client.get(f"{at}{paper.pk}/")
    address, settings.SCANNER_ADDRESS = settings.SCANNER_ADDRESS, "tcp:127.0.0.1:9"
    person.attaches(("後で.pdf", samples.pdf(3)))
    yield "papers waiting", person.client.get(at)
    yield "check waiting", person.client.get(f"/return/{person.year}/check/")
    settings.SCANNER_ADDRESS = address
    late = Draft.objects.get(resident__asked_email=person.email).papers.get(scan="waiting")
    late.content = TEST_VIRUS
    late.save()
    scan_waiting(now=timezone.now() + timedelta(minutes=2))
    yield "papers infected later", person.client.get(at)
    yield "paper infected later", person.client.get(f"{at}{late.pk}/")
    yield "paper to be removed", person.client.get(f"{at}{late.pk}/remove/")
    yield "paper removed", person.client.post(f"{at}{late.pk}/remove/", follow=True)


def pages_of_corrections(person: Person, office: Office) -> Iterator[Page]:
    """Yield a correction that is asked for and answered, an amendment, and the account's end."""
    person.is_ready_to_sign()
    entry = person.supports_a_child()
    at = f"/return/{person.year}"
    yield "relatives", person.client.get(f"{at}/relatives/")
    first = person.files()
    number = Submission.objects.get(resident__asked_email=person.email).receipt_number
    asked = {"fields": ["answers.social_insurance"], "due_on": "2027-04-30"}
    office.reports(number, "needs_correction", "correction_requested", LATER, **asked)
    begun = person.client.post(f"/filings/{first}/amend/", follow=True)
    yield "correction begun", begun
    yield "correction card", person.client.get(f"{at}/card/")
    person.reads_card()
    yield "correction asked", person.client.get(f"{at}/social-insurance/paid/?return=check")
    person.answers("social-insurance/paid", paid="yes")
    person.answers("social-insurance/amounts", national_pension="203,760")
    yield "correction numbers", person.client.get(f"{at}/check/")
    person.answers(f"relatives/{entry}/number", **ABOUT_CHILD["number"])
    yield "correction ready", person.client.get(f"{at}/check/")
    yield "correction sign", person.client.get(f"{at}/sign/")
    second = person.files()
    for page in ("", "receipt/", "copy/"):
        yield f"version two {page}", person.client.get(f"/filings/{second}/{page}")
    yield "version one", person.client.get(f"/filings/{first}/")
    person.client.post(f"/filings/{second}/amend/")
    person.reads_card().answers("basic/phone", phone="096-111-2222")
    person.fills_in_slip("salaries", payer="株式会社出版くまもと", revenue="450,000")
    yield "amendment hub", person.client.get(f"{at}/")
    yield "amendment slips", person.client.get(f"{at}/salaries/")
    slip = Draft.objects.get(resident__asked_email=person.email).content["data"]["salaries"][
        "items"
    ][0]["id"]
    fields = {"version": person.version()}
    yield "slip removed", person.client.post(f"{at}/salaries/{slip}/remove/", fields, follow=True)
    removed = {"version": person.version()}
    yield "slip restored", person.client.post(f"{at}/restore/", removed, follow=True)
    person.client.post(f"{at}/salaries/{slip}/remove/", {"version": person.version()})
    yield "amendment check", person.client.get(f"{at}/check/")
    yield "amendment in the settings", person.client.get("/settings/")
    yield (
        "erase an amendment",
        person.client.get(
            f"/settings/erase/{Draft.objects.get(resident__asked_email=person.email).pk}/"
        ),
    )
    yield "closing too early", person.client.get("/settings/close/")
    yield "closing refused", person.client.post("/settings/close/", {"sure": "on"})
    yield from _ends(person, office, number)


def _ends(person: Person, office: Office, number: str) -> Iterator[Page]:
    person.client.post(f"/return/{person.year}/give-up/")
    second = Submission.objects.get(resident__asked_email=person.email, version=2)
    done = "手続きが終わりました。"
    office.receives(number)
    office.reports(number, "completed", "imported", done, version=2)
    yield "completed", person.client.get(f"/filings/{second.pk}/")
    yield "return sent", person.client.get(f"/return/{person.year}/")
    yield "filings of two versions", person.client.get("/filings/")
    yield "withdrawal too late", person.client.post(f"/filings/{second.pk}/withdraw/", follow=True)
    yield "closing", person.client.get("/settings/close/")
    yield "closed", person.client.post("/settings/close/", {"sure": "on"}, follow=True)


def _without_address(person: Person) -> Iterator[Page]:
    """Yield the account's pages of who came in with the card, up to a confirmed address."""
    browser, address = person.client, "/account/email/"
    for page in ("/settings/", "/messages/", address):
        yield f"{page} without an address", browser.get(page)
    yield "address empty", browser.post(address, {"email": ""})
    delivers()
    browser.post(address, {"email": person.email})
    yield "address asked", browser.get(address)
    (letter,) = delivers()
    link = path_in(letter, address)
    yield "address link", browser.get(link)
    yield "address confirmed", browser.post(link, follow=True)
    yield "address link wrong", browser.get("/account/email/wrong/")
    yield "settings with an address", browser.get("/settings/")
    yield "password", browser.get("/account/password/set/")
    yield "password wrong", browser.post("/account/password/set/", {"password1": "1"})
    forgets_the_log_in(person)
    yield "password later", browser.get("/account/password/set/")


def forgets_the_log_in(person: Person) -> None:
    """Let the moment pass in which the card was held."""
    session = person.client.session
    for one in session["account_authentication_methods"]:
        one["at"] -= 3600
    session.save()


def forgets_the_card(person: Person) -> None:
    """Leave the session without the card that it began with, as after another log-in."""
    session = person.client.session
    del session["auth_app_card"]
    session.save()


def pages_with_the_app(person: Person, phone: Phone) -> Iterator[Page]:
    """Yield logging in, reading the card and signing with the デジタル認証アプリ, and refusals."""
    browser = person.client
    login = "/account/app/login/"
    yield "login with the app", browser.get("/account/login/")
    asks = browser.post(login).headers["Location"]
    yield "login cancelled", browser.get(phone.cancels(asks))
    yield "login stray", browser.get("/account/app/callback/?code=x&state=y")
    start = "/account/app/start/"
    asks = browser.post(start).headers["Location"]
    yield "beginning cancelled", browser.get(phone.cancels(asks))
    asks = browser.post(start).headers["Location"]
    led = browser.get(phone.uses(asks, "sato")).headers["Location"]
    if "register" in led:
        yield "another account", browser.get(led)
        browser.post(led)
    yield from _without_address(person)
    yield "start with the card", browser.get("/return/start/")
    fields = {"tax_year": person.year, "purpose_version": "", "personal_number": "123"}
    yield "start number wrong", browser.post("/return/start/", fields)
    person.begins()
    yield "hub of the card", browser.get(f"/return/{person.year}/")
    yield "number for the card", browser.get(f"/return/{person.year}/card/")
    number = f"/account/app/number/{person.year}/"
    fields = {"version": person.version(), "personal_number": "123"}
    yield "number wrong", browser.post(number, fields, follow=True)
    forgets_the_card(person)
    yield "card with the app", browser.get(f"/return/{person.year}/card/")
    read, sign = (f"/account/app/{doing}/{person.year}/" for doing in ("read", "sign"))
    fields = {"version": person.version(), "personal_number": "123"}
    yield "card number wrong", browser.post(read, fields, follow=True)
    fields["personal_number"] = "123456789018"
    other = browser.post(read, fields).headers["Location"]
    yield "card of another", browser.get(phone.uses(other, "yamada", SIGNING_PIN))
    person.reads_card().answers_basics().earns().has_nothing_special()
    yield "check with the app", browser.get(f"/return/{person.year}/check/")
    yield "sign with the app", browser.get(f"/return/{person.year}/sign/")
    for choice in ({"action": "cancel"}, {"scenario": "expired"}, {"scenario": "revoked"}):
        asks = browser.post(sign, {"version": person.version()}).headers["Location"]
        yield f"sign {choice}", browser.get(phone.uses(asks, "sato", **choice))
    asks = browser.post(sign, {"version": person.version()}).headers["Location"]
    for _try in range(4):
        phone.tries(asks, "sato", "WRONG1")
    yield "sign locked", browser.get(phone.uses(asks, "sato", "WRONG1"))
    yield "settings with the app", browser.get("/settings/")
