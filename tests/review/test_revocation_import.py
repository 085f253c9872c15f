"""Revocation lists come in by command and by schedule, once each, and only if they are genuine."""

import json
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.management import CommandError, call_command

from review.audit.models import AuditEvent
from review.cases import tasks as case_tasks
from review.revocation import queries
from review.revocation.arrivals import anchors, import_folder
from review.revocation.importing import import_list
from review.revocation.keeping import ENTRIES_KEPT, forget_unused
from review.revocation.models import Arrival, RevocationList, RevokedCertificate
from review.revocation.source import TableRevocation
from review.revocation.tasks import import_arrived
from review.staff.actors import batch
from signing import certificates
from signing.authority import Authority
from signing.demo_points import scope_extension
from tests.review import city
from tests.review.story import NOW
from tests.review.test_at_once import at_once, committed  # noqa: F401

BY = batch("import_crl")
DAY = timedelta(days=1)
pytestmark = pytest.mark.usefixtures("without_lists")


@pytest.fixture
def authority(pki):
    return pki.generations["demo-ca"]


@pytest.fixture
def sato(cards):
    return certificates.load(cards["sato"].certificate_der)


def take(data, *, now=NOW, origin="a.crl"):
    return import_list(data, anchors=anchors(), origin=origin, by=BY, now=now).code


def listed(authority, revoked=None, *, number=1, at=NOW - DAY, days=7):
    return authority.crl(revoked or {}, at=at, until=at + days * DAY, number=number)


def said_of(certificate, authority, *, at=NOW, **limits):
    answer = TableRevocation(**limits).status(certificate, authority.certificate, at)
    return answer.reason or answer.status


def test_imported_list_answers_for_its_authority(db, authority, sato):
    code = take(listed(authority, {sato.serial_number: NOW - DAY}))

    made = RevocationList.objects.get()
    assert (code, made.entry_count, made.imported_by) == ("IMPORTED", 1, "batch:import_crl")
    assert said_of(sato, authority) == "CERT_REVOKED"
    assert said_of(sato, authority, at=NOW - 2 * DAY) == "REVOCATION_STALE"


def test_import_is_written_down(db, authority):
    take(listed(authority, number=7))

    event = AuditEvent.objects.latest("position")
    assert event.action == "revocation.imported"
    assert (event.actor, event.detail["number"]) == ("batch:import_crl", "7")


def test_same_list_twice_is_one(db, authority):
    data = listed(authority)

    assert [take(data), take(data, origin="again.crl")] == ["IMPORTED", "KNOWN"]
    assert RevocationList.objects.count() == 1


def test_older_list_never_replaces_a_newer(db, authority, sato):
    take(listed(authority, {sato.serial_number: NOW - DAY}, number=9))

    code = take(listed(authority, number=8, at=NOW - timedelta(hours=1)))

    assert (code, said_of(sato, authority)) == ("CRL_OLDER", "CERT_REVOKED")


def test_newer_list_becomes_current_and_the_old_one_stays_as_evidence(db, authority, sato):
    serial = sato.serial_number
    old = listed(authority, {1: NOW - DAY, 2: NOW - DAY}, number=1)
    take(old)
    take(listed(authority, {1: NOW - DAY, 2: NOW - DAY, serial: NOW - DAY}, number=2))

    first, second = RevocationList.objects.order_by("number")
    assert (first.superseded_at, second.superseded_at) == (NOW, None)
    assert bytes(first.raw) == old
    assert RevokedCertificate.objects.count() == 3
    assert said_of(sato, authority) == "CERT_REVOKED"


