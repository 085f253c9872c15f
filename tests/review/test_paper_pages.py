"""The pages of paper returns: typing in from the year's own form, checking, and the case after."""

from urllib.parse import urlencode

import pytest

from review.audit.models import AuditEvent
from review.cases.models import Case
from review.cases.processing import process_due_cases
from review.paper.models import PaperEntry
from tests.review import city, story

SATO = {
    "channel": "counter",
    "received_on": "2026-11-20",
    "number": "notification_card",
    "documents": "driving_licence",
    "filer-name": "佐藤 花子",
    "filer-kana": "サトウ ハナコ",
    "filer-birth_date": "1985-04-01",
    "filer-sex": "2",
    "filer-address": city.SATO.address,
    "filer-address_jan1": city.SATO.address,
    "filer-personal_number": "1234 5678 9018",
    "income_kinds": "salary",
    "rows-salaries": "2",
    # The first row was left empty: the second is the first of the return.
    "salaries-1-payer": "株式会社くまもと商店",
    "salaries-1-revenue": "3,200,000",
    "rows-relatives": "1",
    "personal-widow": "on",
}


@pytest.fixture
def typist(town, staff):
    """Nishi, who types in what came on paper."""
    return story.signed_in(story.engage("K1009", "西 恵子", ["entry"]))


def type_in(client, **changes):
    return client.post("/paper/new/R9/", SATO | changes)


@pytest.mark.req("SIG-05")
def test_return_is_typed_in_from_the_years_own_form(typist):
    page = typist.get("/paper/new/R9/").content.decode()
    assert all(f'name="{name}"' in page for name in ("salaries-0-payer", "spouse-total_income"))

    assert type_in(typist).status_code == 302

    document = PaperEntry.objects.get().document()
    assert document.filer.personal_number == city.SATO.personal_number
    assert document.answers == {
        "income_kinds": ["salary"],
        "salaries": [{"payer": "株式会社くまもと商店", "revenue": 3_200_000}],
        "personal": {"widow": True},
    }


@pytest.mark.parametrize(
    ("chosen", "told"),
    [("True", True), ("False", False), ("", None)],
)
def test_no_is_kept_apart_from_nothing_said(typist, chosen, told):
    """Rents, a sale and a child abroad: of what is not said the generous way is taken."""
    rents = {"description": "貸家", "revenue": "900000", "books": "white", "business_scale": chosen}
    gold = {"description": "金地金", "term": "long", "revenue": "1", "business_asset": chosen}
    child = {
        **{"name": "佐藤 一太", "birth_date": "2008-05-05", "relation": "child"},
        **{"total_income": "0", "living": "abroad", "abroad_papers": chosen},
    }
    typed = {f"real_estate-{name}": value for name, value in rents.items()}
    typed |= {f"transfers-0-{name}": value for name, value in gold.items()}
    typed |= {f"relatives-0-{name}": value for name, value in child.items()}

    assert type_in(typist, **typed, **{"rows-transfers": "1"}).status_code == 302

    answers = PaperEntry.objects.get().document().answers
    rows = (answers["real_estate"], answers["transfers"][0], answers["relatives"][0])
    names = ("business_scale", "business_asset", "abroad_papers")
    flags = [row.get(name) for row, name in zip(rows, names, strict=True)]
    assert flags == [told] * 3


def test_no_stands_on_the_page_when_an_entry_is_corrected(typist, sign_in):
    rents = {
        "description": "貸家",
        "revenue": "900000",
        "books": "white",
        "business_scale": "False",
    }
    type_in(typist, **{f"real_estate-{name}": value for name, value in rents.items()})

    entry = PaperEntry.objects.get()
    data = {"send_back-seen": 1, "send_back-comment": "支払金額が紙と違います"}
    sign_in("tanaka").post(f"/paper/{entry.pk}/send_back/", data)

    page = typist.get(f"/paper/{entry.pk}/edit/").content.decode()

    select = page.split('name="real_estate-business_scale"')[1].split("</select>")[0]
    assert '<option value="False" selected>いいえ</option>' in select


