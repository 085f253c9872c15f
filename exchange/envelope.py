"""What is inside the seal: a header line that the relay never sees, and the body."""

import json
from dataclasses import dataclass
from datetime import datetime

from exchange.errors import Refused

VERSION = 1
MAX_KIND, MAX_CASE_KEY, MAX_ZONE, MAX_SEQUENCE = 20, 40, 10, 2**31


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
            inner = cls(body=body, **header)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise Refused("malformed") from error
        if not inner.is_well_formed():
            raise Refused("malformed")
        return inner

    def is_well_formed(self) -> bool:
        """Tell whether the header fits the columns that it goes into."""
        words = ((self.kind, MAX_KIND), (self.case_key, MAX_CASE_KEY), (self.source, MAX_ZONE))
        return (
            all(isinstance(word, str) and len(word) <= most for word, most in words)
            and not any("\0" in word for word, _ in words)
            and type(self.sequence) is int
            and 0 <= self.sequence < MAX_SEQUENCE
            and self.sent_at.tzinfo is not None
        )
