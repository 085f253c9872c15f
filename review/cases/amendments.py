"""Ex officio corrections (職権修正): proposed by the person in charge, confirmed by another.

The filed amount stays in the original and beside the new one. Amounts only: who somebody is, is
never corrected here but asked for (補正依頼).
"""

import copy
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from filing import Group, Return, load_form
from review.cases.models import Amendment, Case
from review.cases.rules import begin
from review.cases.transitions import write_down
from review.errors import Refusal
from review.staff.actors import Actor


def amounts_of(document: Return) -> dict[str, tuple[str, int | None]]:
    """Return the amounts that can be corrected: field → (label, filed amount or None)."""
    found: dict[str, tuple[str, int | None]] = {}
    for group in load_form(document.tax_year).groups:
        for path, title, record in _records(group, document.answers.get(group.code)):
            for item in group.items:
                if item.type == "money":
                    label = f"{title} {item.label}"
                    found[f"{path}.{item.code}"] = (label, record.get(item.code))
    return found


def _records(group: Group, value: Any) -> Iterator[tuple[str, str, dict[str, Any]]]:
    path = f"answers.{group.code}"
    if group.kind == "record":
        yield path, group.label, value or {}
    elif group.kind == "rows":
        for place, record in enumerate(value or []):
            yield f"{path}.{place}", f"{group.label} {place + 1}", record


def propose(
    case: Case,
    document: Return,
    *,
    field: str,
    value: int,
    comment: str,
    by: Actor,
    reason: str,
    now: datetime,
    seen: int,
) -> Amendment:
    """Propose another amount for one field; the same field again replaces the proposal."""
    known = amounts_of(document)
    if field not in known:
        raise Refusal(_("この項目は職権で修正できません。"))
    with transaction.atomic():
        locked = begin("amend", case, by=by, seen=seen)
        if by.member is None or locked.assigned_to_id != by.member.pk:
            raise Refusal(_("この申請の担当者ではありません。引き継いでから操作してください。"))
        _current(locked).filter(field=field).update(dropped_at=now)
        label, filed = known[field]
        made = Amendment.objects.create(
            case=locked,
            field=field,
            label=label,
            filed=filed,
            value=value,
            reason=comment,
            proposed_by=by.member,
            proposed_at=now,
        )
        _touch(locked)
        detail = {"field": field, "comment": comment, "amendment": made.pk}
        write_down(locked, "case.amended", by=by, reason=reason, now=now, detail=detail)
    return made


def confirm(amendment: Amendment, *, by: Actor, reason: str, now: datetime, seen: int) -> Amendment:
    """Confirm another person's correction (職権修正の確認)."""
    with transaction.atomic():
        locked, entry = _begin("confirm_amendment", amendment, by, seen)
        if by.member is None or entry.proposed_by_id == by.member.pk:
            raise Refusal(_("自分が行った修正を自分で確認することはできません。"))
        if entry.confirmed_at or entry.dropped_at:
            raise Refusal(_("この修正は、すでに確認されたか取り消されています。"))
        entry.confirmed_by, entry.confirmed_at = by.member, now
        entry.save(update_fields=["confirmed_by", "confirmed_at"])
        _touch(locked)
        detail = {"field": entry.field, "amendment": entry.pk}
        write_down(locked, "case.amendment_confirmed", by=by, reason=reason, now=now, detail=detail)
    return entry


def drop(amendment: Amendment, *, by: Actor, reason: str, now: datetime, seen: int) -> Amendment:
    """Take a correction back (修正の取消し); the filed amount counts again."""
    with transaction.atomic():
        locked, entry = _begin("drop_amendment", amendment, by, seen)
        if entry.dropped_at:
            raise Refusal(_("この修正は、すでに取り消されています。"))
        if entry.confirmed_at and entry.confirmed_by_id != getattr(by.member, "pk", None):
            raise Refusal(_("確認された修正は、確認した職員が取り消します。"))
        entry.dropped_at = now
        entry.save(update_fields=["dropped_at"])
        _touch(locked)
        detail = {"field": entry.field, "amendment": entry.pk}
        write_down(locked, "case.amendment_dropped", by=by, reason=reason, now=now, detail=detail)
    return entry


def _begin(act: str, amendment: Amendment, by: Actor, seen: int) -> tuple[Case, Amendment]:
    locked = begin(act, amendment.case, by=by, seen=seen)
    return locked, Amendment.objects.select_for_update(of=("self",)).get(pk=amendment.pk)


def _touch(case: Case) -> None:
    case.revision += 1
    case.save(update_fields=["revision"])


def _current(case: Case) -> QuerySet[Amendment]:
    return case.amendments.filter(dropped_at__isnull=True)


def waiting(case: Case) -> QuerySet[Amendment]:
    """Return the corrections that nobody has confirmed yet."""
    return _current(case).filter(confirmed_at__isnull=True)


def shown(case: Case) -> list[Amendment]:
    """Return all corrections of a case, the ones taken back too, in order."""
    return list(case.amendments.select_related("proposed_by", "confirmed_by").order_by("id"))


def amended_answers(case: Case, answers: dict[str, Any]) -> dict[str, Any]:
    """Return the answers with the confirmed corrections; what was filed is not changed."""
    amended = copy.deepcopy(answers)
    for entry in _current(case).filter(confirmed_at__isnull=False).order_by("id"):
        _root, *steps, last = entry.field.split(".")
        place: Any = amended
        for step in steps:
            place = place[int(step)] if isinstance(place, list) else place.setdefault(step, {})
        place[last] = entry.value
    return amended
