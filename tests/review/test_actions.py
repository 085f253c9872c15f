"""Suzuki reviews, Tanaka confirms: the acts on a case, by the services and by the pages."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from review.audit.models import AuditEvent
from review.cases import actions
from review.cases.models import Case
from review.cases.states import State
from review.errors import Refusal, Stale
from tests.review.story import NOW, REASON, actor, forward, sato_answers, walk

LATER = NOW + timedelta(hours=1)


def options(case, member, **more):
    current = Case.objects.get(pk=case.pk)
    return {"by": actor(member), "seen": current.revision, "reason": REASON, "now": LATER} | more


def test_suzuki_takes_proposes_and_tanaka_confirms(filed, staff, told):
    case = walk(filed.queued(), State.ACCEPTED, staff)

    assert (case.state, case.proposed_by, case.confirmed_by) == (
        State.ACCEPTED,
        staff["suzuki"],
        staff["tanaka"],
    )
    assert [entry["stage"] for entry in told(case)][-2:] == ["in_review", "accepted"]


@pytest.mark.req("SHK-05")
def test_suzuki_cannot_confirm_her_own_proposal(filed, staff):
    case = walk(filed.queued(), State.AWAITING_CONFIRMATION, staff)

    with pytest.raises(Refusal, match="自分が提案した"):
        actions.confirm(case, **options(case, staff["suzuki"]))

    case.refresh_from_db()
    assert case.state == State.AWAITING_CONFIRMATION


@pytest.mark.req("SHK-05")
def test_database_refuses_the_same_person_twice(filed, staff):
    case = walk(filed.queued(), State.AWAITING_CONFIRMATION, staff)

    with pytest.raises(IntegrityError, match="case_confirmed_by_another"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(
            confirmed_by=staff["suzuki"], confirmed_at=LATER, state=State.ACCEPTED
        )


@pytest.mark.req("SHK-05")
def test_both_people_stand_in_the_log(filed, staff):
    case = walk(filed.queued(), State.ACCEPTED, staff)

    entries = AuditEvent.objects.filter(subject=case.subject, action="case.state")
    done = {entry.detail["to"]: entry.actor for entry in entries}
    assert (done["awaiting_confirmation"], done["accepted"]) == ("K1001", "K1002")


def test_database_refuses_acceptance_without_a_good_signature(filed, staff):
    case = walk(filed.queued(), State.ACCEPTED, staff)

    with pytest.raises(IntegrityError, match="case_decided_with_evidence"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(verdict="INDETERMINATE")


@pytest.mark.req("SHK-09")
def test_return_of_another_municipality_is_forwarded_and_never_accepted(filed, staff, told):
    case = filed.queued(filed.document(address_jan1="福岡県福岡市博多区1番"))
    case = walk(case, State.IN_REVIEW, staff)

    with pytest.raises(Refusal, match="回送してください"):
        actions.propose(case, **options(case, staff["suzuki"]))
    case = forward(case, "福岡県福岡市", staff)

    assert (case.state, told(case)[-1]["stage"]) == (State.FORWARDED, "forwarded")
    assert told(case)[-1]["message"].endswith("回送先 福岡県福岡市")


@pytest.mark.parametrize(
    ("address", "residence", "forwarded", "findings"),
    [
        ("福岡県福岡市博多区1番", "elsewhere", False, 0),
        ("福岡県福岡市博多区1番", "other_ward", False, 1),
        ("熊本県熊本市中央区手取本町1番1号", "elsewhere", False, 1),
        ("熊本県熊本市中央区手取本町1番1号", "other_ward", False, 0),
    ],
)
def test_owner_of_a_house_here_is_taxed_here(filed, address, residence, forwarded, findings):
    house = {"kind": "house", "place": "熊本市東区東本町16番30号", "residence": residence}
    answers = sato_answers(house=house)

    case = filed.queued(filed.document(answers=answers, address_jan1=address))

    found = [check for check in case.checks if check["rule"] == "house_residence"]
    assert (case.forward, len(found)) == (forwarded, findings)


@pytest.mark.req("ASM-05")
def test_forwarded_return_names_where_it_went(filed, staff, sign_in):
    case = filed.queued(filed.document(address_jan1="福岡県福岡市博多区1番"))
    case = walk(case, State.IN_REVIEW, staff)
    client = sign_in("suzuki")
    data = {"forward-seen": case.revision, "forward-municipality": "福岡県福岡市"}
    client.post(f"/cases/{case.pk}/do/forward/", data)
    waiting = client.get(f"/cases/{case.pk}/").content.decode()
    client.post(f"/forwarding/decisions/{case.forwarding_decisions.get().pk}/drop/")
    forward(case, "福岡県福岡市", staff)

    assert "福岡県福岡市 確認待ち" in waiting
    assert "回送を起案する" not in waiting
    assert "福岡県福岡市" in client.get("/cases/?state=forwarded").content.decode()
    with pytest.raises(IntegrityError, match="case_forwarded_somewhere"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(forwarded_to="")


@pytest.mark.parametrize("day", [date(2027, 1, 31), date(2027, 2, 1)])
def test_correction_is_due_tomorrow_at_the_earliest(filed, staff, day):
    case = walk(filed.queued(), State.IN_REVIEW, staff)

    with pytest.raises(Refusal, match="明日以後"):
        actions.request_correction(
            case, fields=[], message="x", due_on=day, **options(case, staff["suzuki"])
        )


def test_colleague_takes_over_before_deciding(filed, staff):
    case = walk(filed.queued(), State.IN_REVIEW, staff)

    with pytest.raises(Refusal, match="担当者ではありません"):
        actions.propose(case, **options(case, staff["tanaka"]))
    case = actions.take_over(case, **options(case, staff["tanaka"]))
    case = actions.propose(case, **options(case, staff["tanaka"]))

    assert (case.assigned_to, case.proposed_by) == (staff["tanaka"], staff["tanaka"])


@pytest.mark.req("SHK-02")
def test_correction_request_reaches_the_resident_with_items_and_date(filed, staff, told):
    case = walk(filed.queued(), State.CORRECTION_REQUESTED, staff)

    last = told(case)[-1]
    assert (last["state"], last["stage"]) == ("needs_correction", "correction_requested")
    assert (last["fields"], last["due_on"]) == (["answers.salaries"], "2027-02-15")
    assert "支払金額を確かめてください。" in last["message"]


@pytest.mark.req("SHK-04")
def test_old_version_cannot_be_approved_after_the_correction_came(filed, staff):
    document = filed.document()
    first = walk(filed.queued(document), State.CORRECTION_REQUESTED, staff)
    filed.queued(replace(document, version=2), at=NOW + timedelta(days=2))

    first.refresh_from_db()
    assert first.state == State.SUPERSEDED
    with pytest.raises(Refusal):
        actions.resume(first, **options(first, staff["suzuki"]))


def test_rejection_tells_the_resident_why(filed, staff, told):
    case = walk(filed.queued(), State.REJECTED, staff)

    assert told(case)[-1]["state"] == "closed"
    assert "申告の義務がありません。" in told(case)[-1]["message"]


def test_proposal_goes_back_with_a_comment(filed, staff, told):
    case = walk(filed.queued(), State.AWAITING_CONFIRMATION, staff)

    case = actions.send_back(case, **options(case, staff["tanaka"], comment="給報と違います。"))

    assert (case.state, case.proposed_by) == (State.IN_REVIEW, None)
    assert case.assigned_to == staff["suzuki"]
    assert [entry["stage"] for entry in told(case)][-1] == "in_review"


def test_two_clerks_at_once_the_second_is_told(filed, staff):
    case = filed.queued()
    seen = case.revision
    actions.take(case, **options(case, staff["suzuki"], seen=seen))

    with pytest.raises(Stale, match="ほかの人がこの申請を変更しました"):
        actions.take(case, **options(case, staff["tanaka"], seen=seen))


@pytest.mark.req("REC-02")
def test_person_decides_between_candidates_only(filed, staff, town):
    town["kato"].take_number("100000000005")
    town["kato"].save()
    case = filed.queued(filed.document("kato"), who="kato")

    with pytest.raises(Refusal, match="候補にない"):
        actions.choose_addressee(case, town["sato"], **options(case, staff["suzuki"]))
    case = actions.choose_addressee(case, town["kato"], **options(case, staff["suzuki"]))

    assert (case.state, case.match_method, case.addressee) == (
        State.QUEUED,
        "person",
        town["kato"],
    )


def test_aborted_act_leaves_neither_log_nor_message(filed, staff, told):
    case = filed.queued()
    entries, messages = AuditEvent.objects.count(), len(told(case))

    def request_that_fails():
        with transaction.atomic():
            actions.take(case, **options(case, staff["suzuki"]))
            raise RuntimeError("the rest of the request")

    with pytest.raises(RuntimeError):
        request_that_fails()

    case.refresh_from_db()
    assert (case.state, AuditEvent.objects.count(), len(told(case))) == (
        State.QUEUED,
        entries,
        messages,
    )


@pytest.mark.req("SHK-05")
def test_pages_lead_a_case_from_the_queue_to_acceptance(filed, sign_in):
    case = filed.queued()
    suzuki, tanaka = sign_in("suzuki"), sign_in("tanaka")

    def act(client, code):
        page = client.get(f"/cases/{case.pk}/")
        form = next(f for s, f in page.context["steps"] if s.code == code)
        client.post(
            f"/cases/{case.pk}/do/{code}/", {f"{code}-seen": form.initial["seen"]}, follow=True
        )
        case.refresh_from_db()
        return case.state

    assert act(suzuki, "take") == State.IN_REVIEW
    assert act(suzuki, "propose") == State.AWAITING_CONFIRMATION
    seen = case.revision
    refused = suzuki.post(f"/cases/{case.pk}/do/confirm/", {"confirm-seen": seen}, follow=True)
    assert "自分が提案した受理を自分で確認することはできません" in refused.content.decode()
    assert act(tanaka, "confirm") == State.ACCEPTED


def test_correction_form_with_an_error_shows_the_page_again(filed, staff, sign_in):
    case = walk(filed.queued(), State.IN_REVIEW, staff)
    client = sign_in("suzuki")

    response = client.post(
        f"/cases/{case.pk}/do/request_correction/", {"request_correction-seen": case.revision}
    )

    assert response.status_code == 422
    assert "「申告した人への説明」を入力してください。" in response.content.decode()


def test_overdue_correction_is_listed(filed, staff):
    from review.cases import worklist

    walk(filed.queued(), State.CORRECTION_REQUESTED, staff)
    after = NOW.replace(month=3)

    assert worklist.counts(staff["suzuki"], after)["overdue"] == 1
    assert worklist.counts(staff["suzuki"], NOW)["overdue"] == 0
    assert date(2027, 2, 15) < after.date()
