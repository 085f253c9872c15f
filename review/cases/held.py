"""Held cases (受付保留): what waits for revocation data, and what brings it on."""

import logging
from collections.abc import Collection
from datetime import datetime

from django.conf import settings

from review.cases.models import Case
from review.cases.states import State
from review.evidence.models import Material
from review.revocation.arrivals import import_folder
from review.revocation.queries import newest_import
from review.staff.actors import batch

log = logging.getLogger(__name__)


def look_for_lists(now: datetime) -> None:
    """Take in the revocation lists that have arrived, and wake the cases held for want of one.

    Whatever is wrong with the folder stops nobody: a case without data is held, not lost.
    """
    try:
        import_folder(settings.CRLS_DIR, by=batch("import_crl"), now=now)
    except Exception as error:
        log.error("revocation lists cannot be read: %s", type(error).__name__)
    newest = newest_import()
    if newest is not None:
        held = Case.objects.filter(state=State.VERIFYING, verdict=Case.Verdict.INDETERMINATE)
        held.filter(verified_at__lt=newest, due_at__gt=now).update(due_at=now)


def lists_in_use() -> Collection[str]:
    """Return the digests of the revocation lists on which a verdict rests."""
    digests = Case.objects.values_list("evidence__revocation__sha256", flat=True).distinct()
    kept = Material.objects.filter(kind=Material.Kind.CRL).values_list("sha256", flat=True)
    return {digest for digest in digests if digest} | set(kept)
