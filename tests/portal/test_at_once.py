"""Two requests at the same moment: the database decides, nobody gets two receipts."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from portal.models import Draft, Submission

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls):
    """Run the calls in threads of their own, each with its own database connection."""

    def run(call):
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_same_signature_submitted_twice_at_once_gives_one_receipt(sato):
    sato.is_ready_to_sign()
    fields = sato.signature_for(sato.prepares())

    first, second = at_once(lambda: sato.submits(fields), lambda: sato.submits(fields))

    assert first.headers["Location"] == second.headers["Location"]
    assert Submission.objects.count() == 1


def test_two_residents_submitting_at_once_get_numbers_without_a_gap(sato, yamada):
    ready = []
    for person in (sato, yamada):
        person.is_ready_to_sign()
        ready.append((person, person.signature_for(person.prepares())))

    at_once(*(lambda p=person, f=fields: p.submits(f) for person, fields in ready))

    serials = [s.receipt_number.split("-")[1] for s in Submission.objects.all()]
    assert sorted(serials) == ["0000001", "0000002"]


def test_two_tabs_saving_at_once_keep_one_and_refuse_the_other(sato):
    sato.signs_up().begins().reads_card()
    version = sato.version()

    answers = at_once(
        lambda: sato.posts("basic/phone", {"phone": "096-111-1111"}, version),
        lambda: sato.posts("basic/phone", {"phone": "096-222-2222"}, version),
    )

    assert sorted(answer.status_code for answer in answers) == [302, 409]


def test_starting_twice_at_once_makes_one_draft(sato):
    sato.signs_up()

    at_once(sato.begins, sato.begins)

    assert Draft.objects.count() == 1
