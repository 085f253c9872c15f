"""How the tests get somewhere: hire, log in, file, and walk a case through the real services."""

import base64
import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.test import Client
from django_otp.oath import TOTP

from exchange.inbox import Delivery
from exchange.together import together
from filing import Person, Return, write_xml
from filing.numbers import make_receipt_number
from filing.package import write_package
from review.addressees.models import Addressee
from review.audit.services import record_by
from review.cases import actions
from review.cases.intake import receive_submission
from review.cases.models import Case
from review.cases.processing import process_due_cases
from review.cases.states import State
from review.forwarding import decisions
from review.forwarding import services as forwarding
from review.staff.actors import batch, person
from review.staff.models import CodeDevice, RoleGrant, StaffMember
from signing.xades import assemble, prepare
from tests.review import city

NOW = datetime(2027, 2, 1, 3, 0, tzinfo=UTC)
REASON = "申告の審査:当初審査"
PASSWORD = "correct horse battery"
SEED = base64.b32decode("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
SYSTEM = batch("tests")
CAST = {
    "suzuki": ("K1001", "鈴木 一郎", ["clerk", "confirmer"]),
    "tanaka": ("K1002", "田中 良子", ["clerk", "confirmer"]),
    "ito": ("K1003", "伊藤 みどり", ["auditor"]),
    "mori": ("K1004", "森 健", ["admin"]),
    "kimura": ("K1007", "木村 進", ["admin"]),
    "ono": ("K1008", "小野 ゆり", ["number"]),
    "abe": ("K1006", "阿部 誠", ["supervisor"]),
    "yamada": ("K1005", "山田 太郎", []),
}
SALARY = {
    "payer": "株式会社くまもと商店",
    "revenue": 3_200_000,
    "withheld_tax": 52_000,
    "social_insurance": 480_000,
}


def hire():
    """Make the staff; everybody has the same password and authenticator, which no city would."""
    with transaction.atomic(), together():
        return {key: engage(*entry) for key, entry in CAST.items()}


def engage(number, name, roles):
    """Make one member of staff, and write it down as `create_staff` does."""
    with transaction.atomic():
        member = StaffMember.objects.create_user(
            number, PASSWORD, name=name, department="市民税課", roles=roles
        )
        device = CodeDevice(user=member, name="app", confirmed=True)
        device.seal_seed(SEED)
        device.save()
        subject = f"staff:{number}"
        record_by(SYSTEM, "staff.created", reason="利用者の登録", now=NOW, subject=subject)
    return member


def grant(member, role, **more):
    """Give a right to a member, approved by the administrators."""
    given = {"starts_on": date(2026, 4, 1), "decision": "市民税第1号"}
    given |= {"requested_by": "K1004", "requested_at": NOW}
    given |= {"approved_by": "K1007", "approved_at": NOW} | more
    return RoleGrant.objects.create(member=member, role=role, **given)


def code(at=None):
    """Return the code that the authenticator shows."""
    totp = TOTP(SEED)
    totp.time = (at or datetime.now(UTC)).timestamp()
    return f"{totp.token():06d}"


def signed_in(member, *, reason=True):
    """Log a member in by the real pages."""
    client = Client()
    # A test may log the same person in again within the half minute that a code lasts.
    CodeDevice.objects.filter(user=member).update(last_step=-1)
    client.post("/login/", {"number": member.number, "password": PASSWORD})
    response = client.post("/login/code/", {"code": code()})
    assert response.status_code == 302, response.content.decode()
    if reason:
        # Only contractors are asked for the order under which they work.
        reason = {"code": "review", "text": "当初審査", "work_order": "保守-2027-014"}
        client.post("/reason/", reason)
    return client


def actor(member):
    return person(member, "10.0.0.1")


def sato_answers(**changes):
    blocks = {"income_kinds": ["salary"], "salaries": [dict(SALARY)]} | changes
    return {code: block for code, block in blocks.items() if block is not None}


class Filing:
    """Files returns as the portal would, with a real card signature."""

    def __init__(self, cards):
        self.cards = cards
        self.serial = 0

    def document(self, who="sato", answers=None, **changes):
        holder = city.PEOPLE[who]
        filer = Person(
            name=holder.name,
            kana=holder.kana,
            birth_date=holder.birth_date,
            sex=holder.sex,
            address=holder.address,
            personal_number=holder.personal_number,
        )
        made = Return(
            tax_year="R9",
            filing_id=str(uuid4()),
            version=1,
            challenge="3f2a9c",
            prepared_on=date(2027, 2, 1),
            municipality_code="431001",
            filer=filer,
            address_jan1=holder.address,
            phone="096-328-2181",
            purpose_version="2026-1",
            answers=sato_answers() if answers is None else answers,
        )
        return replace(made, **changes)

    def signed(self, document, who="sato", at=NOW):
        card = self.cards[who]
        prepared = prepare(write_xml(document), card.certificate_der, signing_time=at)
        return assemble(prepared, card.sign(prepared.signed_info))

    def delivery(self, document=None, *, who="sato", xml=None, at=NOW, papers=(), **meta):
        document = document or self.document(who)
        self.serial += 1
        about = {
            "procedure": "resident-tax-return",
            "receipt_number": make_receipt_number(2027, self.serial),
            "filing_id": document.filing_id,
            "version": document.version,
            "tax_year": document.tax_year,
            "submitted_at": at.isoformat(),
            "challenge": document.challenge,
            "purpose_version": document.purpose_version,
        } | meta
        files = {"return.xml": xml or self.signed(document, who, at)}
        if papers:
            about["papers"] = [said_of(*entry, at=at) | about.pop("said", {}) for entry in papers]
            files |= {file: content for file, content, *_rest in papers}
        body = write_package(files, about)
        return Delivery(
            message_id=uuid4(),
            kind="submission",
            case_key=about["receipt_number"],
            sequence=1,
            body=body,
            sent_at=at,
            received_at=at,
            sealed_sha256=hashlib.sha256(b"sealed" + body).hexdigest(),
        )

    def arrive(self, document=None, *, at=NOW, **options):
        """File and let the package arrive; the batch has not looked at it yet."""
        delivery = self.delivery(document, at=at, **options)
        receive_submission(delivery, now=at + timedelta(minutes=1))
        return Case.objects.get(receipt_number=delivery.case_key)

    def queued(self, document=None, *, at=NOW, **options):
        """File, and let the batch do all that it can."""
        case = self.arrive(document, at=at, **options)
        process_due_cases(now=at + timedelta(minutes=2))
        case.refresh_from_db()
        return case


def walk(case, to, staff, *, now=NOW + timedelta(hours=1)):
    """Walk a queued case to a state through the real services."""
    suzuki, tanaka = actor(staff["suzuki"]), actor(staff["tanaka"])
    options = {"reason": REASON, "now": now}

    def step(act, by, **more):
        current = Case.objects.get(pk=case.pk)
        return act(current, by=by, seen=current.revision, **options, **more)

    if to == State.QUEUED:
        return case
    case = step(actions.take, suzuki)
    ends = {
        State.CORRECTION_REQUESTED: lambda: step(
            actions.request_correction,
            suzuki,
            fields=["answers.salaries"],
            message="支払金額を確かめてください。",
            due_on=date(2027, 2, 15),
        ),
        State.WITHDRAWN: lambda: step(actions.withdraw, suzuki),
    }
    if to == State.IN_REVIEW:
        return case
    if to in ends:
        return ends[to]()
    if to in (State.AWAITING_REJECTION, State.REJECTED):
        case = step(actions.propose_rejection, suzuki, comment="申告の義務がありません。")
        return case if to == State.AWAITING_REJECTION else step(actions.confirm_rejection, tanaka)
    case = step(actions.propose, suzuki)
    if to == State.AWAITING_CONFIRMATION:
        return case
    case = step(actions.confirm, tanaka)
    if to == State.ACCEPTED:
        return case
    process_due_cases(now=now + timedelta(minutes=1))
    if to == State.IMPORTED:
        return Case.objects.get(pk=case.pk)
    return step(actions.complete, suzuki)


def said_of(file, content, name="票.pdf", pages=1, *, at=NOW):
    """Return what the portal's package says of a paper."""
    return {
        "file": file,
        "name": name,
        "topic": "salary",
        "kind": "pdf" if file.endswith(".pdf") else "jpeg",
        "pages": pages,
        "turn": 90 if file.endswith(".jpg") else 0,
        "sha256": hashlib.sha256(content).hexdigest(),
        "scan": {"outcome": "clean", "at": at.isoformat()},
    }


def sato() -> Addressee:
    return Addressee.objects.get(number=city.NUMBERS["sato"])


def forward(case, municipality, staff, *, now=NOW + timedelta(hours=2)):
    """Forward a return under review: Suzuki and Tanaka decide and put it together, Ono sends."""
    grant(staff["ono"], "clerk")
    suzuki, tanaka, ono = (
        {"by": actor(staff[name]), "reason": REASON, "now": now}
        for name in ("suzuki", "tanaka", "ono")
    )
    seen = Case.objects.get(pk=case.pk).revision
    decision = decisions.propose_case(case, municipality=municipality, seen=seen, **suzuki)
    decisions.decide(decision, **tanaka)
    made = forwarding.make_of_decided(municipality, **suzuki)
    forwarding.confirm(made, **tanaka)
    forwarding.send(made, on_paper=True, **ono)
    return Case.objects.get(pk=case.pk)
