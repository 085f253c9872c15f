"""基本情報: what the card does not say."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.interview.base import PageForm
from portal.interview.fields import KanaField, PlainTextField, YesNoField
from portal.interview.text import to_half_width


class KanaForm(PageForm):
    kana = KanaField(
        label=gettext_lazy("お名前のフリガナ"),
        help_text=gettext_lazy(
            "例 サトウ ハナコ。外国の名前でフリガナがない人は、空けたままにします。"
        ),
        required=False,
        max_length=120,
    )


class PhoneForm(PageForm):
    for_agent: ClassVar[Mapping[str, Any]] = {
        "phone": gettext_lazy("あなた(代理人)に昼間つながる電話番号")
    }
    phone = forms.CharField(
        label=gettext_lazy("昼間つながる電話番号"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )

    def clean_phone(self) -> str:
        phone = re.sub(r"[‐-―−ー()\s-]+", "-", to_half_width(self.cleaned_data["phone"])).strip("-")
        digits = phone.replace("-", "").removeprefix("+81")
        if not re.fullmatch(r"\+?[0-9-]+", phone) or not 9 <= len(digits) <= 11:
            raise forms.ValidationError(
                _("電話番号は10けたか11けたの数字で入力してください(例 090-1234-5678)。")
            )
        return phone


class AddressForm(PageForm):
    same = YesNoField(
        label=gettext_lazy("%(jan1)sの住所は、カードと同じですか?"),
        yes=gettext_lazy("カードと同じです"),
        no=gettext_lazy("ちがいます"),
    )


class ContactForm(PhoneForm):
    """The telephone and where one lived on 1 January, on one page."""

    # The question stands above: two words lie side by side on a phone.
    same = YesNoField(
        label=AddressForm.base_fields["same"].label,
        yes=gettext_lazy("同じです"),
        no=gettext_lazy("ちがいます"),
    )

    def to_store(self) -> dict[str, Any]:
        told = super().to_store()
        return {
            "basic/phone": {"phone": told["phone"]},
            "basic/address": {"same": told["same"]},
        }


class OtherAddressForm(PageForm):
    address_jan1 = PlainTextField(
        label=gettext_lazy("%(jan1)sの住所"),
        help_text=gettext_lazy("例 熊本県熊本市中央区手取本町1番1号"),
        max_length=200,
    )
