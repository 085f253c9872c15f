"""People who are not residents (住登外者) and businesses: looked up first, then numbered.

Their numbers begin with 8 and come from one sequence; one that is taken already is passed over, so
that none collides with a resident's number, whoever gave that out.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from review.addressees import changes
from review.addressees.folding import search_key
from review.addressees.models import Addressee, Business
from review.addressees.numbers import corporate_number_is_valid
from review.audit.services import record_by
from review.errors import Refusal
from review.staff.actors import Actor

SEQUENCE, LEAD = "addressees_own_number", "8"
ORIGIN = "住登外登録"


def register(
    values: Mapping[str, Any], *, personal_number: str, by: Actor, reason: str, now: datetime
) -> Addressee:
    """Register a person who is no resident (住登外登録) under a number of our own.

    Refused where the 個人番号 is somebody's already: then that person is the one.
    """
    with transaction.atomic():
        given = {**values, "kind": Addressee.Kind.NON_RESIDENT}
        return changes.enter(
            free_number(),
            given,
            personal_number=personal_number,
            origin=ORIGIN,
            by=by,
            reason=reason,
            now=now,
        )


def register_business(
    *,
    name: str,
    address: str,
    corporate_number: str,
    designated_number: str,
    by: Actor,
    reason: str,
    now: datetime,
) -> Business:
    """Register a business (法人の登録); its 法人番号 is checked and belongs to it alone."""
    if corporate_number and not corporate_number_is_valid(corporate_number):
        raise Refusal(_("法人番号の検査数字が合いません。番号を確かめてください。"))
    with transaction.atomic():
        known = Business.objects.filter(corporate_number=corporate_number).first()
        if corporate_number and known:
            raise Refusal(
                _("この法人番号は、宛名番号%(number)sで登録されています。")
                % {"number": known.number}
            )
        made = Business.objects.create(
            number=free_number(),
            name=name,
            name_key=search_key(name),
            address=address,
            corporate_number=corporate_number or None,
            designated_number=designated_number,
            entered_at=now,
            entered_by=by.id,
        )
        detail = {"corporate_number": corporate_number}
        subject = f"business:{made.number}"
        record_by(by, "business.entered", reason=reason, now=now, subject=subject, detail=detail)
    return made


def change_business(
    business: Business, *, by: Actor, reason: str, now: datetime, **given: Any
) -> Business:
    """Change what is known of a business (法人の変更): name, 所在地, 指定番号, 廃止日, 総括表."""
    with transaction.atomic():
        locked = Business.objects.select_for_update().get(pk=business.pk)
        before = {name: getattr(locked, name) for name in given}
        changed = {name: value for name, value in given.items() if before[name] != value}
        if not changed:
            raise Refusal(_("変わったところがありません。"))
        for name, value in changed.items():
            setattr(locked, name, value)
        locked.name_key = search_key(locked.name)
        locked.save()
        detail = {name: [str(before[name]), str(value)] for name, value in changed.items()}
        subject = f"business:{locked.number}"
        record_by(by, "business.changed", reason=reason, now=now, subject=subject, detail=detail)
    return locked


def free_number() -> str:
    """Return a 宛名番号 that nobody has: neither a person nor a business."""
    while True:
        number = changes.next_number(SEQUENCE, LEAD)
        taken = Addressee.objects.filter(number=number).exists()
        if not taken and not Business.objects.filter(number=number).exists():
            return number
