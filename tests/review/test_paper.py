"""Paper returns: typed by one person, checked against the paper by another, then a case."""

import json
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from filing import read_xml
from review.addressees.models import Addressee
from review.audit.models import AuditEvent
from review.cases.models import Case
from review.cases.processing import process_due_cases
from review.cases.states import State
from review.errors import Refusal, Stale
from review.paper import services
from review.paper.identity import Identity, check, documents
from review.paper.models import PaperEntry
from review.paper.services import Typed
from tests.review import city, story
from tests.review.story import REASON

NOW = datetime(2027, 2, 1, 3, 0, tzinfo=UTC)
LICENCE = Identity(number="notification_card", documents=("driving_licence",))
OUTSIDE = "456789012346"
BY_REGISTER = Identity(number="register", documents=("health_insurance", "pension"))


@pytest.fixture
def typist(staff):
    """Nishi types in what came on paper."""
    return story.engage("K1009", "西 恵子", ["entry"])


@pytest.fixture
def paper(town, cards, typist):
    """Type in a return for Sato as it came over the counter."""

    def type_in(identity=LICENCE, document=None, channel="counter", **more):
        document = document or story.Filing(cards).document()
        typed = Typed(channel, date(2027, 1, 29), identity, document, **more)
        return services.enter(typed, by=story.actor(typist), reason=REASON, now=NOW)

    return type_in


def register(entry, member, number=city.SATO.personal_number):
    """Check an entry against the paper and let the batch go as far as it gets."""
    options = {"by": story.actor(member), "reason": REASON, "now": NOW}
    case = services.register(entry, number=number, seen=entry.revision, **options)
    process_due_cases(now=NOW + timedelta(minutes=1))
    return Case.objects.get(pk=case.pk)


@pytest.mark.req("SIG-05")
@pytest.mark.parametrize(
    ("number", "shown", "enough"),
    [
        ("card", ("card",), True),
        ("notification_card", ("driving_licence",), True),
        ("resident_record", ("health_insurance", "pension"), True),
        ("resident_record", ("health_insurance",), False),
        ("resident_record", ("health_insurance", "health_insurance"), False),
        ("resident_record", (), False),
        ("", ("card",), False),
        ("number_notice", ("card",), False),
    ],
)
def test_number_and_person_are_proved_by_one_document_or_two(number, shown, enough):
    identity = Identity(number=number, documents=shown)

    if enough:
        check(identity)
        return
    with pytest.raises(Refusal):
        check(identity)


@pytest.mark.req("SIG-05")
def test_agent_needs_a_right_to_act_as_well():
    with pytest.raises(Refusal, match="代理権"):
        check(Identity(number="card", documents=("passport",), agent="佐藤 太郎"))

    check(Identity(number="card", documents=("passport",), agent="佐藤 太郎", authority="mandate"))


def test_notice_of_the_number_is_no_proof_of_it():
    """個人番号通知書 proves nothing (番号法)."""
    assert not any("通知書" in document.label for document in documents("number").values())


@pytest.mark.req("SHK-05")
def test_typed_return_becomes_a_case_once_another_checked_it(paper, staff):
    entry = paper()
    assert Case.objects.count() == 0

    case = register(entry, staff["tanaka"])

    assert (case.state, case.channel, case.verdict) == (State.QUEUED, "counter", "ON_PAPER")
    assert case.addressee.number == city.NUMBERS["sato"]
    assert case.receipt_number.startswith("2027-9000")
    assert {line["name"] for line in case.evidence["checks"]} == {"paper_number", "paper_identity"}


@pytest.mark.req("SHK-05")
def test_typist_does_not_check_their_own_entry_nor_does_the_table_allow_it(paper, typist):
    entry = paper()
    both = story.grant(typist, "confirmer")
    typist.load_rights(NOW.date())
    assert both.role in typist.roles

    with pytest.raises(Refusal, match="自分が入力した"):
        register(entry, typist)
    with pytest.raises(IntegrityError), transaction.atomic():
        PaperEntry.objects.filter(pk=entry.pk).update(decided_by=typist, decided_at=NOW)


@pytest.mark.req("SHK-05")
def test_number_that_differs_from_the_paper_is_found_by_typing_it_again(paper, staff):
    entry = paper()

    with pytest.raises(Refusal, match="一致しません"):
        register(entry, staff["tanaka"], number=city.KATO.personal_number)

    assert PaperEntry.objects.get(pk=entry.pk).state == "entered"


