"""Keys of the years: a year that is erased cannot be read any more, whatever copies there are."""

import pytest
from django.conf import settings

from config.keyring import KeyringError
from exchange.models import OutboxMessage
from review import year_keys
from review.cases.models import Original
from review.cases.states import State
from review.retention import erasing, runs
from review.staff.actors import batch
from tests.review.story import NOW, actor, walk
from tests.review.test_retention_runs import AS_OF, LATER


@pytest.fixture(autouse=True)
def folder(settings, tmp_path, db):
    settings.YEAR_KEYS_DIR = str(tmp_path)
    year_keys._ring.cache_clear()
    return tmp_path


def test_values_of_one_year_share_a_key_and_other_years_have_others(folder):
    for year in ("R8", "R9", "R9"):
        year_keys.encrypt(b"a return", tax_year=year, row="original:1")

    assert sorted(path.name[:3] for path in folder.glob("*.key")) == ["R8-", "R9-"]


def test_value_opens_for_its_own_row_only():
    sealed = year_keys.encrypt(b"a return", tax_year="R9", row="original:1")

    assert year_keys.decrypt(sealed, row="original:1") == b"a return"
    with pytest.raises(KeyringError):
        year_keys.decrypt(sealed, row="original:2")


def test_destroyed_year_opens_no_more_and_the_others_do():
    gone = year_keys.encrypt(b"old", tax_year="R1", row="a")
    kept = year_keys.encrypt(b"new", tax_year="R10", row="b")

    year_keys.destroy("R1")

    with pytest.raises(KeyringError, match="destroyed"):
        year_keys.decrypt(gone, row="a")
    assert year_keys.decrypt(kept, row="b") == b"new"


def test_key_file_tells_nothing_without_the_zones_own_ring(folder):
    year_keys.encrypt(b"a return", tax_year="R9", row="a")
    (path,) = folder.glob("*.key")

    assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(KeyringError):
        settings.DATA_KEYRING.decrypt(path.read_bytes(), row="another row")


def test_value_sealed_before_there_were_keys_of_years_still_opens():
    sealed = settings.DATA_KEYRING.encrypt(b"older", row="a")

    assert year_keys.decrypt(sealed, row="a") == b"older"


@pytest.fixture
def two_years(filed, staff):
    """Two filings of R9 that have ended, both delivered."""
    cases = [walk(filed.queued(), State.IMPORTED, staff) for _ in range(2)]
    OutboxMessage.objects.update(confirmed_at=NOW, final_receipt="signed")
    return cases


def test_copy_in_a_backup_dies_with_the_year(two_years, staff):
    original = two_years[0].original
    copy = bytes(original.sealed)
    run = runs.propose(AS_OF, by=batch("purge"), now=NOW)
    runs.approve(run, by=actor(staff["tanaka"]), now=NOW)

    run = erasing.carry_out(run, by=batch("purge"), now=LATER)

    (key,) = run.certificates.get(procedure="resident-tax-return").keys
    assert key.startswith("R9-")
    with pytest.raises(KeyringError, match="destroyed"):
        Original.opened(original.pk, copy)


def test_filing_that_has_to_stay_keeps_its_years_key(two_years, staff):
    stays = two_years[1]
    stays.hold = "審査請求中"
    stays.save()
    run = runs.propose(AS_OF, by=batch("purge"), now=NOW)
    runs.approve(run, by=actor(staff["tanaka"]), now=NOW)

    run = erasing.carry_out(run, by=batch("purge"), now=LATER)

    assert run.certificates.get(procedure="resident-tax-return").keys == []
    assert stays.original.package_bytes()
