"""Confirming an agent (代理人の確認): 代理権, the agent's identity, the principal's number.

The ways are data shared with paper returns (paper/identity.toml); online the agent's identity is
the signature's, which the case holds.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from filing import Return
from review.agency.models import AgentCheck
from review.cases.models import Case
from review.cases.rules import begin
from review.cases.transitions import write_down
from review.errors import Refusal
from review.paper.identity import documents
from review.staff.actors import Actor

SIGNATURE = "signature"
Ways = dict[str, str | Promise]


def ways(kind: str) -> Ways:
    """Return by what a check can be confirmed (確認の方法), by code."""
    if kind == AgentCheck.Kind.IDENTITY:
        return {SIGNATURE: gettext_lazy("署名用電子証明書(電子署名の検証結果)")}
    return {document.code: document.label for document in documents(kind).values()}


def expect(case: Case, document: Return) -> None:
    """Put down what has to be confirmed, once, where an agent filed. Inside the case's lock."""
    if document.agent:
        rows = [AgentCheck(case=case, kind=kind) for kind in AgentCheck.Kind]
        AgentCheck.objects.bulk_create(rows, ignore_conflicts=True)


def missing(case: Case) -> str:
    """Return what is not confirmed yet in words, "" where nothing is missing."""
    return "・".join(check.get_kind_display() for check in checks_of(case) if not check.way)


def refuse_unconfirmed(case: Case) -> None:
    """Raise Refusal while something about the agent is not confirmed."""
    if open_ones := missing(case):
        raise Refusal(_("代理人の確認が終わっていません(%(checks)s)。") % {"checks": open_ones})


def checks_of(case: Case) -> list[AgentCheck]:
    """Return the three checks in their order; none where the filer acted in person."""
    order = list(AgentCheck.Kind)
    found = AgentCheck.objects.filter(case=case).select_related("by")
    return sorted(found, key=lambda check: order.index(AgentCheck.Kind(check.kind)))


def confirm(
    case: Case, *, given: Mapping[str, str], by: Actor, reason: str, now: datetime, seen: int
) -> Case:
    """Record which checks were made and how (`given`: way by kind), or take a record back ("").

    Only the person in charge does this, while the case is in their hands. What stays as it was
    keeps who had confirmed it.
    """
    with transaction.atomic():
        locked = begin("confirm_agent", case, by=by, seen=seen)
        if by.member is None or locked.assigned_to_id != by.member.pk:
            raise Refusal(_("この申請の担当者ではありません。引き継いでから操作してください。"))
        changed = [c for c in checks_of(locked) if given.get(c.kind, c.way) != c.way]
        if not changed:
            raise Refusal(_("変わったところがありません。確認したものを選んでください。"))
        for check in changed:
            check.way = given[check.kind]
            if check.way and check.way not in ways(check.kind):
                raise Refusal(_("確認の方法を選び直してください。"))
            check.by, check.at = (by.member, now) if check.way else (None, None)
            check.save()
        locked.revision += 1
        locked.save(update_fields=["revision"])
        detail = {"checks": {check.kind: check.way for check in changed}}
        write_down(locked, "case.agent_confirmed", by=by, reason=reason, now=now, detail=detail)
    return locked
