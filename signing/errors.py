"""What the library refuses with. Texts for people are Japanese; codes are stable."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """One step of a verification: its name, whether it held, and what was seen."""

    name: str
    ok: bool
    detail: str = ""


class VerificationError(Exception):
    """The document does not count as signed; carries verdict, sub-indication and reason."""

    def __init__(self, reason: str, detail: str = "", *, sub_indication: str = "") -> None:
        from signing.reasons import REASONS

        entry = REASONS[reason]
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.verdict = entry.verdict
        self.sub_indication = sub_indication or entry.sub_indication
        self.message_ja = entry.message
        self.detail = detail
        self.checks: list[Check] = []


class EnvelopeError(Exception):
    """A sealed message does not open; `code` says why, never what was in it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class AssertionRefused(Exception):
    """A peer did not prove who it is; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
