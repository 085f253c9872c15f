"""Intake (到達): the handler of the mailbox's kind "submission"."""

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from exchange.errors import Refused
from filing.package import read_package
from filing.problems import FilingError
from review.cases.models import Case, Original
from review.cases.outward import report
from review.cases.states import REPLACEABLE, State
from review.cases.tasks import wake
from review.cases.transitions import advance, write_down
from review.staff.actors import Actor, batch

if TYPE_CHECKING:
    from exchange.inbox import Delivery

PROCEDURES = {"resident-tax-return"}
REASON = "電子申請の受付"


def receive_submission(delivery: "Delivery", *, now: datetime) -> None:
    """Store what arrived, once, untouched, and open a case for it.

    Runs inside the inbox row's transaction: the case and its receipt stand or fall together.
    """
    try:
        package = read_package(delivery.body)
    except FilingError as error:
        raise Refused("malformed_package") from error
    about = _read(package.meta, delivery.case_key)
    if "return.xml" not in package.files:
        raise Refused("no_return")
    known = Case.objects.filter(receipt_number=about["receipt_number"], version=about["version"])
    if _already_stored(known.select_related("original").first(), delivery):
        return
    by = batch("intake")
    case = Case.objects.create(
        original=_store(delivery, now=now),
        previous=_earlier(about),
        received_at=now,
        state_changed_at=now,
        due_at=now,
        **about,
    )
    report(case, by=by.id, now=now)
    case.save(update_fields=["outward_stage"])
    write_down(
        case,
        "case.received",
        by=by,
        reason=REASON,
        now=now,
        detail={"message_id": str(delivery.message_id), "sha256": case.original.sha256},
    )
    _order_versions(case, by=by, now=now)
    wake()


def _read(meta: dict[str, Any], case_key: str) -> dict[str, Any]:
    """Return the case's fields that the package names; Refused where they are not what they say."""
    try:
        about: dict[str, Any] = {
            "procedure": str(meta["procedure"]),
            "receipt_number": str(meta["receipt_number"]),
            "filing_id": UUID(meta["filing_id"]),
            "version": int(meta["version"]),
            "tax_year": str(meta["tax_year"]),
            "submitted_at": datetime.fromisoformat(meta["submitted_at"]),
        }
    except (KeyError, TypeError, ValueError) as error:
        raise Refused("malformed_metadata") from error
    if about["procedure"] not in PROCEDURES:
        raise Refused("unknown_procedure")
    if about["receipt_number"] != case_key:
        raise Refused("wrong_case_key")
    if about["version"] < 1 or about["submitted_at"].tzinfo is None:
        raise Refused("malformed_metadata")
    return about


def _already_stored(case: Case | None, delivery: "Delivery") -> bool:
    """Tell whether this very package is here; the same number with another content is refused."""
    if case is None:
        return False
    if case.original.sha256 != hashlib.sha256(delivery.body).hexdigest():
        raise Refused("receipt_number_taken")
    return True


def _store(delivery: "Delivery", *, now: datetime) -> Original:
    original = Original(
        message_id=delivery.message_id,
        sha256=hashlib.sha256(delivery.body).hexdigest(),
        size=len(delivery.body),
        sealed_sha256=delivery.sealed_sha256,
        sent_at=delivery.sent_at,
        received_at=now,
    )
    original.seal(delivery.body)
    original.save(force_insert=True)
    return original


def _earlier(about: dict[str, Any]) -> Case | None:
    versions = Case.objects.filter(filing_id=about["filing_id"], version__lt=about["version"])
    return versions.order_by("-version").first()


def _order_versions(case: Case, *, by: Actor, now: datetime) -> None:
    """Let the newest version count (旧版): older ones stop, whichever of them arrived first."""
    versions = Case.objects.filter(filing_id=case.filing_id).order_by("version")
    *older, _newest = versions
    for version in older:
        if version.state in REPLACEABLE:
            advance(version, State.SUPERSEDED, by=by, reason=REASON, now=now)
