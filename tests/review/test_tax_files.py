"""Returns go to the existing tax system and its answers come back: nothing lost, nothing twice."""

import csv
import hashlib
import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import IntegrityError, transaction

import filing
from filing.kinds import NOT_A_COST
from review import year_keys
from review.assessment.models import SourceDocument
from review.audit.models import AuditEvent
from review.cases import importing
from review.cases.models import Case
from review.cases.processing import process_due_cases
from review.cases.states import State
from review.errors import Refusal
from review.recipients.queries import only
from review.taxfiles import faults, results, services
from review.taxfiles.layout import layout
from review.taxfiles.models import ImportFault, ResultFile, TaxFile, TaxFileRow
from tests.review import city, handing, story
from tests.review.story import NOW, REASON, SALARY, actor

LATER = NOW + timedelta(days=1)
HEAD = "作成連番,資料番号,コード,項目,内容"
CHILD = {
    "name": "佐藤 一太",
    "relation": "child",
    "birth_date": "2008-05-05",
    "personal_number": "345678901234",
    "total_income": 0,
    "living": "together",
}


@pytest.fixture
def imported(filed, staff):
    """Sato's return with a child, accepted and imported."""
    child = CHILD | {"personal_number": _valid("34567890123")}
    answers = story.sato_answers(relatives=[child])
    case = filed.queued(filed.document(answers=answers))
    return story.walk(case, State.IMPORTED, staff)


def _valid(eleven):
    return next(
        number
        for number in (f"{eleven}{digit}" for digit in range(10))
        if filing.numbers.personal_number_is_valid(number)
    )


def take(file, **given):
    """Take a file, and open it as the tax system does: name and content."""
    name, content, slip = handing.opened(services.take(file, to=only("tax_system"), **given))
    assert (slip["count"], slip["sha256"]) == (file.count, hashlib.sha256(content).hexdigest())
    return name, content


@pytest.fixture
def way(staff):
    """The way of a file: Suzuki makes and takes, Tanaka approves."""
    handing.enter(staff, handing.TAX_SYSTEM)

    class Way:
        suzuki, tanaka = actor(staff["suzuki"]), actor(staff["tanaka"])

        def made(self):
            return services.make("R9", by=self.suzuki, reason=REASON, now=NOW)

        def taken(self):
            file = self.made()
            services.approve(file, by=self.tanaka, reason=REASON, now=NOW)
            _name, content = take(file, by=self.suzuki, reason=REASON, now=NOW)
            return file, opened(content)

        def answered(self, *lines, name="kekka.csv"):
            content = "\r\n".join([HEAD, *lines]).encode()
            return results.read(content, name=name, by=self.suzuki, reason=REASON, now=LATER)

        def settled(self, fault, remark="宛名のカナを直した"):
            return faults.settle(fault, remark=remark, by=self.suzuki, reason=REASON, now=LATER)

    return Way()


