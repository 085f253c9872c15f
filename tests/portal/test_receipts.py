"""The list of medical receipts: pasted or uploaded, summed, refused with the line that is wrong."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.interview.payload import answers
from portal.interview.receipts import ListError, as_text, decode, parse
from portal.models import Draft
from portal.services.drafts import situation_of
from tests.papers import samples

ROWS = [
    {"person": "佐藤 花子", "payee": "くまもと病院", "paid": 12_000, "reimbursed": 0},
    {"person": "佐藤 一郎", "payee": "薬局, 本店", "paid": 3_000, "reimbursed": 1_000},
]


@pytest.mark.parametrize(
    "text",
    [
        '佐藤 花子,くまもと病院,12000,0\n佐藤 一郎,"薬局, 本店",3000,1000',
        "佐藤 花子\tくまもと病院\t12,000円\t\r\n佐藤 一郎\t薬局, 本店\t３０００\t1000\r\n\r\n",
        "人,病院,払った金額,戻った額\n"
        '佐藤 花子,くまもと病院,12000\n佐藤 一郎,"薬局, 本店",3000,1000',
    ],
)
def test_list_is_read_with_commas_or_tabs_and_any_width(text):
    assert parse(text) == ROWS


def test_text_of_a_list_is_read_again_as_the_same_list():
    assert parse(as_text(ROWS)) == ROWS


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("佐藤,病院", "1行目: 受けた人、病院や薬局、払った金額、戻った金額を"),
        ("佐藤,病院,1000\n佐藤,病院,千円", "2行目: 払った金額は数字で入力してください"),
        (",病院,1000", "1行目: 「受けた人」を入力してください。"),
        ("佐藤,病\u202e院,1000", "1行目: 病院や薬局を200文字までで"),
        ("佐藤,病院,99999999", "1行目: 払った金額は40,000,000円以下で"),
        ('佐藤,"病院,1000', '「"」が閉じているか'),
        ("佐藤,病院,1\n" * 201, "明細は200件までです"),
    ],
)
def test_wrong_line_is_named_with_its_remedy(text, message):
    with pytest.raises(ListError) as refused:
        parse(text)

    assert message in refused.value.messages[0]


def test_at_most_five_lines_are_named_at_once():
    with pytest.raises(ListError) as refused:
        parse("佐藤\n" * 30)

    assert len(refused.value.messages) == 5


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_file_of_a_spreadsheet_is_read_in_its_encoding(encoding):
    file = SimpleUploadedFile("list.csv", "佐藤,病院,1000".encode(encoding))

    assert decode(file) == "佐藤,病院,1000"


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n\x00\x00", b"a" * 204_801, b"\xff\xfe\x00"])
def test_file_that_is_no_text_or_too_large_is_refused(data):
    with pytest.raises(ListError):
        decode(SimpleUploadedFile("list.csv", data))


@pytest.fixture
def claims_medical(sato):
    sato.is_ready_to_sign().answers("medical/method", method="medical")
    return sato


def filed(person):
    return answers(situation_of(Draft.objects.get(resident__asked_email=person.email)))


@pytest.mark.django_db
def test_what_came_back_for_one_receipt_lowers_no_other_one(claims_medical):
    """200,000 for 150,000 of hospital leaves the pharmacy's 90,000: 90,000 - 100,000 is nothing."""
    claims_medical.answers(
        "medical/list", pasted="花子,病院,150000,200000\n花子,薬局,90000,0\n一郎,歯科,40000,0"
    )

    told = filed(claims_medical)["medical"]
    page = claims_medical.client.get("/return/R9/check/").content.decode()

    assert (told["paid"], told["reimbursed"]) == (280_000, 150_000)
    assert "3件 280,000円(戻った金額 150,000円)" in page


@pytest.mark.django_db
def test_list_gives_the_totals_and_leads_past_the_page_that_asks_for_them(claims_medical):
    following = claims_medical.answers("medical/list", pasted=as_text(ROWS))

    assert following == "/return/R9/check/"
    assert filed(claims_medical)["medical"] == {
        "method": "medical",
        "paid": 15_000,
        "reimbursed": 1_000,
        "amount": 0,
    }
    assert filed(claims_medical)["medical_receipts"] == ROWS
    page = claims_medical.client.get(following).content.decode()
    assert "2件 15,000円(戻った金額 1,000円)" in page
    assert "薬局, 本店" in page


