"""Refusals (受け付けられない操作): domain errors whose text a page may show as it is."""

from django.utils.functional import Promise


class Refusal(Exception):
    """An act that the rules do not allow; `message` says why and what to do, in Japanese."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(str(message))
        self.message = message


class Stale(Refusal):
    """The page was opened before somebody else changed the case."""
