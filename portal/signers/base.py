"""A signer (署名の手段): what reads a card and signs, seen from the server."""

from typing import Protocol

from django.utils.functional import Promise


class Signer(Protocol):
    """A way of signing. The private key stays with it; the server sees certificate and value."""

    code: str
    name: str | Promise
    # The template of the panel that reads the card, and of the one that signs.
    read_template: str
    sign_template: str

    def available(self) -> bool:
        """Whether this installation offers it."""
        ...
