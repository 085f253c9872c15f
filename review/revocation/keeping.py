"""Keeping of old lists (失効リストの保存): as long as a verdict rests on them, and not longer."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import connection, transaction

from review.audit.services import record_by
from review.revocation.importing import IMPORT_LOCK
from review.revocation.models import Arrival, RevocationList, RevokedCertificate
from review.staff.actors import Actor

REASON = "使われていない失効リストの整理"
# A certificate lives ten years and a month at most; what was revoked before that is long expired.
ENTRIES_KEPT = timedelta(days=11 * 366)


def forget_unused(
    used: Collection[str], *, kept: timedelta, by: Actor, now: datetime
) -> tuple[int, int]:
    """Remove lists superseded for `kept` on which nothing rests; return lists and entries removed.

    `used` are the digests of the lists that verdicts name. A list that alone names a revoked
    certificate is in use until that certificate is long expired.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORT_LOCK])
        superseded = RevocationList.objects.filter(superseded_at__lte=now - kept)
        old = RevokedCertificate.objects.filter(
            revocation_list__in=superseded, revoked_at__lt=now - ENTRIES_KEPT
        )
        entries = old._raw_delete(old.db)
        naming = RevokedCertificate.objects.values("revocation_list_id")
        unused = superseded.exclude(sha256__in=used).exclude(pk__in=naming)
        digests = sorted(unused.values_list("sha256", flat=True))
        RevocationList.objects.filter(sha256__in=digests).delete()
        Arrival.objects.filter(sha256__in=digests).delete()
        if digests or entries:
            detail = {"lists": digests, "entries": entries}
            record_by(by, "revocation.forgotten", reason=REASON, now=now, detail=detail)
    return len(digests), entries
