"""The work on a case: corrections ex officio, refusal by two, holding, findings, notes."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

import filing
from review.assessment.models import SourceDocument
from review.audit.models import AuditEvent
from review.cases import actions, amendments, desk
from review.cases.models import Amendment, Case, Note
from review.cases.phrases import compose, phrases
from review.cases.states import State
from review.errors import Refusal, Stale
from tests.review.story import NOW, REASON, SYSTEM, actor, walk

LATER = NOW + timedelta(hours=2)
REVENUE = "answers.salaries.0.revenue"


@pytest.fixture
def case(filed, staff):
    return walk(filed.queued(), State.IN_REVIEW, staff)


def options(case, member, **more):
    current = Case.objects.get(pk=case.pk)
    return {"by": actor(member), "seen": current.revision, "reason": REASON, "now": LATER} | more


def correct(case, member, value=3_000_000, **more):
    document = filing.read_xml(case.original.package().files["return.xml"])
    given = {"field": REVENUE, "value": value, "comment": "源泉徴収票の写しで確認"}
    return amendments.propose(case, document, **(options(case, member) | given | more))


@pytest.mark.req("SHK-06")
def test_correction_keeps_the_filed_amount_and_counts_after_confirmation(case, staff):
    entry = correct(case, staff["suzuki"])
    amendments.confirm(entry, **options(case, staff["tanaka"]))
    walk_on(case, staff)

    entry.refresh_from_db()
    assert (entry.filed, entry.value) == (3_200_000, 3_000_000)
    document = SourceDocument.objects.get(kind="resident_return")
    assert document.content["answers"]["salaries"][0]["revenue"] == 3_000_000
    original = filing.read_xml(case.original.package().files["return.xml"])
    assert original.answers["salaries"][0]["revenue"] == 3_200_000


def walk_on(case, staff):
    from review.cases.processing import process_due_cases

    actions.propose(case, **options(case, staff["suzuki"]))
    actions.confirm(case, **options(case, staff["tanaka"]))
    process_due_cases(now=LATER + timedelta(minutes=1))


@pytest.mark.req("SHK-05")
def test_nobody_confirms_an_own_correction(case, staff):
    entry = correct(case, staff["suzuki"])

    with pytest.raises(Refusal, match="自分が行った修正"):
        amendments.confirm(entry, **options(case, staff["suzuki"]))
    with (
        pytest.raises(IntegrityError, match="amendment_confirmed_by_another"),
        transaction.atomic(),
    ):
        Amendment.objects.update(confirmed_by=staff["suzuki"], confirmed_at=LATER)


def test_unconfirmed_correction_stops_the_acceptance(case, staff):
    correct(case, staff["suzuki"])
    actions.propose(case, **options(case, staff["suzuki"]))

    with pytest.raises(Refusal, match="確認されていない職権修正"):
        actions.confirm(case, **options(case, staff["tanaka"]))


def test_correction_taken_back_does_not_count(case, staff):
    entry = correct(case, staff["suzuki"])
    amendments.confirm(entry, **options(case, staff["tanaka"]))
    with pytest.raises(Refusal, match="確認した職員が取り消します"):
        amendments.drop(entry, **options(case, staff["suzuki"]))
    amendments.drop(entry, **options(case, staff["tanaka"]))

    answers = {"salaries": [{"revenue": 3_200_000}]}
    assert amendments.amended_answers(case, answers) == answers


def test_second_correction_of_a_field_replaces_the_first(case, staff):
    correct(case, staff["suzuki"], 1)
    correct(case, staff["suzuki"], 2)

    assert [entry.value for entry in amendments.waiting(case)] == [2]


@pytest.mark.parametrize("field", ["filer.name", "answers.salaries.0.payer", "answers.x"])
def test_only_amounts_are_corrected(case, staff, field):
    with pytest.raises(Refusal, match="職権で修正できません"):
        correct(case, staff["suzuki"], field=field)


def test_only_the_person_in_charge_corrects_and_only_from_a_fresh_page(case, staff):
    with pytest.raises(Refusal, match="担当者ではありません"):
        correct(case, staff["tanaka"])
    with pytest.raises(Stale):
        correct(case, staff["suzuki"], seen=1)


def test_correction_goes_through_the_pages(case, sign_in):
    data = {"amend-seen": case.revision, "amend-field": REVENUE, "amend-value": "3,000,000"}
    suzuki, tanaka = sign_in("suzuki"), sign_in("tanaka")
    suzuki.post(f"/cases/{case.pk}/do/amend/", data | {"amend-comment": "写しで確認"})
    entry = Amendment.objects.get()
    page = tanaka.get(f"/cases/{case.pk}/").content.decode()
    case.refresh_from_db()
    tanaka.post(f"/amendments/{entry.pk}/confirm/", {"seen": case.revision})

    entry.refresh_from_db()
    assert "修正を確認する" in page
    assert entry.confirmed_by.number == "K1002"


@pytest.mark.req("SHK-05")
def test_refusal_takes_two_people(case, staff, told):
    actions.propose_rejection(case, **options(case, staff["suzuki"]), comment="対象外です。")
    with pytest.raises(Refusal, match="自分が提案した却下"):
        actions.confirm_rejection(case, **options(case, staff["suzuki"]))
    actions.confirm_rejection(case, **options(case, staff["tanaka"]))

    case.refresh_from_db()
    assert case.state == State.REJECTED
    assert told(case)[-1]["message"].endswith("対象外です。")


@pytest.mark.req("SHK-05")
def test_database_refuses_a_refusal_by_one_person(case):
    with pytest.raises(IntegrityError, match="case_rejected_by_two_people"), transaction.atomic():
        Case.objects.update(state=State.REJECTED)


def test_proposed_refusal_is_sent_back(case, staff, told):
    before = len(told(case))
    actions.propose_rejection(case, **options(case, staff["suzuki"]), comment="対象外です。")
    actions.send_back(case, **options(case, staff["tanaka"]), comment="補正を先に。")

    case.refresh_from_db()
    assert (case.state, case.proposed_by) == (State.IN_REVIEW, None)
    assert len(told(case)) == before


def test_case_put_aside_stops_the_clock_until_the_day_comes(case, staff):
    before = case.target_at
    until = date(2027, 2, 8)
    desk.hold(case, comment="勤務先に照会中", until=until, **options(case, staff["suzuki"]))
    after = datetime(2027, 2, 8, 1, tzinfo=UTC)

    assert desk.release_due_holds(by=SYSTEM, now=after, today=date(2027, 2, 7)) == 0
    assert desk.release_due_holds(by=SYSTEM, now=after, today=until) == 1
    case.refresh_from_db()
    assert (case.put_aside, case.paused_at) == ("", None)
    # Five working days (2 to 8 February) later: from 3 March to 10 March.
    assert (before.date(), case.target_at.date()) == (date(2027, 3, 3), date(2027, 3, 10))


def test_clock_stands_still_while_a_correction_is_waited_for(case, staff):
    asked = {"fields": [], "message": "x", "due_on": date(2027, 2, 20)}
    case = actions.request_correction(case, **options(case, staff["suzuki"]), **asked)
    assert case.paused_at == LATER

    again = actions.resume(case, **options(case, staff["suzuki"], now=LATER + timedelta(days=1)))
    assert (again.paused_at, again.target_at.date()) == (None, date(2027, 3, 4))


def test_error_of_the_form_is_waived_with_a_reason_before_acceptance(case, staff):
    finding = {"field": "x", "rule": "r", "message": "合いません", "level": "error"}
    Case.objects.filter(pk=case.pk).update(checks=[finding])
    with pytest.raises(Refusal, match="形式審査の不備"):
        actions.propose(case, **options(case, staff["suzuki"]))

    desk.waive(case, place=0, comment="電話で確認", **options(case, staff["suzuki"]))
    moved = actions.propose(case, **options(case, staff["suzuki"]))

    assert moved.state == State.AWAITING_CONFIRMATION
    assert moved.checks[0]["waived"]["reason"] == "電話で確認"


@pytest.mark.req("SHK-10")
def test_inquiry_slip_is_kept_with_its_answer(case, sign_in):
    data = {"note-kind": "phone", "note-text": "還付はいつか", "note-answer": "6月に通知"}
    sign_in("tanaka").post(f"/cases/{case.pk}/do/note/", {"note-seen": 1} | data)

    note = Note.objects.get()
    assert (note.kind, note.by.number, note.answer) == ("phone", "K1002", "6月に通知")
    assert AuditEvent.objects.filter(action="case.noted", subject=case.subject).count() == 1


@pytest.mark.req("SHK-10")
def test_answers_go_on_under_the_number_of_their_slip(case, staff):
    by = actor(staff["tanaka"])
    asked = {"by": by, "reason": REASON, "now": NOW}
    slip = desk.add_note(case, kind="phone", text="還付はいつか", answer="調べます", **asked)
    answer = desk.add_note(
        case, kind="phone", text="折返し", answer="6月に通知", follows=slip.slip, **asked
    )
    note = desk.add_note(case, kind="note", text="家族が来庁", answer="", **asked)

    assert slip.slip.startswith("U2027-")
    assert (answer.slip, answer.follows, note.slip) == (None, slip, None)
    with pytest.raises(Refusal, match="その番号の受付票"):
        desk.add_note(case, kind="phone", text="x", answer="", follows="U2027-999999", **asked)


def test_note_with_a_personal_number_is_refused(case, sign_in):
    data = {"note-kind": "note", "note-text": "番号は 1234 5678 9018", "note-seen": 1}
    response = sign_in("suzuki").post(f"/cases/{case.pk}/do/note/", data)

    assert response.status_code == 422
    assert not Note.objects.exists()


def test_open_page_keeps_colleagues_from_taking_the_case_over(case, staff, sign_in):
    sign_in("suzuki").get(f"/cases/{case.pk}/")
    now = Case.objects.get().editing_until - timedelta(minutes=1)
    with pytest.raises(Refusal, match="開いています"):
        actions.take_over(case, **options(case, staff["tanaka"], now=now))

    after = now + timedelta(minutes=2)
    moved = actions.take_over(case, **options(case, staff["tanaka"], now=after))
    assert moved.assigned_to == staff["tanaka"]


def test_stock_phrases_come_with_their_translation():
    assert all({"ja", "en", "zh", "ko"} <= set(words) for words in phrases().values())
    text = compose(["proof_missing"], "画像がぼやけています。", "en").splitlines()

    assert text[0].startswith("控除を受けるための証明書")
    assert text[1] == "画像がぼやけています。"
    assert text[2].startswith("The certificate for a deduction")