@pytest.mark.django_db
def test_uploaded_file_takes_the_place_of_what_was_pasted(claims_medical):
    file = SimpleUploadedFile("list.csv", as_text(ROWS).encode("cp932"), "text/csv")

    claims_medical.answers("medical/list", pasted="花子,歯科,1", uploaded=file)

    assert filed(claims_medical)["medical_receipts"] == ROWS


@pytest.mark.django_db
def test_list_that_is_left_empty_leads_to_the_total(claims_medical):
    assert claims_medical.answers("medical/list") == "/return/R9/medical/amounts/"


@pytest.mark.django_db
def test_line_that_cannot_be_read_stays_on_the_page_with_its_number(claims_medical):
    answer = claims_medical.posts("medical/list", {"pasted": "花子,歯科,千円"})

    assert answer.status_code == 422
    assert "1行目" in answer.content.decode()
    assert "花子,歯科,千円" in answer.content.decode()
    assert "medical_receipts" not in filed(claims_medical)


KINDS = [ROWS[0] | {"kind": "treatment"}, ROWS[1] | {"kind": "medicine"}, ROWS[0]]


def test_kind_of_a_cost_may_follow_and_may_be_left_out():
    text = "花子,病院,12000,0,診療・治療\n花子,薬局,3000,,医薬品\n花子,歯科,500,0,"

    assert [row.get("kind") for row in parse(text)] == ["treatment", "medicine", None]
    assert parse(as_text(KINDS)) == KINDS


def test_kind_that_there_is_none_of_is_named_with_those_that_there_are():
    with pytest.raises(ListError) as refused:
        parse("花子,病院,12000,0,美容")

    assert refused.value.messages == [
        "1行目: 区分は、診療・治療、医薬品購入、介護保険サービス、その他の医療費"
        "のどれかを入力してください。"
    ]


WITHOUT_LIST = "医療費の明細がありません"


@pytest.mark.django_db
def test_total_alone_is_warned_about_until_a_list_or_a_paper_shows_it(claims_medical):
    claims_medical.answers("medical/amounts", medical_paid="300000", reimbursed="")
    check = "/return/R9/check/"
    page = claims_medical.client.get(check).content.decode()
    assert WITHOUT_LIST in page
    assert 'href="/return/R9/medical/list/?return=check"' in page

    claims_medical.answers("medical/list", pasted=as_text(KINDS), confirmed="yes")

    page = claims_medical.client.get(check).content.decode()
    assert WITHOUT_LIST not in page
    assert "佐藤 花子 / くまもと病院 / 診療・治療" in page
    assert filed(claims_medical)["medical_receipts"] == KINDS


@pytest.mark.django_db
def test_paper_of_the_costs_is_enough(claims_medical):
    sheet = SimpleUploadedFile("list.jpg", samples.photograph(), "image/jpeg")

    claims_medical.answers("medical/amounts", medical_paid="300000", reimbursed="", papers=[sheet])

    assert WITHOUT_LIST not in claims_medical.client.get("/return/R9/check/").content.decode()


@pytest.mark.django_db
def test_drugs_are_asked_for_the_check_up_on_a_page_that_the_check_leads_to(sato):
    sato.is_ready_to_sign().answers("medical/method", method="self_medication")
    assert sato.answers("medical/self-medication", amount="42000") == "/return/R9/check/"
    page = sato.client.get("/return/R9/check/").content.decode()
    assert 'href="/return/R9/medical/effort/?return=check"' in page

    sato.answers("medical/effort", effort="cancer", effort_by="中央区役所")

    assert filed(sato)["medical"] == {
        "method": "self_medication",
        "paid": 0,
        "reimbursed": 0,
        "amount": 42_000,
        "effort": "cancer",
        "effort_by": "中央区役所",
    }


@pytest.mark.django_db
def test_premiums_of_anothers_pension_are_said_to_stay_out(sato):
    sato.is_ready_to_sign().answers("social-insurance/paid", paid="yes")

    for name in ("amounts", "which"):
        page = sato.client.get(f"/return/R9/social-insurance/{name}/").content.decode()

        assert page.count("夫や妻の年金から引かれた分は入れません") == 1
