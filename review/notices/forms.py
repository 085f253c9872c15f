"""What staff give for notices (発行の起案・引渡し・返戻)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from config.fields import EraDateField
from review.notices.models import FORMS, Channel, Order, ReturnedMail


class OrderForm(forms.Form):
    """Which notices are made (発行の起案)."""

    kind = forms.ChoiceField(
        label=_("種類"),
        choices=[c for c in Order.Kind.choices if c[0] not in ("reissue", *FORMS)],
    )
    tax_year = forms.RegexField(
        label=_("課税年度"), regex=r"^R[1-9][0-9]?$", max_length=3, help_text=_("例 R9(令和9年度)")
    )
    channel = forms.ChoiceField(label=_("送り方"), choices=Channel.choices)


class ReissueForm(forms.Form):
    """How a file goes out again (再発行)."""

    channel = forms.ChoiceField(label=_("送り方"), choices=Channel.choices)


class HandForm(forms.Form):
    """To whom a file was handed over, and how many the other side counted (受領の記録)."""

    to = forms.CharField(label=_("引渡し先"), max_length=100)
    received = forms.IntegerField(label=_("受領件数"), min_value=1)


class ReturnForm(forms.Form):
    """A notice that came back (郵便の返戻)."""

    number = forms.IntegerField(label=_("発行番号"), min_value=1)
    returned_on = EraDateField(label=_("返戻日"))
    why = forms.CharField(
        label=_("返戻の理由"), max_length=100, help_text=_("例 あて所に尋ねあたらない")
    )


class EndForm(forms.Form):
    """What was found out, and how a return ended (調査の結果)."""

    outcome = forms.ChoiceField(
        label=_("処理"), choices=[c for c in ReturnedMail.Outcome.choices if c[0] != "open"]
    )
    finding = forms.CharField(label=_("調査の結果"), max_length=300)
    ended_on = forms.DateField(label=_("処理日・公示日"))
