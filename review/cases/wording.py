"""Plain words for verdicts and history (署名検証結果・経過の表示)."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from review.audit.models import AuditEvent
from review.cases import queries
from review.cases.models import Case
from review.cases.states import State

KINDS = {
    Case.Verdict.PASSED: "success",
    Case.Verdict.ON_PAPER: "success",
    Case.Verdict.FAILED: "error",
    Case.Verdict.INDETERMINATE: "warning",
}
TITLES = {
    Case.Verdict.PASSED: gettext_noop("有効な署名です"),
    Case.Verdict.ON_PAPER: gettext_noop("書面の申告です(本人確認済み)"),
    Case.Verdict.FAILED: gettext_noop("署名を確認できません(無効)"),
    Case.Verdict.INDETERMINATE: gettext_noop("失効情報を待っています(保留)"),
}
# The steps of the verification (signing.verification) in words.
CHECKS = {
    "bytes": gettext_noop("ファイルの形式"),
    "structure": gettext_noop("署名の構造と様式"),
    "certificate": gettext_noop("証明書の読取り"),
    "cryptography": gettext_noop("署名値(改ざんがないこと)"),
    "path": gettext_noop("発行した認証局と有効期間"),
    "revocation": gettext_noop("失効していないこと"),
    "binding": gettext_noop("申告した人・申告書との一致"),
    "paper_number": gettext_noop("番号確認"),
    "paper_identity": gettext_noop("身元確認"),
    "paper_lookup": gettext_noop("番号の照会"),
    "paper_agent": gettext_noop("代理人の確認"),
}
# What each step found, in a sentence for somebody who knows no cryptography.
PASSED = {
    "structure": gettext_noop("署名は決められた様式どおりで、申告書の全体にかかっています。"),
    "cryptography": gettext_noop("署名のあと、申告書は1文字も変わっていません。"),
    "path": gettext_noop("証明書は正規の認証局が発行したもので、署名した時は有効期間の中でした。"),
    "revocation": gettext_noop("証明書は失効していません。"),
    "binding": gettext_noop("証明書の氏名と生年月日は、署名した人(申告した人か代理人)と同じです。"),
    "paper_number": gettext_noop("個人番号を確認しました。"),
    "paper_identity": gettext_noop("申告に来た人の身元を確認しました。"),
    "paper_lookup": gettext_noop("書類で番号を確認できないため、市が照会しました。"),
    "paper_agent": gettext_noop("代理人の代理権と身元を確認しました。"),
}
FAILED = {
    "bytes": gettext_noop("ファイルが署名された申告書の形をしていません。"),
    "structure": gettext_noop("署名が決められた様式と違うか、申告書の一部にしかかかっていません。"),
    "certificate": gettext_noop("証明書を読み取れません。"),
    "cryptography": gettext_noop("署名のあとに申告書が変えられたか、署名が別の証明書のものです。"),
    "path": gettext_noop("証明書が正規の認証局のものでないか、有効期間の外で署名されました。"),
    "revocation": gettext_noop("証明書が失効しているか、失効したかどうかをまだ確認できません。"),
    "binding": gettext_noop("証明書の人と、申告した人または申告書が一致しません。"),
}
AGREES = {
    "number": gettext_noop("個人番号"),
    "name": gettext_noop("氏名"),
    "kana": gettext_noop("フリガナ"),
    "birth_date": gettext_noop("生年月日"),
    "sex": gettext_noop("性別"),
    "address": gettext_noop("住所"),
}
ACTIONS = {
    "case.received": gettext_noop("到達"),
    "case.held": gettext_noop("署名検証を保留"),
    "case.unmatched": gettext_noop("宛名が見つからず、職員の確認待ち"),
    "case.assigned": gettext_noop("担当の引継ぎ"),
    "case.amended": gettext_noop("職権修正"),
    "case.amendment_confirmed": gettext_noop("職権修正の確認"),
    "case.amendment_dropped": gettext_noop("職権修正の取消し"),
    "case.paper_infected": gettext_noop("添付書類を隔離(ウイルスを検出)"),
    "case.noted": gettext_noop("メモ・受付票"),
    "case.ticked": gettext_noop("照合の記録"),
    "case.put_on_hold": gettext_noop("保留"),
    "case.released": gettext_noop("保留の解除"),
    "case.finding_waived": gettext_noop("指摘の確認"),
    "case.agent_confirmed": gettext_noop("代理人の確認"),
    "case.import_asked": gettext_noop("取込みの実行"),
    "case.import_fault": gettext_noop("取込エラー"),
    "case.fault_settled": gettext_noop("取込エラーへの対応"),
    "case.sent_on": gettext_noop("回送(受渡し)"),
}


def verdict_view(case: Case) -> dict[str, Any]:
    """Return what the page says of the signature: words, shape, and the evidence behind them."""
    if not case.verdict:
        return {"kind": "neutral", "title": _("まだ確認していません"), "checks": []}
    evidence = case.evidence
    return {
        "kind": KINDS[Case.Verdict(case.verdict)],
        "title": _(TITLES[Case.Verdict(case.verdict)]),
        "checks": [
            {
                **check,
                "label": _(CHECKS.get(check["name"], check["name"])),
                "sentence": _sentence(check),
            }
            for check in evidence.get("checks", [])
        ],
        "sub_indication": evidence.get("sub_indication", ""),
        "revocation": _list_used(evidence.get("revocation") or {}),
    }


def _list_used(revocation: dict[str, Any]) -> dict[str, Any]:
    """Return the revocation list that was used, its times as moments and not as text."""
    moments = {
        name: datetime.fromisoformat(revocation[name])
        for name in ("this_update", "next_update")
        if revocation.get(name)
    }
    return revocation | moments


def trouble_of(case: Case) -> str:
    """Return why the batch does not get on with a case, "" when nothing holds it.

    Rows keep the code of the verification or the kind of an error; what the matching found is kept
    in words.
    """
    if case.trouble and case.trouble == case.verdict_reason and case.verdict:
        return str(_(TITLES[Case.Verdict(case.verdict)]))
    if case.trouble.isascii() and case.trouble:
        return str(_("自動処理をやり直しています(%(code)s)") % {"code": case.trouble})
    return case.trouble


def _sentence(check: dict[str, Any]) -> str:
    sentence = (PASSED if check["ok"] else FAILED).get(check["name"], "")
    return _(sentence) if sentence else ""


def agreeing_words(names: list[str]) -> list[str]:
    """Return which of the 4情報 agree, in words."""
    return [_(AGREES[name]) for name in names]


def history_lines(events: list[AuditEvent]) -> list[dict[str, Any]]:
    """Return the time line: what happened, when, by whom, and why."""
    names = queries.names_of({event.actor for event in events})
    last = len(events) - 1
    return [
        {
            "title": _title(event),
            "at": event.at,
            "state": "current" if place == last else "done",
            "text": _text(event, names),
        }
        for place, event in enumerate(events)
    ]


def _title(event: AuditEvent) -> str:
    if event.action == "case.state":
        return str(State(event.detail["to"]).label)
    return _(ACTIONS.get(event.action, event.action))


def _text(event: AuditEvent, names: dict[str, str]) -> str:
    who = names.get(event.actor, _("自動処理"))
    parts = [who, event.reason]
    if comment := event.detail.get("comment"):
        parts.append(comment)
    return " / ".join(parts)
