"""Where the bytes of a revocation list are found by their digest."""

from pathlib import Path

from django.conf import settings

from review.revocation.models import RevocationList
from signing.evidence import digest_of


def is_in_table(sha256: str) -> bool:
    """Tell whether the zone's own table keeps the list: as long as evidence names it."""
    return RevocationList.objects.filter(sha256=sha256).exists()


def raw_list(sha256: str) -> bytes:
    """Return the list with this digest as it was published; LookupError where it is gone."""
    stored = RevocationList.objects.filter(sha256=sha256).values_list("raw", flat=True).first()
    if stored is not None:
        return bytes(stored)
    for path in sorted(Path(settings.CRLS_DIR).glob("*.crl")):
        content = path.read_bytes()
        if digest_of(content) == sha256:
            return content
    raise LookupError(f"no revocation list {sha256} at hand")
