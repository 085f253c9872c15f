"""The office as the portal sees it: sealed statuses that arrive through the mailbox."""

import hashlib
import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from exchange import inbox
from exchange.arrival import arrive
from exchange.envelope import Inner
from exchange.models import OutboxMessage
from exchange.protocol import Envelope
from filing import Return, read_xml
from filing.package import read_package
from signing import seal
from signing.jose import open_sealed


class Office:
    """Sends statuses with the review zone's keys, in the order of each case."""

    def __init__(self, keys: dict[Any, Any]) -> None:
        self.keys = keys
        self.sequences: dict[str, int] = {}

    def reports(self, number: str, state: str, stage: str, message: str = "", **more: Any) -> None:
        """Seal a status, let it arrive and be handled."""
        body = {
            "receipt_number": number,
            "version": 1,
            "state": state,
            "stage": stage,
            "message": message,
            "occurred_at": timezone.now().isoformat(),
            **more,
        }
        self.sends(number, json.dumps(body).encode())

    def receives(self, number: str) -> None:
        """Confirm all that was sent about a filing, as the receipts from the far end do."""
        sent = OutboxMessage.objects.filter(case_key=number)
        sent.update(confirmed_at=timezone.now(), final_receipt="signed")

    def sends(self, number: str, body: bytes) -> None:
        now = timezone.now()
        self.sequences[number] = self.sequences.get(number, 0) + 1
        inner = Inner("status", number, self.sequences[number], "review", now, body)
        message_id = uuid4()
        sealed = seal(
            inner.dump(),
            recipient=self.keys["portal", "encryption"].public(),
            sender=self.keys["review", "signing"],
            message_id=str(message_id),
        )
        digest = hashlib.sha256(sealed).hexdigest()
        envelope = Envelope(message_id, "portal", len(sealed), digest, now, sealed)
        arrive(envelope, source="relay", now=now)
        inbox.process(now + timedelta(seconds=1))


def return_received(keys: dict[Any, Any]) -> Return:
    """Open the message of the last filing as the office does, and read the return in it."""
    message = OutboxMessage.objects.latest("created_at")
    opened = open_sealed(
        bytes(message.sealed),
        recipients={keys["review", "encryption"].kid: keys["review", "encryption"].pem},
        senders={keys["portal", "signing"].kid: keys["portal", "signing"].public().pem},
        message_id=str(message.pk),
    )
    return read_xml(read_package(Inner.load(opened).body).files["return.xml"])
