"""A tour of the portal: every page once, the errors too, as one resident in one language."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from django.utils import timezone

from portal import notices
from portal.mails import orders
from portal.models import Draft, Notice, Paper, Submission
from portal.views import errors
from tests.portal.office import Office
from tests.portal.post import delivers
from tests.portal.story import Person

PUBLIC = [
    *("/", "/check/", "/check/?asked=home", "/search/", "/help/", "/glossary/", "/accessibility/"),
    *("/search/?q=certificate", "/privacy/", "/no/such/page/"),
    "/check/?home=yes&income_tax=no&income=other",
    "/check/?home=yes&income_tax=no&income=salary&reported=yes&deductions=yes",
    *("/account/login/", "/account/signup/", "/account/password/reset/"),
    *("/account/password/reset/done/", "/account/password/reset/key/done/"),
    "/account/password/reset/key/1-set-password/",
    "/account/inactive/",
]
OWN = [
    *(
        "/settings/",
        "/settings/records/",
        "/messages/",
        "/account/email/",
        "/account/password/change/",
        "/account/logout/",
    ),
    *("/account/reauthenticate/", "/return/start/", "/return/for/", "/settings/close/"),
]
RETURN = [
    "",
    "card/",
    "estimate/",
    "check/",
    "papers/",
    "sign/",
    "basic/contact/",
    "income/kinds/",
    "salaries/",
    "salaries/new/payer/",
    "salaries/new/slip/",
    "pensions/new/slip/",
    "social-insurance/which/",
    "spouse/which/",
]
FOR_ANOTHER = [
    "",
    "whom/",
    "card/",
    "principal/person/",
    "principal/number/",
    "principal/authority/",
]
Page = tuple[str, Any]


def public_pages(person: Person) -> Iterator[Page]:
    """Yield what anybody sees, the forms of the account with their errors, and the error pages."""
    for address in PUBLIC:
        yield address, person.client.get(address)
    for address in ("/account/login/", "/account/signup/", "/account/password/reset/"):
        yield f"{address} empty", person.client.post(address, {})
    wrong = {"login": "nobody@example.jp", "email": "x", "password": "wrong", "password1": "123"}
    for address in ("/account/login/", "/account/signup/", "/account/password/reset/"):
        yield f"{address} wrong", person.client.post(address, wrong)
    request = RequestFactory().get("/")
    yield "server error", errors.server_error(request)
    for handler in (errors.bad_request, errors.forbidden, errors.too_many, errors.csrf_failure):
        yield handler.__name__, handler(request)


def own_pages(person: Person) -> Iterator[Page]:
    """Yield the way from signing up to the receipt, and what comes after it but the office."""
    person.signs_up()
    for address in OWN:
        yield address, person.client.get(address)
    yield "change password", person.client.post("/account/password/change/", {"oldpassword": "x"})
    person.begins()
    for address in RETURN:
        page = f"/return/{person.year}/{address}"
        yield f"{page} begun", person.client.get(page)
    yield "closing unsure", person.client.post("/settings/close/", {})
    yield "another's card", person.posts_card(name="別の人")
    person.reads_card().answers_basics().earns().has_nothing_special()
    for address in RETURN:
        yield f"{address} ready", person.client.get(f"/return/{person.year}/{address}")
    yield "unsigned", person.submits({"version": person.version(), "prepared": "", "signature": ""})
    yield "settings with a draft", person.client.get("/settings/")
    pk = Draft.objects.get().pk
    yield "erase", person.client.get(f"/settings/erase/{pk}/")
    year = f"/return/{person.year}"
    yield "papers empty", person.client.post(f"{year}/papers/", {"topic": "other"})
    unread = SimpleUploadedFile("委任状.jpg", b"not a picture")
    yield (
        "papers wrong",
        person.client.post(f"{year}/papers/", {"topic": "other", "papers": unread}),
    )
    yield "start empty", person.client.post("/return/start/", {"tax_year": ""})


def agents_pages(person: Person) -> Iterator[Page]:
    """Yield what only an agent sees: beginning for another person, and that person's return."""
    own = person.year
    yield "for nobody", person.posts_start_for(name="", birth_date_day="")
    person.begins_for()
    for address in FOR_ANOTHER:
        yield f"{address} for another", person.client.get(f"/return/{person.year}/{address}")
    yield "nobody", person.client.post(f"/return/{person.year}/whom/", {"version": "1"})
    yield "no mandate", person.posts("principal/authority", {"papers": ""})
    person.tells_of_principal().reads_card()
    for address in ("", "card/", "check/", "personal/disability/", "papers/"):
        yield f"{address} told", person.client.get(f"/return/{person.year}/{address}")
    paper = f"/return/{person.year}/papers/{Paper.objects.get().pk}/"
    yield "paper", person.client.get(paper)
    yield "paper empty", person.client.post(paper, {"papers": ""})
    person.year = own
    yield "several returns", person.client.get("/return/", follow=True)
    yield "settings of an agent", person.client.get("/settings/")


