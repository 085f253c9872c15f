"""Time stamps over evidence (タイムスタンプの取得), where an authority is configured (TSA_URL).

The verdict never waits for a stamp: the row says when the batch asks next. An authority that is
away is asked again with a growing distance; one that answers wrongly too, but a person can see it.
"""

import logging
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from django.conf import settings
from django.db import transaction

from review.cases.transitions import write_down
from review.evidence.models import Evidence, Material
from review.staff.actors import batch
from signing.evidence import der, digest_of
from signing.policy import Policy
from signing.timestamp import Timestamp, TimestampClient, TimestampError
from signing.timestamp_http import HttpTransport

log = logging.getLogger(__name__)
ACTOR = batch("stamp_evidence")
REASON = "検証の証拠への時刻の付与"
BACKOFF = [timedelta(minutes=m) for m in (1, 5, 15, 60, 180, 360)]
BATCH_SIZE = 50


@cache
def configured_client() -> TimestampClient:
    """Return the client of the configured authority, with its anchors and policies."""
    anchors = Policy.from_directory(
        settings.TSA_ANCHORS_DIR, policy_oid="", allow_demo=settings.DEMO
    ).anchors
    return TimestampClient(HttpTransport(settings.TSA_URL), anchors, settings.TSA_POLICIES)


def stamp_due(client: TimestampClient, *, now: datetime) -> int:
    """Ask for the stamps that are due, one transaction each; return how many came."""
    due = Evidence.objects.filter(stamp_due_at__lte=now).order_by("stamp_due_at", "id")
    ids = list(due.values_list("pk", flat=True)[:BATCH_SIZE])
    return sum(_stamp_one(evidence_id, client, now) for evidence_id in ids)


def _stamp_one(evidence_id: UUID, client: TimestampClient, now: datetime) -> bool:
    with transaction.atomic():
        rows = Evidence.objects.select_for_update(skip_locked=True).select_related(None)
        evidence = rows.filter(pk=evidence_id, stamp_due_at__lte=now).first()
        if evidence is None:
            return False
        try:
            stamp = client.stamp(bytes.fromhex(evidence.sha256), now=now)
        except TimestampError as error:
            _postpone(evidence, error.code, now)
            return False
        _take(evidence, stamp, client, now)
        return True


def _take(evidence: Evidence, stamp: Timestamp, client: TimestampClient, now: datetime) -> None:
    evidence.stamp, evidence.stamped_at = stamp.der, stamp.at
    evidence.stamp_due_at, evidence.stamp_trouble = None, ""
    evidence.save()
    for anchor in client.anchors:
        content = der(anchor)
        material, _made = Material.objects.get_or_create(
            sha256=digest_of(content),
            defaults={"kind": Material.Kind.STAMPER, "content": content, "kept_at": now},
        )
        evidence.materials.add(material)
    detail = {"evidence": evidence.sha256, "stamp_serial": str(stamp.serial)}
    write_down(evidence.case, "evidence.stamped", by=ACTOR, reason=REASON, now=now, detail=detail)


def _postpone(evidence: Evidence, code: str, now: datetime) -> None:
    """Ask again later, whatever it was: the stamp only proves that nothing changed after it."""
    log.warning("evidence %s has no time stamp: %s", evidence.pk, code)
    evidence.stamp_attempts += 1
    evidence.stamp_trouble = code
    evidence.stamp_due_at = now + BACKOFF[min(evidence.stamp_attempts, len(BACKOFF)) - 1]
    evidence.save(update_fields=["stamp_attempts", "stamp_trouble", "stamp_due_at"])
