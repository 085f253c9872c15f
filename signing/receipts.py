"""Receipts as evidence (受領の証明): checked years later with public keys only, on any machine."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from signing.errors import EnvelopeError
from signing.jose import check_receipt

Keys = Mapping[str, Mapping[str, bytes]]
KINDS = ("hop_receipt", "final_receipt")


@dataclass(frozen=True)
class Finding:
    """What one line of evidence proves, or why it proves nothing."""

    message_id: str
    kind: str
    zone: str
    problem: str = ""


def check_evidence(lines: Iterable[str], *, keys: Keys) -> list[Finding]:
    """Check exported receipts (JSON Lines: message_id, sha256, hop_receipt, final_receipt).

    `keys` holds each zone's public signing keys by key id; they come from whoever checks, never
    from the evidence itself. Raises ValueError where a line is no evidence at all.
    """
    return [finding for line in lines if line.strip() for finding in _check_line(line, keys)]


def _check_line(line: str, keys: Keys) -> list[Finding]:
    try:
        row = json.loads(line)
        tokens = [(kind, str(row.get(kind) or "")) for kind in KINDS]
        message_id, sha256 = str(row["message_id"]), str(row["sha256"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError("a line is not exported evidence") from error
    return [_check(message_id, sha256, kind, token, keys) for kind, token in tokens if token]


def _check(message_id: str, sha256: str, kind: str, token: str, keys: Keys) -> Finding:
    """Find the zone under whose key the receipt holds; it must name itself and these bytes."""
    for zone, senders in keys.items():
        try:
            claims = check_receipt(token, senders=senders)
        except EnvelopeError:
            continue
        if claims.get("zone") != zone:
            return Finding(message_id, kind, zone, "names_another_zone")
        if claims.get("message_id") != message_id:
            return Finding(message_id, kind, zone, "names_another_message")
        if claims.get("sha256") != sha256:
            return Finding(message_id, kind, zone, "digest_differs")
        return Finding(message_id, kind, zone)
    return Finding(message_id, kind, "", "bad_signature")
