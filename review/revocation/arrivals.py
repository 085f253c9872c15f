"""Arrivals (失効リストの到着): the folder into which lists come, and the record of each."""

import hashlib
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from django.conf import settings
from django.db import transaction

import signing
from review.audit.services import record_by
from review.revocation.importing import MAX_LIST_BYTES, REASON, import_list
from review.revocation.models import Arrival
from review.revocation.outcomes import WELL, Code, Outcome
from review.staff.actors import Actor

log = logging.getLogger(__name__)
# A refused file is looked at again now and then: the trusted authorities may have changed.
LOOKED_AT_AGAIN = timedelta(hours=1)


def anchors() -> tuple[x509.Certificate, ...]:
    """Return the trusted authorities of this zone; none where no folder of them stands."""
    if not Path(settings.ANCHORS_DIR).is_dir():
        return ()
    policy = signing.Policy.from_directory(
        settings.ANCHORS_DIR, policy_oid=settings.CERTIFICATE_POLICY, allow_demo=settings.DEMO
    )
    return policy.anchors


def import_folder(directory: str | Path, *, by: Actor, now: datetime) -> list[Outcome]:
    """Import the *.crl files that have come since the last look; return what became of them."""
    folder = Path(directory)
    files = sorted(folder.glob("*.crl")) if folder.is_dir() else []
    new = _unseen(files, now)
    trusted = anchors() if new else ()
    return [import_file(path, trusted=trusted, by=by, now=now) for path in new]


def import_file(
    path: Path, *, trusted: Sequence[x509.Certificate], by: Actor, now: datetime
) -> Outcome:
    """Import one file and record what became of it. OSError where it cannot be read."""
    state = path.stat()
    if state.st_size > MAX_LIST_BYTES:
        outcome = Outcome(Code.TOO_LARGE)
    else:
        data = path.read_bytes()
        outcome = import_list(data, anchors=trusted, origin=path.name, by=by, now=now)
    with transaction.atomic():
        known, new = Arrival.objects.select_for_update().get_or_create(
            name=path.name[-200:],
            sha256=outcome.sha256 or _name_digest(path),
            modified_ns=state.st_mtime_ns,
            defaults={
                "size": state.st_size,
                "outcome": outcome.code,
                "first_at": now,
                "last_at": now,
                "looked_by": by.id,
            },
        )
        if not new:
            known.outcome, known.last_at, known.looked_by = outcome.code, now, by.id
            known.attempts += 1
            known.save()
        if new and not outcome.is_well:
            _write_down(path, outcome, by=by, now=now)
    return outcome


def _unseen(files: Sequence[Path], now: datetime) -> list[Path]:
    """Return the files whose content was not looked at yet, or was refused a while ago."""
    arrivals = Arrival.objects.filter(name__in=[path.name for path in files])
    settled = {
        (one.name, one.size, one.modified_ns)
        for one in arrivals
        if one.outcome in WELL or one.last_at > now - LOOKED_AT_AGAIN
    }
    found = []
    for path in files:
        state = path.stat()
        if (path.name, state.st_size, state.st_mtime_ns) not in settled:
            found.append(path)
    return found


def _write_down(path: Path, outcome: Outcome, *, by: Actor, now: datetime) -> None:
    log.warning("revocation list %s refused: %s", path.name, outcome.code)
    detail = {"file": path.name, "code": str(outcome.code), "sha256": outcome.sha256}
    record_by(by, "revocation.refused", reason=REASON, now=now, detail=detail)


def _name_digest(path: Path) -> str:
    """Stand in for the digest of a file that was too large to read."""
    return hashlib.sha256(path.name.encode()).hexdigest()
