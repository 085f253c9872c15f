"""Nobody outside the office's work sees whom 他業務参照不可 hides: on no page, in no file."""

import re
from datetime import date

import pytest
from django.apps import apps
from django.urls import URLPattern

from review import hidden
from review.addressees.models import Addressee, SamePerson
from review.addressees.queries import search
from review.addressees.visibility import sees_restricted
from review.assessment.models import Assessment, SourceDocument
from review.audit.models import AuditEvent
from review.cases.models import Amendment, Case
from review.cases.states import State
from review.forwarding.models import ForwardingDecision
from review.images.models import DocumentNote
from review.letters.models import Domicile
from review.levy.models import BasicsChange, Decision
from review.mailing.models import Target
from review.notices.models import IssuedDocument, Order, ReturnedMail
from review.paper.models import PaperEntry
from review.reconcile.models import DependantAct, Disagreement
from review.retention.models import Hold
from review.rights.models import RightsRequest
from review.sources.models import Entry, LinkProposal
from review.staff.roles import PERSONAL_ROLES
from review.taxfiles import services
from review.taxfiles.models import ImportFault
from review.urls import urlpatterns
from tests.review import city, source_files, story
from tests.review.story import NOW, REASON, actor

NUMBER = city.NUMBERS["sato"]
ROLES = sorted(set(PERSONAL_ROLES) - {"contractor"})
PARTS = re.compile(r"<\w+:(\w+)>")


@pytest.fixture
def everything(filed, staff):
    """Sato, hidden, with a row in every table that an address can name."""
    case = story.walk(filed.queued(), State.IMPORTED, staff)
    person = case.addressee
    source_files.take_in(source_files.file_of(source_files.salary_row()))
    file = services.make("R9", by=actor(staff["suzuki"]), reason=REASON, now=NOW)
    two = {"proposed_by": "K1001", "proposed_at": NOW}
    decision = Decision.objects.create(
        tax_year="R9",
        addressee=person,
        assessment=Assessment.objects.latest("computed_at"),
        number=1,
        state="proposed",
        cause="late_return",
        total=1,
        proposed_by="K1001",
    )
    issued = IssuedDocument.objects.create(
        kind="certificate", tax_year="R9", decision=decision, content={}, issued_at=NOW
    )
    ReturnedMail.objects.create(
        document=issued, returned_on=date(2027, 2, 1), why="x", entered_by="K1001", entered_at=NOW
    )
    ForwardingDecision.objects.create(case=case, municipality="八代市", why="x", **two)
    form = Order.objects.create(kind="return_form", tax_year="R9", **two)
    Target.objects.create(order=form, addressee=person, reasons=["paper_return"])
    BasicsChange.objects.create(tax_year="R9", addressee=person, after={}, why="x", **two)
    Domicile.objects.create(
        tax_year="R9", addressee=person, municipality="401307", address="x", why="x", **two
    )
    DependantAct.objects.create(
        tax_year="R9",
        claimant=person,
        person_key="x",
        role="relative",
        kind="deny",
        why="x",
        **two,
    )
    Disagreement.objects.create(
        tax_year="R9", addressee=person, kind="amount", key="x", label="x", found_at=NOW
    )
    kato = Addressee.objects.exclude(pk=person.pk).get()
    first, second = sorted((person, kato), key=lambda one: one.pk)
    SamePerson.objects.create(first=first, second=second, **two)
    LinkProposal.objects.create(entry=Entry.objects.get(), addressee=person, score=1, **two)
    Amendment.objects.create(
        case=case,
        field="x",
        label="x",
        value=1,
        reason="x",
        proposed_by=staff["suzuki"],
        proposed_at=NOW,
    )
    DocumentNote.objects.create(
        document=case.addressee.source_documents.first(), text="x", made_at=NOW, made_by="K1001"
    )
    ImportFault.objects.create(case=case, row=file.rows.get(), code="E0001", found_at=NOW)
    RightsRequest.objects.create(
        number=1,
        kind="disclosure",
        addressee=person,
        received_on=date(2027, 2, 1),
        asked="x",
        requested_by="K1001",
        requested_at=NOW,
    )
    Hold.objects.create(
        kind="other", addressee_number=NUMBER, reason="x", set_by="K1001", set_at=NOW
    )
    PaperEntry.objects.create(
        channel="counter",
        tax_year="R9",
        received_on=date(2027, 2, 1),
        identity={"number": "card", "documents": ["card"]},
        sealed=b"",
        state="registered",
        entered_by=staff["suzuki"],
        entered_at=NOW,
        decided_by=staff["tanaka"],
        decided_at=NOW,
        case=case,
    )
    Addressee.objects.filter(pk=person.pk).update(restricted=True)
    return case


