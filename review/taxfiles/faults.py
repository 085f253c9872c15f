"""Import faults (取込エラー): kept on the case with code, item and remedy, until dealt with."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Min, Q, QuerySet
from django.utils.translation import gettext as _

from review.cases.models import Case
from review.cases.transitions import write_down
from review.errors import Refusal
from review.sources.problems import CHARACTERS, LENGTH, RELATION, REQUIRED, Problem
from review.staff.actors import Actor, batch
from review.taxfiles.models import ImportFault, TaxFileRow

# This system's own: a step of the import that failed for a reason that no item explains.
STEP_FAILED = "E9001"
# Items that stand for a step of the import, and not for an item of the file.
STEP, ASSESSMENT = "取込処理", "賦課計算"
RowState = TaxFileRow.State


def remedy(code: str) -> str:
    """Return what to do about a code."""
    remedies = {
        REQUIRED: _("項目が空です。宛名か申告の内容を補い、対応を記録すると、次の連携に入ります。"),
        CHARACTERS: _("使えない文字です。宛名の登録を確かめ、外字は税務システム側で登録します。"),
        LENGTH: _("長すぎます。宛名の登録を確かめ、税務システム側の桁数も確かめてください。"),
        RELATION: _("ほかの項目や登録と合いません。宛名と申告の内容を照らし合わせてください。"),
        STEP_FAILED: _(
            "取込みの途中で止まりました。もう一度取り込み、続くときは管理者に知らせます。"
        ),
    }
    return remedies.get(code, _("税務システムのコード表を確かめてください。"))


def open_faults() -> QuerySet[ImportFault]:
    """Return what nobody has dealt with (エラーの一覧), the oldest first."""
    found = ImportFault.objects.filter(settled_at__isnull=True)
    return found.select_related("case", "row__file").order_by("found_at", "pk")


def by_code() -> list[dict[str, Any]]:
    """Return how many open faults each code has, and since when the oldest waits."""
    found = ImportFault.objects.filter(settled_at__isnull=True).values("code")
    rows = found.annotate(count=Count("pk"), oldest=Min("found_at")).order_by("code")
    return [dict(row) for row in rows]


def cases_with_own() -> set[UUID]:
    """Return the cases with open faults of this system's own import."""
    found = ImportFault.objects.filter(row=None, settled_at=None)
    return set(found.values_list("case_id", flat=True))


def keep_own(
    case: Case, problems: Iterable[Problem], *, by: Actor, reason: str, now: datetime
) -> int:
    """Keep faults of this system's own import on the case, each once while it is open."""
    made = 0
    with transaction.atomic():
        for problem in problems:
            _fault, new = ImportFault.objects.get_or_create(
                case=case,
                row=None,
                settled_at=None,
                code=problem.code,
                item=problem.item[:100],
                defaults={"message": problem.message[:200], "found_at": now},
            )
            made += new
        if made:
            detail = {"faults": made}
            write_down(case, "case.import_fault", by=by, reason=reason, now=now, detail=detail)
    return made


def settle(
    fault: ImportFault, *, remark: str, by: Actor, reason: str, now: datetime
) -> ImportFault:
    """Note what was done about a fault (対応); with its last one the return may go out again."""
    with transaction.atomic():
        locked = ImportFault.objects.select_for_update(of=("self",)).get(pk=fault.pk)
        if locked.settled_at is not None:
            raise Refusal(_("このエラーへの対応は、すでに記録されています。"))
        _settle(locked, remark=remark, by=by, reason=reason, now=now)
    return locked


def settle_own(case: Case, *, remark: str, by: Actor, now: datetime, steps: bool = False) -> None:
    """Close the faults of this system's own import: of its steps, or else of the file's items."""
    found = ImportFault.objects.filter(case=case, row=None, settled_at=None)
    of_steps = Q(item__in=(STEP, ASSESSMENT))
    for fault in found.filter(of_steps if steps else ~of_steps):
        _settle(fault, remark=remark, by=by, reason=remark, now=now)


def close_replaced(*, now: datetime) -> None:
    """Close the faults of returns in whose place a later version counts: nobody has to act."""
    gone = ImportFault.objects.filter(settled_at=None, row__document__replaced_by__isnull=False)
    for fault in gone.select_related("row"):
        remark = "新しい版に置き換わった"
        _settle(fault, remark=remark, by=batch("tax_file"), reason=remark, now=now)


def _settle(fault: ImportFault, *, remark: str, by: Actor, reason: str, now: datetime) -> None:
    detail = {"fault": fault.pk, "code": fault.code, "item": fault.item, "remark": remark}
    write_down(fault.case, "case.fault_settled", by=by, reason=reason, now=now, detail=detail)
    fault.settled_at, fault.settled_by, fault.remark = now, by.id, remark
    fault.save(update_fields=["settled_at", "settled_by", "remark"])
    if fault.row_id is None:
        return
    row = TaxFileRow.objects.select_for_update().get(pk=fault.row_id)
    if row.state == RowState.FAULTY and not row.faults.filter(settled_at=None).exists():
        row.state, row.changed_at = RowState.SETTLED, now
        row.save(update_fields=["state", "changed_at"])
