"""By what right somebody files for another (代理権), and the paper that shows it.

A mandate is given by the principal (民法99条); the others follow from the law or a court's decision
(民法824条・859条・876条の4・876条の9). Which papers an office takes is 要確認 with the city: they
are those of 番号法施行規則 as generally known, as identity.toml of the internal zone has them.
"""

from django.utils.translation import gettext_lazy as _

AUTHORITIES = {
    "mandate": _("任意代理人(本人から委任された人)"),
    "parent": _("親権者(18歳未満の子の父母)"),
    "guardian": _("成年後見人・未成年後見人"),
    "curator": _("保佐人・補助人(代理権がある人)"),
}
MISSING_PROOF = {
    "mandate": _("委任状が付いていません。本人が書いた委任状の写真かPDFを付けてください。"),
    "parent": _(
        "親権を示す書類が付いていません。戸籍全部事項証明書などの写真かPDFを付けてください。"
    ),
    "guardian": _(
        "代理権を示す書類が付いていません。登記事項証明書などの写真かPDFを付けてください。"
    ),
    "curator": _(
        "代理権を示す書類が付いていません。代理権の分かる登記事項証明書の写真かPDFを付けてください。"
    ),
}
