"""The three answers (検査結果) about a file: clean, infected, could not be scanned."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What is known about a file; "unscanned" is neither of the others and must hold the file."""

    CLEAN = "clean"
    INFECTED = "infected"
    UNSCANNED = "unscanned"


@dataclass(frozen=True)
class Verdict:
    """An outcome and what stands behind it.

    `detail` is the signature's name for an infected file, a short code for an unscanned one and
    empty for a clean one. It never holds any of the file's content.
    """

    outcome: Outcome
    detail: str = ""

    @property
    def may_be_opened(self) -> bool:
        """Whether anybody may see the file: only a file found clean."""
        return self.outcome is Outcome.CLEAN


# clamd answers FOUND for what it could not look into, too: those files were not scanned.
_NOT_LOOKED_INTO = ("Heuristics.Limits.Exceeded", "Heuristics.Encrypted")
_PREFIX = "stream: "


def read_reply(reply: str) -> Verdict:
    """Return the verdict that one line of clamd's answer to INSTREAM states.

    Whatever is not exactly one of the two documented answers is "unscanned".
    """
    if reply == f"{_PREFIX}OK":
        return Verdict(Outcome.CLEAN)
    line = reply.removeprefix(_PREFIX)
    if line != reply and line.endswith(" FOUND"):
        name = line.removesuffix(" FOUND")
        if name.startswith(_NOT_LOOKED_INTO):
            return Verdict(Outcome.UNSCANNED, "not_looked_into")
        return Verdict(Outcome.INFECTED, name)
    if "size limit exceeded" in reply:
        return Verdict(Outcome.UNSCANNED, "too_large")
    return Verdict(Outcome.UNSCANNED, "scanner_error" if reply else "no_answer")
