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


class YearClosed(DraftClosed):
    """The year may not be filed here any more: paper is the way that is left."""


class CardRefused(PortalError):
    """What was posted as a card read does not agree with the certificate."""


class SigningRefused(PortalError):
    """The signature, or what was signed, does not hold. `reason` is for the log."""

    def __init__(self, message: str | Promise, *, reason: str = "") -> None:
        super().__init__(message)
        self.reason = reason
