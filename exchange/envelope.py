"""What is inside the seal: a header line that the relay never sees, and the body."""

import json
from dataclasses import dataclass
from datetime import datetime

from exchange.errors import Refused

VERSION = 1


@dataclass(frozen=True)
class Inner:
    """The sealed part of a message: what it is, whose case, where in the case's order."""

    kind: str
    case_key: str
    sequence: int
    source: str
    sent_at: datetime
    body: bytes

    def dump(self) -> bytes:
        """Return the bytes to seal."""
        header = {
            "version": VERSION,
            "kind": self.kind,
            "case_key": self.case_key,
            "sequence": self.sequence,
            "source": self.source,
            "sent_at": self.sent_at.isoformat(),
        }
        return json.dumps(header, ensure_ascii=False).encode() + b"\n" + self.body

    @classmethod
    def load(cls, opened: bytes) -> "Inner":
        """Read what `dump` wrote; Refused where it is of another make."""
        head, _, body = opened.partition(b"\n")
        try:
            header = json.loads(head)
            if header.pop("version") != VERSION:
                raise Refused("unknown_version")
            header["sent_at"] = datetime.fromisoformat(header["sent_at"])
            return cls(body=body, **header)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Refused("malformed") from error