@pytest.fixture
def outsider(db):
    """Every right there is, in a department whose work the returns are not."""
    member = story.engage("K4000", "外 部子", ROLES)
    member.department = "国保年金課"
    member.save()
    return member


@pytest.fixture
def insider(db):
    return story.engage("K4001", "内 部子", ROLES)


def named_parts():
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern)
        if parts := PARTS.findall(str(pattern.pattern)):
            yield str(pattern.name), str(pattern.pattern), parts


def url_of(name, route):
    """Return the address of the row of this person that the table names."""
    about = hidden.ABOUT[name]
    found = str(apps.get_model(about.table)._default_manager.first().pk)
    if about.table == "assessment.SourceDocument":
        found = str(SourceDocument.objects.get(kind="salary_report").pk)
    if about.table == "addressees.Addressee":
        found = str(Addressee.objects.get(number=NUMBER).pk)
    samples = {"tax_year": "R9", "code": "confirm", "kind": "certificate", "number": "1"}
    samples[about.part] = found
    return "/" + PARTS.sub(lambda part: samples[part[1]], route)


def test_every_address_with_parts_says_whose_data_it_opens():
    names = {name for name, _route, _parts in named_parts()}
    assert names == set(hidden.ABOUT) | hidden.ABOUT_NOBODY
    assert not set(hidden.ABOUT) & hidden.ABOUT_NOBODY
    parts = {name: parts for name, _route, parts in named_parts()}
    assert all(about.part in parts[name] for name, about in hidden.ABOUT.items())


@pytest.mark.req("ACC-11", "SHK-03")
def test_no_address_opens_a_hidden_person_to_another_department(everything, outsider):
    client = story.signed_in(outsider)
    opened = [
        name
        for name, route, _parts in named_parts()
        if name in hidden.ABOUT
        for response in (client.get(url_of(name, route)), client.post(url_of(name, route)))
        if response.status_code != 404
    ]

    assert opened == []
    denied = AuditEvent.objects.filter(actor="K4000", action="access.denied")
    assert denied.count() == 2 * len(hidden.ABOUT)
    assert set(denied.values_list("addressee_number", flat=True)) == {NUMBER}


def test_the_same_addresses_open_to_the_office_itself(everything, insider):
    client = story.signed_in(insider)
    shut = [
        name
        for name, route, _parts in named_parts()
        if name in hidden.ABOUT and client.get(url_of(name, route)).status_code == 404
    ]

    # No paper was filed with the return, so there is none to look at.
    assert shut == ["case-paper", "case-paper-picture"]


def pages():
    """The addresses without parts: searches and lists."""
    return [
        "/" + str(pattern.pattern)
        for pattern in urlpatterns
        if not PARTS.search(str(pattern.pattern))
        and pattern.name not in ("logout", "login", "login-code", "login-key")
        # The log shows whom it is about to those who check it; that is their work. 連携 shows the
        # receipt numbers of messages to those who keep them going, and nothing of a person.
        and pattern.name not in ("audit", "audit-months", "exchange", "resend", "compare")
    ]


@pytest.mark.req("ACC-11", "SHK-03")
def test_no_list_names_a_hidden_person_to_another_department(everything, outsider, insider):
    found = {}
    for member in (insider, outsider):
        client = story.signed_in(member)
        shown = {url: client.get(url).content.decode() for url in pages()}
        shown |= {
            f"search {text}": client.post("/cases/search/", {"text": text}).content.decode()
            for text in ("佐藤", NUMBER, everything.receipt_number)
        }
        marks = (city.SATO.name, f">{NUMBER}", everything.receipt_number)
        found[member] = {
            url for url, page in shown.items() if any(mark in _listed(page) for mark in marks)
        }

    assert found[outsider] == set()
    assert found[insider] >= {
        *("/cases/", "/disagreements/", "/levy/", "/rights/", "/retention/", "/tax-files/"),
        *("/people/same/", "search 佐藤", f"search {NUMBER}"),
    }


