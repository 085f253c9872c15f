"""Outward statuses (申請者への処理状況): what the resident is told when, in plain words."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from exchange.services import Letter, post_all
from exchange.together import MESSAGES, later
from review.cases.models import Case
from review.cases.states import State


@dataclass(frozen=True)
class Outward:
    """One of the five words, the stage of the time line, and the sentence."""

    state: str
    stage: str
    message: str


OUTWARD: dict[State, Outward] = {
    State.RECEIVED: Outward(
        "processing", "arrived", gettext_noop("申告が市役所に届きました。電子署名を確認します。")
    ),
    State.MATCHING: Outward(
        "processing", "verified", gettext_noop("電子署名を確認しました。有効な署名です。")
    ),
    State.QUEUED: Outward(
        "processing", "queued", gettext_noop("審査の順番を待っています。そのままお待ちください。")
    ),
    State.IN_REVIEW: Outward(
        "processing", "in_review", gettext_noop("担当の職員が申告の内容を確認しています。")
    ),
    State.CORRECTION_REQUESTED: Outward(
        "needs_correction",
        "correction_requested",
        gettext_noop("申告の内容に確認したいところがあります。訂正をお願いします。"),
    ),
    State.ACCEPTED: Outward(
        "processing", "accepted", gettext_noop("申告を受理しました。税額の計算に使います。")
    ),
    State.IMPORTED: Outward(
        "completed",
        "imported",
        gettext_noop("申告の手続きが終わりました。税額は6月ごろの通知書でお知らせします。"),
    ),
    State.CLOSED: Outward(
        "completed", "completed", gettext_noop("申告にもとづく税額の計算が終わりました。")
    ),
    State.REJECTED: Outward(
        "closed", "rejected", gettext_noop("申告を受け付けることができませんでした。")
    ),
    State.WITHDRAWN: Outward("closed", "withdrawn", gettext_noop("申告の取下げを受け付けました。")),
    State.INTAKE_ERROR: Outward(
        "intake_error",
        "intake_error",
        gettext_noop("電子署名を確認できず、申告を受け付けられませんでした。"),
    ),
    State.FORWARDED: Outward(
        "closed",
        "forwarded",
        gettext_noop("1月1日の住所がある市区町村へ、申告を回送しました。"),
    ),
    State.SUPERSEDED: Outward(
        "closed", "withdrawn", gettext_noop("新しい申告を受け付けたため、この申告は使いません。")
    ),
}


def report(case: Case, *, by: str, now: datetime, note: str = "") -> None:
    """Post the case's state to the resident, once per stage; `note` is added for them to read.

    Who filed on paper hears by letter or telephone: the portal knows nothing of the filing. Runs
    inside the transaction that changes the state: no message without the change, no change without
    the message.
    """
    words = OUTWARD.get(State(case.state))
    if words is None or words.stage == case.outward_stage or case.is_paper:
        return
    asked = case.state == State.CORRECTION_REQUESTED
    status = {
        "state": words.state,
        "stage": words.stage,
        "message": "\n".join(part for part in (_(words.message), note) if part),
        "occurred_at": now.isoformat(),
        "fields": case.correction_fields if asked else [],
        "due_on": str(case.correction_due_on) if asked else None,
    }
    tell(case, status, by=by, now=now)
    case.outward_stage = words.stage


@dataclass(frozen=True)
class Told:
    """A status on its way to the resident of one version of a filing."""

    receipt_number: str
    version: int
    status: dict[str, Any]
    by: str
    now: datetime


def tell(case: Case, status: dict[str, Any], *, by: str, now: datetime) -> None:
    """Post a status to the resident in the caller's transaction, together with what else goes."""
    later(MESSAGES, _post, Told(case.receipt_number, case.version, status, by, now))


def _post(items: list[Told]) -> None:
    """Post what residents are told: one message for all that a version went through at once."""
    versions: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for told in items:
        versions.setdefault((told.receipt_number, told.version), []).append(told.status)
    post_all(
        [_letter(number, version, told) for (number, version), told in versions.items()],
        to="portal",
        by=", ".join(sorted({told.by for told in items})),
        now=max(told.now for told in items),
    )


def _letter(number: str, version: int, statuses: list[dict[str, Any]]) -> Letter:
    body = {"receipt_number": number, "version": version, "statuses": statuses}
    return Letter("status", number, json.dumps(body, ensure_ascii=False).encode())
