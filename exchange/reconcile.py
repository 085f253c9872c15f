"""Reconciliation (突合せ): what the three zones know of each message, compared by id and digest.

The innermost zone asks the relay, which asks the portal: connections are opened outward only. It
also works on what `exchange_status --json` printed in each zone and somebody carried together.
Accounts are not taken at one moment; a message counts as missing only where its sender has a
receipt that is older than the accounts.
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from exchange import queries, transfer
from exchange.errors import PeerError, Refused
from exchange.models import Comparison

logger = logging.getLogger(__name__)
# Older messages were compared on the days before; the window keeps an account bounded.
WINDOW = timedelta(days=40)

Ids = Mapping[str, str]
# Sender, receiver: each message passes two of these hops.
HOPS = (("portal", "relay"), ("relay", "review"), ("review", "relay"), ("relay", "portal"))


@dataclass(frozen=True)
class Difference:
    """One message about which two neighbouring zones disagree."""

    message_id: str
    problem: str
    sender: str
    receiver: str

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


def compare(statuses: Mapping[str, Mapping[str, Any]]) -> list[Difference]:
    """Return every difference between the answers of the three zones, none where all agree.

    `statuses` holds the answer of `exchange_status --json` by zone. ValueError where one is
    missing or is not such an answer.
    """
    try:
        return [found for hop in HOPS for found in _hop(*hop, statuses)]
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not the answers of three zones: {error}") from error


@dataclass
class Accounts:
    """What this zone and those behind it know, by zone, and the zones that did not answer."""

    accounts: dict[str, Any]
    unreachable: list[str] = field(default_factory=list)


def accounts(*, since: datetime, now: datetime) -> Accounts:
    """Return this zone's account and those of the zones that it pulls from, and so on outward."""
    found = Accounts({settings.EXCHANGE["zone"]: queries.account(now, since=since)})
    question = json.dumps({"since": since.isoformat()}).encode()
    for peer in settings.EXCHANGE.get("pulls_from", {}):
        try:
            answer = json.loads(transfer.ask_for_accounts(peer, question, now))
            found.accounts |= answer["accounts"]
            found.unreachable += answer["unreachable"]
        except (PeerError, ValueError, KeyError, TypeError) as error:
            logger.warning("no account of %s: %s", peer, error)
            found.unreachable.append(peer)
    return found


def read_question(body: bytes) -> datetime:
    """Return from when on an account is asked for; Refused where it is no such question."""
    try:
        since = datetime.fromisoformat(json.loads(body)["since"])
    except (ValueError, KeyError, TypeError) as error:
        raise Refused("malformed") from error
    if since.tzinfo is None:
        raise Refused("malformed")
    return since


def compare_zones(*, by: str, now: datetime) -> Comparison:
    """Ask all zones, compare, and keep the outcome; an unwhole comparison says what it lacks."""
    found = accounts(since=now - WINDOW, now=now)
    known = found.accounts
    missing = sorted(({"portal", "relay", "review"} - known.keys()) | set(found.unreachable))
    differences = [] if missing else compare(known)
    return Comparison.objects.create(
        at=now,
        by=by,
        messages=len({one for ids in _all_ids(known) for one in ids}),
        differences=[difference.as_dict() for difference in differences],
        unreachable=missing,
    )


def _all_ids(known: Mapping[str, Any]) -> list[Ids]:
    return [ids for account in known.values() for ids in account["ids"].values()]


def _hop(sender: str, receiver: str, statuses: Mapping[str, Mapping[str, Any]]) -> list[Difference]:
    sent: Ids = statuses[sender]["ids"]["sent"]
    there: Ids = statuses[receiver]["ids"]["received"]
    to_it = set(statuses[sender]["sent_to"].get(_end_of(receiver, sender), ()))
    unsettled = set(statuses[sender]["unsettled"])
    problems = {
        "missing": to_it - unsettled - there.keys(),
        "never_sent": _from(sender, receiver, statuses) - sent.keys(),
        "digest_differs": {one for one in to_it & there.keys() if sent[one] != there[one]},
    }
    return [
        Difference(one, problem, sender, receiver)
        for problem, ids in problems.items()
        for one in sorted(ids)
    ]


def _end_of(receiver: str, sender: str) -> str:
    """Return the destination of what goes over this hop: the relay passes everything on."""
    if receiver != "relay":
        return receiver
    return "review" if sender == "portal" else "portal"


def _from(sender: str, receiver: str, statuses: Mapping[str, Mapping[str, Any]]) -> set[str]:
    return set(statuses[receiver]["received_from"].get(sender, ()))
