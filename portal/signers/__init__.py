"""The ways of signing that the portal knows, the national service first."""

from django.http import Http404

from portal.signers.auth_app import AuthApp
from portal.signers.base import Signer
from portal.signers.demo_card import DemoCard

SIGNERS: tuple[Signer, ...] = (AuthApp(), DemoCard())


def available() -> list[Signer]:
    """Return the ways of signing that this installation has."""
    return [candidate for candidate in SIGNERS if candidate.available()]


def offered() -> list[Signer]:
    """Return the ways of signing that this installation offers; Http404 where it offers none."""
    found = available()
    if not found:
        raise Http404("no signer is set up")
    return found
