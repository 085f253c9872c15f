"""Agents (代理人): Kato files for Sato; nothing is accepted before three checks are recorded."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from config.management.commands.verify_filing import binding_of
from review.agency import services as agency
from review.agency.models import AgentCheck
from review.assessment.models import SourceDocument
from review.audit.models import AuditEvent
from review.cases import actions, bulk
from review.cases.models import Case
from review.cases.processing import process_due_cases
from review.cases.states import State
from review.errors import Refusal
from tests.papers import samples
from tests.review import city
from tests.review.story import NOW, REASON, actor, sato, sato_answers, walk
from tests.review.test_bypass import change_by_hand

LATER = NOW + timedelta(hours=1)
MANDATE = [("papers/01.jpg", samples.photograph(), "委任状.jpg", 1)]
ALL_THREE = {"authority": "mandate", "identity": "signature", "number": "register"}
KATO = {
    "authority": "mandate",
    "name": city.KATO.name,
    "birth_date": city.KATO.birth_date.isoformat(),
    "address": city.KATO.address,
    "phone": "090-1234-5678",
}


def by_kato(filed, **filer):
    """Sato's return, with Kato as the agent."""
    document = filed.document("sato", sato_answers(agent=dict(KATO)))
    return replace(document, filer=replace(document.filer, **filer))


def arrived(filed, document=None, *, signer="kato", papers=MANDATE):
    said = {"said": {"topic": "authority"}} if papers else {}
    document = document or by_kato(filed)
    return filed.queued(document, who=signer, papers=papers, **said)


@pytest.fixture
def case(filed):
    return arrived(filed)


def confirm(case, member, **given):
    current = Case.objects.get(pk=case.pk)
    by = actor(member)
    return agency.confirm(
        current, given=given, by=by, reason=REASON, now=LATER, seen=current.revision
    )


def propose(case, member):
    current = Case.objects.get(pk=case.pk)
    by = actor(member)
    return actions.propose(current, by=by, reason=REASON, now=LATER, seen=current.revision)


@pytest.mark.req("SIG-04")
def test_case_is_the_principals_though_the_signature_is_the_agents(case):
    assert case.state == State.QUEUED
    assert case.verdict == "TOTAL_PASSED"
    assert (case.addressee, case.match_method) == (sato(), "number")
    assert case.checks == []
    assert [(c.kind, c.way, c.by) for c in agency.checks_of(case)] == [
        *(("authority", "", None), ("identity", "", None), ("number", "", None))
    ]


def test_link_of_the_agents_certificate_leads_nobody_to_the_agent(filed, cards):
    city.link(city.Addressee.objects.get(number=city.NUMBERS["kato"]), cards["kato"])

    assert arrived(filed).addressee == sato()


@pytest.mark.req("SIG-02")
def test_principals_own_signature_under_an_agents_name_is_refused(filed):
    case = arrived(filed, signer="sato")

    assert case.state == State.INTAKE_ERROR
    assert case.verdict_reason == "SUBJECT_MISMATCH"


@pytest.mark.req("SIG-02")
def test_agents_signature_without_an_agent_in_the_return_is_refused(filed):
    case = filed.queued(filed.document("sato"), who="kato")

    assert case.state == State.INTAKE_ERROR
    assert not AgentCheck.objects.exists()


def test_whole_verification_outside_expects_the_agents_certificate(case):
    xml = case.original.package().files["return.xml"]

    expected = binding_of(xml, NOW)

    assert (expected.name, expected.birth_date, expected.sex) == (
        city.KATO.name,
        city.KATO.birth_date,
        None,
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"personal_number": city.KATO.personal_number},
        {"birth_date": date(1985, 4, 2)},
        {"name": "佐藤 春子", "kana": "サトウ ハルコ"},
    ],
)
def test_number_of_somebody_else_identifies_nobody(filed, wrong):
    """The agent's own number in the principal's box, or a number and a person that disagree."""
    case = arrived(filed, by_kato(filed, **wrong))

    assert (case.state, case.addressee) == (State.MATCHING, None)
    assert "違います" in case.trouble
    assert AgentCheck.objects.filter(case=case).count() == 3


def test_number_that_nobody_has_leaves_it_to_a_person(filed, staff):
    case = arrived(filed, by_kato(filed, personal_number="100000000005"))

    assert case.state == State.MATCHING
    assert str(sato().pk) in {entry["addressee"] for entry in case.candidates}


@pytest.mark.req("SHK-07")
def test_lists_mark_an_agents_case(case, filed, sign_in):
    own = filed.queued(who="kato")
    client = sign_in("suzuki")

    queue = client.get("/cases/").context["page"].cases
    found = client.post("/cases/search/", {"text": case.receipt_number}).content.decode()

    assert {row.pk: row.by_agent for row in queue} == {case.pk: True, own.pk: False}
    assert "代理" in found


def test_nothing_is_accepted_before_all_three_are_confirmed(case, staff):
    walk(case, State.IN_REVIEW, staff)

    with pytest.raises(Refusal, match="代理権・代理人の身元・本人の番号"):
        propose(case, staff["suzuki"])
    confirm(case, staff["suzuki"], authority="mandate", identity="signature")
    with pytest.raises(Refusal, match=r"終わっていません\(本人の番号"):
        propose(case, staff["suzuki"])
    confirm(case, staff["suzuki"], number="register")

    assert propose(case, staff["suzuki"]).state == State.AWAITING_CONFIRMATION