def test_entry_that_was_sent_back_is_corrected_and_checked_again(paper, staff, typist, cards):
    entry = paper()
    options = {"reason": REASON, "now": NOW}
    tanaka, nishi = story.actor(staff["tanaka"]), story.actor(typist)
    entry = services.send_back(entry, comment="金額", by=tanaka, seen=entry.revision, **options)
    document = story.Filing(cards).document(
        answers=story.sato_answers(salaries=[story.SALARY | {"revenue": 3_300_000}])
    )
    typed = Typed("counter", date(2027, 1, 29), LICENCE, document)

    entry = services.enter_again(entry, typed, by=nishi, seen=entry.revision, **options)
    case = register(entry, staff["tanaka"])

    kept = read_xml(case.original.package().files["return.xml"])
    assert kept.answers["salaries"][0]["revenue"] == 3_300_000


@pytest.mark.req("SHK-05")
def test_entry_is_cancelled_by_another_person_and_keeps_nothing_of_the_return(paper, staff, typist):
    entry = paper()
    options = {"comment": "二重", "reason": REASON, "now": NOW, "seen": entry.revision}

    with pytest.raises(Refusal):
        services.cancel(entry, by=story.actor(typist), **options)
    services.cancel(entry, by=story.actor(staff["tanaka"]), **options)

    kept = PaperEntry.objects.get(pk=entry.pk)
    assert (kept.state, bytes(kept.sealed)) == ("cancelled", b"")


def test_old_page_decides_nothing(paper, staff):
    entry = paper()
    options = {"by": story.actor(staff["tanaka"]), "reason": REASON, "now": NOW}
    services.send_back(entry, comment="x", seen=1, **options)

    with pytest.raises(Stale):
        services.register(entry, number=city.SATO.personal_number, seen=1, **options)


@pytest.mark.req("SIG-06")
def test_number_of_a_resident_is_confirmed_in_the_citys_register(paper, staff):
    entry = paper(BY_REGISTER, channel="post")

    assert entry.lookup["source"] == "register"
    assert entry.lookup["result"] == "agrees"
    assert entry.lookup["addressee"] == city.NUMBERS["sato"]
    case = register(entry, staff["tanaka"])
    assert case.original.package().meta["lookup"] == entry.lookup


@pytest.mark.req("SIG-06")
def test_number_of_somebody_else_is_refused_by_the_register(paper, cards):
    sato = story.Filing(cards).document()
    number = city.KATO.personal_number
    mixed = story.replace(sato, filer=story.replace(sato.filer, personal_number=number))

    with pytest.raises(Refusal, match="氏名・生年月日が違います"):
        paper(BY_REGISTER, document=mixed, channel="post")


@pytest.mark.req("SIG-06")
def test_non_resident_is_confirmed_at_the_terminal_with_the_number_of_the_inquiry(paper, outsider):
    asked = Identity(number="juki_net", documents=("passport",))
    with pytest.raises(Refusal, match="照会番号"):
        paper(asked, outsider, channel="post")

    entry = paper(
        Identity(number="juki_net", documents=("passport",), reference="J-2027-0042"),
        outsider,
        channel="post",
    )

    assert entry.lookup["reference"] == "J-2027-0042"
    assert entry.lookup["source_name"] == "住基ネット端末"


@pytest.fixture
def outsider(cards):
    """The return of somebody who lives elsewhere and is in no register of the city."""
    document = story.Filing(cards).document()
    filer = story.replace(document.filer, name="福岡 太一", personal_number=OUTSIDE)
    return story.replace(document, filer=filer)


@pytest.fixture
def simulator(tmp_path, settings, outsider):
    """The simulated 住基ネット, which knows the outsider."""
    filer = outsider.filer
    row = {
        "name": filer.name,
        "birth_date": filer.birth_date.isoformat(),
        "sex": filer.sex,
        "personal_number": filer.personal_number,
    }
    path = tmp_path / "juki_net.jsonl"
    path.write_text(json.dumps(row, ensure_ascii=False) + "\n", encoding="utf-8")
    settings.JUKI_NET_SIMULATOR = str(path)


BY_JUKI_NET = Identity(number="juki_net", documents=("passport",))


