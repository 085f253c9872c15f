"""Outcomes of an import (取込結果): stable codes, for scripts and for the record."""

from dataclasses import dataclass
from enum import StrEnum


class Code(StrEnum):
    """What became of a list. The first two are well; the others leave everything as it was."""

    IMPORTED = "IMPORTED"
    KNOWN = "KNOWN"
    TOO_LARGE = "CRL_TOO_LARGE"
    MALFORMED = "CRL_MALFORMED"
    UNTRUSTED = "CRL_UNTRUSTED"
    OLDER = "CRL_OLDER"
    NOT_YET = "CRL_NOT_YET"


WELL = frozenset({Code.IMPORTED, Code.KNOWN})
MEANINGS = {
    Code.IMPORTED: "taken in; it is the current list of its authority",
    Code.KNOWN: "taken in before, nothing to do",
    Code.TOO_LARGE: "larger than the limit",
    Code.MALFORMED: "not a revocation list, or damaged",
    Code.UNTRUSTED: "no trusted authority's key signed it",
    Code.OLDER: "older than the list that is current",
    Code.NOT_YET: "issued in the future",
}


@dataclass(frozen=True)
class Outcome:
    """What became of one list; `sha256` is that of the file's bytes, empty if it was not read."""

    code: Code
    sha256: str = ""
    entries: int = 0

    @property
    def is_well(self) -> bool:
        return self.code in WELL
