"""Files that are no plain CSV: what contractors typed, sealed; returns to the tax office in XML."""

import io
from dataclasses import replace

import pytest
from django.conf import settings
from pypdf import PdfReader

import filing
from config.keyring import Keyring
from review.assessment.models import SourceDocument
from review.errors import Refusal
from review.sources import punch
from review.sources.models import Arrival, RowError
from review.sources.receiving import Slip
from tests.review import city
from tests.review.source_files import file_of, receive, salary_row, take_in

SLIP = Slip(order_number="2027-014", rows=1, total=3_200_000)
TWO = Slip(order_number="2027-014", rows=2, total=3_200_000)


@pytest.fixture
def contract(monkeypatch):
    """The key that the city gave the contractor."""
    monkeypatch.setattr(settings, "PUNCH_KEYRING", Keyring({"p1": b"k" * 32}, "p1"))


@pytest.mark.req("ASM-03", "OPS-10")
def test_punch_data_open_under_their_order_and_fit_their_slip(town, contract):
    sealed = punch.seal(file_of(salary_row()), order_number="2027-014")

    arrival = take_in(sealed, slip=SLIP)

    assert (arrival.state, arrival.order_number) == (Arrival.State.IMPORTED, "2027-014")
    assert SourceDocument.objects.get().content["revenue"] == 3_200_000


@pytest.mark.req("OPS-10")
def test_punch_data_of_another_order_do_not_open(town, contract):
    sealed = punch.seal(file_of(salary_row()), order_number="2027-015")

    with pytest.raises(Refusal, match="復号できません"):
        receive(sealed, slip=SLIP)
    with pytest.raises(Refusal, match="発注番号と件数票"):
        receive(sealed, slip=Slip(order_number="2027-015"))
    assert not Arrival.objects.exists()


@pytest.mark.req("OPS-10")
def test_punch_data_in_the_clear_are_not_taken(town, contract):
    with pytest.raises(Refusal, match="暗号化されたファイル"):
        receive(file_of(salary_row()), slip=SLIP)
    assert not Arrival.objects.exists()


@pytest.mark.req("ASM-03")
@pytest.mark.parametrize(
    ("row", "line"),
    [
        (salary_row(c10="9"), "1,10,提出区分（訂正表示）,E0004"),
        (salary_row(c17="12345678901"), "1,17,支払金額,E0003"),
        (salary_row()[:146], "1,,行,E0003"),
    ],
)
def test_bad_code_length_and_width_of_punch_data_are_listed_in_csv_and_pdf(
    town, contract, sign_in, row, line
):
    sealed = punch.seal(file_of(row, salary_row("kato")), order_number="2027-014")
    arrival = take_in(sealed, slip=TWO)
    client = sign_in("suzuki")
    listed = client.get(f"/sources/{arrival.pk}/errors/csv/").content.decode("utf-8-sig")
    printed = client.get(f"/sources/{arrival.pk}/errors/pdf/").content

    assert listed.splitlines()[1].startswith(f"kyuho.csv,{line},")
    assert line.rpartition(",")[2] in PdfReader(io.BytesIO(printed)).pages[0].extract_text()
    assert arrival.counts["good"] == SourceDocument.objects.count() == 1


@pytest.mark.req("ASM-03")
def test_punch_data_that_differ_from_their_slip_are_refused_and_the_list_says_so(
    town, contract, sign_in
):
    sealed = punch.seal(file_of(salary_row(), salary_row("kato")), order_number="2027-014")
    arrival = take_in(sealed, slip=SLIP)
    client = sign_in("suzuki")
    listed = client.get(f"/sources/{arrival.pk}/errors/csv/").content.decode("utf-8-sig")

    expected = "kyuho.csv,0,,ファイル,E0004,件数票は1件、ファイルは2件です。"
    assert listed.splitlines()[1:] == [expected]
    assert "errors/csv/" in client.get(f"/sources/{arrival.pk}/").content.decode()
    assert not SourceDocument.objects.exists()


def national(*documents, form="想定1"):
    parts = []
    for division, xml in documents:
        body = xml.decode().partition("?>")[2] or xml.decode()
        parts.append(f'<資料 提出区分="{division}" 提出日="2027-02-20">{body}</資料>')
    return f'<国税連携 様式="{form}">{"".join(parts)}</国税連携>'.encode()


def test_return_to_the_tax_office_becomes_a_document_without_numbers(filed, town):
    child = {"personal_number": "100000000005"}
    document = filed.document("sato")
    arrival = take_in(national(("0", filing.write_xml(document))), "tax_return")

    assert (arrival.counts["linked"], child["personal_number"]) == (1, "100000000005")
    made = SourceDocument.objects.get(kind="tax_return")
    assert (made.addressee, made.content["filed_on"]) == (town["sato"], "2027-02-20")
    assert made.content["answers"]["salaries"] == document.answers["salaries"]
    assert "123456789018" not in str(made.content)


def test_return_that_does_not_fit_is_listed_and_the_others_are_kept(filed, town):
    other_year = replace(filed.document("kato"), tax_year="R8")
    good, bad = filing.write_xml(filed.document("sato")), filing.write_xml(other_year)
    arrival = take_in(national(("0", good), ("0", bad), ("9", good)), "tax_return")

    assert (arrival.counts["good"], arrival.counts["bad"]) == (1, 2)
    assert list(RowError.objects.order_by("line").values_list("line", "code")) == [
        (2, "E0004"),
        (3, "E0004"),
    ]


BOMB = b'<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb">]>'


@pytest.mark.parametrize(
    "content",
    [
        b"<a",
        b"no xml",
        national(form="other"),
        BOMB + "<国税連携 様式='想定1'>&b;</国税連携>".encode(),
    ],
)
def test_file_that_is_none_of_ours_is_refused_whole(town, content):
    arrival = take_in(content, "tax_return")

    assert SourceDocument.objects.count() == 0
    assert arrival.counts.get("good", 0) == 0


def test_registers_of_other_offices_are_linked_by_their_number(town):
    rows = [["952", "0", "08", city.NUMBERS["kato"], "national_health", "250000", "90000"]]
    take_in(file_of(*rows), "insurance")
    take_in(
        file_of(["953", "0", "08", "100000001", "physical", "special", "2020-04-01", ""]),
        "disability",
    )
    arrival = take_in(
        file_of(["954", "0", "08", "999", "life", "2026-05-01", ""]), "public_assistance"
    )

    found = {d.kind: (d.addressee, d.link_method) for d in SourceDocument.objects.all()}
    assert found == {
        "insurance": (town["kato"], "addressee_number"),
        "disability": (town["sato"], "addressee_number"),
    }
    assert arrival.counts["unlinked"] == 1
