"""Where backups lie: named by the settings, attested by two people, again every year."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from review.audit.models import AuditEvent
from review.errors import Refusal
from review.retention import in_backups, places
from review.retention.alarms import alarms
from review.retention.models import Erasure, PlaceAttestation
from tests.review.story import NOW, actor
from tests.review.test_backup import PLACES

SEEN = date(2027, 1, 20)
FACTS = {"seen_on": SEEN, "why": "事業者の証明書 第12号"}


@pytest.fixture
def suzuki(staff):
    return actor(staff["suzuki"])


@pytest.fixture
def tanaka(staff):
    return actor(staff["tanaka"])


@pytest.fixture
def named(settings):
    for name, value in PLACES.items():
        setattr(settings, name, value)


def said(now):
    return [alarm for alarm in alarms(now) if "保管場所" in alarm]


@pytest.mark.req("OPS-02")
def test_place_is_attested_by_two_people_and_both_are_in_the_log(named, suzuki, tanaka):
    row = places.propose(**FACTS, by=suzuki, now=NOW)
    with pytest.raises(Refusal, match="自分が起案したもの"):
        places.confirm(row, by=suzuki, now=NOW)
    waiting = places.standing()

    places.confirm(row, by=tanaka, now=NOW)

    assert waiting is None
    assert places.standing() == row
    assert (row.name, row.address) == (PLACES["BACKUP_SITE"], PLACES["BACKUP_SITE_ADDRESS"])
    entries = AuditEvent.objects.filter(subject=f"backup_place:{row.pk}")
    assert list(entries.values_list("action", "actor")) == [
        ("backup_place.proposed", "K1001"),
        ("backup_place.confirmed", "K1002"),
    ]


@pytest.mark.req("OPS-02")
def test_database_refuses_an_attestation_confirmed_by_who_made_it(named, suzuki):
    row = places.propose(**FACTS, by=suzuki, now=NOW)

    with pytest.raises(IntegrityError, match="decided_by_another"), transaction.atomic():
        PlaceAttestation.objects.filter(pk=row.pk).update(
            state="decided", decided_by="K1001", decided_at=NOW
        )


@pytest.mark.req("OPS-02")
@pytest.mark.parametrize(
    ("day", "alarm"),
    [
        (date(2028, 1, 20), []),
        (date(2028, 1, 21), ["バックアップの2つ目の保管場所の、年1回の確認の期限が過ぎています。"]),
    ],
)
def test_a_year_after_it_was_seen_an_alarm_asks_for_it_again(named, suzuki, tanaka, day, alarm):
    row = places.propose(**FACTS, by=suzuki, now=NOW)
    unseen = said(NOW)
    places.confirm(row, by=tanaka, now=NOW)

    assert unseen == ["バックアップの2つ目の保管場所を、まだ2人で確認していません。"]
    assert said(datetime(day.year, day.month, day.day, 3, tzinfo=UTC)) == alarm


def test_another_place_in_the_settings_is_attested_anew(named, suzuki, tanaka, settings):
    places.confirm(places.propose(**FACTS, by=suzuki, now=NOW), by=tanaka, now=NOW)
    waiting = places.propose(**FACTS, by=suzuki, now=NOW)
    settings.BACKUP_SITE_ADDRESS = "佐賀県佐賀市栄町1番1号"

    with pytest.raises(Refusal, match="起案のときと違います"):
        places.confirm(waiting, by=tanaka, now=NOW)

    assert PlaceAttestation.objects.get(pk=waiting.pk).state == "proposed"
    assert places.standing() is None
    assert said(NOW) == ["バックアップの2つ目の保管場所を、まだ2人で確認していません。"]


def test_without_places_a_demo_is_quiet_and_a_city_is_told(db, suzuki, settings):
    quiet = said(NOW)
    settings.DEMO = False

    assert quiet == []
    assert said(NOW) == ["バックアップの2つの保管場所が、設定にありません。"]
    with pytest.raises(Refusal, match="先に設定"):
        places.propose(**FACTS, by=suzuki, now=NOW)


def test_day_that_has_not_come_is_refused(named, suzuki):
    with pytest.raises(Refusal, match="今日までの日付"):
        places.propose(seen_on=NOW.date() + timedelta(days=2), why="x", by=suzuki, now=NOW)


@pytest.mark.req("OPS-02")
def test_certificate_names_where_older_backups_lie(named, db):
    certificate = Erasure(rows={}, number=1)

    told = in_backups.left_there(certificate, now=NOW)

    assert [place["name"] for place in told["places"]] == [
        PLACES["BACKUP_FIRST_SITE"],
        PLACES["BACKUP_SITE"],
    ]


def test_page_walks_an_attestation_through(named, sign_in):
    suzuki, tanaka = sign_in("suzuki"), sign_in("tanaka")
    form = {"seen_on": "2026-01-20", "why": "現地で確かめた"}

    empty = suzuki.post("/retention/places/", {"seen_on": "", "why": ""})
    ahead = suzuki.post("/retention/places/", form | {"seen_on": "2099-01-01"})
    suzuki.post("/retention/places/", form)
    row = PlaceAttestation.objects.get()
    own = suzuki.post(f"/retention/places/{row.pk}/confirm/", follow=True)
    tanaka.post(f"/retention/places/{row.pk}/confirm/")
    page = suzuki.get("/retention/places/").content.decode()

    assert (empty.status_code, ahead.status_code) == (422, 422)
    assert "自分が起案したもの" in own.content.decode()
    assert PlaceAttestation.objects.get().state == "decided"
    assert "福岡県福岡市中央区天神一丁目8番1号" in page
    assert suzuki.post(f"/retention/places/{row.pk}/burn/").status_code == 404


def test_attestation_that_is_dropped_counts_for_nothing(named, sign_in):
    suzuki = sign_in("suzuki")
    suzuki.post("/retention/places/", {"seen_on": "2026-01-20", "why": "現地で確かめた"})

    suzuki.post(f"/retention/places/{PlaceAttestation.objects.get().pk}/drop/")

    assert PlaceAttestation.objects.get().state == "dropped"
    assert places.standing() is None
