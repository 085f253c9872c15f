"""Entering recipients (引渡し先の登録): by one person, confirmed by another with the fingerprint.

A false key would open everything to whoever made it. So the second person does not agree to what
the first one pasted: they type what the recipient itself reads out, by telephone or on paper.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from filing.numbers import municipality_code_is_valid
from review.audit.services import record_by
from review.deciding import decide
from review.errors import Refusal
from review.recipients.models import Recipient
from review.staff.actors import Actor
from signing.handover import recipient_key

State = Recipient.State
#: So many digits of the fingerprint are compared: 64 bits, which nobody meets by trying keys.
TYPED = 16


def propose(
    given: Mapping[str, str], *, why: str, by: Actor, reason: str, now: datetime
) -> Recipient:
    """Propose a recipient, another address or key of it, or (`ends`) that it is none any more."""
    row = Recipient(**given, why=why, proposed_by=by.id, proposed_at=now)
    if row.kind == Recipient.Kind.MUNICIPALITY and not municipality_code_is_valid(row.code):
        raise Refusal(_("市区町村のコードは、検査数字までの6けたです。番号を確かめてください。"))
    if row.pem:
        row.pem, row.fingerprint = _key(row.pem)
    with transaction.atomic():
        waiting = Recipient.objects.filter(kind=row.kind, code=row.code, state=State.PROPOSED)
        if waiting.exists():
            raise Refusal(_("この引渡し先には、確認を待っている登録があります。"))
        row.save(force_insert=True)
        _log(row, "recipient.proposed", by=by, reason=reason, now=now)
    return row


def confirm(
    row: Recipient, *, fingerprint: str, by: Actor, reason: str, now: datetime
) -> Recipient:
    """Confirm another person's entry, with the fingerprint that the recipient itself told."""
    with transaction.atomic():
        locked = decide(row, State.DECIDED, by=by, now=now)
        typed = "".join(c for c in fingerprint.lower() if c in "0123456789abcdef")
        if locked.fingerprint and not locked.ends:
            if len(typed) < TYPED:
                text = _("引渡し先から聞いた指紋を、はじめの%(n)dけた以上入力してください。")
                raise Refusal(text % {"n": TYPED})
            if not locked.fingerprint.startswith(typed):
                raise Refusal(
                    _("指紋が登録された公開鍵と違います。確認せず、引渡し先に確かめてください。")
                )
        _log(locked, "recipient.confirmed", by=by, reason=reason, now=now)
    return locked


def drop(row: Recipient, *, by: Actor, reason: str, now: datetime) -> Recipient:
    """Drop an entry that is only proposed."""
    with transaction.atomic():
        locked = decide(row, State.DROPPED, by=by, now=now)
        _log(locked, "recipient.dropped", by=by, reason=reason, now=now)
    return locked


def _key(pem: str) -> tuple[str, str]:
    try:
        key = recipient_key(pem.encode())
    except ValueError as error:
        raise Refusal(
            _(
                "公開鍵を読み取れません。PEM形式の、3072ビット以上のRSAの公開鍵を貼り付けてください。"
            )
        ) from error
    return key.pem.decode(), key.kid


def _log(row: Recipient, action: str, *, by: Actor, reason: str, now: datetime) -> None:
    detail = {"kind": row.kind, "code": row.code, "name": row.name, "ends": row.ends}
    detail["fingerprint"] = row.fingerprint
    record_by(by, action, reason=reason, now=now, subject=f"recipient:{row.pk}", detail=detail)
