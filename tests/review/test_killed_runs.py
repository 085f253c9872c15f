"""A run of erasure that the kernel kills at any step: undone or done, told truly, gone on with.

A real process is killed as each function of the way returns, and once more as it begins (see
tests/killing.py).
"""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import transaction

from config.keyring import Keyring
from filing.numbers import make_receipt_number
from review import year_keys, year_locks
from review.addressees.models import Addressee
from review.assessment.models import SourceDocument
from review.audit.models import AuditEvent
from review.audit.services import record_by
from review.cases.models import Case, Original
from review.errors import Refusal
from review.levy.models import YearRun
from review.notices.models import PrintFile
from review.retention import (
    archive,
    bodies,
    deleting,
    erasing,
    folders,
    in_backups,
    proof,
    runs,
    sealed_search,
    stores,
)
from review.retention.models import Erasure, Run, RunItem
from review.retention.place_models import PlaceAttestation
from review.staff.actors import batch
from tests import killing
from tests.killing import steps
from tests.review import city
from tests.review.story import NOW
from tests.review.test_at_once import at_once, committed, filing  # noqa: F401
from tests.review.test_retention_worlds import Filed, Version
from tests.review.test_retention_worlds import _case as make_case

APRIL = datetime(2027, 4, 1, 3, tzinfo=UTC)
LATER = APRIL + timedelta(days=8)
MODULES = (
    *(erasing, deleting, bodies, archive, folders, stores, proof, sealed_search),
    *(in_backups, year_keys, year_locks),
)
# Not called by a run that erases everything that it lists.
NO_STEPS = {
    "erasing._keep",
    "erasing._years_kept",
    "deleting.leave_out",
    "deleting._delete_log",
    "archive.read_part",
    "year_keys._row",
    "folders.forget",
    "in_backups.is_kept_otherwise",
    "year_keys.encrypt",
    "year_keys.sealer",
    "year_keys._held_ring",
    "year_keys.is_kept",
    "year_keys.is_destroyed",
    "year_locks.share",
    "year_locks._is_held",
    "year_keys._current",
    "year_keys._sealing_key",
    "year_keys._make",
}


STEPS = steps(MODULES, but=NO_STEPS)


@pytest.fixture
def due(filing, settings, tmp_path: Path):  # noqa: F811
    """An approved list: R1 with its key, what is sealed under it, and a print file; one who left;
    an attestation. A sealed document of a year that is not over stays."""
    settings.YEAR_KEYS_DIR = str(tmp_path / "keys")
    settings.PRINT_DIR, settings.ARCHIVE_DIR = str(tmp_path / "print"), str(tmp_path / "archive")
    settings.ARCHIVE_KEYRING = Keyring({"archive": b"a" * 32}, "archive")
    year_keys._ring.cache_clear()
    (tmp_path / "print").mkdir()
    (tmp_path / "print" / "notices-R1.pdf").write_bytes(b"a notice")
    with transaction.atomic():
        record_by(batch("tests"), "test", reason="試験", now=NOW)
        sato = Addressee.objects.get(number=city.NUMBERS["sato"])
        version = Version("withdrawn", marked=False, undelivered=False)
        filed = Filed("R1", "sato", (version,))
        receipt = make_receipt_number(2019, 1)
        make_case(receipt, uuid4(), 1, filed, version, None, {"sato": sato})
        Addressee.objects.exclude(pk=sato.pk).update(died_on=date(2019, 1, 1))
        YearRun.objects.create(
            tax_year="R1",
            proposed_by="K1",
            proposed_at=NOW,
            state="dropped",
            movers=[{"number": sato.number, "before": 1, "now": 2}],
        )
        for year in ("R1", "R15"):
            # What stays is read by the proof, sealed and open: a name and a number that nobody has.
            SourceDocument.objects.create(
                tax_year=year,
                addressee=sato,
                kind="disability",
                source=f"planted {uuid4()}",
                content={"remark": f"{uuid4()} 1234-5678-9012"},
                received_at=NOW,
            )
        PlaceAttestation.objects.create(
            name="第二データセンター",
            address="福岡県福岡市1番",
            seen_on=date(2019, 4, 1),
            why="訪問",
            state="decided",
            proposed_by="K1",
            proposed_at=NOW.replace(year=2019),
            decided_by="K2",
            decided_at=NOW.replace(year=2019),
        )
        PrintFile.objects.create(
            tax_year="R1",
            name="notices-R1.pdf",
            count=1,
            sha256="0" * 64,
            made_at=NOW,
            made_by="K1",
        )
    run = runs.propose(date(2027, 4, 1), by=batch("purge"), now=APRIL)
    return runs.approve(run, by=batch("second"), now=APRIL)


