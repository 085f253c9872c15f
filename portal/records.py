"""What a resident did here (自分の操作記録), in words: from the record of writes, theirs alone."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.models import Event, Resident
from portal.services.events import actor_of

# So many are shown on the page; the file holds them all.
MOST_SHOWN = 100
WORDS: dict[str, str | Promise] = {
    "account.app_login": _("デジタル認証アプリでログインしました"),
    "account.app_signup": _("デジタル認証アプリで登録しました"),
    "account.card_tie": _("カードでもログインできるようにしました"),
    "account.card_untie": _("カードでのログインをやめました"),
    "account.signup": _("メールアドレスで登録しました"),
    "address.ask": _("メールアドレスを入力しました"),
    "address.confirm": _("メールアドレスを登録しました"),
    "amend.begin": _("訂正をはじめました"),
    "amend.give_up": _("訂正をやめました"),
    "draft.card": _("カードを読み取りました"),
    "draft.erase": _("作成中の申告を消しました"),
    "draft.open": _("申告書を作りはじめました"),
    "draft.principal": _("代理する人のことを直しました"),
    "draft.remove": _("入力した1件を消しました"),
    "draft.restore": _("消した1件を元に戻しました"),
    "draft.save": _("入力を保存しました"),
    "language.choose": _("言語を選びました"),
    "own_data.export": _("自分のデータを保存しました"),
    "paper.add": _("書類を付けました"),
    "paper.infected": _("ウイルスのある書類を受け取りませんでした"),
    "paper.remove": _("書類を外しました"),
    "paper.replace": _("書類を差し替えました"),
    "paper.turn": _("書類の向きを変えました"),
    "password.choose": _("パスワードを決めました"),
    "reminders.choose": _("お知らせの設定を変えました"),
    "sign.prepare": _("署名の用意をしました"),
    "sign.wrong_pin": _("署名用の暗証番号をまちがえました"),
    "submit": _("申告を送りました"),
    "withdraw": _("申告の取下げを伝えました"),
}


@dataclass(frozen=True)
class Line:
    """One line of the page: when, and what was done."""

    at: datetime
    words: str


def own_events(resident: Resident) -> QuerySet[Event]:
    """Return what this resident did, the newest first."""
    return Event.objects.filter(actor=actor_of(resident)).order_by("-at", "-pk")


def lines_of(resident: Resident) -> list[Line]:
    """Return the newest of it in words; an action that has none is named as it was recorded."""
    newest = own_events(resident)[:MOST_SHOWN]
    return [Line(event.at, str(WORDS.get(event.action, event.action))) for event in newest]