def _listed(page):
    """Return the page without what the person typed into it."""
    return re.sub(r"<input[^>]*>", "", page)


def test_search_and_registering_do_not_find_a_hidden_person(everything, outsider, insider):
    asked = {"number": NUMBER, "name": "", "birth_date": None}
    assert search(**asked, member=outsider) == []
    assert [one.number for one in search(**asked, member=insider)] == [NUMBER]

    twin = {
        "name": city.SATO.name,
        "kana": city.SATO.kana,
        "birth_date_era": "western",
        "birth_date_year": "1985",
        "birth_date_month": "4",
        "birth_date_day": "1",
        "sex": "2",
        "address": city.SATO.address,
        "step": "register",
    }
    client = story.signed_in(outsider)
    assert client.post("/people/new/", twin).status_code in (403, 422)
    assert Addressee.objects.count() == 2


def test_cases_of_hidden_people_are_not_taken_in_bulk_or_out_in_a_list(everything, outsider):
    client = story.signed_in(outsider)
    client.post("/cases/bulk/do/", {"act": "import", "seen": f"{everything.pk}:1"})
    client.post("/exports/", {"format": "csv", "why": "報告", "query": ""})
    tanaka = story.signed_in(story.engage("K4002", "承 認子", ["supervisor"]))
    tanaka.post("/exports/1/approve/")
    from review.cases.models import Export

    export = Export.objects.get()
    tanaka.post(f"/exports/{export.pk}/approve/")
    file = story.signed_in(outsider).post(f"/exports/{export.pk}/take/")

    assert len(file.content.decode().splitlines()) == 1
    assert Case.objects.get().state == State.IMPORTED


def test_where_the_city_names_no_department_nobody_sees_them(insider, settings, tmp_path):
    assert sees_restricted(insider)
    text = settings.MUNICIPALITY_FILE.read_text()
    settings.MUNICIPALITY_FILE = tmp_path / "city.toml"
    settings.MUNICIPALITY_FILE.write_text(text.replace("own_departments", "others"))

    assert not sees_restricted(insider)


# Finding people by number.


@pytest.fixture
def ono(staff):
    story.grant(staff["ono"], "clerk")
    return story.signed_in(staff["ono"])


@pytest.mark.req("REC-06", "ACC-09")
def test_number_finds_its_person_for_those_who_may_and_leaves_no_trace_of_itself(town, ono):
    response = ono.post("/people/", {"personal_number": city.SATO.personal_number})

    assert response.headers["Location"] == f"/people/{town['sato'].pk}/"
    entry = AuditEvent.objects.get(action="addressee.searched_by_number")
    assert (entry.detail, entry.actor) == ({"found": [NUMBER]}, "K1008")
    assert entry.reason.endswith("当初審査")
    assert city.SATO.personal_number not in str(AuditEvent.objects.values())


@pytest.mark.req("ACC-09")
def test_number_is_not_asked_of_others_nor_taken_from_them(town, sign_in):
    suzuki = sign_in("suzuki")

    assert "personal_number" not in suzuki.get("/people/").content.decode()
    given = {"personal_number": city.SATO.personal_number}
    assert suzuki.post("/people/", given).status_code == 403
    assert not AuditEvent.objects.filter(action="addressee.searched_by_number").exists()


def test_mistyped_number_is_named_at_its_field(town, ono):
    page = ono.post("/people/", {"personal_number": "123456789012"})

    assert page.status_code == 422
    assert "検査数字が合いません" in page.content.decode()


@pytest.mark.req("REC-06")
@pytest.mark.parametrize("text", ["7123456789012", "くまもと", "0012345"])
def test_business_is_found_by_number_or_beginning_of_its_name(db, sign_in, text):
    suzuki = sign_in("suzuki")
    for name, corporate, own in (
        ("くまもと商店", "7123456789012", "0012345"),
        ("東町商会", "4011001098993", "0099999"),
    ):
        suzuki.post(
            "/people/businesses/",
            {"name": name, "corporate_number": corporate, "designated_number": own},
        )

    page = suzuki.post("/people/businesses/search/", {"text": text}).content.decode()

    assert "くまもと商店" in page
    assert "東町商会" not in page
