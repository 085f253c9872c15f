"""The pages of the year's run, of a person's decisions, and of the papers issued."""

from datetime import timedelta

import pytest

from review.levy.models import Decision, YearRun
from review.levy.year import assess_chunks, finish_run
from review.notices.models import IssuedDocument
from tests.review.small_city import DECIDED, resident, run_year
from tests.review.story import SYSTEM


@pytest.mark.req("ASM-08")
def test_run_is_started_by_one_and_confirmed_by_another(db, sign_in):
    resident(1).salary()
    suzuki, tanaka = sign_in("suzuki"), sign_in("tanaka")

    suzuki.post("/levy/propose/", {"tax_year": "R9"})
    run = YearRun.objects.get()
    suzuki.post(f"/levy/{run.pk}/confirm/")
    run.refresh_from_db()
    assert run.state == "proposed"

    tanaka.post(f"/levy/{run.pk}/confirm/")
    run.refresh_from_db()
    assert (run.state, run.proposed_by, run.confirmed_by) == ("running", "K1001", "K1002")
    assess_chunks(run, by=SYSTEM, now=DECIDED)
    finish_run(run, by=SYSTEM, now=DECIDED)
    page = tanaka.get(f"/levy/{run.pk}/").content.decode()
    assert "100%" in page
    assert f"{Decision.objects.get().total:,}" in page


@pytest.mark.req("ASM-11")
@pytest.mark.req("ASM-12")
def test_person_s_page_explains_the_run_s_tax_and_names_its_documents(db, staff, sign_in):
    person = resident(1)
    person.salary()
    run_year(staff)

    page = sign_in("suzuki").get(f"/people/{person.row.pk}/R9/").content.decode()

    decision = Decision.objects.get()
    assert decision.assessment.explanation == []
    assert f"{decision.total:,}" in page
    assert "給与所得" in page
    assert "給与 1: 給与支払報告書" in page
    assert "給与特別徴収 白川商事" in page


@pytest.mark.req("ASM-09")
def test_correction_is_proposed_and_confirmed_on_the_pages(db, staff, sign_in):
    person = resident(1)
    person.salary()
    run_year(staff)
    person.document("one_stop", "late", municipality="天草市", donated=40_000)
    suzuki, tanaka = sign_in("suzuki"), sign_in("tanaka")

    page = f"/people/{person.row.pk}/R9/"
    suzuki.post(f"{page}correct/", {"cause": "document", "remark": "通知書の追加"})
    decision = Decision.objects.get(number=2)
    suzuki.post(f"/decisions/{decision.pk}/confirm/")
    tanaka.post(f"/decisions/{decision.pk}/confirm/")

    decision.refresh_from_db()
    assert (decision.state, decision.confirmed_by) == ("decided", "K1002")
    assert "通知書の追加" in suzuki.get(page).content.decode()


@pytest.mark.req("NOT-04")
def test_certificate_is_handed_out_and_issued_again(db, staff, sign_in):
    person = resident(1)
    person.salary()
    run_year(staff)
    client = sign_in("suzuki")

    first = client.post(f"/decisions/{Decision.objects.get().pk}/issue/certificate/")
    number = IssuedDocument.objects.get().number
    again = client.post(f"/documents/{number}/reissue/")

    assert first.content[:5] == again.content[:5] == b"%PDF-"
    assert IssuedDocument.objects.filter(first_issue=number).count() == 1


def test_last_year_s_run_is_no_page_of_this_one(db, staff, sign_in):
    resident(1).salary(tax_year="R8")
    run = run_year(staff, "R8", now=DECIDED - timedelta(days=365))

    assert "R8" in sign_in("suzuki").get(f"/levy/{run.pk}/").content.decode()