def test_revoked_certificate_that_is_listed_no_longer_stays_revoked(db, authority, sato):
    take(listed(authority, {sato.serial_number: NOW - DAY}, number=1))

    take(listed(authority, number=2))

    assert said_of(sato, authority) == "CERT_REVOKED"


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda data: data[:90], "CRL_MALFORMED"),
        (lambda data: b"no list at all", "CRL_MALFORMED"),
        (lambda data: b"", "CRL_MALFORMED"),
        (lambda data: data[:-1] + bytes((data[-1] ^ 1,)), "CRL_UNTRUSTED"),
    ],
)
def test_damaged_list_is_refused(db, authority, spoil, code):
    assert take(spoil(listed(authority))) == code
    assert RevocationList.objects.count() == 0


def test_list_of_a_rogue_with_the_same_name_is_refused(db, authority):
    rogue = Authority.create(rsa.generate_private_key(65537, 2048), at=NOW)

    assert rogue.certificate.subject == authority.certificate.subject
    assert take(listed(rogue)) == "CRL_UNTRUSTED"


def test_list_of_the_future_is_refused_until_its_time(db, authority):
    data = listed(authority, at=NOW + DAY)

    assert [take(data), take(data, now=NOW + DAY)] == ["CRL_NOT_YET", "IMPORTED"]


def test_generations_with_one_name_have_a_list_each(db, pki, authority, sato):
    take(listed(pki.generations["demo-ca-2"], {sato.serial_number: NOW - DAY}))

    assert said_of(sato, authority) == "REVOCATION_UNAVAILABLE"


def test_stale_list_counts_only_within_the_grace_of_the_settings(db, authority, sato):
    take(listed(authority, at=NOW - 8 * DAY))

    assert said_of(sato, authority) == "REVOCATION_STALE"
    assert said_of(sato, authority, grace=2 * DAY) == "good"
    assert said_of(sato, authority, at=NOW + 2 * DAY, grace=2 * DAY) == "REVOCATION_STALE"


@pytest.mark.parametrize(
    ("town", "answer"),
    [(city.PEOPLE["sato"].address, "good"), ("福岡県福岡市博多区1番", "REVOCATION_UNAVAILABLE")],
)
def test_list_of_a_municipality_speaks_for_its_own_only(db, authority, sato, town, answer):
    scope = [scope_extension(town)]
    until = NOW + DAY
    take(authority.crl({}, at=NOW - DAY, until=until, number=1, extensions=scope))

    assert said_of(sato, authority) == answer


def test_lists_of_two_municipalities_stand_side_by_side(db, authority):
    for town in (city.PEOPLE["sato"].address, "福岡県福岡市博多区1番"):
        scope = [scope_extension(town)]
        take(authority.crl({}, at=NOW - DAY, until=NOW + DAY, number=1, extensions=scope))

    assert RevocationList.objects.filter(superseded_at=None).count() == 2


def test_serial_of_twenty_octets_is_found(db, authority):
    longest = 2**159 - 1
    take(listed(authority, {longest: NOW - DAY}))

    assert RevokedCertificate.objects.get(serial=longest).revoked_at == NOW - DAY


def test_folder_is_imported_once(db, authority, tmp_path):
    (tmp_path / "a.crl").write_bytes(listed(authority))
    (tmp_path / "note.txt").write_text("not a list")

    first = import_folder(tmp_path, by=BY, now=NOW)
    second = import_folder(tmp_path, by=BY, now=NOW)

    assert ([outcome.code for outcome in first], second) == (["IMPORTED"], [])


def test_refused_file_is_recorded_and_tried_again_now_and_then(db, authority, tmp_path):
    (tmp_path / "a.crl").write_bytes(b"rubbish")

    soon = [NOW, NOW + timedelta(minutes=1), NOW + timedelta(hours=2)]
    looked = [len(import_folder(tmp_path, by=BY, now=at)) for at in soon]

    arrival = Arrival.objects.get()
    assert looked == [1, 0, 1]
    assert (arrival.outcome, arrival.attempts) == ("CRL_MALFORMED", 2)
    assert AuditEvent.objects.filter(action="revocation.refused").count() == 1


