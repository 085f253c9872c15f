"""What the tests of giving data out share: an office, its application, a folder, a reader."""

import csv
from datetime import date, timedelta

import pytest
from django.db import transaction

from review.addressees.records import write_down
from review.errors import Refusal
from review.rights import services as rights
from review.transfers import files, requests
from review.transfers.requests import Application
from review.transfers.targets import all_targets, targets
from tests.review import story
from tests.review.small_city import DECIDED, relative_of, resident, run_year
from tests.review.story import REASON, SYSTEM, actor

NOW = DECIDED + timedelta(days=40)
TODAY = date(2027, 6, 19)
WHEN = {"reason": REASON, "now": NOW}
OFFICES = [target for target in all_targets() if target.is_transfer]
SALARY = {
    "payer": "白川商事",
    "revenue": 4_000_000,
    "withheld_tax": 100_000,
    "social_insurance": 600_000,
}
HOUSING, CHILDREN, WELFARE = "transfer-07", "transfer-01", "transfer-06"


@pytest.fixture
def decided(db, staff):
    """Three people with a decided tax: one with a child and a disability, one with nothing."""
    child = resident(9, born=date(2015, 5, 1))
    parent = resident(1)
    parent.salary(4_000_000)
    relative = relative_of(child)
    parent.filed(
        {
            "income_kinds": ["salary"],
            "salaries": [SALARY],
            "relatives": [relative],
            "personal": {"disability": "general"},
        }
    )
    poor, other = resident(2), resident(3)
    poor.salary(900_000)
    other.salary(3_000_000)
    run_year(staff)
    return parent, poor, other


def application(target, **changes):
    found = targets(TODAY)[target]
    given = {
        "target": target,
        "route": found.routes[0],
        "basis": "児童手当法26条",
        "purpose": "手当の額の決定",
        "conditions": "目的外に使わない。期間が終われば消去する。",
        "items": found.items,
        "starts_on": TODAY,
        "ends_on": date(2028, 3, 31),
        "applicant": "移転先の担当 水前寺 学",
        "identified_by": "職員証",
    }
    return Application(**given | changes)


def approved(staff, target, **changes):
    asked = requests.ask(application(target, **changes), by=actor(staff["suzuki"]), now=NOW)
    return requests.approve(asked, decision="市民税第7号", by=actor(staff["tanaka"]), now=NOW)


def refusal(work):
    with pytest.raises(Refusal) as caught:
        work()
    return str(caught.value)


@pytest.fixture
def reader(staff):
    """Return a client of somebody in another office, with a right for that office's data."""

    def open_client(target, number="K3001"):
        member = story.engage(number, "水前寺 学", [])
        story.grant(member, "reader", procedure=target)
        return story.signed_in(member)

    return open_client


@pytest.fixture
def time_machine_at(at_story_time):
    at_story_time(NOW)
    return at_story_time


@pytest.fixture
def link_dir(tmp_path, settings):
    folder = tmp_path / "linkage"
    folder.mkdir()
    settings.LINK_DIR = str(folder)
    return folder


def made(staff, target, run="initial", month=None):
    file = files.order(target, "R9", run, month, by=actor(staff["suzuki"]), **WHEN)
    return files.make(file, by=SYSTEM, clock=lambda: NOW)


def lines_of(folder, file):
    text = (folder / file.name).read_bytes().decode("utf-8")
    assert text.count("\r\n") == text.count("\n")
    return list(csv.reader(text.splitlines()))


def numbers_in(folder, file):
    return [line[0] for line in lines_of(folder, file)[1:]]


def hide(person, why, staff):
    if why == "restricted":
        with transaction.atomic():
            person.row.restricted = True
            person.row.save(update_fields=["restricted"])
            by = actor(staff["suzuki"])
            write_down("addressee.changed", person.row, by=by, reason=REASON, now=NOW)
        return
    asked = rights.request(
        kind="stop",
        addressee_number=person.row.number,
        received_on=TODAY,
        asked="利用停止",
        by=actor(staff["suzuki"]),
        now=NOW,
    )
    rights.approve(asked, by=actor(staff["tanaka"]), now=NOW)