def pages_of_a_filing(person: Person, office: Office) -> Iterator[Page]:
    """Yield the receipt, the filing in every state that the office tells, and a correction."""
    pk = person.files()
    number = Submission.objects.get().receipt_number
    for page in ("", "receipt/", "copy/", "withdraw/"):
        yield page, person.client.get(f"/filings/{pk}/{page}")
    told = "申告の内容に確認したいところがあります。訂正をお願いします。"
    told += (
        "\n申告に書かれていない勤め先または年金の支払者があります。すべての収入を書いてください。"
    )
    told += "\nくまもと商店の給料は2枚ありませんか。"
    asked = {"fields": ["answers.salaries.0.revenue"], "due_on": "2027-04-30"}
    office.receives(number)
    office.reports(
        number, "processing", "arrived", "申告が市役所に届きました。電子署名を確認します。"
    )
    office.reports(number, "needs_correction", "correction_requested", told, **asked)
    yield "asked", person.client.get(f"/filings/{pk}/")
    yield "filings", person.client.get("/filings/")
    person.client.post(f"/filings/{pk}/amend/")
    yield "amending", person.client.get(f"/return/{person.year}/")
    yield "amendment", person.client.get(f"/return/{person.year}/check/")
    yield "given up", person.client.post(f"/return/{person.year}/give-up/", follow=True)
    yield "withdrawn", person.client.post(f"/filings/{pk}/withdraw/", follow=True)
    closed = "申告を受け付けることができませんでした。"
    office.reports(number, "closed", "rejected", closed)
    yield "rejected", person.client.get(f"/filings/{pk}/")


def pages_of_a_later_return(person: Person, office: Office) -> Iterator[Page]:
    """Yield an accepted filing, the return that follows it, and the filing in vain of that one."""
    pk = person.files()
    number = Submission.objects.get(pk=pk).receipt_number
    office.reports(number, "processing", "accepted", "申告を受理しました。税額の計算に使います。")
    yield "accepted", person.client.get(f"/filings/{pk}/")
    person.client.post(f"/filings/{pk}/amend/")
    for page in ("", "check/"):
        yield f"later {page}", person.client.get(f"/return/{person.year}/{page}")
    later = Submission.objects.get(pk=person.reads_card().files())
    yield "followed", person.client.get(f"/filings/{pk}/")
    in_vain = "電子署名を確認できず、申告を受け付けられませんでした。"
    office.reports(later.receipt_number, "intake_error", "intake_error", in_vain)
    yield "in vain", person.client.get(f"/filings/{later.pk}/")
    yield "the earlier counts", person.client.get(f"/filings/{pk}/")
    yield "told", person.client.get("/messages/")
    Submission.objects.filter(pk=later.pk).update(state="completed", stage="imported")
    yield "the later counts", person.client.get(f"/filings/{pk}/")
    yield "both", person.client.get("/filings/")


def mails_of(person: Person) -> list[str]:
    """Return subject and text of every kind of mail that the resident can get."""
    submission = Submission.objects.get()
    now = timezone.now()
    Notice.objects.all().delete()
    mail.outbox.clear()
    for kind in Notice.Kind.values:
        notices.order_notice(submission, kind, now=now)
    notices.send_due(now + timedelta(seconds=1))
    for kind in orders.TOLD:
        orders.tell(kind, submission.resident, now=now)
    person.client.post("/account/logout/")
    for email in (person.email, "nobody@example.jp"):
        person.client.post("/account/password/reset/", {"email": email})
    delivers()
    return [text for sent in mail.outbox for text in (sent.subject, sent.body)]