@pytest.mark.req("SIG-05")
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"documents": "pension"}, "身元確認の書類が足りません"),
        ({"number": ""}, "「番号確認の方法」を選んでください。"),
        ({"filer-personal_number": "123456789012"}, "個人番号が正しくありません"),
        ({"filer-name": ""}, "「氏名」を入力してください。"),
        ({"salaries-1-payer": ""}, "勤め先の名前を入力してください"),
        ({"salaries-1-revenue": "三百万"}, "支払金額"),
        ({"filer-personal_number": ""}, "個人番号の記載がない申告"),
        ({"received_on": "2099-01-01"}, "受領日は、今日までの日"),
        ({"corrects": "2027-0000001-X"}, "訂正する書面の申告が見つかりません"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_kept(typist, change, words):
    response = type_in(typist, **change)

    assert response.status_code == 422
    assert words in response.content.decode()
    assert PaperEntry.objects.count() == 0


def test_number_is_never_sent_back_to_the_browser(typist):
    page = type_in(typist, documents="pension").content.decode()

    assert "1234 5678 9018" not in page
    assert "株式会社くまもと商店" in page


def test_row_is_added_without_a_script_and_without_complaints(typist):
    response = typist.post("/paper/new/R9/", SATO | {"add": "salaries"})
    page = response.content.decode()

    assert response.status_code == 200
    assert 'name="salaries-2-payer"' in page
    assert "株式会社くまもと商店" in page
    assert "を入力してください。" not in page


@pytest.mark.req("SHK-05")
def test_colleague_checks_on_the_page_and_the_typist_cannot(typist, sign_in):
    type_in(typist)
    entry = PaperEntry.objects.get()
    own = typist.get(f"/paper/{entry.pk}/").content.decode()
    assert "ほかの職員が紙と照らし合わせて登録します。" in own
    assert typist.post(f"/paper/{entry.pk}/register/", {}).status_code == 403

    colleague = sign_in("tanaka")
    page = colleague.get(f"/paper/{entry.pk}/").content.decode()
    assert "********9018" in page
    assert "123456789018" not in page
    data = {"register-seen": 1, "register-number": "1234-5678-9018"}
    colleague.post(f"/paper/{entry.pk}/register/", data)

    case = Case.objects.get()
    assert (case.channel, case.paper, case.proposed_by) == ("counter", entry, None)


def test_entry_is_sent_back_with_a_reason_and_corrected(typist, sign_in):
    type_in(typist)
    entry = PaperEntry.objects.get()
    colleague = sign_in("tanaka")
    empty = colleague.post(f"/paper/{entry.pk}/send_back/", {"send_back-seen": 1})
    assert empty.status_code == 422
    data = {"send_back-seen": 1, "send_back-comment": "支払金額が紙と違います"}
    colleague.post(f"/paper/{entry.pk}/send_back/", data)

    page = typist.get(f"/paper/{entry.pk}/edit/").content.decode()
    assert 'value="株式会社くまもと商店"' in page
    typist.post(f"/paper/{entry.pk}/edit/", SATO | {"salaries-1-revenue": "3,300,000"})

    document = PaperEntry.objects.get().document()
    assert document.answers["salaries"][0]["revenue"] == 3_300_000


def test_paper_case_is_shown_as_such_in_list_and_page(typist, sign_in):
    type_in(typist)
    entry = PaperEntry.objects.get()
    clerk = sign_in("tanaka")
    data = {"register-seen": 1, "register-number": "123456789018"}
    clerk.post(f"/paper/{entry.pk}/register/", data)
    case = Case.objects.get()
    process_due_cases(now=case.due_at)

    listed = clerk.get(f"/cases/?{urlencode({'channel': 'counter'})}").content.decode()
    page = clerk.get(f"/cases/{case.pk}/").content.decode()

    assert "書面(本人確認済み)" in listed
    assert case.receipt_number not in clerk.get("/cases/?channel=online").content.decode()
    assert "書面の申告です(本人確認済み)" in page
    assert "通知カード" in page


@pytest.mark.req("LOG-01")
def test_looks_at_an_entry_are_in_the_log(typist):
    type_in(typist)
    entry = PaperEntry.objects.get()

    typist.get(f"/paper/{entry.pk}/")

    looks = AuditEvent.objects.filter(action="paper.viewed", actor="K1009")
    assert [look.person["name"] for look in looks] == [city.SATO.name]


@pytest.mark.req("SHK-03")
def test_person_without_the_procedure_sees_no_entry(typist, staff, sign_in):
    type_in(typist)
    entry = PaperEntry.objects.get()
    story.grant(staff["yamada"], "confirmer", procedure="other-procedure")

    assert sign_in("yamada").get(f"/paper/{entry.pk}/").status_code == 403
