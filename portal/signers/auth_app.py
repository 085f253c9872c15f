"""The デジタル認証アプリ as a signer: the card is held to a phone, not opened in the page."""

from django.utils.translation import gettext_lazy as _

from portal.identity import service


class AuthApp:
    """The national service, or its simulator: offered where the portal is registered with it."""

    code = "auth-app"
    name = _("デジタル認証アプリ")
    read_template = "portal/signers/auth_app_read.html"
    sign_template = "portal/signers/auth_app_sign.html"

    def available(self) -> bool:
        return service.available()
