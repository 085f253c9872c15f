"""Revocation sources (失効確認) of the public zone: lists in a folder, a responder if one is set.

What this zone says is advice to the resident before they file; the internal zone decides.
"""

from datetime import timedelta
from functools import cache

from django.conf import settings
from django.core.cache import cache as zone_cache

from signing.ocsp import Limits, OcspClient
from signing.ocsp_http import HttpResponder
from signing.revocation import DirectoryRevocation, RevocationSource, Sources


def revocation_source() -> RevocationSource:
    """Return what the zone asks: any trusted "revoked" wins, and one "good" is enough."""
    lists = _lists(str(settings.CRLS_DIR))
    return Sources([lists, _responder()]) if settings.OCSP_URL else lists


@cache
def _lists(directory: str) -> DirectoryRevocation:
    """Keep one source a folder: it reads a list anew only when the file has changed."""
    return DirectoryRevocation(directory)


def _responder() -> OcspClient:
    fetch = HttpResponder(
        settings.OCSP_URL,
        allowed_hosts=settings.REVOCATION_HOSTS,
        seconds=settings.OCSP_TIMEOUT_SECONDS,
    )
    limits = Limits(
        max_age=timedelta(hours=settings.OCSP_MAX_AGE_HOURS),
        nonce_required=settings.OCSP_NONCE_REQUIRED,
    )
    keep_for = timedelta(minutes=settings.OCSP_KEEP_MINUTES)
    return OcspClient(fetch, keep_for=keep_for, limits=limits, store=zone_cache)