@pytest.mark.req("SHK-07", "LOG-01")
def test_each_check_names_who_made_it_how_and_when_and_is_in_the_log(case, staff):
    walk(case, State.IN_REVIEW, staff)

    confirm(case, staff["suzuki"], **ALL_THREE)

    assert [(c.way, c.by, c.at) for c in agency.checks_of(case)] == [
        (way, staff["suzuki"], LATER) for way in ALL_THREE.values()
    ]
    entry = AuditEvent.objects.filter(action="case.agent_confirmed").get()
    assert (entry.actor, entry.detail) == ("K1001", {"checks": ALL_THREE})
    assert city.SATO.personal_number not in str(entry.detail)


def test_check_that_was_taken_back_is_open_again(case, staff):
    walk(case, State.IN_REVIEW, staff)
    confirm(case, staff["suzuki"], **ALL_THREE)

    confirm(case, staff["suzuki"], authority="")

    assert agency.missing(case) == "代理権"
    with pytest.raises(Refusal, match="代理権"):
        propose(case, staff["suzuki"])


def test_only_the_person_in_charge_confirms(case, staff):
    walk(case, State.IN_REVIEW, staff)

    with pytest.raises(Refusal, match="担当者ではありません"):
        confirm(case, staff["tanaka"], **ALL_THREE)
    with pytest.raises(Refusal, match="選び直してください"):
        confirm(case, staff["suzuki"], authority="passport")
    with pytest.raises(Refusal, match="変わったところがありません"):
        confirm(case, staff["suzuki"])


def test_second_person_cannot_confirm_what_lost_a_check(case, staff):
    walk(case, State.IN_REVIEW, staff)
    confirm(case, staff["suzuki"], **ALL_THREE)
    waiting = propose(case, staff["suzuki"])
    with transaction.atomic():
        forged = AgentCheck.objects.filter(case=case, kind="number")
        forged.update(way="", by=None, at=None)
        with pytest.raises(Refusal, match="本人の番号"):
            actions.confirm(
                waiting,
                by=actor(staff["tanaka"]),
                reason=REASON,
                now=LATER,
                seen=waiting.revision,
            )
        transaction.set_rollback(True)


def test_agents_cases_are_confirmed_one_by_one(case, staff):
    walk(case, State.IN_REVIEW, staff)
    confirm(case, staff["suzuki"], **ALL_THREE)
    propose(case, staff["suzuki"])

    lines = bulk.preview_confirmation(
        bulk.chosen([case.pk], by=actor(staff["tanaka"])), by=actor(staff["tanaka"])
    )

    assert [line.refusal for line in lines] == ["代理人による申告です。1件ずつ確認してください。"]


def test_without_a_mandate_the_formal_check_stops_it(filed, staff):
    case = arrived(filed, papers=())

    assert [(c["rule"], c["level"]) for c in case.checks] == [("authority_missing", "error")]
    walk(case, State.IN_REVIEW, staff)
    confirm(case, staff["suzuki"], **ALL_THREE)
    with pytest.raises(Refusal, match="不備が残っています"):
        propose(case, staff["suzuki"])


def test_agent_who_is_the_filer_is_an_error_inside_too(filed):
    document = filed.document("kato", sato_answers(agent=dict(KATO)))

    case = arrived(filed, document)

    assert "agent_is_filer" in {check["rule"] for check in case.checks}


def test_tax_is_the_principals_and_the_agent_stays_with_the_case(case, staff):
    walk(case, State.IN_REVIEW, staff)
    confirm(case, staff["suzuki"], **ALL_THREE)
    waiting = propose(case, staff["suzuki"])
    options = {"reason": REASON, "now": LATER, "seen": waiting.revision}
    actions.confirm(waiting, by=actor(staff["tanaka"]), **options)
    process_due_cases(now=LATER + timedelta(minutes=1))

    document = SourceDocument.objects.get()
    assert document.addressee == sato()
    assert "agent" not in document.content["answers"]
    assert city.KATO.name not in str(document.content)


def test_case_page_shows_the_agent_and_records_the_checks(case, staff, sign_in):
    walk(case, State.IN_REVIEW, staff)
    suzuki = sign_in("suzuki")
    address = f"/cases/{case.pk}/"

    before = suzuki.get(address).content.decode()
    revision = Case.objects.get(pk=case.pk).revision
    fields = {f"confirm_agent-{kind}": way for kind, way in ALL_THREE.items()}
    answer = suzuki.post(f"{address}do/confirm_agent/", fields | {"confirm_agent-seen": revision})
    after = suzuki.get(address).content.decode()

    assert answer.status_code == 302
    assert before.count("未確認") == 3
    for text in ("代理人による申告です。", "加藤 次郎", "任意代理人", "本人(申告の名義人)"):
        assert text in before
    assert "未確認" not in after
    assert "鈴木 一郎" in after
    assert "庁内連携で確認" in after


def test_own_return_has_nothing_of_agents(filed, staff, sign_in):
    case = walk(filed.queued(), State.IN_REVIEW, staff)

    page = sign_in("suzuki").get(f"/cases/{case.pk}/").content.decode()

    assert "代理人" not in page.replace("(申告した人か代理人)", "")
    assert propose(case, staff["suzuki"]).state == State.AWAITING_CONFIRMATION


def test_database_wants_way_person_and_time_together(case, staff):
    wanted = pytest.raises(IntegrityError, match="agent_check_has_way_who_and_when")
    with wanted, transaction.atomic():
        AgentCheck.objects.filter(kind="number").update(way="card")


@pytest.mark.req("LOG-04")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE agency_agentcheck SET way = 'card', at = now(),"
        " by_id = (SELECT min(id) FROM staff_staffmember)",
        "DELETE FROM agency_agentcheck",
    ],
)
def test_check_made_or_dropped_by_hand_is_refused(case, staff, statement):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError, match="only together with an audit entry"):
        change_by_hand(statement)
