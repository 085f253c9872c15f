"""Where the bytes of a revocation list are found by their digest."""

from pathlib import Path

from django.conf import settings

from signing.evidence import digest_of


def raw_list(sha256: str) -> bytes:
    """Return the list with this digest as it was published; LookupError where it is gone."""
    for path in sorted(Path(settings.CRLS_DIR).glob("*.crl")):
        content = path.read_bytes()
        if digest_of(content) == sha256:
            return content
    raise LookupError(f"no revocation list {sha256} at hand")
