"""A signer (署名の手段): what reads a card and signs, seen from the server."""

from typing import Protocol

from django.utils.functional import Promise


class Signer(Protocol):
    """A way of signing. The private key stays with it; the server sees certificate and value."""

    @property
    def code(self) -> str: ...

    @property
    def name(self) -> str | Promise: ...

    @property
    def read_template(self) -> str:
        """The template of the panel that reads the card."""
        ...

    @property
    def sign_template(self) -> str:
        """The template of the panel that signs."""
        ...

    def available(self) -> bool:
        """Whether this installation offers it."""
        ...
