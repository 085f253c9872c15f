"""本人のこと: asked only where an agent (代理人) files for somebody else."""

from django.utils.translation import gettext_lazy as _

from portal.interview import conditions as when
from portal.interview.model import Page, Section
from portal.interview.pages import principal

PRINCIPAL = Section(
    code="principal",
    group="basic",
    title=_("本人のこと"),
    minutes=4,
    applies=when.acts_for_another,
    pages=(
        Page("person", _("本人のフリガナと性別"), principal.PrincipalForm),
        Page("address", _("本人の住所"), principal.PrincipalAddressForm),
        Page("lived", _("1月1日の本人の住所"), principal.LivedForm),
        Page(
            "lived-where",
            _("1月1日の本人の住所"),
            principal.LivedWhereForm,
            when.principal_moved,
        ),
        Page("number", _("本人のマイナンバー"), principal.PrincipalNumberForm),
        Page(
            "authority",
            _("代理権を示す書類"),
            principal.AuthorityForm,
            lead=_(
                "任意代理人は、本人が書いた委任状を付けます。"
                "親権者は戸籍全部事項証明書など、後見人・保佐人・補助人は登記事項証明書を付けます。"
                "写真でもPDFでもかまいません。"
            ),
            paper="authority",
            paper_required=True,
        ),
    ),
)
