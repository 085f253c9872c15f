"""django-allauth's provider for the デジタル認証アプリ, with what allauth's own leaves out."""

import secrets
from typing import Any

from allauth.socialaccount.models import SocialToken
from allauth.socialaccount.providers.base import AuthProcess, ProviderAccount
from allauth.socialaccount.providers.oauth2.client import OAuth2Client
from allauth.socialaccount.providers.oauth2.provider import OAuth2Provider
from allauth.socialaccount.providers.oauth2.views import OAuth2Adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from portal.identity import person, service
from portal.models import Resident


class AppAdapter(OAuth2Adapter):
    """The flow's server side: client assertion, checked ID token, then the attributes."""

    provider_id = "auth_app"
    # Put here by the callback view, out of the state that the login view stashed.
    nonce = ""

    @property
    def authorize_url(self) -> str:
        return service.endpoint("auth")

    @property
    def access_token_url(self) -> str:
        return service.endpoint("token")

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        """Return the address registered with the service, whatever host the request names."""
        return str(settings.PORTAL_URL + reverse("auth_app_callback"))

    def get_client(self, request: HttpRequest, app: Any) -> OAuth2Client:
        """Return allauth's client under the name that the service knows this portal by."""
        client = super().get_client(request, app)
        client.consumer_key = settings.AUTH_APP_CLIENT_ID
        return client

    def get_access_token_data(
        self,
        request: HttpRequest,
        app: Any,
        client: OAuth2Client,
        pkce_code_verifier: str | None = None,
    ) -> service.Tokens:
        """Redeem the code with a client assertion; a code works once, at the service."""
        return service.redeem(
            request.GET["code"],
            pkce_code_verifier or "",
            self.get_callback_url(request, app),
            now=timezone.now(),
        )

    def parse_token(self, data: service.Tokens) -> SocialToken:
        """Return allauth's token, which is never stored (SOCIALACCOUNT_STORE_TOKENS is off)."""
        return SocialToken(token=data.access)

    def complete_login(
        self, request: HttpRequest, app: Any, token: SocialToken, *, response: service.Tokens
    ) -> Any:
        """Check the ID token, ask for the attributes, and hand both to allauth."""
        who = service.identify(response, self.nonce, now=timezone.now())
        found = {"sub": who.subject, "attributes": service.attributes(response, who)}
        return self.get_provider().sociallogin_from_response(request, found)


class AppProvider(OAuth2Provider):
    """デジタル認証アプリ: nonce, PKCE and level always; nothing of it from the visitor's query."""

    id = "auth_app"
    name = "デジタル認証アプリ"
    account_class = ProviderAccount
    oauth2_adapter_class = AppAdapter
    pkce_enabled_default = True

    def begin(self, request: HttpRequest, next_url: str | None) -> HttpResponse:
        """Send the browser to the service, to log in whom the card is of."""
        return self._ask(request, AuthProcess.LOGIN, next_url=next_url)

    def begin_tie(self, request: HttpRequest, resident: Resident) -> HttpResponse:
        """Send the browser to the service, to tie the card to the account of who is logged in."""
        return self._ask(request, AuthProcess.CONNECT, resident=resident.pk)

    def _ask(self, request: HttpRequest, process: str, **kept: Any) -> HttpResponse:
        """Ask the service; the nonce and what else is kept stand with the state."""
        nonce = secrets.token_urlsafe(32)
        return self.redirect(
            request,
            process,
            scope=["openid", *service.ATTRIBUTES],
            auth_params={"nonce": nonce, "acr_values": service.ACR_VALUES},
            nonce=nonce,
            **kept,
        )

    def extract_uid(self, data: dict[str, Any]) -> str:
        return str(data["sub"])

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        """Return nothing: an account is made of the pseudonym and the e-mail that is asked for."""
        return {}

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, str]:
        """Return the four attributes sealed, for the account's row alone."""
        return {"sealed": person.seal(data["attributes"], data["sub"])}


provider_classes = [AppProvider]
