"""Saved filters (保存した条件): kept by one person, shown to all where that person wants it."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from review.audit.services import record_by
from review.cases.models import SavedFilter
from review.errors import Refusal
from review.staff.actors import Actor
from review.staff.models import StaffMember


def visible_to(member: StaffMember) -> QuerySet[SavedFilter]:
    """Return the person's own filters and those that others share."""
    return SavedFilter.objects.filter(Q(owner=member) | Q(shared=True)).order_by("name", "id")


def keep(*, name: str, query: str, shared: bool, by: Actor, now: datetime) -> SavedFilter:
    """Keep a filter under a name; the same name again replaces one's own."""
    if by.member is None:
        raise Refusal(_("自動処理は条件を保存できません。"))
    with transaction.atomic():
        kept, _made = SavedFilter.objects.update_or_create(
            owner=by.member,
            name=name,
            defaults={"query": query, "shared": shared, "created_at": now},
        )
        _write_down(kept, "filter.saved", by=by, now=now)
    return kept


def forget(kept: SavedFilter, *, by: Actor, now: datetime) -> None:
    """Remove one's own filter."""
    if by.member is None or kept.owner_id != by.member.pk:
        raise Refusal(_("自分が保存した条件だけを消すことができます。"))
    with transaction.atomic():
        _write_down(kept, "filter.removed", by=by, now=now)
        kept.delete()


def _write_down(kept: SavedFilter, action: str, *, by: Actor, now: datetime) -> None:
    detail = {"query": kept.query, "shared": kept.shared}
    record_by(by, action, reason="条件の保存", now=now, subject=f"filter:{kept.pk}", detail=detail)
