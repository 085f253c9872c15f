"""Audit entries about a person of the register (操作記録)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from review.addressees.models import Addressee
from review.audit.services import record_by
from review.staff.actors import Actor


def write_down(
    action: str,
    person: Addressee,
    *,
    by: Actor,
    reason: str,
    now: datetime,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Append an audit entry about a person, with the 4情報 as they stand."""
    record_by(
        by,
        action,
        reason=reason,
        now=now,
        subject=f"addressee:{person.number}",
        addressee_number=person.number,
        four_attributes=person.four_attributes,
        detail=detail,
    )
