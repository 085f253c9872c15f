"""Reconciliation (突合せ): what the three zones know of each message, compared by id and digest.

Works on what `exchange_status --json` printed in each zone, so that no zone has to reach another:
the answers are carried to one place and compared there. They are not taken at one moment; a
message counts as missing only where its sender has a receipt that is older than the answers.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

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
