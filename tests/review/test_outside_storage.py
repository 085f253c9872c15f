"""The outside-storage file (外部保管用ファイル, G-1): whole, opened, in parts of bounded size."""

import base64
from pathlib import Path

import pytest

from config.keyring import Keyring
from review.addressees.models import Addressee
from review.assessment.models import SourceDocument
from review.cases.models import Case, Original
from review.retention import archive
from tests.review.story import NOW


@pytest.fixture
def folder(settings, tmp_path: Path):
    settings.ARCHIVE_DIR = str(tmp_path)
    settings.ARCHIVE_KEYRING = Keyring({"archive": b"a" * 32}, "archive")
    return tmp_path / "run-00007"


def written(*rows, known=0):
    return list(archive.write_parts(7, "returns", known=known, rows=rows))


def read(folder: Path, part):
    number = int(part.name.removesuffix(".enc").rsplit("-", 1)[1])
    return archive.read_part(folder / part.name, run=7, procedure="returns", part=number)


@pytest.mark.req("RET-04")
def test_a_record_holds_every_column_of_its_row(folder, filed):
    case = filed.queued()

    (record,) = read(folder, *written(Case.objects.all()))

    assert (record["model"], record["pk"]) == ("cases.case", str(case.pk))
    assert record["fields"].keys() == {f.name for f in Case._meta.concrete_fields} - {"id"}
    fields = record["fields"]
    assert (fields["receipt_number"], fields["original"], fields["version"], fields["checks"]) == (
        case.receipt_number,
        str(case.original_id),
        case.version,
        case.checks,
    )


def test_what_is_sealed_stands_there_opened_and_bytes_as_base64(folder, filed):
    case = filed.queued()
    content = {"payer": "試験\n株式\u2028会\x85社", "amount": 3_000_000}
    SourceDocument.objects.create(
        tax_year="R9",
        addressee=case.addressee,
        kind="salary_report",
        source="eltax:1",
        content=content,
        received_at=NOW,
    )
    people = Addressee.objects.filter(pk=case.addressee_id)

    rows = (SourceDocument.objects.all(), people, Original.objects.all())
    document, person, original = read(folder, *written(*rows))

    assert document["fields"]["content"] == content
    sealed = Addressee.objects.get(pk=case.addressee_id).number_sealed
    assert base64.b64decode(person["fields"]["number_sealed"]) == bytes(sealed)
    package = base64.b64decode(original["fields"]["package"])
    assert package == case.original.package_bytes()


def test_a_part_is_closed_when_it_is_full_and_the_digests_are_those_of_the_files(
    folder, filed, monkeypatch
):
    cases = {str(filed.queued().pk) for _ in range(3)}
    monkeypatch.setattr(archive, "PART_BYTES", 1_500)

    parts = written(Case.objects.all())

    found = [read(folder, part) for part in parts]
    assert [part.records for part in parts] == [len(records) for records in found]
    assert len(parts) > 1
    assert {record["pk"] for records in found for record in records} == cases


def test_what_a_killed_run_wrote_ahead_goes_and_what_is_certified_stays(folder, filed):
    filed.queued()
    (first,) = written(Case.objects.all())
    folder.joinpath("returns-000002.enc").write_bytes(b"ahead")
    folder.joinpath("returns-000003.tmp").write_bytes(b"half")
    folder.joinpath("returns-late-000004.enc").write_bytes(b"of another procedure")

    (second,) = written(Original.objects.all(), known=1)

    names = sorted(path.name for path in folder.iterdir())
    assert names == [first.name, second.name, "returns-late-000004.enc"]
    assert read(folder, first)[0]["model"] == "cases.case"
    assert read(folder, second)[0]["model"] == "cases.original"