def opened(content):
    """Return the three tables of a file as dictionaries, its digests compared."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    found = {name: list(csv.DictReader(io.StringIO(part.decode()))) for name, part in parts.items()}
    (control,) = found["control.csv"]
    assert control["資料SHA-256"] == hashlib.sha256(parts["shiryo.csv"]).hexdigest()
    assert control["扶養SHA-256"] == hashlib.sha256(parts["fuyo.csv"]).hexdigest()
    return found


def test_file_has_the_return_its_dependant_and_control_totals(imported, way):
    file, found = way.taken()

    (row,), (child,), (control,) = found["shiryo.csv"], found["fuyo.csv"], found["control.csv"]
    assert row["資料番号"] == child["資料番号"] == f"{imported.receipt_number}:1"
    assert (row["宛名番号"], row["氏名"]) == (city.NUMBERS["sato"], "佐藤 花子")
    assert (row["給与収入"], row["社会保険料(源泉分)"]) == ("3200000", "480000")
    assert (row["1月1日住所コード"], row["署名検証結果"]) == ("431010", "TOTAL_PASSED")
    assert row["原本ハッシュ"] == imported.original.sha256
    assert (child["氏名"], child["区分"], child["連番"]) == ("佐藤 一太", "relative", "1")
    assert (control["件数"], control["扶養親族等の件数"]) == ("1", "1")
    assert control["金額合計"] == str(file.amount) == "3200000"
    assert control["団体コード"] == "431001"


def test_lines_follow_the_national_rules(imported, way):
    file = way.made()
    services.approve(file, by=way.tanaka, reason=REASON, now=NOW)
    _name, content = take(file, by=way.suzuki, reason=REASON, now=NOW)

    raw = zipfile.ZipFile(io.BytesIO(content)).read("shiryo.csv")
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\r\n") == raw.count(b"\n") == 2
    assert all(line.startswith(b'"') and line.endswith(b'"') for line in raw.split(b"\r\n")[:2])


def test_every_amount_of_the_form_has_a_column_or_a_reason():
    sources = " ".join(column.source for column in layout().documents)
    trades = ("business", "farm", "real_estate")
    missing = []
    for group in filing.load_form("R9").groups:
        if group.code in ("spouse", "relatives"):
            continue
        for item in group.items:
            path = f"{group.code}.{item.code}"
            costs = group.code in trades and item.code not in NOT_A_COST
            named = f"about:{group.code}_costs" in sources if costs else path in sources
            if item.type == "money" and not named and path not in layout().left_out:
                missing.append(path)
    assert missing == []


def test_what_lowers_a_deduction_or_a_loss_has_its_column(filed, staff, way):
    """A late wife, a child abroad without papers, land bought on credit, gold sold at a loss."""
    child = CHILD | {"personal_number": _valid("34567890123")}
    child |= {
        "living": "abroad",
        "abroad_reason": "",
        "address": "フランス",
        "abroad_papers": False,
    }
    rents = {
        "description": "アパート",
        "revenue": 900_000,
        "interest": 700_000,
        "repairs": 500_000,
        "books": "white",
    }
    gold = {"description": "金地金", "term": "long", "revenue": 100_000, "expenses": 400_000}
    van = {"description": "車", "term": "long", "revenue": 50_000, "expenses": 90_000}
    answers = story.sato_answers(
        income_kinds=["salary", "real_estate", "transfer"],
        relatives=[child | {"died_on": "2026-11-03"}],
        real_estate=rents | {"land_interest": 300_000, "business_scale": False},
        transfers=[
            gold | {"business_asset": False},
            van | {"business_asset": True},
            {"description": "絵", "term": "short", "revenue": 80_000, "business_asset": False},
        ],
        special_rules={"special_elsewhere": True},
    )
    case = filed.queued(filed.document(answers=answers))
    story.walk(case, State.IMPORTED, staff)

    _file, found = way.taken()

    (row,), (child,) = found["shiryo.csv"], found["fuyo.csv"]
    assert (child["死亡日"], child["国外居住の書類"]) == ("2026-11-03", "0")
    assert row["不動産必要経費"] == "1200000"
    assert row["不動産必要経費のうち土地等の負債の利子"] == "300000"
    assert row["不動産の事業的規模"] == "0"
    assert row["総合譲渡必要経費"] == "490000"
    # The gold's loss of 300,000 after the picture's gain; the van's 40,000 may be set off.
    assert row["総合譲渡のうち損益通算しない損失"] == "220000"
    assert row["所得金額調整控除(別に扶養される特別障害者)"] == "1"
    assert row["所得金額調整控除(別に扶養される23歳未満)"] == ""


def test_what_a_return_does_not_say_is_empty_and_no_no(imported, way):
    _file, found = way.taken()

    (row,), (child,) = found["shiryo.csv"], found["fuyo.csv"]
    assert (child["死亡日"], child["国外居住の書類"]) == ("", "")
    assert (row["不動産の事業的規模"], row["総合譲渡のうち損益通算しない損失"]) == ("", "")


@pytest.mark.req("ACC-09")
def test_personal_numbers_stay_here_unless_the_way_uses_them(imported, way, settings, tmp_path):
    _file, found = way.taken()
    text = json.dumps(found, ensure_ascii=False)
    assert city.SATO.personal_number not in text
    assert _valid("34567890123") not in text

    TaxFileRow.objects.update(state="settled")
    changed = settings.MUNICIPALITY_FILE.read_text().replace(
        "uses_numbers = false", "uses_numbers = true"
    )
    settings.MUNICIPALITY_FILE = tmp_path / "city.toml"
    settings.MUNICIPALITY_FILE.write_text(changed)
    file = way.made()
    services.approve(file, by=way.tanaka, reason=REASON, now=NOW)
    with pytest.raises(Refusal, match="個人番号の閲覧の権限"):
        take(file, by=way.suzuki, reason=REASON, now=NOW)
    services.drop(file, by=way.suzuki, reason=REASON, now=NOW)
    again = services.make("R9", by=story.SYSTEM, reason=REASON, now=NOW)
    services.approve(again, by=way.tanaka, reason=REASON, now=NOW)
    _name, content = take(again, by=story.SYSTEM, reason=REASON, now=NOW)
    with_numbers = opened(content)
    assert with_numbers["shiryo.csv"][0]["個人番号"] == city.SATO.personal_number
    assert with_numbers["fuyo.csv"][0]["個人番号"] == _valid("34567890123")


@pytest.mark.req("SHK-05")
def test_file_leaves_with_two_people_and_once(imported, way):
    file = way.made()
    with pytest.raises(Refusal, match="承認待ち"):
        take(file, by=way.suzuki, reason=REASON, now=NOW)
    with pytest.raises(Refusal, match="自分がまとめた"):
        services.approve(file, by=way.suzuki, reason=REASON, now=NOW)
    with pytest.raises(IntegrityError, match="tax_file_approved"), transaction.atomic():
        TaxFile.objects.update(state="approved", approved_by=file.made_by, approved_at=NOW)
    services.approve(file, by=way.tanaka, reason=REASON, now=NOW)
    with pytest.raises(Refusal, match="作成した本人"):
        take(file, by=way.tanaka, reason=REASON, now=NOW)
    take(file, by=way.suzuki, reason=REASON, now=NOW)
    with pytest.raises(Refusal, match="受渡し済み"):
        take(file, by=way.suzuki, reason=REASON, now=NOW)
    assert way.made() is None

    done = AuditEvent.objects.filter(subject=file.subject).order_by("position")
    assert [entry.action for entry in done] == [
        "tax_file.made",
        "tax_file.approved",
        "tax_file.taken",
    ]


def test_same_rows_give_the_same_bytes(imported, way):
    file = way.made()
    services.approve(file, by=way.tanaka, reason=REASON, now=NOW)
    mark = transaction.savepoint()
    _name, first = take(file, by=way.suzuki, reason=REASON, now=NOW)
    transaction.savepoint_rollback(mark)

    assert take(file, by=way.suzuki, reason=REASON, now=NOW)[1] == first


def test_fault_comes_back_to_the_case_and_the_corrected_return_goes_out_again(
    imported, way, sign_in
):
    file, found = way.taken()
    number = found["shiryo.csv"][0]["資料番号"]
    result, _new = way.answered(f"{file.number},{number},E0002,カナ,使えない文字 090-12345678")

    assert result.counts == {"rows": 1, "faults": 1}
    fault = ImportFault.objects.get()
    assert (fault.case, fault.code, fault.item) == (imported, "E0002", "カナ")
    assert "12345678" not in fault.message
    page = sign_in("suzuki").get(f"/cases/{imported.pk}/").content.decode()
    assert "E0002 カナ" in page
    assert faults.remedy("E0002") in page
    assert way.made() is None

    way.settled(fault)
    again, found = way.taken()
    assert again.number > file.number
    assert [row["資料番号"] for row in found["shiryo.csv"]] == [number]
    assert list(TaxFileRow.objects.order_by("pk").values_list("state", flat=True)) == [
        "settled",
        "sent",
    ]


def test_same_file_and_same_fault_change_nothing(imported, way):
    file, _found = way.taken()
    line = f"{file.number},{imported.receipt_number}:1,E0004,宛名番号,合わない"
    way.answered(line)
    before = list(TaxFileRow.objects.values()), list(ImportFault.objects.values())

    _result, new = way.answered(line)
    other, _new = way.answered(line, line, name="again.csv")

    assert not new
    assert other.counts == {"rows": 2, "repeated": 2}
    assert (list(TaxFileRow.objects.values()), list(ImportFault.objects.values())) == before
    way.settled(ImportFault.objects.get())
    way.answered(line, line, line, name="late.csv")
    assert TaxFileRow.objects.get().state == "settled"


def test_bad_lines_are_listed_and_the_good_ones_count(imported, way):
    file, _found = way.taken()
    good = f"{file.number},{imported.receipt_number}:1,E0000,,"
    result, _new = way.answered(
        "x,y,E0001,項目,内容",
        f"{file.number},{imported.receipt_number}:1,,項目,内容",
        f"{file.number},2027-0000000-A:1,E0001,項目,内容",
        '"broken',
        good,
        "1,2",
    )

    assert result.counts == {"rows": 6, "bad": 5, "taken_in": 1}
    assert [(line["line"], line["code"], line["item"]) for line in result.bad_lines] == [
        (2, "E0002", "作成連番"),
        (3, "E0001", "コード"),
        (4, "E0004", "資料番号"),
        (5, "E0002", "行"),
        (7, "E0003", "行"),
    ]
    assert TaxFileRow.objects.get().state == "taken_in"


def test_file_that_is_no_result_file_is_refused_whole(db, way):
    for content in (b"", b"\xff\xfe", "資料番号\r\n1".encode()):
        with pytest.raises(Refusal):
            results.read(content, name="x", by=way.suzuki, reason=REASON, now=NOW)
    assert not ResultFile.objects.exists()


def test_later_version_takes_the_place_of_the_one_that_went_out(imported, filed, staff, way):
    file, _found = way.taken()
    first = SourceDocument.objects.get()
    way.answered(f"{file.number},{first.source},E0004,給与収入,合わない")
    answers = story.sato_answers(salaries=[SALARY | {"revenue": 4_000_000}])
    second = filed.queued(filed.document(answers=answers), at=LATER)
    story.walk(second, State.IMPORTED, staff, now=LATER + timedelta(hours=1))

    _again, found = way.taken()

    (row,) = found["shiryo.csv"]
    assert (row["置換する資料番号"], row["給与収入"]) == (first.source, "4000000")
    assert ImportFault.objects.get().remark == "新しい版に置き換わった"


def test_return_that_does_not_fit_stays_out_with_its_fault_and_the_others_go(imported, way):
    person = imported.addressee
    type(person).objects.filter(pk=person.pk).update(name="")

    assert way.made() is None
    assert way.made() is None
    fault = ImportFault.objects.get()
    assert (fault.case, fault.row, fault.code, fault.item) == (imported, None, "E0001", "氏名")

    type(person).objects.filter(pk=person.pk).update(name=city.SATO.name)
    assert way.made().count == 1
    fault.refresh_from_db()
    assert fault.settled_at is not None


def test_lost_file_is_given_up_by_another_and_made_again(imported, way):
    file, _found = way.taken()
    with pytest.raises(Refusal, match="別の確認者"):
        services.drop(file, by=way.suzuki, reason=REASON, now=NOW)
    services.drop(file, by=way.tanaka, reason=REASON, now=NOW)
    again, _found = way.taken()

    way.answered(f"{again.number},{imported.receipt_number}:1,E0000,,")
    with pytest.raises(Refusal, match="結果が届いている"):
        services.drop(again, by=way.tanaka, reason=REASON, now=NOW)


def test_pages_carry_a_file_from_making_to_answer(imported, staff, sign_in):
    handing.enter(staff, handing.TAX_SYSTEM)
    suzuki, tanaka = sign_in("suzuki"), sign_in("tanaka")
    suzuki.post("/tax-files/make/", {"tax_year": "R9"})
    file = TaxFile.objects.get()
    tanaka.post(f"/tax-files/{file.number}/approve/")
    suzuki = sign_in("suzuki")
    taken = suzuki.post(f"/tax-files/{file.number}/take/")
    lines = f"{HEAD}\r\n{file.number},{imported.receipt_number}:1,E0003,氏名,長い\r\n"
    upload = SimpleUploadedFile("kekka.csv", lines.encode())
    answered = suzuki.post("/tax-files/results/", {"file": upload}, follow=True)
    overview = suzuki.get("/tax-files/").content.decode()
    fault = ImportFault.objects.get()
    suzuki.post(f"/tax-files/faults/{fault.pk}/settle/", {"remark": "桁数を直した"})

    assert opened(handing.downloaded(taken)[1])["control.csv"][0]["件数"] == "1"
    assert "kekka.csv" in answered.content.decode()
    assert "E0003" in overview
    assert "佐藤" not in overview
    assert services.ready("R9").count() == 1


def test_command_makes_writes_and_reads(imported, way, tmp_path, capsys):
    call_command("tax_file", "make", "R9", "--json")
    number = json.loads(capsys.readouterr().out)["number"]
    services.approve(TaxFile.objects.get(), by=way.tanaka, reason=REASON, now=NOW)
    call_command("tax_file", "write", str(number), "--to", str(tmp_path), "--json")
    name = json.loads(capsys.readouterr().out)["name"]
    back = tmp_path / "kekka.csv"
    back.write_text(f"{HEAD}\n{number},{imported.receipt_number}:1,E0000,,\nx\n")
    with pytest.raises(SystemExit):
        call_command("tax_file", "results", str(back), "--json")
    outcome = json.loads(capsys.readouterr().out)

    assert name.endswith(".zip.sealed")
    left = {path.name: path.read_bytes() for path in tmp_path.iterdir() if "zeimu" in path.name}
    assert opened(handing.opened(left)[1])["control.csv"][0]["作成連番"] == str(number)
    assert (outcome["taken_in"], outcome["bad"]) == (1, 1)


# Import into this system's own assessment: the button and the bulk.


def test_button_imports_an_accepted_return_once(filed, staff, sign_in):
    case = story.walk(filed.queued(), State.ACCEPTED, staff)
    Case.objects.filter(pk=case.pk).update(due_at=NOW + timedelta(days=400), attempts=6)
    suzuki = sign_in("suzuki")
    page = suzuki.get(f"/cases/{case.pk}/").content.decode()
    suzuki.post(f"/cases/{case.pk}/do/import/", {"import-seen": case.revision})
    suzuki.post(f"/cases/{case.pk}/do/import/", {"import-seen": case.revision})

    case.refresh_from_db()
    assert "賦課に取り込む" in page
    assert case.state == State.IMPORTED
    assert SourceDocument.objects.count() == 1
    assert AuditEvent.objects.filter(action="case.import_asked").count() == 1


def test_failed_import_stands_on_the_case_and_goes_with_success(filed, staff, settings, tmp_path):
    case = story.walk(filed.queued(), State.ACCEPTED, staff)
    suzuki = actor(staff["suzuki"])
    # The folder of the year's keys is not there, as when its disk is not mounted.
    folder, settings.YEAR_KEYS_DIR = settings.YEAR_KEYS_DIR, str(tmp_path)
    year_keys._ring.cache_clear()
    moved = importing.import_now(case, by=suzuki, reason=REASON, now=LATER, seen=case.revision)
    assert moved.state == State.ACCEPTED
    fault = ImportFault.objects.get()
    assert (fault.code, fault.item) == ("E9001", "取込処理")

    settings.YEAR_KEYS_DIR = folder
    process_due_cases(now=LATER + timedelta(hours=2))
    fault.refresh_from_db()
    assert fault.settled_at is not None
    assert Case.objects.get().state == State.IMPORTED


def test_many_are_imported_with_a_control_total_and_each_refusal_named(filed, staff, sign_in):
    ready = story.walk(filed.queued(), State.ACCEPTED, staff)
    waiting = filed.queued(filed.document("kato"), who="kato")
    suzuki = sign_in("suzuki")
    chosen = {"act": "import", "case": [str(ready.pk), str(waiting.pk)]}
    preview = suzuki.post("/cases/bulk/", chosen).content.decode()
    seen = [f"{ready.pk}:{ready.revision}", f"{waiting.pk}:{waiting.revision}"]
    done = suzuki.post("/cases/bulk/do/", {"act": "import", "seen": seen}, follow=True)

    assert "3,200,000" in preview
    assert "受理された申請ではありません" in preview
    text = done.content.decode()
    assert "1件を処理しました" in text
    assert "金額合計は3,200,000円" in text
    assert Case.objects.get(pk=ready.pk).state == State.IMPORTED
