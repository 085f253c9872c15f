"""Self-check (評価書との一致の自己点検, OPS-07): what the system can say of its promises."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from config.promises import ROOT
from review.audit import chain
from review.audit.analysis import first_of
from review.audit.models import AuditEvent, MonthlyReview
from review.staff.grants import RoleGrant
from review.staff.models import PASSWORD_LASTS, StaffMember

STATUS_FILE = ".local/requirements-status.json"
TRIGGERS = frozenset(
    {
        *("audit_no_change", "audit_no_truncate", "audit_marks"),
        *("original_no_change", "original_no_truncate"),
        *("case_change_audited", "amendment_change_audited", "paper_change_audited"),
        *("cases_note_audited", "cases_export_audited", "cases_savedfilter_audited"),
        *("staff_rolegrant_audited", "staff_staffmember_audited", "staff_codedevice_audited"),
        *("staff_securitykey_audited", "addressees_addressee_audited"),
        *("addressees_certificatelink_audited", "assessment_sourcedocument_audited"),
        *("assessment_mergedbasis_audited", "assessment_assessment_audited"),
        *("reconcile_disagreement_audited", "agent_check_change_audited"),
    }
)
LATEST = 1000
HEAD_LASTS = timedelta(days=2)


@dataclass(frozen=True)
class Check:
    """One promise looked at: its id, what it is, whether it holds, and what was seen."""

    requirement: str
    label: str
    ok: bool
    seen: str


def run(now: datetime) -> list[Check]:
    """Return what the running system shows about the promises, this moment."""
    return [_chain(), _triggers(), _head(now), _month(now), _passwords(now), _rights(now)]


def _chain() -> Check:
    """Walk the latest entries; verify_audit_log walks them all."""
    latest = list(AuditEvent.objects.order_by("-position")[: LATEST + 1])[::-1]
    problem = ""
    for before, event in pairwise(latest):
        problem = problem or chain.problem_of(event, before.hash, before.position)
    seen = problem or _("最新の%(n)s件がつながっています。") % {"n": len(latest)}
    return Check("LOG-04", _("操作記録の連鎖"), not problem, seen)


def _triggers() -> Check:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D' AND NOT tgisinternal")
        there = {name for (name,) in cursor.fetchall()}
    missing = sorted(TRIGGERS - there)
    seen = ", ".join(missing) or _("%(n)s個が働いています。") % {"n": len(TRIGGERS)}
    return Check("LOG-04", _("改ざんを防ぐデータベースのしくみ"), not missing, seen)


def _head(now: datetime) -> Check:
    exported = AuditEvent.objects.filter(action="audit.head_exported", actor__startswith="batch:")
    last = exported.order_by("-position").values_list("at", flat=True).first()
    ok = last is not None and now - last < HEAD_LASTS
    seen = f"{timezone.localtime(last):%Y-%m-%d %H:%M}" if last else _("まだ保管していません。")
    return Check("LOG-04", _("連鎖の先頭を別の場所に保管した日時"), ok, seen)


def _month(now: datetime) -> Check:
    last = first_of(first_of(timezone.localdate(now)) - timedelta(days=1))
    signed = MonthlyReview.objects.filter(month=last).first()
    seen = signed.signed_by if signed else _("%(m)s は未点検です。") % {"m": f"{last:%Y-%m}"}
    return Check("LOG-06", _("先月の操作記録の点検"), signed is not None, seen)


def _passwords(now: datetime) -> Check:
    old = StaffMember.objects.filter(is_active=True, password_changed_at__lt=now - PASSWORD_LASTS)
    count = old.count()
    seen = _("180日を過ぎた人 %(n)s人(次の操作で変更します)") % {"n": count}
    return Check("ACC-04", _("パスワードの変更"), count == 0, seen)


def _rights(now: datetime) -> Check:
    today = timezone.localdate(now)
    away = RoleGrant.active(today).filter(member__is_active=False).count()
    seen = _("停止した利用者に残る権限 %(n)s件") % {"n": away}
    return Check("ACC-03", _("異動した人の権限"), away == 0, seen)


def promises() -> dict[str, Any]:
    """Return the table of requirements as the last run of `requirements_table` wrote it."""
    path = ROOT / STATUS_FILE
    if not path.exists():
        return {"at": "", "rows": []}
    table: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return table