def test_changed_file_is_looked_at_again(db, authority, tmp_path):
    path = tmp_path / "a.crl"
    path.write_bytes(b"half a fi")
    import_folder(tmp_path, by=BY, now=NOW)

    path.write_bytes(listed(authority))

    assert [one.code for one in import_folder(tmp_path, by=BY, now=NOW)] == ["IMPORTED"]


def test_schedule_imports_what_lies_in_the_folder(db, authority, settings, tmp_path):
    settings.CRLS_DIR = str(tmp_path)
    (tmp_path / "a.crl").write_bytes(listed(authority, at=NOW - 3650 * DAY, days=7000))

    assert [import_arrived(), import_arrived()] == [1, 0]


def test_command_imports_files_and_prints_json(db, authority, tmp_path, capsys):
    path = tmp_path / "a.crl"
    path.write_bytes(listed(authority, {5: NOW}, at=NOW - 3650 * DAY))

    call_command("import_crl", str(path), "--json")

    printed = json.loads(capsys.readouterr().out)
    assert (printed["code"], printed["entries"]) == ("IMPORTED", 1)


def test_command_ends_with_one_for_a_refused_list(db, pki, tmp_path, capsys):
    path = tmp_path / "a.crl"
    path.write_bytes(b"rubbish")

    with pytest.raises(SystemExit) as ended:
        call_command("import_crl", str(path))

    assert ended.value.code == 1
    assert capsys.readouterr().out.startswith("a.crl: CRL_MALFORMED")


def test_command_ends_with_two_for_a_missing_file(db, pki, tmp_path):
    with pytest.raises(CommandError) as ended:
        call_command("import_crl", str(tmp_path / "none.crl"))

    assert ended.value.returncode == 2


def test_two_imports_at_once_leave_one_list(committed, authority):  # noqa: F811
    data = listed(authority, dict.fromkeys(range(1, 500), NOW))

    codes = at_once(lambda: take(data), lambda: take(data))

    assert sorted(codes) == ["IMPORTED", "KNOWN"]
    assert (RevocationList.objects.count(), RevokedCertificate.objects.count()) == (1, 499)


def test_older_and_newer_at_once_leave_the_newer(committed, authority):  # noqa: F811
    old, new = listed(authority, {1: NOW}, number=1), listed(authority, {1: NOW}, number=2)

    at_once(lambda: take(old), lambda: take(new))

    current = RevocationList.objects.get(superseded_at=None)
    assert (current.number, RevokedCertificate.objects.count()) == (2, 1)


def test_unused_old_list_is_forgotten_and_a_used_one_kept(db, authority):
    for number in (1, 2, 3):
        take(listed(authority, number=number))
    used = RevocationList.objects.get(number=1).sha256

    removed = forget_unused([used], kept=DAY, by=BY, now=NOW + 2 * DAY)

    numbers = RevocationList.objects.order_by("number").values_list("number", flat=True)
    assert (removed, list(numbers)) == ((1, 0), [1, 3])


def test_old_list_that_alone_names_a_revoked_certificate_is_in_use(db, authority):
    take(listed(authority, {1: NOW - DAY}, number=1))
    take(listed(authority, number=2))

    soon = forget_unused([], kept=DAY, by=BY, now=NOW + 2 * DAY)
    late = forget_unused([], kept=DAY, by=BY, now=NOW + ENTRIES_KEPT)

    assert (soon, late) == ((0, 0), (1, 1))


def test_list_on_which_a_verdict_rests_is_kept(filed, pki, settings):
    case = filed.queued()
    rests_on = case.evidence["revocation"]["sha256"]
    take(listed(pki.generations["demo-ca"], number=2**40), now=NOW)

    case_tasks.forget_lists()

    assert RevocationList.objects.filter(sha256=rests_on).count() == 1


def test_status_of_the_lists_says_which_are_fresh(db, authority):
    take(listed(authority, number=3))

    (known,) = queries.current_lists(NOW)
    (later,) = queries.current_lists(NOW + 30 * DAY)

    assert (known["number"], known["fresh"], later["fresh"]) == (3, True, False)
