"""Many cases at once: preview first, each by itself, never a refusal of filings."""

from datetime import timedelta

import pytest

from review.cases import bulk
from review.cases.models import Case
from review.cases.states import State
from review.errors import Refusal
from tests.review.story import NOW, REASON, actor, walk

LATER = NOW + timedelta(hours=3)


def cases_of(page):
    return {line.case.receipt_number: line.refusal for line in page.context["lines"]}


def tick(*cases):
    return {"case": [str(case.pk) for case in cases]}


def seen(*cases):
    return {"seen": [f"{case.pk}:{case.revision}" for case in cases]}


def test_supervisor_gives_cases_to_a_clerk_after_a_preview(filed, staff, sign_in):
    waiting = filed.queued()
    taken = walk(filed.queued(at=NOW + timedelta(minutes=1)), State.IN_REVIEW, staff)
    closed = walk(filed.queued(at=NOW + timedelta(minutes=2)), State.REJECTED, staff)
    abe = sign_in("abe")

    wanted = {"act": "assign", "to": "K1002"}
    page = abe.post("/cases/bulk/", wanted | tick(waiting, taken, closed))
    before = set(Case.objects.values_list("assigned_to__number", flat=True))
    abe.post("/cases/bulk/do/", wanted | seen(waiting, taken, closed))

    refusal = "審査待ちか審査中の申請ではありません。"
    assert cases_of(page) == {
        waiting.receipt_number: "",
        taken.receipt_number: "",
        closed.receipt_number: refusal,
    }
    assert before == {None, "K1001"}
    now = dict(Case.objects.values_list("receipt_number", "assigned_to__number"))
    assert now == {
        waiting.receipt_number: "K1002",
        taken.receipt_number: "K1002",
        closed.receipt_number: "K1001",
    }


def test_clerk_gives_cases_to_nobody_else(filed, staff):
    case = filed.queued()
    suzuki = actor(staff["suzuki"])

    other = bulk.preview_assignment([case], staff["tanaka"], by=suzuki)
    own = bulk.preview_assignment([case], staff["suzuki"], by=suzuki)

    assert "監督者だけです" in other[0].refusal
    assert own[0].refusal == ""


def test_cases_are_given_only_to_clerks(filed, staff):
    case = filed.queued()

    lines = bulk.assign(
        {case.pk: case.revision}, staff["ito"], by=actor(staff["abe"]), reason=REASON, now=LATER
    )

    assert "審査担当の権限" in lines[0].refusal


@pytest.mark.req("SHK-05")
def test_bulk_confirmation_takes_only_what_passed_every_check(filed, staff, sign_in):
    clean = walk(filed.queued(), State.AWAITING_CONFIRMATION, staff)
    noted = walk(filed.queued(at=NOW + timedelta(minutes=1)), State.AWAITING_CONFIRMATION, staff)
    finding = {"field": "x", "rule": "r", "message": "注意", "level": "warning"}
    Case.objects.filter(pk=noted.pk).update(checks=[finding])
    tanaka = sign_in("tanaka")

    page = tanaka.post("/cases/bulk/", {"act": "confirm", **tick(clean, noted)})
    tanaka.post("/cases/bulk/do/", {"act": "confirm", **seen(clean, noted)})

    assert page.context["ready"] == 1
    states = dict(Case.objects.values_list("receipt_number", "state"))
    assert states == {
        clean.receipt_number: State.ACCEPTED,
        noted.receipt_number: State.AWAITING_CONFIRMATION,
    }


@pytest.mark.req("SHK-05")
def test_nobody_confirms_own_proposals_in_bulk(filed, staff):
    case = walk(filed.queued(), State.AWAITING_CONFIRMATION, staff)

    lines = bulk.confirm(
        {case.pk: case.revision}, by=actor(staff["suzuki"]), reason=REASON, now=LATER
    )

    assert lines[0].refusal == "自分が提案した申請です。"
    assert Case.objects.get().state == State.AWAITING_CONFIRMATION


def test_case_that_changed_since_the_preview_is_left_alone(filed, staff):
    case = walk(filed.queued(), State.AWAITING_CONFIRMATION, staff)

    lines = bulk.confirm(
        {case.pk: case.revision - 1}, by=actor(staff["tanaka"]), reason=REASON, now=LATER
    )

    assert "ほかの人がこの申請を変更しました" in lines[0].refusal


def test_filings_cannot_be_refused_in_bulk(filed, sign_in):
    case = filed.queued()

    sign_in("suzuki").post("/cases/bulk/do/", {"act": "reject", **seen(case)})

    assert Case.objects.get().state == State.QUEUED


def test_selection_has_an_upper_limit(monkeypatch, filed, staff):
    monkeypatch.setattr(bulk, "MOST", 1)
    cases = [filed.arrive(at=NOW + timedelta(seconds=n)) for n in range(2)]

    with pytest.raises(Refusal, match="1件まで"):
        bulk.chosen((case.pk for case in cases), by=actor(staff["suzuki"]))
