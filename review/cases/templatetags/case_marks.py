"""Marks of a case (申請の印): how its state and its signature's verdict are coloured."""

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from config.templatetags.design import status
from review.cases.models import Case
from review.cases.states import State
from review.cases.wording import KINDS

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
