"""The exchange as staff see it (連携の状況): hops, alarms, what needs a person, 突合せ."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from exchange import alarms, queries, reconcile, services
from exchange.models import Comparison
from review.audit.services import record_by
from review.staff.access import StaffRequest, staff_only
from review.staff.roles import CASE_ROLES, Role

STATE_WORDS = {
    "due": gettext_noop("送信待ち"),
    "handed_over": gettext_noop("受け渡し済み"),
    "stored": gettext_noop("処理待ち"),
    "done": gettext_noop("処理済み"),
    "needs_person": gettext_noop("要確認"),
}
KIND_WORDS = {
    "submission": gettext_noop("申告"),
    "status": gettext_noop("処理状況"),
    "receipt": gettext_noop("受領の証明"),
    "failure": gettext_noop("失敗の連絡"),
    "inquiry": gettext_noop("照会"),
    "unknown": gettext_noop("未着の連絡"),
}
ALARM_WORDS = {
    "oldest_undelivered_seconds": gettext_noop("いちばん古い未処理の連絡"),
    "oldest_unconfirmed_seconds": gettext_noop("いちばん古い未確認の連絡"),
    "backlog": gettext_noop("待っている連絡の件数"),
    "needs_person": gettext_noop("職員の確認が必要な連絡"),
    "failed": gettext_noop("届かなかった連絡"),
    "peer_silent_seconds": gettext_noop("相手からの応答がない時間"),
    "differences": gettext_noop("3つのシステムの記録のちがい"),
    "comparison_age_seconds": gettext_noop("最後に記録を突き合わせてからの時間"),
}
PROBLEM_WORDS = {
    "missing": gettext_noop("送った記録があるが、届いた記録がない"),
    "never_sent": gettext_noop("届いた記録があるが、送った記録がない"),
    "digest_differs": gettext_noop("内容の指紋がちがう"),
}
ZONE_WORDS = {
    "portal": gettext_noop("住民のサイト"),
    "relay": gettext_noop("連携サーバ"),
    "review": gettext_noop("庁内のシステム"),
}
RESENT_AT_ONCE = 500
READERS = (*CASE_ROLES, Role.ADMIN)


@staff_only(*READERS)
@require_safe
def exchange(request: StaffRequest) -> HttpResponse:
    """Show hops, ages, alarms and the last comparison."""
    hops = queries.hops(request.now)
    last = Comparison.objects.order_by("-at").first()
    readings = [reading for reading in alarms.readings(request.now) if reading.is_alarm]
    context = {
        "hops": {name: _in_words(side) for name, side in hops.items()},
        "alarms": [alarm_in_words(reading) for reading in readings],
        "last": last,
        "differences": [_difference_in_words(found) for found in last.differences] if last else [],
        "unreachable": [_word(ZONE_WORDS, zone) for zone in last.unreachable] if last else [],
    }
    return render(request, "review/exchange.html", context)


@staff_only(Role.ADMIN, Role.CLERK)
@require_POST
def resend(request: StaffRequest) -> HttpResponse:
    """Make chosen messages due at once (再送): the same messages, never new ones."""
    try:
        chosen = [UUID(one) for one in request.POST.getlist("message")[:RESENT_AT_ONCE]]
    except ValueError:
        chosen = []
    if not chosen:
        messages.error(request, _("もう一度送る連絡を、ひとつ以上選んでください。"))
        return redirect("exchange")
    with transaction.atomic():
        count = services.resend_all(chosen, now=request.now)
        for message_id in chosen:
            record_by(
                request.actor,
                "exchange.resent",
                reason=str(request.purpose or _("連携の再送")),
                now=request.now,
                subject=f"message:{message_id}",
            )
    services.wake_delivery()
    if count:
        messages.success(request, _("%(n)s件をもう一度送ります。") % {"n": count})
    else:
        messages.error(request, _("選んだ連絡は、再送の対象ではありません。"))
    return redirect("exchange")


@staff_only(Role.ADMIN, Role.CLERK)
@require_POST
def compare(request: StaffRequest) -> HttpResponse:
    """Compare the three zones' records now (突合せ) instead of waiting for the night."""
    with transaction.atomic():
        found = reconcile.compare_zones(by=request.actor.id, now=request.now)
        record_by(
            request.actor,
            "exchange.compared",
            reason=str(request.purpose or _("連携の突合せ")),
            now=request.now,
            subject=f"comparison:{found.pk}",
            detail={"differences": len(found.differences), "unreachable": found.unreachable},
        )
    messages.success(request, _("3つのシステムの記録を突き合わせました。"))
    return redirect("exchange")


def _in_words(side: dict[str, Any]) -> dict[str, Any]:
    """Give counts their words, and ages in the unit that one reads at a glance."""
    words = [(_word(STATE_WORDS, state), n) for state, n in side["counts"].items()]
    waiting = [
        {**row, "age": _age(row["age_seconds"]), "kind": _word(KIND_WORDS, row["kind"])}
        for row in side["waiting"]
    ]
    stuck = sum(row["state"] == "needs_person" for row in waiting)
    return {"words": words, "waiting": waiting, "stuck": stuck}


def alarm_in_words(reading: alarms.Reading) -> dict[str, str]:
    """Return what a reading is called, whose it is, its value and its limit."""
    timed = reading.name.endswith("_seconds")
    return {
        "name": _word(ALARM_WORDS, reading.name),
        "of": {"in": _("届いたもの"), "out": _("送ったもの")}.get(
            reading.of, _word(ZONE_WORDS, reading.of)
        ),
        "value": _age(reading.value) if timed else str(reading.value),
        "limit": _age(reading.limit) if timed else str(reading.limit),
    }


def _difference_in_words(found: dict[str, str]) -> dict[str, str]:
    return {
        "message_id": found["message_id"],
        "problem": _word(PROBLEM_WORDS, found["problem"]),
        "way": f"{_word(ZONE_WORDS, found['sender'])} → {_word(ZONE_WORDS, found['receiver'])}",
    }


def _word(words: dict[str, str], key: str) -> str:
    return _(words[key]) if key in words else key


def _age(seconds: int) -> str:
    minutes = int(timedelta(seconds=max(seconds, 0)) / timedelta(minutes=1))
    if minutes < 60:
        return _("%(n)s分") % {"n": minutes}
    if minutes < 48 * 60:
        return _("%(n)s時間") % {"n": minutes // 60}
    return _("%(n)s日") % {"n": minutes // (24 * 60)}
