"""個人基本 (新年度個人基本の登録・変更): taken from the register, changed by two people."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from review.addressees.models import Addressee
from review.addressees.records import write_down
from review.deciding import decide
from review.errors import Refusal
from review.levy.models import BasicsChange, YearPerson
from review.staff.actors import Actor

FIELDS = ("residency", "ward", "address")
State = BasicsChange.State


def basics_of(person: Addressee, tax_year: str) -> YearPerson | None:
    """Return a person's basics of a year."""
    return YearPerson.objects.filter(addressee=person, tax_year=tax_year).first()


def propose_basics(
    person: Addressee,
    tax_year: str,
    given: Mapping[str, str],
    *,
    why: str,
    by: Actor,
    reason: str,
    now: datetime,
) -> BasicsChange:
    """Propose residency, ward and address of 1 January, anew for whom there are none yet."""
    with transaction.atomic():
        Addressee.objects.select_for_update(no_key=True).get(pk=person.pk)
        own = BasicsChange.objects.filter(addressee=person, tax_year=tax_year)
        if own.filter(state=State.PROPOSED).exists():
            raise Refusal(_("この人の個人基本には、確認を待っている変更があります。"))
        before = _values(basics_of(person, tax_year))
        after = {name: given[name] for name in FIELDS}
        if before == after:
            raise Refusal(_("今の個人基本と同じです。変える項目を直してください。"))
        change = BasicsChange.objects.create(
            tax_year=tax_year,
            addressee=person,
            before=before,
            after=after,
            why=why,
            proposed_by=by.id,
            proposed_at=now,
        )
        _log(change, "basics.proposed", by=by, reason=reason, now=now)
    return change


def confirm_basics(change: BasicsChange, *, by: Actor, reason: str, now: datetime) -> BasicsChange:
    """Confirm another person's change: it counts in the next run and stays when taken again."""
    with transaction.atomic():
        locked = decide(change, State.DECIDED, by=by, now=now)
        if _values(basics_of(locked.addressee, locked.tax_year)) != locked.before:
            raise Refusal(
                _("起案のあとに個人基本が変わりました。取りやめて、起案し直してください。")
            )
        YearPerson.objects.update_or_create(
            tax_year=locked.tax_year,
            addressee=locked.addressee,
            defaults={**locked.after, "by_hand": True, "taken_at": now},
        )
        _log(locked, "basics.decided", by=by, reason=reason, now=now)
    return locked


def drop_basics(change: BasicsChange, *, by: Actor, reason: str, now: datetime) -> BasicsChange:
    """Drop a change that is only proposed."""
    with transaction.atomic():
        locked = decide(change, State.DROPPED, by=by, now=now)
        _log(locked, "basics.dropped", by=by, reason=reason, now=now)
    return locked


def _values(basics: YearPerson | None) -> dict[str, Any]:
    return {name: getattr(basics, name) for name in FIELDS} if basics else {}


def _log(change: BasicsChange, action: str, *, by: Actor, reason: str, now: datetime) -> None:
    detail = {"tax_year": change.tax_year, "before": change.before, "after": change.after}
    write_down(action, change.addressee, by=by, reason=reason, now=now, detail=detail)
