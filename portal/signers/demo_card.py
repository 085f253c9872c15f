"""The demo card: a file that the page opens with WebCrypto. Never offered in production."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _


class DemoCard:
    """A synthetic card under the demo CA; its key is opened and used in the page."""

    code = "demo-card"
    name = _("体験用カード")
    read_template = "portal/signers/demo_card_read.html"
    sign_template = "portal/signers/demo_card_sign.html"

    def available(self) -> bool:
        return bool(settings.DEMO)
