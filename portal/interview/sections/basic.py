"""基本情報: what the card does not say."""

from django.utils.translation import gettext_lazy as _

from portal.interview import conditions as when
from portal.interview.model import Page, Section
from portal.interview.pages import basic

# Asked at once on one page.
CONTACT = ("basic/phone", "basic/address")

BASIC = Section(
    code="basic",
    group="basic",
    title=_("あなたのこと"),
    title_for_agent=_("あなた(代理人)のこと"),
    minutes=2,
    speaks_for_itself=when.acts_in_person,
    pages=(
        Page(
            "contact",
            _("電話番号と住所"),
            basic.ContactForm,
            when.asked_in_person("basic/contact", *CONTACT),
            covers=CONTACT,
            instead=("kana", _("フリガナも書く")),
        ),
        Page("phone", _("電話番号"), basic.PhoneForm),
        Page("address", _("1月1日の住所"), basic.AddressForm, when.acts_in_person),
        Page(
            "kana",
            _("お名前のフリガナ"),
            basic.KanaForm,
            when.card_has_no_kana,
            optional=True,
        ),
        Page("address-jan1", _("1月1日の住所"), basic.OtherAddressForm, when.moved),
    ),
)
