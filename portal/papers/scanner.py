"""Asking the virus scanner (ウイルス検査); no setting leaves it out."""

from django.conf import settings

from scanning import ClamdScanner


def scanner() -> ClamdScanner:
    """Return the client of this zone's clamd."""
    return ClamdScanner(settings.SCANNER_ADDRESS, seconds=settings.SCANNER_SECONDS)
