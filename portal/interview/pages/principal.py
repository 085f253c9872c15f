"""本人のこと: whom an agent (代理人) acts for, typed, as no card of theirs is read."""

from django.utils.translation import gettext_lazy

from portal.interview.base import PageForm
from portal.interview.fields import (
    CheckedNumberField,
    KanaField,
    OneOfField,
    PlainTextField,
    YesNoField,
)
from portal.interview.pages.family import NumberForm


class PrincipalForm(PageForm):
    """The reading, and the sex: with name and birth date the 基本4情報 that the register knows."""

    kana = KanaField(
        label=gettext_lazy("本人の名前のフリガナ"),
        help_text=gettext_lazy(
            "例 サトウ ハナコ。外国の名前でフリガナがない人は、空けたままにします。"
        ),
        required=False,
        max_length=120,
    )
    sex = OneOfField(
        label=gettext_lazy("本人の性別"),
        help_text=gettext_lazy("住民票と同じものを選びます。"),
        choices=[
            ("1", gettext_lazy("男")),
            ("2", gettext_lazy("女")),
            ("9", gettext_lazy("その他")),
        ],
    )


class PrincipalAddressForm(PageForm):
    address = PlainTextField(
        label=gettext_lazy("本人の住所"),
        help_text=gettext_lazy("住民票の住所です。例 熊本県熊本市中央区手取本町1番1号"),
        max_length=200,
    )


class LivedForm(PageForm):
    same = YesNoField(
        label=gettext_lazy("%(jan1)sの本人の住所は、いまの住所と同じですか?"),
        yes=gettext_lazy("同じです"),
        no=gettext_lazy("ちがいます"),
    )


class LivedWhereForm(PageForm):
    address_jan1 = PlainTextField(
        label=gettext_lazy("%(jan1)sの本人の住所"),
        help_text=gettext_lazy("例 熊本県熊本市中央区手取本町1番1号"),
        max_length=200,
    )


class PrincipalNumberForm(NumberForm):
    """The principal's 個人番号: the law wants it in the return and the office confirms it."""

    personal_number = CheckedNumberField(
        label=gettext_lazy("本人のマイナンバー(個人番号)"),
        help_text=gettext_lazy(
            "12けたの数字です。本人のマイナンバーカード、通知カード、"
            "マイナンバーの入った住民票のどれかを見て入力します。あなたの番号ではありません。"
        ),
    )


class AuthorityForm(PageForm):
    """代理権: nothing is typed, the paper that shows it is attached."""
