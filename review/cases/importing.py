"""Import by hand (取込みの実行): what the sweep does anyway, now, for one case or for many."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

import filing
from review.cases.amendments import amended_answers
from review.cases.bulk import Line, chosen
from review.cases.models import Case
from review.cases.processing import process_case
from review.cases.rules import begin
from review.cases.states import State
from review.cases.transitions import write_down
from review.errors import Refusal
from review.staff.actors import Actor
from review.staff.roles import Role
from review.taxfiles.content import amount_of


def import_now(case: Case, *, by: Actor, reason: str, now: datetime, seen: int) -> Case:
    """Import an accepted return at once (賦課に取り込む); the work is the batch's, as ever.

    Twice does nothing more: what is imported is no accepted case any longer, and the document is
    there once. What goes wrong stands on the case as a fault, and the sweep tries again.
    """
    with transaction.atomic():
        locked = begin("import", case, by=by, seen=seen)
        locked.due_at, locked.attempts, locked.trouble = now, 0, ""
        locked.save(update_fields=["due_at", "attempts", "trouble"])
        write_down(locked, "case.import_asked", by=by, reason=reason, now=now)
    process_case(locked.pk, now=now)
    return Case.objects.get(pk=locked.pk)


def preview(cases: Iterable[Case], *, by: Actor) -> list[Line]:
    """Return which of the cases can be imported."""
    return [Line(case, _why_not(case, by)) for case in cases]


def _why_not(case: Case, by: Actor) -> str:
    if Role.CLERK not in by.roles_in(case.procedure):
        return _("この操作をする権限がありません。")
    if case.is_imported:
        return _("すでに取り込まれています。")
    return "" if case.state == State.ACCEPTED else _("受理された申請ではありません。")


def import_many(seen: Mapping[UUID, int], *, by: Actor, reason: str, now: datetime) -> list[Line]:
    """Import the cases; return each with the refusal that met it, if any."""
    lines = []
    for line in preview(chosen(seen, by=by), by=by):
        case, refusal = line.case, line.refusal
        if not refusal:
            try:
                case = import_now(case, by=by, reason=reason, now=now, seen=seen[case.pk])
                refusal = (
                    "" if case.is_imported else _("取り込めません。エラーを確かめてください。")
                )
            except Refusal as error:
                refusal = str(error)
        lines.append(Line(case, refusal))
    return lines


def control_total(lines: Iterable[Line]) -> int:
    """Return the declared 収入 of the cases that take part (金額合計), corrections included."""
    total = 0
    for line in lines:
        if not line.refusal:
            document = filing.read_xml(line.case.original.package().files["return.xml"])
            total += amount_of(amended_answers(line.case, document.answers))
    return total
