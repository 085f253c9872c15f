"""The portal's end of the mailbox: keys of both zones, and what was sealed for the portal."""

import json
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from exchange.envelope import Inner
from exchange.models import OutboxMessage
from signing import open_sealed
from signing.keys import PrivateKey, generate_encryption_key, generate_signing_key


@dataclass(frozen=True)
class MailKeys:
    """The two zones' keys: review's in KEYS_DIR, the portal's private one only here."""

    own_signing: PrivateKey
    portal_encryption: PrivateKey

    @classmethod
    def write(cls, directory: Path) -> "MailKeys":
        keys = cls(generate_signing_key("review-sig"), generate_encryption_key("portal-enc"))
        portal_signing = generate_signing_key("portal-sig")
        files = {
            "own/signing/review-sig.pem": keys.own_signing.pem,
            "own/encryption/review-enc.pem": generate_encryption_key("review-enc").pem,
            "peers/portal/signing/portal-sig.pem": portal_signing.public().pem,
            "peers/portal/encryption/portal-enc.pem": keys.portal_encryption.public().pem,
        }
        for name, pem in files.items():
            path = directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(pem)
        settings.KEYS_DIR = directory
        return keys

    def told(self, case):
        rows = OutboxMessage.objects.filter(case_key=case.receipt_number, kind="status")
        bodies = [self._open(row) for row in rows.order_by("sequence")]
        return [
            {"receipt_number": body["receipt_number"], "version": body["version"], **status}
            for body in bodies
            for status in body["statuses"]
        ]

    def _open(self, row):
        opened = open_sealed(
            bytes(row.sealed),
            recipients={"portal-enc": self.portal_encryption.pem},
            senders={"review-sig": self.own_signing.public().pem},
            message_id=str(row.pk),
        )
        return json.loads(Inner.load(opened).body)
