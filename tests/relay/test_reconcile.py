"""Three zones' accounts compared: every difference is named, and nothing in between is one."""

import copy
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from exchange import queries
from exchange.arrival import arrive
from exchange.outbox import hand_over
from exchange.protocol import Envelope
from exchange.reconcile import compare
from signing import sign_receipt
from tests.relay.conftest import Zones

RETURN, STATUS = "return-1", "status-1"


def zone(name: str, sent: dict[str, list[str]], received: dict[str, list[str]]) -> dict[str, Any]:
    ids = {
        "sent": {one: "digest" for ids in sent.values() for one in ids},
        "received": {one: "digest" for ids in received.values() for one in ids},
    }
    return {
        "zone": name, "ids": ids, "sent_to": sent, "received_from": received, "unsettled": [],
    }  # fmt: skip


@pytest.fixture
def zones_that_agree() -> dict[str, dict[str, Any]]:
    """One return went in, one status came out."""
    return {
        "portal": zone("portal", {"review": [RETURN]}, {"relay": [STATUS]}),
        "relay": zone(
            "relay",
            {"review": [RETURN], "portal": [STATUS]},
            {"portal": [RETURN], "review": [STATUS]},
        ),
        "review": zone("review", {"portal": [STATUS]}, {"relay": [RETURN]}),
    }


def problems(statuses: dict[str, dict[str, Any]]) -> list[tuple[str, str, str, str]]:
    return [(d.message_id, d.problem, d.sender, d.receiver) for d in compare(statuses)]


def without(statuses: dict[str, Any], name: str, way: str, peer: str, one: str) -> dict[str, Any]:
    changed = copy.deepcopy(statuses)
    del changed[name]["ids"]["sent" if way == "sent_to" else "received"][one]
    changed[name][way][peer].remove(one)
    return changed


def test_zones_that_agree_have_no_difference(zones_that_agree) -> None:
    assert problems(zones_that_agree) == []


@pytest.mark.req("REL-09")
def test_row_deleted_in_the_internal_zone_is_named(zones_that_agree) -> None:
    changed = without(zones_that_agree, "review", "received_from", "relay", RETURN)

    assert problems(changed) == [(RETURN, "missing", "relay", "review")]


def test_status_lost_behind_the_relay_is_named(zones_that_agree) -> None:
    changed = without(zones_that_agree, "portal", "received_from", "relay", STATUS)

    assert problems(changed) == [(STATUS, "missing", "relay", "portal")]


def test_message_that_nobody_sent_is_named(zones_that_agree) -> None:
    changed = without(zones_that_agree, "portal", "sent_to", "review", RETURN)

    assert problems(changed) == [(RETURN, "never_sent", "portal", "relay")]


def test_digest_that_differs_is_named(zones_that_agree) -> None:
    zones_that_agree["review"]["ids"]["received"][RETURN] = "another"

    assert problems(zones_that_agree) == [(RETURN, "digest_differs", "relay", "review")]


def test_message_on_its_way_is_no_difference(zones_that_agree) -> None:
    changed = without(zones_that_agree, "review", "received_from", "relay", RETURN)
    changed["relay"]["unsettled"] = [RETURN]

    assert problems(changed) == []


@pytest.mark.django_db
def test_account_calls_a_message_settled_a_while_after_its_receipt(
    zones: Zones, envelope: Envelope
) -> None:
    now = timezone.now()
    arrive(envelope, source="portal", now=now)
    before = queries.account(now)["unsettled"]
    claims = {"message_id": str(envelope.id), "sha256": envelope.sha256, "zone": "review"}
    hand_over([sign_receipt(claims, key=zones.signing_key("review"))], to="review", now=now)

    after = [queries.account(now + timedelta(minutes=m))["unsettled"] for m in (1, 3)]

    assert (before, after) == ([str(envelope.id)], [[str(envelope.id)], []])


@pytest.mark.django_db
def test_command_prints_an_account_without_any_content(
    zones: Zones, envelope: Envelope, capsys: pytest.CaptureFixture[str]
) -> None:
    arrive(envelope, source="portal", now=timezone.now())

    call_command("exchange_status", "--json")

    printed = capsys.readouterr().out
    assert json.loads(printed)["ids"]["received"] == {str(envelope.id): envelope.sha256}
    assert envelope.sealed.decode()[:40] not in printed


def write(folder: Path, statuses: dict[str, dict[str, Any]]) -> list[str]:
    paths = [folder / f"{name}.json" for name in statuses]
    for path, status in zip(paths, statuses.values(), strict=True):
        path.write_text(json.dumps(status))
    return [str(path) for path in paths]


def test_command_ends_well_where_zones_agree(zones_that_agree, tmp_path, capsys) -> None:
    call_command("exchange_status", "--compare", *write(tmp_path, zones_that_agree))

    assert json.loads(capsys.readouterr().out) == {"differences": []}


@pytest.mark.parametrize(("content", "code"), [("lost", 1), ("garbage", 2)])
def test_command_ends_with_a_code(zones_that_agree, tmp_path, content: str, code: int) -> None:
    changed = without(zones_that_agree, "review", "received_from", "relay", RETURN)
    paths = write(tmp_path, changed)
    if content == "garbage":
        Path(paths[0]).write_text("garbage")

    with pytest.raises(CommandError) as ended:
        call_command("exchange_status", "--compare", *paths)

    assert ended.value.returncode == code
