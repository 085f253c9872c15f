"""What is held of a resident (持っているもの), until when, and why it cannot go before."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from exchange.queries import undelivered_case_keys
from filing.calendar import retention_end
from portal import years
from portal.models import Draft, Resident, Submission
from portal.queries import person_of

# The office's work on these has ended: nothing more will be asked of the resident.
SETTLED = (Submission.State.COMPLETED, Submission.State.CLOSED, Submission.State.INTAKE_ERROR)


@dataclass(frozen=True)
class Held:
    """One thing that is held, and the last day on which it is; where there is none, why.

    A receipt's number stands apart from its label: it is not to break.
    """

    label: str
    until: date | None
    why: str = ""
    number: str = ""


def held_of(resident: Resident) -> list[Held]:
    """Return what the portal holds of a resident, with the day until which it is kept."""
    drafts = resident.drafts.filter(state=Draft.State.OPEN).order_by("tax_year")
    filed = resident.submissions.order_by("submitted_at")
    return [
        *map(_draft, drafts),
        *map(_filed, filed),
        *_mails(resident),
        *_account(resident),
        *_traces(),
    ]


def draft_kept_until(draft: Draft) -> date:
    """Return the last day on which a draft is kept if nobody saves it again."""
    return timezone.localdate(draft.changed_at + settings.DRAFT_KEPT)


def in_the_way(resident: Resident) -> list[str]:
    """Return why an account cannot be erased yet (受付番号と理由); empty where it can."""
    filed = list(resident.submissions.order_by("submitted_at"))
    undelivered = undelivered_case_keys({one.receipt_number for one in filed})
    reasons = []
    for one in filed:
        facts: dict[str, Any] = {"number": one.receipt_number}
        if one.receipt_number in undelivered and one.state in SETTLED:
            # It has arrived, or the office could not have answered: a receipt is still on its way.
            settled = _("%(number)s: 手続きは終わりました。送ったものの受け取りを確認しています。")
            reasons.append(settled % facts)
        elif one.receipt_number in undelivered:
            reasons.append(_("%(number)s: まだ市役所に届いていません。") % facts)
        elif one.state not in SETTLED and not _has_newer(one, filed):
            reasons.append(_("%(number)s: 市役所が手続きをしています。") % facts)
    # The versions of one filing share its number: a reason is told once.
    return list(dict.fromkeys(reasons))


def _has_newer(submission: Submission, filed: list[Submission]) -> bool:
    return any(
        other.filing_id == submission.filing_id and other.version > submission.version
        for other in filed
    )


def _draft(draft: Draft) -> Held:
    title = years.title_of(draft.tax_year)
    if person := person_of(draft):
        label = _("%(year)sの作成中の申告(%(name)sさんの代理)") % {"year": title, "name": person}
    else:
        label = _("%(year)sの作成中の申告") % {"year": title}
    return Held(label, draft_kept_until(draft))


def _mails(resident: Resident) -> list[Held]:
    """Return what waits to be sent, and the records of notices; the day is that of the last."""
    held = []
    if waits := resident.account_mails.order_by("-expires_at").first():
        until = timezone.localdate(waits.expires_at)
        held.append(Held(_("これから送るメールのあて先(送ると消えます)"), until))
    if last := resident.notices.order_by("-created_at").first():
        until = timezone.localdate(last.created_at + settings.NOTICES_KEPT)
        held.append(Held(_("お知らせの記録(メールの本文はありません)"), until))
    return held


def _account(resident: Resident) -> list[Held]:
    """Return what stays as long as the account (利用者登録), and goes with it."""
    until = _("利用者登録を消すまで。")
    known = resident.email or resident.asked_email
    held = [Held(_("メールアドレスと設定") if known else _("設定"), None, until)]
    if resident.person:
        held.append(Held(_("同じ人の登録を見つけるための印(名前は読み取れません)"), None, until))
    if SocialAccount.objects.filter(user=resident).exists():
        # The name, address, birth date and sex that the app told.
        why = _("カードを外すまで。") if resident.has_usable_password() else until
        held.append(Held(_("デジタル認証アプリから受け取った名前・住所など"), None, why))
    if resident.pin_failures.exists():
        held.append(Held(_("カードの暗証番号をまちがえた回数"), None, until))
    return held


def _traces() -> list[Held]:
    """Return what every use leaves: the session, and the record of operations (操作記録)."""
    minutes = int(settings.SESSION_SURE.total_seconds()) // 60
    years_kept = settings.EVENTS_KEPT_YEARS
    return [
        Held(
            _("ログインの状態"),
            None,
            _("最後の操作から%(session_minutes)s分。") % {"session_minutes": minutes},
        ),
        Held(
            _("操作の記録(いつ、何をしたか。申告の内容はありません)"),
            None,
            _("記録した日から%(event_years)s年。") % {"event_years": years_kept},
        ),
    ]


def _filed(submission: Submission) -> Held:
    if submission.erased_at:
        facts = {"number": submission.receipt_number}
        label = _("受付番号 %(number)s と日時(内容は消えています)") % facts
        return Held(label, None, _("受付の証拠として残ります。"))
    last = retention_end(submission.tax_year, years=settings.SUBMISSION_KEPT_YEARS)
    label = _("送った申告の控え")
    if submission.version > 1:
        label = _("送った申告の控え(第%(n)s版)") % {"n": submission.version}
    return Held(label, last, number=submission.receipt_number)
