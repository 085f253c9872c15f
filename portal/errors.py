"""What can go wrong in the portal, in words that a resident can act on."""

from django.utils.functional import Promise


class PortalError(Exception):
    """Something that the resident has to be told; `message` is shown as it stands."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(str(message))
        self.message = str(message)


class StaleDraft(PortalError):
    """The page was opened before another tab or device changed the draft."""


class DraftClosed(PortalError):
    """The draft was submitted already and can no longer be changed."""


class CardRefused(PortalError):
    """What was posted as a card read does not agree with the certificate."""


class NumberRefused(CardRefused):
    """What was typed cannot be a 個人番号."""


class SigningRefused(PortalError):
    """The signature, or what was signed, does not hold. `reason` is for the log."""

    def __init__(self, message: str | Promise, *, reason: str = "") -> None:
        super().__init__(message)
        self.reason = reason
