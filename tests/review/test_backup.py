"""Backups are sealed, restored in a drill, and bring nothing back that was erased."""

import io
import json
import os
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from config import second_place
from jobs.models import Job
from review import year_keys
from review.assessment.models import SourceDocument
from review.audit.models import AuditEvent
from signing.keys import generate_encryption_key
from tests.review.test_at_once import committed, filing, triggers  # noqa: F401

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def keys(tmp_path: Path) -> tuple[Path, Path]:
    """The public key on the host, and the private one that is kept apart."""
    key = generate_encryption_key("backup-2027")
    public, private = tmp_path / "public", tmp_path / "private"
    public.mkdir()
    private.mkdir()
    (public / "backup-2027.pem").write_bytes(key.public().pem)
    (private / "backup-2027.pem").write_bytes(key.pem)
    return public / "backup-2027.pem", private / "backup-2027.pem"


@pytest.fixture
def years(tmp_path: Path, settings) -> None:
    settings.YEAR_KEYS_DIR = str(tmp_path / "years")
    year_keys._ring.cache_clear()


@pytest.fixture
def backup(years, filing, keys, tmp_path):  # noqa: F811
    with transaction.atomic():
        case = filing.queued()
        SourceDocument.objects.create(
            tax_year="R9", addressee=case.addressee, kind="salary_report", source="file:1",
            content={"payer": "白川商事"}, received_at=case.received_at,
        )  # fmt: skip
    said = io.StringIO()
    call_command("backup", out=str(tmp_path / "backups"), key=str(keys[0]), stdout=said)
    return Path(json.loads(said.getvalue())["backup"])


class Drill:
    """What a drill in a process of its own, as an operator starts it, said and how it ended."""

    def __init__(self, folder: Path, key: Path) -> None:
        done = subprocess.run(
            [sys.executable, "manage.py", "restore_drill", str(folder), "--key", str(key)],
            cwd=ROOT,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "config.settings.review",
                "KEYS_DIR": str(settings.KEYS_DIR),
                "YEAR_KEYS_DIR": settings.YEAR_KEYS_DIR,
            },
            capture_output=True,
            text=True,
        )
        self.code, self.said, self.error = done.returncode, done.stdout, done.stderr

    @property
    def report(self):
        """What it found; where it found nothing out, the test shows why."""
        assert self.said, self.error
        return json.loads(self.said)


@pytest.mark.req("OPS-01")
def test_a_backup_is_restored_whole_with_the_chain_of_the_log(backup, keys):
    report = Drill(backup, keys[1]).report

    assert (report["ok"], report["differences"]) == (True, [])
    assert report["checks"]["audit_chain"] == {
        "entries": AuditEvent.objects.count(), "problems": [],
    }  # fmt: skip
    assert report["checks"]["erased_years"] == {
        "readable": 1, "unreadable": 0, "sealed": {"readable": 2, "unreadable": 0}, "problems": [],
    }  # fmt: skip


@pytest.mark.req("OPS-01")
def test_nothing_can_be_read_without_the_key(backup, keys, tmp_path):
    other = generate_encryption_key("backup-2027")
    wrong = tmp_path / "backup-2027.pem"
    wrong.write_bytes(other.pem)

    drill = Drill(backup, wrong)

    assert (drill.code, "does not open" in drill.error) == (1, True)
    names = b"".join(path.read_bytes() for path in backup.iterdir())
    assert "佐藤".encode() not in names
    assert b"addressees_addressee" not in names


def test_an_altered_part_is_noticed(backup, keys):
    part = backup / "part-00001.sealed"
    altered = bytearray(part.read_bytes())
    altered[-20] = ord("A") if altered[-20] != ord("A") else ord("B")
    part.write_bytes(bytes(altered))

    drill = Drill(backup, keys[1])

    assert (drill.code, "does not open" in drill.error) == (1, True)


def test_a_missing_part_is_noticed(backup, keys):
    (backup / "part-00001.sealed").unlink()

    assert Drill(backup, keys[1]).code == 2


def test_a_year_erased_since_comes_back_unreadable(backup, keys):
    year_keys.destroy("R9")

    report = Drill(backup, keys[1]).report

    # The document that came in, and the report of the verification.
    erased = report["checks"]["erased_years"]
    assert (erased["unreadable"], erased["sealed"]) == (1, {"readable": 0, "unreadable": 2})


def test_a_backup_of_an_altered_log_is_no_good_backup(years, filing, keys, tmp_path):  # noqa: F811
    with transaction.atomic():
        filing.queued()
    triggers("DISABLE")
    AuditEvent.objects.filter(position=1).update(reason="changed")
    triggers("ENABLE")
    said = io.StringIO()
    call_command("backup", out=str(tmp_path), key=str(keys[0]), stdout=said)

    drill = Drill(Path(json.loads(said.getvalue())["backup"]), keys[1])

    assert drill.code == 1, drill.error
    assert drill.report["checks"]["audit_chain"]["problems"] == ["entry 1: content was changed"]


def test_a_public_key_that_is_not_there_is_named(db, tmp_path):
    with pytest.raises(CommandError, match="no backup") as refusal:
        call_command("backup", out=str(tmp_path), key="/nowhere/backup.pem")

    assert refusal.value.returncode == 2


