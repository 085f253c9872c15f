"""Marks of a case (申請の印): how its state and verdict are coloured, what to look out for."""

from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from config.templatetags.design import status
from review.cases.models import Case
from review.cases.states import State
from review.cases.wording import KINDS, trouble_of

register = template.Library()

STATE_KINDS = {
    **dict.fromkeys((State.ACCEPTED, State.IMPORTED, State.CLOSED), "success"),
    **dict.fromkeys((State.REJECTED, State.INTAKE_ERROR), "error"),
    **dict.fromkeys((State.CORRECTION_REQUESTED, State.FORWARDED), "warning"),
    **dict.fromkeys((State.AWAITING_CONFIRMATION, State.AWAITING_REJECTION), "warning"),
    **dict.fromkeys((State.SUPERSEDED, State.WITHDRAWN), "neutral"),
}


@register.simple_tag
def state_mark(case: Case) -> SafeString:
    """Write the state (状態) with its colour and sign."""
    return status(STATE_KINDS.get(State(case.state), "info"), case.get_state_display())


@register.simple_tag
def verdict_mark(case: Case) -> SafeString:
    """Write the verdict on the signature (署名の判定) with its colour and sign."""
    if not case.verdict:
        return status("neutral", _("未確認"))
    return status(KINDS[Case.Verdict(case.verdict)], case.get_verdict_display())


@register.simple_tag
def target_mark(case: Case, now: datetime) -> SafeString | str:
    """Write the 処理期限, and whether it has passed or its clock stands still."""
    if case.is_settled:
        return "—"
    if case.paused_at:
        return status("neutral", _("停止中"))
    day = _day(timezone.localtime(case.target_at))
    if case.target_at >= now:
        return day
    return format_html("{} {}", day, status("error", _("超過")))


@register.simple_tag
def remarks(case: Case, today: date) -> str:
    """Write what to look out for (注意): how it came in, 回送, trouble, 保留, the last day."""
    forward = case.forwarded_to or (_("回送の対象") if case.forward else "")
    found = [case.get_channel_display() if case.is_paper else ""]
    found.append(_("代理") if getattr(case, "by_agent", False) else "")
    found += [forward, trouble_of(case)]
    found.append(_("保留") if case.put_aside else "")
    if case.state == State.CORRECTION_REQUESTED and case.correction_due_on:
        found.append(_("期限切れ") if case.correction_due_on < today else "")
        found.append(_day(case.correction_due_on))
    return " ".join(text for text in found if text)


def _day(day: date) -> str:
    return f"{day.month}/{day.day}"
