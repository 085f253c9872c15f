"""How the simulated service says no: OAuth error codes, with descriptions that are assumed."""

CANCELLED = "user_cancelled"
LOCKED = "card_locked"
REVOKED = "certificate_revoked"
EXPIRED = "sign_transaction_expired"


class TryAgain(Exception):
    """The person stays on the page and reads this."""


class Denied(Exception):
    """The browser goes back to the client with `error` and `error_description`."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(error)
        self.error, self.description = error, description


class Refused(Exception):
    """A request of the client's server is answered with an error document (RFC 6749, 5.2)."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(error)
        self.status, self.error, self.description = status, error, description


class Unredirectable(Exception):
    """An authorization request that names no known client or address: shown, never redirected."""
