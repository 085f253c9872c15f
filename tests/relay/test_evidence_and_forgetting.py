"""Receipts prove a hand-over offline; rows are forgotten only long after it."""

import io
import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from exchange.arrival import arrive
from exchange.forget import forget
from exchange.models import InboxMessage, OutboxMessage
from exchange.outbox import hand_over
from exchange.protocol import Envelope
from signing import sign_receipt
from signing.receipts import check_evidence
from tests.relay.conftest import NOW, Zones

pytestmark = pytest.mark.django_db


@pytest.fixture
def taken(zones: Zones, envelope: Envelope) -> Envelope:
    """A message that review took from the relay, with its signed receipt."""
    arrive(envelope, source="portal", now=NOW)
    claims = {
        "message_id": str(envelope.id), "sha256": envelope.sha256,
        "zone": "review", "stored_at": NOW.isoformat(),
    }  # fmt: skip
    receipt = sign_receipt(claims, key=zones.signing_key("review"))
    hand_over([receipt], to="review", now=NOW)
    return envelope


def exported(folder: Path) -> Path:
    out = folder / "evidence.jsonl"
    call_command("exchange_evidence", out=str(out), stdout=io.StringIO())
    return out


def test_exported_receipts_hold_with_public_keys_alone(
    zones: Zones, taken: Envelope, tmp_path: Path
) -> None:
    said = io.StringIO()
    peers = zones.home.keys("relay") / "peers"

    call_command("verify_receipts", str(exported(tmp_path)), keys=str(peers), stdout=said)

    found = json.loads(said.getvalue())
    assert found == {"valid": {"hop_receipt of review": 1}, "problems": []}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"sha256": "0" * 64}, "digest_differs"),
        ({"message_id": "another"}, "names_another_message"),
        ({"hop_receipt": "a.b.c"}, "bad_signature"),
    ],
)
def test_altered_evidence_proves_nothing(
    zones: Zones, taken: Envelope, tmp_path: Path, change: dict[str, str], problem: str
) -> None:
    row = json.loads(exported(tmp_path).read_text())
    altered = tmp_path / "altered.jsonl"
    altered.write_text(json.dumps(row | change) + "\n")
    peers, said = zones.home.keys("relay") / "peers", io.StringIO()

    with pytest.raises(CommandError) as refusal:
        call_command("verify_receipts", str(altered), keys=str(peers), stdout=said)

    assert refusal.value.returncode == 1
    assert [one["problem"] for one in json.loads(said.getvalue())["problems"]] == [problem]


def test_a_receipt_signed_by_another_zone_does_not_count_as_this_ones(
    zones: Zones, envelope: Envelope
) -> None:
    claims = {"message_id": str(envelope.id), "sha256": envelope.sha256, "zone": "review"}
    portal = zones.signing_key("portal")
    token = sign_receipt(claims, key=portal)
    line = json.dumps(
        {"message_id": str(envelope.id), "sha256": envelope.sha256, "hop_receipt": token}
    )

    (found,) = check_evidence([line], keys={"portal": {portal.kid: portal.public().pem}})

    assert found.problem == "names_another_zone"


@pytest.mark.parametrize("line", ["no json", "[]", '{"message_id": "x"}', "5"])
def test_what_is_no_evidence_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="not exported evidence"):
        check_evidence([line], keys={})


def test_a_folder_without_keys_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as refusal:
        call_command("verify_receipts", "none", keys=str(tmp_path))

    assert refusal.value.returncode == 2


def test_rows_go_after_their_period_and_not_a_second_before(taken: Envelope) -> None:
    at_that_time = forget(before=NOW, now=NOW, forwards=True)
    after = forget(before=NOW + timedelta(seconds=1), now=NOW, forwards=True)

    assert (at_that_time.sent, at_that_time.received) == (0, 0)
    assert (after.sent, after.received) == (1, 1)


def test_what_still_waits_is_never_forgotten(envelope: Envelope) -> None:
    arrive(envelope, source="portal", now=NOW)

    forgotten = forget(before=NOW + timedelta(days=9_000), now=NOW, forwards=True)

    assert (forgotten.sent, OutboxMessage.objects.count()) == (0, 1)


def test_a_writer_forgets_only_what_the_far_end_confirmed(taken: Envelope) -> None:
    forgotten = forget(before=NOW + timedelta(days=9_000), now=NOW, forwards=False)

    assert (forgotten.sent, OutboxMessage.objects.count()) == (0, 1)


def test_purge_says_what_it_would_erase_and_then_erases_it(taken: Envelope) -> None:
    def purge(**options: object) -> dict[str, object]:
        said = io.StringIO()
        call_command("purge", as_of="2030-01-01", json=True, stdout=said, **options)
        return json.loads(said.getvalue())

    planned, done, again = purge(dry_run=True), purge(), purge()

    assert planned == done | {"dry_run": True}
    assert (done["bodies"], done["sent"], done["received"], done["left_waiting"]) == (1, 1, 1, 0)
    assert (again["sent"], InboxMessage.objects.count()) == (0, 0)


def test_purge_wants_a_day() -> None:
    with pytest.raises(CommandError) as refusal:
        call_command("purge", as_of="soon")

    assert refusal.value.returncode == 2
