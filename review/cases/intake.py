"""Intake (到達): the handler of the mailbox's kind "submission"."""

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q

from exchange.errors import Refused
from exchange.together import WORK, later
from filing.package import read_package
from filing.problems import FilingError
from review.attachments.arriving import read_papers, store_papers
from review.cases.models import Case, Original
from review.cases.outward import report
from review.cases.processing import process_arrived
from review.cases.states import REPLACEABLE, State
from review.cases.tasks import wake
from review.cases.transitions import move, write_down
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
    papers = read_papers(package)
    same, older = _lock_versions(about)
    if _already_stored(same, delivery):
        return
    original = _store(delivery, tax_year=about["tax_year"], now=now)
    by = batch("intake")
    case = _open(original, about, older, papers=papers, by=by, reason=REASON, now=now)
    if delivery.first:
        later(WORK, process_arrived, case.pk)
    else:
        wake()


def open_case(
    original: Original, about: dict[str, Any], *, by: Actor, reason: str, now: datetime
) -> Case:
    """Open the case of an original that is stored (案件の作成), and let the newest version count.

    `about` holds the case's own fields. Runs inside the transaction that stored the original.
    """
    _, older = _lock_versions(about)
    return _open(original, about, older, papers=[], by=by, reason=reason, now=now)


def _open(
    original: Original,
    about: dict[str, Any],
    older: list[Case],
    *,
    papers: list[dict[str, Any]],
    by: Actor,
    reason: str,
    now: datetime,
) -> Case:
    case = Case(
        original=original,
        previous=_before(about["version"], older),
        received_at=now,
        state_changed_at=now,
        due_at=now,
        **about,
    )
    report(case, by=by.id, now=now)
    case.save(force_insert=True)
    store_papers(case, papers, now=now)
    detail: dict[str, Any] = {"message_id": str(original.message_id), "sha256": original.sha256}
    if papers:
        detail["papers"] = len(papers)
    write_down(case, "case.received", by=by, reason=reason, now=now, detail=detail)
    _order_versions([*older, case], now=now)
    return case


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


def _store(delivery: "Delivery", *, tax_year: str, now: datetime) -> Original:
    return Original.keep(
        delivery.body,
        tax_year=tax_year,
        message_id=delivery.message_id,
        sealed_sha256=delivery.sealed_sha256,
        sent_at=delivery.sent_at,
        received_at=now,
    )


def _lock_versions(about: dict[str, Any]) -> tuple[Case | None, list[Case]]:
    """Lock what is here of this filing: the same number and version if any, and all its versions.

    Rows come before the audit chain's lock everywhere: whoever took them the other way round could
    wait for one another.
    """
    same = Q(receipt_number=about["receipt_number"], version=about["version"])
    rows = Case.objects.select_for_update(no_key=True, of=("self",))
    rows = rows.select_related("original")
    found = list(rows.filter(same | Q(filing_id=about["filing_id"])).order_by("version"))
    number = (about["receipt_number"], about["version"])
    return (
        next((case for case in found if (case.receipt_number, case.version) == number), None),
        [case for case in found if case.filing_id == about["filing_id"]],
    )


def _before(version: int, others: list[Case]) -> Case | None:
    return next((other for other in reversed(others) if other.version < version), None)


def _order_versions(versions: list[Case], *, now: datetime) -> None:
    """Let the newest version count (旧版): older ones stop, whichever of them arrived first."""
    by = batch("intake")
    newest = max(version.version for version in versions)
    for version in versions:
        if version.version < newest and version.state in REPLACEABLE:
            move(version, State.SUPERSEDED, by=by, reason=REASON, now=now)
            version.save()
