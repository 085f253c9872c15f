"""File stores: every folder is decided, and what lies in one without a row is found and ends."""

import os
from datetime import date, timedelta
from pathlib import Path

import pytest

from config import tables
from review.audit.models import AuditEvent
from review.retention import folders, stores
from review.retention.models import Run
from review.retention.periods import load_periods
from review.retention.templatetags.retention_words import table
from review.transfers.models import LinkFile, UseRequest
from tests.review.giving import CHILDREN, NOW, approved, decided, link_dir, made  # noqa: F401
from tests.review.story import SYSTEM

# What may be planted in each: as a name that a run could have left behind.
ORPHANS = {
    "YEAR_KEYS_DIR": "R1-0badcafe.key",
    "ARCHIVE_DIR": "run-00009/assessment-000001.enc",
    "PRINT_DIR": "notices-R5-00000001-abc.pdf",
    "LINK_DIR": "transfer-01-R5-initial-v001.csv",
    "INTERMEDIATE_DIR": "out/delete-000099.csv",
    "FILE_UPLOAD_TEMP_DIR": "tmpabc.upload.csv",
}


@pytest.fixture
def empty_stores(db, settings, tmp_path: Path):
    """All stores, with nothing in them."""
    for setting in stores.SEARCHED:
        folder = tmp_path / setting.lower()
        folder.mkdir()
        setattr(settings, setting, str(folder))
    return tmp_path


def plant(root: Path, setting: str, name: str) -> Path:
    path = root / setting.lower() / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"somebody's data")
    os.utime(path, times=((NOW - timedelta(days=2)).timestamp(),) * 2)
    return path


def test_a_folder_of_which_nobody_decided_is_named(settings):
    settings.NEW_DIR = "anywhere"

    assert tables.undecided() == ["NEW_DIR"]


def test_every_store_that_is_said_to_be_searched_is_searched_and_no_other():
    said = {one.model for one in tables.stores() if "by the proof" in one.reason}

    assert said == stores.SEARCHED.keys() == ORPHANS.keys()
    assert [setting for setting in said if table(setting) == setting] == []


@pytest.mark.parametrize(("setting", "name"), ORPHANS.items())
def test_an_orphan_is_found_in_every_store(empty_stores, setting, name):
    assert stores.strays(["R1"], NOW) == {}

    plant(empty_stores, setting, name)

    assert stores.strays(["R1"], NOW) == {setting: 1}


@pytest.mark.parametrize("setting", stores.SEARCHED)
def test_a_store_that_a_city_does_not_have_is_no_trouble(empty_stores, settings, setting):
    if setting not in ("YEAR_KEYS_DIR", "FILE_UPLOAD_TEMP_DIR"):
        setattr(settings, setting, "")

    assert stores.strays(["R1"], NOW) == {}


def test_what_the_terminal_could_not_bring_to_anybody_is_found_after_a_day(empty_stores):
    path = plant(empty_stores, "INTERMEDIATE_DIR", "in/result-of-nobody.json")
    assert stores.strays([], NOW) == {"INTERMEDIATE_DIR": 1}

    os.utime(path, times=((NOW - timedelta(hours=23)).timestamp(),) * 2)

    assert stores.strays([], NOW) == {}


def test_a_link_file_is_no_orphan_but_one_without_a_row_is(decided, staff, link_dir, erase):  # noqa: F811
    approved(staff, CHILDREN)
    made(staff, CHILDREN)
    assert (len(list(link_dir.iterdir())), folders.strays(folders.LINK)) == (2, [])
    stray = link_dir / ORPHANS["LINK_DIR"]
    stray.write_text("100000001,R5")

    run = erase(date(2035, 4, 1))

    found = [one for c in run.certificates.all() for one in c.proof["found"]]
    assert {"table": "LINK_DIR", "column": "file", "count": 1} in found
    assert run.state == Run.State.LEFTOVERS
    assert list(link_dir.iterdir()) == [stray]


@pytest.mark.parametrize(("days", "left"), [(60, 2), (61, 0)])
def test_a_link_file_goes_after_its_days_and_its_row_stays(decided, staff, link_dir, days, left):  # noqa: F811
    approved(staff, CHILDREN)
    made(staff, CHILDREN)
    last = load_periods()["link-data"].last_event_over(NOW.date() + timedelta(days=days))

    folders.forget(folders.LINK, last, by=SYSTEM, now=NOW)

    assert (len(list(link_dir.iterdir())), LinkFile.objects.count()) == (left, 1)
    assert AuditEvent.objects.filter(action="link_files.erased").count() == (0 if left else 1)


def test_a_link_file_goes_at_the_latest_with_its_application(decided, staff, link_dir, erase):  # noqa: F811
    approved(staff, CHILDREN)
    made(staff, CHILDREN)

    erase(date(2032, 6, 19))
    assert (len(list(link_dir.iterdir())), UseRequest.objects.count()) == (2, 1)
    erase(date(2032, 6, 20))

    assert (list(link_dir.iterdir()), UseRequest.objects.count()) == ([], 0)
