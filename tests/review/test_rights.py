"""Rights: dated, by decision, by two people; passwords of 180 days; the number behind a ground."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from review.audit.models import AuditEvent
from review.cases import actions
from review.cases.states import State
from review.errors import Refusal
from review.staff import rights
from review.staff.models import PASSWORD_LASTS, RoleGrant, StaffMember
from tests.review.story import NOW, PASSWORD, REASON, actor, grant, signed_in, walk

ASKED = {
    "role": "clerk",
    "procedure": "",
    "department": "",
    "starts_on": date(2026, 10, 1),
    "ends_on": None,
    "decision": "市民税第12号",
}


@pytest.mark.req("ACC-05")
def test_right_holds_after_a_second_person_approved_it(staff, sign_in):
    mori, kimura = sign_in("mori"), sign_in("kimura")
    data = {"role": "clerk", "starts_on": "2026-10-01", "decision": "市民税第12号"}
    mori.post("/staff/K1005/", data)
    entry = RoleGrant.objects.get(member=staff["yamada"])
    assert sign_in("yamada").get("/cases/").status_code == 403
    mori.post(f"/staff/grants/{entry.pk}/approve/")
    assert sign_in("yamada").get("/cases/").status_code == 403
    kimura.post(f"/staff/grants/{entry.pk}/approve/")

    assert sign_in("yamada").get("/cases/").status_code == 200
    log = AuditEvent.objects.filter(subject="staff:K1005", action__startswith="grant.")
    assert [row.action for row in log] == ["grant.requested", "grant.approved"]
    assert log[0].detail["decision"] == "市民税第12号"


@pytest.mark.req("ACC-05")
def test_nobody_asks_for_or_approves_own_rights(staff):
    with pytest.raises(Refusal, match="自分の権限を申請"):
        rights.request(staff["mori"], by=actor(staff["mori"]), now=NOW, **ASKED)
    entry = rights.request(staff["kimura"], by=actor(staff["mori"]), now=NOW, **ASKED)
    for name in ("mori", "kimura"):
        with pytest.raises(Refusal, match="承認できません"):
            rights.approve(entry, by=actor(staff[name]), now=NOW)


@pytest.mark.req("ACC-05")
def test_database_refuses_an_own_approval(staff):
    rights.request(staff["yamada"], by=actor(staff["mori"]), now=NOW, **ASKED)
    with pytest.raises(IntegrityError, match="grant_approved_by_another"), transaction.atomic():
        RoleGrant.objects.filter(approved_by="").update(approved_by="K1004", approved_at=NOW)


@pytest.mark.req("ACC-03")
def test_right_ends_at_the_next_request_after_its_revocation(staff, sign_in):
    entry = RoleGrant.objects.get(member=staff["abe"])
    abe = sign_in("abe")
    assert abe.get("/cases/").status_code == 200

    sign_in("mori").post(f"/staff/grants/{entry.pk}/revoke/", {"decision": "市民税第13号"})

    assert abe.get("/cases/").status_code == 403
    entry.refresh_from_db()
    assert (entry.revoked_by, entry.revoked_decision) == ("K1004", "市民税第13号")


@pytest.mark.req("ACC-03")
def test_right_begins_and_ends_with_its_days(staff):
    grant(staff["yamada"], "clerk", starts_on=date(2027, 2, 1), ends_on=date(2027, 3, 31))

    def roles(day):
        yamada = StaffMember.objects.get(number="K1005")
        yamada.load_rights(day)
        return yamada.roles

    days = [date(2027, 1, 31), date(2027, 2, 1), date(2027, 3, 31), date(2027, 4, 1)]
    assert [sorted(roles(day)) for day in days] == [[], ["clerk"], ["clerk"], []]


@pytest.mark.req("ACC-10")
def test_right_for_another_procedure_opens_no_case(filed, staff, sign_in):
    case = filed.queued()
    grant(staff["yamada"], "clerk", procedure="corporate-tax-return")
    yamada = sign_in("yamada")

    assert yamada.get(f"/cases/{case.pk}/").status_code == 403
    assert yamada.get("/cases/").context["page"].cases == []


@pytest.mark.req("ACC-06")
def test_access_table_names_everybody_with_role_and_decision(staff, sign_in):
    rows = sign_in("mori").get("/staff/table/").context["rows"]

    held = sum(len(member.roles) for member in staff.values())
    assert len(rows) == held
    assert {row.decision for row in rows} == {"初期設定"}


@pytest.mark.req("ACC-04")
def test_password_has_to_change_after_180_days(staff):
    later = datetime.now(UTC) + PASSWORD_LASTS + timedelta(hours=1)
    with time_machine.travel(later):
        client = signed_in(staff["suzuki"], reason=False)
        assert client.get("/cases/").headers["Location"].startswith("/password/")
        same = {"current": PASSWORD, "new": PASSWORD, "again": PASSWORD}
        assert client.post("/password/", same).status_code == 422
        weak = {"current": PASSWORD, "new": "password1234", "again": "password1234"}
        assert client.post("/password/", weak).status_code == 422
        new = "purple tiger on a bus"
        changed = client.post("/password/", {"current": PASSWORD, "new": new, "again": new})

        assert changed.status_code == 302
        assert client.get("/cases/").status_code == 200
    assert AuditEvent.objects.filter(action="password.changed", actor="K1001").count() == 1


@pytest.mark.req("ACC-09")
def test_number_is_shown_only_with_the_role_a_ground_and_an_entry(filed, sign_in):
    case = filed.queued()
    page = f"/cases/{case.pk}/number/"
    ono = sign_in("ono")

    refused = sign_in("suzuki").post(page, {"ground": "照合"})
    empty = ono.post(page, {"ground": ""})
    shown = ono.post(page, {"ground": "番号確認書類との照合"})

    assert (refused.status_code, empty.status_code) == (403, 422)
    assert "123456789018" not in ono.get(page).content.decode()
    assert "123456789018" in shown.content.decode()
    assert shown.headers["Refresh"] == f"60; url=/cases/{case.pk}/"
    entry = AuditEvent.objects.get(action="case.number_revealed")
    assert entry.reason == "申告の審査:当初審査 / 番号確認書類との照合"
    assert "123456789018" not in str(entry.detail)


@pytest.mark.req("ACC-03")
def test_right_of_a_department_ends_with_the_transfer_at_the_next_request(staff, sign_in):
    grant(staff["yamada"], "clerk", department="市民税課")
    client = sign_in("yamada")
    assert client.get("/cases/").status_code == 200

    options = {"by": actor(staff["mori"]), "now": NOW, "decision": "人事第9号"}
    rights.transfer(staff["yamada"], department="税制課", **options)

    assert client.get("/cases/").status_code == 403
    assert {g.member.number for g in rights.table(NOW.date())}.isdisjoint({"K1005"})


@pytest.mark.req("ACC-03")
def test_who_leaves_is_logged_out_at_the_next_request(staff, sign_in):
    client = sign_in("suzuki")

    options = {"by": actor(staff["mori"]), "now": NOW, "decision": "人事第10号"}
    rights.transfer(staff["suzuki"], department="", **options)

    assert client.get("/cases/").headers["Location"].startswith("/login/")
    assert AuditEvent.objects.filter(action="staff.left", subject="staff:K1001").count() == 1


@pytest.mark.req("ACC-03", "ACC-05")
def test_administrator_records_a_transfer_with_its_decision_but_not_their_own(staff, sign_in):
    client = sign_in("mori")
    client.post("/staff/K1005/transfer/", {"department": "税制課", "decision": ""})
    assert StaffMember.objects.get(number="K1005").department == "市民税課"

    client.post("/staff/K1005/transfer/", {"department": "税制課", "decision": "人事第9号"})
    client.post("/staff/K1004/transfer/", {"department": "税制課", "decision": "人事第9号"})

    assert StaffMember.objects.get(number="K1005").department == "税制課"
    assert StaffMember.objects.get(number="K1004").department == "市民税課"


@pytest.mark.req("SHK-03", "ACC-10")
def test_role_for_another_procedure_does_not_count_for_this_one(filed, staff, sign_in):
    """Yamada reviews returns and may confirm something else: here she confirms nothing."""
    grant(staff["yamada"], "clerk", procedure="resident-tax-return")
    grant(staff["yamada"], "confirmer", procedure="other-procedure")
    staff["yamada"].load_rights(NOW.date())
    case = walk(filed.queued(), State.AWAITING_CONFIRMATION, staff)

    with pytest.raises(Refusal, match="権限"):
        actions.confirm(case, by=actor(staff["yamada"]), reason=REASON, now=NOW, seen=case.revision)

    assert "確認して受理する" not in sign_in("yamada").get(f"/cases/{case.pk}/").content.decode()


@pytest.mark.req("SHK-03")
def test_person_without_the_procedure_finds_no_case_of_it(filed, staff, sign_in):
    case = filed.queued()
    grant(staff["yamada"], "clerk", procedure="other-procedure")
    client = sign_in("yamada")

    assert client.get(f"/cases/{case.pk}/").status_code == 403
    assert case.receipt_number not in client.get("/cases/").content.decode()
    found = client.post("/cases/search/", {"text": case.receipt_number}).content.decode()
    assert f"/cases/{case.pk}/" not in found


@pytest.mark.req("SHK-03")
def test_number_is_shown_only_for_the_procedure_of_the_right(filed, staff, sign_in):
    case = filed.queued()
    grant(staff["yamada"], "number", procedure="other-procedure")

    assert sign_in("yamada").get(f"/cases/{case.pk}/number/").status_code == 403