@pytest.mark.req("SIG-06", "EXT-11")
def test_simulated_juki_net_answers_and_result_and_source_stand_on_the_case(
    paper, outsider, simulator, staff, sign_in
):
    entry = paper(BY_JUKI_NET, outsider, channel="post")
    case = register(entry, staff["tanaka"], number=OUTSIDE)

    assert entry.lookup["result"] == "agrees"
    assert entry.lookup["source_name"] == "住基ネット(模擬)"
    detail = f"住登外 住基ネット(模擬) 番号と本人が一致 {entry.lookup['reference']}"
    kept = {check["name"]: check["detail"] for check in case.evidence["checks"]}
    assert kept["paper_lookup"] == detail
    page = sign_in("suzuki").get(f"/cases/{case.pk}/").content.decode()
    assert detail in page
    asked = AuditEvent.objects.get(action="juki_net.asked")
    assert (asked.actor, asked.detail["agrees"]) == ("K1009", True)
    assert OUTSIDE not in str(asked.detail)


@pytest.mark.req("SIG-06", "EXT-11")
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": "別人 次郎"}, "氏名・生年月日・性別が違います(住基ネット)"),
        ({"personal_number": "345678901234"}, "この番号の人はいません"),
        ({"personal_number": ""}, "番号で照会できません"),
    ],
)
def test_simulated_juki_net_refuses_whom_it_does_not_know(
    paper, outsider, simulator, change, words
):
    other = story.replace(outsider, filer=story.replace(outsider.filer, **change))

    with pytest.raises(Refusal, match=re.escape(words)):
        paper(BY_JUKI_NET, other, channel="post")

    asked = AuditEvent.objects.filter(action="juki_net.asked")
    assert asked.count() == (0 if change.get("personal_number") == "" else 1)


@pytest.mark.req("SIG-06")
def test_which_look_up_is_for_whom_follows_from_the_kind_of_resident(paper, outsider, simulator):
    with pytest.raises(Refusal, match="住民登録があります。庁内連携で"):
        paper(BY_JUKI_NET, channel="post")
    with pytest.raises(Refusal, match="住基ネットで確認してください"):
        paper(BY_REGISTER, outsider, channel="post")

    Addressee.objects.filter(number=city.NUMBERS["sato"]).update(kind="non_resident")

    with pytest.raises(Refusal, match="住民登録がありません。住基ネットで"):
        paper(BY_REGISTER, channel="post")


@pytest.mark.req("SIG-06")
def test_paper_without_a_number_is_found_by_the_register_and_decided_by_a_person(
    paper, staff, cards
):
    sato = story.Filing(cards).document()
    without = story.replace(sato, filer=story.replace(sato.filer, personal_number=""))

    entry = paper(BY_REGISTER, document=without, channel="post")
    case = register(entry, staff["tanaka"], number="")

    assert entry.lookup["result"] == "found_by_attributes"
    assert case.state == State.MATCHING
    assert case.candidates[0]["number"] == city.NUMBERS["sato"]


def test_later_paper_takes_the_place_of_the_one_that_it_corrects(paper, staff):
    first = register(paper(), staff["tanaka"])

    second = register(paper(corrects=first.receipt_number), staff["tanaka"])

    assert (second.receipt_number, second.version) == (first.receipt_number, 2)
    assert Case.objects.get(pk=first.pk).state == State.SUPERSEDED


@pytest.mark.req("ASM-04")
def test_paper_case_goes_the_same_way_to_assessment_and_writes_nothing_to_the_portal(paper, staff):
    from exchange.models import OutboxMessage

    case = story.walk(register(paper(), staff["tanaka"]), State.IMPORTED, staff)

    assert case.state == State.IMPORTED
    assert case.addressee.source_documents.get().content["sha256"] == case.original.sha256
    assert not OutboxMessage.objects.filter(case_key=case.receipt_number).exists()


def test_paper_case_is_never_called_signed(paper, staff):
    case = register(paper(), staff["tanaka"])

    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(verdict="TOTAL_PASSED")


@pytest.mark.req("LOG-01")
def test_every_step_of_an_entry_is_in_the_log_without_the_number(paper, staff):
    register(paper(), staff["tanaka"])

    entries = AuditEvent.objects.filter(action__startswith="paper.").order_by("position")
    assert [(e.action, e.actor) for e in entries] == [
        ("paper.entered", "K1009"),
        ("paper.registered", "K1002"),
    ]
    assert entries[0].person["name"] == city.SATO.name
    assert city.SATO.personal_number not in str([e.detail for e in entries])
