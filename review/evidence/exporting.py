"""Handing evidence out (証拠の提出): by a named person who may see 個人番号, and logged."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from review.cases.transitions import write_down
from review.errors import Refusal
from review.evidence.models import Evidence
from review.evidence.services import bundle
from review.staff.actors import Actor
from review.staff.roles import Role


def export(
    receipt_number: str, version: int | None, *, by: Actor, reason: str, now: datetime
) -> bytes:
    """Return the bundle of a case's evidence, of its newest version where none is named.

    Raises Refusal where the actor may not see 個人番号, and where there is no such evidence or it
    is not what was kept.
    """
    if Role.NUMBER not in by.roles:
        raise Refusal(_("証拠には個人番号が含まれます。個人番号を見る権限が必要です。"))
    rows = Evidence.objects.filter(case__receipt_number=receipt_number)
    if version is not None:
        rows = rows.filter(case__version=version)
    with transaction.atomic():
        found = rows.select_related("case__original").order_by("-case__version").first()
        if found is None:
            raise Refusal(_("この受付番号の検証の証拠はありません。"))
        detail = {"evidence": found.sha256}
        write_down(found.case, "evidence.exported", by=by, reason=reason, now=now, detail=detail)
        return _packed(found)


def _packed(evidence: Evidence) -> bytes:
    try:
        return bundle(evidence)
    except LookupError as error:
        raise Refusal(_("保存した証拠が、操作記録にある内容と一致しません。")) from error
