"""What can go wrong with the デジタル認証アプリ, in words that a resident can act on."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# The service's descriptions are not published: these are assumed, and matched in this file alone.
ASSUMED = {
    "user_cancelled": "cancelled",
    "card_locked": "locked",
    "certificate_revoked": "revoked",
    "sign_transaction_expired": "expired",
    "unsupported_card": "unsupported",
}
WORDS: dict[str, tuple[str | Promise, str | Promise]] = {
    "cancelled": (
        _("デジタル認証アプリでの手続きを取りやめました"),
        _("続けるときは、もとの画面に戻って、もう一度ボタンを押してください。"),
    ),
    "locked": (
        _("暗証番号をまちがえた回数が多いため、カードがロックされています"),
        _("区役所の窓口で、ロックの解除と暗証番号の再設定をしてください。"),
    ),
    "revoked": (
        _("カードの電子証明書が使えなくなっています"),
        _(
            "引っこしや結婚で住所や名前が変わると、電子証明書は使えなくなります。"
            "区役所の窓口で、新しい電子証明書を発行してもらってください。"
        ),
    ),
    "expired": (
        _("時間がたったため、手続きが終わりませんでした"),
        _("もう一度はじめからやり直してください。"),
    ),
    "unsupported": (
        _("このカードは、デジタル認証アプリでの署名にまだ使えません"),
        _("区役所の窓口か郵送で申告してください。"),
    ),
    "down": (
        _("いま、デジタル認証アプリにつながりません"),
        _("時間をおいて、もう一度お試しください。"),
    ),
    "state": (
        _("この画面からは続けられません"),
        _("時間がたったか、別の画面で先に進んでいます。はじめからやり直してください。"),
    ),
    "person": (
        _("ログインした人と、カードの持ち主がちがいます"),
        _("ログインした人のカードを使ってください。"),
    ),
    "elsewhere": (
        _("このカードは、別の利用者登録のログインに使われています"),
        _(
            "このカードでログインすると、その登録が開きます。"
            "申告がその登録にないときは、「設定」で登録を消してから、もう一度お試しください。"
        ),
    ),
    "second_card": (
        _("この登録には、別のカードが登録されています"),
        _("「設定」で前のカードを外してから、もう一度お試しください。"),
    ),
    "not_holder": (
        _("この登録で読み取ったカードの人と、ちがいます"),
        _(
            "前に読み取ったカードと同じ人のカードを使ってください。名前が変わった人は、"
            "作成中の申告で新しいカードを読み取ってから、もう一度お試しください。"
        ),
    ),
    "refused": (
        _("本人の確認ができませんでした"),
        _("もう一度はじめからやり直してください。続くときは、市役所に電話してください。"),
    ),
}


class AppFailed(Exception):
    """The service, or what it said, does not hold. `code` picks the words; `detail` is logged."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code, self.detail = code, detail

    @property
    def title(self) -> str:
        return str(WORDS[self.code][0])

    @property
    def remedy(self) -> str:
        return str(WORDS[self.code][1])


def made_meanwhile() -> AppFailed:
    """Return what befalls the slower of two browsers that make one card's account at once."""
    return AppFailed("state", "made_meanwhile")


def failure_of(error: str, description: str) -> AppFailed:
    """Return the failure that an authorization response names (RFC 6749, section 4.1.2.1)."""
    assumed = ASSUMED.get(description)
    if assumed:
        return AppFailed(assumed)
    known = {"access_denied": "cancelled", "temporarily_unavailable": "down"}
    return AppFailed(known.get(error, "refused"), "authorization_error")
