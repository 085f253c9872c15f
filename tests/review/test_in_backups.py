"""Backups: they end on their day, and a certificate says what stays in them until then."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from config import old_backups
from exchange.models import OutboxMessage
from review.cases.states import State
from review.retention import erasing, runs, schedule
from review.retention.alarms import alarms
from review.retention.models import Hold
from tests.review.story import NOW, actor, walk

AS_OF = date(2035, 4, 1)
# In the city it is 9 February 2027; 35 days later 16 March.
LATER = NOW + timedelta(days=8)
# Half past eleven in the evening in the city.
TODAY = datetime(2027, 6, 30, 14, 30, tzinfo=UTC)


@pytest.fixture
def places(tmp_path: Path):
    """Two places, each with a backup of today and one of yesterday."""
    folders = [tmp_path / "first", tmp_path / "second"]
    for folder in folders:
        for days in (0, 1):
            lay(folder, days)
    return folders


def name(days, zone="review"):
    return f"{zone}-{TODAY - timedelta(days=days):%Y%m%dT%H%M%S}"


def lay(folder, days, **more):
    made = folder / name(days, **more)
    made.mkdir(parents=True)
    (made / "manifest.sealed").write_bytes(b"sealed")
    return made


def forgotten(places, now=TODAY):
    return old_backups.forget(places, made=places[0] / name(0), now=now)


@pytest.mark.req("OPS-01")
def test_a_backup_ends_in_both_places_the_day_after_its_days(places):
    for place in places:
        lay(place, 35)
    assert forgotten(places) == []

    # Two hours later it is another day in the city.
    assert forgotten(places, TODAY + timedelta(hours=2)) == [name(35)]

    assert [sorted(path.name for path in place.iterdir()) for place in places] == [
        [name(1), name(0)]
    ] * 2


def test_half_a_copy_ends_too_and_what_is_not_ours_stays(places):
    lay(places[1], 40).rename(places[1] / f"{name(40)}.part")
    strangers = [lay(places[0], 40, zone="portal"), places[0] / "review-notes"]
    strangers[1].mkdir()

    assert forgotten(places) == [f"{name(40)}.part"]

    assert all(path.exists() for path in strangers)


def test_nothing_goes_where_even_the_last_backup_before_is_too_old(tmp_path):
    """A clock that is a year ahead, or backups that had stopped: a person looks first."""
    old = [lay(tmp_path, 400), lay(tmp_path, 399)]
    lay(tmp_path, 0)

    assert forgotten([tmp_path]) is None

    assert all(path.exists() for path in old)


@pytest.fixture
def imported(filed, staff, settings):
    settings.RETENTION_WAITING_DAYS = 7
    cases = [walk(filed.queued(), State.IMPORTED, staff) for _ in range(2)]
    OutboxMessage.objects.update(confirmed_at=NOW, final_receipt="signed")
    return cases


def certificate_of(staff):
    run = runs.propose(AS_OF, by=actor(staff["suzuki"]), now=NOW)
    run = runs.approve(run, by=actor(staff["tanaka"]), now=NOW)
    run = erasing.carry_out(run, by=actor(staff["tanaka"]), now=LATER)
    return run.certificates.get(procedure="resident-tax-return")


@pytest.mark.req("RET-07")
def test_certificate_says_what_a_backup_still_holds_and_until_when(imported, staff, sign_in):
    certificate = certificate_of(staff)

    left = certificate.backups
    assert (left["days"], left["until"], left["open_years"]) == (35, "2027-03-16", [])
    assert left["sealed"] == {"cases.Original": 2, "evidence.Evidence": 2}
    assert (left["readable"]["cases.Case"], "cases.Original" in left["readable"]) == (2, False)
    assert certificate.keys
    page = sign_in("tanaka").get(f"/retention/certificates/{certificate.number}/")
    text = page.content.decode()
    assert "バックアップの保存期間(35日)が終わる" in text
    assert "令和9年3月16日(2027年)" in text
    assert "鍵を廃棄したので、バックアップを復元しても読めません" in text


@pytest.mark.req("RET-07")
def test_where_a_key_is_kept_the_certificate_says_that_the_year_opens_again(
    imported, staff, sign_in
):
    Hold.objects.create(
        kind="litigation", reason="行ウ1", receipt_number=imported[0].receipt_number,
        set_by="K1001", set_at=NOW,
    )  # fmt: skip

    certificate = certificate_of(staff)

    assert (certificate.keys, certificate.backups["open_years"]) == ([], ["R9"])
    page = sign_in("tanaka").get(f"/retention/certificates/{certificate.number}/")
    assert "課税年度R9の鍵は、まだ残っている記録のために廃棄していない" in page.content.decode()


def test_days_that_the_program_keeps_otherwise_than_the_schedule_says_raise_an_alarm(
    staff, settings
):
    words = "バックアップの保存日数の設定(BACKUPS_KEPT_DAYS)が、保存期間表と違います。"
    assert words not in alarms(NOW)

    change = {"amount": 20, "unit": "days", "basis": "実施手順", "reason": "改正"}
    version = schedule.propose("backups", by=actor(staff["suzuki"]), now=NOW, **change)
    schedule.approve(version, by=actor(staff["tanaka"]), now=NOW)
    assert words in alarms(NOW)

    settings.BACKUPS_KEPT_DAYS = 20
    assert words not in alarms(NOW)