PLACES = {
    "BACKUP_FIRST_SITE": "熊本データセンター",
    "BACKUP_FIRST_ADDRESS": "熊本県熊本市中央区手取本町1番1号",
    "BACKUP_SITE": "福岡データセンター",
    "BACKUP_SITE_ADDRESS": "福岡県福岡市中央区天神一丁目8番1号",
}


@pytest.fixture
def second(tmp_path: Path, settings) -> Path:
    settings.BACKUP_SECOND_DIR = str(tmp_path / "elsewhere")
    for name, value in PLACES.items():
        setattr(settings, name, value)
    return tmp_path / "elsewhere"


def backed_up(keys, out):
    said = io.StringIO()
    call_command("backup", out=str(out), key=str(keys[0]), stdout=said)
    return json.loads(said.getvalue())


@pytest.mark.req("OPS-02")
def test_a_backup_lies_in_a_second_place_too_and_is_restored_from_there(
    years,
    filing,  # noqa: F811
    keys,
    tmp_path,
    second,
):
    with transaction.atomic():
        filing.queued()

    answer = backed_up(keys, tmp_path / "backups")

    copy = Path(answer["copy"])
    assert copy.parent == second
    named = [(place["name"], place["prefecture"]) for place in answer["places"]]
    assert named == [("熊本データセンター", "熊本県"), ("福岡データセンター", "福岡県")]
    assert answer["sha256"] == second_place.digest_of(copy)
    assert "佐藤".encode() not in b"".join(path.read_bytes() for path in copy.iterdir())
    report = Drill(copy, keys[1]).report
    assert (report["ok"], report["places"]) == (True, answer["places"])
    job = Job.objects.get(name="backup")
    log = "熊本データセンター (熊本県), 福岡データセンター (福岡県)"
    assert (job.counts["places"], job.error) == (log, "")


def test_a_copy_that_differs_is_no_copy(years, filing, keys, tmp_path, second, monkeypatch):  # noqa: F811
    def torn(source, target):
        target.write_bytes(source.read_bytes()[:-1])

    monkeypatch.setattr(second_place, "_copy_file", torn)

    with pytest.raises(CommandError, match="differs"):
        backed_up(keys, tmp_path / "backups")

    assert Job.objects.get(name="backup").error == "BackupError"


def test_next_backup_removes_what_is_over_and_the_job_says_how_many(
    years,
    filing,  # noqa: F811
    keys,
    tmp_path,
    second,
):
    for place in (tmp_path / "backups", second):
        for days in (1, 40):
            made = timezone.now() - timedelta(days=days)
            (place / f"review-{made:%Y%m%dT%H%M%S}").mkdir(parents=True)

    answer = backed_up(keys, tmp_path / "backups")

    assert answer["removed"] == Job.objects.get(name="backup").counts["removed"] == 1
    assert [len(list(place.iterdir())) for place in (tmp_path / "backups", second)] == [2, 2]


@pytest.mark.req("OPS-02")
@pytest.mark.parametrize("place", ["backups", "backups/copy", "."])
def test_the_second_place_is_another_one(db, keys, tmp_path, settings, place):
    settings.BACKUP_SECOND_DIR = str(tmp_path / place)

    with pytest.raises(CommandError, match="another one"):
        backed_up(keys, tmp_path / "backups")

    assert not list((tmp_path / "backups").glob("review-*"))


@pytest.mark.req("OPS-02")
def test_outside_a_demo_a_backup_without_a_second_place_is_refused(db, keys, tmp_path, settings):
    settings.DEMO = False

    with pytest.raises(CommandError, match="name both places"):
        backed_up(keys, tmp_path)


@pytest.mark.req("OPS-02")
@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("BACKUP_SITE", "熊本データ センター", "the name of the first place"),
        ("BACKUP_SITE_ADDRESS", "熊本県熊本市中央区手取本町1番1号", "that of the first place"),
        ("BACKUP_SITE_ADDRESS", "1 Market Street, San Francisco", "begin with a prefecture"),
        ("BACKUP_FIRST_ADDRESS", "熊本市中央区手取本町1番1号", "begin with a prefecture"),
        ("BACKUP_FIRST_SITE", "", "name both places"),
    ],
)
def test_outside_a_demo_places_that_cannot_be_two_in_japan_are_refused(
    db, keys, tmp_path, settings, second, setting, value, said
):
    settings.DEMO = False
    setattr(settings, setting, value)

    with pytest.raises(CommandError, match=said):
        backed_up(keys, tmp_path / "backups")

    assert not (tmp_path / "backups").exists()


@pytest.mark.req("OPS-02")
def test_outside_a_demo_two_folders_of_one_device_are_refused(db, keys, tmp_path, settings, second):
    settings.DEMO = False

    with pytest.raises(CommandError, match="same device"):
        backed_up(keys, tmp_path / "backups")

    assert not (tmp_path / "backups").exists()


@pytest.mark.req("OPS-02")
def test_outside_a_demo_a_backup_goes_to_another_device(
    years,
    filing,  # noqa: F811
    keys,
    tmp_path,
    settings,
    second,
):
    settings.DEMO = False
    # Memory is a device of its own on every Linux.
    with tempfile.TemporaryDirectory(dir="/dev/shm") as elsewhere:
        settings.BACKUP_SECOND_DIR = elsewhere

        answer = backed_up(keys, tmp_path / "backups")

        assert answer["sha256"] == second_place.digest_of(Path(answer["copy"]))
