import pytest
from datetime import datetime, UTC
from django.utils import timezone
from tests.portal import tour
from tests.portal.photographs import camera, chromium
from tests.portal.test_ways import pensioner, side_job, JUST_65, LONG_65
from portal.models import Submission

pytestmark = pytest.mark.django_db(transaction=True)


def test_later(camera, sato, office):
    sato.is_ready_to_sign()
    camera.folder = camera.folder / "later"
    camera.folder.mkdir(exist_ok=True, parents=True)
    for name, answer in tour.pages_of_a_later_return(sato, office):
        camera.show(name, answer, sato)
    assert camera.complaints == []


def test_too_late(camera, sato, office, monkeypatch):
    camera.folder = camera.folder / "late"
    camera.folder.mkdir(exist_ok=True, parents=True)
    pk = sato.is_ready_to_sign().files()
    monkeypatch.setattr(timezone, "now", lambda: datetime(2027, 4, 1, tzinfo=UTC))
    sato.logs_in()
    camera.show("withdraw", sato.client.get(f"/filings/{pk}/withdraw/"), sato)
    office.reports(Submission.objects.get().receipt_number, "processing", "accepted")
    camera.show("late", sato.client.get(f"/filings/{pk}/"), sato)
    assert camera.complaints == []


def test_estimate(camera, pensioner, side_job):
    camera.folder = camera.folder / "ways"
    camera.folder.mkdir(exist_ok=True, parents=True)
    side_job.answers("collection/method", collection="ordinary")
    camera.show("side", side_job.client.get("/return/R9/estimate/"), side_job)
    tanaka = pensioner(JUST_65)
    camera.show("first", tanaka.client.get("/return/R9/estimate/"), tanaka)
    assert camera.complaints == []
