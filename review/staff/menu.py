"""The staff menu (メニュー): only what this person may open, with what is waiting."""

from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from review.staff.access import StaffRequest
from review.staff.roles import CASE_ROLES, Role

# Label, page and the roles that see it; no roles: everybody.
ENTRIES: list[tuple[str | Promise, str, tuple[str, ...]]] = [
    (_("今日"), "today", ()),
    (_("申請一覧"), "queue", CASE_ROLES),
    (_("書面の申告"), "paper", (Role.ENTRY, Role.CONFIRMER)),
    (_("進行管理"), "progress", CASE_ROLES),
    (_("出力"), "exports", CASE_ROLES),
    (_("宛名"), "people", CASE_ROLES),
    (_("課税資料"), "sources", CASE_ROLES),
    (_("税務システム連携"), "tax-files", CASE_ROLES),
    (_("資料間の不一致"), "disagreements", CASE_ROLES),
    (_("当初賦課・更正"), "levy", CASE_ROLES),
    (_("通知書"), "notices", (*CASE_ROLES, Role.NUMBER)),
    (_("通知・照会"), "letters", (*CASE_ROLES, Role.NUMBER)),
    (_("連携"), "exchange", (*CASE_ROLES, Role.ADMIN)),
    (_("移転・提供"), "transfers", CASE_ROLES),
    (_("移転情報の参照"), "transfer-look", (Role.READER,)),
    (_("本人の請求"), "rights", (Role.CONFIRMER, Role.ADMIN)),
    (_("保存・消去"), "retention", (Role.CONFIRMER, Role.ADMIN)),
    (_("バッチ"), "jobs", (Role.SUPERVISOR, Role.CONFIRMER, Role.ADMIN)),
    (_("事故"), "incidents", (Role.SUPERVISOR, Role.CONFIRMER, Role.ADMIN)),
    (_("操作記録"), "audit", (Role.AUDITOR,)),
    (_("自己点検"), "self-check", (Role.AUDITOR, Role.ADMIN, Role.SUPERVISOR)),
    (_("利用者"), "staff", (Role.ADMIN,)),
]


def menu_for(request: StaffRequest) -> list[dict[str, Any]]:
    """Return the items for the header, the current one marked."""
    return [
        {"label": label, "url": reverse(name), "current": _is_current(request, reverse(name))}
        for label, name, roles in ENTRIES
        if not roles or request.user.holds(*roles)
    ]


def _is_current(request: StaffRequest, url: str) -> bool:
    return request.path == url if url == "/" else request.path.startswith(url)
