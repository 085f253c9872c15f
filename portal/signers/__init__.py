"""The ways of signing that the portal knows, the national service first."""

from django.http import Http404

from portal.signers.auth_app import AuthApp
from portal.signers.base import Signer
from portal.signers.demo_card import DemoCard

SIGNERS: tuple[Signer, ...] = (AuthApp(), DemoCard())


def offered() -> list[Signer]:
    """Return the ways of signing that this installation offers; Http404 where it offers none."""
    found = [candidate for candidate in SIGNERS if candidate.available()]
    if not found:
        raise Http404("no signer is set up")
    return found
