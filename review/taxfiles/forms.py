"""What staff give with tax files (連携ファイル): a year, answers, what was done."""

from django import forms
from django.utils.translation import gettext_lazy as _

from review.staff.forms import refuse_personal_number


class YearForm(forms.Form):
    """Which year's returns go into the next file (課税年度)."""

    tax_year = forms.RegexField(label=_("課税年度"), regex=r"^R[1-9][0-9]?$", max_length=3)


class ResultForm(forms.Form):
    """A file with what the tax system said (取込結果ファイル)."""

    file = forms.FileField(
        label=_("取込結果ファイル"),
        help_text=_("UTF-8のCSV。1行目は「作成連番,資料番号,コード,項目,内容」です。"),
    )


class SettleForm(forms.Form):
    """What was done about a fault (エラーへの対応)."""

    remark = forms.CharField(
        label=_("行った対応"),
        max_length=200,
        validators=[refuse_personal_number],
        help_text=_("例 宛名のカナを直した。次の連携ファイルに入ります。"),
    )
