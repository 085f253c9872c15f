"""What staff give for a recipient (引渡し先の登録)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from review.recipients.models import Recipient


class RecipientForm(forms.Form):
    """A recipient, its address and its key."""

    kind = forms.ChoiceField(label=_("区分"), choices=Recipient.Kind.choices)
    code = forms.RegexField(
        label=_("コード"),
        regex=r"^[0-9]{1,13}$",
        max_length=13,
        help_text=_("市区町村は6けたの団体コード、ほかは法人番号や税務署番号"),
    )
    name = forms.CharField(
        label=_("名称"), max_length=60, help_text=_("市区町村は都道府県から。例 福岡県福岡市")
    )
    department = forms.CharField(label=_("宛先の部署"), max_length=60, required=False)
    postal_code = forms.RegexField(
        label=_("郵便番号"), regex=r"^[0-9]{7}$", max_length=7, required=False
    )
    address = forms.CharField(label=_("所在地"), max_length=300, required=False)
    pem = forms.CharField(
        label=_("公開鍵"),
        max_length=4_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=_("ファイルを渡す相手だけ。PEM形式、3072ビット以上のRSA"),
    )
    why = forms.CharField(label=_("理由"), max_length=300)


class FingerprintForm(forms.Form):
    """What the recipient itself said of its key (指紋の照合)."""

    fingerprint = forms.CharField(max_length=100, required=False)