def killed(run, step, at):
    """Carry the run out in a process of its own, which the kernel kills at a step; say how."""
    return killing.killed(
        MODULES, step, at, lambda: erasing.carry_out(run, by=batch("purge"), now=LATER)
    )


def tells_the_truth(run):
    """Check each certificate against the rows: what it counts is gone, and nothing else is."""
    for certificate in Erasure.objects.filter(run=run):
        items = RunItem.objects.filter(run=run, procedure=certificate.procedure)
        erased = items.filter(state="erased")
        counted = {kind: n for kind, n in certificate.counts.items() if kind != "originals"}
        assert sum(counted.values()) == erased.count()
        for item in items.exclude(kind="log"):
            model = deleting.KINDS[item.kind]
            gone = not model._default_manager.filter(pk=item.record).exists()
            assert gone == (item.state == "erased"), item
        if certificate.finished_at:
            assert not items.filter(state="pending").exists()
    if Run.objects.get(pk=run.pk).state != Run.State.DONE:
        assert AuditEvent.objects.filter(action="retention.erased").count() == 0


@pytest.mark.req("OPS-08")
@pytest.mark.parametrize("step", STEPS)
def test_killed_at_a_step_it_goes_on_and_tells_the_truth(due, step, tmp_path: Path):
    people, keys = Addressee.objects.count(), sorted((tmp_path / "keys").glob("R1-*.key"))

    assert killed(due, step, "return"), f"{step} is no step of a run: name it in NO_STEPS"
    tells_the_truth(due)
    # A second death, as the step begins.
    killed(due, step, "call")
    tells_the_truth(due)
    run = Run.objects.get(pk=due.pk)
    # Where the last commit was through before the kill, there is nothing left to go on with.
    if run.state != Run.State.DONE:
        run = erasing.carry_out(run, by=batch("purge"), now=LATER)

    tells_the_truth(run)
    assert (run.state, len(keys), people) == (Run.State.DONE, 1, Addressee.objects.count() + 1)
    assert (Case.objects.count(), Original.objects.count()) == (0, 0)
    assert not PrintFile.objects.exists()
    assert not YearRun.objects.exists()
    assert not PlaceAttestation.objects.exists()
    assert list(SourceDocument.objects.values_list("tax_year", flat=True)) == ["R15"]
    assert not list((tmp_path / "print").iterdir())
    assert not list((tmp_path / "archive").rglob("*.tmp"))
    assert not list((tmp_path / "keys").glob("R1-*.key"))
    certificates = list(run.certificates.order_by("number"))
    assert all(one.finished_at and one.proof["found"] == [] for one in certificates)
    destroyed = [key for one in certificates for key in one.keys]
    assert set(destroyed) == {path.stem for path in keys}
    assert AuditEvent.objects.filter(action="retention.erased").count() == 1
    parts = [part for one in certificates for part in one.archive["parts"]]
    written = {path.name for path in (tmp_path / "archive").rglob("*.enc")}
    assert {part["name"] for part in parts} == written


def test_while_one_is_killed_and_another_goes_on_a_third_is_refused(due):
    killed(due, "deleting.mark_erased", "return")

    def work():
        return erasing.carry_out(due, by=batch("purge"), now=LATER)

    outcomes = at_once(work, work, work)

    assert sum(isinstance(one, Refusal) for one in outcomes) == 2
    assert Erasure.objects.filter(finished_at=None).count() == 0
    assert Case.objects.count() == 0
