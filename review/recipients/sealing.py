"""Handing out (引渡し): every file with personal data leaves sealed for its recipient, with a slip.

The slip (送付票) names no person: system, time, file, how many, the digest of what is inside and
of what is sealed, and for whose key. The recipient compares both after opening (docs/handover.md).
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from exchange import keys
from review.files import zip_of
from review.recipients.models import Recipient
from review.slips import SystemSlip
from signing.handover import ENDING, recipient_key, seal_file

SYSTEM = "個人住民税システム"
SLIP = ".slip.json"


@dataclass(frozen=True)
class Sealed:
    """A file as it leaves: the sealed one and its slip."""

    name: str
    content: bytes
    slip: str
    sha256: str
    fingerprint: str

    @property
    def files(self) -> dict[str, bytes]:
        """Return both under their names."""
        return {self.name + ENDING: self.content, self.name + SLIP: self.slip.encode()}

    @property
    def bundle(self) -> tuple[str, bytes]:
        """Return both in one ZIP, as a page hands them out; nothing in it is readable."""
        return f"{self.name}.handover.zip", zip_of(self.files)

    @property
    def logged(self) -> dict[str, str]:
        """Return what the audit log says of it."""
        return {"sealed_sha256": self.sha256, "key": self.fingerprint}


def seal_for(
    recipient: Recipient, name: str, content: bytes, *, count: int, at: datetime
) -> Sealed:
    """Seal a file for a recipient's key and write its slip."""
    key = recipient_key(recipient.pem.encode())
    sealed = seal_file(content, name=name, recipient=key, sender=keys.own_signing_key())
    digest = hashlib.sha256(sealed).hexdigest()
    inside = SystemSlip(SYSTEM, at, hashlib.sha256(content).hexdigest(), count)
    slip = inside.as_json(
        file=name, sealed_sha256=digest, recipient=recipient.name, key=recipient.fingerprint
    )
    return Sealed(name, sealed, slip, digest, recipient.fingerprint)
