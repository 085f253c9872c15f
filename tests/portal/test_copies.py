"""What the resident keeps: the PDF copy, the XML, the calendar."""

import html
import io
from dataclasses import replace
from datetime import date
from urllib.parse import unquote

import pytest
from pypdf import PdfReader

import filing
from portal.copies.content import HIDDEN_NUMBER, content_of
from portal.copies.filed import document_filed
from portal.copies.pdf import pdf_of
from portal.copies.schedule import pay_dates
from portal.models import Submission
from tests.portal.alike import pages_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def filed(sato):
    return Submission.objects.get(pk=sato.is_ready_to_sign().files())


def fetched(person, submission, name):
    answer = person.client.get(f"/filings/{submission.pk}/{name}")
    assert answer.status_code == 200, answer
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.content


def test_pdf_says_what_was_filed_and_no_number(sato, filed):
    reader = PdfReader(io.BytesIO(fetched(sato, filed, "copy.pdf")))

    text = "".join(page.extract_text() for page in reader.pages)
    for expected in (
        "佐藤 花子",
        "3,200,000",
        filed.receipt_number,
        "市民税・県民税申告書",
        "控え",
    ):
        assert expected in text
    assert "123456789018" not in text


def test_pdf_is_tagged_for_screen_readers_and_the_same_every_time(filed):
    pdf = pdf_of(filed)
    root = PdfReader(io.BytesIO(pdf)).trailer["/Root"]

    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/Lang"] == "ja-JP"
    assert b"pdfuaid" in root["/Metadata"].get_data()
    assert pdf_of(filed) == pdf


def test_pdf_bears_every_name(filed):
    for name in ("𠮷田 葛\U000e0100城", "佐藤 \ue000", "Nguyễn Văn Ân", "#[*_$<b>"):
        renamed = filed.content
        renamed["filed"]["filer"]["name"] = name
        filed.content = renamed

        assert "".join(name.split()) in "".join(pages_of(pdf_of(filed)))


def test_pdf_is_made_although_no_font_has_what_was_typed(filed):
    renamed = filed.content
    renamed["filed"]["filer"]["name"] = "佐藤 🍊 ส้ม"
    filed.content = renamed

    assert "佐藤" in "".join(pages_of(pdf_of(filed)))


def test_copy_says_what_was_signed_whatever_the_answers_would_come_to_now(filed):
    signed, before = document_filed(filed), content_of(filed)
    changed = filed.content
    changed["data"]["salaries"]["items"][0] |= {"payer": "ほかの会社", "revenue": 1}
    filed.content = changed

    said = content_of(filed)

    slip = next(block for block in said["blocks"] if block["title"] == "給与 1")
    assert [row["text"] for row in slip["rows"]] == ["株式会社くまもと商店", "3,200,000", "480,000"]
    assert (said["total"], said["computed"]) == ("128,000", before["computed"])
    assert document_filed(filed) == signed


def test_submission_from_before_the_signed_return_was_kept_is_written_anew(filed):
    signed = document_filed(filed)
    filed.content = {name: value for name, value in filed.content.items() if name != "filed"}

    assert replace(document_filed(filed), challenge=signed.challenge) == signed
    assert content_of(filed)["filer"][5]["text"] == HIDDEN_NUMBER


def test_copy_tells_who_gave_no_number_and_what_was_answered_with_no(sato):
    sato.signs_up().begins().reads_card().answers_basics().earns()
    sato.answers("relatives/has", has="yes")
    born = {"relation": "child", "birth_date": "2015-05-05"}
    following = sato.answers("relatives/new/person", name="佐藤 マリア", kana="", **born)
    for answer in (
        {"living": "abroad"},
        {"address": "フィリピン セブ市"},
        {"abroad_papers": "no"},
        {"disability": "none"},
        {"personal_number": ""},
    ):
        page = following.removeprefix("/return/R9/").rstrip("/")
        following = sato.answers(page, **answer)
    sato.answers_page_by_page("relatives/has")
    submission = Submission.objects.get(pk=sato.files())

    page = fetched(sato, submission, "copy/").decode()
    blocks = {block["title"]: block["rows"] for block in content_of(submission)["blocks"]}

    assert "入力していません" in page
    assert "入力済み" not in page
    child = {row["label"]: row["text"] for row in blocks["扶養親族等 1"]}
    assert "個人番号" not in child
    assert child["国外の家族の書類(親族関係書類・送金関係書類)"] == "該当しない"


def test_xml_is_the_return_without_numbers(sato, filed):
    document = filing.read_xml(fetched(sato, filed, "copy.xml"))

    assert document.filer.name == "佐藤 花子"
    assert document.filer.personal_number == ""
    assert document.answers["salaries"][0]["revenue"] == 3_200_000


def test_days_to_pay_fall_on_business_days():
    assert pay_dates("R9") == [
        date(2027, 6, 30),
        date(2027, 8, 31),
        date(2027, 11, 1),
        date(2028, 1, 31),
    ]


def test_files_of_another_resident_do_not_exist(sato, yamada, filed):
    yamada.signs_up()

    for name in ("copy.pdf", "copy.xml", "calendar.ics"):
        assert yamada.client.get(f"/filings/{filed.pk}/{name}").status_code == 404


def test_copy_after_its_period_says_that_it_is_gone(sato, filed):
    filed.erased_at = filed.submitted_at
    filed.content = {}
    filed.save()

    page = sato.client.get(f"/filings/{filed.pk}/copy.pdf", follow=True).content.decode()

    assert "保存期間が過ぎた" in page


def test_qr_code_of_the_receipt_brings_its_own_light_ground(sato, filed):
    """Without one it is black on black on a screen that shows pages dark."""
    page = html.unescape(fetched(sato, filed, "receipt/").decode())
    drawing = unquote(page.split('<img src="data:image/svg+xml', 1)[1].split('"', 1)[0])

    assert "<path fill='#fff' d='M0 0h" in drawing
