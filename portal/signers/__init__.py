"""The ways of signing that the portal knows. デジタル認証アプリ joins the list as one more class."""

from portal.signers.base import Signer
from portal.signers.demo_card import DemoCard

SIGNERS: tuple[Signer, ...] = (DemoCard(),)


def available_signers() -> list[Signer]:
    """Return the signers that this installation offers, the preferred one first."""
    return [signer for signer in SIGNERS if signer.available()]
